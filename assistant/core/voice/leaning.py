"""How much oftener, or less often, an author uses small words and stops than a small model does by itself.

Small words ("the", "but", "I") are what style is measured by (Burrows, 'Delta', Literary and Linguistic
Computing 17, 2002). A large model hears them in the author's text that it is shown; a small one hardly does,
but its choice of words can be weighed. It still decides where a word fits.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

STRENGTH = 0.9
"""How much of the difference is made up for: 1 weighs a word by all of it."""

_MOST = 1.5
"""The largest weight, in natural logarithms of probability: at 1.5 a word is 4.5 times as likely."""
_LEAST = 0.1
_ENOUGH = 1500
"""Words of an author's from which on their frequencies say something."""
_DOUBT = 400
"""Words of average text that are added to both sides, so that a word seen twice weighs little."""
_WORD = re.compile(r"[a-z]+|[.,](?=[\s\"'”’)]|\Z)")
_NOT_WORDS = re.compile(r"(?ms)^(`{3,}|~{3,}).*?^\1[`~]*$|`[^`\n]*`|\]\([^)]*\)|https?://\S+")


def leaning(texts: Iterable[str], usual: Mapping[str, float]) -> dict[str, float]:
    """Return a weight for each word of `usual` whose frequency in `texts` is another.

    `usual` holds frequencies in the model's own prose, per thousand words: of words in lower case, full stops
    and commas. Weights are natural logarithms of how much likelier a word is to be; none for too little text.
    """
    counts = counted(texts)
    whole = sum(count for word, count in counts.items() if word.isalpha())
    if whole < _ENOUGH:
        return {}
    weights = {}
    for word, frequency in usual.items():
        expected = frequency / 1000
        found = (counts[word] + expected * _DOUBT) / (whole + _DOUBT)
        weight = max(-_MOST, min(_MOST, STRENGTH * math.log(found / expected)))
        if abs(weight) >= _LEAST:
            weights[word] = round(weight, 2)
    return weights


def counted(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts in lower case, full stops and commas; code and addresses are left out."""
    return Counter(word for text in texts for word in _WORD.findall(_NOT_WORDS.sub(" ", text).casefold()))
