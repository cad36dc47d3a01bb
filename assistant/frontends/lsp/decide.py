"""What becomes of proposed text: accepted, refused, asked for again, put where there is room for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.core.hunks.make import removal
from assistant.core.review import buffer as core
from assistant.core.review.buffer import Edit, Proposal
from assistant.core.text.draft import parse
from assistant.core.types import Gap, GapKind, Hunk, Span
from assistant.frontends.lsp.buffers import Buffer, Found, Planned, Send


def asked_again(found: Found, old: Proposal) -> tuple[Gap, Span | None]:
    """Return the gap of a proposal as it is now, and its target, if it was for one.

    The instruction line may be gone when another of its points was accepted; then the point alone is asked
    for, the list item or paragraph that the proposal continues.
    """
    at = (
        len(found.base.text.text[: found.base.to_base(old.shown[0].start)].encode())
        if old.shown
        else old.hunk.span.start
    )
    gap = next((g for g in found.gaps if g.id == old.gap.id), None)
    if old.target is None:
        return gap or old.gap, None
    if gap is not None:
        target = next((t for t in gap.targets if t.start <= at <= t.end), None)
        if target is not None:
            return gap, target
    holding = [b for b in found.draft.blocks if b.kind in ("Item", "Paragraph") and b.start <= at <= b.end]
    block = next((b for b in reversed(holding) if b.kind == "Item"), holding[-1] if holding else None)
    target = Span(block.start, block.end) if block else old.target
    return replace(old.gap, span=Span(target.start, target.start), targets=(target,)), target


async def refuse(buffer: Buffer, some: Sequence[Proposal], send: Send) -> bool:
    """Effect: takes proposed words away and puts back what stood there; the lock must be held."""
    names = {p.id for p in some}

    def plan() -> Planned | None:
        changes = [("", edit) for p in buffer.shown if p.id in names for edit in core.refusal(p)]
        return changes, tuple(p for p in buffer.proposals if p.id not in names)

    made = await buffer.perform(plan, send, label="Refuse")
    if made:
        buffer.streaming -= names
    return made


async def accept(buffer: Buffer, some: Sequence[Proposal], locate: Callable[[], Found], send: Send) -> bool:
    """Effect: lets proposed words stay; the first of an instruction's takes the instruction line along.

    The lock must be held.
    """
    names = {p.id for p in some}

    def plan() -> Planned | None:
        left = tuple(p for p in buffer.proposals if p.id not in names)
        wanted = {p.gap.id for p in some if p.gap.kind is GapKind.INSTRUCTION and p.gap.targets}
        if not wanted:
            return [], left
        found = locate()
        changes: list[tuple[str, Edit]] = []
        for gap in found.gaps:
            if gap.id in wanted and gap.targets and gap.span.start < gap.span.end:
                hunk: Hunk = removal(found.draft, gap)
                start, end = (found.base.text.from_byte(at) for at in hunk.span)
                there, there_end = found.base.to_buffer(start), found.base.to_buffer(end)
                if there_end - there == end - start:
                    changes.append(("", Edit(there, there_end, "")))
        return changes, left

    current = tuple(p for p in buffer.shown if p.id in names)
    buffer.accepted = (*buffer.accepted, *current)  # before the edit, so that its places move along with it
    if await buffer.perform(plan, send, label="Accept"):
        return True
    buffer.accepted = tuple(p for p in buffer.accepted if p.id not in names)
    return False


async def append(buffer: Buffer, one: Proposal, send: Send) -> bool:
    """Effect: shows text whose place is gone at the end of its section, or of all; the lock must be held."""

    def plan() -> Planned | None:
        current = buffer.proposal(one.id)
        if current is None or current.shown:
            return None
        text = buffer.text
        draft = parse(text.data)
        section = next((h for h in draft.headings if h.path == current.gap.heading_path), None)
        end = text.from_byte(section.body.end) if section else len(text.text)
        at = len(text.text[:end].rstrip())
        words = draft.newline * 2 + current.text.strip()
        hunk = Hunk(current.hunk.gap, Span(0, 0), b"", words.encode(), (), current.hunk.notes)
        left = tuple(replace(p, hunk=hunk) if p.id == one.id else p for p in buffer.proposals)
        return [(one.id, Edit(at, at, words))], left

    return await buffer.perform(plan, send, label="Put the text at the end")
