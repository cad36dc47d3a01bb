"""What can be done with gaps and pieces at the cursor, as code actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsprotocol import types

from assistant.app import report
from assistant.core.hunks import facts
from assistant.core.text.display import shortened
from assistant.core.types import Gap, GapKind
from assistant.frontends.lsp.buffer import Placement, Range
from assistant.frontends.lsp.code_lens import (
    command,
    decidable,
    decisions,
    decisions_on_all,
    put_waiting,
    removal,
    write_title,
)
from assistant.frontends.lsp.diagnostics import doubtful_range, doubts_of, open_gaps, visible_range
from assistant.frontends.lsp.documents import Document

_MAX_LABEL = 50
"""Letters of a question or a warning that a menu has room for."""
_IGNORE = "<!-- assistant: ignore -->"


def actions(
    document: Document, place: types.Range, context: types.CodeActionContext, *, previews: bool
) -> list[types.CodeAction]:
    """Return what can be done with gaps and pieces on the lines of a place.

    With `previews`, the client can show an edit before it makes it.
    """
    kinds = [str(getattr(kind, "value", kind)) for kind in context.only or ()]
    revise = _revise(document, place)
    if kinds and not {"", "quickfix"}.intersection(kinds):
        return revise if {"refactor", "refactor.rewrite"}.intersection(kinds) else []

    def touches(where: tuple[int, int]) -> bool:
        first, last = map(document.line, where)
        return first <= place.end.line and place.start.line <= last

    commands: list[types.Command] = []
    for placement in document.undecided:
        if touches(visible_range(document, placement)):
            commands += [*_settling(document, placement, touches), *decisions(document, placement)]
    for placement in document.raw:
        if touches(visible_range(document, placement)):
            commands += removal(document, placement)
    gaps = list(open_gaps(document))
    at_gaps = {gap.id for gap, _ in gaps}
    for piece in document.waiting if document.gaps_now else ():
        change = document.insertion(piece) if piece.gap not in at_gaps else None
        if change and touches((change.edit.start, change.edit.end)):
            commands.append(put_waiting(document, piece))
    commands += decisions_on_all(document)
    here = [(gap, where) for gap, where in gaps if any(map(touches, _places(document, gap, where)))]
    offered = [_action(one) for one in commands]
    for gap, where in here:
        offered += [_action(one) for one in _writing(document, gap, previews)]
        offered.append(_action(command("dismiss", "This is fine: no gap", document, gap=gap.id)))
        offered.append(_ignore(document, gap, where[0]))
    count = sum(gap.fillable for gap, _ in gaps)
    if count > 1:
        offered.append(_action(command("writeAll", f"Write all {count} gaps of this file", document)))
    return offered + revise


def _revise(document: Document, place: types.Range) -> list[types.CodeAction]:
    """Return the action that has selected text changed; none where nothing is selected."""
    first, last = place.start.line, place.end.line
    if place.start == place.end:
        return []
    last -= place.end.character == 0 and last > first  # whole lines end at the beginning of the next
    one = command("revise", "Revise…", document, line=first, last=last)
    return [types.CodeAction(one.title, kind=types.CodeActionKind.RefactorRewrite, command=one)]


def _settling(
    document: Document, placement: Placement, touches: Callable[[Range], bool]
) -> Iterator[types.Command]:
    """Yield what can be done about the doubts at a place, in a piece that its author has not changed."""
    if placement not in decidable(document) or placement.is_touched(document.text.text):
        return
    for number, doubt in enumerate(doubts_of(document, placement)):
        where = doubtful_range(document, placement, doubt)
        if doubt.is_of_all or not where or not touches(where):
            continue
        name = f"‘{shortened(report.message(doubt), _MAX_LABEL)}’"
        fields = {"proposal": placement.key, "doubt": number}
        if doubt.is_question:
            yield command("answer", f"Answer {name}…", document, **fields)
        else:
            yield command("askInstead", f"Ask me instead: {name}", document, **fields)
            yield command("approve", f"{report.approval(doubt)}: {name}", document, **fields)
        yield command("drop", f"Drop the sentence: {name}", document, **fields)


def _action(one: types.Command) -> types.CodeAction:
    return types.CodeAction(one.title, kind=types.CodeActionKind.QuickFix, command=one)


def _places(document: Document, gap: Gap, where: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the characters of a gap and of the list items or paragraphs that it governs."""
    yield where
    if located := document.gaps_now:
        yield from map(located.base.range_in_buffer, gap.targets)


def _writing(document: Document, gap: Gap, previews: bool) -> Iterator[types.Command]:
    if not gap.fillable:
        if facts.question(document.located.draft, gap) if document.located else False:
            yield command("answer", "Fill this in…", document, gap=gap.id)
        return
    yield from (put_waiting(document, piece) for piece in document.waiting if piece.gap == gap.id)
    title = write_title(gap)
    yield command("write", title, document, gap=gap.id)
    yield command("writeWith", f"{title} with an instruction…", document, gap=gap.id)
    if previews:
        yield command("write", f"{title} and preview it", document, gap=gap.id, preview=True)


def _ignore(document: Document, gap: Gap, start: int) -> types.CodeAction:
    """Return the action that marks a gap as meant to be so: a comment above a heading, or on its line."""
    text, line = document.text, document.line(start)
    if gap.kind is GapKind.EMPTY_SECTION:
        newline = document.located.draft.newline if document.located else "\n"
        at, new = text.starts[line], f"{_IGNORE}{newline}{newline}"
    else:
        at, new = text.starts[line] + len(text.line(line)), f" {_IGNORE}"
    edit = types.TextDocumentEdit(
        types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version),
        [types.TextEdit(document.range((at, at)), new)],
    )
    kind = types.CodeActionKind.QuickFix
    return types.CodeAction("Ignore this", kind=kind, edit=types.WorkspaceEdit(document_changes=[edit]))
