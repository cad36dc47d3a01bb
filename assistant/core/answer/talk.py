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
from assistant.core.answer.sentence_ends import RULES_AT_END, without_lead_in
from assistant.core.answer.told_again import UNIT
from assistant.core.text.lists import items
from assistant.core.text.sentences import sentence_spans, sentences
from assistant.core.text.words import QUOTATION, count_words, is_spaceless

_MOST_TALK, _MOST_DECLINED = 80, 150
"""Words of a paragraph to the user, and of a refusal with its reasons, at most."""
_MOST_SORRY, _FEW = 50, 15
"""Words of one that only says sorry and that something can't be done; a longer text may be a story, and so
may one of more than a few words that speaks of no text, help or details."""
_FEWEST_LEADING = 4
"""Words of a line that leads to a text, and is no label such as `First draft:`, at least."""
_FIRST_SENTENCES = 3
"""A refusal, or a preamble, has said what it is by then."""
_LONGEST = 1500
"""Characters of what is said to a user, at most; patterns take seconds for a sentence of 100 kB of signs."""
_SAME_END, _LAST = 3, 2
"""Words in a row that two closings have in common, and paragraphs of a text that may hold its closing."""
_RULE = re.compile(r"\A(?:[-*_]{3,}\s*\n\s*)+")
"""Rules between a preamble and the text: `---`."""
_RULE_ABOVE = re.compile(r"\S\s*\n[ \t]*\n[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*\n\s*\Z")
_OWN_RULE = re.compile(r"(?m)^[ \t>]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
"""A rule right above what remains, and any in the author's text: `---`."""
_ASIDE = re.compile(r"\s*(?:\(.*\)|（.*）|\*.*\*|_.*_)\s*", re.DOTALL)
"""A whole paragraph in brackets or italics: `(Some eighty words.)`"""
_SHOWN = ("BlockQuote", "CodeBlock", "Table")
"""What a line may present that isn't the model's text: `The text of the plate:`"""
_COLON = re.compile(r"[:：][*_]*(?=\s|\Z)")
"""The colon of `Here is the section:`, its bold closed; not that of `10:30`."""


def without_talk(text: str, expected: Expected) -> str:
    """Return `text` without what is said to the user before and after it, and only the first of options."""
    if expected.phrases is None or is_declined(text, expected):
        return text
    text = _first_option(_RULE.sub("", text), expected)
    if end := _preamble_end(text, expected):
        text = _RULE.sub("", text[end:].strip())
    text = text[_label_end(text, expected) :].strip() or text
    return _without_remarks(text, expected)


def is_declined(text: str, expected: Expected) -> bool:
    """Tell whether a model says that it can't write the text.

    An author may be sorry too: only two of an apology, something that can't be done and a request for more
    tell it, or words that only a model has.
    """
    if expected.phrases is None:
        return False
    told = _outside_speech(text, expected)
    text = told if count_words(told) else text
    first = sentences(text, expected.language)[:_FIRST_SENTENCES]
    said = " ".join(first) or text
    if _says(said, "ai", expected):
        return True
    if count_words(text) > _MOST_DECLINED or _says(said, "told", expected):
        return False
    regrets = _says(said, "please", expected) and any(
        _says(said, one, expected) for one in ("sorry", "cannot")
    )
    is_sorry = (regrets or _cant(first, expected)) and (
        count_words(text) <= _FEW or _says(said, "task", expected)
    )
    return _says(said, "refusal", expected) or (is_sorry and count_words(text) <= _MOST_SORRY)


def _outside_speech(text: str, expected: Expected) -> str:
    """Return `text` of the same length with blanks for what somebody is told to have said.

    That is in quotation marks, after a dash or after the name of a speaker in a chat.
    """
    assert expected.phrases is not None
    for speech in (QUOTATION, expected.phrases["chat.speech"]):
        text = speech.sub(lambda said: " " * len(said[0]), text)
    return text


def _cant(said: list[str], expected: Expected) -> bool:
    """Tell whether a sentence is sorry and then says what can't be done, by itself or after a short one.

    `Lo siento, les digo a los tomates. No puedo ayudar a una planta.` tells a story.
    """
    for before, one in zip(("", *said), said, strict=False):
        whole = f"{before} {one}" if count_words(before) < _FEW // 2 else one
        sorry, cannot = _phrase(whole, "sorry", expected), _phrase(whole, "cannot", expected)
        if sorry and cannot and sorry.start() < cannot.start():
            return True
    return False


def _phrase(text: str, name: str, expected: Expected) -> re.Match[str] | None:
    """Return a phrase of a kind in `text` that the author's own text doesn't have."""
    assert expected.phrases is not None
    if len(text) > _LONGEST:
        return None
    phrase = expected.phrases[f"chat.{name}"].search(text)
    is_own = phrase and any(phrase[0].strip() in example for example in expected.examples)
    return None if is_own else phrase


def _says(text: str, name: str, expected: Expected) -> bool:
    return _phrase(text, name, expected) is not None


def _is_talk(sentence: str, expected: Expected, kind: str = "to user") -> bool:
    is_talk = count_words(sentence) <= _MOST_TALK // 2 and _says(sentence.strip("*_ "), kind, expected)
    return (
        is_talk and not _says(sentence, "readers", expected) and not _ends_as_author(sentence, expected, kind)
    )


def _ends_as_author(sentence: str, expected: Expected, kind: str) -> bool:
    """Tell whether the author's texts end in like words to their readers, and these ask for no other text.

    Who ends with `Hope this helps!` may end with `I hope this helps, and happy baking!`.
    """
    assert expected.phrases is not None
    code = expected.language if f"chat.edit {expected.language}" in expected.phrases else "en"
    if expected.phrases[f"chat.edit {code}"].search(sentence):
        return False
    units = UNIT.findall(sentence.casefold())
    least = _SAME_END * (2 if is_spaceless(sentence) else 1)
    for end in _endings(expected.examples, expected.language):
        theirs = UNIT.findall(end.casefold())
        match = SequenceMatcher(None, units, theirs, autojunk=False).find_longest_match()
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
    spans = sentence_spans(text[:limit], expected.language)
    # "I'm glad you like it! Here it is:" is all of it to the user, whatever is before the last words.
    first = [span for span in spans if leading and span[1] <= len(leading[0].text)]
    last = text[slice(*first[-1])] if len(first) > 1 else ""
    if _says(last, "introduction", expected) or (_COLON.search(last) and _is_talk(last, expected)):
        spans = spans[len(first) - 1 :]
    end = 0
    for start, stop in spans:
        colon = _COLON.search(text, start, stop)
        if colon and _says(text[start : colon.end()], "opening", expected):  # "With pleasure: here it is:"
            colon = _COLON.search(text, colon.end(), stop) or colon
        unit = text[start : colon.end() if colon else stop]
        rest = text[start + len(unit) :]
        introduces = _says(unit, "introduction", expected)
        introduces = introduces or _says(text[: start + len(unit)], "announcement", expected)
        introduces = introduces or (rest.startswith("\n") and not shows and _leads(unit, expected))
        if introduces and shows and not text[stop:limit].strip():
            # "Here is the version that we took:", and code
            introduces = _says(text[:_LONGEST], "agreement", expected)
        presents = (
            not colon and not (shows and not text[stop:limit].strip()) and rest.lstrip("*_ ").startswith("\n")
        )
        presents = presents and (
            _says(unit, "presentation", expected) or _says(text[:stop], "writing", expected)
        )
        is_alone = _says(unit, "opening", expected)
        if introduces or presents or _is_talk(unit, expected) or (is_alone and rest.startswith("\n\n")):
            end = start + len(unit)
        elif not is_alone:
            break
        if colon and not rest.startswith("\n"):
            break
    return end if text[end:].strip("-*_ \n") else 0


def _leads(unit: str, expected: Expected) -> bool:
    """Tell whether words lead to a text by a name (`The paragraph below:`) that the author never says."""
    assert expected.phrases is not None
    piece = expected.phrases["chat.piece"].search(unit)
    own = "\n".join((*expected.examples, *expected.own_headings)).casefold()
    is_sentence = count_words(unit) >= _FEWEST_LEADING
    return bool(piece and is_sentence and piece[0].casefold() not in own and _says(unit, "lead", expected))


def _label_end(text: str, expected: Expected) -> int:
    """Return where a name of the text above it ends: `**Revised text:**`; 0 where it names something else.

    That is a quote, code or a table below it, or one of several texts that have such names.
    """
    assert expected.phrases is not None
    if (label := _phrase(text[:_LONGEST], "label", expected)) is None:
        return 0
    rest = text[label.end() :]
    other = re.compile(rf"^[ \t#>*_]*{expected.phrases['chat.label line'].pattern}", re.M)
    names_other = other.search(rest) or (rest.strip() and parts(rest.strip())[0].kind in _SHOWN)
    return 0 if rest.startswith("\n") and names_other else label.end()


def _without_remarks(text: str, expected: Expected) -> str:
    """Return `text` without sentences and paragraphs to the user at its end."""
    while blocks := parts(text := RULES_AT_END.sub("", text)):
        last = blocks[-1]
        spans = sentence_spans(last.text, expected.language) if count_words(last.text) <= _MOST_TALK else []
        said = _outside_speech(last.text, expected)
        kinds = ("to user",) if _addresses_readers(expected) else ("to user", "personal remark")
        before = text[: len(text) - len(last.text)]
        talk = [
            any(_is_talk(said[a:b], expected, kind) for kind in kinds)
            or _is_on_writing(said[a:b], before + said[:a], expected)
            for a, b in spans
        ]
        talk = talk if not _says(last.text, "readers", expected) else [False for _ in talk]
        is_talk = last.kind in ("Paragraph", "BlockQuote") and bool(talk)
        is_talk = is_talk and (
            talk[0]
            or _is_talk(said, expected, "remark")
            or is_declined(last.text, expected)
            or (_is_set_apart(before, last.text, expected) and any((*talk, _ASIDE.fullmatch(last.text))))
        )
        if (
            is_talk or last.kind == "Heading" or _is_list_of_changes(last, expected)
        ):  # a heading with nothing under it was for what went
            after = without_lead_in(before.rstrip()) if last.kind == "List" else before.rstrip()
        elif talk and talk[-1] and last.kind == "Paragraph":
            after = (before + last.text[: spans[-1][0]]).rstrip("*_( \n")
        else:
            return text
        if not after.strip():
            return text
        text = after
    return text


def _is_on_writing(sentence: str, before: str, expected: Expected) -> bool:
    """Tell whether a sentence tells somebody what to change or keep in a text, and the author writes of none.

    `Feel free to adapt the tone as you see fit.`, where neither the draft nor the text speaks of a tone.
    """
    assert expected.phrases is not None
    phrases, code = expected.phrases, expected.language or "en"
    names = {
        hit[0].casefold() for kind in ("piece", "tone") for hit in phrases[f"chat.{kind}"].finditer(sentence)
    }
    kinds = [f"chat.{kind} {code}" for kind in ("you", "change of", "do")]
    is_you, *changes = (kind in phrases and phrases[kind].search(sentence) is not None for kind in kinds)
    if not names or not (is_you and any(changes)) or count_words(sentence) > _MOST_TALK // 2:
        return False
    own = "\n".join((before, expected.before, *expected.examples, *expected.own_headings, *expected.outline))
    return not any(name in own.casefold() for name in names)


def _is_list_of_changes(part: Part, expected: Expected) -> bool:
    """Tell whether half of a list's items are on the writing, as below `**Changes made:**`."""
    listed = items(part.text) if part.kind == "List" and not _says(part.text, "readers", expected) else []
    talk = sum(_is_talk(item.text, expected) for item in listed)
    return 0 < len(listed) <= 2 * talk


def _addresses_readers(expected: Expected) -> bool:
    """Tell whether the author's posts say `you`; where they don't, who says it at the end is the model."""
    assert expected.phrases is not None
    code = expected.language if f"chat.you {expected.language}" in expected.phrases else "en"
    return not expected.examples or bool(
        expected.phrases[f"chat.you {code}"].search("\n".join(expected.examples))
    )


def _is_set_apart(before: str, last: str, expected: Expected) -> bool:
    """Tell whether a short last paragraph is below a rule, in a text whose author sets no rules."""
    is_apart = _RULE_ABOVE.search(before) and count_words(last) <= _MOST_TALK // 2
    is_only = bool(is_apart) and len(_OWN_RULE.findall(before)) == 1  # others part the text itself
    return is_only and not any(_OWN_RULE.search(example) for example in expected.examples)


def _first_option(text: str, expected: Expected) -> str:
    """Return the first of several texts to choose from ("Option 1: …"), without its name."""
    assert expected.phrases is not None
    first, second = (
        re.compile(expected.phrases[f"chat.{name} option"].pattern, re.M) for name in ("first", "second")
    )
    if not ((one := first.search(text)) and (two := second.search(text, one.end()))):
        return text
    before, whole, rest = (
        text[: one.start()].strip("-*_# \n"),
        text[one.start() : two.start()],
        text[two.start() :],
    )
    option = text[one.end() : two.start()].strip().rstrip("-*_ \n")
    is_talk = _says(before, "choices", expected)
    is_talk = is_talk or bool(before and _preamble_end(f"{before}\n\n{option}", expected) >= len(before))
    if _compares(option, rest, expected) or not (is_talk or (not before and _is_last(whole, rest, expected))):
        return text
    return option


def _compares(option: str, rest: str, expected: Expected) -> bool:
    """Tell whether options are what the section is on: `Option A: a van. … I took option B`.

    Each of a model's is a whole text for the place, which says nothing of options, as the request doesn't.
    """
    assert expected.phrases is not None
    noun = rf"(?<![^\W\d_\u3040-\ud7af]){expected.phrases['chat.option'].pattern}"  # not in `mistake`
    number = "|".join(expected.phrases[f"chat.number {name}"].pattern for name in ("one", "two"))
    asked = "\n".join((*expected.own_headings, *expected.request[1:]))
    told = rf"(?m)^[^\w\n]*\w[^\n]+{noun} ?(?:{number})|{noun} ?(?:{number}) \w"
    is_told = re.search(told, f"{option}\n{rest}")
    return bool(is_told or re.search(noun, asked)) or count_words(option) < max(2, expected.least_words)


def _is_last(option: str, rest: str, expected: Expected) -> bool:
    """Tell whether only options and talk follow an option: the text doesn't go on to choose."""
    assert expected.phrases is not None
    label = rf"(?m)^(?=[^\w\n]*(?:\w+[^\w\n]*)?{expected.phrases['chat.option'].pattern})"
    last = _without_remarks(re.split(label, rest)[-1].strip(), expected)
    asks = _says(parts(last)[-1].text, "readers", expected)  # "Let me know which one you prefer."
    return len(parts(last)) <= len(parts(option)) + asks
