"""`assistant open`: pages in the author's own browser, served on 127.0.0.1 to nobody else."""

from __future__ import annotations

import gc
import socket
import sys
import threading
from typing import Any

from assistant.errors import InputError


def run(path: str, *, browser: bool = True, **options: Any) -> int:
    """Serve the pages until the author quits or presses Ctrl-C.

    `options` are flags as `open_draft` takes them. Raises `InputError` and `StoreError`.
    """
    from assistant.app.draft_pool import DraftPool
    from assistant.frontends.progress import tell
    from assistant.frontends.web.guard import Guard

    gc.disable()  # until the first draft is shown
    pool = DraftPool(path, **options)
    for line in pool.warnings:
        tell(line)
    try:
        listening = socket.create_server(("127.0.0.1", 0))
    except OSError as error:
        raise InputError(f"no port of 127.0.0.1 is free: {error.strerror}") from None
    guard = Guard(port=listening.getsockname()[1], home=pool.home)
    print(f"assistant: open {guard.address()}  (works once; Ctrl-C stops)", file=sys.stderr, flush=True)
    if browser:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(guard.address(),), daemon=True).start()
    # While the browser starts: it waits at the port until we are there.
    import uvicorn

    from assistant.frontends.web.server import Pages

    server: uvicorn.Server

    def stop() -> None:
        server.should_exit = True

    guard.app = Pages(pool, stop, is_ending=lambda: server.should_exit).application()
    server = uvicorn.Server(
        uvicorn.Config(
            guard,
            log_level="critical",
            access_log=False,
            lifespan="off",
            loop="asyncio",
            http="h11",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
    )
    end = threading.Event()
    threading.Thread(target=pool.sweep_until, args=(end,), daemon=True).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        end.set()
        pool.close()
    return 0
