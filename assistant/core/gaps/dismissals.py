"""The places where an author said that nothing is missing, recognized by their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.core.gaps import identity
from assistant.core.text.draft import Draft
from assistant.core.text.normal_form import normal_form
from assistant.core.text.spans import holds
from assistant.core.text.words import words
from assistant.core.types import Gap, GapKind, Span

MANY = 3
"""Fewest dismissals of one kind that make it doubtful in a blog."""
_SURE = 0.75
"""The confidence that a gap of a doubtful kind needs, where others are shown from `SHOWN` on."""


class Dismissals(NamedTuple):
    """What the author of a blog dismissed."""

    keys: frozenset[str] = frozenset()
    """See `key`."""
    doubtful: frozenset[str] = frozenset()
    """Kinds that the author dismissed `MANY` times or more."""

    def without(self, draft: Draft, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        """Return the gaps that were not dismissed; those of a doubtful kind must be surer."""
        sure = tuple(gap for gap in gaps if gap.confidence >= _SURE or gap.kind not in self.doubtful)
        return tuple(gap for gap in sure if key(draft, gap) not in self.keys) if self.keys else sure


ACCEPTED = "accepted"
"""Kept in place of a kind for text that its author accepted: it makes no kind doubtful."""


def is_settled(gap: Gap, accepted: Iterable[Span]) -> bool:
    """Tell whether a gap is only how accepted text reads; a marker or an empty place in it still is one."""
    if gap.kind not in (GapKind.NOTES, GapKind.INSTRUCTION):
        return False
    return any(holds(span, gap.span) for span in accepted)


NONE = Dismissals()
"""Nothing was dismissed."""


def key(draft: Draft, gap: Gap) -> str:
    """Return a hash of a gap's kind, its words, the headings above and the post's title.

    It stays the same wherever the file is, while text elsewhere changes, and after a formatter; it holds no
    word of the draft.
    """
    path = dict.fromkeys(" ".join(words(one.casefold())) for one in (draft.title, *gap.heading_path) if one)
    own = normal_form(draft.text(gap.span).encode()).unwrapped.data.decode()
    return identity.digest(identity.key(gap.kind, path, " ".join(words(own.casefold()))))
