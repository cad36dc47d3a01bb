"""What becomes of a piece: accepted, rejected, put where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.hunks.make import removal
from assistant.core.hunks.merge import Edit
from assistant.core.review import events
from assistant.core.review.decide import key_for
from assistant.core.review.state import Phase, Piece
from assistant.core.text.draft import parse
from assistant.core.types import Verdict
from assistant.frontends.lsp import buffer
from assistant.frontends.lsp.buffer import Change, Placement, State
from assistant.frontends.lsp.documents import Document, Plan, Planned
from assistant.frontends.lsp.locating import locate


def accepting(document: Document, keys: set[str]) -> Plan:
    """Plan that pieces, or moved words, stay; the last of an instruction takes the instruction line along."""

    def plan() -> Planned | None:
        accepted = [p for p in document.undecided if p.key in keys]
        left = (p for p in document.placements if p.key not in keys or not p.is_moved)
        after = [p.accepted() if p in accepted else p for p in left]
        lines = _instruction_lines(document, {p.key for p in accepted}, filled=True)
        return Planned(lines, after, _accepted(document, accepted))

    return plan


def _accepted(document: Document, placements: Sequence[Placement]) -> list[events.Event]:
    """Return what accepting pieces as they are in the buffer means for the review."""
    taken: list[tuple[str, int]] = []
    edited: list[events.Event] = []
    for placement in placements:
        piece = document.piece(placement.key)
        version = piece.version if piece else None
        if placement.is_touched(document.text.text):
            words = document.text.text[slice(*placement.extent)].encode()
            edited.append(events.Decided(placement.key, Verdict.EDITED, words))
        else:
            taken.append((placement.key, version.proposal if version else 0))
    if len(taken) > 1:
        return [events.AcceptedRest(tuple(taken)), *edited]
    return [*(events.Decided(key, Verdict.ACCEPTED, proposal=number) for key, number in taken), *edited]


def _instruction_lines(document: Document, keys: set[str], *, filled: bool) -> list[Change]:
    """Return the changes that take away instruction lines whose last pieces, `keys`, are decided now.

    `filled` is true where these are accepted; else a piece that was accepted before must be there.
    """
    located, changes = locate(document, document.version, document.placements), []
    for gap in located.gaps:
        names = {key_for(gap, target) for target in gap.targets}
        if not gap.has_own_line or not names & keys:
            continue
        others = [piece for name in names - keys if (piece := document.piece(name)) is not None]
        decided = [s for s in others if s.phase is Phase.WRITTEN or s.verdict is not Verdict.UNDECIDED]
        if len(decided) == len(names - keys) and (filled or any(s.is_accepted for s in decided)):
            hunk = removal(located.draft, gap)
            start, end = located.base.range_in_buffer(hunk.span)
            if end - start == len(hunk.original.decode()):
                line = Placement(f"{gap.id}:-", "", hunk.original.decode(), State.ACCEPTED)
                changes.append(Change(Edit(start, end, ""), line))
    return changes


def rejecting(document: Document, keys: set[str]) -> Plan:
    """Plan that pieces go, raw words included, and what was there comes back."""

    def plan() -> Planned | None:
        pieces = (document.piece(key) for key in sorted(keys))
        happened = [rejected(piece) for piece in pieces if piece is not None and piece.undecided]
        gone = [p for p in document.placements if p.key in keys and p.state is not State.ACCEPTED]
        changes = [Change(edit) for placement in gone for edit in placement.removal(document.text.text)]
        decided = {p.key for p in gone if p.state is State.UNDECIDED}
        changes += _instruction_lines(document, decided, filled=False)
        return Planned(changes, [p for p in document.placements if p not in gone], happened)

    return plan


def rejected(piece: Piece) -> events.Event:
    """Return the event that rejects a piece's text."""
    return events.Decided(
        piece.key, Verdict.REJECTED, proposal=piece.version.proposal if piece.version else 0
    )


def putting(document: Document, piece: Piece) -> Plan:
    """Plan that a text that waits is in the buffer.

    It goes into the place of raw words that were left of it, else into its own place; where that changed, to
    the end of its section, or of the draft.
    """

    def plan() -> Planned | None:
        if piece.key not in {one.key for one in document.waiting}:
            return None
        for raw in document.raw:
            if raw.gap == piece.gap and raw.key in (piece.key, *document.strays):
                return Planned(document.exchange(raw, piece), document.others_than(raw.key))
        change = document.insertion(piece) or _at_the_end(document, piece)
        return Planned([change], document.placements)

    return plan


def _at_the_end(document: Document, piece: Piece) -> Change:
    text, gap = document.text, document.gaps.get(piece.gap)
    draft = parse(text.data)
    section = next((h for h in draft.headings if gap and h.path == gap.heading_path), None)
    end = text.from_byte(section.body.end) if section else len(text.text)
    at = len(text.text[:end].rstrip())
    words = draft.newline * 2 + piece.text.decode().strip()
    return Change(Edit(at, at, words), buffer.Placement(piece.key, words, ""))
