"""Say why a cleaned answer must not be offered."""

from __future__ import annotations

import re

from assistant.core.answer.clause import begins_sentence, begun
from assistant.core.answer.expected import Expected
from assistant.core.answer.overlap import labels, runs
from assistant.core.answer.parts import is_in, parts
from assistant.core.answer.reasons import Fault
from assistant.core.answer.repeated_words import completes
from assistant.core.answer.sentence_ends import BOX_END
from assistant.core.answer.tables import misshapen
from assistant.core.answer.talk import is_declined
from assistant.core.answer.unwrap import is_data
from assistant.core.prompt.rejected_text import is_given_again
from assistant.core.text import language
from assistant.core.text.code import code, openers, without_code, without_formulas
from assistant.core.text.display import counted
from assistant.core.text.lists import items
from assistant.core.text.questions import questions
from assistant.core.text.sentences import ends_sentence, sentences
from assistant.core.text.words import count_words, words

_BLOCK = re.compile(r"[ ]{0,3}(?:[>|#]|[-*+][ ]|\d{1,3}[.)][ ]|`{3}|!\[)")
"""How a quote, a table, a heading, a list, code or a picture begins, which half a sentence can't continue."""
_PRONOUN = re.compile(r"\W*I\b")
_LONGER = 1.3
"""How many times the most words wanted a revision may have; what is longer says more than the author did."""
_LONG, _VARIED = 40, 0.3
"""Of this many words, at least this share must be different; prose of 40 words has 0.6 and more."""
_FEWEST_FOREIGN, _FOREIGN = 3, 0.06
"""Different words of a neighbour's, and their share of all, that a text in its own language never has."""
_ALIKE_RUN, _ALIKE = 4, 0.2
"""Words of a run, and the share of runs that texts for two places never have in common."""

_SAID_AGAIN = 8
"""Words of a run that half a sentence and what continues it never have in common."""


def why_not(text: str, expected: Expected) -> str:
    """Return the reason against a cleaned text; nothing where it may be offered."""
    if not text:
        return Fault.UNFIT if expected.sentence else Fault.NOTHING
    if is_declined(text, expected):
        return Fault.DECLINED
    if expected.revises and (reason := _unlike_passage(text, expected)):
        return reason
    return _wrong_form(text, expected) or _wrong_words(text, expected)


def _unlike_passage(text: str, expected: Expected) -> str:
    """Say what is wrong with a revision, compared with the passage that it revises."""
    if expected.is_cut:
        return "the answer was cut off"
    too_long = Fault.TOO_LONG if count_words(text) > _LONGER * expected.most_words else ""
    return misshapen(text, expected) or too_long


def _wrong_form(text: str, expected: Expected) -> str:
    """Say what shows that a text is no prose for its place, whatever it says."""
    all_words = words(text.casefold())
    count = count_words(text)
    blocks = code(text)
    if labels(text, expected):
        return Fault.ECHO
    asked = sum(count_words(text[start:end]) for start, end, words in questions(text) if words)
    # A text that is mostly `[TK: how much was it?]` waits for its author; more words would be made up.
    if count < (1 if expected.is_cell or 2 * asked > count else expected.least_words):
        return f"{Fault.SHORT} ({counted(count, 'word')})"
    if len(all_words) >= _LONG and len(set(all_words)) < _VARIED * len(all_words):
        return Fault.REPETITIVE
    if blocks and not blocks[-1].is_closed:
        return Fault.UNCLOSED
    if is_data(text):
        return Fault.DATA
    return Fault.MARKS if _has_foreign_marks(text, expected) else ""


def _wrong_words(text: str, expected: Expected) -> str:
    """Say what is wrong with the words of a text: their language, how they begin, what they repeat."""
    if _has_filler(text, expected) or not _is_in_language(text, expected):
        return Fault.LANGUAGE
    if not expected.any_script and language.has_foreign_script(text, expected.own_text, expected.language):
        return Fault.SCRIPT
    goes_on = expected.replaces_stub and not completes(text, expected)
    is_capital = _PRONOUN.match(text) or begun(text, expected) != text
    is_apart = is_capital and not expected.may_end and begins_sentence(text, expected)
    if goes_on and (is_apart or _BLOCK.match(text)):
        return Fault.NOT_CONTINUED
    if is_given_again(text, expected.rejected):
        return Fault.ECHO
    said_again = set(runs(text, _SAID_AGAIN)).intersection(runs(expected.stub, _SAID_AGAIN))
    if goes_on and said_again:
        return Fault.ECHO
    if _is_like_another(text, expected):
        return Fault.ELSEWHERE
    # A whole answer may be a phrase: a caption, an item, a paragraph of an author who writes no stops.
    is_half = expected.is_cut and not (expected.is_cell or expected.sentence or items(text))
    ends = (ends_sentence(one) for one in sentences(BOX_END.sub("", text), expected.language))
    return Fault.FRAGMENT if is_half and not any(ends) else ""


def _is_like_another(text: str, expected: Expected) -> bool:
    """Tell whether a text says in nearly the same words what is on offer for another place; titles aside."""
    own = set(runs(text, _ALIKE_RUN)).difference(*(runs(one, _ALIKE_RUN) for one in expected.own_headings))
    return any(len(own & set(runs(other, _ALIKE_RUN))) > _ALIKE * len(own) for other in expected.offered)


def _has_foreign_marks(text: str, expected: Expected) -> bool:
    """Tell whether a text holds marks of templates or chat formats that the author's text doesn't.

    Code and formulas may have some: `{{ page.title }}` in a post on Jekyll. Of a tag around code or words,
    the author has used the kind, with any language or word: `{% highlight bash %}`, `{{< notice tip >}}`.
    """
    own = "\n".join((*expected.request, *expected.own))
    tags = frozenset().union(*(openers(block.fence) for block in code(text) if block.is_built))
    if tags - openers(own) - expected.openers:
        return True
    prose = without_formulas(without_code(text))
    marks = expected.phrases["answer.template marks"].findall(prose)
    foreign = any(mark not in own and not _is_own_box(mark, own, expected) for mark in marks)
    return foreign or "<|" in prose or prose.count("{{") != prose.count("}}")


def _is_own_box(mark: str, own: str, expected: Expected) -> bool:
    """Tell whether a tag opens or closes a box of a kind that the author closes: `{{< /notice >}}`."""
    tag = expected.phrases["answer.box tag"].fullmatch(mark)
    return (
        tag is not None
        and re.search(rf"[<%]-?\s*(?:/\s*|end){re.escape(tag['name'])}\s*-?[>%]", own) is not None
    )


def _is_of_neighbour(text: str, own: str, expected: Expected) -> bool:
    """Tell whether a text has many words that a neighbour of its language has: Afrikaans in Dutch."""
    name = f"chat.neighbour of {expected.language}"
    if name not in expected.phrases:
        return False
    find = expected.phrases[name].findall
    text_words, own_words = ([word.casefold() for word in find(one)] for one in (text, own))
    foreign = [word for word in text_words if word not in own_words]
    return len({*foreign}) >= _FEWEST_FOREIGN and len(foreign) >= _FOREIGN * count_words(text)


def _is_in_other_characters(text: str, own: str, expected: Expected) -> bool:
    """Tell whether a text is in traditional characters and the author's in simplified, or the reverse."""
    forms = [expected.phrases[f"chat.{name}"] for name in ("simplified", "traditional")]
    text_counts, own_counts = ([len(form.findall(one)) for form in forms] for one in (text, own))
    more = text_counts.index(max(text_counts))
    return text_counts[more] > 2 * text_counts[1 - more] and own_counts[more] * 2 < own_counts[1 - more]


def _has_filler(text: str, expected: Expected) -> bool:
    """Tell whether a text holds Latin that stands for text, and no heading or passage speaks of it."""
    own = " ".join((expected.revises, expected.before, *expected.own_headings, *expected.outline)).casefold()
    return any(hit[0].casefold() not in own for hit in expected.phrases["chat.filler"].finditer(text))


def _is_in_language(text: str, expected: Expected) -> bool:
    own = expected.own_text
    if _is_of_neighbour(text, own, expected):
        return False
    if expected.language == "zh" and _is_in_other_characters(text, own, expected):
        return False
    if expected.sentence and not language.may_stand_in(text, expected.language or language.guess(own), own):
        return False
    if expected.language in language.NAMES:
        blocks = all(is_in(part, expected.language) for part in parts(text))
        return blocks and language.is_in(text, expected.language)
    return not expected.language_of or language.same(text, expected.language_of)
