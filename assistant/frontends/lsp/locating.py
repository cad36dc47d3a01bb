"""The gaps of a document, located in the text without what is undecided."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from assistant.adapters import folders, settings
from assistant.app.locating import Finder
from assistant.core.gaps.dismissals import is_settled
from assistant.core.review import draft_changes, naming
from assistant.core.text.draft import parse
from assistant.core.types import Span
from assistant.errors import SettingsError
from assistant.frontends.lsp import buffer
from assistant.frontends.lsp.buffer import Placement, State
from assistant.frontends.lsp.documents import Document, Located


def locate(document: Document, version: int, placements: tuple[Placement, ...]) -> Located:
    """Return the gaps of a document's text without its undecided pieces; may run in any thread."""
    known = document.located
    base = buffer.base_of(document.text, [p for p in placements if p.state is not State.ACCEPTED])
    reading = document.reading
    if known is not None and known.base.text.text == base.text.text and known.reading is reading:
        draft, found = known.draft, known.found  # only undecided text changed
    else:
        draft = parse(base.text.data.replace(b"\0", b" "), name=document.name)
        found = _finder(Path(document.name).parent).gaps(draft, reading=reading)
    gaps = found
    if document.session is not None:  # a gap keeps its name when its author renames a heading above it
        review = draft_changes.moved(document.session.review, base.text.data)
        gaps = naming.named(found, review, draft)
    accepted = [Span(*placement.extent) for placement in placements if placement.state is State.ACCEPTED]
    if accepted:  # what its author accepted just now is no gap
        places = [replace(gap, span=Span(*base.range_in_buffer(gap.span))) for gap in gaps]
        gaps = tuple(g for g, place in zip(gaps, places, strict=True) if not is_settled(place, accepted))
    return Located(version, placements, base, draft, gaps, reading, found)


@lru_cache
def _finder(folder: Path) -> Finder:
    """Return what finds gaps in the blog that a folder belongs to.

    Where the settings can't be read, gaps are located without them; the author is told when asking for text.
    """
    root = folders.blog_root(folder / "untitled.md")
    try:
        own = settings.gather(root)
    except SettingsError:
        own = settings.Settings()
    return Finder.of_blog(root, own)


def forget_settings() -> None:
    """Have read again what decides which places are gaps."""
    _finder.cache_clear()
