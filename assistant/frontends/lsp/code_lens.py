"""What can be done with gaps and pieces, as lenses over their lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from assistant.core.review import decide
from assistant.core.review.state import Phase, Piece
from assistant.core.text.display import one_line
from assistant.core.types import Gap, GapKind
from assistant.frontends.lsp.buffer import Change, Placement
from assistant.frontends.lsp.diagnostics import open_gaps, visible_range
from assistant.frontends.lsp.documents import Document

_TITLES = {
    GapKind.EMPTY_SECTION: "Write this section",
    GapKind.MARKER: "Write what is missing here",
    GapKind.COMMENT: "Write what the comment asks for",
    GapKind.INSTRUCTION: "Write what is asked for here",
    GapKind.NOTES: "Turn these notes into prose",
    GapKind.REVISION: "Revise what this is about",
}


def write_title(gap: Gap) -> str:
    """Return what the command that writes a gap is called."""
    if gap.kind is GapKind.INSTRUCTION and gap.targets:
        count = len(gap.targets)
        return "Expand this point" if count == 1 else f"Expand {count} points"
    return _TITLES[gap.kind]


def command(name: str, title: str, document: Document, **fields: Any) -> types.Command:
    """Return a command of ours on a document."""
    arguments = [{"uri": document.uri, **fields}]
    return types.Command(title=title, command=f"assistant.{name}", arguments=arguments)


def decidable(document: Document) -> list[Placement]:
    """Return the pieces that can be decided: those for which no other text is being written."""
    return [p for p in document.undecided if (piece := document.piece(p.key)) and piece.phase is Phase.READY]


def rest(document: Document) -> list[Placement]:
    """Return the pieces in the buffer that "accept the rest" takes: those without warnings."""
    if document.session is None:
        return []
    keys = {key for key, _ in decide.rest(document.session.review).pieces}
    return [p for p in document.undecided if p.key in keys]


def decisions(document: Document, placement: Placement) -> tuple[types.Command, ...]:
    """Return the commands for a piece that waits for a decision."""
    fields = {"proposal": placement.key}
    if placement not in decidable(document):
        return (command("stop", "Retrying… Stop", document, gap=placement.gap),)
    touched = placement.is_touched(document.text.text)
    return (
        command("accept", "Accept with your changes" if touched else "Accept", document, **fields),
        command("reject", "Reject, keep your own words" if touched else "Reject", document, **fields),
        command("retry", "Retry", document, **fields),
        command("retryWith", "Retry with…", document, **fields),
        command("next", "Next", document, **fields),
    )


def removal(document: Document, placement: Placement) -> Iterator[types.Command]:
    """Yield the commands for words that are no text of a piece: raw ones, and those that were moved."""
    if placement.is_moved:
        yield command("accept", "Keep these words", document, proposal=placement.key)
    title = "Remove these words" if placement.is_moved else "Remove the raw text"
    yield command("reject", title, document, proposal=placement.key)


def decisions_on_all(document: Document) -> list[types.Command]:
    """Return the commands for all pieces of a document, where there are several."""
    count, free = len(document.undecided), len(rest(document))
    if count < 2:
        return []
    title = f"Accept all {count} pieces" if free == count else f"Accept {free} of {count}: no warnings"
    accept = [command("acceptAll", title, document)] if free else []
    return [*accept, command("rejectAll", "Reject all", document)]


def put_waiting(document: Document, piece: Piece) -> types.Command:
    """Return the command that puts a text that waits into the buffer."""
    return command("show", "Insert the text that waits", document, proposal=piece.key)


def lenses(document: Document, writing: set[str]) -> list[types.CodeLens]:
    """Return the lenses; `writing` holds the ids of the gaps at work."""
    return [
        types.CodeLens(types.Range(types.Position(line, 0), types.Position(line, 0)), one)
        for at, one in _commands(document, writing)
        for line in [document.line(at)]
    ]


def _commands(document: Document, writing: set[str]) -> Iterator[tuple[int, types.Command]]:
    """Yield commands, each with the character that its lens belongs to."""
    yield from ((0, one) for one in decisions_on_all(document))
    waiting = {piece.gap: piece for piece in document.waiting}
    for gap, (start, _) in open_gaps(document):
        if gap.id in writing:
            yield start, command("stop", "Writing… Stop", document, gap=gap.id)
        elif gap.fillable:
            if piece := waiting.pop(gap.id, None):
                yield start, put_waiting(document, piece)
            yield start, command("write", write_title(gap), document, gap=gap.id)
            yield start, command("writeWith", "… with an instruction", document, gap=gap.id)
    for placement in document.raw:
        at = visible_range(document, placement).start
        if placement.gap in writing:
            yield at, command("stop", "Writing… Stop", document, gap=placement.gap)
            continue
        if piece := waiting.pop(placement.gap, None):
            yield at, put_waiting(document, piece)
        yield from ((at, one) for one in removal(document, placement))
    for piece in waiting.values() if document.gaps_now else ():
        if piece.gap not in writing:
            change = document.insertion(piece)  # where finished text is revised, there is no gap
            yield from (
                (change.edit.start if change else 0, one) for one in _waiting(document, piece, change)
            )
    for placement in document.undecided:
        at = visible_range(document, placement).start
        yield from ((at, one) for one in decisions(document, placement))


def _waiting(document: Document, piece: Piece, change: Change | None) -> tuple[types.Command, ...]:
    """Return the commands for a text that waits at no gap, and the change that would put it in its place."""
    gap = document.gaps.get(piece.gap)
    name = one_line(gap.heading_path[-1]) if gap and gap.heading_path else "this post"
    at_end = command("show", f"Text for ‘{name}’ waits: insert it at the end", document, proposal=piece.key)
    return (
        put_waiting(document, piece) if change else at_end,
        command("reject", "Reject it", document, proposal=piece.key),
    )
