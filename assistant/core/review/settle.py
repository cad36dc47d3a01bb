"""Settle a doubt of a piece: the author's answer, "ask me instead", "drop it", "it's true", as events."""

from __future__ import annotations

from assistant.core.hunks import container
from assistant.core.hunks.doubts import Doubt, approval
from assistant.core.hunks.line_width import closed_up
from assistant.core.hunks.revise import Revision, author_end, removal, sentence_at
from assistant.core.review import events
from assistant.core.review.state import Piece
from assistant.core.text import questions
from assistant.core.text.display import without_control

NOT_ALONE = "this can't go alone; reject the piece instead"
OF_ALL = "this is about the whole piece; retry it, or accept it as it is"


def answer(piece: Piece, question: Doubt, words: str, *, newline: str) -> events.Revised:
    """Return the event that puts the author's words into the place of a question."""
    prefix = piece.hunk.prefix if piece.hunk else ""
    words = container.put("\n".join(without_control(words).strip().splitlines()), prefix)
    if piece.text[question.end :].lstrip(b" ").startswith(b"."):
        words = words.rstrip(".")  # the sentence has its stop
    new = words.replace("\n", newline).encode()
    return _revised(piece, Revision(question.start, question.end, new))


def ask_instead(piece: Piece, doubt: Doubt) -> events.Revised | None:
    """Return the event that makes a question of a doubtful sentence; the author's half of it stays.

    None where no sentence is at fault.
    """
    if doubt.is_of_all:
        return None
    start, end = sentence_at(piece.text, doubt.start, doubt.end)
    own = author_end(piece.hunk) if piece.hunk else 0
    if start < own < end:
        start = own + (piece.text[own : own + 1] == b" ")
    return _revised(piece, Revision(start, end, questions.about(piece.text[start:end].decode()).encode()))


def drop(piece: Piece, doubt: Doubt) -> events.Revised | None:
    """Return the event that takes a sentence out; None where it is half the author's, or all there is.

    None, too, where no sentence is at fault.
    """
    start, end = sentence_at(piece.text, doubt.start, doubt.end)
    if doubt.is_of_all or (piece.hunk and start < author_end(piece.hunk)):
        return None
    revision = removal(piece.text, start, end)
    revision = closed_up(piece.hunk, revision) if piece.hunk else revision
    left = piece.text[: revision.start] + piece.text[revision.end :]
    return _revised(piece, revision) if any(map(str.isalnum, left.decode())) else None


def refused(doubt: Doubt) -> str:
    """Return why a sentence can't be dropped."""
    return OF_ALL if doubt.is_of_all else NOT_ALONE


def approve(piece: Piece, doubt: Doubt) -> events.Approved | None:
    """Return the event that approves a sentence or words from now on; None for a question."""
    if piece.hunk is None or doubt.is_question:
        return None
    return events.Approved(piece.key, *approval(piece.hunk, doubt))


def _revised(piece: Piece, revision: Revision) -> events.Revised:
    number = piece.version.proposal if piece.version else 0
    return events.Revised(piece.key, revision.start, revision.end, revision.new, number, revision.warnings)
