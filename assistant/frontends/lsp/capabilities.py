"""What the client at the other end can do, and what its settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability

from assistant.adapters.server_info import is_loopback
from assistant.core.text.display import one_line

SECTION = "assistant"
"""The name under which editors keep our settings."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a client can do, as it said at `initialize`."""

    versioned_edits: bool = False
    """It takes edits that name the version they are for; without that, none is sent."""
    annotations: bool = False
    """It can ask its user to confirm an edit, and so show it first."""
    progress: bool = False
    lens_refresh: bool = False
    show_document: bool = False
    configuration: bool = False
    watches_configuration: bool = False
    joins_edits: bool = False
    """It answers `assistant/applyEdit`, by which several edits become one undo step."""
    asks_for_text: bool = False
    """It answers `assistant/input`, which asks the author for a line of text."""


def capabilities_of(client: types.ClientCapabilities) -> Capabilities:
    """Return what of a client's capabilities matters here."""

    def has(name: str) -> bool:
        return bool(get_capability(client, name))

    ours = client.experimental.get("assistant") if isinstance(client.experimental, Mapping) else None
    own: Mapping[str, Any] = ours if isinstance(ours, Mapping) else {}
    return Capabilities(
        versioned_edits=has("workspace.apply_edit") and has("workspace.workspace_edit.document_changes"),
        annotations=has("workspace.workspace_edit.change_annotation_support"),
        progress=has("window.work_done_progress"),
        lens_refresh=has("workspace.code_lens.refresh_support"),
        show_document=has("window.show_document.support"),
        configuration=has("workspace.configuration"),
        watches_configuration=has("workspace.did_change_configuration.dynamic_registration"),
        joins_edits=bool(own.get("applyEdit")),
        asks_for_text=bool(own.get("input")),
    )


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """The settings that an editor may give; the others are in the user's own file and the environment."""

    model: str = ""
    base_url: str = ""
    jobs: int | None = None
    max_tokens: int | None = None
    preview: bool = False
    """True to review in the editor's own preview of an edit instead of in the buffer."""
    stream: bool = True
    ignored: tuple[str, ...] = ()
    """The settings that were not taken, one line each."""


def editor_settings(values: Any) -> EditorSettings:
    """Return settings from what an editor sent; wrong values are named in `ignored` and left out.

    An editor's settings may come from a file in the folder that is open, which anybody may have written.
    So they never name a server off this machine, or a model file to load.
    """
    if not isinstance(values, Mapping):
        return EditorSettings()
    ignored: list[str] = []

    def text(key: str) -> str:
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            ignored.append(f"the setting {SECTION}.{key} must be text")
        return value if isinstance(value, str) else ""

    def number(key: str) -> int | None:
        value = values.get(key)
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if value is not None and not good:
            ignored.append(f"the setting {SECTION}.{key} must be a whole number")
        return value if good and value else None

    url, model, review = text("baseUrl"), text("model"), text("review")
    if url and not is_loopback(url):
        ignored.append(
            f"the setting {SECTION}.baseUrl is ignored: {one_line(url)} is not on this machine; "
            "set it in your own settings file or in OPENAI_BASE_URL"
        )
        url = ""
    if model.endswith(".gguf"):
        ignored.append(f"the setting {SECTION}.model is ignored: set a model file in your own settings file")
        model = ""
    if review not in ("", "buffer", "preview"):
        ignored.append(f"the setting {SECTION}.review must be buffer or preview")
    return EditorSettings(
        model=model,
        base_url=url,
        jobs=number("jobs"),
        max_tokens=number("maxTokens"),
        preview=review == "preview",
        stream=values.get("stream") is not False,
        ignored=tuple(ignored),
    )
