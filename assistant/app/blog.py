"""Writes the gaps of many drafts: several drafts at a time, one limit on requests, one budget.

Every text lands in the store as it comes. A run that was cut off asks only for what is missing there.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistant.adapters import folders
from assistant.adapters.files import name_of
from assistant.adapters.store import Store
from assistant.app import report
from assistant.app.accepting import accept_texts
from assistant.app.asking import pieces_of
from assistant.app.job import Job
from assistant.app.session import Session, open_session
from assistant.app.workspace import Workspace, open_draft
from assistant.app.writer import Models, Writer
from assistant.core.review import decide, events
from assistant.core.review.state import Piece
from assistant.core.text.draft import Draft
from assistant.core.types import Expanded, Gap, Usage, Verdict
from assistant.errors import AssistantError, InputError, ModelUnavailable

_MAX_UNREACHABLE = 8
"""So many drafts in a row that reach no model end a run: a server that restarts in seconds loses fewer."""
_POLL_SECONDS = 0.2
"""After so long Ctrl-C is noticed while no news comes."""
_LEAVE_SECONDS = 5.0
"""How long a run that is stopped waits for its requests to end."""


@dataclass
class Entry:
    """A draft with gaps, and how far it is."""

    name: str
    """The path as the user gave it."""
    gaps: int
    """Gaps that a model can fill."""
    state: str = "waiting"
    """`waiting`, `writing`, `done`, or `left out`."""
    only_yours: int = 0
    """Gaps that only the author can fill."""
    written: int = 0
    """Those a model can fill that have a text for each of their pieces."""
    pieces: int = 0
    """The texts of these: an instruction above three points takes three."""
    undecided: int = 0
    """Of the others, those with a text that waits for a decision."""
    undecided_pieces: int = 0
    """The texts of these that wait."""
    is_waiting: bool = False
    """True when any text, or a question to the author, waits for a decision."""
    rejected: int = 0
    """Of the others, those that lack a text since their author rejected it."""
    warnings: int = 0
    """Doubts and questions in all texts."""
    cost: Decimal | None = Decimal(0)
    """US dollars spent in this run; None where the price is unknown."""
    usage: Usage = field(default_factory=Usage)
    texts: int = 0
    """Texts that came in this run."""
    outdated: int = 0
    """Undecided texts that are kept out, since the draft changed where they belong."""
    reached: bool = True
    """False when the last request reached no model."""


@dataclass(frozen=True)
class Begun:
    """A draft was opened."""

    draft: Draft
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Text:
    """A text came; it is in the store in a moment."""

    job: Job
    expanded: Expanded


@dataclass(frozen=True)
class Missed:
    """No text came for a piece."""

    gap: str
    line: int
    message: str


@dataclass(frozen=True)
class Remarks:
    """Lines on a draft for the author."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Ended:
    """Nothing more happens to a draft in this run."""


News = Begun | Text | Missed | Remarks | Ended


def drafts_with_gaps(paths: Iterable[str], **options: Any) -> tuple[list[Workspace], dict[str, str]]:
    """Open the drafts in files and folders that have gaps; also return why others can't be read, by path.

    `options` are fields of `Settings` that go before files and environment. Raises `SettingsError`.
    """
    workspaces: list[Workspace] = []
    failures: dict[str, str] = {}
    for path in folders.find_posts(paths):
        try:
            workspace = open_draft(path, **options)
        except InputError as error:
            failures[path] = str(error)
            continue
        if workspace.gaps or workspace.settings.locate == "model":
            workspaces.append(workspace)
    return workspaces, failures


def still_missing(workspace: Workspace, store: Store) -> dict[str, Gap]:
    """Return the gaps that have no text in the store yet, by the keys of their pieces."""
    session = open_session(workspace, store, read_only=True)
    keys = set(session.missing())
    return {key: gap for key, gap, _ in pieces_of(session.workspace) if key in keys}


class BlogRun:
    """One run over many drafts."""

    def __init__(
        self,
        workspaces: Sequence[Workspace],
        models: Models,
        store: Store,
        *,
        accepts: bool = False,
        **options: Any,
    ) -> None:
        """Take the drafts, and the `options` they were opened with.

        A run that `accepts` writes every text into its draft.
        """
        # Of each only this is kept: a draft is opened again when its turn comes, as it may have changed.
        self.entries = [Entry(one.name, sum(gap.fillable for gap in one.gaps)) for one in workspaces]
        self.model_line = ""
        """One line on the model in use, once it is connected."""
        self.unreachable = False
        """True when the run ended early, since no model can be reached."""
        self._models, self._store = models, store
        self.accepts = accepts
        self._options = options
        self._pending = iter(self.entries)
        self._news: queue.SimpleQueue[tuple[Entry, News] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._writers: list[Writer] = []
        self._unreached = 0

    def news(self, *, jobs: int) -> Generator[tuple[Entry, News]]:
        """Write, in `jobs` drafts at a time, and yield what happens.

        Whoever stops reading stops the run; what came until then is kept.
        """
        threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(min(jobs, len(self.entries)))
        ]
        for thread in threads:
            thread.start()
        running = len(threads)
        try:
            while running:
                try:
                    one = self._news.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    continue
                if one is None:
                    running -= 1
                else:
                    yield one
        finally:
            self._stop()
            end = time.monotonic() + _LEAVE_SECONDS
            for thread in threads:
                thread.join(max(end - time.monotonic(), 0))

    def _stop(self) -> None:
        self._stopped.set()
        with self._lock:
            for writer in self._writers:
                writer.stop()

    def _work(self) -> None:
        """Write one draft after another until none is left."""
        while not self._stopped.is_set():
            with self._lock:
                entry = next(self._pending, None)
            if entry is None:
                break
            try:
                self._write(entry)
            except AssistantError as error:
                self._leave_out(entry, str(error))
            except Exception as error:  # a bug in a thread must end in a line, not in silence
                self._leave_out(entry, f"internal error: {error!r}")
            self._news.put((entry, Ended()))
        self._news.put(None)

    def _leave_out(self, entry: Entry, reason: str) -> None:
        entry.state = "left out"
        for name in (entry.name, os.path.abspath(entry.name), name_of(entry.name)):
            reason = reason.removeprefix(f"{name}: ")
        self._news.put((entry, Remarks((f"{entry.name}: {reason}",))))

    def _write(self, entry: Entry) -> None:
        session = open_session(open_draft(entry.name, **self._options), self._store)
        writer = Writer(
            session,
            self._models,
            on_text=lambda key, job, text: self._came(entry, Text(job, text)),
            in_turn=True,
        )
        session.subscribe(lambda event: self._listen(entry, session, event))
        try:
            if not self.accepts:
                session.ask_facts()
            entry.state = "writing"
            self._news.put((entry, Begun(session.workspace.draft, session.workspace.gaps)))
            if session.notice:
                self._news.put((entry, Remarks((session.notice,))))
            with self._lock:
                self._writers.append(writer)
            writer.begin()
            if self._stopped.is_set():
                writer.stop()
            writer.wait()
            with self._lock:
                self._writers.remove(writer)
            self._settle(entry, session, writer)
            if self.accepts and not self._stopped.is_set():
                self._news.put((entry, Remarks(tuple(self._accept(entry, session)))))
        finally:
            session.close()

    def _came(self, entry: Entry, text: Text) -> None:
        entry.texts += 1
        self._news.put((entry, text))

    def _settle(self, entry: Entry, session: Session, writer: Writer) -> None:
        """Note how a draft ended and what it has cost; end the run where no model can be reached."""
        self.model_line = self.model_line or writer.model_line
        entry.usage, entry.state = writer.spent, "waiting" if self._stopped.is_set() else "done"
        _count(entry, session)
        draft, left = session.workspace.draft, session.unanswered(session.workspace.gaps)
        lines = (
            *report.left_alone(draft, left, name=entry.name),
            *_outdated(entry, session, accepts=self.accepts),
        )
        self._news.put((entry, Remarks(lines)))
        self._unreached = 0 if entry.reached else self._unreached + 1
        if self._unreached == _MAX_UNREACHABLE or self._unreached == len(self.entries):
            self.unreachable = True
            self._stop()
        if entry.usage != Usage():
            entry.cost = self._models.get(session.workspace).price(entry.usage)

    def _listen(self, entry: Entry, session: Session, event: events.Event) -> None:
        """Count what came."""
        if isinstance(event, events.Offered):
            entry.reached = True
            _count(entry, session)
        elif isinstance(event, events.Failed) and not event.stopped:
            piece = session.review.piece(event.key)
            line = session.line(piece.anchor) if piece else 1
            self._news.put((entry, Missed(piece.gap if piece else "", line, event.message)))
            entry.reached = event.exit_code != ModelUnavailable.exit_code

    def _accept(self, entry: Entry, session: Session) -> Iterator[str]:
        """Accept every text of a draft, write it, and yield lines on the outcome."""
        yield from accept_texts(session, gaps := session.workspace.gaps)
        if session.to_write:
            written = session.write()
            yield from report.outcome(session.workspace.draft, written, name=session.workspace.name)
        _count_written(entry, session, gaps, decided=True)


def _count(entry: Entry, session: Session) -> None:
    """Count the gaps of a draft, those that have all their texts, and the doubts in these."""
    gaps = session.workspace.gaps
    entry.only_yours = len(session.unanswered(gaps))
    entry.gaps = len(gaps) - entry.only_yours
    entry.outdated = sum(piece.unplaced and piece.undecided for piece in session.review.shown)
    entry.warnings = sum(len(piece.doubts) for some in _pieces(session, gaps) for piece in some if piece)
    _count_written(entry, session, gaps)


def _count_written(entry: Entry, session: Session, gaps: Iterable[Gap], *, decided: bool = False) -> None:
    """Count each of some gaps once: it has all its texts, waits for a decision, or has a text rejected.

    Where all is `decided`, the texts of the first are in the draft.
    """
    entry.is_waiting = any(piece.undecided for piece in session.review.shown)
    undecided = Counter(s.part_of or s.key for s in session.review.shown if s.undecided and not s.unplaced)

    def is_written(piece: Piece | None) -> bool:
        if piece is None or not piece.versions or piece.unplaced:
            return False
        return not decided or not (undecided[piece.key] or piece.verdict is Verdict.REJECTED)

    every = [(some, all(map(is_written, some))) for some in _pieces(session, gaps)]
    written = [some for some, is_done in every if is_done]
    others = [[piece for piece in some if piece] for some, is_done in every if not (is_done and decided)]
    waiting = [number for some in others if (number := sum(undecided[piece.key] for piece in some))]
    entry.written, entry.pieces = len(written), sum(map(len, written))
    entry.undecided, entry.undecided_pieces = len(waiting), sum(waiting)
    rejected = (some for some in others if any(piece.verdict is Verdict.REJECTED for piece in some))
    is_open = (any(undecided[piece.key] for piece in some) for some in rejected)
    entry.rejected = list(is_open).count(False) if decided else 0


def _pieces(session: Session, gaps: Iterable[Gap]) -> list[list[Piece | None]]:
    """Return the pieces of each gap that a model can fill, or that the author answered."""
    gaps = list(gaps)
    left = {gap.id for gap in session.unanswered(gaps)}
    piece = session.review.piece
    return [[piece(decide.key_for(gap, t)) for t in gap.pieces] for gap in gaps if gap.id not in left]


def _outdated(entry: Entry, session: Session, *, accepts: bool) -> Iterator[str]:
    """Yield a line for each undecided text that the draft has no place for any more."""
    for piece in session.review.shown:
        is_told = accepts and piece.shows_outdated  # `accept_texts` says so
        if piece.unplaced and piece.undecided and not is_told:
            at = f"{entry.name}:{session.line(piece.anchor)}"
            yield f"{at}: outdated: the draft changed where its text belongs; see it in a review"
