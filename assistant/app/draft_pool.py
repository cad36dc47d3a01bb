"""The drafts that a server shows: opened when they are looked at, closed when nobody looks any more."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from assistant.adapters import files, folders
from assistant.adapters.store import open_store
from assistant.app import report
from assistant.app.model_download import ModelDownload
from assistant.app.models import check_file
from assistant.app.reviewer import Reviewer
from assistant.app.session import Session, open_session
from assistant.app.workspace import Workspace, open_draft
from assistant.app.writer import Models, Writer
from assistant.core.gaps.place_names import name_of
from assistant.core.review import decide
from assistant.core.text.display import shortened
from assistant.errors import AssistantError, InputError

_IDLE_SECONDS = 10.0
"""Seconds without a page after which a draft is closed, so that a terminal can have it."""


_MAX_NAMED = 5
"""Gaps of a draft that the list of drafts names."""
_NAME = 60
"""Letters of such a name."""


class Entry(NamedTuple):
    """A draft in the list."""

    id: str
    name: str
    title: str
    words: int
    gaps: int
    state: str
    """What is left to decide or write, in words."""
    error: str = ""
    missing: Sequence[str] = ()
    """What the first of its gaps are called."""


class OpenDraft:
    """A draft that is being reviewed, and what its pages share."""

    def __init__(self, session: Session, writer: Writer) -> None:
        """Take a session and its writer; nothing is sent to a model before the author says so."""
        self.reviewer = Reviewer([session], [writer])
        self.lock = threading.RLock()
        self.pages = 0
        """How many pages listen."""
        self.notices = [session.notice] if session.notice else []
        """Lines for all pages, in the order in which they came."""
        self.listeners: set[Callable[[], None]] = set()
        self._last_page = time.monotonic()
        self._last_look = 0.0
        session.subscribe(lambda event: self.wake())
        if not session.read_only:
            session.missing()
            session.ask_facts()

    @property
    def session(self) -> Session:
        """The session."""
        return self.reviewer.sessions[0]

    @property
    def writer(self) -> Writer:
        """What has the texts written."""
        return self.reviewer.writers[0]

    def wake(self) -> None:
        """Tell every page that something is new."""
        for listener in tuple(self.listeners):
            listener()

    def follow(self) -> None:
        """Look at the file once a second, and tell all pages when another program changed it."""
        now = time.monotonic()
        if now - self._last_look < 1:
            return
        self._last_look = now
        try:
            line = self.reviewer.follow(self.session)
        except AssistantError as error:
            line = str(error)
        if line:
            self.notices.append(line)
            self.wake()

    @property
    def is_left(self) -> bool:
        """True when no page has listened for a while and nothing is being written."""
        if self.pages or self.writer.busy:
            self._last_page = time.monotonic()
        return time.monotonic() - self._last_page > _IDLE_SECONDS

    def renew(self, options: dict[str, Any]) -> None:
        """Take the settings as they are now, with `options` over them: another model, say."""
        session, old = self.session, self.writer
        session.take_workspace(open_draft(session.workspace.name, data=session.review.base, **options))
        writer = Writer(session, old.models)
        writer.spent = old.spent
        self.reviewer.writers = [writer]
        self.wake()


class DraftPool:
    """All drafts of one `assistant open`."""

    def __init__(self, path: str, **options: Any) -> None:
        """Take a draft or a folder.

        `options` are flags as `open_draft` takes them. Raises `InputError` and `StoreError`.
        """
        self.path, self.options = path, options
        folders.check_posts(path)
        self.store = open_store()
        self.download = ModelDownload(self._wake_all)
        self.models = Models(self.download.report)
        self.open_drafts: dict[str, OpenDraft] = {}
        self.lock = threading.RLock()
        self._paths: dict[str, str] = {}
        self.only = ""
        """The draft that was named; empty for a folder."""
        self.warnings: tuple[str, ...] = ()
        """Lines on the blog's settings."""
        self._read: Workspace | None = None
        """The draft that was named, as it was read to see whether it is one."""
        if not os.path.isdir(path):
            self._read = open_draft(path, **options)
            self.warnings = self._read.settings.warnings
            self.only = self._id(path)
            if any(gap.fillable for gap in self._read.gaps):
                check_file(self._read.settings)

    def _wake_all(self) -> None:
        for draft in tuple(self.open_drafts.values()):
            draft.wake()

    @property
    def home(self) -> str:
        """The page to begin with."""
        return f"/draft/{self.only}" if self.only else "/"

    def _id(self, path: str) -> str:
        """Name a draft in addresses; only those we listed ourselves can be asked for."""
        name = hashlib.sha256(os.path.realpath(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._paths[name] = path
        return name

    def entries(self) -> list[Entry]:
        """Find the drafts and read them."""
        return [self._entry(path) for path in folders.find_posts([self.path])]

    def _entry(self, path: str) -> Entry:
        name = self._id(path)
        shown = os.path.relpath(path, self.path) if os.path.isdir(self.path) else os.path.basename(path)
        try:
            workspace = open_draft(path, **self.options)
        except InputError as error:
            return Entry(name, shown, shown, 0, 0, "", str(error))
        draft, gaps = workspace.draft, workspace.gaps
        first = [
            f"{shortened(name_of(draft, gap), _NAME)} · line {draft.line(gap.span.start)}"
            for gap in gaps[:_MAX_NAMED]
        ]
        return Entry(
            name, shown, draft.title or shown, draft.word_count, len(gaps), self._state(path), missing=first
        )

    def _state(self, path: str) -> str:
        return report.left(decide.replay(self.store.events(path)))

    def draft(self, name: str, *, mode: str = "") -> OpenDraft:
        """Return an open draft, opened now where it is not; `mode` is `takeover`, `look` or nothing.

        Raises `InputError`, and `StoreBusy` while another session has it.
        """
        with self.lock:
            if name not in self._paths:
                self.entries()  # a page from before may name it, and only what is listed is known
            if name not in self._paths:
                raise InputError("there is no such draft here")
            draft = self.open_drafts.get(name)
            if draft is not None and mode == "takeover" and draft.session.read_only:
                self._let_go(name)
                draft = None
            if draft is None:
                path = self._paths[name]
                workspace, self._read = self._read, None
                if workspace is None or workspace.file != files.read_draft(path):
                    workspace = open_draft(path, **self.options)
                look = mode == "look"
                session = open_session(workspace, self.store, takeover=mode == "takeover", read_only=look)
                draft = self.open_drafts[name] = OpenDraft(session, Writer(session, self.models))
            return draft

    def sweep(self) -> None:
        """Let go of drafts that nobody looks at."""
        with self.lock:
            for name in [name for name, draft in self.open_drafts.items() if draft.is_left]:
                self._let_go(name)

    def _let_go(self, name: str) -> None:
        self.open_drafts.pop(name).session.close()

    def renew(self) -> None:
        """Have all open drafts take the settings as they are now."""
        with self.lock:
            for draft in self.open_drafts.values():
                with suppress(AssistantError), draft.lock:
                    draft.renew(self.options)

    def sweep_until(self, ended: threading.Event) -> None:
        """Let go of drafts that nobody looks at, every two seconds until `ended` is set."""
        while not ended.wait(2):
            self.sweep()

    def close(self) -> None:
        """Stop everything that is being written, and close all drafts and models."""
        for draft in self.open_drafts.values():
            draft.reviewer.stop_all()
        for name in tuple(self.open_drafts):
            self._let_go(name)
        self.models.close()
        self.store.close()
