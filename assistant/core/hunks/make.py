"""Make the hunks that put a text into the place of a gap.

Hunks index the draft as it was read and never each other, so nothing shifts however they are decided.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.core.hunks import container
from assistant.core.hunks.apply import apply
from assistant.core.text import lazy
from assistant.core.text.draft import Draft, parse
from assistant.core.text.list_style import sign_after
from assistant.core.text.lists import item_mark, without_mark
from assistant.core.text.sentences import ends_sentence
from assistant.core.types import Gap, GapKind, Hunk, Span

_BLANK_LINE = lazy.pattern(rb"[ \t]*(?:\r\n|\n|\r)")
"""A line without words, and its end in any style."""
_ATTRIBUTES = lazy.pattern(rb"[ \t]*\{:[^{}\r\n]*\}[ \t]*(?:\r\n|\n|\r|\Z)")
"""Attributes of the heading in the line above, as kramdown has them: `{: .hive #hives}`."""
_TAGS = lazy.pattern(r"<[^<>]*>|\{[^{}]*\}")
"""What may be around an instruction and goes with its line: `<p>`, `{#tar}`."""
_LINE_ENDS = lazy.pattern(rb"[\r\n][ \t\r\n>]*\Z")
"""What separates an item's words from the list in it, in a quote too."""

_COMMENT = lazy.pattern(rb"<!--|\{/\*|%%")
_FULL_WIDTH = lazy.pattern(r"[\u3040-\u30ff\u3400-\u9fff，、。！？：；]")
"""A Chinese or Japanese letter or sign: sentences of these scripts end in `。`, with no blank behind it."""


def hunk_for(
    draft: Draft,
    gap: Gap,
    *,
    text: str,
    target: Span | None = None,
    notes: tuple[str, ...] = (),
    sign: str = "",
) -> Hunk:
    """Return the hunk that puts `text` (clean, `\\n` line ends) into the place of `gap` or its `target`.

    `sign` is what the author has between a point and its text.
    """
    gap, target = own_gap(draft, gap, target)
    prefix, revises = "", gap.kind is GapKind.REVISION
    if target is not None and not revises:
        span, prefix, text = _after_target(draft, target, text, sign)
    elif ((heading := draft.heading_at(gap.span)) and not revises) or gap.kind is GapKind.EMPTY_SECTION:
        span, text = _under_heading(draft, heading.span if heading else gap.span, text)
    else:
        box = container.below_opener(draft, gap.span) if gap.kind is GapKind.NOTES else None
        place = box or container.place_of(draft, target or gap.span, text=text)
        place = place if box or revises else container.apart(draft, place, text)
        span, prefix, lead, marks, tail = place
        text = text.removeprefix(marks)
        if revises and not item_mark(text):
            mark = _mark_in_list(draft, span)
            text = mark + container.put(text, " " * len(mark))
        text = lead + container.put(text, prefix) + tail
        text = ("" if revises else _blank_before(draft, gap.span, text)) + text
    replacement = text.replace("\n", draft.newline).encode()
    original = draft.data[span.start : span.end]
    return Hunk(gap.id, span, original, replacement, (), notes, prefix=prefix, revises=revises)


def _blank_before(draft: Draft, span: Span, text: str) -> str:
    """Return the blank that a text needs where no blank was before its note: `We guess.<!-- why? -->`.

    A note that is no comment may be part of a word: the TODO of `/path/TODO`.
    """
    before = draft.text((draft.line_start(span.start), span.start))
    is_comment = _COMMENT.match(draft.data, span.start) is not None
    is_close = ends_sentence(before) or (is_comment and before[-1:].isalnum())
    if not is_close or before[-1:].isspace() or not text[:1].isalnum():
        return ""
    return "" if _FULL_WIDTH.match(before[-1]) or _FULL_WIDTH.match(text) else " "


def _mark_in_list(draft: Draft, span: Span) -> str:
    """Return the mark that items begin with where more of their list stays; else nothing."""
    data = draft.data
    lists = [b for b in draft.blocks_around(span) if b.kind == "List"]
    around = data[lists[-1].start : span.start] + data[span.end : lists[-1].end] if lists else b""
    return item_mark(draft.text(span)) if around.strip(b" \t\r\n>") else ""


def own_gap(draft: Draft, gap: Gap, target: Span | None) -> tuple[Gap, Span | None]:
    """Return the gap and target that a text is made for: of a heading under an instruction, its section."""
    heading = draft.heading_at(target) if target and gap.kind is GapKind.INSTRUCTION else None
    if heading is None:
        return gap, target
    span, path = heading.span, heading.path
    return replace(gap, kind=GapKind.EMPTY_SECTION, span=span, heading_path=path, targets=()), None


def removal(draft: Draft, gap: Gap) -> Hunk:
    """Return the hunk that takes an instruction line away, with the blank lines that only it needed.

    Other words in its lines stay: `We met there. Expand each of these:`.
    """
    data = draft.data
    start, end = draft.line_start(gap.span.start), draft.line_end(gap.span.end)
    before, after = draft.text((start, gap.span.start)), draft.text((gap.span.end, end))
    is_blank_before = start > 0 and not data[draft.line_start(start - 1) : start].strip()
    if any(map(str.isalnum, _TAGS.sub("", without_mark(before.lstrip(" \t>")) + after))):
        start = gap.span.start - (0 if after.strip() else len(before) - len(before.rstrip(" \t")))
        end = gap.span.end + len(after) - len(after.lstrip(" \t"))
    elif is_blank_before or start == draft.front_matter.end:
        limit = min((t.start for t in gap.targets if t.start >= end), default=len(data))
        while (blank := _BLANK_LINE.match(data, end)) and blank.end() <= limit:
            end = blank.end()
    elif end == len(data) and start > 0:
        start -= 2 if data[start - 2 : start] == b"\r\n" else 1
    note = "takes the instruction line away"
    return Hunk(gap.id, Span(start, end), data[start:end], b"", (), (note,), len(gap.targets))


def reaches_beyond(draft: Draft, hunk: Hunk) -> bool:
    """Tell whether a hunk would change how anything outside of it reads.

    An open code fence, an open HTML comment or a row of dashes may turn the author's own words after it, or
    the line before it, into something else.
    """
    finished = parse(apply(draft.data, [hunk]))
    # A text between two tags divides their block, which changes nothing to see.
    tags = [b.end for b in draft.blocks if b.kind == "HtmlBlock" and b.start < hunk.span.start < b.end]

    def outside(read: Draft, moved: int) -> tuple[object, ...]:
        data = read.data
        end = max((hunk.span.end, *tags[:1])) + moved
        before = [h for h in read.headings if h.span.start < hunk.span.start]
        # Of a heading whose words are revised, the mark stays: `## `.
        headings = [(h.level, h.span.start, h.text * (h.span.end <= hunk.span.start)) for h in before]
        later = [(h.level, h.text, h.span.start - moved) for h in read.headings if h.span.start >= end]
        code = [b for b in read.blocks if b.kind in ("CodeBlock", "HtmlBlock") and b.start >= end]
        first = data[: read.front_matter.end].rstrip()  # it may lack its line end
        return first, headings, later, [(b.kind, b.start - moved, b.end - moved) for b in code]

    return outside(draft, 0) != outside(finished, len(hunk.replacement) - len(hunk.original))


def _under_heading(draft: Draft, heading: Span, text: str) -> tuple[Span, str]:
    """Return the place below a heading or front matter, and the text with blank lines as in the draft."""
    data = draft.data
    end = draft.line_end(heading.end) if heading.end > heading.start else heading.end
    attributes = _ATTRIBUTES.match(data, end)
    end = attributes.end() if attributes else end
    is_html = data[heading.start : end].lstrip().startswith(b"<")
    lead = "\n" if is_html or attributes or _blank_below_headings(draft) else ""
    if not data[:end].endswith((b"\n", b"\r")):
        return Span(end, end), "\n" + lead + text
    tail = "\n" if not data[end:].strip() or _BLANK_LINE.match(data, end) else "\n\n"
    return Span(end, end), lead + text + tail


def _after_target(draft: Draft, target: Span, text: str, sign: str) -> tuple[Span, str, str]:
    """Return the place after a list item or paragraph, its prefix, and the text that continues its words.

    What else an item holds, such as a list or a quote, stays below the text.
    """
    start, end = container.place_of(draft, target).span
    held = (b.start for b in draft.blocks if start < b.start < end and b.kind not in ("Paragraph", "Item"))
    (start, end), prefix, lead, *_ = container.place_of(draft, Span(start, next(held, end)))
    if not draft.text((start, end)).strip(" \t\r\n.…"):  # an empty item, or one of dots
        return Span(start, end), prefix, lead + container.put(text, prefix)
    end = start + len(_LINE_ENDS.sub(b"", draft.data[start:end]).rstrip())
    words = draft.text((start, end))
    if text.startswith(": "):  # the author's own sign is before a sentence, too
        joint, text = ": " if sign == "." else f"{sign_after(words, sign)} ", text[2:]
    else:
        joint = "" if text.startswith("\n") else _joint(words, text, sign)
    return Span(end, end), prefix, joint + container.put(text, prefix)


def _joint(words: str, text: str, sign: str) -> str:
    """Return what separates the words of a bullet from a text that continues them."""
    is_ended = ends_sentence(words) or words.rstrip("*_").endswith((":", ";", "：", "；"))
    if _FULL_WIDTH.match(words.rstrip("*_`」』”）")[-1:]):
        return "" if is_ended or text.startswith(("，", "、", "；", "：")) else "。"
    if text.startswith((",", ";", ":")):
        return ""
    return " " if is_ended or text.lstrip("(*_")[:1].islower() else f"{sign_after(words, sign)} "


def _blank_below_headings(draft: Draft) -> bool:
    """Tell whether this author leaves a blank line between a heading and its text; most do."""
    bodies = [draft.data[h.body.start : h.body.end] for h in draft.headings]
    blank = [bool(_BLANK_LINE.match(body)) for body in bodies if body.strip()]
    return 2 * sum(blank) >= len(blank)
