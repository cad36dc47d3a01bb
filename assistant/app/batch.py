"""Writes gaps by a server's Batch API: requests go out in one file, and come back hours later.

What is sent and what becomes of an answer is the engine's: each request is the one that `expand` would send,
and an answer goes through the same cleanup and checks. A batch is in the store before anything leaves, so a
program that is ended at any moment neither loses one nor pays for one twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from assistant.adapters import files
from assistant.adapters.folders import check_posts, find_posts
from assistant.adapters.openai_batch import BatchClient, BatchState, results, to_lines
from assistant.adapters.openai_client import ChatClient
from assistant.adapters.settings import gather
from assistant.adapters.store import Store
from assistant.adapters.store.batches import Batch, Batches, Line
from assistant.app import cost
from assistant.app.answering import TRIES, request_for
from assistant.app.asking import place_of
from assistant.app.blog import drafts_with_gaps, still_missing
from assistant.app.expand import expand
from assistant.app.models import Connection, StandIn, server_connection
from assistant.app.run import Run
from assistant.app.session import Session, open_session
from assistant.app.workspace import Workspace, open_draft, read
from assistant.app.workspace import job as prepare_job
from assistant.core.review import decide
from assistant.core.types import Expanded, Failed, Reply, Request, Usage
from assistant.errors import AssistantError, BatchGone, InputError, ModelError, StoreError, UsageError

_SHARE = Decimal("0.5")
"""What a batch costs, of the usual price, at OpenAI and most services like it."""
_KEPT_SETTINGS = ("max_tokens", "strict", "alternatives")
"""Settings that count again when the answers come."""
_UNSURE_MINUTES = 10
"""How long a server may take to make a batch, once it was asked to: then one that it doesn't list is made
again. OpenAI takes seconds; a gateway gives a request up after some minutes."""
IN_FILE = "file:"
"""Begins the name of a batch that is run elsewhere."""


@dataclass(frozen=True)
class Plan:
    """What a batch would send."""

    connection: Connection
    pieces: tuple[tuple[Workspace, str, Request], ...]
    """The draft, the key of the piece, and the request; one for each of several alternatives."""
    usage: Usage
    waiting: int
    """Pieces that are in a batch already."""
    options: Mapping[str, Any]
    failures: Mapping[str, str]
    """Why drafts can't be read, by their paths."""

    @property
    def price(self) -> Decimal | None:
        """US dollars that are expected; None where nobody knows."""
        price = self.connection.price(self.usage)
        return None if price is None else price * _SHARE

    def before(self) -> str:
        """Return one line on what is about to be sent."""
        line = cost.before(len(self.pieces), self.usage, self.price, local=False)
        return line + (" (half price)" if self.price is not None else "")

    def data(self, names: Sequence[str]) -> bytes:
        """Return the requests as a file, each under its name. Raises `ModelError`."""
        requests = [request for *_, request in self.pieces]
        return to_lines(_chat(self.connection), zip(names, requests, strict=True))


def plan(paths: Sequence[str], store: Store, *, to_file: bool = False, **flags: Any) -> Plan | None:
    """Collect the requests for all pieces of these drafts that have no text yet; None where there is no gap.

    The gaps are those that are found here: no model reads the drafts. Raises `SettingsError` where no server
    is set, `UsageError` where it may cost more than `max_cost` allows, and `InputError` where no draft can be
    read.
    """
    workspaces, failures = drafts_with_gaps(paths, **flags | {"locate": "local"})
    if failures and not workspaces:
        raise InputError("; ".join(failures.values()))
    if not workspaces:
        return None
    settings = workspaces[0].settings
    connection = server_connection(settings, to_file=to_file)
    pieces: list[tuple[Workspace, str, Request]] = []
    usage, waiting = Usage(), 0
    for opened in workspaces:
        workspace = open_session(opened, store, read_only=True).workspace
        states = Batches(store).states(str(workspace.path))
        job = prepare_job(workspace, connection)
        sent_once = copy(job)
        sent_once.settings = replace(job.settings, verify=False)  # nobody asks about answers
        for key, gap in still_missing(workspace, store).items():
            if "sent" in states.get(key, ()):
                waiting += 1
                continue
            (prompt,) = (one for one in job.prompts(gap) if decide.key_for(gap, one.target) == key)
            request = request_for(job, prompt, attempt=len(states.get(key, ())) * TRIES)
            run = Run(workspace, [gap], sent_once, connection, keys={key})
            usage += run.estimate(run.requests())[1]
            pieces += [
                (workspace, key, replace(request, seed=request.seed + number))
                for number in range(job.settings.alternatives)
            ]
    options = {name: getattr(settings, name) for name in _KEPT_SETTINGS if flags.get(name)}
    options |= {
        "instruction": settings.instruction,
        "sources": [os.path.abspath(one) for one in settings.sources],
    }
    planned = Plan(connection, tuple(pieces), usage, waiting, options, failures)
    if settings.max_cost is not None and (reason := cost.over_budget(planned.price, limit=settings.max_cost)):
        raise UsageError(reason)
    return planned


def send(plan: Plan, store: Store) -> Batch:
    """Send what was planned, and return the batch. Raises `ModelError` where the server doesn't take it."""
    batches, client = Batches(store), BatchClient(_chat(plan.connection))
    batch, lines = _add(plan, batches)
    try:
        uploaded = client.upload(plan.data([line.id for line in lines]))
    except ModelError:
        batches.drop(batch)
        raise
    batches.note(batch, input=uploaded)
    return _made(batches, client, replace(batch, input=uploaded))


def write(plan: Plan, store: Store, path: str) -> Batch:
    """Write what was planned into a file, for a server that is run by hand. Raises `WriteError`."""
    files.check_writable(path, unless="name another file")
    batch, lines = _add(plan, Batches(store), remote=IN_FILE + os.path.abspath(path))
    files.write_draft(path, plan.data([line.id for line in lines]))
    return batch


def _add(plan: Plan, batches: Batches, *, remote: str = "") -> tuple[Batch, list[Line]]:
    connection = plan.connection
    pieces = [(str(workspace.path), key, workspace.draft.data) for workspace, key, _ in plan.pieces]
    return batches.add(
        pieces, server=connection.base_url, model=connection.name, options=plan.options, remote=remote
    )


# ---- what became of it --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """A batch, and how far it is."""

    batch: Batch
    lines: tuple[Line, ...]
    state: BatchState | None = None
    """None where it is run by hand, or where the server can't be asked."""
    failure: str = ""
    """Why the server can't be asked, or has no such batch."""
    code: int = 0
    """The exit code for that."""

    @property
    def name(self) -> str:
        """What the batch is called."""
        return self.batch.remote.removeprefix(IN_FILE) or f"batch {self.batch.id}"


@dataclass(frozen=True)
class Result:
    """What became of one piece."""

    path: str
    line: int
    """Its line in the draft that was sent."""
    failure: str = ""
    """Why there is no text; empty where one waits for a decision."""
    again: bool = True
    """False where the answer stays where it is, for the next `fetch`."""


def forget_unsent(store: Store) -> None:
    """Forget batches that were not uploaded before the program was ended: no server has them."""
    batches = Batches(store)
    for batch in batches.open():
        if not (batch.input or batch.remote):
            batches.drop(batch)


def failed(store: Store, folder: str) -> list[Result]:
    """Return the pieces in a folder whose last line failed, and that have no text since."""
    results = []
    for path, data, piece, failure in Batches(store).failed():
        if not files.is_at_or_below(path, files.name_of(folder)) or not os.path.exists(path):
            continue
        workspace = open_draft(path, data=data, locate="local")
        missing = still_missing(open_draft(path, locate="local"), store)
        if piece in missing and (place := place_of(workspace, piece, None)):
            results.append(Result(path, workspace.draft.line((place[1] or place[0].span).start), failure))
    return results


def within(store: Store, folder: str) -> list[Batch]:
    """Return the open batches with a draft in a folder, or with the draft that is named."""
    top = files.name_of(folder)
    batches = Batches(store)
    return [
        batch
        for batch in batches.open()
        if any(files.is_at_or_below(line.path, top) for line in batches.lines(batch))
    ]


def check_path(store: Store, path: str) -> None:
    """Raise `InputError` for a path that can't be read and is no former place of drafts in a batch."""
    if within(store, path):
        return
    ids = {name for batch in Batches(store).open() for name in (batch.remote, str(batch.id))}
    if path in ids and not os.path.exists(path):
        raise InputError(f"{path} is a batch; give the folder of its drafts, or nothing for the current one")
    if os.path.isdir(path):
        check_posts(path)
    else:
        read(path)


def moved_away(store: Store, folder: str) -> list[str]:
    """Return the former folders of drafts in a batch that are gone, where `folder` has files of their names.

    A blog that was moved or renamed has its batch under the old path.
    """
    batches = Batches(store)
    lines = [line for batch in batches.open() for line in batches.lines(batch) if line.state == "sent"]
    gone = {line.path for line in lines if not os.path.exists(line.path)}
    names = {os.path.basename(post) for post in find_posts([folder])} if gone else set()
    return sorted({os.path.dirname(path) for path in gone if os.path.basename(path) in names})


def progress(store: Store, batch: Batch) -> Progress:
    """Ask the server how far a batch is, and look there for one that a program was ended over."""
    lines = tuple(Batches(store).lines(batch))
    if batch.remote.startswith(IN_FILE):
        return Progress(batch, lines)
    try:
        batch, state = _settled(store, batch)
        return Progress(batch, lines, state)
    except AssistantError as error:
        return Progress(batch, lines, failure=str(error), code=error.exit_code)


def go_on(store: Store, batch: Batch) -> Progress:
    """Make a batch that was only uploaded, unless the server has it or may still make it."""
    if not batch.remote:
        try:
            batch, _ = _settled(store, batch)
        except BatchGone:
            if _minutes_left(batch) <= 0:
                batch = _made(Batches(store), _client(batch), batch)
        except ModelError:
            pass  # told below
    return progress(store, batch)


def _made(batches: Batches, client: BatchClient, batch: Batch) -> Batch:
    """Create the batch of an uploaded file. One that the server has certainly refused is forgotten."""
    batches.note(batch)
    try:
        state = client.create(batch.input)
    except ModelError:
        if client.refused:
            batches.drop(batch)
        raise  # else it may exist already, or in a moment: the next command finds out
    batches.note(batch, remote=state.id)
    return replace(batch, remote=state.id)


def _minutes_left(batch: Batch) -> int:
    """Return for how many minutes more the server may be making a batch."""
    age = datetime.now(UTC) - datetime.fromisoformat(batch.at).replace(tzinfo=UTC)
    return _UNSURE_MINUTES - int(age.total_seconds() // 60)


def _settled(store: Store, batch: Batch) -> tuple[Batch, BatchState]:
    """Ask for a batch; one whose requests were only uploaded is looked for at the server.

    Raises `BatchGone` where the server does not have it.
    """
    client = _client(batch)
    if batch.remote:
        return batch, client.state(batch.remote)
    if not batch.input:
        Batches(store).drop(batch)
        raise InputError("not sent: the program ended first; send it again")
    if (state := client.find(batch.input)) is None:
        if (left := _minutes_left(batch)) > 0:
            raise BatchGone(
                f"interrupted while sending; the server doesn't list it yet; look again in {left} min, then "
                "`batch send` sends it"
            )
        raise BatchGone("interrupted while sending, and the server has no such batch; `batch send` sends it")
    Batches(store).note(batch, remote=state.id)
    return replace(batch, remote=state.id), state


def fetch(store: Store, progress: Progress) -> Iterator[Result]:
    """Take the results of a batch that has ended, and yield the outcome of each piece.

    Texts are offered as those of a run are. The next call continues after a `ModelError` or `StoreError`.
    """
    state = progress.state
    if state is None or not state.ended:
        return
    client = _client(progress.batch)
    answers: dict[str, Reply | str] = {}
    for file in state.files:
        for name, answer in results(client.read(file), model=progress.batch.model):
            answers.setdefault(name, answer)
    reason = f"no answer: the batch {_ENDS.get(state.status, state.status)}"
    yield from _take(store, progress.batch, answers, missing=": ".join(filter(None, (reason, state.error))))


_ENDS = {"completed": "ended without one", "cancelled": "was cancelled", "expired": "ran out of time"}


def fetch_file(store: Store, path: str) -> Iterator[Result]:
    """Take the results in a file, of whichever batches they are; see `fetch`. Raises `InputError`."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't be read: {files.cause(error)}") from None
    answers = dict(reversed(list(results(data, model=""))))
    if not answers.keys() & Batches(store).names():
        raise InputError(f"{path}: holds no results of a batch of these drafts")
    for batch in Batches(store).open():
        yield from _take(store, batch, answers)


def cancel(store: Store, batch: Batch) -> BatchState | None:
    """Cancel a batch; what was answered can be fetched.

    Forgotten, with None as the result, is one in a file, one that the server doesn't have, and one that has
    ended and waits only for drafts that can't be read.
    """
    batches = Batches(store)
    if batch.remote.startswith(IN_FILE) or not (batch.input or batch.remote):
        batches.drop(batch)
        return None
    try:
        batch, state = _settled(store, batch)
        if not state.ended:
            return _client(batch).cancel(batch.remote)
    except BatchGone:
        if not batch.remote and _minutes_left(batch) > 0:
            raise
        batches.drop(batch)
        return None
    paths = {line.path for line in batches.lines(batch) if line.state == "sent"}
    if any(map(_is_readable, paths)):
        return state
    batches.drop(batch)
    return None


def _is_readable(path: str) -> bool:
    try:
        open_draft(path, locate="local")
    except AssistantError:
        return False
    return True


def _take(
    store: Store, batch: Batch, answers: Mapping[str, Reply | str], *, missing: str = ""
) -> Iterator[Result]:
    """Offer the answers to a batch; `missing` says why a line has none, where none will come."""
    batches = Batches(store)
    lines = [line for line in batches.lines(batch) if line.state == "sent"]
    lines = [line for line in lines if missing or line.id in answers]
    for (path, data), some in groupby(lines, key=lambda line: (line.path, line.data)):
        pieces: dict[str, list[Line]] = {}
        for line in some:
            pieces.setdefault(line.piece, []).append(line)
        try:
            draft = _Draft(store, batch, path, data)
        except AssistantError as error:  # it's open elsewhere, or not there: its answers stay where they are
            failure = str(error).removeprefix(f"{path}: ")
            yield Result(path, 1, f"{failure}; its texts wait for the next fetch", again=False)
            continue
        try:
            for key, own in pieces.items():
                replies = [answers.get(line.id, missing) for line in own]
                failure = draft.offer(key, [one for one in replies if isinstance(one, Reply)])
                failure = (
                    next((one for one in replies if isinstance(one, str)), failure)
                    if failure == _NONE
                    else failure
                )
                batches.settle(own, failure)
                yield Result(path, draft.line(key), failure)
        finally:
            draft.close()


_NONE = "no answer"


class _Draft:
    """A draft as it was when its requests were sent, and its review as it is now."""

    def __init__(self, store: Store, batch: Batch, path: str, data: bytes) -> None:
        """Open both. Raises `StoreBusy` while another session has the draft."""
        options = dict(batch.options)
        sources = tuple(options.pop("sources", ()))
        flags = {"locate": "local", "base_url": batch.server, "model": batch.model, **options}
        sent = open_draft(path, data=data, sources=sources, **flags)
        self._workspace = open_session(sent, store, read_only=True).workspace
        self._batch, self._store = batch, store
        nobody = StandIn(batch.model)
        self._job = prepare_job(self._workspace, Connection(nobody, "", batch.model, batch.server))
        self._session: Session = open_session(open_draft(path, **flags), store)

    def line(self, key: str) -> int:
        """Return the line of a piece."""
        place = place_of(self._workspace, key, None)
        return self._workspace.draft.line((place[1] or place[0].span).start) if place else 1

    def offer(self, key: str, replies: Sequence[Reply]) -> str:
        """Offer the text of some replies to a piece, and return the reason why there is none."""
        piece = self._session.review.piece(key)
        if key not in self._session.missing() and piece is not None and piece.versions:
            return ""  # it has its text: from this batch, when the program was ended, or from elsewhere
        if not replies:
            return _NONE
        if (place := place_of(self._workspace, key, None)) is None:
            return "its place is not found in the draft any more"
        failure, spent = _NONE, Usage()
        model = StandIn(self._batch.model, replies=tuple(replies))
        for event in expand(self._job, [place[0]], model=model, keys={key}):
            if isinstance(event, Expanded):
                self._session.offer(decide.proposal(event), self._workspace.draft.data)
                failure, spent = "", event.usage
            elif isinstance(event, Failed):
                failure, spent = event.message, event.usage
        with suppress(StoreError):  # counted apart, since it cost half
            self._store.add_usage(f"{self._batch.model} (batch)", spent)
        return failure

    def close(self) -> None:
        """Let other sessions have the draft."""
        self._session.close()


def _chat(connection: Connection) -> ChatClient:
    assert isinstance(connection.model, ChatClient)
    return connection.model


def _client(batch: Batch) -> BatchClient:
    """Return a client for the server that a batch is at."""
    settings = gather(Path.cwd(), base_url=batch.server, model=batch.model)
    return BatchClient(_chat(server_connection(settings)))
