"""Puts the parts together for one draft: its bytes, settings, series, templates and model.

The one place that knows all adapters, so that every front end opens a draft in the same way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.adapters import files, folders, sources, template_files
from assistant.adapters.settings import Settings, cache_folder, gather
from assistant.app.learning import learned
from assistant.app.locating import Finder, raw_words_in
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Capabilities, Gap, Source, Span
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.app.job import Job
    from assistant.app.models import Connection
    from assistant.core.gaps.reading import Reading
    from assistant.core.review.raw_words import RawWords


@dataclass(frozen=True)
class Workspace:
    """A draft that was opened, with what belongs to it."""

    path: Path
    """Where the draft is, or where standard input says that it would be."""
    name: str
    """The path as the user gave it, for messages and diffs."""
    draft: Draft
    gaps: tuple[Gap, ...]
    settings: Settings
    root: Path
    """The blog's folder."""
    sources: tuple[Source, ...] = ()
    """The texts that the author gives as material."""
    reading: Reading | None = None
    """What a model named in the draft as it read it; None where none did."""
    raw: RawWords | None = None
    """The draft's file, where an editor saved a model's raw words in it."""

    @property
    def file(self) -> bytes:
        """The file's bytes: the draft, and raw words in it."""
        return self.raw.file if self.raw else self.draft.data

    def lines(self, span: Span) -> tuple[int, int]:
        """Return the first and the last line of the file (from 1, inclusive) for a span of the draft."""
        return self.raw.lines(span) if self.raw else self.draft.lines(span)

    def line(self, offset: int) -> int:
        """Return the line of the file for a byte of the draft."""
        return self.lines(Span(offset, offset + 1))[0]


def open_draft(name: str, *, data: bytes | None = None, **flags: Any) -> Workspace:
    """Read a draft and the settings for it, and find its gaps, without raw words that an editor saved in it.

    `data` is what was read from standard input; then `name` only says where the draft's series is. `flags`
    are fields of `Settings` that go before files and environment. Raises `InputError` and `SettingsError`.
    """
    path = Path(os.path.abspath(name))
    draft, raw = read(name, data=data), None
    if data is None and (raw := raw_words_in(path, draft.data)):
        draft = read(name, data=raw.draft)
    root = folders.blog_root(path)
    settings = gather(root, **flags)
    own, left_out = sources.of_draft(draft.metadata, path=path, root=root)
    settings = replace(settings, warnings=(*settings.warnings, *left_out))
    material = (*sources.from_paths(settings.sources), *own)
    return located(Workspace(path, name, draft, (), settings, root, material, raw=raw))


def read(name: str, *, data: bytes | None = None) -> Draft:
    """Read a draft, or `data` for it, and nothing else. Raises `InputError`, which names it and the cause."""
    if data is None:
        data = files.read_draft(name)
    else:
        files.check_size(data, name=name)
    try:
        return parse(data, name=name)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def reopened(workspace: Workspace, data: bytes) -> Workspace:
    """Return the workspace with other bytes in its draft. Raises `InputError` when they are no draft."""
    return located(replace(workspace, draft=read(workspace.name, data=data)))


def located(workspace: Workspace) -> Workspace:
    """Return the workspace with the gaps of its draft: found here, named by a model, and not dismissed."""
    gaps = _gaps(workspace.draft, workspace.settings, workspace.root, workspace.reading)
    return replace(workspace, gaps=gaps)


def job(workspace: Workspace, connection: Connection | None = None) -> Job:
    """Read the draft's series, and return what is needed to expand gaps with the connected model."""
    from assistant.adapters import tokens
    from assistant.adapters.wordlists import load_lists
    from assistant.app.job import Job
    from assistant.app.models import CAUTIOUS_CONTEXT
    from assistant.core.prompt.templates import Templates  # Jinja2 costs 30 ms
    from assistant.core.voice import learn
    from assistant.core.voice.lessons import Lessons

    settings, posts = workspace.settings, siblings(workspace)
    store = connection.replies if connection else None
    own = [workspace.draft.body, *(post.body for _, post, _ in posts)]
    lessons = learned(workspace.root, own=own) if settings.learn else Lessons()
    lists = load_lists(cliches=(*settings.cliches, *lessons.avoided_phrases), known=settings.known)
    voice = learn(
        workspace.draft,
        workspace.gaps,
        siblings=[(post, gaps) for _, post, gaps in posts],
        spellings=lists.spellings,
        instruction=settings.instruction,
        patterns=lists.patterns,
        lessons=lessons,
    )
    return Job(
        draft=workspace.draft,
        gaps=workspace.gaps,
        voice=voice,
        templates=Templates(template_files.loader(workspace.root, folder=settings.prompts)),
        count=tokens.counter(connection.name if connection else settings.model),
        capabilities=connection.model.capabilities if connection else Capabilities(CAUTIOUS_CONTEXT),
        settings=settings,
        series=tuple(
            Source(sources.name_from_here(Path(path)), post.text((0, len(post.data))))
            for path, post, _ in posts
        ),
        sources=workspace.sources,
        approvals=store.approvals(workspace.root) if store else (),
        lists=lists,
        is_mdx=workspace.path.suffix == ".mdx",
    )


def siblings(workspace: Workspace) -> list[tuple[str, Draft, Sequence[Gap]]]:
    """Return the other posts of the draft's series by path, with the gaps in them.

    A post that is another draft with its gaps written is no post while that draft is there.
    """
    from assistant.adapters.posts.siblings import siblings as find_siblings
    from assistant.core.text.versions import is_version

    posts = find_siblings(
        workspace.draft,
        path=workspace.path,
        root=workspace.root,
        globs=workspace.settings.series,
        cache=cache_folder(),
        gap_spans=_spans(workspace.gaps),
    )
    found = [(path, post, _gaps(post, workspace.settings, workspace.root)) for path, post in posts]
    drafts = [(draft, _spans(gaps)) for _, draft, gaps in found if gaps]
    return [
        (path, post, gaps)
        for path, post, gaps in found
        if gaps or not any(is_version(post, draft, gap_spans=spans) for draft, spans in drafts)
    ]


def _spans(gaps: Sequence[Gap]) -> list[Span]:
    return [span for gap in gaps for span in (gap.span, *gap.targets)]


def _gaps(draft: Draft, settings: Settings, root: Path, reading: Reading | None = None) -> tuple[Gap, ...]:
    return Finder.of_blog(root, settings).gaps(draft, reading=reading)
