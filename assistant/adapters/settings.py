"""Gathers settings from flags, the environment, the user's own file and the blog's file.

A blog's `.assistant.toml` may choose prompts, series and markers. It travels with a repository, which
anybody may have written, so it may never name a server, a key or a command: those come from flags, the
environment and the user's own settings alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError

BLOG_FILE = ".assistant.toml"
BUILT_IN = "built-in"
"""The name that chooses the built-in model even where a server could be found."""

_BLOG_KEYS = {
    "prompts": str,
    "series": list,
    "markers": list,
    "ignore": list,
    "language": str,
    "cliches": list,
}
_USER_KEYS = {
    **_BLOG_KEYS,
    "base_url": str,
    "api_key": str,
    "model": str,
    "jobs": int,
    "max_tokens": int,
    "max_cost": float,
    "timeout": float,
    "strict": bool,
    "known": list,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, after flags, environment and files were put over one another."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""
    """A server's name for a model, the path of a GGUF file, or `built-in`."""
    server_from: str = ""
    """Where the server was set: `flags`, `environment`, `your settings`; empty when it was not."""
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
    strict: bool = False
    """True when an expansion with a warning is not offered."""
    max_cost: float | None = None
    """Most US dollars that a run may be expected to cost."""
    timeout: float = 120.0
    """Seconds without a byte after which a request is given up."""
    alternatives: int = 1
    """Texts for each gap to choose from."""
    fresh: bool = False
    """True when kept answers are not used."""
    refused: tuple[str, ...] = ()
    """Warnings about keys that the blog's file has no right to set, one line each."""


def user_file() -> Path:
    """Return the path of the user's own settings file."""
    import platformdirs

    own = os.environ.get("ASSISTANT_CONFIG")
    return Path(own) if own else platformdirs.user_config_path("writing-assistant") / "config.toml"


def cache_folder() -> Path:
    """Return the folder for what can be fetched again."""
    import platformdirs

    own = os.environ.get("ASSISTANT_CACHE")
    return Path(own) if own else platformdirs.user_cache_path("writing-assistant")


def gather(
    root: Path,
    *,
    base_url: str = "",
    model: str = "",
    jobs: int | None = None,
    max_tokens: int | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Effect: reads the settings files and the environment, and puts the given flags over them.

    `flags` holds values of the other fields; those that are None or False leave the settings as they are.
    Raises `SettingsError` for a file that can't be read or a value of the wrong type.
    """
    blog = _read(root / BLOG_FILE)
    refused = tuple(
        f"{root / BLOG_FILE}: {key} is ignored; only your own settings, flags and environment may set it"
        for key in blog
        if key not in _BLOG_KEYS
    )
    blog_values = _checked({k: v for k, v in blog.items() if k in _BLOG_KEYS}, root / BLOG_FILE, _BLOG_KEYS)
    path = user_file()
    user = _checked(_read(path), path, _USER_KEYS)
    settings = replace(Settings(), **{**user, **blog_values})
    merged = ("markers", "ignore", "cliches")
    both: dict[str, Any] = {
        k: tuple(dict.fromkeys((*user.get(k, ()), *blog_values.get(k, ())))) for k in merged
    }
    given = {k: v for k, v in (flags or {}).items() if v is not None and v is not False}
    settings = replace(settings, refused=refused, **{**both, **given})
    return _with_server(settings, user, base_url, model, jobs, max_tokens)


def _with_server(
    settings: Settings,
    user: Mapping[str, Any],
    base_url: str,
    model: str,
    jobs: int | None,
    max_tokens: int | None,
) -> Settings:
    """Choose server, key and model: flags over environment over the user's file."""
    environment = {
        "base_url": os.environ.get("OPENAI_BASE_URL", ""),
        "api_key": os.environ.get("OPENAI_API_KEY", ""),
        "model": os.environ.get("ASSISTANT_MODEL", ""),
    }
    chosen_model = model or environment["model"] or settings.model
    url, source = settings.base_url, "your settings" if user.get("base_url") or user.get("api_key") else ""
    if environment["base_url"] or environment["api_key"]:
        url, source = environment["base_url"], "environment"
    if base_url:
        url, source = base_url, "flags"
    # A key is for the server that it was set with: the one in the user's file goes to no other address.
    key = environment["api_key"]
    if not key and (not url or url == settings.base_url):
        key = settings.api_key
    if url and not url.startswith(("http://", "https://")):
        raise SettingsError(f"the server address {url} must begin with http:// or https://")
    if jobs is not None and jobs < 1:
        raise SettingsError("--jobs must be 1 or more")
    return replace(
        settings,
        base_url=url,
        api_key=key,
        model=chosen_model,
        server_from=source,
        jobs=jobs or settings.jobs,
        max_tokens=max_tokens or settings.max_tokens,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{path}: can't be read: {(error.strerror or '').lower()}") from None
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _checked(values: Mapping[str, Any], path: Path, known: Mapping[str, type]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"{path}: there is no setting {key}; the settings are {', '.join(known)}")
        kind = known[key]
        words = {
            list: "list of texts",
            str: "text",
            int: "whole number",
            float: "number",
            bool: "true or false",
        }[kind]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise SettingsError(f"{path}: {key} must be a {words}")
        if isinstance(value, list):
            if not all(isinstance(entry, str) for entry in value):
                raise SettingsError(f"{path}: {key} must be a {words}")
            value = tuple(value)
        checked[key] = value
    return checked
