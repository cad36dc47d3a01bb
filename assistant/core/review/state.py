"""What a review session holds: pieces with their versions, the author's choices, and the way back.

A piece is a place in the draft that waits for text. It may hold several versions of that text, one of which
is shown; a piece that was split has its parts next to it, which are decided one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from zlib import crc32

from assistant.core.hunks import split
from assistant.core.hunks.apply import accepted
from assistant.core.hunks.doubts import Doubt, doubts, unapproved
from assistant.core.hunks.revise import Revision, revised
from assistant.core.review.events import SavedUndecided
from assistant.core.text.questions import questions
from assistant.core.text.words import UNIT
from assistant.core.types import Approval, Decision, Hunk, Span, Usage, Verdict


class Phase(StrEnum):
    """How far the text of a piece has come."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"
    WRITTEN = "written"
    """In the draft's file, and out of the author's hands here."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text for a piece, and where it came from."""

    hunk: Hunk
    proposal: int = 0
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    guidance: str = ""
    source: bytes = b""
    """The model's own text, where the author put other words in its place; else empty."""
    base: bytes | None = field(default=None, repr=False)
    """The draft that the hunk was made for, when it was written or has no place any more; else None."""
    is_written: bool = False
    """True once it was accepted and written: where it stands, it is the author's."""
    home: tuple[bytes, Span] | None = field(default=None, repr=False, compare=False)
    """The draft that a model's text was asked for, and its place there; it may be known by them again."""

    def moved(self, place: Span | None, *, base: bytes) -> Version:
        """Return the version at another place of the draft; without one, it keeps `base`."""
        if place is None:
            return replace(self, base=base)
        if place == self.hunk.span and self.base is None:
            return self
        return replace(self, hunk=replace(self.hunk, span=place), base=None)


@dataclass(frozen=True, slots=True)
class Choice:
    """The author's decision on a piece; undo brings an earlier one back."""

    verdict: Verdict = Verdict.UNDECIDED
    at: int = 0
    """Index of the version that is shown."""
    split: bool = False
    """True when the parts are decided instead."""
    revisions: tuple[tuple[int, Revision], ...] = ()
    """What the author changed in single sentences, each with the index of the version meant."""
    approvals: tuple[Approval, ...] = ()
    """The author's approvals, which settle warnings from now on."""
    own: Choice | None = None
    """What was chosen when a run opened it or, where a run accepted a text unseen, what the author chose."""
    turned_down: tuple[str, ...] = ()
    """The words of the texts that the author rejected for this place, and did not accept since."""
    earlier: tuple[Choice, ...] = ()
    """What was chosen for other versions, which had a place when this one had none; the latest last."""

    @property
    def unseen(self) -> bool:
        """True where it was accepted by a run that asks nobody."""
        return self.own is not None and self.is_decided

    @property
    def is_decided(self) -> bool:
        """True where the version was decided on, as a whole or in parts."""
        return self.split or self.verdict is not Verdict.UNDECIDED

    def for_version(self, at: int) -> Choice:
        """Return what was chosen for the version `at`; what was chosen for the one shown is put aside."""
        known = next((one for one in self.earlier if one.at == at), Choice(at=at))
        own = replace(self, revisions=(), approvals=(), turned_down=(), earlier=())
        earlier = [one for one in (*self.earlier, own) if one.at != at and (one is own or one.at != self.at)]
        known = self._said_in(known) if self.is_decided else replace(self._said_in(known), own=self.own)
        return replace(known, earlier=tuple(earlier))

    def opened(self, at: int) -> Choice:
        """Return the choice with nothing decided on the version `at`, until it is `closed`."""
        return replace(self.reopened(at), own=self)

    def closed(self) -> Choice:
        """Return what was chosen before a run opened it, or accepted it unseen."""
        return self if self.own is None else self._said_in(self.own)

    def _said_in(self, other: Choice) -> Choice:
        """Return another choice with what was said of sentences and texts in this one: it stays."""
        return replace(
            other, revisions=self.revisions, approvals=self.approvals, turned_down=self.turned_down
        )

    def has_decision(self, at: int) -> bool:
        """Tell whether the version `at` is decided on, or was when it was put aside."""
        return any(one.at == at and one.is_decided for one in (self, *self.earlier))

    def decided(self, verdict: Verdict, at: int, *, unseen: bool = False) -> Choice:
        """Return the choice with that verdict on the version `at`; what was said of sentences stays."""
        earlier = tuple(one for one in self.earlier if one.at != at)
        own = self.own if verdict is Verdict.UNDECIDED and not self.is_decided else None
        if unseen:
            own = self
            while own.own:
                own = own.own
        return replace(self, verdict=verdict, at=at, split=False, own=own, earlier=earlier)

    def reopened(self, at: int) -> Choice:
        """Return the choice with nothing decided on the version `at`; what was said of sentences stays."""
        return self.decided(Verdict.UNDECIDED, at)


@dataclass(frozen=True, slots=True)
class Piece:
    """A place that waits for text, with its versions and the author's decision."""

    key: str
    gap: str
    span: Span
    """See `place`."""
    versions: tuple[Version, ...] = ()
    choice: Choice = Choice()
    phase: Phase = Phase.WAITING
    message: str = ""
    """The text so far while it is written, or why there is none."""
    read: float = 1.0
    """How much of the prompt the model has read, while a text is written."""
    instruction: str = ""
    """What is to change, where the author wants finished text revised that no remark is about."""
    part_of: str = ""
    """The key of the piece whose part this is; empty for a whole one."""
    is_gone: bool = False
    """True where its text was written and is not in the draft any more, nor is what it took the place of."""
    others: tuple[Review, ...] = field(default=(), repr=False)
    """What it was in other drafts, where it had a place: the piece there, with its parts, the latest last."""

    @property
    def version(self) -> Version | None:
        """The version that is shown."""
        return self.versions[self.choice.at] if self.versions else None

    def at(self, proposal: int) -> int:
        """Return the index of the version with that number; of the one shown for 0 and an unknown one."""
        shown = self.choice.at
        if not proposal or self.versions[shown].proposal == proposal:
            return shown
        return next((at for at, one in enumerate(self.versions) if one.proposal == proposal), shown)

    @property
    def hunk(self) -> Hunk | None:
        """The hunk that is shown, with what the author changed in single sentences."""
        if self.version is None:
            return None
        own = [one for at, one in self.choice.revisions if at == self.choice.at]
        hunk = revised(self.version.hunk, own)
        if hunk.warnings and self.choice.approvals:
            hunk = replace(hunk, warnings=unapproved(hunk, self.choice.approvals))
        return hunk

    @property
    def verdict(self) -> Verdict:
        """The author's decision."""
        return self.choice.verdict

    @property
    def tag(self) -> str:
        """What the names of a split piece's parts hold: they belong to one form of one version."""
        at = self.choice.at
        is_revised = any(at == one for one, _ in self.choice.revisions)
        return f"{at}" + (f"-{crc32(b' '.join(self.text.split())):x}" if is_revised else "")

    @property
    def follows(self) -> bool:
        """True for the removal of an instruction line, which is never asked for."""
        return self.key.endswith(":-")

    @property
    def is_fact(self) -> bool:
        """True where the text shown asks for a fact that only the author knows, or is the author's answer."""
        if self.version is None or self.part_of:
            return False
        text = self.version.source or self.version.hunk.replacement
        is_of_model = any(one.model and one.hunk.replacement == text for one in self.versions)
        return not is_of_model and bool(questions(text.decode()))

    @property
    def starts_over(self) -> bool:
        """True where the next text is no other version: this one is written, or only its author was asked."""
        is_asked = self.is_fact and not any(version.model for version in self.versions)
        return is_asked or self.phase is Phase.WRITTEN

    @property
    def unplaced(self) -> bool:
        """True when the draft moved on where the shown version belongs."""
        version = self.version
        return version is not None and version.base is not None and self.phase is not Phase.WRITTEN

    @property
    def is_outdated(self) -> bool:
        """True when a model may write for what is there now: no version has a place in the draft any more."""
        is_ready = self.phase is Phase.READY and not self.is_fact
        return is_ready and all(version.base is not None for version in self.versions)

    @property
    def shows_outdated(self) -> bool:
        """True when a text without a place is shown, though another version has one: the author chose it."""
        return self.unplaced and any(version.base is None for version in self.versions)

    @property
    def place(self) -> Span:
        """Where the piece is in the present draft; where it has no place there any more, about where."""
        version = self.version
        return self.span if version is None or version.base is not None else version.hunk.span

    @property
    def anchor(self) -> int:
        """A byte of the draft that lies in the piece's own section: an insertion is after its heading."""
        start, end = self.span
        return max(start - 1, 0) if self.versions and start == end else start

    @property
    def undecided(self) -> bool:
        """True when there is a text without a decision."""
        return bool(self.versions) and self.phase is Phase.READY and self.choice.verdict is Verdict.UNDECIDED

    @property
    def answers(self) -> list[str]:
        """What the author answered to questions in the text that is shown, each after its question."""
        text, said = (self.version.hunk.replacement if self.version else b""), []
        for one in (one for at, one in self.choice.revisions if at == self.choice.at):
            asks = questions(text[one.start : one.end].decode("utf-8", "ignore"))
            if len(asks) == 1 and one.new:
                said.append(f"{asks[0].words} {one.new.decode()}".strip())
            text = text[: one.start] + one.new + text[one.end :]
        return said

    @property
    def doubts(self) -> list[Doubt]:
        """The questions and warnings in the text, in its order."""
        return doubts(self.hunk)

    @property
    def is_accepted(self) -> bool:
        """True when its text is to be in the draft, as the model or as the author wrote it."""
        return self.verdict in (Verdict.ACCEPTED, Verdict.EDITED)

    @property
    def text(self) -> bytes:
        """The bytes that would be put in."""
        return self.hunk.replacement if self.hunk else b""

    @property
    def texts(self) -> list[bytes]:
        """The text of each version, as the author changed it."""
        return [replace(self, choice=replace(self.choice, at=at)).text for at in range(len(self.versions))]

    def edited(self, at: int, text: bytes) -> Version:
        """Return the version `at` with words of the author's own, numbered so that a decision can name it."""
        version = self.versions[at]
        hunk = replace(version.hunk, replacement=text, warnings=(), notes=())
        source = version.source or version.hunk.replacement
        number = -len(self.versions)
        return Version(
            hunk, number, guidance=version.guidance, source=source, base=version.base, home=version.home
        )

    @property
    def words(self) -> str:
        """The text without the blanks and the container's marks around it, to be read, copied or edited."""
        return split.body(self.hunk) if self.hunk else ""

    def decided(self, verdict: Verdict, at: int, *, unseen: bool = False) -> Choice:
        """Return the choice with that verdict on the version `at`; what its author turned down is known."""
        choice = self.choice.decided(verdict, at, unseen=unseen)
        if unseen or verdict is Verdict.UNDECIDED or self.follows:
            return choice
        words = _plain(self.versions[at])
        left = tuple(one for one in choice.turned_down if one != words)
        return replace(choice, turned_down=(*left, words) if verdict is Verdict.REJECTED else left)


def _plain(version: Version) -> str:
    """Return the words of a text, of Chinese its characters, as it was before single sentences were changed.

    Other signs and breaks make no other text: `雨停了。` is `雨停了！`.
    """
    return f" {' '.join(UNIT.findall(split.body(version.hunk).casefold()))} "


Change = tuple[tuple[str, Choice, Choice], ...]
"""Pieces by key, with the choice before and after; one step of undo."""


@dataclass(frozen=True)
class Review:
    """All pieces of a draft with the decisions so far, and the way back to earlier ones."""

    base: bytes = field(default=b"", repr=False)
    """The draft that all spans index."""
    pieces: tuple[Piece, ...] = ()
    """In document order, a piece's parts after it."""
    past: tuple[Change, ...] = ()
    """What can be undone, the latest last."""
    future: tuple[Change, ...] = ()
    """What can be done again, the next one last."""
    saved: SavedUndecided | None = field(default=None, repr=False)
    """What an editor saved in the file on top of `base`, still undecided."""

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Where each piece is in `pieces`, by key."""
        return {piece.key: i for i, piece in enumerate(self.pieces)}

    def piece(self, key: str) -> Piece | None:
        """Return the piece with that key, or None."""
        at = self.index.get(key)
        return None if at is None else self.pieces[at]

    @cached_property
    def parts(self) -> Mapping[str, Sequence[Piece]]:
        """The parts of each piece that was split, those of its other versions as well."""
        parts = defaultdict[str, list[Piece]](list)
        for piece in self.pieces:
            if piece.part_of:
                parts[piece.part_of].append(piece)
        return parts

    @cached_property
    def shown(self) -> tuple[Piece, ...]:
        """The pieces that an author sees: no removals, and the parts of a split one instead of the whole."""
        return tuple(s for s in self.pieces if not s.follows and not s.choice.split and self.is_open(s))

    def is_open(self, piece: Piece) -> bool:
        """Tell whether a piece is a whole one, or a part of the text that is split now."""
        if not piece.part_of:
            return True
        parent = self.piece(piece.part_of)
        return bool(parent and parent.choice.split and piece.key.startswith(f"{parent.key}/{parent.tag}."))

    def turned_down(self, piece: Piece) -> tuple[str, ...]:
        """Return the words of the texts that the author rejected for a piece's place, and for its parts."""
        here = (piece, *self.parts.get(piece.key, ()))
        return tuple(dict.fromkeys(words for one in here for words in one.choice.turned_down))

    def is_turned_down(self, piece: Piece) -> bool:
        """Tell whether the author rejected the text shown, or some of it, and did not accept it since.

        A model may give it again, a part is of one, and a place that was written and emptied starts over.
        """
        if piece.version is None:
            return False
        words, whole = _plain(piece.version), self.piece(piece.part_of)
        return any(one in words for one in self.turned_down(piece)) or (
            whole is not None and any(words in one for one in whole.choice.turned_down)
        )

    def only(self, piece: Piece) -> Review:
        """Return the state of one piece and its parts, to come back to."""
        return Review(self.base, (replace(piece, is_gone=False, others=()), *self.parts.get(piece.key, ())))

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """One decision for each whole piece that has a place in the draft; parts are put together again."""
        return tuple(
            self._decision(s) for s in self._whole if not s.unplaced and s.phase is not Phase.WRITTEN
        )

    def is_left(self, piece: Piece) -> bool:
        """Tell whether a piece is part of a text that was written without it: it goes in by itself."""
        whole = self.piece(piece.part_of)
        is_out = piece.phase is not Phase.WRITTEN and self.is_open(piece)
        return is_out and whole is not None and whole.phase is Phase.WRITTEN

    @property
    def _placed(self) -> Iterator[tuple[Piece, Hunk]]:
        """What can go in, with its hunk: whole pieces, and parts that are left of one that is written."""
        for piece in self.pieces:
            if piece.unplaced or piece.phase is Phase.WRITTEN or piece.hunk is None:
                continue
            if self.is_left(piece):
                yield piece, piece.hunk
            elif not piece.part_of:
                yield piece, self._decision(piece).hunk

    @property
    def _whole(self) -> Iterator[Piece]:
        return (s for s in self.pieces if s.versions and not s.part_of)

    def _decision(self, piece: Piece) -> Decision:
        hunk = piece.hunk or piece.versions[0].hunk
        if not piece.choice.split:
            return Decision(hunk, piece.verdict)
        if kept := self.kept_parts(piece):
            return Decision(replace(hunk, replacement=split.joined(hunk, kept)), Verdict.EDITED)
        is_open = any(s.undecided for s in self._parts(piece))
        return Decision(hunk, Verdict.UNDECIDED if is_open else Verdict.REJECTED)

    def _parts(self, piece: Piece) -> Iterator[Piece]:
        return filter(self.is_open, self.parts.get(piece.key, ()))

    def kept_parts(self, piece: Piece) -> dict[int, bytes]:
        """Return the texts of a split piece's parts that were accepted, by number from 0."""
        return {int(s.key.rpartition(".")[2]): s.text for s in self._parts(piece) if s.is_accepted}

    def accepted(self) -> tuple[Hunk, ...]:
        """Return the hunks to write."""
        return self._accepted

    @cached_property
    def _accepted(self) -> tuple[Hunk, ...]:
        parts = (s for s in self.pieces if s.part_of and s.is_accepted and not s.unplaced and self.is_left(s))
        left = (piece.hunk for piece in parts if piece.hunk)
        return (*accepted(self.decisions, earlier=map(self._decision, self.earlier)), *left)

    @property
    def earlier(self) -> Iterator[Piece]:
        """What is decided and not to be written: it is in the file, or was rejected and its place is gone."""
        for piece in self._whole:
            if piece.phase is Phase.WRITTEN or (piece.unplaced and piece.verdict is Verdict.REJECTED):
                yield piece

    def choices(self, piece: Piece) -> Iterator[Choice]:
        """Yield the choice on a piece, then those that were undone or came before, the latest first."""
        yield piece.choice
        for change in (*self.future, *self.past[::-1]):
            yield from (one for key, *both in change if key == piece.key for one in reversed(both))

    def choice_with(self, piece: Piece, text: bytes) -> Choice | None:
        """Return the latest choice under which a piece has this text, but for the blanks around it.

        It is one of the versions as it is now, or as it was before the author revised it, or undid that.
        """
        for choice in self.choices(piece):
            for at in (choice.at, *reversed(range(len(piece.versions)))):
                revisions = [one for one in choice.revisions if one[0] == at]
                of_other_versions = tuple(one for one in piece.choice.revisions if one[0] != at)
                for count in range(len(revisions), -1, -1):
                    known = replace(piece.choice, at=at, revisions=(*of_other_versions, *revisions[:count]))
                    if replace(piece, choice=known).text.strip() == text.strip():
                        return known
        return None

    def removal_with(self, piece: Piece) -> Hunk | None:
        """Return the instruction or remark that goes once a piece is accepted, as the last of its gap."""
        removal = self.piece(f"{piece.gap}:-")
        if removal is None or any(s.unplaced or s.phase is not Phase.READY for s in (removal, piece)):
            return None
        others = (s for s in self._whole if s.gap == piece.gap and s.key not in (piece.key, piece.part_of))
        verdicts = [
            self._decision(s).verdict for s in others if not (s.follows or (s.unplaced and s.is_accepted))
        ]
        waits_for = removal.hunk.follows - 1 if removal.hunk else 0
        return removal.hunk if len(verdicts) - verdicts.count(Verdict.UNDECIDED) >= waits_for else None

    def keys_of(self, hunks: Iterable[Hunk]) -> tuple[str, ...]:
        """Return the keys of the pieces that hunks to write belong to, in document order."""
        texts = {(h.gap, h.span, h.replacement) for h in hunks}
        return tuple(
            piece.key
            for piece, h in self._placed
            if (h.gap, h.span, h.replacement) in texts and (piece.is_accepted or not piece.part_of)
        )


def added(review: Review, pieces: Iterable[Piece]) -> Review:
    """Return the state with further pieces at their places."""
    return replace(review, pieces=tuple(sorted((*review.pieces, *pieces), key=_order)))


def _order(piece: Piece) -> tuple[int, int, str, int]:
    if not piece.part_of:
        return *piece.span, piece.key, -1
    return *piece.span, piece.part_of, int(piece.key.rpartition(".")[2])
