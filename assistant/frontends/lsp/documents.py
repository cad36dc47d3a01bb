"""An open document: its text as the client has it, our pieces in it, and edits made by its version.

Everything here runs on the server's one event loop. An edit counts as made when the client's text is what
was expected, not when the client says so: some say yes to an edit that they dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from lsprotocol import types

from assistant.app.session import Session
from assistant.core.gaps.reading import Reading
from assistant.core.hunks.merge import Edit, applied
from assistant.core.hunks.shared_words import TELLING
from assistant.core.review import events
from assistant.core.review.events import Decided, Event
from assistant.core.review.state import Phase, Piece
from assistant.core.text.draft import BOM, Draft
from assistant.core.text.line_ends import LineFeeds
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Hunk, Verdict
from assistant.frontends.lsp import buffer
from assistant.frontends.lsp.buffer import Base, Change, Placement, Range, State
from assistant.frontends.lsp.capabilities import EditorSettings
from assistant.frontends.lsp.moved_words import MovedWords, own_words
from assistant.frontends.lsp.positions import Text, whole_characters

_SHOWS_WITHIN = 5.0
"""Seconds in which a client shows an edit that it said it made."""

_TRIES = 20
"""How often an edit is made again because its author typed at the same moment."""

_STATES = 5000
"""How many states of a buffer are remembered: each keystroke makes one, in Emacs a text a few hundred."""


@dataclass(frozen=True, slots=True)
class Located:
    """The gaps of a document at one version."""

    version: int
    placements: tuple[Placement, ...]
    base: Base
    """The text without what is undecided."""
    draft: Draft
    """The base, parsed."""
    gaps: tuple[Gap, ...]
    """Under the names that the review has for them, without what was accepted just now."""
    reading: Reading | None = None
    """What a model named in the text, or in an earlier state of it."""
    found: tuple[Gap, ...] = ()
    """All gaps as they were found."""


@dataclass(slots=True)
class _Expected:
    """An edit of ours that the client was asked to make."""

    text: str
    placements: tuple[Placement, ...]
    seen: asyncio.Event = field(default_factory=asyncio.Event)


Send = Callable[["Document", Sequence[Edit], str, bool], Awaitable[bool | None]]
"""Asks the client to make edits in one step, under a label; returns its answer, None if that is unclear.

The last argument tells whether they belong to the step of undo before.
"""


class Planned(NamedTuple):
    """What an edit of ours is to change."""

    changes: Sequence[Change]
    placements: Sequence[Placement]
    """Those that stay."""
    events: Sequence[Event] = ()
    """What it means for the review, once it is made."""


Plan = Callable[[], Planned | None]
"""Returns what to change; None where there is nothing to do."""


@dataclass(eq=False)
class Document:
    """One document that is open in the editor."""

    uri: str
    name: str
    """Its path, for messages and to find its series."""
    version: int
    text: Text
    encoding: str
    placements: tuple[Placement, ...] = ()
    """Our text in it, in its order."""
    events: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)
    """What happened in its session; None once it is closed."""
    session: Session | None = None
    """The review of it; None until something is written, or taken up from before."""
    offers: dict[str, tuple[Hunk, bytes]] = field(default_factory=dict)
    """What came for each piece since the document was opened: the hunk, and the draft it was made for."""
    strays: frozenset[str] = frozenset()
    """Raw pieces that the author decides on: in the file when it was opened, or back by an undo."""
    step: object = None
    """What made the latest step of undo: a request for texts; None for the author, or a decision."""
    rejected_keys: set[str] = field(default_factory=set)
    """The pieces whose raw words the author rejected: what still comes for them is rejected too."""
    gaps: dict[str, Gap] = field(default_factory=dict)
    """The gaps that something was written for, by id."""
    located: Located | None = None
    settings: EditorSettings = field(default_factory=EditorSettings)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while our edits are made."""
    locating: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while its gaps are located."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    returned_keys: set[str] = field(default_factory=set)
    """The pieces that an undo or a redo of the editor's brought back just now."""
    reopening: int = 0
    """How often the review is to be brought in line with them."""
    closed: bool = False
    refresh: Callable[[], None] = lambda: None
    """Shows its diagnostics and lenses again."""
    _expected: _Expected | None = None
    _states: dict[int, tuple[Placement, ...]] = field(default_factory=dict)
    """The pieces for the texts that the buffer held, by their hashes: an undo leads to one of these."""
    moved: MovedWords = field(default_factory=MovedWords)
    """Which of our texts the words are of that their author put in elsewhere."""
    others: Callable[[], Iterable[Document]] = tuple
    """Returns the documents that are open in the editor."""
    _rejections: dict[int, list[Decided]] = field(default_factory=dict)
    """The rejections that led to such a text: a redo of the editor's makes them again."""

    @property
    def is_file(self) -> bool:
        """True when it has a place on disk."""
        return self.uri.startswith("file:")

    @property
    def base(self) -> Base:
        """The text without any of our pieces: the draft that is reviewed."""
        return buffer.base_of(self.text, self.placements)

    @property
    def reading(self) -> Reading | None:
        """What a model named in the text as it read it; None where none did."""
        return self.session.workspace.reading if self.session else None

    @property
    def gaps_now(self) -> Located | None:
        """The gaps, if they were located in the text as it is now."""
        located = self.located
        fresh = located and (located.version, located.placements, located.reading) == (
            self.version,
            self.placements,
            self.reading,
        )
        return located if fresh else None

    @property
    def undecided(self) -> tuple[Placement, ...]:
        """The checked pieces in the text that wait for a decision."""
        return tuple(p for p in self.placements if p.state is State.UNDECIDED)

    @property
    def raw(self) -> tuple[Placement, ...]:
        """The raw words in the text."""
        return tuple(p for p in self.placements if p.state is State.RAW)

    @property
    def waiting(self) -> tuple[Piece, ...]:
        """The pieces with an undecided text that is not in the buffer.

        Of those from an earlier session, the ones whose place changed are left to `assistant review`.
        """
        if self.session is None:
            return ()
        here = {p.key for p in self.placements if p.state is not State.RAW}
        return tuple(
            piece
            for piece in self.session.review.shown
            if piece.undecided and piece.key not in here and (piece.key in self.offers or not piece.unplaced)
        )

    def held(self, text: str) -> tuple[Placement, ...]:
        """Return what waits for a decision in a text that is, or was, its own; nothing for another."""
        known = self.placements if text == self.text.text else self._states.get(hash(text), ())
        return tuple(placement for placement in known if placement.state is not State.ACCEPTED)

    def is_in(self, data: bytes) -> bool:
        """Tell whether a file has its text; editors don't tell of its line ends, nor of a mark before it."""
        there, here = (LineFeeds(one).data.removeprefix(BOM) for one in (data, self.text.data))
        return there == here

    def range(self, where: tuple[int, int]) -> types.Range:
        """Return characters of the text as the client counts."""
        first, last = (self.text.place(at, encoding=self.encoding) for at in where)
        return types.Range(types.Position(*first), types.Position(*last))

    def line(self, at: int) -> int:
        """Return the line, from 0, of a character."""
        return self.text.place(at, encoding=self.encoding).line

    def placement(self, key: str) -> Placement | None:
        """Return where a piece is in the text, or None."""
        return next((p for p in self.placements if p.key == key), None)

    def others_than(self, key: str) -> list[Placement]:
        """Return the placements of the other pieces."""
        return [placement for placement in self.placements if placement.key != key]

    def piece(self, key: str) -> Piece | None:
        """Return a piece of the review, or None."""
        return self.session.review.piece(key) if self.session else None

    def is_writing(self, key: str) -> bool:
        """Tell whether the text of a piece is being written."""
        return (piece := self.piece(key)) is not None and piece.phase is Phase.WRITING

    def locate_again(self) -> None:
        """Have its gaps located again: what decides which places are gaps changed."""
        self.located = None
        self.refresh()

    def insertion(self, piece: Piece) -> Change | None:
        """Return the change that puts a piece's text into the buffer; None where its place changed."""
        assert piece.version is not None and self.session is not None
        base = piece.version.base or self.session.review.base
        hunk, base = self.offers.get(piece.key, (piece.version.hunk, base))
        hunk = replace(hunk, replacement=piece.text)
        return buffer.insertion(hunk, base, self.base, _piece(piece))

    def exchange(self, old: Placement, piece: Piece) -> list[Change]:
        """Return the changes that put a piece's text into its place."""
        return buffer.exchange(old, replace(_piece(piece), original=old.original), self.text.text)

    def close(self) -> None:
        """Note that the client closed it."""
        self.closed = True
        self.events.put_nowait(None)

    # ---- what the client says ----------------------------------------------------------------------

    def change(self, changes: Iterable[object], version: int) -> bool:
        """Follow the client's edits, one after the other; see `DidChangeTextDocumentParams`.

        Return whether they are the author's, and not what the client was asked to make.
        """
        expected, edited, undecided = self._expected, Range(0, 0), self.undecided
        keys = {placement.key for placement in self.placements}
        for change in changes:
            place = getattr(change, "range", None)
            new = whole_characters(getattr(change, "text", ""))
            if place is None:
                edit = buffer.trimmed(Edit(0, len(self.text.text), new), self.text.text)
            else:
                start, end = (
                    self.text.offset((p.line, p.character), encoding=self.encoding)
                    for p in (place.start, place.end)
                )
                edit = Edit(start, max(start, end), new)
            self._follow(edit)
            edited = buffer.grown(edited, edit)
        is_ours = expected is not None and expected.seen.is_set()
        if not is_ours:
            if hash(self.text.text) not in self._states:
                self._recognize(edited, keys)
                self.placements = self.moved.in_place(self.placements)
            self._match()
            gone = {p.key for p in undecided} - {p.key for p in self.placements}
            self.returned_keys |= {key for key in gone if self._written(key)}
            self.step = None
        self.version = version
        self.changed.set()
        self.changed = asyncio.Event()
        return not is_ours

    def _follow(self, edit: Edit) -> None:
        if self.session is not None or self.placements:
            self._states[hash(self.text.text)] = self.placements
            if len(self._states) > _STATES:
                del self._states[next(iter(self._states))]
        before = self.text.text
        own = buffer.clear_of_authors(edit, before, self.placements)
        self.text = self.text.edited(*edit)
        known, expected = self.placements, self._expected
        for one in (self, *self.others()):
            one.moved.offer(one.placements)
        self.moved.cut(known, before, own)
        if expected is not None and self.text.text == expected.text:
            self.placements = expected.placements
            self._expected = None
            self.returned_keys.clear()
            expected.seen.set()
            return
        if (placements := self._states.get(hash(self.text.text))) is not None:
            self._come_back(placements)
            return
        after = buffer.after_edit(known, own, before)
        others = ((one.text.text, one.placements) for one in self.others() if one is not self)
        words = (own_words(text, placements) for text, placements in chain([(before, known)], others))
        put_in = buffer.trimmed(own, before)
        self.placements = self.moved.after_edit(put_in, after, self.text.text, words)
        self.returned_keys |= {p.key for p in self.placements} - {p.key for p in (*known, *self.raw)}
        self.strays |= {placement.key for placement in self.raw} - {placement.key for placement in known}

    def _recognize(self, edited: Range, keys: set[str]) -> None:
        """Take for ours what a model wrote, nobody accepted, and an edit put into the buffer.

        A text goes before words that are moved there: the placements that had no one of `keys` before.
        """
        words = self.text.text[slice(*edited)]
        if self.session is None or count_words(words) < TELLING:  # mere typing
            return
        with_words = [p for p in self.placements if p.has_words(self.text.text)]
        taken, here = [p for p in with_words if p.key in keys], {p.key for p in with_words}
        every = buffer.recognized(self.session.review, self.text, taken, edited=edited)
        found = [one for one in every if one.key not in here]
        keys = {
            p.key for p in self.placements for f in found if p.key == f.key or overlap(p.extent, f.extent)
        }
        stay = (p for p in self.placements if p.key not in keys)
        self.placements = tuple(sorted((*stay, *found), key=lambda p: p.ranges))
        self.returned_keys |= {placement.key for placement in found}

    def _match(self) -> None:
        """Find the pieces that the buffer holds as they were before: an undo may do that."""
        placements = list(self.placements)
        for at, placement in enumerate(placements):
            words, piece = self.text.text[slice(*placement.extent)].encode(), self.piece(placement.key)
            if self.session is None or piece is None or placement.state is not State.UNDECIDED:
                continue
            if piece.text.strip() == words.strip() and not placement.is_touched(self.text.text):
                continue
            if choice := self.session.review.choice_with(piece, words):
                self.returned_keys |= {placement.key} if choice != piece.choice else set()
                if not piece.versions[choice.at].source:
                    placements[at] = replace(placement, text=words.decode(), ranges=(placement.extent,))
        self.placements = tuple(placements)

    def _written(self, key: str) -> bytes:
        """Return the text of a piece that was written before and stands in the buffer again; else nothing."""
        piece = self.piece(key)
        pairs = zip(piece.versions, piece.texts, strict=True) if piece and piece.phase is Phase.READY else ()
        texts = (text for version, text in pairs if version.is_written and text.strip())
        return next((text for text in texts if text.strip() in self.text.data), b"")

    def _come_back(self, placements: tuple[Placement, ...]) -> None:
        """Take pieces for what they were when the buffer held this very text: an undo, or a redo."""
        here = {(p.key, p.text): p.state for p in self.placements}
        back = [p for p in placements if (p.key, p.text) not in here]
        # What was decided since on a piece that stayed holds: an acceptance is no edit to undo.
        self.placements = tuple(replace(p, state=here.get((p.key, p.text), p.state)) for p in placements)
        self.returned_keys |= {p.key for p in back}
        self.returned_keys |= {event.key for event in self._rejections.get(hash(self.text.text), ())}
        unwritten = {p.key for p in back if p.state is State.RAW and not self.is_writing(p.key)}
        self.strays = self.strays & {p.key for p in self.raw} | unwritten

    def reopened(self) -> list[Event]:
        """Bring pieces that came back in line with the review, and return what they mean for it."""
        texts = {key: self._written(key) for key in self.returned_keys - {p.key for p in self.placements}}
        happened: list[Event] = [events.Shown(key, text=text) for key, text in texts.items() if text]
        for rejection in self._rejections.get(hash(self.text.text), ()):
            gone = self.piece(rejection.key) if rejection.key in texts else None
            if gone and gone.undecided and gone.version and gone.version.proposal == rejection.proposal:
                happened.append(rejection)
        placements: list[Placement] = []
        for placement in self.placements:
            piece = (
                self.piece(placement.key)
                if placement.key in self.returned_keys and placement.state is not State.RAW
                else None
            )
            words = self.text.text[slice(*placement.extent)].encode()
            if piece is not None and piece.phase is Phase.WRITTEN:
                if other := self._other(placement, piece):
                    happened.append(events.Shown(placement.key, text=other[0]))
                    model = other[1].decode()
                    placements.append(replace(placement, text=model, state=State.UNDECIDED))
            elif piece is not None and piece.phase is Phase.READY:
                choice = self.session.review.choice_with(piece, words) if self.session else None
                source = piece.version.source if piece.version else b""  # before the author's changes
                accepted = piece.is_accepted and words.strip() in (piece.text.strip(), source.strip())
                text = piece.text  # the author decides on it as on a text that was changed
                if choice is not None:
                    text = words if accepted else buffer.put(piece.versions[choice.at], words)
                if choice not in (None, piece.choice):
                    happened.append(events.Shown(placement.key, text=words))
                    number = piece.versions[choice.at].proposal
                    yes = events.Decided(placement.key, Verdict.ACCEPTED, proposal=number)
                    happened += [yes] if accepted else []
                elif not (piece.undecided or accepted):
                    happened.append(events.Reopened(placement.key))
                state = State.ACCEPTED if accepted else State.UNDECIDED
                placement = replace(placement, text=text.decode(), state=state)
            if piece is None or piece.phase is not Phase.WRITTEN:
                placements.append(placement)
        self.placements, self.returned_keys = tuple(placements), set()
        return happened

    def _other(self, placement: Placement, piece: Piece) -> tuple[bytes, bytes] | None:
        """Return which other text of a written piece came back, and the model's own; None where none did."""
        there = self.text.text[slice(*placement.extent)]
        for text in (there.encode(), placement.text.encode()):  # the author may have changed it
            choice = self.session.review.choice_with(piece, text) if self.session else None
            if choice and not (version := piece.versions[choice.at]).is_written:
                return text, buffer.put(version, text)
        return None

    # ---- what the server does ----------------------------------------------------------------------

    async def perform(self, plan: Plan, send: Send, *, label: str, step: object = None) -> Planned | None:
        """Have the client make what `plan` returns; plan again when the author typed just then.

        All that one request makes, named by `step`, is one step of undo, unless something else was done
        between. Return what was made, or None. The lock must be held.
        """
        for _ in range(_TRIES):
            version, moved = self.version, self.changed
            planned = plan()
            if planned is None or self.closed:
                return None
            changes, left, happened = planned
            join = step is not None and self.step is step
            if await self._make(changes, buffer.after_changes(left, changes), send, label, join):
                self.step = step
                decided = [one for one in happened if isinstance(one, Decided)]
                self._rejections[hash(self.text.text)] = [e for e in decided if e.verdict is Verdict.REJECTED]
                self.strays &= {placement.key for placement in self.raw}
                if accepted := {p.key for p in self.placements if p.state is State.ACCEPTED}:
                    for one in (self, *self.others()):
                        before = one.placements
                        one.placements = one.moved.accept(self.uri, accepted, before)
                        if one.placements != before:
                            one.refresh()
                return planned
            if version == self.version:
                try:
                    await asyncio.wait_for(moved.wait(), 1.0)
                except TimeoutError:
                    return None
        return None

    async def _make(
        self, changes: Sequence[Change], after: tuple[Placement, ...], send: Send, label: str, join: bool
    ) -> bool:
        edits = [buffer.trimmed(change.edit, self.text.text) for change in changes]
        edits = [edit for edit in edits if edit.new or edit.start < edit.end]
        if not edits:
            self.placements = after
            return True
        expected = self._expected = _Expected(applied(self.text.text, edits), after)
        try:
            seen = asyncio.ensure_future(expected.seen.wait())
            said = asyncio.ensure_future(send(self, edits, label, join))
            try:
                await asyncio.wait({seen, said}, return_when=asyncio.FIRST_COMPLETED)
                if not seen.done() and said.result() is not False:
                    await asyncio.wait({seen}, timeout=_SHOWS_WITHIN)
                return seen.done() or (said.result() is not False and self._search(after))
            finally:
                seen.cancel()
                if not said.done():  # an answer that comes late is of no use
                    said.add_done_callback(lambda late: late.cancelled() or late.exception())
        finally:
            self._expected = None

    def _search(self, after: tuple[Placement, ...]) -> bool:
        """Find text that the client put in its own way, with other line ends for example."""
        here = {(p.key, p.text): p for p in self.placements}
        left = [here[p.key, p.text] for p in after if (p.key, p.text) in here]
        fresh: list[Placement] = []
        for placement in after:
            if (placement.key, placement.text) not in here:
                at, taken = placement.ranges[0].start, (*left, *fresh)
                places = buffer.same_words(self.text.text, placement.text, near=at, taken=taken)
                if not places:
                    return False
                fresh.append(replace(placement, text=self.text.text[slice(*places[0])], ranges=(places[0],)))
        self.placements = tuple(sorted((*left, *fresh), key=lambda p: p.ranges))
        return bool(fresh)


def _piece(piece: Piece) -> Placement:
    assert piece.hunk is not None
    return Placement(piece.key, piece.text.decode(), piece.hunk.original.decode())
