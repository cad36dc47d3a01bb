"""An open document: its text as the client has it, what is proposed in it, and edits made by its version.

Everything here runs on the server's one event loop. An edit counts as made when the client's text is what
was expected, not when the client says so: some say yes to an edit that they dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.core.review import buffer as core
from assistant.core.review.buffer import Base, Edit, Proposal
from assistant.core.text.draft import Draft
from assistant.core.text.positions import Text, whole_characters
from assistant.core.types import Gap

_PATIENCE = 5.0
"""Seconds in which a client shows an edit that it said it made."""

_TRIES = 8
"""How often an edit is made anew because its author typed at the same moment."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was located in a document at one version."""

    version: int
    proposals: tuple[Proposal, ...]
    base: Base
    draft: Draft
    """The base, read."""
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Awaited:
    """An edit of ours that the client was asked to make."""

    expected: str
    after: tuple[Proposal, ...]
    seen: asyncio.Event = field(default_factory=asyncio.Event)


Send = Callable[["Buffer", Sequence[Edit], str], Awaitable[bool | None]]
"""Asks the client to make edits in one step, under a label; tells what it says, None if that is unclear."""


Planned = tuple[Sequence[tuple[str, Edit]], tuple[Proposal, ...]]
Plan = Callable[[], "Planned | None"]


@dataclass(eq=False)
class Buffer:
    """One document that is open in the editor."""

    uri: str
    name: str
    """Its path, for messages and to find its series."""
    version: int
    text: Text
    encoding: str
    proposals: tuple[Proposal, ...] = ()
    accepted: tuple[Proposal, ...] = ()
    """Those accepted since the file was saved."""
    found: Found | None = None
    settings: Any = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while proposals or our own edits are at work."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    streaming: set[str] = field(default_factory=set)
    """Ids of proposals that show a model's raw words, which are not cleaned and checked yet."""
    _awaited: _Awaited | None = None

    @property
    def base(self) -> Base:
        """The text without what is proposed."""
        return core.base_of(self.text, self.proposals)

    @property
    def is_file(self) -> bool:
        """True when it has a place on disk."""
        return self.uri.startswith("file:")

    @property
    def located(self) -> Found | None:
        """What was located, if it was in the text as it is now."""
        found = self.found
        fresh = found and (found.version, found.proposals) == (self.version, self.proposals)
        return found if fresh else None

    @property
    def shown(self) -> tuple[Proposal, ...]:
        """The undecided proposals in the text, in its order."""
        return tuple(sorted((p for p in self.proposals if p.shown), key=lambda p: p.shown))

    @property
    def waiting(self) -> tuple[Proposal, ...]:
        """The proposals that have no place in the text at the moment."""
        return tuple(p for p in self.proposals if not p.shown)

    def proposal(self, name: str) -> Proposal | None:
        """Return the proposal of this id, if it is not decided yet."""
        return next((p for p in self.proposals if p.id == name), None)

    # ---- what the client tells ---------------------------------------------------------------------

    def change(self, changes: Iterable[Any], version: int) -> None:
        """Follow the client's edits, one after the other; see `DidChangeTextDocumentParams`."""
        for change in changes:
            place = getattr(change, "range", None)
            new = whole_characters(change.text)
            if place is None:
                old = self.text.text
                edit = core.trimmed(Edit(0, len(old), new), old)
            else:
                start, end = (
                    self.text.offset((p.line, p.character), encoding=self.encoding)
                    for p in (place.start, place.end)
                )
                edit = Edit(start, max(start, end), new)
            self._follow(edit)
        self.version = version
        self.changed.set()
        self.changed = asyncio.Event()

    def _follow(self, edit: Edit) -> None:
        self.text = self.text.edited(*edit)
        self.accepted = core.after_edit(self.accepted, edit)
        awaited = self._awaited
        if awaited is not None and self.text.text == awaited.expected:
            self.proposals = awaited.after
            self._awaited = None
            awaited.seen.set()
            return
        self.proposals = tuple(
            replace(p, shown=(core.Range(edit.start, edit.start + len(edit.new)),))
            if not p.shown and edit.new and edit.new == p.text  # the author undid it, and redid it now
            else p
            for p in core.after_edit(self.proposals, edit)
        )

    # ---- what the server does ----------------------------------------------------------------------

    async def make(
        self, changes: Sequence[Edit], after: tuple[Proposal, ...], send: Send, *, label: str
    ) -> bool:
        """Effect: has the client make edits to this version; tells whether its text is as expected then.

        `after` is what the proposals are once it is. The lock must be held.
        """
        expected = core.applied(self.text.text, changes)
        if expected == self.text.text:
            self.proposals = after
            return True
        awaited = self._awaited = _Awaited(expected, after)
        try:
            seen = asyncio.ensure_future(awaited.seen.wait())
            said = asyncio.ensure_future(send(self, changes, label))
            try:
                await asyncio.wait({seen, said}, return_when=asyncio.FIRST_COMPLETED)
                if not seen.done() and said.result() is not False:
                    await asyncio.wait({seen}, timeout=_PATIENCE)
                return seen.done() or (said.result() is not False and self._search(after))
            finally:
                seen.cancel()
                if not said.done():
                    said.add_done_callback(_read)  # an answer that comes late tells nothing new
        finally:
            self._awaited = None

    def _search(self, after: tuple[Proposal, ...]) -> bool:
        """Find text that the client put in its own way, with other line ends for example."""
        known = {p.id: p for p in self.proposals}
        places: dict[str, core.Range] = {}
        for proposal in after:
            if proposal.shown and not (known.get(proposal.id, proposal).shown):
                place = core.found_again(self.text.text, proposal.text, near=proposal.shown[0].start)
                if place is None:
                    return False
                places[proposal.id] = place
        self.proposals = tuple(
            replace(p, shown=(places[p.id],)) if p.id in places else known.get(p.id, p) for p in after
        )
        return bool(places)

    async def perform(self, plan: Plan, send: Send, *, label: str) -> bool:
        """Effect: makes what `plan` says, anew when the author typed just then; tells whether it is made.

        `plan` is asked for each try and gives the edits, each with the id of the proposal that it shows, and
        the proposals that are left; or None when there is nothing to do. The lock must be held.
        """
        for _ in range(_TRIES):
            version, moved = self.version, self.changed
            planned = plan()
            if planned is None or self.closed:
                return False
            changes, left = planned
            after = core.shown_after(left, changes)
            smallest = [core.trimmed(edit, self.text.text) for _, edit in changes]
            if await self.make(smallest, after, send, label=label):
                return True
            if version == self.version:
                try:
                    await asyncio.wait_for(moved.wait(), 1.0)
                except TimeoutError:
                    return False
        return False

    async def show(self, names: Iterable[str], send: Send, *, label: str) -> bool:
        """Effect: puts waiting proposals into the text in one step; those whose place changed go on waiting.

        Tells whether anything is shown. The lock must be held.
        """
        wanted = set(names)

        def plan() -> Planned | None:
            base = self.base
            found = [(p.id, core.insertion(p, base)) for p in self.waiting if p.id in wanted]
            changes = [(name, one[0]) for name, one in found if one is not None]
            return (changes, self.proposals) if changes else None

        return await self.perform(plan, send, label=label)

    def add(self, fresh: Iterable[Proposal]) -> None:
        """Keep new proposals, waiting; each takes the place of an older one that waits for the same place."""
        new = tuple(fresh)
        kept = tuple(
            p for p in self.proposals if p.shown or not any(p.gap.id == n.gap.id and _same(p, n) for n in new)
        )
        self.proposals = (*kept, *new)

    def drop(self, names: Iterable[str]) -> None:
        """Forget proposals that were decided."""
        gone = set(names)
        self.proposals = tuple(p for p in self.proposals if p.id not in gone)


def _read(said: asyncio.Future[bool | None]) -> None:
    if not said.cancelled():
        said.exception()


def _same(one: Proposal, other: Proposal) -> bool:
    return one.hunk.original == other.hunk.original and one.target == other.target
