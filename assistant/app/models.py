"""Chooses the model that is asked and makes it ready, wherever it runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.adapters import settings
from assistant.app.job import Model
from assistant.core.types import Reply
from assistant.errors import ModelUnavailable, SettingsError

if TYPE_CHECKING:
    from assistant.adapters.openai_client import ChatClient

OPENAI_MODEL = "gpt-5-mini"
"""Asked for at OpenAI when the user names no model: the cheapest that writes well."""

_BUILT_IN_CONTEXT = 2048
"""Tokens for the built-in model, prompt and answer together: it takes in more and makes no use of it."""
_BUILT_IN_SHARED = 390
"""Tokens that all gaps' prompts share: it reads some 250 a second, and an author waits for its first word."""

_MOST_CONTEXT = 32_000
"""Tokens at most, however wide the window: more of the author's text costs more and helps little."""
CAUTIOUS_CONTEXT = 8192
"""Tokens taken to fit where a server doesn't say; more is cut silently by some of them."""


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
    shared: int = 0
    """Most tokens of what the prompts of a draft share; 0 for what the context has room for."""
    leans: bool = False
    """True for the model whose own small words are known, so that an author's can be weighed against them."""
    close: Callable[[], None] = field(default=lambda: None)


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
    from assistant.adapters import context_window
    from assistant.adapters.openai_client import ChatClient, found_on_this_machine

    found = found_on_this_machine()
    if found:
        url, first = found
        name = chosen.model or first
        return Connection(
            ChatClient(url, "", name, timeout=chosen.timeout),
            f"using {name} at {url} (found on this machine)",
            name,
            url,
            min(context_window.ask(url, name) or CAUTIOUS_CONTEXT, _MOST_CONTEXT),
            True,
            True,
        )
    if chosen.model:
        raise ModelUnavailable(
            f"no server is set for the model {chosen.model}, and none runs on this machine; "
            "give --base-url, or leave the model out to use the built-in one"
        )
    return _in_process(chosen, progress)


def foreseen(chosen: settings.Settings) -> Connection:
    """Return the connection that `connect` would make, as far as it is known without asking anybody.

    It can be told what would be sent and what that costs, and it answers nothing.
    """
    from assistant.adapters.openai_client import OPENAI_URL, ChatClient

    if chosen.model.endswith(".gguf"):
        name = os.path.basename(chosen.model)
        return Connection(_Nobody(), "", name, "", CAUTIOUS_CONTEXT, True, True)
    if chosen.model == settings.BUILT_IN or not chosen.server_from:
        return _built_in(_Nobody(), "")
    url = chosen.base_url or OPENAI_URL
    name = chosen.model or (OPENAI_MODEL if url.rstrip("/") == OPENAI_URL else "the server's model")
    from assistant.adapters.prices import context_window

    local = _is_local(ChatClient(url, "", name))
    window = None if local else context_window(name, base_url=url)
    context = min(window or CAUTIOUS_CONTEXT, _MOST_CONTEXT)
    return Connection(_Nobody(), "", name, url, context, True, local)


class _Nobody:
    """Stands in for a model where nobody is asked."""

    model = ""

    def complete(self, *_: Any, **__: Any) -> Reply:
        raise AssertionError("nothing was to be asked")


def _on_server(chosen: settings.Settings) -> Connection:
    """Effect: prepares a client for the server that the user set; asks it for a model when none is named."""
    from assistant.adapters.openai_client import OPENAI_URL, ChatClient, list_models

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
    from assistant.adapters import context_window, prices

    client = ChatClient(url, chosen.api_key, name, timeout=chosen.timeout)
    local = _is_local(client)
    window = None if local else prices.context_window(name, base_url=url)
    window = window or context_window.ask(url, name, api_key=chosen.api_key)
    context = min(window or CAUTIOUS_CONTEXT, _MOST_CONTEXT)
    return Connection(
        client, f"using {name} at {url} (from {chosen.server_from})", name, url, context, True, local
    )


def _in_process(chosen: settings.Settings, progress: Callable[[int, int], None]) -> Connection:
    """Effect: starts llama.cpp in a child process, with the built-in model or the user's own file."""
    from assistant.adapters import local_model
    from assistant.adapters.local_model.process import InProcess

    own = chosen.model if chosen.model.endswith(".gguf") else ""
    if own and not os.path.isfile(own):
        raise SettingsError(f"{own}: there is no such model file")
    path = Path(own) if own else local_model.model_file(cache=settings.cache_folder(), report=progress)
    model = InProcess(path, jobs=chosen.jobs, context=0 if own else _BUILT_IN_CONTEXT)
    if own:
        said = f"using {path.name} in this process (from --model or your settings)"
        # Its address tells one file from another by the same name: answers are kept by it.
        state = path.stat()
        address = f"{path.absolute().as_uri()}#{state.st_size}-{state.st_mtime_ns}"
        return Connection(model, said, path.name, address, model.context, True, True, close=model.close)
    said = (
        "using the small built-in model, which is for trying the program out; "
        "README.md says how to get a good one"
    )
    return replace(_built_in(model, said), close=model.close)


def _built_in(model: Model, said: str) -> Connection:
    """Return what is known of the built-in model, whether or not it runs."""
    return Connection(
        model,
        said,
        settings.BUILT_IN,
        "",
        _BUILT_IN_CONTEXT,
        thinks=False,
        is_local=True,
        shared=_BUILT_IN_SHARED,
        leans=True,
    )


def _is_local(client: ChatClient) -> bool:
    return client.host.rpartition(":")[0] in ("127.0.0.1", "localhost", "[::1]")


def _import_openai() -> None:
    """Effect: imports openai, which takes a second, beside other work."""
    import openai  # noqa: F401
