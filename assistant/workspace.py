"""Puts the parts together for one draft: its bytes, settings, series, templates and model.

The one place that knows all adapters, so that every front end opens a draft in the same way.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.adapters import files, settings
from assistant.core import edits
from assistant.core.draft import Draft, parse
from assistant.core.types import Gap, Hunk, Usage
from assistant.errors import InputError, ModelUnavailable, SettingsError
from assistant.pipeline import Event, Job, Model, Piece, expand

if TYPE_CHECKING:
    from assistant.core.voice import Exemplar
    from assistant.core.voice.habits import Habit
    from assistant.core.voice.reading import Reading

Say = Callable[[str], None]
"""Takes one line for the user."""

OPENAI_MODEL = "gpt-5-mini"
"""Asked for at OpenAI when the user names no model: the cheapest that writes well."""

_BUILT_IN_CONTEXT = 2048
"""Tokens for the built-in model: it takes in more, but reads 200 to 500 a second and remembers the last."""

_MOST_CONTEXT = 32_000
"""Tokens at most, however wide the window: more of the author's text costs more and helps little."""
_CAUTIOUS_CONTEXT = 8192
"""Tokens taken to fit where a server doesn't say; more is cut silently by some of them."""


@dataclass(frozen=True)
class Workspace:
    """A draft that was opened, with what belongs to it."""

    path: Path
    """Where the draft is, or where standard input says that it would be."""
    name: str
    """The path as the user gave it, for messages and diffs."""
    draft: Draft
    gaps: tuple[Gap, ...]
    settings: settings.Settings
    root: Path
    """The blog's folder."""


@dataclass
class Connection:
    """A model that can be asked, and what is known of it."""

    model: Model
    description: str
    """One line for the user: which model, where, and who chose it."""
    name: str
    base_url: str
    context: int
    thinks: bool
    is_local: bool
    """True when nothing leaves this machine."""
    close: Callable[[], None] = field(default=lambda: None)


def open_draft(
    name: str,
    *,
    data: bytes | None = None,
    base_url: str = "",
    model: str = "",
    jobs: int | None = None,
    max_tokens: int | None = None,
    **flags: Any,
) -> Workspace:
    """Effect: reads a draft and the settings for it, and finds its gaps.

    `data` is what was read from standard input; then `name` only says where the draft's series is. `flags`
    are further fields of the settings. Raises `InputError` and `SettingsError`.
    """
    from assistant.adapters.words import load_words
    from assistant.core.locator import find_gaps

    path = Path(os.path.abspath(name))
    if data is None:
        data = files.read_draft(name)
    else:
        files.check_size(data, name=name)
    try:
        draft = parse(data)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    root = files.blog_root(path)
    chosen = settings.gather(
        root, base_url=base_url, model=model, jobs=jobs, max_tokens=max_tokens, flags=flags
    )
    words = load_words(markers=chosen.markers, ignore=chosen.ignore)
    return Workspace(path, name, draft, find_gaps(draft, words=words), chosen, root)


def reopened(workspace: Workspace, data: bytes) -> Workspace:
    """Effect: reads the words that mark gaps, and returns the workspace with other bytes in its draft.

    Raises `InputError` when they are no draft.
    """
    from assistant.adapters.words import load_words
    from assistant.core.locator import find_gaps

    try:
        draft = parse(data)
    except InputError as error:
        raise InputError(f"{workspace.name}: {error}") from None
    chosen = workspace.settings
    words = load_words(markers=chosen.markers, ignore=chosen.ignore)
    return replace(workspace, draft=draft, gaps=find_gaps(draft, words=words))


def job(workspace: Workspace, *, instruction: str = "", connection: Connection | None = None) -> Job:
    """Effect: reads the sibling posts and returns what the pipeline needs for this draft."""
    from assistant.adapters import tokens
    from assistant.adapters.lexicon import load_lexicons
    from assistant.adapters.lists import load_lists
    from assistant.core.templates import Templates  # Jinja2 costs 30 ms
    from assistant.core.voice import learn

    chosen = workspace.settings
    posts = _siblings(workspace)
    voice = learn(
        workspace.draft,
        workspace.gaps,
        siblings=[(post, gaps) for _, post, gaps in posts],
        spellings=load_lexicons().spellings,
    )
    return Job(
        draft=workspace.draft,
        gaps=workspace.gaps,
        voice=voice,
        templates=Templates(files.template_loader(workspace.root, folder=chosen.prompts)),
        count=tokens.counter(connection.name if connection else chosen.model),
        context=connection.context if connection else _CAUTIOUS_CONTEXT,
        max_tokens=chosen.max_tokens,
        thinks=connection.thinks if connection else True,
        instruction=instruction,
        language=chosen.language,
        series=tuple(post.text((0, len(post.data))) for _, post, _ in posts),
        lists=load_lists(cliches=chosen.cliches, known=chosen.known),
        strict=chosen.strict,
        alternatives=chosen.alternatives,
    )


@dataclass(frozen=True)
class Portrait:
    """What was learnt of the author of a draft, or of the posts in a folder."""

    path: str
    reading: Reading
    habits: Sequence[Habit]
    shown: tuple[Exemplar, ...] = ()
    """The finished pieces that a model is shown for the draft; none for a folder."""


def portrait(name: str) -> Portrait:
    """Effect: reads a draft with its series, or the posts of a folder, and measures the author's habits.

    Raises `InputError` and `SettingsError`.
    """
    from assistant.adapters.lexicon import load_lexicons
    from assistant.adapters.words import load_words
    from assistant.core.locator import find_gaps
    from assistant.core.voice.habits import habits
    from assistant.core.voice.reading import read

    shown: tuple[Exemplar, ...] = ()
    posts: list[tuple[str, Draft, Sequence[Gap]]] = []
    if os.path.isdir(name):
        from assistant.adapters.folders import find_posts

        words = load_words()
        for path in find_posts([name]):
            with contextlib.suppress(InputError):
                posts.append((path, draft := parse(files.read_draft(path)), find_gaps(draft, words=words)))
    else:
        from assistant.core.voice import learn

        opened = open_draft(name)
        posts = [(name, opened.draft, opened.gaps), *_siblings(opened)]
        voice = learn(opened.draft, opened.gaps, siblings=[(d, g) for _, d, g in posts[1:]])
        shown = (*voice.sections, *voice.items)
    reading = read(posts)
    return Portrait(name, reading, habits(reading, lexicons=load_lexicons()), shown)


def _siblings(workspace: Workspace) -> list[tuple[str, Draft, Sequence[Gap]]]:
    """Effect: reads the other posts of the draft's series, with what is unwritten in them."""
    from assistant.adapters import series
    from assistant.adapters.words import load_words
    from assistant.core.locator import find_gaps

    chosen = workspace.settings
    words = load_words(markers=chosen.markers, ignore=chosen.ignore)
    posts = series.siblings(
        workspace.draft,
        path=workspace.path,
        root=workspace.root,
        globs=chosen.series,
        cache=settings.cache_folder(),
    )
    return [(path, post, find_gaps(post, words=words)) for path, post in posts]


def connect(chosen: settings.Settings, *, progress: Callable[[int, int], None]) -> Connection:
    """Effect: chooses the model and makes it ready: flags, environment, settings, this machine, built in.

    `progress` is told bytes done and in all while the built-in model is fetched.
    Raises `ModelUnavailable` and `SettingsError`.
    """
    threading.Thread(target=_import_openai, daemon=True).start()
    if chosen.model == settings.BUILT_IN or chosen.model.endswith(".gguf"):
        return _in_process(chosen, progress)
    if chosen.server_from:
        return _on_server(chosen)
    from assistant.adapters import windows
    from assistant.adapters.client import ChatClient, found_on_this_machine

    found = found_on_this_machine()
    if found:
        url, first = found
        name = chosen.model or first
        return Connection(
            ChatClient(url, "", name, timeout=chosen.timeout),
            f"using {name} at {url} (found on this machine)",
            name,
            url,
            min(windows.ask(url, name) or _CAUTIOUS_CONTEXT, _MOST_CONTEXT),
            True,
            True,
        )
    if chosen.model:
        raise ModelUnavailable(
            f"no server is set for the model {chosen.model}, and none runs on this machine; "
            "give --base-url, or leave the model out to use the built-in one"
        )
    return _in_process(chosen, progress)


def would_use(chosen: settings.Settings) -> tuple[str, str]:
    """Return the model's name and the server's address as far as they are known without asking anybody."""
    from assistant.adapters.client import OPENAI_URL

    if chosen.server_from:
        url = chosen.base_url or OPENAI_URL
        return chosen.model or (OPENAI_MODEL if url.rstrip("/") == OPENAI_URL else "the server's model"), url
    return chosen.model or settings.BUILT_IN, ""


def _on_server(chosen: settings.Settings) -> Connection:
    """Effect: prepares a client for the server that the user set; asks it for a model when none is named."""
    from assistant.adapters.client import OPENAI_URL, ChatClient, list_models

    url = chosen.base_url or OPENAI_URL
    name = chosen.model
    if not name and url.rstrip("/") == OPENAI_URL:
        name = OPENAI_MODEL
    if not name:
        name = next(iter(list_models(url, api_key=chosen.api_key, timeout=5.0)), "")
    if not name:
        raise ModelUnavailable(
            f"{url} does not say which models it has; is the server running? If it is, name one with --model"
        )
    from assistant.adapters import windows
    from assistant.adapters.prices import context_window

    client = ChatClient(url, chosen.api_key, name, timeout=chosen.timeout)
    local = client.host.rpartition(":")[0] in ("127.0.0.1", "localhost", "[::1]")
    window = None if local else context_window(name, base_url=url)
    window = window or windows.ask(url, name, api_key=chosen.api_key)
    context = min(window or _CAUTIOUS_CONTEXT, _MOST_CONTEXT)
    return Connection(
        client, f"using {name} at {url} (from {chosen.server_from})", name, url, context, True, local
    )


def _in_process(chosen: settings.Settings, progress: Callable[[int, int], None]) -> Connection:
    """Effect: starts llama.cpp in a child process, with the built-in model or the user's own file."""
    from assistant.adapters import local_model
    from assistant.adapters.client import ChatClient

    own = chosen.model if chosen.model.endswith(".gguf") else ""
    if own and not os.path.isfile(own):
        raise SettingsError(f"{own}: there is no such model file")
    path = Path(own) if own else local_model.model_file(cache=settings.cache_folder(), report=progress)
    server = local_model.start(path, jobs=chosen.jobs)
    _import_openai()
    server.wait()
    name = path.name if own else settings.BUILT_IN
    client = ChatClient(
        server.base_url, server.api_key, server.model, sampling=local_model.SAMPLING, extra=local_model.EXTRA
    )
    said = (
        f"using {path.name} in this process (from --model or your settings)"
        if own
        else "using the small built-in model, which is for trying the program out; "
        "README.md says how to get a good one"
    )

    def close() -> None:
        client.close()
        server.close()

    context = server.context if own else min(server.context, _BUILT_IN_CONTEXT)
    return Connection(client, said, name, server.base_url, context, bool(own), True, close)


def _import_openai() -> None:
    """Effect: imports openai, which takes a second, beside other work."""
    import openai  # noqa: F401


@dataclass
class Run:
    """A run of a model over gaps of one draft, ready to start."""

    workspace: Workspace
    gaps: Sequence[Gap]
    job: Job
    connection: Connection
    out: str = ""
    """Where the finished draft goes; empty for the draft's own place."""
    spent: Usage = field(default_factory=Usage)
    """What the server has counted so far."""
    is_counted: bool = False
    """True once a session counts what is spent among its proposals."""

    def events(self, gaps: Sequence[Gap] | None = None, **more: Any) -> Iterator[Event]:
        """Effect: asks the model and yields what comes; `more` goes to `pipeline.expand`."""
        wanted = self.gaps if gaps is None else gaps
        jobs = self.workspace.settings.jobs
        found = expand(self.job, wanted, model=self.connection.model, jobs=jobs, **more)
        try:
            for event in found:
                if not isinstance(event, Piece):
                    self.spent = self.spent + event.usage
                yield event
        finally:
            found.close()  # type: ignore[attr-defined]

    def price(self, asked: int, answered: int, cached: int = 0) -> Decimal | None:
        """Return what tokens cost at this connection's model, in US dollars; None when nobody knows."""
        from assistant.adapters import prices

        connection = self.connection
        return prices.estimate(
            connection.name,
            base_url=connection.base_url,
            prompt_tokens=asked,
            answer_tokens=answered,
            cached_tokens=cached,
        )

    def write(self, hunks: Sequence[Hunk]) -> tuple[tuple[Hunk, ...], tuple[edits.Conflict, ...]]:
        """Effect: writes accepted hunks; see `write_accepted`."""
        return write_accepted(self.workspace, hunks, out=self.out)


def write_accepted(
    workspace: Workspace, hunks: Sequence[Hunk], *, out: str = ""
) -> tuple[tuple[Hunk, ...], tuple[edits.Conflict, ...]]:
    """Effect: writes the draft with the accepted hunks in it, and returns those written and those kept out.

    If the file changed since it was read, hunks whose place is untouched are moved there and the others
    kept out. With `out`, the result of the draft as read goes there instead. Raises `WriteError`.
    """
    if out:
        files.write_draft(out, edits.apply(workspace.draft.data, hunks))
        return tuple(hunks), ()
    if not hunks:
        return (), ()
    while True:
        try:
            current = files.read_draft(workspace.path)
        except InputError:
            return (), tuple(edits.Conflict(hunk, edits.Reason.FILE_GONE) for hunk in hunks)
        placed, conflicts = edits.place(workspace.draft.data, current, hunks)
        if not placed or files.write_draft(workspace.path, edits.apply(current, placed), over=current):
            return placed, conflicts


def price(chosen: settings.Settings, *, asked: int, answered: int) -> str:
    """Return in words what requests of `asked` tokens with answers of `answered` tokens cost."""
    name, url = would_use(chosen)
    if name == settings.BUILT_IN or name.endswith(".gguf"):
        return "free, on this machine"
    from assistant.adapters import prices

    cost = prices.estimate(name, base_url=url, prompt_tokens=asked, answer_tokens=answered)
    return "price unknown" if cost is None else f"about ${cost:.4f}, less what the server has cached"
