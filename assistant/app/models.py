"""Chooses the model that is asked and makes it ready, wherever it runs."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.adapters.local_model import catalogue
from assistant.adapters.local_model.catalogue import LocalModelEntry
from assistant.adapters.settings import BUILT_IN, Settings, cache_folder
from assistant.adapters.shutdown import ShutdownNotice
from assistant.app import cost
from assistant.core.model import Model
from assistant.core.text.display import one_line
from assistant.core.types import Capabilities, Reply, Request, Usage
from assistant.errors import ModelError, ModelUnavailable, SettingsError, StoreError, UsageError

if TYPE_CHECKING:
    from assistant.adapters.server_info import ServerInfo
    from assistant.adapters.store import Store

CAUTIOUS_CONTEXT = 8192
"""Tokens taken to fit where a server doesn't say; more is cut silently by some of them."""
_MAX_CONTEXT = 32_000
"""Tokens at most, however wide the window: more of the author's text costs more and helps little."""
_ASKING_BYTES = 2_000_000_000
"""Size of a file from which on a model asks where it should; with 1.1 GB whole texts became questions."""
_OPENAI_CACHE_TOKENS = 1024
"""The shortest prefix that OpenAI keeps in its cache."""
_FLEX_SECONDS = 900.0
"""How long OpenAI's cheaper service may take to begin."""
_THINKING_TOKENS = {"minimal": 100, "low": 400, "medium": 1500, "high": 5000, "xhigh": 10_000}
"""What a reasoning effort may add to a reply of some paragraphs, roughly; it is for estimates alone."""


@dataclass
class Connection:
    """A model that can be asked, and what is known of it."""

    model: Model
    description: str
    """One line for the user: which model, where, and who chose it."""
    name: str
    """The model's name as the user knows it."""
    base_url: str = ""
    """The server's address, or what tells one local file from another."""
    replies: Store | None = None
    """Where replies are kept; None to ask the model every time."""
    close_model: Callable[[], None] = field(default=lambda: None)
    notice: Callable[[], str] = field(default=lambda: "")
    """Returns a line on the server or the model that the user should see now; empty where there is none."""

    @property
    def summary(self) -> str:
        """The description, and the notice where there is one."""
        return "; ".join(filter(None, (self.description, self.notice())))

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

    def price(self, usage: Usage) -> Decimal | None:
        """Return what tokens cost at this model's server, in US dollars; None when nobody knows."""
        if self.local or usage == Usage():
            return Decimal(0)
        from assistant.adapters import prices

        return prices.estimate(self.name, base_url=self.base_url, usage=usage)

    def before(self, requests: int, usage: Usage) -> str:
        """Return one line on what is about to be sent, and what it costs."""
        return cost.before(requests, usage, self.price(usage), local=self.local)

    def after(self, usage: Usage) -> str:
        """Return one line on what was sent, and what it has cost."""
        return cost.after(usage, self.price(usage), local=self.local)

    def close(self) -> None:
        """End the model if we started its process, and close the cache."""
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

    `progress` is called with the bytes fetched and their total while a local model is fetched. With `cached`,
    requests that were answered before are answered from the store, if it can be opened.
    Raises `ModelUnavailable` and `SettingsError`.
    """
    # The import takes a second, during which other work continues.
    threading.Thread(target=import_module, args=("openai",), daemon=True).start()
    connection = _connect(settings, progress)
    if cached:
        from assistant.adapters.store import open_store

        with suppress(StoreError):
            connection.replies = open_store()
    return connection


def _connect(settings: Settings, progress: Callable[[int, int], None]) -> Connection:
    match _found(settings):
        case Path() as path:
            return _file(path, settings)
        case LocalModelEntry() as entry:
            return _local(settings, entry, progress)
        case Settings() as server:
            return _server(server)
    if settings.model:
        raise ModelUnavailable(
            f"no server is set for the model {settings.model}, none runs on this machine, and it is none of "
            "the local models (see: assistant models); give --base-url, or leave the model out"
        )
    return _default(settings, progress)


def _chosen(settings: Settings) -> Path | LocalModelEntry | Settings | None:
    """Return the file or the local model that the settings name, or else the settings with a server in them.

    None where they name nothing that is known before anybody is asked.
    """
    if settings.model.endswith(".gguf"):
        return Path(settings.model)
    if entry := local_model(settings):
        return entry
    server = _with_server(settings)
    return server if server.server_from else None


def _found(settings: Settings) -> Path | LocalModelEntry | Settings | None:
    """Return what `_chosen` does, or else the settings with a server that runs on this machine."""
    from assistant.adapters.server_info import find_local_server

    if (chosen := _chosen(settings)) is None and (found := find_local_server()):
        url, first = found
        name = settings.model or first
        return replace(settings, base_url=url, model=name, server_from="this machine")
    return chosen


def choose_server(*, base_url: str, key: str, model: str) -> str:
    """Save a server, its key and its model in the settings; return a line that says where the key is kept.

    That is the system's keychain, or else the user's settings file, which only the user can read. Without a
    key, one that is kept already stays. Raises `SettingsError`.
    """
    from assistant.adapters import keychain
    from assistant.adapters.settings import check_address, set_in_user_file

    check_address(base_url)
    host = urlsplit(base_url).hostname or ""
    in_keychain = bool(key) and keychain.keep(host, key)
    set_in_user_file("base_url", base_url)
    set_in_user_file("model", model)
    if not key:
        return f"{host} is chosen."
    path = set_in_user_file("api_key", "" if in_keychain else key)
    return f"{host} is chosen; its key is in {'your keychain' if in_keychain else path}."


def choose_local(name: str) -> Path:
    """Save a local model in the user's settings, in place of a server that they name; return that file.

    Raises `UsageError` and `SettingsError`.
    """
    from assistant.adapters.settings import gather, set_in_user_file

    path = set_in_user_file("model", local_entry(name).name)
    if gather(path.parent).base_url:
        set_in_user_file("base_url", "")
    return path


def local_entry(name: str) -> LocalModelEntry:
    """Return the local model of that name. Raises `UsageError`."""
    entry = catalogue.find(name)
    if entry is None:
        names = ", ".join(entry.name for entry in catalogue.local_models())
        raise UsageError(
            f"there is no local model {one_line(name)}; there are {names}, and hf:OWNER/REPO:QUANT"
        )
    return entry


def expected_connection(settings: Settings) -> Connection:
    """Return the connection that `connect` would make, as far as no server elsewhere need be asked.

    It can say what would be sent and what that costs, and it answers nothing but what is stored.
    """
    match _found(settings):
        case Path() as path:
            able = Capabilities(CAUTIOUS_CONTEXT, local=True)
            return Connection(_nobody(path, able), "", path.name, _address(path))
        case Settings() as server:
            able, info = _server_capabilities(server, ask=False)
            name = server.model or next(iter(info.models), "")
            nobody = StandIn(name, able, sampling=_sampling(server))
            return Connection(nobody, "", name or "the server's model", server.base_url)
        case chosen:
            entry = chosen or catalogue.local_models()[0]
            nobody = _nobody(cache_folder() / "models" / entry.file, _local_capabilities(entry))
            return Connection(replace(nobody, sampling=entry.sampling), "", entry.name, entry.sha256)


def _nobody(path: Path, able: Capabilities) -> StandIn:
    """Return what stands in for the local model in a file that is not loaded."""
    from assistant.adapters.local_model.model import SAMPLING, known_prefix_tokens

    prefix = able.prefix_tokens or known_prefix_tokens(path, _prefix_folder(path))
    return StandIn(path.stem, replace(able, prefix_tokens=min(prefix, able.context)), sampling=SAMPLING)


@dataclass
class StandIn:
    """Stands in for a model that is not asked: it gives replies that have come already, and no others."""

    name: str
    capabilities: Capabilities = field(default_factory=Capabilities)
    replies: tuple[Reply, ...] = ()
    sampling: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Return the replies, once. Raises `ModelError` where there are none."""
        replies, self.replies = self.replies, ()
        if not replies:
            raise ModelError
        return replies


def _with_server(settings: Settings) -> Settings:
    """Return the settings with the server's address, key and model, as far as they are known.

    That is OpenAI where no address is set; a key that isn't set may be in the system keychain.
    """
    from assistant.adapters.keychain import key_for
    from assistant.adapters.openai_client import OPENAI_URL
    from assistant.adapters.server_info import is_loopback

    url = settings.base_url or OPENAI_URL
    key = settings.api_key or ("" if is_loopback(url) else key_for(urlsplit(url).hostname or ""))
    return replace(
        settings,
        base_url=url,
        api_key=key,
        key_from=settings.key_from if settings.api_key else "the keychain",
        server_from=settings.server_from or ("your keychain" if key else ""),
        model=settings.model or (catalogue.hosted_model() if _is_openai(url) else ""),
    )


def server_connection(settings: Settings, *, to_file: bool = False) -> Connection:
    """Prepare a client for the server that the settings name, and for no other model.

    With `to_file`, requests will be written to a file, and nobody is asked; without a server, they are for
    vLLM. Raises `SettingsError` where no server is set, or no model for a file.
    """
    server = _with_server(settings)
    if to_file and not server.server_from:
        server = replace(
            server, base_url="http://localhost:8000/v1", model=settings.model, server_from="--file"
        )
    elif not isinstance(_chosen(settings), Settings):
        raise SettingsError(
            "a batch needs a server: set OPENAI_API_KEY, or OPENAI_BASE_URL and ASSISTANT_MODEL"
        )
    if to_file and not server.model:
        raise SettingsError("--file needs --model: the name of the model that will answer")
    return _server(server, ask=not to_file)


def _server(settings: Settings, *, ask: bool = True) -> Connection:
    """Prepare a client for a server; where no model is named, its first is taken."""
    from assistant.adapters.openai_client import ChatClient

    if not re.fullmatch(r"[!-~]*", key := settings.api_key):
        is_broken = len(key.splitlines()) > 1
        what = (
            "a line break within it" if is_broken else "a blank, a quotation mark or a letter that no key has"
        )
        raise ModelUnavailable(f"the API key ({settings.key_from}) holds {what}; set it again, on one line")
    for header, value in settings.headers.items():
        if not (re.fullmatch(r"[!#$%&'*+.^_`|~\w-]+", header, re.ASCII) and re.fullmatch(r"[ -~\t]*", value)):
            raise SettingsError(
                f"the header {header!r} in `headers` can't be sent: use ASCII letters, no blank in its name "
                "and no line break in its value"
            )
    capabilities, info = _server_capabilities(settings, ask=ask)
    url, name = settings.base_url, settings.model or next(iter(info.models), "")
    if not name:
        raise ModelUnavailable(f"{url} doesn't list its models; check that it runs, or name one with --model")
    flex = settings.service_tier == "flex"
    client = ChatClient(
        url,
        settings.api_key,
        name,
        capabilities,
        _sampling(settings),
        timeout=max(settings.timeout, _FLEX_SECONDS) if flex else settings.timeout,
        headers=settings.headers,
        streams=settings.stream,
        is_openai=_is_openai(url),
        engine=info.engine,
        refusals=cache_folder() / "refused.json",
    )
    if capabilities.local:
        description = f"using {name} at {url} ({info.engine}, from {settings.server_from})"
    else:
        description = f"using {name}; text goes to the server at {url} (from {settings.server_from})"
    shutdown = ShutdownNotice(client, cache_folder(), info.shutdown)
    notice = lambda: client.notice or shutdown.line()  # noqa: E731
    return Connection(client, description, name, url, close_model=client.close, notice=notice)


def _sampling(settings: Settings) -> dict[str, Any]:
    """Return the fields of a server's request that decide how words are picked, and the user's own.

    Where nothing else is set, OpenAI's models think little: a paragraph needs no more. They take a
    temperature only when they don't think.
    """
    thinks = _is_openai(settings.base_url) and catalogue.thinks(settings.model)
    effort = settings.reasoning_effort or ("low" if thinks else "")
    fields = {
        "temperature": None if thinks and effort != "none" else 0.7,
        "reasoning_effort": effort,
        "verbosity": settings.verbosity or ("low" if thinks else ""),
        "service_tier": settings.service_tier,
    }
    return {field: value for field, value in fields.items() if value} | settings.body


def _is_openai(url: str) -> bool:
    return f".{urlsplit(url).hostname}".endswith(".api.openai.com")  # eu.api.openai.com as well


def _server_capabilities(settings: Settings, *, ask: bool = True) -> tuple[Capabilities, ServerInfo]:
    """Return what is known of a server's model; without `ask`, only a server on this machine is asked."""
    from assistant.adapters import prices
    from assistant.adapters.server_info import ServerInfo, describe, is_loopback

    url, name = settings.base_url, settings.model
    window = prices.context_window(name, base_url=url)
    info = ServerInfo()
    if is_loopback(url) or (ask and not window):
        info = describe(url, name, api_key=settings.api_key)
    local = is_loopback(url) and bool(info.engine)
    return Capabilities(
        min(info.context or window or CAUTIOUS_CONTEXT, _MAX_CONTEXT),
        thinking_tokens=_THINKING_TOKENS.get(_sampling(settings).get("reasoning_effort", ""), 0),
        warm_tokens=0 if local else _OPENAI_CACHE_TOKENS if _is_openai(url) else None,
        local=local,
    ), info


def local_model(settings: Settings) -> LocalModelEntry | None:
    """Return the local model that the settings name, or None.

    A server that the user named by its address may have a model of the same name, so it goes first.
    Raises `ModelUnavailable` for an `hf:` name of another form.
    """
    if settings.model == BUILT_IN:
        return catalogue.local_models()[0]
    return None if settings.base_url else catalogue.find(settings.model)


def check_file(settings: Settings) -> None:
    """Raise `ModelUnavailable` where the model is a file of the user's that can't be one."""
    from assistant.adapters.local_model.process import check_file

    if settings.model.endswith(".gguf"):
        check_file(Path(settings.model))


def model_to_fetch(settings: Settings) -> LocalModelEntry | None:
    """Return the model that `connect` would have to fetch first, or None where nothing is to be fetched.

    Raises `ModelUnavailable` for an `hf:` name of another form.
    """
    from assistant.adapters.local_model.download import is_here
    from assistant.adapters.server_info import find_local_server

    chosen = _chosen(settings)
    entry = catalogue.local_models()[0] if chosen is None and not settings.model else chosen
    if not isinstance(entry, LocalModelEntry) or is_here(entry, cache=cache_folder()):
        return None
    return None if chosen is None and find_local_server() else entry


def _default(settings: Settings, progress: Callable[[int, int], None]) -> Connection:
    """Start the default local model; where it can't be fetched, the one that is small enough to be had."""
    default = catalogue.local_models()[0]
    try:
        return _local(settings, default, progress)
    except ModelUnavailable as error:
        fallback = catalogue.last_resort()
        try:
            connection = _local(settings, fallback, progress)
        except ModelUnavailable:
            raise error from None
        connection.description = f"{error}; {connection.description}, whose texts make little sense"
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

    is_small = not path.is_file() or path.stat().st_size <= EXACT_BYTES
    return None if is_small else cache_folder() / "prefixes"


def _local_capabilities(entry: LocalModelEntry) -> Capabilities:
    asks = entry.size >= _ASKING_BYTES
    return Capabilities(entry.context, entry.prefix, thinks=entry.thinks, local=True, asks=asks)


def _file(path: Path, settings: Settings) -> Connection:
    """Start the user's own GGUF file; wait until it is loaded, as only then its context is known."""
    from assistant.adapters.local_model.model import LocalModel

    capabilities = Capabilities(context=0, local=True)
    model = LocalModel(
        path, jobs=settings.jobs, capabilities=capabilities, prefix_folder=_prefix_folder(path)
    )
    _ = model.capabilities.context
    description = f"using {path.name} in this process (from --model or your settings)"
    return Connection(model, description, path.name, _address(path), close_model=model.close)


def _address(path: Path) -> str:
    """Return what tells a model's file from another by the same name, and from itself once it is replaced."""
    try:
        state = path.stat()
    except OSError:  # told where the file is needed
        return ""
    return f"{path.absolute().as_uri()}#{state.st_size}-{state.st_mtime_ns}"
