"""Change single sentences of a hunk's text, and keep its warnings at their words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from assistant.core.text import language, lazy
from assistant.core.text.line_ends import with_newlines
from assistant.core.text.lists import item_mark
from assistant.core.text.offsets import byte_span
from assistant.core.text.sentences import continuing_spans
from assistant.core.text.words import is_spaceless
from assistant.core.types import Hunk, Warning

_QUOTE_MARKS = lazy.pattern(r"[ \t]*(?:>[ \t]?)*")
_LINE = lazy.pattern(r"[^\r\n]*")
_NEXT_LINE = lazy.pattern(r"[^\r\n]*(?:\r\n|\n|\r)?")
_BLANK_LINES = lazy.pattern(r"(?:[ \t]*(?:\r\n|\n|\r))*")
_BLANK_LINE = lazy.pattern(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)\Z")
"""Parts of Markdown's lines, with ends in any style."""
Lines = Callable[[bytes], bytes]
"""What changes the line ends of a text, or what its lines begin with."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Other words for some bytes of a text, counted in the text as the revisions before left it."""

    start: int
    end: int
    new: bytes
    warnings: tuple[Warning, ...] = ()
    """What is doubtful in the new words; offsets count from their beginning."""


def revised(hunk: Hunk, revisions: Iterable[Revision]) -> Hunk:
    """Return a hunk with other words in its text; a warning whose words all went is gone."""
    for one in revisions:
        text = hunk.replacement[: one.start] + one.new + hunk.replacement[one.end :]
        moved = [_moved(warning, one.start, one.end, len(one.new)) for warning in hunk.warnings]
        moved += [replace(w, start=w.start + one.start, end=w.end + one.start) for w in one.warnings]
        warnings = sorted(filter(None, moved), key=lambda warning: (warning.start, warning.end))
        hunk = replace(hunk, replacement=text, warnings=tuple(warnings))
    return hunk


def with_lines(hunk: Hunk, lines: Lines) -> Hunk:
    """Return a hunk with its text in other `lines`, its warnings at their words."""
    text = hunk.replacement
    return replace(hunk, replacement=lines(text), warnings=_at_words(hunk.warnings, text, lines))


def with_newline(hunk: Hunk, newline: str) -> Hunk:
    """Return a hunk whose text has `newline` as its line ends."""
    return with_lines(hunk, lambda text: with_newlines(text, newline))


def prefixed(old: str, new: str) -> Lines:
    """Return what puts the prefix `new` into the place of `old` before each line of a text but the first."""
    full, bare = (re.escape(one.encode()) for one in (old, old.rstrip()))
    line = re.compile(
        rb"(?P<end>\r\n|\n|\r)(?:(?P<full>%b)(?![\r\n]%b)|(?P<bare>%b)(?=[\r\n]))"
        % (full, b"" if old else rb"|\Z", bare or b"(?!)")
    )
    prefixes = new.encode(), new.rstrip().encode()
    return lambda text: line.sub(lambda it: it["end"] + prefixes[it["full"] is None], text)


def revision_with_lines(one: Revision, text: bytes, lines: Lines) -> Revision:
    """Return a revision of `text` as one of the same text in other `lines`."""
    start, end = (len(lines(text[:at])) for at in (one.start, one.end))
    return Revision(start, end, lines(one.new), _at_words(one.warnings, one.new, lines))


def _at_words(warnings: Iterable[Warning], text: bytes, lines: Lines) -> tuple[Warning, ...]:
    def place(offset: int) -> int:
        return len(lines(text[:offset]))

    return tuple(replace(one, start=place(one.start), end=place(one.end)) for one in warnings)


def _moved(warning: Warning, start: int, end: int, size: int) -> Warning | None:
    """Return a warning after some bytes became `size` others; None where all its words went."""
    shift = size - (end - start)
    if warning.end <= start:
        return warning
    if end <= warning.start:
        return replace(warning, start=warning.start + shift, end=warning.end + shift)
    if start <= warning.start and warning.end <= end:
        return None
    if warning.start <= start:
        return replace(warning, end=max(warning.end + shift, start))
    return replace(warning, start=start + size, end=warning.end + shift)


def sentence_at(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the bytes of the sentences in which some words are, without list marks."""
    words = text.decode()
    spans = [byte_span(words, *span) for span in continuing_spans(words, language.guess(words))]
    touched = [span for span in spans if span[0] < end and start < span[1]]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def author_end(hunk: Hunk) -> int:
    """Return how many bytes of a text are the author's words before it, which it continues.

    0 where the text takes their place; spaces, marks and line breaks between them may differ.
    """
    own, text = hunk.original.decode(), hunk.replacement.decode()
    letters = [at for at, sign in enumerate(own) if sign.isalnum()]
    places = [at for at, sign in enumerate(text) if sign.isalnum()][: len(letters)]
    if not letters or [text[at] for at in places] != [own[at] for at in letters]:
        return 0
    end = places[-1] + 1
    # `Swarms are …` is about the note `Swarm`; `one of the hardes` is half a sentence that ends in a word.
    is_inside_word = text[end : end + 1].isalnum() and len(own.split()) == 1
    if is_inside_word and not is_spaceless(text):
        return 0
    for sign in own[letters[-1] + 1 :]:  # a vowel's sign, a closing mark of emphasis, code or a link
        if not text.startswith(sign, end):
            break
        end += 1
    return len(text[:end].encode())


def removal(text: bytes, start: int, end: int) -> Revision:
    """Return the revision that takes a sentence away, with the line, list mark and blanks it leaves."""
    words = text.decode()
    start, end = len(text[:start].decode()), len(text[:end].decode())
    line = max(words.rfind("\n", 0, start), words.rfind("\r", 0, start)) + 1
    lead, rest = words[line:start], _LINE.match(words, end)[0]  # type: ignore[index]
    marks = _QUOTE_MARKS.sub("", lead, count=1)
    in_cell = words.startswith(" ") and "\n" not in words  # its blanks separate the text from `|`
    if end + len(rest) == len(words) and not rest.strip() and not in_cell:
        end = len(words)  # blanks that end the text had parted nothing
    if rest.strip():
        end += len(rest) - len(rest.lstrip(" \t"))
    elif marks and item_mark(marks) != marks:
        start -= len(lead) - len(lead.rstrip(" \t"))
    elif not words[end:].strip():  # the last line: the blank lines that end the text stay
        start = len(words[:line].rstrip())
    else:
        start, end = line, _NEXT_LINE.match(words, end).end()  # type: ignore[union-attr]
        if not words[:start].strip() or _BLANK_LINE.search(words[:start]):
            end = _BLANK_LINES.match(words, end).end()  # type: ignore[union-attr]
    return Revision(*byte_span(words, start, end), b"")
