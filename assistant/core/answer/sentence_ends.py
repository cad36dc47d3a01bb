"""Have a text begin and end as whole sentences, and stop where it begins to repeat itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.core.answer.expected import NO_PHRASES, Expected, may_stop
from assistant.core.answer.overlap import is_repeat, without_addresses
from assistant.core.text.abbreviations import Ending, breaks_off, ending
from assistant.core.text.code import code, without_code, without_formulas
from assistant.core.text.lists import item_mark, items
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import CLOSING_QUOTES, STOPS, UNIT, count_words, is_spaceless

_WORD = re.compile(r"\w+")
_REPEATED_WORDS, _REPEATED_SENTENCE = 8, 4
"""Fewest words in a row, and fewest words of a whole sentence, that count as repeated."""
_LOOP = 3
"""Repeated sentences that make a loop."""
_REFRAIN = 3
"""Sentences in a row that may begin alike; a fourth only goes on: `It's a great place to learn. …`."""
_ALIKE = 0.8
"""Share of a sentence's words that an earlier one has in the same order: `She's very good.`, `He's …`."""
_CLOSING = re.compile(
    rf"\[\^?\w+\](?:\([^)]*\))?|[*_`)\]{CLOSING_QUOTES} \u00a0\u202f]*|(?:\s*</\w+>)+|:{{3,}}"
)
"""What may follow the last stop: a footnote, the end of a link, a quotation, emphasis or a box."""
_STOP = re.compile(
    rf"(?<=[^\s\d.])(?:\.{{3}}|[{STOPS}])[{CLOSING_QUOTES}*_)]*"
    r"(?=(\s*)(\S{1,40}(?:\s\S{1,40})?)\Z)"
)
"""A stop and a word or two that a model left behind it: `We left. ok`, `We left.1`."""
_LOOSE_START = re.compile(r"\A(?:[\s.,;?)\]}…。，：、]|!(?!\[)|:(?!::))+")
"""The end of a sentence that was cut off before, `, and so on. I like it.`; not `![` of a picture, `:::`."""
_FIRST_WORD = re.compile(r"[*_\"'“‘(]*([^\W\d_]+)(?=[\s,.;:’'])")
"""A first word of letters alone; `iPhone`, `x86` and code begin sentences."""
_NO_STOPS = re.compile("[\u0e01-\u0e5b\u0e81-\u0edf]\\Z")
"""The last letter of a text in Thai or Lao."""
_NO_SENTENCE = re.compile(r"\s*(?:!\[|\[(?!\^)[^\]]+\]:|\$\$|\{[:%{])")
"""How a line begins that needs no stop: a picture, an address, a formula or a builder's tag."""
_SIGN_AT_END = re.compile(
    r"(?:[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]\ufe0f?|[:;]-?\)|[♪～〜~`）€]|\]\([^()\n]*\)\)?)\Z"
)
"""What may stand for a stop where the model ended its text: an emoji, code, a link, `（笑）`, `40 €`."""
_LABEL_AT_END = re.compile(r"(?<!\s)\s*\n[ \t]*\n(\*\*|__)[^*_\n.:：!?…。！？]{1,40}\1\s*\Z")
"""A line in bold with nothing below it, as where code was taken out: `**Example Code**`."""
_LEADS_OR_COUNTS = re.compile(r"\w[^:：]*[:：]|[^\W\d_].*(?:\w|\b\w{1,3}\.)[ \u00a0]\d[\d.,:]*\Z")
"""What needs no stop behind another sentence: `The most: 500 words`, `We met at No. 5`."""
_STAMMER = re.compile(r"\b([^\W\d_]{2,}) \1\Z", re.I)
"""A word told twice, with which a small model ends in a loop."""
_LEADS = re.compile(r"[^:：\s][ \u00a0\u202f]?[:：][*_ \n]*\Z")
"""A colon at the end, which is no end of a box; in French it has a blank before it."""
_LOOSE_COLON = re.compile(r"(?<![:：\s])\s*[:：]([*_]*)\s*\Z")
"""The same where it may be behind a stop, and lead on to nothing: `We left.:`"""
_BOX_LINE = re.compile(r"(?m)^[ \t]*(:{3,})(?!.*[^\s:][ \t]*:{3,}[ \t]*$)[ \t]*(\S?).*(?:\n|\Z)")
"""A line that opens or closes a box; one may do both, `:::note It rains. :::`."""
BOX_END = re.compile(r"(?<![:\s])(?:\s*\n[ \t]*:{3,})+\s*\Z")
_RULE = re.compile(r"[ \t]*(?:(?:[-*_+][ \t]*)+|\d{1,2}[.)][ \t]*)?")
"""A rule, a list mark without an item or a blank line."""


def without_loop(text: str, expected: Expected) -> str:
    """Return `text` without sentences and items that repeat what is before them; code may do so.

    An author repeats a phrase now and then, and loses that sentence alone; a loop ends the text.
    """
    plain = without_formulas(without_code(text, inline=False))
    prose = without_addresses(plain)
    seen, words, before = set[tuple[str, ...]](), list[str](), list[list[str]]()
    result, last, first, repeated, alike = "", 0, 0, 0, 0
    sentence = list[str]()
    signs = 2 if is_spaceless(prose) else 1  # two characters of Chinese are a word
    many = _REPEATED_WORDS * signs
    for start, end in sentence_spans(plain, expected.language):  # an address is part of its sentence
        previous, sentence = sentence, UNIT.findall(prose[start:end].casefold())
        near = words[1 - many :] + sentence
        runs = [tuple(near[i : i + many]) for i in range(len(near) - many + 1)]
        fresh = {*runs, tuple(sentence)} if len(sentence) >= _REPEATED_SENTENCE else {*runs}
        stammers = len(set(runs)) < len(runs)
        may_be = len(sentence) >= many and "`" not in prose[start:end]  # commands differ in a word
        is_again = may_be and any(is_repeat(sentence, one, _ALIKE) for one in before)
        alike = (
            alike + 1
            if _begin_alike(previous, sentence, _REPEATED_SENTENCE * signs) and "`" not in prose[start:end]
            else 0
        )
        is_again = is_again or alike >= _REFRAIN
        if seen.isdisjoint(fresh) and not (stammers or is_again):
            result += text[last:end]
            before.append(sentence)
            words, seen = near, seen | fresh
        else:
            repeated, first = repeated + 1, first or last
        last = end
    return text[:first] if repeated >= _LOOP else result + text[last:]


def _begin_alike(sentence: list[str], other: list[str], fewest: int) -> bool:
    """Tell whether both begin with the same words: half of the other sentence's, and not too few."""
    least = max(fewest, (len(other) + 1) // 2)
    return len(other) >= least and sentence[:least] == other[:least]


def whole_text(text: str, expected: Expected) -> str:
    """Return `text` from the first to the last whole sentence of it."""
    text = expected.phrases["answer.left word"].sub("", text)
    is_whole = not expected.is_cut and (_is_whole(text) or _needs_no_stop(text, expected))
    cut = text if is_whole else _without_left_over(text, expected) or whole_sentences(text, expected.language)
    text = _without_opening(cut, text[len(cut) :], expected) if expected.is_cut else cut
    text = without_rules(text)
    if expected.is_cut and _NO_STOPS.search(text):  # a blank ends a clause, and nothing a sentence
        text = re.sub(r"\s\S*\Z", "", text)
    text = (_without_loose_colon if expected.leads_on else without_lead_in)(text, expected.language)
    is_open = expected.goes_on or expected.mark or item_mark(text)
    return text if is_open else _whole_start(text, expected)


def _without_left_over(text: str, expected: Expected) -> str:
    """Return `text` up to the last stop of its last half sentence; nothing where there is no such end.

    What is behind it would take the sentence before along: in some languages no sentence begins with a small
    letter. A name such as `config.toml` or `B.12` has a stop within it, and so `text` stays as it is.
    """
    stops = () if expected.is_cut else _STOP.finditer(text, len(whole_sentences(text, expected.language)))
    for stop in reversed([*stops]):
        before, (blank, rest) = text[: stop.end()], stop.groups()
        is_end = ending(text, stop.start() + 1, language=expected.language, is_split=True) is Ending.YES
        if is_end and _is_whole(before):
            is_name = rest[0].isalpha() or text[stop.start() - 1].isupper()
            return text if is_name and stop[0] == "." and not blank else before
    return ""


def _without_opening(text: str, rest: str, expected: Expected) -> str:
    """Return `text` without a last paragraph of which the token limit left one sentence; `rest` it took away.

    `Finally, I think about what I share.` leads to what isn't there any more.
    """
    before, _, last = text.rpartition("\n\n")
    is_opening = rest.strip() and not re.match(r"\s*\n\n", rest) and not item_mark(last)
    if not is_opening or len(sentence_spans(last, expected.language)) > 1:
        return text
    return before.rstrip() if count_words(before) >= expected.least_words else text


def _needs_no_stop(text: str, expected: Expected) -> bool:
    """Tell whether a text that its model ended is whole without a stop: no comma or `and the` ends it.

    `PS: we close at six` is a note, `— my father` names who speaks, and a bracket or a quotation is closed.
    Words alone, behind a sentence with a stop, are half a sentence unless the author writes none.
    """
    blocks = code(text)
    if blocks and blocks[-1].is_block and not text[blocks[-1].end :].strip():  # indented, with no fence
        return blocks[-1].is_closed
    listed, (before, _, last) = items(text), text.rpartition("\n\n")
    is_apart = bool(before) or (bool(listed) and listed[-1].end == len(text))
    said = sentence_spans(last, expected.language)
    if last.count("`") % 2 or _STAMMER.search(last) or not said:
        return False
    end = last[said[-1][0] :].rstrip("*_`")
    stops = _LEADS_OR_COUNTS.match(end)
    if not is_apart and len(said) > 1 and end[-1:].isalnum() and not stops:
        own = [one for example in expected.own for one in _paragraphs(example)]
        if 2 * sum(not _is_whole(one) for one in own) <= len(own):
            return False
    return may_stop(end, expected.open_ends, NO_PHRASES if is_apart else expected.phrases)


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs that begin with a letter, as headings, lists, tables and labels don't."""
    return [part.strip() for part in text.split("\n\n") if part.strip()[:1].isalpha()]


def _writes_small(examples: Iterable[str]) -> bool:
    """Tell whether the author begins most paragraphs without a capital."""
    begins = [part[:1] for example in examples for part in _paragraphs(example)]
    return 0 < len(begins) < 2 * sum(map(str.islower, begins))


def _whole_start(text: str, expected: Expected) -> str:
    """Return `text` from its first whole sentence on: in `is one. I like it.` from the second.

    Under `seaborn`, a sentence that begins with that name gets a capital.
    """
    text = _LOOSE_START.sub("", text)
    first = _FIRST_WORD.match(text)
    if first is None or not first[1].islower() or any(map(_writes_small, (expected.beside, expected.own))):
        return text
    if first[1] in _WORD.findall(" ".join(expected.own_headings).casefold()):
        return text[: first.start(1)] + text[first.start(1)].upper() + text[first.start(1) + 1 :]
    starts = [start for start, _ in sentence_spans(text, expected.language)]
    return text[starts[1] :] if len(starts) > 1 else ""


def without_rules(text: str) -> str:
    """Return `text` without rules, which would split the page, and lone list marks at its end."""
    lines = text.split("\n")
    while len(lines) > 1 and _RULE.fullmatch(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _without_loose_colon(text: str, language: str) -> str:
    """Return `text` without a colon behind its last stop."""
    bare = _LOOSE_COLON.sub(r"\1", text)
    return bare if ends_sentence(bare) and not breaks_off(bare, language) else text


def without_lead_in(text: str, language: str = "") -> str:
    """Return `text` without what leads on at its end: a line in bold, or sentences that end in a colon."""
    text = _without_loose_colon(text, language)
    while _LEADS.search(text := _LABEL_AT_END.sub("", text)):
        spans = sentence_spans(text, language)
        text = text[: spans[-1][0]].rstrip("*_ \n>#-") if spans else ""
    return text


def with_closed_boxes(text: str, expected: Expected) -> str:
    """Return `text` with its boxes closed, `:::note` by `:::`, without an empty one or an end of none."""
    openings: list[re.Match[str]] = []
    removed: list[re.Match[str]] = []
    for line in _BOX_LINE.finditer(without_code(text)):
        if line[2]:
            openings.append(line)
        elif not openings:
            removed.append(line)
        elif not text[openings[-1].end() : line.start()].strip():
            removed += [openings.pop(), line]
        else:
            openings.pop()
    ends = "".join(f"\n{line[1]}" for line in reversed(openings))
    for line in sorted(removed, key=re.Match.start, reverse=True):
        text = text[: line.start()] + text[line.end() :]
    return text.rstrip() + ends if ends else text


def whole(text: str, language: str = "") -> str:
    """Return `text` up to its last whole sentence, or as it is when it ends as a text does."""
    return text if _is_whole(text) else whole_sentences(text, language)


def whole_sentences(text: str, language: str = "") -> str:
    """Return `text` without the half sentence, or half list item, that a token limit leaves at its end."""
    blocks = code(text)
    if blocks and not blocks[-1].is_closed:
        return text[: blocks[-1].start].rstrip()
    ends = [stop for start, stop in sentence_spans(text, language) if ends_sentence(text[start:stop])]
    ends = ends[:-1] if breaks_off(text, language) else ends
    ends += [block.end for block in blocks if block.is_block]
    ends += [item.end for item in items(text) if item.end < len(text)]  # phrases, which need no stop
    last = next(
        (end for end in sorted(ends, reverse=True) if _is_whole(text[:end])), max(ends, default=len(text))
    )
    return text if _CLOSING.fullmatch(text[last:].strip()) else text[:last].rstrip()


def _is_whole(text: str) -> bool:
    """Tell whether a text ends as a sentence, a list of phrases, a table or a block of code does.

    The line that closes a box, `:::`, is no part of it.
    """
    text = BOX_END.sub("", text)
    last = text[text.rfind("\n") + 1 :].rstrip()
    if last.count("`") % 2 and "```" not in last:  # cut within code: `Use the serializers.
        return False
    is_closed = last.endswith((":", "：", "```", "~~~", "|")) or _SIGN_AT_END.search(last)
    if is_closed or not text.strip() or ends_sentence(text) or _NO_SENTENCE.match(last):
        return True
    phrases = [line for line in text.split("\n") if item_mark(line)]
    ends = [ends_sentence(phrase) or phrase.rstrip().endswith((":", "：")) for phrase in phrases]
    return len(phrases) >= 2 and phrases[-1].rstrip() == last and not any(ends)
