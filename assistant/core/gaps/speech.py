"""Tell what somebody says or feels, and sentences that trail off, from an author's notes."""

from __future__ import annotations

from collections.abc import Callable

from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.words import QUOTATION, count_words, first_word

_OPEN_END = lazy.pattern(r"(?:\.\.|[…?？؟])[\s\"'”»’“«›‹」』*_)]*\Z")
"""The end of a question, and of a sentence that trails off: `Who knows?`, `Nobody believed him…`."""
_FEELING = lazy.pattern(
    r"(?:(?:\A|\s|(?<=[^\w\s]))\s?(?:(?:[:=]-?[)(DPpoO/|]|;-?\)|:'\(|<3|[xX]D+|\^_?\^;?|[T>-]_[T<-]"
    r"|[\u2639-\u263b\u270a-\u270c\u2764\U0001f389\U0001f440-\U0001f450\U0001f495-\U0001f49f"
    r"\U0001f600-\U0001f64f\U0001f90c-\U0001f93f\U0001f970-\U0001f97a])[\ufe0f\U0001f3fb-\U0001f3ff]?\s?)+"
    r"|\s*(?P<letters>[ㅋㅎㅠㅜ]{2,}|[ㅠㅜ]\.[ㅠㅜ])~*)\Z"
)
"""A smiley or a gesture at a text's end, where some write no stop: `We made it to the pier :)`.

Koreans write it in letters: `다시 만나요 ㅋㅋ`.
"""
_SAID, _SAID_IN_KOREAN = 3, 2
"""Fewest words of a sentence that ends so."""
_END = 16
"""Characters at a text's end in which it may stand."""


def ends_in_feeling(text: str) -> bool:
    """Tell whether a text ends in a smiley instead of its stop, or is nothing else."""
    hit = _FEELING.search(text, max(len(text) - _END, 0))
    if hit is None:
        return False
    words = count_words(text[: hit.start()])
    return words == 0 or words >= (_SAID_IN_KOREAN if hit["letters"] else _SAID)


def is_feeling(text: str) -> bool:
    """Tell whether a text is a smiley and nothing else, as it stands behind a stop: `See you! :D`."""
    return _FEELING.fullmatch(text) is not None


def is_speech(text: str, *, asks: Callable[[str], bool], in_item: bool) -> bool:
    """Tell whether a text is what somebody says: `“Are you there?”`, `“Yes,” she said, “come down.”`.

    `asks` tells whether the words outside the quotation marks ask something of the author. An item of a list
    needs a stop, and so do small letters: `“the lamp”` is a note.
    """
    text = text.strip("*_ ")
    if text[:1] == "—":  # `— Non !`, as French and Russian write it
        return ends_sentence(text) and _opens_sentence(text) and not asks(text)
    if not QUOTATION.match(text):
        return False
    *_, last = QUOTATION.finditer(text)
    is_closed = last.end() == len(text) and not in_item and _opens_sentence(text)
    return (is_closed or ends_sentence(text)) and not asks(QUOTATION.sub(" ", text))


def is_left_open(text: str) -> bool:
    """Tell whether a text begins as a sentence does and is a question or trails off: `Who knows?`, `Why?`."""
    return bool(_OPEN_END.search(text)) and _opens_sentence(text)


def _opens_sentence(text: str) -> bool:
    first = first_word(text)
    return bool(first) and not first[0].islower()
