"""Chooses the model that is asked and makes it ready, wherever it runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.adapters.local_model import catalogue
from assistant.adapters.local_model.catalogue import LocalModelEntry
from assistant.adapters.settings import BUILT_IN, Settings, cache_folder
from assistant.core.model import Model
from assistant.core.types import Capabilities, Reply, Request, Usage
from assistant.errors import ModelUnavailable, SettingsError, StoreError

if TYPE_CHECKING:
    from assistant.adapters.store import Store

CAUTIOUS_CONTEXT = 8192
"""Tokens taken to fit where a server doesn't say; more is cut silently by some of them."""
_MOST_CONTEXT = 32_000
"""Tokens at most, however wide the window: more of the author's text costs more and helps little."""


@dataclass
class Connection:
    """A model that can be asked, and what is known of it."""

    model: Model
    description: str
    """One line for the user: which model, where, and who chose it."""
    name: str
    """The model's name as the user knows it."""
    base_url: str = ""
    """The server's address, or what tells one local file from another; empty for the built-in model."""
    replies: Store | None = None
    """Where replies are kept; None to ask the model every time."""
    close_model: Callable[[], None] = field(default=lambda: None)

    @property
    def local(self) -> bool:
        """True when nothing leaves this machine."""
        return self.model.capabilities.local

    def for_draft(self, path: Path, *, fresh: bool = False) -> Model:
        """Return the model with the cache of replies in front; `fresh` asks the model in any case."""
        from assistant.adapters.reply_cache import CachedModel

        if self.replies is None:
            return self.model
        return CachedModel(self.model, self.replies, path=str(path), server=self.base_url, fresh=fresh)

    def count(self, usage: Usage) -> None:
        """Add to the month's tokens of this model, as far as that can be stored."""
        if self.replies is not None:
            with suppress(StoreError):
                self.replies.add_usage(self.name, usage)

    def close(self) -> None:
        """End the model where it runs in a process of ours, and close the cache."""
        self.close_model()
        if self.replies is not None:
            self.replies.close()


def connect(
    settings: Settings,
    *,
    progress: Callable[[int, int], None] = lambda done, whole: None,
    cached: bool = True,
) -> Connection:
    """Choose the model and make it ready: flags, environment, settings, this machine, built in.

    `progress` is told bytes done and in all while a local model is fetched. With `cached`, requests
    that were answered before are answered from the store; a store that can't be opened is done without.
    Raises `ModelUnavailable` and `SettingsError`.
    """
    threading.Thread(target=_import_openai, daemon=True).start()
    connection = _connect(settings, progress)
    if cached:
        from assistant.adapters.store import open_store

        with suppress(StoreError):
            connection.replies = open_store()
    return connection


def _connect(settings: Settings, progress: Callable[[int, int], None]) -> Connection:
    if settings.model.endswith(".gguf"):
        return _file(settings)
    if entry := local_model(settings):
        return _local(settings, entry, progress)
    if settings.server_from:
        return _server(settings)
    from assistant.adapters.model_servers import find_local_server

    if server := find_local_server():
        address, first_model = server
        name = settings.model or first_model
        return _client(settings, address, name, api_key="", chosen_by="found on this machine")
    if settings.model:
        raise ModelUnavailable(
            f"no server is set for the model {settings.model}, none runs on this machine, and it is none of "
            "the local models (see: assistant models); give --base-url, or leave the model out"
        )
    return _default(settings, progress)


def expected_connection(settings: Settings) -> Connection:
    """Return the connection that `connect` would make, as far as it is known without asking anybody.

    It can say what would be sent and what that costs, and it answers nothing.
    """
    if settings.model.endswith(".gguf"):
        file = _Nobody(Capabilities(CAUTIOUS_CONTEXT, local=True))
        return Connection(file, "", os.path.basename(settings.model))
    entry = local_model(settings)
    if entry is None and not settings.server_from:
        entry = catalogue.local_models()[0]
    if entry is not None:
        return Connection(_Nobody(_local_capabilities(entry)), "", entry.name)
    url, name = _address_and_name(settings)
    name = name or "the server's model"
    return Connection(_Nobody(_server_capabilities(url, name, api_key="", ask=False)), "", name, url)


@dataclass(frozen=True)
class _Nobody:
    """Stands in for a model where nobody is asked."""

    capabilities: Capabilities
    name: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, request: Request) -> tuple[Reply, ...]:
        raise AssertionError("nothing was to be asked")


def _address_and_name(settings: Settings) -> tuple[str, str]:
    """Return the address of the user's server and the model's name; empty where the server chooses it."""
    from assistant.adapters.openai_client import OPENAI_URL

    url = settings.base_url or OPENAI_URL
    default = catalogue.hosted_model() if url.rstrip("/") == OPENAI_URL else ""
    return url, settings.model or default


def _server(settings: Settings) -> Connection:
    """Prepare a client for the server that the user set; ask it for a model when none is named."""
    from assistant.adapters.model_servers import list_models

    url, name = _address_and_name(settings)
    name = name or next(iter(list_models(url, api_key=settings.api_key, timeout=5.0)), "")
    if not name:
        raise ModelUnavailable(f"{url} doesn't list its models; check that it runs, or name one with --model")
    return _client(settings, url, name, settings.api_key, chosen_by=f"from {settings.server_from}")


def _client(settings: Settings, url: str, name: str, api_key: str, *, chosen_by: str) -> Connection:
    from assistant.adapters.openai_client import ChatClient

    capabilities = _server_capabilities(url, name, api_key=api_key)
    client = ChatClient(url, api_key, name, capabilities, timeout=settings.timeout)
    return Connection(client, f"using {name} at {url} ({chosen_by})", name, url, close_model=client.close)


def _server_capabilities(url: str, name: str, *, api_key: str, ask: bool = True) -> Capabilities:
    """Return what is known of a server's model; with `ask`, the server is asked for its context window."""
    from assistant.adapters import context_window, prices

    local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    window = None if local else prices.context_window(name, base_url=url)
    if ask and not window:
        window = context_window.context_tokens(url, name, api_key=api_key)
    return Capabilities(min(window or CAUTIOUS_CONTEXT, _MOST_CONTEXT), local=local)


def local_model(settings: Settings) -> LocalModelEntry | None:
    """Return the local model that the settings name, or None.

    A server that the user named by its address may have a model of the same name, so it goes first.
    Raises `ModelUnavailable` for an `hf:` name of another form.
    """
    if settings.model == BUILT_IN:
        return catalogue.local_models()[0]
    return None if settings.base_url else catalogue.find(settings.model)


def model_to_fetch(settings: Settings) -> LocalModelEntry | None:
    """Return the model that `connect` would have to fetch first, or None where nothing is to be fetched.

    Raises `ModelUnavailable` for an `hf:` name of another form.
    """
    from assistant.adapters.local_model.download import is_here
    from assistant.adapters.model_servers import find_local_server

    entry = local_model(settings)
    if entry is None:
        if settings.model or settings.server_from:
            return None
        entry = catalogue.local_models()[0]
        if is_here(entry, cache=cache_folder()) or find_local_server():
            return None
    return None if is_here(entry, cache=cache_folder()) else entry


def _default(settings: Settings, progress: Callable[[int, int], None]) -> Connection:
    """Start the default local model; where it can't be fetched, the one that is small enough to be had."""
    default = catalogue.local_models()[0]
    try:
        return _local(settings, default, progress)
    except ModelUnavailable as error:
        fallback = catalogue.find(catalogue.LAST_RESORT)
        assert fallback is not None
        try:
            connection = _local(settings, fallback, progress)
        except ModelUnavailable:
            raise error from None
        connection.description = f"{error}; {connection.description}, which writes little sense"
        return connection


def _local(settings: Settings, entry: LocalModelEntry, progress: Callable[[int, int], None]) -> Connection:
    """Start a local model, fetched the first time."""
    from assistant.adapters.local_model.download import model_file
    from assistant.adapters.local_model.model import LocalModel

    path = model_file(entry, cache=cache_folder(), report=progress)
    capabilities = _local_capabilities(entry)
    model = LocalModel(
        path,
        jobs=settings.jobs,
        capabilities=capabilities,
        sampling=entry.sampling,
        prefix_folder=_prefix_folder(path),
    )
    description = f"using {entry.name} on this machine"
    return Connection(model, description, entry.name, entry.sha256, close_model=model.close)


def _prefix_folder(path: Path) -> Path | None:
    """Return where a model's computed prefixes are kept; a small model reads faster than that is worth."""
    from assistant.adapters.local_model.process import EXACT_BYTES

    return cache_folder() / "prefixes" if path.stat().st_size > EXACT_BYTES else None


def _local_capabilities(entry: LocalModelEntry) -> Capabilities:
    return Capabilities(entry.context, entry.prefix, thinks=entry.thinks, local=True)


def _file(settings: Settings) -> Connection:
    """Start the user's own GGUF file; wait until it is loaded, as only then its context is known."""
    from assistant.adapters.local_model.model import LocalModel

    path = Path(settings.model)
    if not path.is_file():
        raise SettingsError(f"{path}: no such model file")
    capabilities = Capabilities(context=0, local=True)
    model = LocalModel(
        path, jobs=settings.jobs, capabilities=capabilities, prefix_folder=_prefix_folder(path)
    )
    _ = model.capabilities.context
    state = path.stat()
    # Tells this file from another by the same name, and from itself before it was replaced.
    address = f"{path.absolute().as_uri()}#{state.st_size}-{state.st_mtime_ns}"
    description = f"using {path.name} in this process (from --model or your settings)"
    return Connection(model, description, path.name, address, close_model=model.close)


def _import_openai() -> None:
    """Import openai, which takes a second, while other work goes on."""
    import openai  # noqa: F401
