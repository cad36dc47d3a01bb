"""What every view says of a piece: its name in the author's words, its state, its warnings, its change."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from rich.cells import cell_len, set_cell_size

from assistant.app import report
from assistant.app.report import WithKeys
from assistant.core.gaps.place_names import head_of, line_of
from assistant.core.hunks import diff
from assistant.core.hunks.apply import apply, without_overlaps
from assistant.core.hunks.doubts import Doubt
from assistant.core.review import old_places
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.cells import cell_head
from assistant.core.text.display import one_line, shortened, visible
from assistant.core.text.draft import Draft, parse
from assistant.core.text.lists import lead_in, without_mark
from assistant.core.types import Span, Verdict

WRITTEN_FOR, NOW = "What it was written for, with the change:", "What the draft says now:"
"""Headings over the two, where the draft changed at a piece."""
DELETED = "The draft has this place no more: it was deleted."

CONTEXT, _CONTEXT_OF_LOST = 3, 2
"""Lines of the draft shown before and after a piece, and after one that is kept out."""
_NOW = 5
"""Lines shown of what the draft says in its place: the text that waits must stay in view."""
REMARK_LINES = 2
"""Lines of one question or warning, at most: enough for what is missing, and they leave room for the text."""
_WORD = 12
"""Cells that a line is cut shorter by at most to end with a word."""

STATES = {
    "waiting": ("○", "waiting"),
    "writing": ("◌", "being written …"),
    "ready": ("●", "ready"),
    "accepted": ("✓", "accepted"),
    "rejected": ("✗", "rejected; the draft stays as it is"),
    "edited": ("✎", "accepted with your edits"),
    "failed": ("!", "failed"),
    "stopped": ("■", WithKeys("stopped", "t retries")),
    "written": ("▪", "written; assistant undo"),
    "outdated": ("↯", WithKeys("the draft changed here, so this can't be applied", "t retries")),
}
"""Sign and words for each state that a piece can be in."""

_SIGNS = re.compile(r"^[\s>#:|]+|<!--+|--+>|\*\*|__|%%")
"""What Markdown has around a note's words: `> `, `<!-- … -->`, `**…**`, `%%…%%`."""
_BARS = re.compile(r"[\s|]+\Z")
"""What is behind the words of a table's row, up to an empty cell: `Hoe | |`."""
_OPENER = re.compile(r"\W*\w{1,11}\W*")
"""A line that only says that something is missing, with the words below it: `TODO`, `[!todo]`, `{todo}`."""
_NOTE = 40
"""Letters of the author's own words that a place is named by."""
_LIKENESS = 0.5
"""How like the words that a piece was written for those in its place must be to name it: `by at noon`."""
_EDGE = re.compile(r"\A\n*")
_MARKS = {"gone": ("[-", "-]"), "new": ("{+", "+}")}


class Part(NamedTuple):
    """A run of text to show, with control characters made visible."""

    text: str
    role: Literal["around", "same", "gone", "new"]
    doubtful: bool = False
    """True where a question or a warning is about these words."""


def state_of(piece: Piece) -> str:
    """Return the state of a piece, one of the names in `STATES`."""
    if piece.unplaced and piece.phase in (Phase.READY, Phase.WAITING):
        return "outdated"
    if piece.phase is not Phase.READY:
        return piece.phase.value
    return "ready" if piece.verdict is Verdict.UNDECIDED else piece.verdict.value


def says(review: Review, piece: Piece) -> str:
    """Return what the state of a piece means for the draft."""
    state = state_of(piece)
    if state == "rejected" and (removal := review.removal_with(piece)) in review.accepted() and removal:
        return "rejected; only the request goes"
    if state == "outdated" and old_places.is_deleted(piece, review.base):
        return "its place was deleted; this can't be applied"
    return report.SHOWS_OUTDATED if state == "outdated" and piece.shows_outdated else STATES[state][1]


def tally(pieces: Iterable[Piece]) -> str:
    """Return how many pieces are in each state, such as `4 accepted, 1 rejected`."""
    counts = Counter(map(state_of, pieces))
    return ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])


def note(draft: Draft, piece: Piece) -> str:
    """Return the author's own words in place of a piece; empty where there are none."""
    if piece.part_of:
        return f"part {int(piece.key.rpartition('.')[2]) + 1}"
    words = piece.hunk.original.decode() if piece.hunk else draft.text(piece.span)
    if piece.hunk and not words.strip():  # an insertion continues the line that it is in
        data = piece.version.base if piece.version and piece.version.base is not None else draft.data
        start = data.rfind(b"\n", 0, piece.hunk.span.start) + 1
        words = data[start : piece.hunk.span.start].decode("utf-8", "replace")
    words = _first_line(words)
    if piece.unplaced:
        words_now = _first_line(draft.text(piece.span))
        words = words_now if SequenceMatcher(None, words, words_now).ratio() > _LIKENESS else words
    if not words or _OPENER.fullmatch(words):  # a row says more than the `TK` in its cell
        words = cell_head(draft, piece.span.start) or words
    heading = draft.heading_above(piece.span.start)
    if heading and piece.span == (heading.span.start,) * 2:  # the next section begins right below
        return words
    return words or _first_line(line_of(draft, piece.span) or head_of(draft, piece.span.start))


def _first_line(text: str) -> str:
    texts = map(without_mark, text.splitlines())
    lines = (one_line(_BARS.sub("", _SIGNS.sub("", lead_in(text) or text))) for text in texts)
    lines_with_words = [line for line in lines if any(map(str.isalnum, line))]
    return next(
        (line for line in lines_with_words if not _OPENER.fullmatch(line)), next(iter(lines_with_words), "")
    )


def name(draft: Draft, piece: Piece) -> str:
    """Return what a piece is called: the author's words in its place, or else the heading above it."""
    draft, piece, _ = _at_home(draft, piece)
    return note(draft, piece) or _headings(draft, piece)[-1]


def place(draft: Draft, piece: Piece, *, line: int = 0, width: int = 100) -> str:
    """Return where a piece is: the headings above it, the author's words, its line; in `width` cells.

    `line` is that of the file, where this has more lines than the draft. A place that was deleted has none.
    """
    draft, piece, is_deleted = _at_home(draft, piece)
    parts, words = list(_headings(draft, piece)), note(draft, piece)
    heading = draft.heading_above(piece.anchor)
    # A heading that ends the draft, without a line end, has the place of its text at its own end.
    if words and not (heading and piece.span in (heading.span, (heading.span.end,) * 2)):
        parts.append(shortened(words, _NOTE))
    at = " · deleted" if is_deleted else f" · line {line or draft.line(piece.anchor)}"
    while len(parts) > 1 and cell_len(" › ".join(parts)) + len(at) > width:
        parts.pop(0)  # the nearest say most
    return cut(" › ".join(parts), max(width - len(at), 10)) + at


def _at_home(draft: Draft, piece: Piece) -> tuple[Draft, Piece, bool]:
    """Return a piece whose place was deleted in the draft that it was for, and whether it is one.

    What is near its place now has other names.
    """
    base = piece.version.base if piece.version else None
    if base is None or not piece.unplaced or not old_places.is_deleted(piece, draft.data):
        return draft, piece, False
    versions = tuple(replace(version, base=None) for version in piece.versions)
    return _parsed(base), replace(piece, versions=versions, span=versions[piece.choice.at].hunk.span), True


_parsed = lru_cache(maxsize=8)(parse)
"""Reads a draft as it was once; each view asks for the same few, again and again."""


def cut(text: str, width: int) -> str:
    """Return a line that fits into `width` cells, cut between words where one ends near by."""
    if cell_len(text) <= width:
        return text
    head = set_cell_size(text, max(width - 1, 0))
    words = head if text[len(head) :].startswith(" ") else head.rpartition(" ")[0]
    return (words if cell_len(words) >= max(width - _WORD, width / 2) else head).rstrip() + "…"


def _headings(draft: Draft, piece: Piece) -> Sequence[str]:
    heading = draft.heading_above(piece.anchor)
    path = [one_line(words) for words in heading.path] if heading else [one_line(draft.title)]
    return [words for words in path if words] or ["the beginning"]


def version(piece: Piece) -> str:
    """Return which of several texts is shown; empty where there is one."""
    count = len(piece.versions)
    return f"version {piece.choice.at + 1} of {count} (v V)" if count > 1 else ""


def origin(piece: Piece) -> list[str]:
    """Return where the text that is shown came from: the instruction, the model, the tokens."""
    version = piece.version
    if version is None:
        return []
    usage = version.usage
    tokens = f"{usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written"
    lines = {
        f"instruction: {one_line(version.guidance)}": version.guidance,
        one_line(version.model): version.model,
        tokens: usage.prompt_tokens or usage.completion_tokens,
    }
    return [words for words, is_known in lines.items() if is_known]


def failure(review: Review, piece: Piece) -> str:
    """Return why a piece has no text; of several that failed for the same reason, only the first tells it."""
    cause = one_line(piece.message)
    similar = (
        s
        for s in review.shown
        if s.phase is piece.phase and report.reason(s.message) == report.reason(piece.message)
    )
    first = next(similar, piece)
    number = review.shown.index(first) + 1 if cause and first is not piece else 0
    return f"for the same reason as piece {number}" if number else cause


def doubts(
    piece: Piece, current: Doubt | None = None, *, most: int = 0
) -> tuple[list[tuple[Doubt, str]], str]:
    """Return the questions and warnings of a text, each with a line; `▸` marks the current one of several.

    With more than `most`, unless that is 0, return only those around the current one, and a line on others.
    """
    marks = {current: "▸ "} if len(piece.doubts) > 1 else {}
    lines = [(doubt, marks.get(doubt, "") + report.about(piece, doubt)) for doubt in piece.doubts]
    rest = len(lines) - most
    if not most or rest <= (most > 1):  # a line that says "1 more" is as long as the one more
        return lines, ""
    at = piece.doubts.index(current) if current in piece.doubts else 0
    first = min(max(at - (most > 1), 0), rest)
    return lines[first : first + most], f"{rest} more; . shows the next"


def doubt_keys(piece: Piece, doubt: Doubt) -> str:
    """Return the keys for a question or a warning, with what they do."""
    if piece.is_fact:
        keys = ["[f]ill it in", "[r] leave it"]
    elif doubt.is_question:
        keys = ["[f]ill it in", "[F]it an answer in", "[x] drop the sentence"]
    elif doubt.is_of_all:
        keys = ["[t] another text", "[i] another with an instruction"]
    else:
        approval = report.approval(doubt)
        keys = ["[m] ask me instead", "[x] drop it", f"[T] {approval[0].lower()}{approval[1:]}"]
    return "  ".join(keys + ["[.] next"] * (len(piece.doubts) > 1))


def shown(
    review: Review, piece: Piece, *, colours: bool = True, room: tuple[int, int] | None = None
) -> list[Part]:
    """Return a piece's change in its surroundings: the draft with what else was accepted.

    Without `colours`, signs mark what goes and what comes: `[-old-] {+new+}`. `room` is the cells of a line,
    and the lines that all should fit into: less is shown of the surroundings, though never nothing.
    """
    change = list(_change(piece))
    before, after = around(review, piece)
    removal = review.removal_with(piece)
    removed_parts = [Part(visible(removal.original.decode()).strip("\n"), "gone")] if removal else []
    if removed_parts and not colours:
        removed_parts = _bracketed(removed_parts, *_MARKS["gone"])
    if room is not None:
        width, lines = room
        lines -= lines_of("".join(part.text for part in (*removed_parts, *change)), width)
        limit = min(max(lines // 2, lines - lines_of(after, width), 1), CONTEXT + 1)
        before = last_lines(before, width, limit - 1) if lines_of(before, width) > limit else before
        below = max(lines - lines_of(before, width), 1)
        after = _first_lines(after, width, below + 1) if lines_of(after, width) > below + 1 else after
    is_above = removal is not None and removal.span < piece.place
    parts = [*removed_parts, Part("\n", "around")] if is_above else []
    parts.append(Part(before, "around"))
    for role, group in groupby(change, key=lambda part: part.role):
        run = list(group)
        is_apart = parts[-1].text[-1:].isspace() or run[0].text[:1].isspace()
        if role == "new" and parts[-1].role == "gone" and not is_apart:
            ends_line = parts[-2].text.endswith("\n") or not parts[-2].text
            parts.append(Part("\n" if ends_line else " ", "around"))
        parts += run if colours or role not in _MARKS else _bracketed(run, *_MARKS[role])
    parts.append(Part(after, "around"))
    return parts if is_above or not removed_parts else [*parts, Part("\n", "around"), *removed_parts]


def _bracketed(run: Sequence[Part], opening: str, closing: str) -> list[Part]:
    """Put signs round some text, inside the line ends at its edges."""
    if not "".join(part.text for part in run).strip():
        return list(run)
    run = [run[0]._replace(text=_EDGE.sub(rf"\g<0>{opening}", run[0].text, count=1)), *run[1:]]
    last = run[-1].text.rstrip("\n")
    return [*run[:-1], run[-1]._replace(text=last + closing + run[-1].text[len(last) :])]


def around(review: Review, piece: Piece) -> tuple[str, str]:
    """Return some lines of the draft before and after a piece."""
    base = piece.version.base if piece.version else None
    span = piece.hunk.span if piece.hunk else Span(piece.span.end, piece.span.end)
    data = review.base if base is None else base
    removal = review.removal_with(piece)
    by_span = {h.span: h for h in (*review.accepted(), *([removal] if removal else []))}.values()
    hunks = [h for h in without_overlaps(list(by_span))[0] if base is None and h.span != span]
    head = apply(data[: span.start], [h for h in hunks if h.span.end <= span.start])
    behind = [
        replace(h, span=Span(h.span.start - span.end, h.span.end - span.end))
        for h in hunks
        if h.span.start >= span.end
    ]
    tail = apply(data[span.end :], behind)
    before = head[-4000:].decode("utf-8", "replace").splitlines(keepends=True)
    # A line that continues into the piece counts as part of it.
    lines_before = before[-CONTEXT - bool(before and not before[-1].endswith("\n")) :]
    count = CONTEXT if base is None else _CONTEXT_OF_LOST
    lines_after = tail[:4000].decode("utf-8", "replace").splitlines(keepends=True)[: count + 1]
    return visible("".join(lines_before)).lstrip("\n"), visible("".join(lines_after)).rstrip()


def last_lines(text: str, width: int, count: int) -> str:
    """Return as much of the end of a text as fits into `count` lines and the one that continues.

    It is cut between words.
    """
    width //= 1 + (cell_len(text) > len(text))  # letters such as 何 take two cells
    lines: list[str] = []
    for line in text.split("\n"):
        first, *tail = textwrap.wrap(line, max(width - 1, 10)) or [""]
        lines += [first, *(f"…{part}" for part in tail)]
    first, *tail = lines[-count - 1 :]
    blanks = text[len(text.rstrip(" \t")) :]  # behind a mark, as in `> `, and not kept by `wrap`
    return "\n".join([first, *(part.removeprefix("…") for part in tail)]) + blanks


def _first_lines(text: str, width: int, count: int) -> str:
    """Return as much of the beginning of a text as fits into `count` lines, cut between words."""
    width //= 1 + (cell_len(text) > len(text))
    lines: list[str] = []
    for line in text.split("\n"):
        *first, last = textwrap.wrap(line, max(width - 1, 10)) or [""]
        lines += [*(f"{part}…" for part in first), last]
    return "\n".join([*(part.removesuffix("…") for part in lines[: count - 1]), *lines[count - 1 : count]])


def lines_of(text: str, width: int) -> int:
    """Return how many lines of `width` cells a text takes."""
    return sum(max(-(-cell_len(line) // width), 1) for line in text.split("\n"))


def now(review: Review, piece: Piece) -> tuple[str, str]:
    """Return a heading, and below it what the draft says where a lost piece was; nothing if deleted."""
    if old_places.is_deleted(piece, review.base):
        return DELETED, ""
    current = review.base[slice(*old_places.current_place(piece, review.base))]
    lines = visible(current.decode("utf-8", "replace")).rstrip().splitlines()
    text = "\n".join(lines[:_NOW])[: _NOW * 80].rstrip()
    return NOW, text if len(text) == len("\n".join(lines)) else f"{text} …"


def _change(piece: Piece) -> Iterator[Part]:
    """Yield what goes and comes, cut where words that a warning is about begin and end."""
    assert piece.hunk is not None
    doubts = piece.doubts
    at = 0
    for stretch in diff.readable(piece.hunk.original.decode(), piece.text.decode()):
        if stretch.op == "gone":
            yield Part(visible(stretch.text), "gone")
            continue
        data = stretch.text.encode()
        edges = {x - at for w in doubts for x in (w.start, w.end) if 0 < x - at < len(data)}
        for a, b in pairwise(sorted({0, len(data), *edges})):
            doubtful = any(w.start <= at + a < w.end for w in doubts)
            yield Part(visible(data[a:b].decode("utf-8", "replace")), stretch.op, doubtful)
        at += len(data)
