"""What in a piece waits for its author: questions, and words that a check doubts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from assistant.core.hunks.line_width import closed_up
from assistant.core.hunks.revise import author_end, removal, revised, sentence_at
from assistant.core.text.offsets import byte_span
from assistant.core.text.questions import questions
from assistant.core.types import LOST_NOTES, UNCONFIRMED, UNSUPPORTED, Approval, Hunk, Warning


class Doubt(NamedTuple):
    """A question or a warning in a piece; offsets are bytes of its text."""

    start: int
    end: int
    words: str
    """What is asked, or what the warning says."""
    code: str = ""
    """The warning's code; empty for a question."""
    is_of_all: bool = False
    """True where no sentence is at fault, but the text as a whole: notes are lost in it."""

    @property
    def is_question(self) -> bool:
        """True for a question that the author can answer."""
        return not self.code

    @property
    def is_unsupported(self) -> bool:
        """True where nothing of the author's tells what the words tell."""
        return self.code in UNSUPPORTED

    @property
    def is_left_out(self) -> bool:
        """True where the sentence is left out if nobody decides on it."""
        return self.is_unsupported and self.code != UNCONFIRMED


def doubts(hunk: Hunk | None) -> list[Doubt]:
    """Return the questions and warnings of a hunk, in the order of its text."""
    if hunk is None:
        return []
    text = hunk.replacement.decode()
    asked = [Doubt(*byte_span(text, one.start, one.end), one.words) for one in questions(text)]
    warned = [Doubt(w.start, w.end, w.message, w.code, _is_of_all(w, hunk)) for w in hunk.warnings]
    return sorted(dict.fromkeys((*asked, *warned)), key=lambda doubt: (doubt.start, doubt.end))


def _is_of_all(warning: Warning, hunk: Hunk) -> bool:
    rest = hunk.replacement[: warning.start] + hunk.replacement[warning.end :]
    return warning.code == LOST_NOTES and not any(map(str.isalnum, rest.decode("utf-8", "ignore")))


def without_unsupported(hunk: Hunk) -> tuple[Hunk | None, tuple[str, ...]]:
    """Return a hunk without sentences that nothing supports, and these; None where no new words are left."""
    left_out: list[str] = []
    if hunk.revises and any(one.is_left_out for one in doubts(hunk)):
        return None, (hunk.replacement.decode(),)  # the author's own sentence is the better one
    while doubt := next((one for one in doubts(hunk) if one.is_left_out), None):
        start, end = sentence_at(hunk.replacement, doubt.start, doubt.end)
        left_out += [hunk.replacement[start:end].decode()] * (start < end)
        if start == end or start < author_end(hunk):  # no words at all, or the end of the author's own
            return None, tuple(left_out)
        revision = closed_up(hunk, removal(hunk.replacement, start, end))
        hunk = revised(hunk, [revision])
        if _letters(hunk.replacement) in ("", _letters(hunk.original)):  # a full stop is not text
            return None, tuple(left_out)
    return hunk, tuple(left_out)


def approval(hunk: Hunk, doubt: Doubt | Warning) -> Approval:
    """Return what an author says of a doubt by "it's true" or "fine in my posts"."""
    code, span = doubt.code, (doubt.start, doubt.end)
    if code in UNSUPPORTED:
        code, span = "", sentence_at(hunk.replacement, *span)
    return Approval(code, " ".join(hunk.replacement[slice(*span)].decode().split()))


def unapproved(hunk: Hunk, approvals: Iterable[Approval]) -> tuple[Warning, ...]:
    """Return the warnings of a hunk that none of the author's approvals settles."""
    settled = {(code, words.casefold()) for code, words in approvals}
    warnings = ((warning, approval(hunk, warning)) for warning in hunk.warnings)
    return tuple(w for w, (code, words) in warnings if (code, words.casefold()) not in settled)


def _letters(text: bytes) -> str:
    return "".join(filter(str.isalnum, text.decode()))
