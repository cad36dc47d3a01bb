"""Tell whether a marker is only part of a word: a name, an address, a number, a form with groups of X."""

from __future__ import annotations

from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.questions import FACTS
from assistant.core.text.words import is_spaceless

_BEFORE = lazy.pattern(r"(?:[^\W_][-_]?|__|\[\[|\[!|<(?i:kbd|code|samp|tt|var)>)\Z")
"""What is before letters that are part of a name, a link to a page, a callout's kind, or shown as code."""
_YEAR = lazy.pattern(r"(?<!\w)(?:1\d|20)\Z")
"""A century whose year is missing: `19TK`."""
_BEHIND = lazy.pattern(r"\.[a-z]{2,}\b|[-\u2010\u2011](?P<letter>[^\W\d_])")
"""What makes a file's name or part of a word of a marker: `TODO.txt`, `WIP-лимиты`."""
NUMBER = lazy.pattern(r"[./,][X\d]|:X")
"""What goes on with a number that a marker is of: `XXX.XXX`, `XXX/24`."""
_DIGITS = lazy.pattern(r"[./]\d(?!\d\d\b)")
"""What makes X part of an address, `XXX/24`, not of a sum, `XX.000`."""
_GLUED = lazy.pattern(r"[^\W_].*(?<![\u2e80-\uffff])[.:;,/?!…]\Z")
"""A sign right before a marker, as in `192.168.XXX`, `notes.TODO`, `a .XXX address`, not `下雨了!TODO`."""
_LABEL = lazy.pattern(r"(?<![\w:])[^\W\d_]+:\Z")
"""A label may have no blank behind it: `Price:XXX`."""
_NOTE = lazy.pattern(r"[*_]{0,3} ?[:：]|[^\w.!?\n]*(?:\n|\Z)")
"""What is behind a marker after all, though the blank before it is missing: `It rained.TODO: why`."""
OPEN_NUMBER = lazy.pattern(r"(?<![\w.:,/-])\d{1,3}[.:,]\Z")
"""A number whose last part may be missing: `$4.TK million`, `at 7:XX`, not `192.168.XXX`."""
_ROW_BEFORE = lazy.pattern(r"(?:(?<![^\W_])(?:[Xx]{2,}[ :.,/-]|\d?[Xx][.,]))*\Z")
_ROW_BEHIND = lazy.pattern(r"(?:[ :.,/-][Xx]{2,}(?![Xx]))*")
"""Groups of X beside others: `XX:XX:XX`, `XXXX XXXX XXXX 1234`."""
_GLUED_BEFORE = lazy.pattern(r"[^\W_][.:/-]+\Z")
_GLUED_BEHIND = lazy.pattern(r"[.:/-][^\W_]")
"""What makes two groups part of a longer form: `192.168.XXX.XXX`, `fe80::XXXX:XXXX`, `XXX.XXX.example`."""
_FORM = 3
"""Fewest groups of a form; of two, as in `$XX,XXX` and `at XX:XX`, the author knows the number."""
_NO_X = str.maketrans("", "", "Xx")
_LED = lazy.pattern(r"(?:\A|[:：=|]|[-*+]\s)[\s*_>]*\Z")
_ENDS = lazy.pattern(r"[^\w\n]*(?:\n|\Z)")
"""What is around a value that is missing, though it has several parts: `Time: XX:XX`."""
_MOST = 40
"""Characters on both sides of a marker that are looked at."""


def is_part_of_word(layout: Layout, start: int, end: int, marker: str) -> bool:
    """Tell whether letters, digits or signs make one word with the marker between two offsets."""
    before = layout.text(layout.line_start(start, max(0, start - _MOST)), start)
    after = layout.text(end, end + _MOST)
    if _BEFORE.search(before) and not is_spaceless(before[-1:]):
        return not (_YEAR.search(before) and marker in ("TK", "XX", "xx"))
    if (behind := _BEHIND.match(after)) and not is_spaceless(behind["letter"] or ""):
        return True
    if not marker.translate(_NO_X) and (is_of_row := _is_of_row(before, after)) is not None:
        return is_of_row
    if not marker[0].isalnum() or is_spaceless(marker[0]):
        return False
    is_fact = marker in FACTS or marker in ("XX", "xx")
    if not marker.translate(_NO_X) and _DIGITS.match(after):
        return True
    label = _LABEL.search(before)
    is_labelled = label and (
        is_fact or _ENDS.match(after) or not any(map(str.isalnum, before[: label.start()]))
    )
    is_labelled = is_labelled or (is_fact and OPEN_NUMBER.search(before))
    is_free = is_labelled or _NOTE.match(after) or layout.purposes(after).opens_task
    return bool(_GLUED.search(before)) and not is_free


def _is_of_row(before: str, after: str) -> bool | None:
    """Tell whether groups of X in a sentence show how a number is written; None where it is one group."""
    left, right = _ROW_BEFORE.search(before), _ROW_BEHIND.match(after)
    signs = (left[0] + right[0]).translate(_NO_X) if left and right else ""
    if not (left and right and (signs.strip() or len(signs) > 1)):
        return None
    around = before[: left.start()], after[right.end() :]
    is_part = _GLUED_BEFORE.search(around[0]) or _GLUED_BEHIND.match(around[1])
    if len(signs) + 1 < _FORM and not is_part:
        return False
    return not (_LED.search(around[0]) and _ENDS.match(around[1]))
