"""The language server: a view of the review engine in whatever editor speaks the protocol.

server.py        the server of one editor: its documents, and the gaps in them
client.py        what the client is asked to show, to edit, and to ask the author
features.py      the protocol's requests, each in a few lines
commands.py      the commands `assistant.…`
documents.py     an open document, our pieces in it, and edits that wait where the author types
buffer.py, positions.py    what edits do to our pieces, and where they are
moved_words.py   our words that the author cuts, copies or moves
locating.py      the gaps of a document
sessions.py      the engine's session of each document, the store and the models
streaming.py     asking for texts: progress, streams, cancelling, and what comes into the buffer
decisions.py     what accepting and rejecting does to the buffer
diagnostics.py, code_lens.py, code_actions.py, hover.py    what the author sees
capabilities.py  what the client can do, and its settings
"""

from __future__ import annotations


def run() -> int:
    """Serve one editor over stdin and stdout until it says goodbye; return the exit code."""
    from assistant.adapters.stdio import reserved_for

    with reserved_for("LSP") as (stdin, stdout):
        from assistant.frontends.lsp.serve import serve

        return serve(stdin, stdout)
