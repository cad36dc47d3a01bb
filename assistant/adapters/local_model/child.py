"""The process that llama.cpp runs in, so that a crash of native code never ends a session.

Run as `python -P -m assistant.adapters.local_model.child` by `process`:

    stdin    one JSON line {"path", "name", "key", "jobs", "context", "slots", "slot_folder", "exact"};
             closing it ends the process
    stdout   one JSON line {"base_url", "context"}, as soon as the model answers
    stderr   whatever llama.cpp logs, wherever it meant to write it
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any

from assistant.adapters import http_json

CONTEXT = 8192
"""Tokens of one request, prompt and answer together, where no other number is given."""
_PROPS_SECONDS = 10.0
_SLOT_TOKENS = 2048
"""Tokens of the cache for each slot after the first: an author's usual prompt and a section."""


def main() -> None:
    """Serve one model on a free loopback port until stdin closes."""
    # Ctrl-C reaches every process of the terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    settings = json.loads(sys.stdin.buffer.readline())
    watcher = threading.Thread(target=_end_with_parent, daemon=True)
    watcher.start()
    server, base_url = _serve(settings)
    props = http_json.fetch(
        base_url.removesuffix("/v1") + "/props", api_key=settings["key"], timeout=_PROPS_SECONDS
    )
    if props is None:
        raise RuntimeError("the server does not tell its context")
    context = props["default_generation_settings"]["n_ctx"]
    print(json.dumps({"base_url": base_url, "context": context}), file=answers)
    answers.close()
    watcher.join()
    del server


def _end_with_parent() -> None:
    """End this process when its stdin closes, as it does even when the parent was killed."""
    while os.read(0, 1024):
        pass
    os._exit(0)  # without llama.cpp's own clean-up, which waits for answers that nobody reads any more


def _serve(settings: dict[str, Any]) -> tuple[object, str]:
    """Load the model and open its server; return the server and its base URL."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.port = 0
    params.api_keys = [settings["key"]]
    context = settings["context"] or CONTEXT
    # All slots share one cache: one request may use all of it, or each of them its part.
    params.n_ctx = context + (settings["slots"] - 1) * _SLOT_TOKENS
    params.n_parallel = settings["slots"]
    params.kv_unified = True
    if settings["slot_folder"]:
        params.slot_save_path = settings["slot_folder"] + os.sep
    params.n_threads_http = settings["jobs"] + 2
    params.model_alias = {settings["name"]}
    params.endpoint_slots = bool(settings["slot_folder"])
    params.verbosity = 1  # errors only
    params.warmup = False
    params.cache_ram_mib = 0 if settings["slot_folder"] else 512  # llama.cpp would keep up to 8 GiB
    for page in ("ui", "webui"):  # the newer and the older name of the chat page in the browser
        if hasattr(params, page):
            setattr(params, page, False)
    if settings["exact"]:
        # By default the last bits of a result depend on how many tokens are computed together, and with
        # them the text: what came before a request, and what ran next to it, would change its answer.
        # On the processor, with a 32-bit cache and without flash attention, they don't.
        params.n_gpu_layers = 0
        params.no_op_offload = True
        params.no_kv_offload = True
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    server = xllamacpp.Server(params)
    return server, server.listening_address + "/v1"


if __name__ == "__main__":
    try:
        main()
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)
