"""Regular expressions that are compiled when they are first used: a draft has no use for most of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, AnyStr, cast


class _Pattern:
    def __init__(self, compiled: Callable[[], re.Pattern[Any]]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:
        """Return what the compiled pattern has by that name, which stays here as an attribute."""
        value = self.__dict__[name] = getattr(self._compiled(), name)
        return value


def pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern for its methods, such as `match`; to compile a hundred at import takes 15 ms."""
    return cast("re.Pattern[AnyStr]", _Pattern(partial(re.compile, pattern, flags)))
