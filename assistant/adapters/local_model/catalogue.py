"""The models that the program knows by name, and any other GGUF file on Hugging Face."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable

_FILE = Path(__file__).resolve().parents[2] / "data" / "models.toml"
_HUB_NAME = re.compile(r"hf:([\w.-]+/[\w.-]+):([\w.-]+)")
"""Such as `hf:Qwen/Qwen3-4B-GGUF:Q4_K_M`."""


@dataclass(frozen=True, slots=True)
class LocalModelEntry:
    """A GGUF file that can be fetched; `data/models.toml` says what each field means."""

    name: str
    file: str
    size: int = 0
    """Bytes; 0 where only the source knows."""
    sha256: str = ""
    """Empty where only the source knows; then the file counts as unverified."""
    memory_gb: float = 0.0
    licence: str = ""
    languages: str = ""
    good_for: str = ""
    hub: str = ""
    wheels: str = ""
    parts: int = 0
    context: int = 8192
    prefix: int = 0
    """Most tokens of what the prompts of a draft share; 0 where the context decides."""
    thinks: bool = False
    sampling: Mapping[str, Any] = field(default_factory=dict, hash=False)


@cache
def local_models() -> tuple[LocalModelEntry, ...]:
    """Return the local models of the catalogue; the first is the default."""
    return tuple(LocalModelEntry(**fields) for fields in _read()["local"])


def last_resort() -> LocalModelEntry:
    """Return the model that is small enough to be had where the default can't be fetched."""
    return min(local_models(), key=lambda entry: entry.size)


def hosted_model(role: str = "default") -> str:
    """Return the name of the model asked for at OpenAI: the `default`, or the `better` one."""
    return str(_read()["hosted"][role])


def thinks(hosted: str) -> bool:
    """Tell whether a model at OpenAI thinks before it answers; all do but some old ones."""
    return not any(fnmatchcase(hosted, pattern) for pattern in _read()["hosted"]["without_thinking"])


def find(name: str) -> LocalModelEntry | None:
    """Return the catalogue's entry of that name, an entry for `hf:OWNER/REPO:QUANT`, or None.

    Raises `ModelUnavailable` for an `hf:` name of another form.
    """
    if not name.startswith("hf:"):
        return next((entry for entry in local_models() if entry.name == name), None)
    if not (parts := _HUB_NAME.fullmatch(name)):
        raise ModelUnavailable(f"{name}: write hf:OWNER/REPO:QUANT, such as hf:Qwen/Qwen3-4B-GGUF:Q4_K_M")
    repository, quant = parts.groups()
    return LocalModelEntry(
        name, f"{repository.replace('/', '--')}--{quant}.gguf", hub=repository, thinks=True
    )


def quant(entry: LocalModelEntry) -> str:
    """Return the quantization that an `hf:` name asks for, such as `Q4_K_M`; empty for a catalogue entry."""
    parts = _HUB_NAME.fullmatch(entry.name)
    return parts[2] if parts else ""


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
