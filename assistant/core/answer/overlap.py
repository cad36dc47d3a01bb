"""Find what an answer only repeats: the request, the author's finished text, the words it continues."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.core.answer.expected import Expected
from assistant.core.answer.repeated_words import ALIGNED, completes, without_words_before
from assistant.core.text.code import code, without_code
from assistant.core.text.lists import item_mark, without_mark
from assistant.core.text.sentences import sentence_spans, sentences
from assistant.core.text.words import ADDRESS, UNIT, is_spaceless, squeezed

COPIED = 12
"""Words in a row that are no coincidence."""
_ECHO = 12
"""A longer line (in characters) of the request is no common word, and comes again as an echo."""
_LINE = 4
"""Fewest words of a line of the notes that counts as repeated."""
_REPEATED = 6
"""Fewest words of a sentence that is a copy of the draft's with a word or two changed."""
_RUN_ON = 4
"""Fewest words of one of the draft's sentences that a text runs on with, and so ends with."""
_WORD = re.compile(r"\w+")
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t].*$|^(?=.*\S).*\n {0,3}(?:=+|-+)[ \t]*$")
"""A heading by its mark, or by the line below it; that a line isn't blank is seen once, as it may be long."""
_LABEL = re.compile(r"\s*(\*\*|__)[^*]+(?::\1|\1:)\s*")
"""A label of the author's notes, in bold, which no request has: `**What we don't sell:**`."""
_COLON_AT_END = re.compile(r"[:：]([*_]*)\s*\Z")
"""The colon that leads to a block that goes, its bold closed after it."""


def runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """Yield every run of `length` words of `text`, in lower case."""
    words = _WORD.findall(text.casefold())
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def without_copies(text: str, expected: Expected) -> str:
    """Return `text` without sentences that hand back the request or another text.

    They have twelve words in a row of it. The author's note may be in the text, but not be all of it. Of the
    author's finished text, a phrase may come again; a sentence that is mostly such phrases goes, and so
    does one that is nearly one of the author's.
    """
    text = _without_repeats(text, expected)
    noted, said = _phrases(expected.note), set(_said(text))
    if said and noted.issuperset(said):
        return ""
    known = frozenset[tuple[str, ...]]().union(*map(_phrases, expected.request)) - noted
    known = known.union(*map(_phrases, expected.offered))
    own = frozenset[tuple[str, ...]]().union(*map(_phrases, expected.own))
    plain = without_addresses(text)
    spans = [word.span() for word in _WORD.finditer(plain)]
    starts = [at for at, run in enumerate(runs(plain, COPIED)) if run in own or run in known]
    if not starts:
        return text
    copied = {spans[at + i] for at in starts for i in range(COPIED)}
    result, last = "", 0
    for start, end in sentence_spans(text, expected.language):
        inside = [span for span in spans if start <= span[0] < end]
        is_sent = not known.isdisjoint(runs(plain[start:end], COPIED))
        if not is_sent and 2 * sum(word in copied for word in inside) <= len(inside):
            result += text[last:end]
        last = end
    result += text[last:]
    for block in reversed(code(result)):  # code holds no sentences
        if block.is_block and not known.isdisjoint(_said(result[block.start : block.end])):
            before = _COLON_AT_END.sub(r"\1", result[: block.start])
            result = before + "\n\n" + result[block.end :].lstrip("\n")
    return result if known.isdisjoint(_said(result)) else ""


def _without_repeats(text: str, expected: Expected) -> str:
    """Return `text` without sentences of the author's, repeated nearly word for word.

    After `Old habits come back in busy weeks.`, that is `Old habits come back in busy weekends.`
    """
    known_sentences = [one for source in expected.own for one in _sentence_words(source, expected.language)]
    signs = 2 if is_spaceless(text) else 1  # two characters of Chinese are a word
    result, last, spans = "", 0, sentence_spans(text, expected.language)
    for start, end in spans:
        words = UNIT.findall(without_addresses(text[start:end].casefold()))
        is_again = len(words) >= _REPEATED * signs and any(is_repeat(words, one) for one in known_sentences)
        if end == spans[-1][1] and len(words) >= _RUN_ON * signs:
            is_again = is_again or words in _sentence_words(expected.draft, expected.language)
        result += "" if is_again else text[last:end]
        last = end
    return result + text[last:]


def is_repeat(words: list[str], known_words: list[str], share: float = ALIGNED) -> bool:
    """Tell whether two sentences have that share of the longer one's words in common, in the same order."""
    least = share * max(len(words), len(known_words))
    if min(len(words), len(known_words)) < least or sum(map(set(known_words).__contains__, words)) < least:
        return False
    blocks = SequenceMatcher(None, known_words, words, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= least


@lru_cache(maxsize=64)  # what was sent and what the author wrote, which every answer is compared with
def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_said(text))


@lru_cache(maxsize=64)
def _sentence_words(text: str, language: str) -> tuple[list[str], ...]:
    """Return the words of each sentence of `text`; headings are none, and may be listed."""
    pieces = sentences(_HEADING.sub("", text), language)
    return tuple(UNIT.findall(without_addresses(one.casefold())) for one in pieces)


def _said(text: str) -> Iterator[tuple[str, ...]]:
    return runs(without_addresses(text), COPIED)


def without_addresses(text: str) -> str:
    """Return `text` with blanks for addresses, whose parts don't count as words."""
    return ADDRESS.sub(lambda address: " " * len(address[0]), text)


def without_echo(text: str, expected: Expected) -> str:
    """Return `text` without lines of the request at its ends, and without the words it is to continue."""
    request_lines = "\n".join(expected.request).split("\n")
    # "The author's note: …" may come again without its label.
    values = [line.partition(": ")[2] for line in request_lines]
    request = {squeezed(line).lower() for line in (*request_lines, *values) if len(line) > _ECHO}

    def is_echo(line: str) -> bool:
        said = without_mark(line.lstrip("> "))  # a note repeated as a quotation, above what is made of it
        is_asked = squeezed(said).lower() in request and not _LABEL.fullmatch(line)
        return is_asked or not line.strip()

    lines = text.split("\n")
    title, _, listed = expected.note.partition("\n")  # `From Bern to Bonn`, above a list of notes, is kept
    title = title.strip() if item_mark(listed.lstrip()) and not (expected.marker or item_mark(title)) else ""
    while lines and is_echo(lines[0]) and not lines[0].strip() == title > "":
        lines.pop(0)
    while lines and is_echo(lines[-1]):
        lines.pop()
    notes = {tuple(_WORD.findall(line.casefold())) for line in request_lines if line.strip() != title}
    prose = without_code("\n".join(lines), inline=False).split("\n")  # a command of the notes stays as it is
    new_lines = lines if expected.revises else _new_lines(lines, prose, notes)
    text, stub = "\n".join(new_lines), expected.stub
    if completes(text, expected):
        return text
    if expected.replaces_stub and stub.count(" ") > 2 and (at := text.find(stub)) > 0:
        text = text[at:]  # the paragraph again, from its first sentence on
    return without_words_before(text, expected)


def _new_lines(lines: list[str], prose: list[str], notes: set[tuple[str, ...]]) -> list[str]:
    """Return the lines without items and paragraphs that are the request's.

    A line within a wrapped paragraph may look like one: a link with the note's words and address.
    """
    result: list[str] = []
    for _, group in itertools.groupby(zip(lines, prose, strict=False), key=lambda pair: not pair[0].strip()):
        block = [(line, _is_new(said, notes)) for line, said in group]
        is_listed = any(item_mark(line) for line, _ in block)
        is_wrapped = not is_listed and any(is_new for _, is_new in block)
        result += [line for line, is_new in block if is_new or is_wrapped]
    return result


def _is_new(line: str, notes: set[tuple[str, ...]]) -> bool:
    """Tell whether the words of a line are none of the request's; a few words or a label may come again."""
    words = tuple(_WORD.findall(line.casefold()))
    return len(words) < _LINE or words not in notes or _LABEL.fullmatch(line) is not None


def labels(text: str, expected: Expected) -> list[int]:
    """Return where lines begin as in the request ("Section:"), long labels by their first three words.

    Code and lists have labels of their own; in lists, only long ones count.
    """
    if not expected.labels:
        return []
    heads = sorted({" ".join(label.split()[:3]).rstrip(",;") for label in expected.labels})
    long = [re.escape(head) + r"[^:\n]{0,60}" for head in heads if head.count(" ") == 2]
    short = [re.escape(head) for head in heads if head.count(" ") < 2]
    in_item = rf"[ \t]*(?:[-*+]|\d{{1,2}}[.)])[ \t]+(?:{'|'.join(long)})" if long else r"(?!)"
    line = rf"(?m)^(?:[ \t>#]*[*_]{{0,3}}(?:{'|'.join((*long, *short))})|{in_item})[ \t*_]*:"
    prose = without_code(text, inline=False).replace("’", "'")
    return [label.start() for label in re.finditer(line, prose)]
