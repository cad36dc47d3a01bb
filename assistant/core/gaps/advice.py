"""Tell what is said to readers from what an author tells himself to write: both may open with one word."""

from __future__ import annotations

from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import EACH, EDITS, PARTS, WRITE
from assistant.core.gaps.measures import Wording
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence, is_finished, sentences
from assistant.core.text.words import is_spaceless, tokens

_READ = 24
"""Words in which a sentence's verb is looked for."""
_SPOKEN = lazy.pattern(r"[（(]?\w{3,6}[，,][^\n]{4,}[。！!.][)）]?")
"""A comma after what opens a sentence: `说明一下，旧绳子是去年买的。` tells, `介绍一下绳子的历史。` asks."""


def is_to_readers(layout: Layout, wording: Wording) -> bool:
    """Tell whether a line speaks to readers although it opens with a word for writing.

    `Describe your boat in the comments`, `Remember to water it twice a week.`, `Need to get there? Ask Ida.`,
    `Hablar de dinero no es fácil.`
    """
    purposes, text = wording.purposes, wording.text
    if purposes.anywhere & EACH:
        return False
    if is_spaceless(text) and purposes.first & WRITE and _SPOKEN.fullmatch(text):
        return True
    if _is_advice(layout, wording):
        return True
    return purposes.first & WRITE > 0 and (_has_own_verb(layout, wording) or _says_what_for(layout, wording))


def promises_part(layout: Layout, leaf: int, text: str) -> bool:
    """Tell whether a text says that another part follows what was told above: `To be continued…`.

    Alone below its heading, it stands for the text.
    """
    return leaf > 0 and layout.leaves[leaf - 1].kind != "Heading" and names_next_part(layout, text)


def names_next_part(layout: Layout, text: str) -> bool:
    """Tell whether a text only says that, or where, a serial goes on: `Continued in part 2`."""
    words = tokens(text)
    is_place = layout.words.patterns["written.next part"].fullmatch(" ".join(words))
    return is_place is not None or layout.phrases("next-part").is_whole(words)


def _is_advice(layout: Layout, wording: Wording) -> bool:
    """Tell whether a sentence reminds readers of what is no part of a text, or answers a question.

    `Don't forget the salt.`, but not `Don't forget to add a picture.`
    """
    text = wording.text
    bare, phrases = text.lstrip("*_（("), layout.phrases("advice")
    glued = next((one for one in phrases.glued if bare.startswith(one)), "")
    rest = list(wording.words[phrases.at(wording.words) :]) if not glued else tokens(bare[len(glued) :])
    if len(rest) < len(wording.words) or glued:
        purposes = layout.lexicon.purposes(rest, bare[len(glued) :])
        leads = text.endswith((":", "：")) and not layout.is_last(wording.unit.leaf)
        # `Remember to mix it, then write down:` leads to what is to be written.
        writes = (layout.lexicon.purposes(rest[:2], "") if leads else purposes).anywhere & WRITE
        asks = writes or (purposes.anywhere & PARTS and (glued or purposes.anywhere & EDITS))
        return not asks and bool(rest) and (leads or ends_sentence(text))
    question, *answer = ("? " in text and sentences(text, layout.language)) or [text]
    return bool(answer) and question.endswith("?") and is_finished(" ".join(answer))


def _says_what_for(layout: Layout, wording: Wording) -> bool:
    """Tell whether a sentence only opens with what something is for, and asks for nothing behind it.

    `To describe a knot, I use two letters:` above a block of code, not above a list, which may be of notes.
    In other languages such a sentence opens with a word that is of no request: `Pour décrire`, `Um … zu`.
    """
    purpose, comma, rest = wording.text.partition(", ")
    leaf, shown = layout.leaves[wording.unit.leaf], layout.leaf_after(wording.unit.leaf)
    leads = wording.text.endswith(":") and shown is not None and shown.lists == leaf.lists
    leads = leads and layout.leads_to_shown(wording.unit.leaf)
    is_said = comma and purpose.startswith("To ") and ":" not in purpose and (leads or ends_sentence(rest))
    return bool(is_said) and not layout.purposes(rest).asks


def _has_own_verb(layout: Layout, wording: Wording) -> bool:
    """Tell whether a sentence that opens with an infinitive has a verb of its own, and so is no request.

    `Expliquer tout cela m'a pris une soirée.`; a verb behind a question word is of the request: `Describir
    cómo era el puerto.`
    """
    verbs = layout.single_words("finite")
    if not verbs or not ends_sentence(wording.text):
        return False
    questions = layout.single_words("question", "relative")
    for word in wording.words[1:_READ]:
        if word in questions:
            return False
        if word in verbs:
            return True
    return False
