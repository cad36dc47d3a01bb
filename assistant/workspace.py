"""Puts the parts together for one draft: its bytes, settings, series, templates and model.

The one place that knows all adapters, so that every front end opens a draft in the same way.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.adapters import files, settings
from assistant.connection import CAUTIOUS_CONTEXT, Connection
from assistant.core import edits
from assistant.core.draft import Draft, parse
from assistant.core.outcome import Event, Failed, Piece
from assistant.core.types import Gap, Hunk, Usage
from assistant.errors import InputError
from assistant.pipeline import Job, expand

if TYPE_CHECKING:
    from assistant.core.cost import Estimate
    from assistant.core.voice import Exemplar
    from assistant.core.voice.habits import Habit
    from assistant.core.voice.reading import Reading


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
    from assistant.adapters.lexicon import load_lexicons, load_small_words
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
        small_words=load_small_words() if connection and connection.leans else None,
        instruction=instruction,
    )
    return Job(
        draft=workspace.draft,
        gaps=workspace.gaps,
        voice=voice,
        templates=Templates(files.template_loader(workspace.root, folder=chosen.prompts)),
        count=tokens.counter(connection.name if connection else chosen.model),
        context=connection.context if connection else CAUTIOUS_CONTEXT,
        shared=connection.shared if connection else 0,
        max_tokens=chosen.max_tokens,
        thinks=connection.thinks if connection else True,
        instruction=instruction,
        language=chosen.language,
        series=tuple(post.text((0, len(post.data))) for _, post, _ in posts),
        lists=load_lists(cliches=chosen.cliches, known=chosen.known),
        is_mdx=workspace.path.suffix == ".mdx",
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

    def events(self, gaps: Sequence[Gap] | None = None, **more: Any) -> Iterator[Event]:
        """Effect: asks the model and yields what comes; `more` goes to `pipeline.expand`."""
        wanted = self.gaps if gaps is None else gaps
        if reason := self.too_dear(wanted):
            yield from (Failed(gap, reason, 2) for gap in wanted if gap.fillable)
            return
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

    def before(self) -> str:
        """Return one line on what is about to be sent."""
        from assistant.core import cost

        found, price = self._estimate(self.gaps)
        return cost.before(found, price, local=self.connection.is_local)

    def too_dear(self, gaps: Sequence[Gap]) -> str:
        """Return why these gaps must not be asked for under `max_cost`, with what was spent already."""
        from assistant.core import cost

        limit, local = self.workspace.settings.max_cost, self.connection.is_local
        if limit is None or local:
            return ""
        _, price = self._estimate(gaps)
        spent = self.price(self.spent.prompt_tokens, self.spent.completion_tokens, self.spent.cached_tokens)
        whole = None if price is None or spent is None else price + spent
        return cost.too_dear(whole, limit=limit)

    def _estimate(self, gaps: Sequence[Gap]) -> tuple[Estimate, Decimal | None]:
        from assistant.core import cost

        prompts = [one for gap in gaps if gap.fillable for one in self.job.prompts(gap)]
        found = cost.estimate(prompts, alternatives=self.workspace.settings.alternatives)
        price = None if self.connection.is_local else self.price(found.prompt_tokens, found.answer_tokens)
        return found, price

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
