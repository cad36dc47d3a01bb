"""The right side: one piece in its surroundings, word by word, styled as Markdown, its warnings marked."""

from __future__ import annotations

import re

from textual.content import Content

from assistant.core.hunks import diff
from assistant.core.review.state import Phase, Slot
from assistant.core.text.display import one_line, visible
from assistant.core.text.draft import Draft
from assistant.core.types import Verdict

CONTEXT = 4
"""Lines of the draft shown before and after the piece."""

STATES = {
    "waiting": ("○", "dim", "waiting"),
    "writing": ("◌", "$text-primary", "being written …"),
    "ready": ("●", "$text-primary", "ready"),
    "accepted": ("✓", "$text-success", "accepted"),
    "rejected": ("✗", "$text-error", "rejected; the draft stays unchanged here"),
    "edited": ("✎", "$text-success", "accepted with your edits"),
    "failed": ("!", "$text-error", "failed"),
    "stopped": ("■", "$text-warning", "stopped; t retries"),
    "written": ("▪", "dim", "written; assistant undo takes it back"),
    "moved": (
        "↯",
        "$text-warning",
        "the draft changed here, so this can't be applied; t retries",
    ),
}
"""Sign, colour and words for each state a piece can be in."""

_MARKDOWN = (
    (re.compile(r"^#{1,6} .*$", re.M), "bold"),
    (re.compile(r"\*\*(?=\S)[^*\n]+?\*\*|__(?=\S)[^_\n]+?__"), "bold"),
    (
        re.compile(r"(?<![*\w])\*(?=[^\s*])[^*\n]+?\*(?![*\w])|(?<![_\w])_(?=[^\s_])[^_\n]+?_(?![_\w])"),
        "italic",
    ),
    (re.compile(r"`[^`\n]+`"), "$text-secondary"),
    (re.compile(r"\[[^\]\n]+\]\([^)\n]*\)"), "underline"),
    (re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])(?= )", re.M), "bold"),
    (re.compile(r"^[ \t]*>.*$", re.M), "italic"),
)


def state_of(slot: Slot) -> str:
    """Return the state of a slot, one of the names in `STATES`."""
    if slot.phase is Phase.READY:
        if slot.lost:
            return "moved"
        return "ready" if slot.verdict is Verdict.UNDECIDED else slot.verdict.value
    return slot.phase.value


def place(draft: Draft, slot: Slot) -> str:
    """Return where a slot is, in words: the headings above it and its line."""
    heading = draft.heading_above(slot.anchor)
    where = " › ".join(map(one_line, heading.path)) if heading else one_line(draft.title)
    return f"{where or 'the beginning'} · line {draft.line(slot.anchor)}"


def piece(draft: Draft, slot: Slot, *, number: int, count: int, colours: bool = True) -> Content:
    """Return everything about one slot that an author needs to decide it."""
    sign, colour, words = STATES[state_of(slot)]
    head = Content.assemble(
        (place(draft, slot), "bold"),
        "\n",
        (f"{sign} {words}", colour),
        (f"   {number} of {count}", "dim"),
    )
    parts = [head, Content("")]
    if slot.phase in (Phase.WAITING, Phase.FAILED, Phase.STOPPED) and not slot.versions:
        if slot.said and slot.phase is Phase.FAILED:
            parts.append(Content.styled(visible(slot.said), "$text-error"))
        parts.append(
            _around(draft.data, slot.span.end, slot.span.end, Content.styled("⋯\n", "$text-primary"))
        )
        return Content("\n").join(parts)
    if slot.phase is Phase.WRITING:
        text = visible(slot.said) + "▌" if slot.read == 1 else f"reading your posts {slot.read:.0%}"
        new = markdown(Content.styled("\n" + text + "\n", "$text-success"))
        parts.append(_around(draft.data, slot.span.end, slot.span.end, new, after=False))
        return Content("\n").join(parts)
    version = slot.versions[slot.choice.at]
    home = version.home
    if home is not None:
        parts.append(Content.styled("What it was written for, with the change:", "$text-warning"))
    data = draft.data if home is None else home
    span = version.hunk.span
    if slot.phase is Phase.WRITTEN:
        parts.append(markdown(Content.styled(visible(slot.text.decode()), "$text-success")))
    else:
        parts.append(_around(data, span.start, span.end, changes(slot, colours=colours)))
    if home is not None:
        now = min(slot.span.start, len(draft.data))
        parts += [
            Content(""),
            Content.styled("What the draft says now:", "$text-warning"),
            _around(draft.data, now, now, Content("")),
        ]
    parts.append(Content(""))
    if slot.verdict is not Verdict.EDITED:
        for warning in version.hunk.warnings:
            quoted = one_line(
                version.hunk.replacement[warning.start : warning.end].decode("utf-8", "replace")
            )
            parts.append(Content.styled(f"⚠ {one_line(warning.message)}: “{quoted}”", "$text-warning"))
    for note in version.hunk.notes:
        parts.append(Content.styled(f"· {one_line(note)}", "dim"))
    if slot.said and slot.phase is Phase.READY:
        parts.append(Content.styled(f"! {one_line(slot.said)}", "$text-error"))
    parts.append(Content.styled(quiet(slot), "dim"))
    return Content("\n").join(parts)


def quiet(slot: Slot) -> str:
    """Return the quiet line: which version, the model, tokens and time."""
    version = slot.versions[slot.choice.at]
    said = []
    if len(slot.versions) > 1:
        said.append(f"version {slot.choice.at + 1} of {len(slot.versions)} (v V)")
    if version.guidance:
        said.append(f"instruction: {one_line(version.guidance)}")
    if version.model:
        said.append(one_line(version.model))
    usage = version.usage
    if usage.prompt_tokens or usage.completion_tokens:
        said.append(f"{usage.prompt_tokens} tokens read, {usage.completion_tokens} written")
    if version.seconds:
        said.append(f"{version.seconds:.1f} s")
    return " · ".join(said)


def changes(slot: Slot, *, colours: bool = True) -> Content:
    """Return a slot's change word by word, its doubtful words marked."""
    hunk = slot.versions[slot.choice.at].hunk
    edited = slot.verdict is Verdict.EDITED
    new = slot.text.decode()
    styles = {
        "same": "",
        "gone": "$text-error strike" if colours else "strike",
        "new": "$text-success" if colours else "underline",
    }
    pieces: list[tuple[str, str]] = []
    starts: list[tuple[int, int]] = []
    """Where each kept piece begins: byte of the replacement, character of what is shown."""
    at = shown = 0
    for part in diff.words(hunk.original.decode(), new):
        text = visible(part.text)
        if part.op != "gone":
            starts.append((at, shown))
            at += len(part.text.encode())
        pieces.append((text, styles[part.op]))
        shown += len(text)
    content = markdown(Content.assemble(*pieces))
    if edited:
        return content
    whole = new.encode()

    def character(offset: int) -> int:
        byte, char = max((s for s in starts if s[0] <= offset), default=(0, 0))
        return char + len(visible(whole[byte:offset].decode("utf-8", "replace")))

    for warning in hunk.warnings:
        content = content.stylize("$text-warning reverse", character(warning.start), character(warning.end))
    return content


def markdown(content: Content) -> Content:
    """Return the content with Markdown's own signs shown as what they mean, none taken away."""
    for pattern, style in _MARKDOWN:
        for found in pattern.finditer(content.plain):
            content = content.stylize(style, found.start(), found.end())
    return content


def _around(data: bytes, start: int, end: int, inside: Content, *, after: bool = True) -> Content:
    before = data[max(start - 4000, 0) : start].decode("utf-8", "replace").splitlines(keepends=True)
    behind = data[end : end + 4000].decode("utf-8", "replace").splitlines(keepends=True)
    # A line that goes on into the piece counts as part of it.
    kept = before[-CONTEXT - bool(before and not before[-1].endswith("\n")) :]
    dim = "dim"
    parts = [markdown(Content.styled(visible("".join(kept)), dim)), inside]
    if after:
        parts.append(markdown(Content.styled(visible("".join(behind[: CONTEXT + 1])), dim)))
    return Content("").join(parts).rstrip()
