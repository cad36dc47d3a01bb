"""Join an answer with the author's sentence that it is in, or that it continues.

`We left the coffee (TODO: why) and nobody minded.` needs words for its middle, `The hardest part was` an end.
"""

from __future__ import annotations

import re

from assistant.core.answer.expected import Expected
from assistant.core.answer.repeated_words import completes, label_of, overlap
from assistant.core.answer.talk import is_declined
from assistant.core.text.list_style import sign_after
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import UNIT, is_spaceless

_BRACKETED = re.compile(r"[(（]([^()（）]+)[)）][.。]?")
"""An answer that is in brackets as a whole: `(because it rained)`."""
_BEGINNING = " \t\n,;:.…、，：。"
_STOP = re.compile(r"(?<![.…])[.。．।]\Z")
_ASKS = re.compile(r"[!?！？…]\W*\Z")
"""Ends that don't fit into a sentence, except in brackets."""
_LABEL = re.compile(r"([*_]{1,3})[^*_\n.:：!?]{1,40}\1")
"""A line that is a label alone: `_Summary_`, `**Summary**`."""
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]\W*\Z")
"""Chinese or Japanese at the end of a text, whose stop and colon are wide."""
_WIDE = {".": "。", ":": "："}
_HANGUL = re.compile(r"[\uac00-\ud7af]\W*\Z")
"""Korean at the end of a text: unlike Chinese, it has blanks between words."""
_WORD = re.compile(r"\W*([^\W\d_]+)")
_NAMES = re.compile(r"[*_]*\[|\W*[^\W\d_]+(?:,| /)? [A-Z\u00c0-\u00de]")
"""What a name looks like where half a sentence goes on: a link, `Oracle Database`, `C, Java`, `In / Out`."""


def fitted(text: str, expected: Expected) -> str:
    """Return `text` as words of the author's sentence, or nothing where they would break it.

    The stop goes, and so does a capital that only began a sentence. A sentence of its own fits between
    brackets, or after a word such as `because`; of two, the first may be between brackets.
    """
    if expected.sentence is None:
        if not expected.replaces_stub or expected.is_point or completes(text, expected):
            return text
        waits = expected.phrases["clause.waits for a verb"].search(expected.stub)
        if waits and expected.phrases["clause.verb"].match(text):
            return text[:1].lower() + text[1:]
        return (begun(text, expected, is_led=True) or text) if _is_led(text, expected) else text
    if is_declined(text, expected):
        return text
    before, after = expected.sentence
    whole = _BRACKETED.fullmatch(text)
    inner = _without_rest((whole[1] if whole else text).lstrip(_BEGINNING), after)
    in_brackets = whole is not None or bool(expected.brackets)
    spans = sentence_spans(inner, expected.language)
    if in_brackets and spans:  # what brackets hold is an aside: its first sentence says it
        inner = inner[spans[0][0] : spans[0][1]].rstrip()
    is_sentence = _STOP.search(inner) is not None
    if after or in_brackets:
        inner = _STOP.sub("", inner)
    is_apart = in_brackets or after[:1] in ",;.:、，。)）"
    inner = inner.rstrip(" ,;:、，：") if is_apart else inner.rstrip()
    if len(sentence_spans(inner, expected.language)) != 1 or "\n" in inner or expected.is_cut:
        return ""
    if _ASKS.search(inner) and not in_brackets:
        return ""
    inner = begun(inner, expected) if before else inner[:1].upper() + inner[1:]
    joins = expected.phrases["clause.joins"].match(inner)
    word = _WORD.match(text)
    was_small = word is not None and word[1][0].islower()  # as half a sentence begins
    if is_sentence and before and not (in_brackets or joins or was_small):
        return ""
    if not in_brackets or joins:  # `because` after the author's `because`; an aside has its own `we`
        inner = inner[overlap(before, inner, expected) :].lstrip()
    return f"({inner})" if inner and whole and not expected.brackets else inner


def _without_rest(text: str, after: str) -> str:
    """Return `text` without the author's words after its place, where it repeats some of them at its end."""
    rest, units = UNIT.findall(after.casefold()), list(UNIT.finditer(text.casefold()))
    words = [unit[0] for unit in units]
    least = 2 if is_spaceless(after) else 1  # one character is no word
    most = min(len(rest), len(words))
    repeated = next((n for n in range(most, least - 1, -1) if words[-n:] == rest[:n]), 0)
    return text[: units[-repeated].start()].rstrip() if repeated else text


def _is_led(text: str, expected: Expected) -> bool:
    """Tell whether half a sentence leads to a text such as this: a clause, or an infinitive."""
    if expected.may_end:
        return False
    phrases, stub = expected.phrases, expected.stub
    is_last = phrases["clause.verb last"].search(stub)
    name = f"clause.{'ends in verb' if is_last else 'infinitive'} {expected.language or 'en'}"
    is_led = name in phrases and phrases[name].match(text)
    return bool(is_led or (not is_last and phrases["clause.before clause"].search(stub)))


def begun(text: str, expected: Expected, *, is_led: bool = False) -> str:
    """Return `text` with a small letter first, unless that is a name; nothing where it can't be told.

    The author's text shows names in the middle of sentences, and other words in small letters; a link is one,
    and a word before another capital. A German noun keeps its capital. `is_led` says that few names stand in
    its place: behind `because`, not behind `from`. There a word is one where the author or the rest of the
    text has it with a capital alone.
    """
    word = _WORD.match(text)
    if word is None or not word[1][0].isupper() or word[1] == "I" or word[1][1:] != word[1][1:].lower():
        return text
    lowered = text[: word.start(1)] + word[1][0].lower() + text[word.start(1) + 1 :]
    author_text = f"{expected.own_text}\n{text[word.end() :]}"
    names = ("clause.joins", "clause.small", f"words.no name {expected.language}")
    usual = (expected.phrases[name] for name in names if name in expected.phrases)
    if any(pattern.match(lowered, word.start(1)) for pattern in usual):
        return lowered
    if _NAMES.match(text):
        return text
    if re.search(rf"\b{word[1].lower()}\b", author_text):
        return lowered
    if expected.language == "de" or re.search(rf"[\w,;] {word[1]}\b", author_text):
        return text
    return lowered if is_led and not re.search(rf"\b{word[1]}\b", author_text) else ""


def joined(text: str, expected: Expected) -> str:
    """Return the half sentence with what continues it; where it may end, that may be a new sentence.

    A point of a list is parted from that by the author's sign; a colon, where the author has none. A sentence
    that holds all of the author's words needs them no second time, but the label before them: `Note: `.
    """
    if completes(text, expected):
        return label_of(expected.stub) + text
    begins_with_stop = text.startswith(".") and not text.startswith("..")
    text, stub = text.lstrip(".… "), expected.stub
    stub = stub.rstrip("….") if stub.endswith(("...", "…")) else stub
    is_ended = stub.rstrip("*_").endswith((":", "：")) or ends_sentence(stub)
    if expected.may_end and not is_ended and begins_sentence(text, expected):
        is_label = (expected.is_point or _LABEL.fullmatch(stub)) and not begins_with_stop
        sign = sign_after(stub, expected.lists.joint if expected.is_point else "") if is_label else "."
        stub = stub.rstrip() + (_WIDE.get(sign, sign) if _CHINESE.search(stub) else sign)
    last, first = re.search(r"[^\W\d_]{4,}\Z", stub), re.match(r"[^\W\d_]+", text)
    if last and first and first[0].startswith(last[0]) and first[0] != last[0]:
        return stub + text[len(last[0]) :]  # the author stopped within a word: `one of the hardes`
    is_word = first is not None and _is_half_word(stub, first[0], expected)
    is_tight = is_word or text[:1] in ",.;:!?)" or (is_spaceless(stub[-2:]) and not _HANGUL.search(stub))
    return stub.rstrip() + ("" if is_tight else " ") + text


def _is_half_word(stub: str, rest: str, expected: Expected) -> bool:
    """Tell whether the author has the last word with `rest` as one, and never alone: `micro|services`."""
    last = re.search(r"\w{4,}\Z", stub)
    author_words = set(UNIT.findall(expected.own_text.casefold())) if last else set()
    return (
        last is not None
        and last[0].casefold() not in author_words
        and last[0].casefold() + rest in author_words
    )


def begins_sentence(text: str, expected: Expected) -> bool:
    """Tell whether a text begins with a capital, as a sentence of its own does; of Chinese, whether it may.

    "I" has one anywhere: it goes on after a sign or a word such as `because`, and as `I did was …`.
    """
    if _CHINESE.search(expected.stub) or _HANGUL.search(expected.stub):
        return not expected.phrases["clause.goes on"].match(text)
    first = re.match(r"\W*(\w+)", text)
    if first is None or not first[1][:1].isupper():
        return False
    if first[1] != "I":
        return True
    goes_on = expected.phrases["clause.before subject"].search(expected.stub)
    is_relative = expected.may_end and expected.phrases["clause.relative"].match(text)
    return not (goes_on or is_relative)
