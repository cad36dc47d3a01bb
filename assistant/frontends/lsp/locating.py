"""The gaps of a document, located in the text without what is undecided."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assistant.adapters import files, settings
from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.gaps.reading import merged
from assistant.core.gaps.words import Words
from assistant.core.review import buffer
from assistant.core.review.buffer import Piece, State
from assistant.core.text.draft import parse
from assistant.errors import SettingsError
from assistant.frontends.lsp.documents import Document, Located


def locate(document: Document, version: int, pieces: tuple[Piece, ...]) -> Located:
    """Return the gaps of a document's text without its undecided pieces; may run in any thread."""
    known = document.located
    base = buffer.base_of(document.text, [p for p in pieces if p.state is not State.ACCEPTED])
    reading = document.reading
    if known is not None and known.base.text.text == base.text.text and known.reading is reading:
        return Located(version, pieces, base, known.draft, known.gaps, reading)  # only undecided text changed
    draft = parse(base.text.data.replace(b"\0", b" "))
    words = _words(Path(document.name).parent)
    gaps = find_gaps(draft, words=words)
    if reading is not None:
        gaps = merged(draft, gaps, reading, words=words)
    return Located(version, pieces, base, draft, gaps, reading)


@lru_cache
def _words(folder: Path) -> Words:
    """Return the words that mark gaps, from the settings of the blog that a folder belongs to.

    Where the settings can't be read, gaps are located without them; the author is told when asking for text.
    """
    try:
        own = settings.gather(files.blog_root(folder / "untitled.md"))
    except SettingsError:
        return load_words()
    return load_words(markers=own.markers, ignore=own.ignore)


def forget_words() -> None:
    """Have the settings that mark gaps read again."""
    _words.cache_clear()
