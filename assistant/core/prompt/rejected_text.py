"""The end of a request for another text: the one that the author rejected."""

from __future__ import annotations

_SIGN = "Say it differently from this, which I turned down:"
_WORDS = 60
"""Words of a rejected text that the model is shown."""


def with_rejected(instruction: str, text: str) -> str:
    """Return an instruction with the text that the model is to write another one for, in one line."""
    return f"{instruction} {_SIGN} {' '.join(text.split()[:_WORDS])}".strip()


def without_rejected(instruction: str) -> str:
    """Return an instruction without a rejected text."""
    return instruction.partition(_SIGN)[0]


def rejected(request: str) -> str:
    """Return the words of the rejected text in a request or an instruction; empty where there is none."""
    return request.partition(_SIGN)[2].partition("\n")[0].strip()


def is_given_again(text: str, rejected: str) -> bool:
    """Tell whether a text is all of a rejected one, as far as the model was shown it."""
    shown, given = letters(rejected), letters(text)
    is_cut = len(rejected.split()) >= _WORDS
    return shown != "" and (given.startswith(shown) if is_cut else given == shown)


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case: other signs and blanks make no other text."""
    return "".join(filter(str.isalnum, text.casefold()))
