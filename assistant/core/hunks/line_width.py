"""Break the lines of a text where its author does, who ends lines at a width: at 80 characters, say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise, takewhile

from assistant.core.hunks import container
from assistant.core.hunks.apply import apply
from assistant.core.hunks.revise import Revision
from assistant.core.text import lazy
from assistant.core.text.code import code, without_code
from assistant.core.text.draft import Draft, parse
from assistant.core.text.lists import item_mark
from assistant.core.text.offsets import byte_span
from assistant.core.text.sentences import ends_sentence
from assistant.core.types import Hunk, Span, Warning

_LEAST, _MOST = 50, 120
"""Characters of a width: shorter lines are verse or notes, and nobody breaks longer ones."""
_FEW = 3
"""Fewest lines that show a width; a single longer one shows that there is none."""
_WORDS = 10
"""Blanks that a long line of prose has more of than one with an address."""
_ASIDE = lazy.pattern(r"[ \t>]*(?:[|#<=]|-{3,}|[:!?]{3}|\$\$|\{[{%]|\[[^\]\n]+\]:|\Z)")
"""A line that is not prose, or whose end means something: a row, a heading, a tag, a box, a definition."""
_ITEM = lazy.pattern(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_QUOTED = lazy.pattern(r"(?:[ \t]*>[ \t]?)*")
_WHOLE = lazy.pattern(
    r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|!?\[[^\[\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])?"
    r"|<[^<>]+>|\{\{.*?\}\}|\{%.*?%\}|\$[^\s$][^$]*\$"
)
"""What a line end would break: `code`, links, questions such as `[TK: when?]`, tags, formulas."""
_OPENS = lazy.pattern(
    r"(?<![ \t])[ \t]+(?=(?:[-*+:~=]+|#{1,6}|\d{1,9}[.)])(?:\s|\Z)|[>|<]|`{3}|~{3}|[:!?]{3}|\[[^\]]+\]:)"
)
"""Blanks before what would open a block at the beginning of a line: `- `, `# `, `2011. `."""
_HARD_BREAK = lazy.pattern(r"(?:[ ]{2,}|\\)\Z")
"""The end of a line after which readers see another: two blanks, or a backslash."""
_BLANK = "\0"
"""Stands for a blank at which no line ends."""


def width(texts: Iterable[str]) -> int:
    """Return at how many characters an author ends lines, by the first text that tells; 0 for none.

    Who ends a line with each sentence, or writes a paragraph in one line, has no width.
    """
    return next((each for text in texts if (each := _width(text)) is not None), 0)


def _width(text: str) -> int | None:
    lines = [line.rstrip() for line in without_code(text, inline=False).splitlines()]
    prose = [line for line in lines if not _ASIDE.match(line)]
    pairs = ((a, b) for a, b in pairwise(lines) if not (_ASIDE.match(a) or _ASIDE.match(b) or _ITEM.match(b)))
    broken = [a for a, _ in pairs if len(a) <= _MOST]
    long = sum(len(line) > _MOST and line.count(" ") > _WORDS for line in prose)
    if len(broken) < _FEW and not long:
        return None
    lengths = sorted(map(len, broken))
    most = lengths[int(0.95 * (len(lengths) - 1))] if lengths else 0  # an address may be longer
    full = sum(length > 0.7 * most for length in lengths)
    whole = sum(map(ends_sentence, broken))
    is_wrapped = most >= _LEAST and 10 * long <= len(broken) and 2 * full > len(broken) > 2 * whole
    return most if is_wrapped else 0


def wrapped(draft: Draft, hunk: Hunk, *, width: int) -> Hunk:
    """Return a hunk whose lines of prose end at `width` characters; 0 leaves them as they are.

    Rows, headings, code and lines of the author's stay, and what is one word to a reader is not broken.
    """
    if not width or hunk.prefix == container.CELL:
        return hunk
    text = container.taken(hunk.replacement.decode().replace(draft.newline, "\n"), hunk.prefix)
    tail = "\n" * text.endswith("\n")  # of a box, which `put` would take for a blank line in it
    text = text.removesuffix(tail)
    own = {line.strip() for line in hunk.original.decode().splitlines()}
    blocks = [one for one in code(text) if one.is_block]
    column = len(draft.text((draft.line_start(hunk.span.start), hunk.span.start)))
    within = width - len(hunk.prefix)
    # The author's words after the text need room in its last line.
    following = draft.text((hunk.span.end, draft.line_end(hunk.span.end))).rstrip("\r\n")
    following = "" if tail or 2 * len(following) > width else following.replace(" ", _BLANK)
    text += following
    lines: list[str] = []
    rest, mark, at = "", "", 0
    for line in text.split("\n"):
        is_code = any(one.start <= at + len(line) and at < one.end for one in blocks)
        is_aside = _ASIDE.match(line) and (at or not column)
        is_kept = is_code or is_aside or line.strip() in own or " | " in line
        # What has no room in a line of a model's goes before the words of the next.
        if rest and (is_kept or _ITEM.match(line) or _mark(line) != mark):
            lines.append(mark + rest)
            rest = ""
        mark = "" if is_kept else _mark(line)
        words = line.removeprefix(mark)
        row = f"{rest} {words.lstrip()}" if rest else words
        first = (width - column if at == 0 else within) - len(mark)
        *broken, rest = [row.replace(_BLANK, " ")] if is_kept else _lines(row, first, within - len(mark))
        if not broken or _HARD_BREAK.search(line):
            broken, rest = [*broken, rest], ""
        lines += [mark + one for one in broken]
        at += len(line) + 1
    lines += [mark + rest] * bool(rest)
    text = container.put("\n".join(lines)[: -len(following) or None], hunk.prefix) + tail
    return replace(hunk, replacement=text.replace("\n", draft.newline).encode())


def _mark(line: str) -> str:
    """Return the marks of a quotation at the start of a line."""
    quoted = _QUOTED.match(line)
    return quoted[0] if quoted else ""


def rewrapped(draft: Draft, hunk: Hunk, revision: Revision, *, width: int) -> Revision:
    """Return a revision of a hunk's text whose lines end at `width` too; 0 leaves them as they are.

    Where the words after it have no room in its last line, they begin one; what is there stays as it is.
    """
    is_there = draft.data[slice(*hunk.span)] == hunk.original
    if not width or not is_there or hunk.prefix == container.CELL:
        return revision
    # A line may end at the blanks around it, too.
    start = revision.start - (hunk.replacement[: revision.start][-1:] == b" ")
    blank = hunk.replacement[start : revision.start]
    with_hunk = parse(apply(draft.data, [hunk]))
    span = Span(hunk.span.start + start, hunk.span.start + revision.end)
    prefix = container.place_of(with_hunk, span).prefix  # it may be in an item, or a quote, of the text
    if prefix == container.CELL or with_hunk.heading_at(span):
        return revision
    old = with_hunk.data[slice(*span)]
    own = Hunk(hunk.gap, span, old, blank + revision.new, prefix=prefix)
    new = wrapped(with_hunk, own, width=width).replacement
    before = with_hunk.text((with_hunk.line_start(span.start), span.start))
    following = with_hunk.text((span.end, with_hunk.line_end(span.end))).rstrip()
    is_full = len((before + new.decode()).rpartition("\n")[2]) + len(following) > width
    if is_full and hunk.replacement[revision.end :][:1] == b" ":
        new, span = new + (draft.newline + prefix).encode(), Span(span.start, span.end + 1)
    return Revision(start, span.end - hunk.span.start, new, revision.warnings)


def closed_up(hunk: Hunk, revision: Revision) -> Revision:
    """Return the revision that takes a sentence away, with the words after it broken again.

    They are broken at the width of the text's lines, up to the end of their paragraph; a text whose lines end
    in whole sentences is left as it is, and so are the lines before.
    """
    text, start = hunk.replacement.decode(), len(hunk.replacement[: revision.start].decode())
    end = start + len(hunk.replacement[revision.start : revision.end].decode())
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    is_wrapped = _LEAST <= width <= _MOST and not all(map(ends_sentence, lines[:-1]))
    before = text[text.rfind("\n", 0, start) + 1 : start]
    row, *others = text[end:].split("\n")
    others = [*takewhile(lambda one: not (_ASIDE.match(one) or _ITEM.match(one)), others)]
    has_breaks = any(map(_HARD_BREAK.search, [row, *others][:-1]))
    if "\r" in text or not (is_wrapped and others and row.strip()) or has_breaks:
        return revision
    prefix = hunk.prefix + " " * len(item_mark(before))
    old = "\n".join([row, *others])
    joined = " ".join([row.rstrip(), *(one.removeprefix(prefix).strip() for one in others)])
    lead = joined[: len(joined) - len(joined.lstrip())]
    # The author's words may be before the text's first line.
    limit = width if "\n" in text[:start] else text.index("\n")
    first = limit - len(before) - len(lead)
    new = lead + ("\n" + prefix).join(_lines(joined.strip(), max(first, 1), width - len(prefix)))
    end = revision.end + len(old.encode())
    return Revision(revision.start, end, new.encode(), tuple(_carried(hunk, revision, old, new)))


def _carried(hunk: Hunk, revision: Revision, old: str, new: str) -> Iterator[Warning]:
    """Yield the warnings on words after a sentence, at their places once these are broken again."""
    data, places = old.encode(), _signs(new)
    for warning in hunk.warnings:
        first, last = warning.start - revision.end, warning.end - revision.end
        if 0 <= first < last <= len(data):
            a, b = (len(_signs(data[:at].decode())) for at in (first, last))
            if a < b <= len(places):
                start, end = byte_span(new, places[a], places[b - 1] + 1)
                yield replace(warning, start=start, end=end)


def _signs(text: str) -> list[int]:
    """Return where the signs of a text are that stay when its lines are broken again."""
    return [at for at, sign in enumerate(text) if not sign.isspace() and sign != ">"]


def _lines(line: str, first: int, others: int) -> Iterator[str]:
    """Yield a line broken at `first` characters, then at `others`: the first may share the author's line."""
    body = line.rstrip(" ")
    mark = item_mark(body)
    lead = line[: len(line) - len(line.lstrip())] if first == others else ""
    indent = " " * len(mark) if mark else lead
    start = mark or lead
    whole = _WHOLE.sub(lambda part: part[0].replace(" ", _BLANK), body[len(start) :])
    now, *words = _OPENS.sub(lambda blanks: _BLANK * len(blanks[0]), whole).split(" ")
    now = start + now
    for word in words:
        if len(now) + 1 + len(word) <= first:
            now += f" {word}"
        elif word:  # the second of two blanks between sentences is none
            yield now.rstrip(" ").replace(_BLANK, " ")
            now, first = indent + word, others
    yield now.replace(_BLANK, " ") + line[len(body) :]
