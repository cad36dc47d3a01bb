"""Finds the gaps of a draft as its author is shown them, in every front end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.files import name_of
from assistant.adapters.settings import Settings
from assistant.adapters.stored import load_dismissals, load_saved
from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.gaps.dismissals import NONE, Dismissals, key
from assistant.core.gaps.words import Words
from assistant.core.text.draft import Draft
from assistant.core.types import Gap

if TYPE_CHECKING:
    from assistant.core.gaps.reading import Reading
    from assistant.core.review.events import SavedUndecided
    from assistant.core.review.raw_words import RawWords


@dataclass(frozen=True)
class Finder:
    """Finds the gaps of one blog's drafts: by its author's words, without what the author dismissed."""

    words: Words
    dismissals: Dismissals = NONE
    threshold: float | None = None
    """The least confidence, from 0 to 1; None for what is worth showing."""

    @classmethod
    def of_blog(cls, root: Path, settings: Settings) -> Finder:
        """Return the finder for the blog in the folder `root`."""
        words = load_words(markers=settings.markers, ignore=settings.ignore)
        return cls(words, load_dismissals(root))

    def gaps(self, draft: Draft, *, reading: Reading | None = None) -> tuple[Gap, ...]:
        """Return what is found here and what a model named as it read the draft."""
        gaps = find_gaps(draft, words=self.words, threshold=self.threshold)
        if reading is not None:
            from assistant.core.gaps.reading import merged  # most drafts are not read by a model

            gaps = merged(draft, gaps, reading, words=self.words)
        return self.dismissals.without(draft, gaps)

    def dismissed(self, draft: Draft, gap: Gap) -> bool:
        """Tell whether the author said that nothing is missing at a gap."""
        return key(draft, gap) in self.dismissals.keys


def raw_words_in(
    path: Path, data: bytes, saved: Mapping[str, SavedUndecided] | None = None
) -> RawWords | None:
    """Return the raw words that an editor saved in a draft's file, which now holds `data`; None without any.

    `saved` is what was saved of all drafts, where that is known.
    """
    known = load_saved(path) if saved is None else saved
    if (own := known.get(name_of(path)) if known else None) is None:
        return None
    from assistant.core.review.raw_words import raw_words  # few drafts have any

    return raw_words(own, data)
