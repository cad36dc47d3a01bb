"""The line ends of a review's texts: those of the draft, which another editor may have changed."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.hunks import revise
from assistant.core.review.state import Change, Choice, Review, Slot, Version
from assistant.core.text.line_ends import with_newlines


def with_newline(review: Review, newline: str) -> Review:
    """Return the state with `newline` in all texts, and what was changed in sentences at its words."""

    def version(one: Version) -> Version:
        hunk = revise.with_newline(one.hunk, newline)
        return replace(one, hunk=hunk, source=with_newlines(one.source, newline))

    def choice(slot: Slot, one: Choice) -> Choice:
        texts, revisions = [version.hunk.replacement for version in slot.versions], []
        for at, own in one.revisions:
            revisions.append((at, revise.revision_with_newline(own, texts[at], newline)))
            texts[at] = texts[at][: own.start] + own.new + texts[at][own.end :]
        return replace(one, revisions=tuple(revisions))

    def change(one: Change) -> Change:
        found = ((key, review.slot(key), then, now) for key, then, now in one)
        return tuple((key, choice(slot, then), choice(slot, now)) for key, slot, then, now in found if slot)

    slots = (
        replace(one, versions=tuple(map(version, one.versions)), choice=choice(one, one.choice))
        for one in review.slots
    )
    past, future = (tuple(map(change, changes)) for changes in (review.past, review.future))
    return replace(review, slots=tuple(slots), past=past, future=future)
