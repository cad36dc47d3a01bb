"""Tells for a piece which gap it is for, and what the model is told to write its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.app.workspace import Workspace
from assistant.core.hunks import passages
from assistant.core.prompt.rejected_text import with_rejected
from assistant.core.review import decide
from assistant.core.review.state import Phase, Piece, Version
from assistant.core.text.display import without_stop
from assistant.core.types import Gap, GapKind, Span

_PLAINER = "Use plainer words."


def words_for(gap: Gap, piece: Piece | None, words: str = "") -> tuple[str, str, int]:
    """Return the author's words for a text, all that the model is told, and the number of the attempt.

    `words` are what the author says now. Where a text is asked for as if there were none, though some may be
    stored, earlier words and attempts don't count.
    """
    if piece is None or piece.version is None or piece.phase is Phase.WAITING:
        words = words or (piece.instruction if piece else "")
        return words, _besides(gap, words), 0
    parts = (piece.version.guidance, *piece.answers, words)
    words = " ".join(dict.fromkeys(part for part in parts if part))
    return words, _besides(gap, _differently(words, piece.version)), len(piece.versions)


def _differently(words: str, version: Version) -> str:
    """Return what a model is told that is to write another text than a version, with the author's words."""
    text = without_stop(version.hunk.replacement.decode())
    is_stock = any(warning.code == "cliche" for warning in version.hunk.warnings)
    return with_rejected(f"{words} {_PLAINER}" if is_stock else words, text)


def _besides(gap: Gap, guidance: str) -> str:
    """Return the guidance without what the author says in a gap that asks for a revision: both are sent."""
    if gap.kind is not GapKind.REVISION or not f"{guidance} ".startswith(f"{gap.instruction} "):
        return guidance
    return guidance[len(gap.instruction) :].lstrip()


def told(gap: Gap, piece: Piece) -> str:
    """Return what the model was told for a piece's text that is shown, apart from the gap's own words."""
    if piece.version is None:
        return _besides(gap, piece.instruction)
    shown = piece.version
    earlier = [one for one in piece.versions if one.model and one.proposal < shown.proposal]
    return _besides(gap, _differently(shown.guidance, earlier[-1]) if earlier else shown.guidance)


def place_of(workspace: Workspace, key: str, piece: Piece | None) -> tuple[Gap, Span | None] | None:
    """Return the gap and the target that a piece is for; None when the draft no longer has them.

    Finished text that is to be revised is no gap of the draft: there, its piece says where it is, as for
    notes that are to be revised and not written out.
    """
    is_revised = piece is not None and bool(piece.instruction)
    for name, gap, target in pieces_of(workspace):
        if name == key and (gap.kind is GapKind.REVISION or not is_revised):
            return gap, target
    if piece is None or piece.unplaced or not (piece.instruction or (piece.hunk and piece.hunk.revises)):
        return None
    gap = passages.gap_at(workspace.draft, piece.hunk.span if piece.hunk else piece.span, id=piece.gap)
    return replace(gap, instruction=piece.instruction), gap.targets[0]


def pieces_of(workspace: Workspace) -> Iterator[tuple[str, Gap, Span | None]]:
    """Yield the key, gap and target of everything that can be written in a draft."""
    for gap in workspace.gaps:
        for target in gap.pieces:
            yield decide.key_for(gap, target), gap, target
