"""Remove from a text what it repeats of the author's words right before it: half a sentence, a lead-in."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import takewhile

from assistant.core.answer.expected import Expected
from assistant.core.text.lists import lead_in, without_mark
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import STOPS, UNIT, is_spaceless

ALIGNED = 0.75
"""Least share of the author's words in a repetition: models correct a slip or change a word."""
_NAMED = re.compile(r"[*_]*\w+(?: \w+)?[*_]*[:：][*_]*\s+(?=\S)")
_TARGET = re.compile(r"(?<=\])\([^)\s]*\)")
"""A link's address, which a repetition leaves away."""
_LINK_END = re.compile(r"\A[^\[\]\n]{0,3}\](?:\([^)\s]*\))*")
"""What is left of a link whose words were the last that were repeated."""
_CLOSED = re.compile(r"\A[`\"”»」』](?=\W|\Z)")
"""What is left of `code` or a quotation whose words were the last that were repeated."""
_SIGN = re.compile(
    r"(?:\](?:\([^)\s]*\))?)?[*_`\"”»」]*"
    r"(?:[ \t]*(?:[:：。]|\.(?!\S))|(?:[ \t]+-+|[ \t]*[–—]+)[ \t]|\s*(?:\n|\Z)|(?<=[*_])[ \t]+[A-Z])"
)
"""What follows a repeated label below `Fog`: `Fog: It`, `**Fog** It`; not `Fog is`, `Fog, rain` or `Fog?`."""
_NUMBER = re.compile(r"\A\d+(?:[.)、]|(?:\.\d+)+)[.)]?[ \t]*(?=[^\W\d])")
"""A heading's number: `2. `, `1.3 `."""
_COLON_AT_END = re.compile(r"[:：][*_]*\s*\Z")
_SIGN_AT_END = re.compile(r"([,;:–—-])[*_]*\s*\Z")
_OPENING = re.compile(r"\A(?:[\s.:;,?)\]—–。，：、-]|!(?!\[)|[*_]+(?=[\s.:;,?)\]—–。，：、-]|\Z))+")
"""Signs between repeated words and what follows them: `Ask first.** — Then …`; not `**` before a word."""
_STOP = re.compile(r"[.:!?。：！？]")
_WITHIN = re.compile(
    r"(?<=[\uac00-\ud7af])(?=[\uac00-\ud7af])|(?<=[^\W\d_]['’-])(?=[^\W\d_])|(?<=[^\W\d_])(?=['’-][^\W\d_])"
)
"""A place within a word: between Korean letters, beside the apostrophe of `it's`."""
_FEWEST_LETTERS = 4
"""Letters of a word that means something, and that two forms of it begin with: `rotate`, `rotating`."""
_SAME_START = 0.6
"""Share of the longer of two words that both begin with, at least: not `company`, `computer`."""
_FEW = 3
"""Words of the author that come again in another sentence by chance."""
_MANY = 8
"""Words of the author that don't come again in their order by chance."""
_MOST = 200
"""Words of half a sentence that are compared; it has no more, but an odd draft may."""
_WEIGHTY = re.compile(r"[^\W\d_]{4,}|[\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A word that isn't one of the small ones; of Japanese, no hiragana."""


def without_words_before(text: str, expected: Expected) -> str:
    """Return `text` without the author's words that it continues, or their lead-in, at its start."""
    stub, lead = expected.stub, lead_in(expected.stub)
    rest = stub[len(lead) :].strip(" :：") if lead else ""
    tail = stub.rpartition(": ")[2]
    given = whole = without_mark(text) if stub or expected.inline else text
    label = lead or stub or expected.before
    # A finished sentence is none: below `We own ropes.`, `Ropes: they are long.` opens a list of things.
    end = _label_end(whole, label, expected) if lead or not ends_sentence(label) else 0
    is_cut = end > 0
    whole = whole[end:]
    for said in filter(None, (stub, lead, rest, tail, expected.before)):
        if end := _end_of(said, whole, expected):
            whole, is_cut = _OPENING.sub("", _CLOSED.sub("", _LINK_END.sub("", whole[end:]))), True
            if said not in (lead, expected.before):
                break
    if not is_cut and expected.replaces_stub and (end := _overlap_of_half(whole, expected)):
        return whole[end:].lstrip()
    is_open = stub or expected.goes_on or expected.mark or expected.sentence or expected.is_cell
    if is_cut and not is_open and (UNIT.search(whole) or [""])[0].islower():
        return text  # `Fog: it came from the sea.` needs its first words
    if is_cut and stub and expected.goes_on:
        whole = _sign_before(whole, given.removesuffix(whole)) + whole
    return whole if is_cut or (stub and expected.inline) else text


def _sign_before(rest: str, repeated: str) -> str:
    """Return the comma or colon between words that were repeated and a `rest` that begins no sentence.

    After `Grass`, that is the comma of `Grass, which is cut in May, is laid there.`
    """
    sign = _SIGN_AT_END.search(repeated)
    if sign is None or rest[:1].isupper():
        return ""
    return f"{sign[1]} " if sign[1] in ",;" else ": "


def label_of(stub: str) -> str:
    """Return the word or two with a colon that half a sentence begins with: `Note: ` of `Note: organ`."""
    label = _NAMED.match(stub)
    return label[0] if label else ""


def without_label(text: str, stub: str) -> str:
    """Return `text` without that label before it, in whatever marks and case: `**NOTE:** The organ …`."""
    own, label = _NAMED.match(stub), _NAMED.match(text)
    is_same = own and label and UNIT.findall(own[0].casefold()) == UNIT.findall(label[0].casefold())
    return text[label.end() :] if label and is_same else text


def completes(text: str, expected: Expected) -> bool:
    """Tell whether a text makes a sentence of its own from the author's words, with others before them.

    From `Monday sync with 4 leads`, that is `I have a Monday sync with 4 leads.` Words such as `The` say too
    little, and what begins with the author's words, as they are, only goes on with them. Of many words, some
    may have other forms.
    """
    words_left = expected.stub.removeprefix(label_of(expected.stub))
    stub = words_left.split()
    if not stub or not expected.replaces_stub or expected.is_point:
        return False
    if len(stub) <= _FEW and not (expected.may_end and _WEIGHTY.search(stub[-1])):
        return False
    words = r"\s+".join(map(re.escape, (stub[0][1:], *stub[1:])))
    first = next(iter(sentence_spans(text, expected.language)), (0, 0))
    repetition = re.compile(rf"(?<!\w)(?i:{re.escape(stub[0][0])}){words}(?!\w)").search(text, *first)
    if repetition is None:
        return _restates(text, words_left)
    is_begun = repetition[0][0] != stub[0][0]  # `key travel` becomes `Key travel is …`
    return is_begun or UNIT.search(text, first[0], repetition.start()) is not None


def _restates(text: str, stub: str) -> bool:
    """Tell whether a text has most of many words in their order, and others before them.

    Of `wife gets up and sees him in the garden`, that is `One night she got up and saw him in the garden.`
    """
    words = UNIT.findall(stub.casefold())[:_MOST]
    said = UNIT.findall(text.casefold())[: 2 * len(words)]
    if len(words) < _MANY * (2 if is_spaceless(stub) else 1):
        return False
    *blocks, _ = SequenceMatcher(None, words, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= ALIGNED * len(words) and blocks[0].b > 1


def overlap(before: str, text: str, expected: Expected) -> int:
    """Return where the longest end of `before` that `text` begins with ends in `text`; 0 where there is none.

    After `We went to the`, that is `to the` of `to the man`. Only whole words count; of Chinese, two signs
    or more do. A word that is said twice in good sentences stays: `the boat that we had` and `had a hole`.
    """
    units_before, text_units = list(UNIT.finditer(before)), list(UNIT.finditer(text))
    ends, begins = ([unit[0].casefold() for unit in units] for units in (units_before, text_units))
    for count in range(min(len(ends), len(begins)), 0, -1):
        if ends[-count:] != begins[:count]:
            continue
        start, end = units_before[-count].start(), text_units[count - 1].end()
        if _WITHIN.match(before, start) or _WITHIN.match(text, end):
            continue
        doubles = expected.phrases["clause.doubles"].fullmatch(begins[0])
        return 0 if count == 1 and (doubles or is_spaceless(begins[0])) else end
    return 0


def _overlap_of_half(text: str, expected: Expected) -> int:
    """Return where the repeated end of the half sentence ends in `text`; 0 where a new sentence begins.

    After `We sold the boat` comes `The boat was old.`, or `boat and all.`
    """
    half = expected.stub.rstrip("*_")
    half = half.rstrip("….") if half.endswith(("...", "…")) else half
    is_ended = half.endswith((":", "：")) or ends_sentence(half)
    begins = expected.may_end and (UNIT.search(text) or [""])[0][:1].isupper()
    return 0 if is_ended or begins else overlap(half, text, expected)


def _end_of(before: str, text: str, expected: Expected) -> int:
    """Return where the author's repeated words end in `text`; 0 where they are needed there.

    Below `Fog`, `Fog is a cloud` needs its first word, and so does `What we left was` after `What we left:`.
    Only half a sentence of the author's needs nothing but what goes on with it.
    """
    end = repeated_end(text, before)
    is_apart = before == expected.before and not (expected.stub or expected.sentence)
    is_label = _COLON_AT_END.search(before) is not None
    label = expected.phrases["answer.label"].match(text)
    is_longer = label and UNIT.search(text, end, label.end())  # `**Fog at sea:**`
    stop = before.rstrip("*_ ")[-1:]
    is_ended = _SIGN.match(text, end) or (stop in f"{STOPS},;" and text[end : end + 1] == stop)  # `What now?`
    return 0 if is_longer or ((is_apart or is_label) and not is_ended) else end


def _label_end(text: str, before: str, expected: Expected) -> int:
    """Return where a label that says the same as the author's words ends; 0 where there is none.

    After `**Rotating the logs:**`, it may be `Log rotation – `. Each of its words but small ones is a form of
    one of theirs, and half of theirs come again.
    """
    label = expected.phrases["answer.label"].match(text)
    words = (label["bold"] or label["plain"]) if label else ""
    label_words, words_before = _WEIGHTY.findall(words.casefold()), _WEIGHTY.findall(before.casefold())
    if not (label and label_words):
        return 0
    if label["bold"] and not (label["sign"] or label["bold"][-1] in ".:：。!?"):
        return 0
    if len(UNIT.findall(words)) > len(UNIT.findall(before)) + 1:  # `My post on bees, as I gave it at home:`
        return 0
    is_same = all(any(_is_form(one, other) for other in words_before) for one in label_words)
    repeated = sum(any(_is_form(one, other) for one in label_words) for other in words_before)
    return label.end() if is_same and 2 * repeated >= len(words_before) else 0


def _is_form(word: str, other: str) -> bool:
    """Tell whether two words begin the same: `rotate`, `rotation`."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return word == other or same >= max(_FEWEST_LETTERS, _SAME_START * max(len(word), len(other)))


def repeated_end(text: str, before: str) -> int:
    """Return where the repetition of `before` at the start of `text` ends; 0 where there is none."""
    words_before = UNIT.findall(_TARGET.sub("", before).lower())
    units = list(UNIT.finditer(text.lower()))[: len(words_before) + 3]
    if not words_before or len(text.lower()) != len(text):  # `casefold` makes two letters of ß
        return 0
    aligned = SequenceMatcher(None, words_before, [unit[0] for unit in units], autojunk=False)
    blocks = [block for block in aligned.get_matching_blocks() if block.size]
    if len(blocks) > 1 and blocks[-1].size == 1:  # one word, or one sign of Japanese, after a stop is chance
        last = units[blocks[-1].b - 1].end(), units[blocks[-1].b].start()
        blocks = blocks[:-1] if _STOP.search(text, *last) else blocks
    same = sum(block.size for block in blocks)
    if same < ALIGNED * len(words_before) or blocks[0].b > 1:
        return 0
    return units[blocks[-1].b + blocks[-1].size - 1].end()


def is_same(text: str, other: str) -> bool:
    """Tell whether two headings or short lines say the same, with a number before them or without."""
    text, other = (_NUMBER.sub("", line) for line in (text, other))
    end = repeated_end(text, other)
    return end > 0 and not UNIT.search(text[end:])
