"""Remove from a text what it repeats of the author's words right before it: half a sentence, a lead-in."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import takewhile

from assistant.core.answer.expected import Expected
from assistant.core.text.lists import item_mark, lead_in, without_mark
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import UNIT, is_spaceless, squeezed

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
    r"(?:\](?:\([^)\s]*\))?)?[*_`\"”»」]*(?:[ \t]*(?:[:：。]|\.(?=[*_`]*(?:\s|\Z)))[*_`\"”»」]*"
    r"|(?:[ \t]+-+|[ \t]*[–—]+)(?=[ \t])|(?<=[*_])[ \t]+(?=[A-Z])"
    r"|[ \t#]*(?:\n[ \t]*(?:=+|-{2,})[ \t]*)?(?:\n|\Z))\s*"
)
"""What follows a repeated name below `Fog`: `Fog: It`, `**Fog** It`; not `Fog is`, `Fog, rain` or `Fog?`."""
_SAME_STOP = re.compile(r"[^\w\s,;][*_`\"”»」]*(?:\s+|\Z)")
"""The stop that both have, and no comma: `What now? We left.`"""
_LABEL = re.compile(r"(\*\*|__)[^*_\n]{1,80}?(?:[:：]\1|\1[:：])\s")
"""A label in bold."""
_SPEAKER = re.compile(r"\n\s*\n[^*_\n:：]{1,40}(?::\s|：)")
"""A later paragraph that begins so, as each does in a dialogue: `Jon: You did?`."""
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


def without_names(text: str, expected: Expected) -> str:
    """Return `text` without names of its place above it: `## Fog`, `**Fog:** It`, `Fog – It`.

    They are headings that it is under, the label of its column or of half a sentence, the words of a note and
    the author's last words. A small letter after one shows that it is part of a sentence: `Fog: it came`.
    """
    rest = given = without_mark(text) if expected.stub or expected.inline else text
    while end := next(filter(None, (_name_end(rest, name, expected) for name in _names(rest, expected))), 0):
        rest = _rest(rest, end, expected)
    first = (UNIT.search(rest) or [""])[0]
    is_continued = expected.stub or expected.goes_on or expected.mark
    is_open = is_continued or expected.sentence or expected.is_cell or is_spaceless(rest)
    is_open = is_open or "\n\n" in given.removesuffix(rest)  # above a list, whose items may begin small
    return rest if rest != given and (is_open or not first.islower()) else text


def _names(text: str, expected: Expected) -> list[str]:
    """Return what stands above a place, which a text may begin with once more.

    A note's words are such a name only in bold, and where the author writes no such labels: `**Rope:** `.
    """
    column = next((label for label, said in expected.row if not said), "")
    note = expected.note.partition(":")[2] if _LABEL.match(text) else ""
    is_own = any(map(_LABEL.search, expected.own))
    headings = [_NUMBER.sub("", heading) for heading in expected.own_headings[::-1]]
    names = (*headings, column, label_of(expected.stub), "" if is_own else note)
    return [*filter(None, names), *_words_before(expected)]


def _words_before(expected: Expected) -> list[str]:
    """Return the author's words before a place that a label may repeat: a lead-in, else the last sentence."""
    return [one] if (one := lead_in(expected.stub) or expected.stub or expected.before) else []


def _name_end(text: str, name: str, expected: Expected) -> int:
    """Return where a name and the sign behind it end at the start of a text; 0 where it is of a sentence."""
    end = repeated_end(text, name)
    is_stopped = text[end : end + 1] == name.rstrip("*_ ")[-1:]  # `What now?`
    sign = (_SAME_STOP if is_stopped else _SIGN).match(text, end) if end and not item_mark(text) else None
    if sign and not squeezed(expected.revises).startswith(squeezed(text[: sign.end()])):
        said, own = (sum(not unit.isdigit() for unit in UNIT.findall(one)) for one in (text[:end], name))
        is_longer = said > own and sign[0].strip("*_`")[:1] in (".", "。")  # `In the fog. It`
        is_all = not UNIT.search(text, sign.end()) and name not in _words_before(expected)
        is_speaker = sign[0].strip() in (":", "：") and _SPEAKER.search(text, sign.end())
        return 0 if is_longer or is_all or is_speaker else sign.end()
    return _label_end(text, name, expected) if name in _words_before(expected) else 0


def without_words_before(text: str, expected: Expected) -> str:
    """Return `text` without the author's words at its start that it continues: half a sentence, its end."""
    stub, lead = expected.stub, lead_in(expected.stub)
    rest, tail = stub[len(lead) :].strip(" :：") if lead else "", stub.partition(": ")[2].rpartition(": ")[2]
    before = expected.before if stub or expected.sentence else ""
    given = whole = without_mark(text) if stub or expected.inline else text
    for said in filter(None, (stub if stub != lead else "", rest, tail, before)):
        if end := _end_of(said, whole):
            whole = _rest(whole, end, expected)
            if said != expected.before:
                break
    if whole == given and expected.replaces_stub and (end := _overlap_of_half(whole, expected)):
        return whole[end:].lstrip()
    return whole if whole != given or (stub and expected.inline) else text


def _rest(text: str, end: int, expected: Expected) -> str:
    """Return what follows repeated words, without the signs between, but one that half a sentence needs."""
    if text[:end].endswith("\n"):  # a list may begin there
        return text[end:]
    rest = _OPENING.sub("", _CLOSED.sub("", _LINK_END.sub("", text[end:])))
    return (_sign_before(rest, text.removesuffix(rest)) if expected.stub and expected.goes_on else "") + rest


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


def _end_of(before: str, text: str) -> int:
    """Return where the author's repeated words end in `text`; 0 where they are needed there.

    `What we left was` needs its first words after `What we left:`.
    """
    end = repeated_end(text, before)
    return 0 if _COLON_AT_END.search(before) and not _SIGN.match(text, end) else end


def _label_end(text: str, before: str, expected: Expected) -> int:
    """Return where a label that says the same as the author's words ends; 0 where there is none.

    After `**Rotating the logs:**`, it may be `Log rotation – `. Each of its words but small ones is a form of
    one of theirs, and half of theirs come again.
    """
    # A finished sentence is no name: below `We own ropes.`, `Ropes: they are long.` opens a list of things.
    is_name = lead_in(before) == before or not ends_sentence(before)
    label = expected.phrases["answer.label"].match(text) if is_name else None
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
