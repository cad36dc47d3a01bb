"""Start the language server and end it with what it started."""

from __future__ import annotations

import logging
import os
from typing import BinaryIO

from assistant.frontends.lsp.features import register
from assistant.frontends.lsp.server import Assistant


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Effect: serves until the client says goodbye or goes; returns the exit code that the protocol wants."""
    if not os.environ.get("ASSISTANT_DEBUG"):
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    server = Assistant()
    register(server)
    try:
        server.start_io(stdin, stdout)
    finally:
        server.writer.close()
        server.keeper.close()
    return 0 if server.protocol._shutdown else 1
