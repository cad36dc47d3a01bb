"""The places of which an author said that nothing is missing there, told by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.gaps import identity
from assistant.core.text.draft import Draft
from assistant.core.types import Gap

MANY = 3
"""So many dismissals of one kind in a blog make that kind doubtful there."""
_SURE = 0.75
"""The confidence that a gap of a doubtful kind needs, where others are shown from `SHOWN` on."""


@dataclass(frozen=True, slots=True)
class Dismissals:
    """What the author of a blog dismissed."""

    keys: frozenset[str] = frozenset()
    """See `key`."""
    doubtful: frozenset[str] = frozenset()
    """Kinds that the author dismissed `MANY` times or more."""

    def without(self, draft: Draft, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        """Return the gaps that were not dismissed; those of a doubtful kind must be surer."""
        sure = tuple(gap for gap in gaps if gap.confidence >= _SURE or gap.kind not in self.doubtful)
        return tuple(gap for gap in sure if key(draft, gap) not in self.keys) if self.keys else sure


NONE = Dismissals()
"""Nothing was dismissed."""


def key(draft: Draft, gap: Gap) -> str:
    """Return a hash of a gap's kind, its words, the headings above and the post's title.

    It stays the same wherever the file is, and while text elsewhere changes; it holds no word of the draft.
    """
    path = (draft.title, *gap.heading_path)
    return identity.digest(identity.key(gap.kind, path, draft.text(gap.span)))
