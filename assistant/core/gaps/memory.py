"""Remember on an object what was found out of it once, as `cached_property` does, also with arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

_F = TypeVar("_F", bound=Callable[..., Any])


def remembered(function: _F) -> _F:
    """Run a function of an object once for the same arguments."""
    name = f"results of {function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def recalled(owner: Any, *arguments: Any) -> Any:
        try:
            return owner.__dict__[name][arguments]
        except KeyError:
            result = function(owner, *arguments)
        owner.__dict__.setdefault(name, {})[arguments] = result
        return result

    return cast(_F, recalled)
