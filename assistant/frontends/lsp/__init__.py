"""The language server: what is unwritten, written and undecided, in whatever editor speaks the protocol.

server.py    what clients ask and tell, and where it goes
buffers.py   an open document, its proposals, and edits that are made only where the author did not type
work.py      asking the model beside everything else: progress, streaming, cancelling
look.py      gaps and proposals as diagnostics, lenses, actions and hovers
clients.py   what the client at the other end can do, and its settings
"""

from __future__ import annotations


def run() -> int:
    """Effect: serves one editor over stdin and stdout until it says goodbye; returns the exit code."""
    from assistant.adapters.stdio import taken

    with taken() as (stdin, stdout):
        from assistant.frontends.lsp.serve import serve

        return serve(stdin, stdout)
