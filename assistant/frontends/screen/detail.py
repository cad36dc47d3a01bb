"""The right side: one piece in its surroundings, word by word, styled as Markdown, its warnings marked."""

from __future__ import annotations

import re

from textual.content import Content

from assistant.app.session import Session
from assistant.core.hunks.doubts import Doubt
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.display import one_line, visible
from assistant.frontends import pieces
from assistant.frontends.progress import READING
from assistant.frontends.screen.piece import FOLDS

COLOURS = {
    "waiting": "dim",
    "writing": "$text-primary",
    "ready": "$text-primary",
    "accepted": "$text-success",
    "rejected": "$text-error",
    "edited": "$text-success",
    "failed": "$text-error",
    "stopped": "$text-warning",
    "written": "dim",
    "outdated": "$text-warning",
}
"""The colour of each state that a piece can be in."""

_STYLES = {
    "around": "dim",
    "same": "",
    "gone": "$text-error strike",
    "new": "$text-success",
    "doubtful": "$text-warning reverse",
}
_PLAIN_STYLES = {
    "around": "dim",
    "same": "",
    "gone": "strike",
    "new": "underline",
    "doubtful": "underline reverse",
}

_DOUBTS = (3, 1, 1)
"""By fold: questions and warnings shown at once, the current one among them."""
_STATE = 10
"""Fewest cells for a state, without the number of the piece."""
_ABOVE = (pieces.CONTEXT, 1, 0)
"""By fold: lines of the draft above the new text, and one more that continues into it."""

_MARKDOWN = (
    (re.compile(r"^#{1,6} .*$", re.M), "bold"),
    (re.compile(r"\*\*(?=\S)[^*\n]+?\*\*|__(?=\S)[^_\n]+?__"), "bold"),
    (
        re.compile(r"(?<![*\w])\*(?=[^\s*])[^*\n]+?\*(?![*\w])|(?<![_\w])_(?=[^\s_])[^_\n]+?_(?![_\w])"),
        "italic",
    ),
    (re.compile(r"`[^`\n]+`"), "$text-secondary"),
    (re.compile(r"\[[^\]\n]+\]\([^)\n]*\)"), "underline"),
    (re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])(?= )", re.M), "bold"),
    (re.compile(r"^[ \t]*>.*$", re.M), "italic"),
)


def head(session: Session, piece: Piece, *, number: int, width: int) -> Content:
    """Return what stays in view above a piece: where it is, its state, its number, and its version."""
    review, state = session.review, pieces.state_of(piece)
    count, line = len(review.shown), session.line(piece.anchor)
    place = pieces.place(session.workspace.draft, piece, line=line, width=width)
    position = "   ".join(filter(None, (f"   {number} of {count}", pieces.version(piece))))
    words = f"{pieces.STATES[state][0]} {pieces.says(review, piece)}"
    words = pieces.cut(words, max(width - len(position), _STATE))
    return Content.assemble((place, "bold"), "\n", (words, COLOURS[state]), (position, "dim"))


def body(
    review: Review,
    piece: Piece,
    *,
    width: int,
    doubt: Doubt | None = None,
    colours: bool = True,
    fold: int = 0,
) -> tuple[Content, int]:
    """Return what an author needs to decide a piece, and where the new text begins in it.

    What to check comes first, `doubt` marked in it, then some lines of the draft, `width` cells wide. The
    larger the `fold`, the fewer of both.
    """
    top, start, at = _remarks(review, piece, doubt, width=width, fold=fold), 0, 0
    if piece.phase is Phase.WRITTEN:
        base = piece.version.base if piece.version else None
        opening = (base or b"")[: piece.hunk.span.start].decode().rpartition("\n")[2] if piece.hunk else ""
        parts = [(visible(opening + piece.text.decode()), "$text-success")]
    elif piece.hunk and piece.phase is not Phase.WRITING:
        change = pieces.shown(review, piece, colours=colours)
        styles = _STYLES if colours else _PLAIN_STYLES
        parts = [(part.text, styles["doubtful" if part.doubtful else part.role]) for part in change]
        start = next((i for i, part in enumerate(change) if part.role == "new"), 0)
        at = 0 if change[0].role == "around" else 2  # an instruction that goes is above the context
    else:
        before, after = pieces.around(review, piece)
        parts = [(before, "dim"), (f"\n{_so_far(piece)}\n", "$text-success"), (after, "dim")]
    if len(parts) > 1:
        parts[at] = (pieces.last_lines(parts[at][0], width, _ABOVE[fold]), "dim")
    content = [*top, markdown(Content.assemble(*parts))]
    offset = sum(len(line) + 1 for line in top) + sum(len(text) for text, _ in parts[:start])
    offset += len(parts[start][0]) - len(parts[start][0].lstrip("\n"))
    if piece.unplaced:
        title, text = pieces.now(review, piece)
        content += [Content.styled(title, "$text-warning"), Content(text)]
    if piece.version:
        time = [f"{piece.version.seconds:.1f} s"] * bool(piece.version.seconds)
        content.append(Content.styled(" · ".join([*pieces.origin(piece), *time]), "dim"))
    return Content("\n").join(content), offset


def _so_far(piece: Piece) -> str:
    if piece.phase is Phase.WRITING:
        return visible(piece.message) + "▌" if piece.read == 1 else READING.format(piece.read)
    return "⋯"


def _remarks(review: Review, piece: Piece, current: Doubt | None, *, width: int, fold: int) -> list[Content]:
    """Return lines on what to check, what was cleaned, and what failed; a large fold cuts each to `width`.

    The line that names keys stays whole: what is cut off it could not be done.
    """
    doubts, tail = pieces.doubts(piece, current, most=_DOUBTS[fold])
    limit = pieces.REMARK_LINES * width
    remarks = (f"{'?' if doubt.is_question else '⚠'} {line}" for doubt, line in doubts)
    lines = [Content.styled(pieces.cut(line, limit), "$text-warning") for line in remarks]
    lines += [Content.styled(tail, "$text-warning")] if tail else []
    keys = [Content.styled(pieces.doubt_keys(piece, current), "$text-primary")] if current else []
    lines += keys
    if piece.message and piece.phase in (Phase.READY, Phase.FAILED):
        lines.append(Content.styled(f"! {pieces.failure(review, piece)}", "$text-error"))
    lines += [
        Content.styled(f"· {one_line(note)}", "dim") for note in (piece.hunk.notes if piece.hunk else ())
    ]
    if piece.unplaced:
        lines.append(Content.styled(pieces.WRITTEN_FOR, "$text-warning"))
    if fold < FOLDS - 1:
        return lines
    return [line if line in keys else line.truncate(width, ellipsis=True) for line in lines]


def markdown(content: Content) -> Content:
    """Return the content with Markdown's own signs shown as what they mean, none taken away."""
    for pattern, style in _MARKDOWN:
        for match in pattern.finditer(content.plain):
            content = content.stylize(style, *match.span())
    return content
