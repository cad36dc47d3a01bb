"""Gaps and pieces as diagnostics; what they show of a draft or a model goes through `one_line`."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types
from lsprotocol.types import DiagnosticSeverity as Severity

from assistant.app import report
from assistant.core.hunks.doubts import Doubt
from assistant.core.hunks.shared_words import matches
from assistant.core.text.display import one_line
from assistant.core.types import Gap, GapKind, Verdict
from assistant.frontends.lsp.buffer import Placement, Range
from assistant.frontends.lsp.documents import Document

SOURCE = "assistant"
PROPOSED = "proposed"
"""The code of a diagnostic over text that waits for a decision."""
QUESTION = "question"
"""The code of a diagnostic over a question to the author."""
UNCHECKED = "unchecked"
"""The code of a diagnostic over a model's raw words."""

_NAMES = {
    GapKind.EMPTY_SECTION: "empty section",
    GapKind.MARKER: "marker",
    GapKind.COMMENT: "comment",
    GapKind.INSTRUCTION: "instruction",
    GapKind.NOTES: "notes",
    GapKind.REVISION: "revision",
}


def open_gaps(document: Document) -> Iterator[tuple[Gap, Range]]:
    """Yield the gaps for which no text is in the buffer, with their characters in it.

    Empty unless the gaps were located in the text as it is now.
    """
    located = document.gaps_now
    if located is None:
        return
    taken = {p.gap for p in (*document.undecided, *document.raw)}
    ours = [one.start for placement in (*document.undecided, *document.raw) for one in placement.ranges]
    # What was there before a text on offer, or was typed into it, is in its place.
    replaced = [(start, end) for start, end, *_ in located.base.moves if start < end]
    for gap in located.gaps:
        first, last = (located.base.text.from_byte(at) for at in gap.span)
        if gap.id not in taken and not any(first < end and start < last for start, end in replaced):
            start, end = located.base.range_in_buffer(gap.span)
            # What the author typed at the start of a model's line is a note up to there.
            yield gap, Range(start, min((at for at in ours if start < at < end), default=end))


def visible_range(document: Document, placement: Placement) -> Range:
    """Return the characters from a piece's first word to its last, the blank lines around left out."""
    start, end = placement.extent
    words = document.text.text[start:end]
    return Range(start + len(words) - len(words.lstrip()), max(start + len(words.rstrip()), start))


def doubts_of(document: Document, placement: Placement) -> list[Doubt]:
    """Return the questions and warnings of a piece."""
    piece = document.piece(placement.key)
    return piece.doubts if piece else []


def doubtful_range(document: Document, placement: Placement, doubt: Doubt) -> Range | None:
    """Return the characters that a doubt is about; None where the author changed all of them."""
    piece, start = document.piece(placement.key), placement.extent.start
    data = piece.text if piece else b""
    first, last = (len(data[:at].decode("utf-8", "ignore")) for at in (doubt.start, doubt.end))
    found = [
        (max(first, old) + new - old, min(last, old + size) + new - old)
        for old, new, size in matches(data.decode(), document.text.text[slice(*placement.extent)])
        if old < last and first < old + size
    ]
    return Range(start + found[0][0], start + found[-1][1]) if found else None


def says(doubt: Doubt) -> str:
    """Return what a question asks, or a warning says."""
    return f"question: {report.message(doubt)}" if doubt.is_question else report.message(doubt)


def diagnostics(document: Document) -> list[types.Diagnostic]:
    """Return a hint for every gap, what waits for a decision with its warnings, and what is not checked."""
    shown = [
        _diagnostic(document, where, Severity.Hint, gap.kind.value, _gap_message(gap))
        for gap, where in open_gaps(document)
    ]
    for placement in document.undecided:
        warnings = [says(doubt) for doubt in doubts_of(document, placement)]
        piece = document.piece(placement.key)
        is_rejected = piece is not None and piece.verdict is Verdict.REJECTED
        state = "rejected, still in your text" if is_rejected else "proposed, not reviewed"
        message = "; ".join([state, *warnings])
        severity = Severity.Warning if warnings else Severity.Information
        shown.append(_diagnostic(document, visible_range(document, placement), severity, PROPOSED, message))
        shown += _doubtful_words(document, placement)
    for placement in document.raw:
        raw = "raw text from the model, not checked"
        message = "words of a text on offer, cut or copied from there" if placement.is_moved else raw
        shown.append(
            _diagnostic(document, visible_range(document, placement), Severity.Warning, UNCHECKED, message)
        )
    return shown


def _gap_message(gap: Gap) -> str:
    why = one_line(gap.why)
    if not gap.fillable:
        return f"not written for you: only you know what belongs here ({why or _NAMES[gap.kind]})"
    return f"gap: {_NAMES[gap.kind]}" + (f" ({why})" if why else "")


def _doubtful_words(document: Document, placement: Placement) -> Iterator[types.Diagnostic]:
    """Yield a diagnostic at the words of each question and warning that the author left as they are."""
    for doubt in doubts_of(document, placement):
        if where := doubtful_range(document, placement, doubt):
            yield _diagnostic(document, where, Severity.Warning, doubt.code or QUESTION, says(doubt))


def _diagnostic(
    document: Document, where: tuple[int, int], severity: Severity, code: str, message: str
) -> types.Diagnostic:
    place = document.range(where)
    return types.Diagnostic(place, message, severity=severity, code=code, source=SOURCE)
