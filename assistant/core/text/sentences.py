"""Split Markdown in any language into sentences.

sentencex knows where sentences end; this module keeps it from splitting code and addresses, gives it one
paragraph or list item at a time, and asks `abbreviations` where they may hide an end.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from assistant.core.text import lazy
from assistant.core.text.abbreviations import Ending, ending
from assistant.core.text.code import code
from assistant.core.text.draft import blocks_of
from assistant.core.text.language import COMMONEST, is_common
from assistant.core.text.lists import item_mark
from assistant.core.text.offsets import character_offsets
from assistant.core.text.questions import QUESTION
from assistant.core.text.spans import masked
from assistant.core.text.words import ADDRESS, CLOSING_QUOTES, STOPS, count_words, first_word

_MARKS = r"(?:[ ]?\[\^[^\]\s]+\]|\[@[^\[\]\n]+\]|<sup\b[^<>\n]*>[^<>\n]*</sup>|</\w+>|\{[.#][^{}\n]*\})"
"""What belongs to a stop before it: a note's number, a citation, a tag that closes, attributes: `{.x}`."""
_CLOSES = rf"""(?:[*_~`)\]"'”’»]|(?<!\s)[{CLOSING_QUOTES}]|[ \u00a0\u202f]»)"""
_TRAILING = lazy.pattern(rf"(?:{_MARKS}|{_CLOSES})+(?=\s|\Z)|{_MARKS}+")
"""What belongs to the sentence before it: such a mark, closing quotes, the end of `**bold.**`

After a blank, `«` opens the next one.
"""
_PAUSE = lazy.pattern(r"""(?:…["'”’»)*_]*|[.!?]["'”’»*_]*\)[*_]*)\s+["'“‘«(*_]*""")
"""sentencex never splits after `…` or a bracket; a capital after them begins a sentence: `So… Then`."""
_WIDE_PAUSE = lazy.pattern(r"…+(?:(?=[\u3040-\u30ff\u3400-\u9fff])|\s+(?=[\uac00-\ud7a3]))")
"""It may end a sentence where no letter is a capital: `下雨……后来我们回家了。`, `비가… 우리는 갔다.`"""
_WHOLE_QUESTION = lazy.pattern(r"""(?:\A\s*|[.!?…\]]["'”’*_)]*\s+)\[TK\b[^\[\]\n]*\](?=\s)""")
"""A question to the author that stands for a sentence: `[TK: what did she say?] Then we left.`"""
_WIDE_STOP = lazy.pattern(r"[\uff0e\uff61]+(?=[^\s\d\uff0e\uff61」』\uff09])")
"""Full stops that sentencex doesn't know, as some write Japanese: `寒かった．春に出た．`, not `３．５`."""
_APOSTROPHE = lazy.pattern(r"\s['’](?=[^\W\d_])")
"""What a sentence may begin with, and sentencex leaves to the one before: `Ze keken. ’s Avonds`."""
_ORDINAL = lazy.pattern(r"(?P<word>[^\s,]*)\s*(?<!\w)(?:\d{1,2}|(?P<roman>[IVX]{1,5}))\.\s*\Z")
"""German writes `am 3. Mai`; sentencex knows it only where the month has no comma after it."""
_LED = lazy.pattern(
    r"(?i)\W*(?P<word>d(?:er|ie|as|en|em|es)|(?<!\bI )am|im|vom|zu[mr]|beim|bis|seit|ab|jede[rs]?|the)\W*\Z"
)
"""What leads to an ordinal, in a note or a quotation in another language, too: `zum 20. Jahrhundert`."""
_NUMBERED = lazy.pattern(r"\W*[A-ZÄÖÜ]|\W*\w+\.|um\Z")
"""What a number behind it may count, and end: `S. 3.`, `Bild 3.`, `um 3.`, but `Am 3. Mai`."""
_ABBREVIATION = lazy.pattern(
    r"(?i)(?:(?<!\w)[^\W\d_][.-][\s-]?){2,}\Z|(?<!\w)[b-df-hj-np-tv-xzбвгдзклмнпрстфхц]\.\s*\Z"
)
"""Short for several words, or a word, where the next one has no capital: `т. е. когда`, `p. ex. pão`."""
_BEFORE_CAPITAL = lazy.pattern(
    rf"""(?:(?<=[^\W\d_])\.|[!?](?={_MARKS}))(?:(?P<mark>{_MARKS})|[{CLOSING_QUOTES}*_)\]])*\s+"""
    r"""(?=(?P<lead>(?:[^\w\s&+/=]+|[#^][\w-]+|<!--[^<>\n]*-->)\s+)?"""
    r"""["'“‘„«(\[*_]*(?:<[a-z][^<>\n]{0,200}>)*(?:(?P<digit>\d)|[^\W\d_a-zß-öø-ÿа-яё]))"""
)
"""A stop that may end a sentence before another one, which an emoji or a comment may lead."""
_WITHIN = lazy.pattern(r"(?<=(?<!\w)[^\W\d_]\.)[^\W\d_]\.")
"""What goes on within an abbreviation, which sentencex splits in some languages: `300 a.C.`"""
_OPENED = 400
"""Characters before it to search for an open bracket."""
_QUOTE_MARKS = '"“”„«»'
_SHORT = 32
"""Characters at a sentence's end to search for it."""
_LEAD = lazy.pattern(r"\s*(?::{3}[^\n]*\n\s*)?(?:>[ \t]?)*(?:#{1,6}[ \t]+)?")
"""Blanks, a line that opens a box, and the marks of a quote or a heading, which are no part of a sentence."""
_JOINT = lazy.pattern(r"[.,;:]\s+")
"""What joins a text to the author's words before it, and is no part of its first sentence: `. ` or `: `."""
_END = lazy.pattern(
    rf"""(?:[{STOPS}]|[\u0e01-\u0e2e\u0e30-\u0e5b\u0e81-\u0edf])"""
    rf"""(?:{_MARKS}|\[[\w-]+\]|[{CLOSING_QUOTES}）)\]*_~`]|[ \u00a0\u202f]?»"""
    r"""|\s?[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d])*\Z"""
)
"""A stop, and after it closing marks, a footnote's number or emoji: `“Yes.”[^1]`, `« Non. »`, `Done! 🎉`.

Thai and Lao have none: their sentences end in a letter.
"""

_NOTE_SIGN = lazy.pattern(
    r"(?:<sup\b[^<>]{0,200}>(?:<a\b[^<>]{0,200}>)?\W?\w{1,3}\W?(?:</a>)?</sup>"
    r"|<a\b[^<>]{0,200}>\W?\d{1,3}\W?</a>|[\u00b9\u00b2\u00b3\u2070-\u2079])+\s*\Z"
)
"""A note's number that is no Markdown: `It is old.<sup>1</sup>`, `It is old.¹`."""
_NOTE_END = 500
"""Characters at a text's end to search for such numbers."""
_SIGN_ENDS = tuple(">\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079")

_OPEN = lazy.pattern(r"(?:\.\.|[…?？؟]|\b(?:etc|usw|ecc|enz)\.)\W{0,40}\Z")
"""The end of a sentence that stays open: `So...`, `Why?`, `Lamps, ropes, etc.`"""
_OPEN_END = 44
"""Its most characters."""
_TAG = lazy.pattern(r"<[^<>]{1,300}>")
_FEWEST = 2
"""Words of the shortest sentence: `Patience helps.`, not a name with a stop, `Storms.`"""


def sentences(text: str, language: str = "") -> list[str]:
    """Return the sentences of a Markdown text, without list marks and the blanks around them.

    `language` is a code such as `de`; where it is unknown, the rules of English apply.
    """
    return [text[start:end] for start, end in sentence_spans(text, language)]


_BEFORE_NUMBER = lazy.pattern(r"\b[^\W\d_]{1,4}\.\Z")
"""What may be short for a word before a number: `Yates, ch. 2`."""


def sentence_spans(text: str, language: str = "", *, at_unclear: bool = False) -> list[tuple[int, int]]:
    """Return the sentences of a Markdown text as half-open ranges of characters.

    Where it is unclear whether a stop ends one, as in `the U.S. Navy`, it does with `at_unclear` only. A
    heading, a list item, a table's cell and a paragraph end a sentence even without a stop. Blocks of code
    hold none, and what has no letter or digit, such as a rule, is not one; an emoji belongs to one before.
    """
    import sentencex

    plain, blocks = _read(text)
    spans: list[tuple[int, int]] = []
    for start, end in blocks:
        block = start = start + len(item_mark(text[start:end]))
        bounds = [
            start + boundary["end_index"]
            for boundary in sentencex.get_sentence_boundaries(language or "en", plain[start:end])
        ]
        bounds = _settled(plain, start, end, bounds, language, at_unclear=at_unclear)
        if at_unclear:
            bounds += [pause.end() for pause in _WIDE_PAUSE.finditer(text, start, end)]
        for bound in _adjusted(text, start, end, bounds, language, at_unclear=at_unclear):
            piece = text[start:bound].rstrip()
            stop, has_words = start + len(piece), any(map(str.isalnum, piece))
            is_tail = bool(spans) and spans[-1][0] >= block and not any(map(str.isalpha, piece))
            is_emoji = not (has_words or piece.isascii())
            if is_tail and (is_emoji or _BEFORE_NUMBER.search(text, *spans[-1])):  # `ch. 2`
                spans[-1] = (spans[-1][0], stop)
            elif has_words:
                lead = _LEAD.match(text, start)
                first = lead.end() if lead else start
                spans.append((stop - len(text[first:stop].lstrip()), stop))
            start = bound
    return spans


def continuing_spans(text: str, language: str = "") -> list[tuple[int, int]]:
    """Return the sentences of a text that may go on after words before it: `: It was` begins with `It`."""
    joint = _JOINT.match(text)
    skip = joint.end() if joint else 0
    return [(skip + start, skip + end) for start, end in sentence_spans(text[skip:], language)]


def ends_sentence(text: str) -> bool:
    """Tell whether `text` ends as a sentence does, ignoring closing quotes and emphasis."""
    return _END.search(_without_note(text).rstrip()) is not None


def is_begun(before: str) -> bool:
    """Tell whether a sentence begins in `before` and may go on behind it."""
    return any(map(str.isalnum, before)) and not ends_sentence(before)


def _without_note(text: str) -> str:
    if not text.rstrip().endswith(_SIGN_ENDS):
        return text
    note = _NOTE_SIGN.search(text, max(0, len(text) - _NOTE_END))
    return text[: note.start()] if note else text


def is_finished(text: str, *, small: bool = False) -> bool:
    """Tell whether a block reads as finished sentences: `We left.`, not `the boiler.`, `Storms.` or `So...`.

    It begins as a sentence does, with `small` without a capital too, and ends in a stop that leaves nothing
    open.
    """
    bare = _TAG.sub("", _without_note(text)).strip()
    if not ends_sentence(bare) or _OPEN.search(bare, max(0, len(bare) - _OPEN_END)):
        return False
    first = first_word(bare)  # `iPhones were new.` begins with a name
    return (small or not first.islower()) and count_words(bare) >= _FEWEST


def _read(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return `text` with letters in place of code and addresses, and the ranges of its blocks of text."""
    at, blocks = character_offsets(text), blocks_of(text)
    masks = [hit.span() for pattern in (ADDRESS, QUESTION) for hit in pattern.finditer(text)]
    pieces = code(text)
    masks += [(piece.start, piece.end) for piece in pieces if not piece.is_block]
    tagged = [(piece.start, piece.end) for piece in pieces if piece.is_built]
    edges = sorted({0, len(text), *(at(edge) for block in blocks for edge in block.span), *sum(tagged, ())})
    excluded = {at(block.start) for block in blocks if block.kind == "CodeBlock"}
    excluded |= {edge for edge in edges for start, end in tagged if start <= edge < end}
    return masked(text, masks, "x"), [(a, b) for a, b in itertools.pairwise(edges) if a not in excluded]


def _settled(
    plain: str, start: int, end: int, bounds: list[int], language: str, *, at_unclear: bool
) -> list[int]:
    """Return the ends of sentences with those at abbreviations, and without those within one.

    Nothing in brackets or quotation marks ends one that sentencex did not end.
    """
    settled, last = {bound for bound in bounds if not _WITHIN.match(plain, bound)}, start
    for hit in _BEFORE_CAPITAL.finditer(plain, start, end):
        near = settled.intersection(range(hit.start() + 1, hit.end() + 1))
        is_split = bool(near or hit["mark"] or hit["lead"])  # `Es war alt.[^1] Dann …`
        verdict = ending(plain, hit.start() + 1, language=language, is_split=is_split)
        if verdict is Ending.NO or (verdict is Ending.UNCLEAR and not at_unclear):
            settled -= near
        elif near or (hit["digit"] and verdict is Ending.UNCLEAR):
            pass  # `vol. 2` may end one only where sentencex says so
        elif not _is_enclosed(plain[max(last, hit.start() - _OPENED) : hit.start()]):
            settled.add(hit.end())
        if not settled.isdisjoint(range(hit.start() + 1, hit.end() + 1)):
            last = hit.end()
    return sorted(settled)


def _is_enclosed(before: str) -> bool:
    """Tell whether a bracket or a quotation is open at the end of what is said so far."""
    return before.count("(") > before.count(")") or sum(map(before.count, _QUOTE_MARKS)) % 2 > 0


def _adjusted(
    text: str, start: int, end: int, bounds: list[int], language: str, *, at_unclear: bool
) -> Iterator[int]:
    """Yield the ends of sentences: after trailing signs and pauses, too, but not after ordinals."""
    pauses = [m.end() for m in _PAUSE.finditer(text, start, end) if text[m.end() : m.end() + 1].isupper()]
    pauses += [m.end() for m in _WIDE_STOP.finditer(text, start, end)]
    questions = (start + m.end() for m in _WHOLE_QUESTION.finditer(text[start:end]))
    pauses += [at for at in questions if text[at:end].lstrip()[:1].isupper()]
    last = start
    for bound in sorted({*bounds, *pauses}):
        if bound < end and _is_ordinal(text, start, bound, language, at_unclear=at_unclear):
            continue
        if bound < end and _is_abbreviated(text, bound, language):
            continue
        bound -= _APOSTROPHE.match(text, bound - 2) is not None
        trailing = _TRAILING.match(text, bound, end)
        bound = trailing.end() if trailing else bound
        if bound > last:
            yield bound
            last = bound


def _is_ordinal(text: str, start: int, bound: int, language: str, *, at_unclear: bool) -> bool:
    """Tell whether a stop makes an ordinal of a number; with `at_unclear`, whether it surely does."""
    hit = _ORDINAL.search(text, max(start, bound - _SHORT), bound)
    if hit is None:
        return False
    following = first_word(text[bound : bound + _SHORT])
    if led := _LED.search(text, max(start, hit.start() - 2), hit.end("word")):
        is_other = language == "de" or not is_common(led["word"], language)  # `l’une des 20. Puis …`
        if following[:1].isupper() and (is_other or hit["roman"]):
            return not (at_unclear and following.lower() in COMMONEST)
    if language != "de" or hit["roman"]:
        return False
    is_unclear = _NUMBERED.match(hit["word"]) or following.lower() in COMMONEST
    return not (at_unclear and is_unclear)


def _is_abbreviated(text: str, bound: int, language: str) -> bool:
    """Tell whether a stop belongs to an abbreviation and ends no sentence."""
    before, after = text[max(bound - _SHORT, 0) : bound], text[bound : bound + _SHORT].lstrip()
    if after[:1].islower():
        stop = bound - len(before) + len(before.rstrip())
        leads = ending(text, stop, language=language, is_split=True) is Ending.NO  # `cf. el plano`
        return leads or _ABBREVIATION.search(before) is not None
    return text[bound - 1 : bound + 1] == ".-"  # `av. J.-C.`
