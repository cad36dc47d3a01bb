"""The word lists for a document, read once for each blog and kept until its settings change."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from assistant.adapters import files, settings
from assistant.adapters.wordlists import load_words
from assistant.core.gaps.words import Words
from assistant.errors import SettingsError

_known: dict[Path, Words] = {}
_roots: dict[str, Path] = {}
_lock = Lock()


def words_for(name: str) -> Words:
    """Effect: reads the settings of a document's blog at first, and returns the words to locate by.

    Settings that can't be read are told when something is to be written; gaps are found without them.
    """
    with _lock:
        root = _roots.get(name)
        if root is None:
            root = _roots[name] = files.blog_root(Path(name))
        words = _known.get(root)
        if words is None:
            try:
                chosen = settings.gather(root)
                words = load_words(markers=chosen.markers, ignore=chosen.ignore)
            except SettingsError:
                words = load_words(markers=(), ignore=())
            _known[root] = words
        return words


def forget() -> None:
    """Effect: has settings read anew."""
    with _lock:
        _known.clear()
        _roots.clear()
