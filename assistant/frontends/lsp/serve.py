"""Start the language server, and end it with what it started."""

from __future__ import annotations

import logging
import os
from typing import BinaryIO

from assistant.frontends.lsp.commands import register_commands
from assistant.frontends.lsp.features import register_features
from assistant.frontends.lsp.server import AssistantServer


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve until the client says goodbye or goes; return the exit code that the protocol wants."""
    if not os.environ.get("ASSISTANT_DEBUG"):
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    server = AssistantServer()
    register_features(server)
    register_commands(server)
    try:
        server.start_io(stdin, stdout)
    finally:
        server.requests.close()
        server.sessions.close()
    return 0 if server.protocol._shutdown else 1
