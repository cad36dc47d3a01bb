"""Take away what a chat model says to its user around a text: preambles, labels, options, closing remarks.

The words are data, in `data/chat` for each language. A phrase that the author's own posts hold is no talk.
"""

from __future__ import annotations

import itertools
import re
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.core.answer.expected import Expected
from assistant.core.answer.parts import Part, parts
from assistant.core.answer.sentence_ends import without_lead_in, without_rules
from assistant.core.text.lists import items
from assistant.core.text.sentences import sentence_spans, sentences
from assistant.core.text.words import QUOTATION, UNIT, count_words, is_spaceless

_MOST_TALK, _MOST_DECLINED = 80, 150
"""Words of a paragraph to the user, and of a refusal with its reasons, at most."""
_MOST_SORRY, _FEW = 50, 15
"""Words of one that only says sorry and that something can't be done; a longer text may be a story, and so
may one of more than a few words that speaks of no text, help or details."""
_FEWEST_LEADING = 4
"""Words of a line that leads to a text, and is no label such as `First draft:`, at least."""
_FIRST_SENTENCES = 3
"""A refusal, or a preamble, has said what it is by then."""
_MOST_SENTENCES = 12
"""Sentences of a preamble at most."""
_AUTHORS = ("readers", "told", "reported")
"""Phrases that tell an author's words from a model's, more so where the author's text has them."""
_LONGEST = 1500
"""Characters of what is said to a user, at most; patterns take seconds for a sentence of 100 kB of signs."""
_LONGEST_TAIL = 100
"""Characters of `(Approximately 60 words)`, at most."""
_BADLY = 4
"""How many times the words that a model counts there may be more or fewer than they are, at most."""
_NUMBER, _CAPITALS = re.compile(r"[0-9]+"), re.compile(r"\b[^\W\d_a-z]{3,}\b")
"""What such an end has: `60`, `FIN`."""
_NAME = 3
"""Words that a name such as `Option 1` has at most."""
_SAME_END, _LAST = 3, 2
"""Words in a row that two closings have in common, and paragraphs of a text that may hold its closing."""
_RULE = re.compile(r"\A(?:[-*_]{3,}\s*\n\s*)+")
"""Rules between a preamble and the text: `---`."""
_NUMBERED = re.compile(
    r"(?m)^[ \t]*[*_]{0,2}(?P<number>\d)[.)](?:[*_]{2}|(?=[ \t]))(?:[^\n*]{0,40}\*\*[ \t]*$)?"
)
"""The number of a text to choose from, with its title: `1. `, `**2.** `, `**1. Plain**`."""
_WHOLE = 25
"""Words of each of two texts for the same place, at least; a thing to do in a list is soon said."""
_ALIKE = 0.5
"""Share of words that two texts for the same place have in common, at least; two things to do have less."""
_RULE_ABOVE = re.compile(r"\S\s*\n[ \t]*\n[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*\n\s*\Z")
_OWN_RULE = re.compile(r"(?m)^[ \t>]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
"""A rule right above what remains, and any in the author's text: `---`."""
_ASIDE = re.compile(r"\s*(?:\(.*\)|（.*）|\*.*\*|_.*_)\s*", re.DOTALL)
"""A whole paragraph in brackets or italics: `(Some eighty words.)`"""
_SHOWN = ("BlockQuote", "CodeBlock", "Table")
"""What a line may present that isn't the model's text: `The text of the plate:`"""
_CLAUSE = re.compile(r"[^\n,，、.。!！?？]{0,80}")
"""What follows agreement on its line, to a sign: ` said my aunt`."""
_EXCLAIMS = re.compile(r"\w\s?[!！](?![=\[(\w])")
"""A sentence that ends so: `What a lamp!`"""
_COLON = re.compile(r"[:：][*_]*(?=\s|\Z)")
"""The colon of `Here is the section:`, its bold closed; not that of `10:30`."""


def without_talk(text: str, expected: Expected) -> str:
    """Return `text` without what is said to the user before and after it, and only the first of options."""
    if is_declined(text, expected):
        return text
    text = first_option(_without_tail(_RULE.sub("", text), expected), expected)
    if end := _preamble_end(text, expected):
        text = _RULE.sub("", text[end:].strip())
    text = text[_label_end(text, expected) :].strip() or text
    return _without_remarks(text, expected)


def is_declined(text: str, expected: Expected) -> bool:
    """Tell whether a model says that it can't write the text.

    An author may be sorry too: only two of an apology, something that can't be done and a request for more
    tell it, or words that only a model has, or talk of writing the section and a request for material.
    What stands below `As an AI I can't know that, but here is a draft:` is the text.
    """
    first, _, rest = text.partition("\n")
    text = rest if rest.strip() and _says(first, expected, "all the same") else text
    return _declines(text, expected) or _asks_for_material(text, expected)


def _declines(text: str, expected: Expected) -> bool:
    """Tell whether a text, or its last paragraph, says that something can't be written."""
    narration = _outside_speech(text, expected)
    text = narration if count_words(narration) else text
    first = sentences(text, expected.language)[:_FIRST_SENTENCES]
    beginning, count = " ".join(first) or text, count_words(text)
    if _says(beginning, expected, "ai"):
        return True
    if count > _MOST_DECLINED or _says(beginning, expected, "told"):
        return False
    regrets = _says(beginning, expected, "please") and _says(beginning, expected, "sorry", "cannot")
    is_sorry = (regrets or _cant(first, expected)) and (count <= _FEW or _says(beginning, expected, "task"))
    return _says(beginning, expected, "refusal") or (is_sorry and count <= _MOST_SORRY)


def _asks_for_material(text: str, expected: Expected) -> bool:
    """Tell whether a text asks for material: `To write this section, I need to know more. Share some notes.`.

    Its first sentence and its last paragraph do; a text with such words above or below it has others.
    """
    text = _outside_speech(text, expected)
    if count_words(text) > _MOST_DECLINED or _says(text, expected, "told", "readers"):
        return False
    if not _says(text, expected, "on writing") or not _says(text, expected, "material"):
        return False
    first, last = sentences(text, expected.language)[:1], text.rstrip().rpartition("\n\n")[2]
    begins = bool(first) and _says(first[0], expected, "on writing", "material", "cannot")  # code has none
    return begins and _says(last, expected, "on writing", "material")


def _outside_speech(text: str, expected: Expected) -> str:
    """Return `text` of the same length with blanks for what somebody is told to have said.

    That is in quotation marks, after a dash or after the name of a speaker in a chat.
    """
    for speech in (QUOTATION, expected.phrases["chat.speech"]):
        text = speech.sub(lambda said: " " * len(said[0]), text)
    return text


def _cant(pieces: list[str], expected: Expected) -> bool:
    """Tell whether a sentence is sorry and then says what can't be done, by itself or after a short one.

    `Lo siento, les digo a los tomates. No puedo ayudar a una planta.` tells a story.
    """
    for before, one in zip(("", *pieces), pieces, strict=False):
        whole = f"{before} {one}" if count_words(before) < _FEW // 2 else one
        sorry, cannot = _phrase(whole, "sorry", expected), _phrase(whole, "cannot", expected)
        if sorry and cannot and sorry.start() < cannot.start():
            return True
    return False


def _phrase(text: str, name: str, expected: Expected) -> re.Match[str] | None:
    """Return a phrase of a kind in `text` that the author's own text doesn't have."""
    if len(text) > _LONGEST:
        return None
    phrase = expected.phrases[f"chat.{name}"].search(text)
    if phrase is None or name in _AUTHORS:
        return phrase
    return None if phrase[0].strip() in expected.own_text else phrase


def _says(text: str, expected: Expected, *names: str) -> bool:
    return any(_phrase(text, name, expected) for name in names)


def _of_language(name: str, expected: Expected) -> re.Pattern[str]:
    """Return the phrases of a kind in the language of the draft; those in English where there are none."""
    own = f"chat.{name} {expected.language}"
    return expected.phrases[own if own in expected.phrases else f"chat.{name} en"]


def _is_talk(sentence: str, expected: Expected, kind: str = "to user") -> bool:
    if count_words(sentence) > _MOST_TALK // 2 or not _says(sentence.strip("*_ "), expected, kind):
        return False
    has_reason = kind != "remark" and _has_own_reason(sentence, expected)  # a note: "as I made them up"
    is_authors = _says(sentence, expected, "readers", "reported") or has_reason
    return not is_authors and not _ends_as_author(sentence, expected, kind)


def _has_own_reason(sentence: str, expected: Expected) -> bool:
    """Tell whether a request is about no text and has a reason.

    `Feel free to ask me when something is unclear, because I wrote the manual.`
    """
    reason = _of_language("reason", expected).search(sentence)
    if reason is None or _of_language("edit", expected).search(sentence):
        return False
    request = sentence[: reason.start()] or sentence[reason.end() :]
    return _of_language("do", expected).search(request) is None


def _ends_as_author(sentence: str, expected: Expected, kind: str) -> bool:
    """Tell whether the author's texts end in like words to their readers, and these ask for no other text.

    Who ends with `Hope this helps!` may end with `I hope this helps, and happy baking!`.
    """
    if _of_language("edit", expected).search(sentence):
        return False
    units = UNIT.findall(sentence.casefold())
    least = _SAME_END * (2 if is_spaceless(sentence) else 1)
    for end in _endings(expected.own, expected.language):
        end_units = UNIT.findall(end.casefold())
        match = SequenceMatcher(None, units, end_units, autojunk=False).find_longest_match()
        if match.size >= least and expected.phrases[f"chat.{kind}"].search(end):
            return True
    return False


@lru_cache(maxsize=8)
def _endings(texts: tuple[str, ...], language: str) -> list[str]:
    """Return the sentences of the last paragraphs of texts."""
    last = (part for text in texts for part in text.strip().split("\n\n")[-_LAST:])
    return [one for part in last for one in sentences(part, language)]


def _preamble_end(text: str, expected: Expected) -> int:
    """Return where a preamble ends; 0 where there is none, or nothing else."""
    blocks = parts(text)
    leading = list(itertools.takewhile(lambda block: block.kind in ("Paragraph", "Rule"), blocks))
    leading = leading[: _FIRST_SENTENCES + 1]
    limit = sum(len(block.text) for block in leading)
    shows = blocks[len(leading)].kind not in ("Paragraph", "Heading") if blocks[len(leading) :] else False
    spans = sentence_spans(text[: min(limit, _LONGEST)], expected.language)[:_MOST_SENTENCES]
    # "I'm glad you like it! Here it is:" is all of it to the user, whatever is before the last words.
    first = [span for span in spans if leading and span[1] <= len(leading[0].text)]
    last = text[slice(*first[-1])] if len(first) > 1 else ""
    leads = _COLON.search(last) and _is_talk(last, expected)
    below = text[first[-1][0] :] if first else ""  # `Word count: 400` leads to nothing
    if _says(last, expected, "introduction") or (leads and 2 * count_words(below) > count_words(text)):
        spans = spans[len(first) - 1 :]
    end = _end_above_rule(text, expected)
    for start, stop in () if end else spans:
        colon = _COLON.search(text, start, stop)
        if colon and _says(text[start : colon.end()], expected, "opening"):  # "With pleasure: here it is:"
            colon = _COLON.search(text, colon.end(), stop) or colon
        unit = text[start : colon.end() if colon else stop]
        rest = text[start + len(unit) :]
        is_above = shows and not text[stop:limit].strip()
        introduces = (
            _says(unit, expected, "introduction")
            or _says(text[: start + len(unit)], expected, "announcement")
            or (rest.startswith("\n") and not shows and _leads(unit, expected))
        )
        if introduces and is_above:  # "Here is the version that we took:", and code
            introduces = _says(text[:_LONGEST], expected, "agreement")
        if expected.inline and colon and rest.startswith("\n"):  # what follows is all that fits
            introduces = introduces or _says(unit, expected, "single")
        presents = not (colon or is_above) and rest.lstrip("*_ ").startswith("\n")
        presents = presents and (
            _says(unit, expected, "presentation") or _says(text[:stop], expected, "writing")
        )
        is_alone = _says(unit, expected, "opening")
        is_talk = _is_talk(unit, expected)  # "Feel free to ask, I wrote the manual. Most ask …" is the text
        ends = colon or rest.lstrip("*_ ").startswith("\n")
        agrees = is_alone and (rest.startswith("\n\n") or (not start and _agrees(unit, rest, expected)))
        if introduces or presents or (is_talk and ends) or agrees:
            end = start + len(unit)
        elif not (is_alone or is_talk):
            break
        if colon and not rest.startswith("\n"):
            break
    return end if text[end:].strip("-*_ \n") else 0


def _end_above_rule(text: str, expected: Expected) -> int:
    """Return where `Got it, on from the cabin:` ends above the only rule; 0 where the author sets rules."""
    rules = list(_OWN_RULE.finditer(text))
    above = text[: rules[0].start()] if len(rules) == 1 else ""
    leads = above.endswith("\n\n") and above.rstrip("*_ \n").endswith((":", "："))
    is_short = leads and "\n\n" not in above.rstrip() and count_words(above) <= _MOST_TALK // 2
    return len(above) if is_short and not _OWN_RULE.search(expected.own_text) else 0


def _agrees(unit: str, rest: str, expected: Expected) -> bool:
    """Tell whether `Sure!` before a text on its line agrees to write it.

    It may answer a question of the draft's, `Sure! she said.` is told, and who exclaims may write so too.
    """
    if not expected.own or any(map(_EXCLAIMS.search, expected.own)):
        return False
    questions = (*expected.own_headings[-1:], expected.before, expected.stub)
    is_answer = any(one.rstrip("*_ ").endswith(("?", "？")) for one in questions)
    clause = _CLAUSE.match(rest)
    is_told = rest.lstrip()[:1].islower() or _says(unit + (clause[0] if clause else ""), expected, "told")
    return _says(unit, expected, "assent") and not (is_answer or is_told)


def _leads(unit: str, expected: Expected) -> bool:
    """Tell whether words lead to a text by none (`Voilà :`) or a name that the author never says.

    `The paragraph below:` is such a name.
    """
    piece = expected.phrases["chat.piece"].search(unit)
    own = "\n".join((*expected.own, *expected.own_headings)).casefold()
    is_sentence = count_words(unit) >= _FEWEST_LEADING
    names = piece and is_sentence and piece[0].casefold() not in own and _says(unit, expected, "lead")
    return bool(names) or _says(unit, expected, "handing over", "all the same")


def _label_end(text: str, expected: Expected) -> int:
    """Return where a name of the text above it ends: `**Revised text:**`; 0 where it names something else.

    That is a quote, code or a table below it, or one of several texts that have such names.
    """
    if (label := _phrase(text[:_LONGEST], "label", expected)) is None:
        return 0
    rest = text[label.end() :]
    is_of_several = expected.phrases["chat.label below"].search(rest)
    names_other = is_of_several or (rest.strip() and parts(rest.strip())[0].kind in _SHOWN)
    return 0 if rest.startswith("\n") and names_other else label.end()


def _without_remarks(text: str, expected: Expected) -> str:
    """Return `text` without sentences and paragraphs to the user at its end."""
    kinds = ("to user",) if _addresses_readers(expected) else ("to user", "personal remark")
    while blocks := parts(text := without_rules(_without_tail(text, expected))):
        last = blocks[-1]
        spans = sentence_spans(last.text, expected.language) if count_words(last.text) <= _MOST_TALK else []
        narration = _outside_speech(last.text, expected)
        before = text[: len(text) - len(last.text)]
        is_to_readers = _says(last.text, expected, "readers")
        talk = [
            any(_is_talk(narration[a:b], expected, kind) for kind in kinds)
            or _is_on_writing(narration[a:b], before + narration[:a], expected)
            for a, b in spans
        ]
        talk = [False for _ in talk] if is_to_readers else talk
        is_talk = bool(talk and last.kind in ("Paragraph", "BlockQuote")) and (
            talk[0]
            or _is_talk(narration, expected, "remark")
            or _declines(last.text, expected)
            or (_is_set_apart(before, last.text, expected) and any((*talk, _ASIDE.fullmatch(last.text))))
        )
        # A heading with nothing under it was for what went.
        if is_talk or last.kind == "Heading" or _is_list_of_changes(last, before, expected):
            after = without_lead_in(before.rstrip()) if last.kind == "List" else before.rstrip()
        elif talk and talk[-1] and last.kind == "Paragraph":
            after = (before + last.text[: spans[-1][0]]).rstrip("*_( \n")
        else:
            return text
        if not after.strip():
            return text
        text = after
    return text


def _without_tail(text: str, expected: Expected) -> str:
    """Return `text` without a count of its words and marks of its end, unless the author's texts end so.

    `500 words` below sixty is no count of those, nor is `[FIN]` a mark where the text is on the word FIN.
    """
    tail = expected.phrases["chat.tail"]
    ends = [tail.search(one, max(0, len(one) - _LONGEST_TAIL)) for one in (text, *expected.own)]
    if not ends[0] or any(ends[1:]):
        return text
    rest = text[: ends[0].start()].rstrip()
    count = len(UNIT.findall(rest))
    is_count = all(count < _BADLY * int(n) < _BADLY**2 * count for n in _NUMBER.findall(ends[0][0]))
    is_word = any(word in one for word in _CAPITALS.findall(ends[0][0]) for one in (rest, *expected.own))
    return rest if rest and is_count and not is_word else text


def _is_on_writing(sentence: str, before: str, expected: Expected) -> bool:
    """Tell whether a sentence tells somebody what to change or keep in a text, and the author writes of none.

    `Feel free to adapt the tone as you see fit.`, where neither the draft nor the text speaks of a tone.
    """
    phrases, code = expected.phrases, expected.language or "en"
    hits = (phrases[f"chat.{kind}"].finditer(sentence) for kind in ("piece", "tone"))
    names = {hit[0].casefold() for hit in itertools.chain(*hits)}
    kinds = [f"chat.{kind} {code}" for kind in ("you", "change of", "do")]
    is_you, *changes = (kind in phrases and phrases[kind].search(sentence) is not None for kind in kinds)
    is_long = count_words(sentence) > _MOST_TALK // 2
    if not names or not (is_you and any(changes)) or is_long or _says(sentence, expected, "reported"):
        return False
    own = "\n".join((before, expected.before, *expected.own, *expected.own_headings, *expected.outline))
    return not any(name in own.casefold() for name in names)


def _is_list_of_changes(part: Part, before: str, expected: Expected) -> bool:
    """Tell whether half of a list's items are on the writing; one is enough below `**Changes made:**`."""
    if part.kind != "List" or _says(part.text, expected, "readers"):
        return False
    listed = items(part.text)
    above = before.rstrip().rpartition("\n")[2].strip("#*_: \t")
    if _says(above, expected, "changes made") and _of_language("writing of", expected).search(part.text):
        return True
    return 0 < len(listed) <= 2 * sum(_is_talk(item.text, expected) for item in listed)


def _addresses_readers(expected: Expected) -> bool:
    """Tell whether the author's posts say `you`; where they don't, who says it at the end is the model."""
    return not expected.own or _of_language("you", expected).search(expected.own_text) is not None


def _is_set_apart(before: str, last: str, expected: Expected) -> bool:
    """Tell whether a short last paragraph is below a rule, in a text whose author sets no rules."""
    is_apart = _RULE_ABOVE.search(before) and count_words(last) <= _MOST_TALK // 2
    is_only = bool(is_apart) and len(_OWN_RULE.findall(before)) == 1  # others divide the text itself
    return is_only and not _OWN_RULE.search(expected.own_text)


def first_option(text: str, expected: Expected) -> str:
    """Return the first of several texts to choose from ("Option 1: …"), without its name."""
    first, second = (expected.phrases[f"chat.{name} option"] for name in ("first", "second"))
    if not ((one := first.search(text)) and (two := second.search(text, one.end()))):
        return _numbered_option(_without_lone_label(text, one, expected), expected)
    before, rest = text[: one.start()].strip("-*_# \n"), text[two.start() :]
    option = text[one.end() : two.start()].strip().rstrip("-*_ \n")
    if _compares(option, rest, expected):
        return text
    if before:
        is_preamble = _preamble_end(f"{before}\n\n{option}", expected) >= len(before)
        is_choice = is_preamble or _says(before, expected, "choices")
    else:
        is_choice = _is_last(text[one.start() : two.start()], rest, expected)
    return option if is_choice else text


def _without_lone_label(text: str, one: re.Match[str] | None, expected: Expected) -> str:
    """Return `text` without the name of a first option above it, where nothing else speaks of options.

    `I take them with me.` may begin a text, though `I` is a number and a model calls a text its take.
    """
    is_name = one is not None and count_words(one[0]) <= _NAME and any(map(str.isnumeric, one[0]))
    if one is None or not is_name or text[: one.start()].strip() or not text.startswith("\n", one.end()):
        return text
    rest, noun = text[one.end() :].strip(), expected.phrases["chat.option"].pattern
    own = "\n".join((*expected.own_headings, *expected.request[1:], rest))
    return text if re.search(noun, own) else rest


def _numbered_option(text: str, expected: Expected) -> str:
    """Return the first of texts with numbers alone, below a line that calls them so: `Sure! Two versions:`.

    `Here are two options:` may lead to two things to do, unless they say much the same or are long.
    """
    one = _NUMBERED.search(text)
    two = one and _NUMBERED.search(text, one.end())
    if not one or not two or (one["number"], two["number"]) != ("1", "2"):
        return text
    before, option = text[: one.start()].strip(), text[one.end() : two.start()].strip()
    other = text[two.end() :]
    if "\n\n" in before or not _says(before, expected, "choices") or _compares(option, other, expected):
        return text
    names = _says(before, expected, "agreement", "text")
    are_whole = min(map(count_words, (option, other))) >= _WHOLE
    return option if names or are_whole or _likeness(option, other) > _ALIKE else text


def _likeness(text: str, other: str) -> float:
    return SequenceMatcher(None, UNIT.findall(text), UNIT.findall(other), autojunk=False).ratio()


def _compares(option: str, rest: str, expected: Expected) -> bool:
    """Tell whether options are what the section is on: `Option A: a van. … I took option B`.

    Each of a model's is a whole text for the place, which says nothing of options, as the request doesn't.
    """
    asked = "\n".join((*expected.own_headings, *expected.request[1:]))
    is_told = expected.phrases["chat.told option"].search(f"{option}\n{rest}")
    is_asked = expected.phrases["chat.option noun"].search(asked)
    return bool(is_told or is_asked) or count_words(option) < max(2, expected.least_words)


def _is_last(option: str, rest: str, expected: Expected) -> bool:
    """Tell whether only options and talk follow an option: the text doesn't go on to choose."""
    last = _without_remarks(expected.phrases["chat.option line"].split(rest)[-1].strip(), expected)
    asks = _says(parts(last)[-1].text, expected, "readers")  # "Let me know which one you prefer."
    return len(parts(last)) <= len(parts(option)) + asks
