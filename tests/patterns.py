"""What a regular expression repeats without limit, so that tests need no clock to tell that it stays fast."""

from __future__ import annotations

import re
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any


def reads_again(pattern: str, openings: str) -> bool:
    """Tell whether a search may read a run of signs once for each of them, in quadratic time.

    It may where a sign that begins a match, one of `openings`, may be in what is repeated without limit.
    """
    return any(repeat.match(sign) for repeat in repeats(pattern) for sign in openings)


def repeats(pattern: str) -> list[re.Pattern[str]]:
    """Return as patterns what is in `pattern` under `*` or `+`."""
    return [_compiler.compile(part) for part in _unlimited(_parser.parse(pattern))]


def _unlimited(part: Any) -> list[Any]:
    found = []
    for kind, value in part:
        if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[1] is _constants.MAXREPEAT:
            found.append(value[2])
        inside = value if isinstance(value, tuple | list) else ()
        for one in [*inside, *(inside[1] if kind is _constants.BRANCH else ())]:
            if isinstance(one, _parser.SubPattern):
                found += _unlimited(one)
    return found
