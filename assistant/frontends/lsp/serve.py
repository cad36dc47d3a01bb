"""Start the language server, and end it with what it started."""

from __future__ import annotations

import logging
import os
import re
import signal
from contextlib import suppress
from typing import BinaryIO

from assistant.frontends.lsp.commands import register_commands
from assistant.frontends.lsp.features import register_features
from assistant.frontends.lsp.server import AssistantServer


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve until the client says goodbye or goes; return the exit code that the protocol wants."""
    if not os.environ.get("ASSISTANT_DEBUG"):
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    # Emacs hangs up on its servers as it ends, with its last decisions unread; a closed pipe ends us.
    if hangup := getattr(signal, "SIGHUP", None):
        signal.signal(hangup, signal.SIG_IGN)
    server = AssistantServer()
    register_features(server)
    register_commands(server)
    try:
        server.start_io(_UntilFinished(stdin, server), _WhileRead(stdout))  # type: ignore[arg-type]
    finally:
        server.requests.close()
        server.sessions.close()
    return 0 if server.protocol._shutdown else 1


class _WhileRead:
    """A stream on which nothing fails once nobody reads it: what the client said before still counts."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(data)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()

    def close(self) -> None:
        with suppress(OSError):
            self._stream.close()


class _UntilFinished:
    """A stream that gives its end, and the client's goodbye, once the decisions before them are stored.

    pygls reads it in a thread of its own, and drops what is at work when it ends.
    """

    def __init__(self, stream: BinaryIO, server: AssistantServer) -> None:
        self._stream, self._server = stream, server

    def readline(self) -> bytes:
        if not (line := self._stream.readline()):
            self._server.finish_decisions()
        return line

    def read(self, size: int) -> bytes:
        body = self._stream.read(size)
        if size < _MAX_GOODBYE and _GOODBYE.search(body):
            self._server.finish_decisions()
        return body


_GOODBYE = re.compile(rb'"method" *: *"(?:shutdown|exit)"')
_MAX_GOODBYE = 200
"""Bytes that a goodbye has at most; a draft that speaks of one is longer."""
