"""What can be done with gaps and pieces, as lenses over their lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from assistant.core.review import decide
from assistant.core.review.state import Phase, Slot
from assistant.core.text.display import one_line
from assistant.core.types import Gap, GapKind
from assistant.frontends.lsp.buffer import Change, Piece
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


def decidable(document: Document) -> list[Piece]:
    """Return the pieces that can be decided: those for which no other text is being written."""
    return [p for p in document.undecided if (slot := document.slot(p.key)) and slot.phase is Phase.READY]


def rest(document: Document) -> list[Piece]:
    """Return the pieces in the buffer that "accept the rest" takes: those without warnings."""
    if document.session is None:
        return []
    keys = {key for key, _ in decide.rest(document.session.review).slots}
    return [p for p in document.undecided if p.key in keys]


def decisions(document: Document, piece: Piece) -> tuple[types.Command, ...]:
    """Return the commands for a piece that waits for a decision."""
    fields = {"proposal": piece.key}
    if piece not in decidable(document):
        return (command("stop", "Retrying… Stop", document, gap=piece.gap),)
    touched = piece.is_touched(document.text.text)
    return (
        command("accept", "Accept with your changes" if touched else "Accept", document, **fields),
        command("reject", "Reject, keep your own words" if touched else "Reject", document, **fields),
        command("retry", "Retry", document, **fields),
        command("retryWith", "Retry with…", document, **fields),
        command("next", "Next", document, **fields),
    )


def decisions_on_all(document: Document) -> list[types.Command]:
    """Return the commands for all pieces of a document, where there are several."""
    count, free = len(document.undecided), len(rest(document))
    if count < 2:
        return []
    title = f"Accept all {count} pieces" if free == count else f"Accept {free} of {count}: no warnings"
    accept = [command("acceptAll", title, document)] if free else []
    return [*accept, command("rejectAll", "Reject all", document)]


def put_waiting(document: Document, slot: Slot) -> types.Command:
    """Return the command that puts a text that waits into the buffer."""
    return command("show", "Insert the text that waits", document, proposal=slot.key)


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
    waiting = {slot.gap: slot for slot in document.waiting}
    for gap, (start, _) in open_gaps(document):
        if gap.id in writing:
            yield start, command("stop", "Writing… Stop", document, gap=gap.id)
        elif gap.fillable:
            if slot := waiting.pop(gap.id, None):
                yield start, put_waiting(document, slot)
            yield start, command("write", write_title(gap), document, gap=gap.id)
            yield start, command("writeWith", "… with an instruction", document, gap=gap.id)
    for piece in document.raw:
        at = visible_range(document, piece).start
        if piece.gap in writing:
            yield at, command("stop", "Writing… Stop", document, gap=piece.gap)
            continue
        if slot := waiting.pop(piece.gap, None):
            yield at, put_waiting(document, slot)
        yield at, command("reject", "Remove the raw text", document, proposal=piece.key)
    for slot in waiting.values() if document.gaps_now else ():
        if slot.gap not in writing:
            change = document.insertion(slot)  # where finished text is revised, there is no gap
            yield from ((change.edit.start if change else 0, one) for one in _waiting(document, slot, change))
    for piece in document.undecided:
        at = visible_range(document, piece).start
        yield from ((at, one) for one in decisions(document, piece))


def _waiting(document: Document, slot: Slot, change: Change | None) -> tuple[types.Command, ...]:
    """Return the commands for a text that waits at no gap, and the change that would put it in its place."""
    gap = document.gaps.get(slot.gap)
    name = one_line(gap.heading_path[-1]) if gap and gap.heading_path else "this post"
    at_end = command("show", f"Text for ‘{name}’ waits: insert it at the end", document, proposal=slot.key)
    return (
        put_waiting(document, slot) if change else at_end,
        command("reject", "Reject it", document, proposal=slot.key),
    )
