"""Gathers settings from flags, the environment, the user's own file and the blog's file.

A blog's `.assistant.toml` may choose prompts, series and markers. It travels with a repository, which
anybody may have written, so it must not name a server, a key or a command: those come from flags, the
environment and the user's own settings alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.adapters.files import cause, read_text, write_atomically
from assistant.errors import SettingsError

BLOG_FILE = ".assistant.toml"
BUILT_IN = "built-in"
"""The name that chooses the default local model even where a server could be found."""

_BLOG_KEYS = ("prompts", "series", "markers", "ignore", "language", "cliches")
_FLAGS_ONLY = (
    *("key_from", "server_from", "alternatives", "sources", "fresh"),
    *("instruction", "keep_unsupported", "mark", "warnings"),
)
_KINDS: dict[object, tuple[type, str]] = {
    "tuple[str, ...]": (list, "list of texts"),
    "str": (str, "text"),
    "int": (int, "whole number"),
    "float": (float, "number"),
    "float | None": (float, "number"),
    "bool": (bool, "true or false"),
    "dict[str, str]": (dict, "table of texts"),
    "dict[str, Any]": (dict, "table"),
}
"""By the type of a setting: what it is in TOML, and in words."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, after flags, environment and files were put over one another."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    key_from: str = ""
    """Where the key was set, in words."""
    model: str = ""
    """A server's name for a model, the path of a GGUF file, or `built-in`."""
    server_from: str = ""
    """Where the server was set: `flags`, `environment`, `your settings`; empty when it was not."""
    reasoning_effort: str = ""
    """How long a model thinks, such as `low`; empty leaves it to the program."""
    verbosity: str = ""
    """How much a model writes, such as `low`; empty leaves it to the program."""
    service_tier: str = ""
    """`flex` for OpenAI's cheaper and slower service; empty for the usual one."""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    """Headers for the server, such as one that a gateway asks for; in the user's own file only."""
    body: dict[str, Any] = field(default_factory=dict)
    """Fields for the body of each request, over the program's own; in the user's own file only."""
    stream: bool = True
    """False to ask for answers in one piece."""
    jobs: int = 4
    """Requests at the same time."""
    max_tokens: int = 0
    """Most tokens of one answer; 0 lets the length wanted decide."""
    prompts: str = "prompts"
    """The blog's folder of prompt templates."""
    series: tuple[str, ...] = ()
    """Globs, from the blog's folder, that name the posts of a series."""
    markers: tuple[str, ...] = ()
    """Further words that mark a gap."""
    ignore: tuple[str, ...] = ()
    """Words or globs that are never taken for a gap."""
    language: str = ""
    """The language that prompts name; empty leaves it to the draft."""
    cliches: tuple[str, ...] = ()
    """Further phrases to warn of."""
    known: tuple[str, ...] = ()
    """Names that may be mentioned without a warning; the blog's file can't set them."""
    learn: bool = True
    """False to leave the author's decisions out of prompts; the blog's file can't set it."""
    strict: bool = False
    """True when an expansion with a warning is not offered."""
    verify: bool = False
    """True when the model is asked of each text which sentences nothing supports; it costs a request more."""
    max_cost: float | None = None
    """Most US dollars that a run may be expected to cost."""
    timeout: float = 120.0
    """Seconds without any part of an answer after which a request is given up."""
    locate: str = "auto"
    """Who finds gaps: `local`, the program alone; `model`, the model as well; `auto`, where it is able to."""
    alternatives: int = 1
    """Texts for each gap to choose from."""
    sources: tuple[str, ...] = ()
    """Paths and globs of files that the author gives as material, from the present folder."""
    fresh: bool = False
    """True when kept answers are not used."""
    instruction: str = ""
    """What the author also asks for, in every gap."""
    keep_unsupported: bool = False
    """True when texts that are accepted without asking keep the sentences that nothing supports."""
    mark: bool = False
    """True when a written draft ends in a note of which words came from a model."""
    warnings: tuple[str, ...] = ()
    """One line for each key that the blog's file has no right to set."""


_TYPES = {entry.name: entry.type for entry in fields(Settings) if entry.name not in _FLAGS_ONLY}


def user_file() -> Path:
    """Return the path of the user's own settings file."""
    import platformdirs

    path = os.environ.get("ASSISTANT_CONFIG")
    return Path(path) if path else platformdirs.user_config_path("writing-assistant") / "config.toml"


def cache_folder() -> Path:
    """Return the folder for what can be fetched again."""
    import platformdirs

    path = os.environ.get("ASSISTANT_CACHE")
    return Path(path) if path else platformdirs.user_cache_path("writing-assistant")


def state_folder() -> Path:
    """Return the folder that holds the store."""
    import platformdirs

    path = os.environ.get("ASSISTANT_STATE")
    return Path(path) if path else platformdirs.user_state_path("writing-assistant")


def store_file() -> Path:
    """Return the path of the store's database."""
    return state_folder() / "review.db"


def gather(root: Path, **flags: Any) -> Settings:
    """Read the settings files and the environment, and put `flags` over them.

    `root` is the blog's folder. `flags` are fields of `Settings`; those that are None, False or empty leave
    the settings as they are, and a 0 counts. Raises `SettingsError` for a file that can't be read or a wrong
    value.
    """
    blog_file = root / BLOG_FILE
    blog = _read(blog_file)
    ignored = [key for key in blog if key not in _BLOG_KEYS]
    blog = _checked({key: blog[key] for key in blog if key in _BLOG_KEYS}, blog_file)
    user = _checked(_read(user_file()), user_file())
    values: dict[str, Any] = {**user, **blog}
    for key in ("markers", "ignore", "cliches"):  # these add up
        values[key] = tuple(dict.fromkeys((*user.get(key, ()), *blog.get(key, ()))))
    values |= {key: value for key, value in flags.items() if value or type(value) in (int, float)}
    values |= _server(user, flags)
    if user.get("base_url", values["base_url"]) != values["base_url"]:
        values.pop("headers", None)  # they may hold a key of the server that they were set for
    if values.get("jobs", 1) < 1:
        raise SettingsError("--jobs must be 1 or more")
    warnings = tuple(
        f"{blog_file}: {key} is ignored; only your own settings, flags and environment may set it"
        for key in ignored
    )
    return Settings(**values, warnings=warnings)


def set_in_user_file(key: str, value: str) -> Path:
    """Set a text in the user's own settings file and return its path; every other line stays as it is.

    The file is made where there is none, readable by the user alone. Raises `SettingsError`.
    """
    import json

    path = user_file()
    _checked(_read(path), path)
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    try:
        text = path.read_text("utf-8-sig") if path.exists() else ""
        top, table, tail = re.fullmatch(r"(.*?)((?m:^[ \t]*\[)|\Z)(.*)", text, re.S).groups()  # type: ignore[union-attr]
        result, count = re.subn(rf"(?m)^[ \t]*{key}[ \t]*=.*$", lambda _: line, top, count=1)
        result = (result if count else f"{line}\n{top}") + table + tail
        write_atomically(path, result, mode=0o600)
    except OSError as error:
        raise SettingsError(f"{path}: can't be written: {cause(error)}") from None
    _checked(_read(path), path)
    return path


def _server(user: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, str]:
    """Return server, key and model: flags over environment over the user's file."""
    url = user.get("base_url", "")
    source = "your settings" if url or user.get("api_key") else ""
    api_key, key_from = os.environ.get("OPENAI_API_KEY", "").strip(), "OPENAI_API_KEY"
    if os.environ.get("OPENAI_BASE_URL") or api_key:
        url, source = os.environ.get("OPENAI_BASE_URL", ""), "environment"
    if flags.get("base_url"):
        url, source = flags["base_url"], "flags"
    # A key is for the server that it was set with: the one in the user's file goes to no other address.
    if not api_key and (not url or url == user.get("base_url", "")):
        api_key, key_from = user.get("api_key", "").strip(), f"api_key in {user_file()}"
    if url:
        check_address(url)
    model = flags.get("model") or os.environ.get("ASSISTANT_MODEL") or user.get("model", "")
    key = {"api_key": api_key, "key_from": key_from}
    return {"base_url": url, "model": model, "server_from": source, **key}


def check_address(url: str) -> None:
    """Raise `SettingsError` for an address that no server can have."""
    if not url.startswith(("http://", "https://")):
        raise SettingsError(f"the server address {url} must begin with http:// or https://")
    try:
        parts = urlsplit(url)
        names_host = parts.hostname and parts.port != 0 and not re.search(r"\s", parts.netloc)
    except ValueError:  # `http://[::1/v1`, a port above 65535
        names_host = False
    if not names_host:
        raise SettingsError(f"the server address {url} names no server; write it as http://HOST:PORT/v1")


def _read(path: Path) -> dict[str, Any]:
    """Return what a settings file holds; nothing where there is none."""
    if not (text := read_text(path, SettingsError)):
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _checked(values: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the values of a file, lists as tuples. Raises `SettingsError` for one of another kind."""
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key not in _TYPES:
            raise SettingsError(f"{path}: unknown setting {key}; settings are {', '.join(_TYPES)}")
        kind, name = _KINDS[_TYPES[key]]
        if kind is float and type(value) is int:
            value = float(value)
        entries = tuple(value) if isinstance(value, list) else ()
        if _TYPES[key] == "dict[str, str]" and isinstance(value, dict):
            entries = tuple(value.values())
        # Not isinstance: TOML's true is an int in Python.
        if type(value) is not kind or not all(isinstance(entry, str) for entry in entries):
            raise SettingsError(f"{path}: {key} must be a {name}")
        if key == "locate" and value not in ("local", "model", "auto"):
            raise SettingsError(f'{path}: locate must be "local", "model" or "auto"')
        checked[key] = entries if kind is list else value
    return checked
