"""Gaps and proposals as an editor shows them: diagnostics, code lenses, code actions and hovers.

Reads the state and changes nothing. What it shows from a draft or a model goes through `one_line`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from assistant.core.review import buffer as core
from assistant.core.review.buffer import Proposal
from assistant.core.text.display import one_line
from assistant.core.text.positions import Text
from assistant.core.types import Gap, GapKind
from assistant.frontends.lsp.buffers import Buffer

SOURCE = "assistant"
PROPOSED = "proposed"
"""The code of a diagnostic over text that is not reviewed."""
UNCHECKED = "unchecked"
"""The code of a diagnostic over a model's raw words."""

_IGNORE = "<!-- assistant: ignore -->"
_TITLES = {
    GapKind.EMPTY_SECTION: "Write this section",
    GapKind.MARKER: "Write what is missing here",
    GapKind.COMMENT: "Write what the comment asks for",
    GapKind.INSTRUCTION: "Write what is asked for here",
    GapKind.NOTES: "Make prose of these notes",
}
_NAMES = {
    GapKind.EMPTY_SECTION: "an empty section",
    GapKind.MARKER: "a marker",
    GapKind.COMMENT: "a comment",
    GapKind.INSTRUCTION: "an instruction",
    GapKind.NOTES: "notes",
}


def title(gap: Gap) -> str:
    """Return what a lens over a gap says."""
    if gap.kind is GapKind.INSTRUCTION and gap.targets:
        count = len(gap.targets)
        return "Expand this point" if count == 1 else f"Expand {count} points"
    return _TITLES[gap.kind]


def command(name: str, words: str, buffer: Buffer, **fields: Any) -> types.Command:
    """Return a command of ours on a document."""
    return types.Command(title=words, command=f"assistant.{name}", arguments=[{"uri": buffer.uri, **fields}])


def span(text: Text, start: int, end: int, encoding: str) -> types.Range:
    """Return characters of a text as the client counts."""
    first, last = (text.place(at, encoding=encoding) for at in (start, end))
    return types.Range(types.Position(*first), types.Position(*last))


def open_gaps(buffer: Buffer) -> Iterator[tuple[Gap, int, int]]:
    """Yield the gaps for which nothing is shown, with their characters in the buffer's text.

    Empty unless the gaps were located in the text as it is now.
    """
    found = buffer.located
    if found is None:
        return
    taken = {p.gap.id for p in buffer.shown}
    for gap in found.gaps:
        if gap.id not in taken:
            start, end = (found.base.to_buffer(found.base.text.from_byte(at)) for at in gap.span)
            yield gap, start, max(start, end)


def reviewable(buffer: Buffer) -> tuple[Proposal, ...]:
    """Return the shown proposals that are checked, and so can be decided."""
    return tuple(p for p in buffer.shown if p.id not in buffer.streaming)


def diagnostics(buffer: Buffer) -> list[types.Diagnostic]:
    """Return a hint for every gap, and what is proposed with its warnings."""
    text, encoding = buffer.text, buffer.encoding
    shown = []
    for gap, start, end in open_gaps(buffer):
        why = one_line(gap.why)
        said = f"unwritten: {_NAMES[gap.kind]}" + (f" ({why})" if why else "")
        if not gap.fillable:
            said = f"left alone, only you know what belongs here ({why or _NAMES[gap.kind]})"
        shown.append(
            types.Diagnostic(
                range=span(text, start, end, encoding),
                message=said,
                severity=types.DiagnosticSeverity.Hint,
                code=gap.kind.value,
                source=SOURCE,
            )
        )
    for proposal in reviewable(buffer):
        start, end = visible_range(buffer, proposal)
        warnings = [one_line(w.message) for w in proposal.hunk.warnings]
        shown.append(
            types.Diagnostic(
                range=span(text, start, end, encoding),
                message="; ".join(["proposed, not reviewed", *warnings]),
                severity=types.DiagnosticSeverity.Warning
                if warnings
                else types.DiagnosticSeverity.Information,
                code=PROPOSED,
                source=SOURCE,
            )
        )
        shown += _warnings(buffer, proposal)
    for proposal in buffer.shown:
        if proposal.id in buffer.streaming:
            shown.append(
                types.Diagnostic(
                    range=span(text, *visible_range(buffer, proposal), encoding),
                    message="the model's raw words, not checked yet",
                    severity=types.DiagnosticSeverity.Warning,
                    code=UNCHECKED,
                    source=SOURCE,
                )
            )
    return shown


def visible_range(buffer: Buffer, proposal: Proposal) -> tuple[int, int]:
    """Return the characters from a proposal's first word to its last, the blank lines around left out."""
    start, end = proposal.shown[0].start, proposal.shown[-1].end
    words = buffer.text.text[start:end]
    return start + len(words) - len(words.lstrip()), max(start + len(words.rstrip()), start)


def _warnings(buffer: Buffer, proposal: Proposal) -> Iterator[types.Diagnostic]:
    """Yield a diagnostic at the words of each warning, as long as the author left the proposal alone."""
    if core.is_touched(proposal, buffer.text.text):
        return
    data, start = proposal.hunk.replacement, proposal.shown[0].start
    for warning in proposal.hunk.warnings:
        first, last = (
            start + len(data[:at].decode("utf-8", "ignore")) for at in (warning.start, warning.end)
        )
        yield types.Diagnostic(
            range=span(buffer.text, first, last, buffer.encoding),
            message=one_line(warning.message),
            severity=types.DiagnosticSeverity.Warning,
            code=warning.code,
            source=SOURCE,
        )


def lenses(buffer: Buffer, writing: dict[str, str]) -> list[types.CodeLens]:
    """Return the lenses; `writing` names the gaps at work and how far each is."""
    shown: list[types.CodeLens] = []

    def add(at: int, *commands: types.Command) -> None:
        line = buffer.text.place(at, encoding=buffer.encoding).line
        place = types.Range(types.Position(line, 0), types.Position(line, 0))
        shown.extend(types.CodeLens(range=place, command=one) for one in commands)

    proposed = reviewable(buffer)
    if len(proposed) > 1:
        add(
            0,
            command("acceptAll", f"Accept all {len(proposed)} pieces", buffer),
            command("refuseAll", "Refuse all", buffer),
        )
    kept = {p.gap.id: p for p in buffer.waiting}
    for gap, start, _ in open_gaps(buffer):
        if gap.id in writing:
            add(start, command("stop", f"{writing[gap.id]} Stop", buffer, gap=gap.id))
        elif gap.fillable:
            again = kept.pop(gap.id, None)
            if again is not None:
                add(start, command("show", "Put the text that waits here", buffer, proposal=again.id))
            add(start, command("write", title(gap), buffer, gap=gap.id))
            add(start, command("writeWith", "… with an instruction", buffer, gap=gap.id))
    for proposal in kept.values() if buffer.located else ():
        if proposal.gap.id not in writing:
            name = one_line(proposal.gap.heading_path[-1] if proposal.gap.heading_path else "this post")
            add(
                0,
                command("show", f"Text for ‘{name}’ waits: put it at the end", buffer, proposal=proposal.id),
            )
            add(0, command("refuse", "Forget it", buffer, proposal=proposal.id))
    for proposal in proposed:
        add(visible_range(buffer, proposal)[0], *_decisions(buffer, proposal))
    for proposal in buffer.shown:
        if proposal.id in buffer.streaming:
            add(visible_range(buffer, proposal)[0], *_unchecked(buffer, proposal, writing))
    return shown


def _unchecked(buffer: Buffer, raw: Proposal, writing: dict[str, str]) -> Iterator[types.Command]:
    """Yield what can be done with raw words: stop them while they come, else put or remove what is left."""
    if raw.gap.id in writing:
        yield command("stop", "Writing… Stop", buffer, gap=raw.gap.id)
        return
    for checked in buffer.waiting:
        if (checked.gap.id, checked.target) == (raw.gap.id, raw.target):
            yield command("show", "Put the checked text here", buffer, proposal=checked.id)
    yield command("refuse", "Remove these raw words", buffer, proposal=raw.id)


def _decisions(buffer: Buffer, proposal: Proposal) -> tuple[types.Command, ...]:
    touched = core.is_touched(proposal, buffer.text.text)
    said = {"proposal": proposal.id}
    return (
        command("accept", "Accept, with your changes" if touched else "Accept", buffer, **said),
        command("refuse", "Refuse, keep your own words" if touched else "Refuse", buffer, **said),
        command("again", "Try again", buffer, **said),
        command("againWith", "Try again with…", buffer, **said),
        command("next", "Next", buffer, **said),
    )


def actions(
    buffer: Buffer, place: types.Range, context: types.CodeActionContext, *, annotations: bool
) -> list[types.CodeAction]:
    """Return what can be done at a place: with gaps on its lines, and with what is proposed there."""
    first, last = place.start.line, place.end.line

    def touches(start: int, end: int) -> bool:
        lines = (buffer.text.place(at, encoding=buffer.encoding).line for at in (start, end))
        top, bottom = lines
        return top <= last and first <= bottom

    def action(one: types.Command, **more: Any) -> types.CodeAction:
        return types.CodeAction(title=one.title, kind=types.CodeActionKind.QuickFix, command=one, **more)

    if context.only and not any(
        str(getattr(kind, "value", kind)) in ("", "quickfix") for kind in context.only
    ):
        return []
    found: list[types.CodeAction] = []
    for proposal in reviewable(buffer):
        if touches(*visible_range(buffer, proposal)):
            found += [action(one) for one in _decisions(buffer, proposal)]
    if len(reviewable(buffer)) > 1:
        found.append(action(command("acceptAll", "Accept all pieces of this file", buffer)))
        found.append(action(command("refuseAll", "Refuse all pieces of this file", buffer)))
    gaps = list(open_gaps(buffer))
    kept = {p.gap.id: p for p in buffer.waiting}
    for gap, start, end in gaps:
        targets = [_in_buffer(buffer, t) for t in gap.targets]
        if not any(touches(*at) for at in ((start, end), *targets)):
            continue
        if gap.fillable:
            if again := kept.get(gap.id):
                found.append(
                    action(command("show", "Put the text that waits here", buffer, proposal=again.id))
                )
            found.append(action(command("write", title(gap), buffer, gap=gap.id)))
            found.append(
                action(command("writeWith", f"{title(gap)} with an instruction…", buffer, gap=gap.id))
            )
            if annotations:
                words = f"{title(gap)}, and preview it"
                found.append(action(command("write", words, buffer, gap=gap.id, preview=True)))
        found.append(_ignored(buffer, gap, start))
    fillable = [gap for gap, _, _ in gaps if gap.fillable]
    if len(fillable) > 1:
        found.append(action(command("writeAll", f"Write all {len(fillable)} gaps of this file", buffer)))
    return found


def _in_buffer(buffer: Buffer, place: tuple[int, int]) -> tuple[int, int]:
    assert buffer.found is not None
    base = buffer.found.base
    start, end = (base.to_buffer(base.text.from_byte(at)) for at in place)
    return start, max(start, end)


def _ignored(buffer: Buffer, gap: Gap, start: int) -> types.CodeAction:
    """Return the action that marks a gap as meant to be so: a comment above a heading, or on its line."""
    text, encoding = buffer.text, buffer.encoding
    line = text.place(start, encoding=encoding).line
    if gap.kind is GapKind.EMPTY_SECTION:
        newline = buffer.found.draft.newline if buffer.found else "\n"
        at, new = text.starts[line], f"{_IGNORE}{newline}{newline}"
    else:
        at, new = text.starts[line] + len(text.line(line)), f" {_IGNORE}"
    edit = types.TextDocumentEdit(
        text_document=types.OptionalVersionedTextDocumentIdentifier(uri=buffer.uri, version=buffer.version),
        edits=[types.TextEdit(range=span(text, at, at, encoding), new_text=new)],
    )
    return types.CodeAction(
        title="Ignore this",
        kind=types.CodeActionKind.QuickFix,
        edit=types.WorkspaceEdit(document_changes=[edit]),
    )
