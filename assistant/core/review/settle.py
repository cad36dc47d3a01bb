"""Settle a doubt of a piece: the author's answer, "ask me instead", "drop it", "it's true", as events."""

from __future__ import annotations

from assistant.core.hunks import container
from assistant.core.hunks.doubts import Doubt, approval
from assistant.core.hunks.revise import Revision, removal, sentence_at
from assistant.core.review import events
from assistant.core.review.state import Slot
from assistant.core.text import questions
from assistant.core.text.display import without_control

NOTHING_ELSE = "nothing else is in this piece; reject it instead"


def answer(slot: Slot, question: Doubt, words: str, *, newline: str) -> events.Revised:
    """Return the event that puts the author's words into the place of a question."""
    prefix = slot.hunk.prefix if slot.hunk else ""
    words = container.put("\n".join(without_control(words).strip().splitlines()), prefix)
    if slot.text[question.end :].lstrip(b" ").startswith(b"."):
        words = words.rstrip(".")  # the sentence has its stop
    new = words.replace("\n", newline).encode()
    return _revised(slot, Revision(question.start, question.end, new))


def ask_instead(slot: Slot, doubt: Doubt) -> events.Revised:
    """Return the event that makes a question to the author of a doubtful sentence."""
    start, end = sentence_at(slot.text, doubt.start, doubt.end)
    return _revised(slot, Revision(start, end, questions.about(slot.text[start:end].decode()).encode()))


def drop(slot: Slot, doubt: Doubt) -> events.Revised | None:
    """Return the event that takes a sentence out; None where nothing else is in the piece."""
    revision = removal(slot.text, *sentence_at(slot.text, doubt.start, doubt.end))
    left = slot.text[: revision.start] + slot.text[revision.end :]
    return _revised(slot, revision) if any(map(str.isalnum, left.decode())) else None


def approve(slot: Slot, doubt: Doubt) -> events.Approved | None:
    """Return the event that approves a sentence or words from now on; None for a question."""
    if slot.hunk is None or doubt.is_question:
        return None
    return events.Approved(slot.key, *approval(slot.hunk, doubt))


def _revised(slot: Slot, revision: Revision) -> events.Revised:
    number = slot.version.proposal if slot.version else 0
    return events.Revised(slot.key, revision.start, revision.end, revision.new, number)
