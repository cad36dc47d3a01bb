"""What a text is about, as the words in it that carry meaning."""

from __future__ import annotations

import re
from collections import Counter

from assistant.core.text.language import COMMON
from assistant.core.text.words import CJK, pattern

_COMMONEST = frozenset(word for words in COMMON.values() for word in words.split())
_WORD = re.compile(r"[^\W_]+")


def subject(*texts: str) -> Counter[str]:
    """Count the words that say what a text is about, by their stems."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(" ".join(texts).casefold()):
        if pattern(CJK).match(word):
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif len(word) > 2 and word not in _COMMONEST:
            found[word[:6]] += 1
    return found
