"""Accepts texts without asking, in one draft or in many."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.app import report
from assistant.app.session import Session
from assistant.core.hunks.doubts import without_unsupported
from assistant.core.review import events, settle
from assistant.core.text.display import one_line

LOST_NOTES = "meaning"
"""The code of the warning that a text lacks the author's notes in whose place it comes, or denies them."""


def accept_texts(session: Session, *, keeps_all: bool = False) -> Iterator[str]:
    """Accept every text of a draft, and yield lines on what was left out and what is to be checked.

    Sentences that nothing of the author's supports are left out, unless they are to be kept; a text of
    nothing else stays to be decided, and so does one in which the author's notes would be lost.
    """
    keeps_all = keeps_all or session.workspace.settings.keep_unsupported
    for slot in session.review.shown:
        if not slot.undecided or slot.lost or slot.is_fact or slot.hunk is None:
            continue
        where = f"{session.workspace.name}:{session.workspace.draft.line(slot.hunk.span.start)}"
        lost = next((one.message for one in slot.hunk.warnings if one.code == LOST_NOTES), "")
        if lost and not keeps_all:
            yield f"{where}: left for a review: {lost}"
            continue
        kept, left_out = (slot.hunk, ()) if keeps_all else without_unsupported(slot.hunk)
        for sentence in left_out:
            yield f"{where}: left out, nothing in your posts tells it: “{one_line(sentence)}”"
        if kept is None:
            continue
        for _ in left_out:
            doubt = next(one for one in slot.doubts if one.is_left_out)
            if event := settle.drop(slot, doubt):
                slot = session.apply(event).slot(slot.key) or slot
        yield from (f"{where}: {line}" for line in report.to_check(slot))
        session.apply(events.AcceptedRest(((slot.key, 0),)))
