"""Puts the parts together for one draft: its bytes, settings, series, templates and model.

The one place that knows all adapters, so that every front end opens a draft in the same way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.adapters import files, settings
from assistant.app.job import Job
from assistant.app.models import CAUTIOUS_CONTEXT, Connection
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Capabilities, Gap
from assistant.errors import InputError


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
    from assistant.adapters.wordlists import load_words
    from assistant.core.gaps import find_gaps

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
    from assistant.adapters.wordlists import load_words
    from assistant.core.gaps import find_gaps

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
    from assistant.adapters.wordlists import load_lexicons, load_lists
    from assistant.core.prompt.templates import Templates  # Jinja2 costs 30 ms
    from assistant.core.voice import learn

    chosen = workspace.settings
    posts = siblings(workspace)
    voice = learn(
        workspace.draft,
        workspace.gaps,
        siblings=[(post, gaps) for _, post, gaps in posts],
        spellings=load_lexicons().spellings,
        instruction=instruction,
    )
    return Job(
        draft=workspace.draft,
        gaps=workspace.gaps,
        voice=voice,
        templates=Templates(files.template_loader(workspace.root, folder=chosen.prompts)),
        count=tokens.counter(connection.name if connection else chosen.model),
        capabilities=connection.model.capabilities if connection else Capabilities(CAUTIOUS_CONTEXT),
        max_tokens=chosen.max_tokens,
        instruction=instruction,
        language=chosen.language,
        series=tuple(post.text((0, len(post.data))) for _, post, _ in posts),
        lists=load_lists(cliches=chosen.cliches, known=chosen.known),
        is_mdx=workspace.path.suffix == ".mdx",
        strict=chosen.strict,
        alternatives=chosen.alternatives,
    )


def siblings(workspace: Workspace) -> list[tuple[str, Draft, Sequence[Gap]]]:
    """Effect: reads the other posts of the draft's series, with what is unwritten in them."""
    from assistant.adapters.posts.siblings import siblings as find_siblings
    from assistant.adapters.wordlists import load_words
    from assistant.core.gaps import find_gaps

    chosen = workspace.settings
    words = load_words(markers=chosen.markers, ignore=chosen.ignore)
    posts = find_siblings(
        workspace.draft,
        path=workspace.path,
        root=workspace.root,
        globs=chosen.series,
        cache=settings.cache_folder(),
    )
    return [(path, post, find_gaps(post, words=words)) for path, post in posts]
