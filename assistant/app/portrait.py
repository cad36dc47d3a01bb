"""What was learnt of an author's voice, for the author to look at."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.adapters import files
from assistant.app.workspace import open_draft, siblings
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.core.voice import Exemplar
    from assistant.core.voice.profile.habit import Habit
    from assistant.core.voice.profile.reading import Reading


@dataclass(frozen=True)
class Portrait:
    """What was learnt of the author of a draft, or of the posts in a folder."""

    path: str
    reading: Reading
    habits: Sequence[Habit]
    shown: tuple[Exemplar, ...] = ()
    """The finished pieces that a model is shown for the draft; none for a folder."""


def portrait(name: str) -> Portrait:
    """Measure the author's habits in a draft with its series, or in the posts of a folder.

    Raises `InputError` and `SettingsError`.
    """
    from assistant.adapters.wordlists import load_lexicons, load_words
    from assistant.core.gaps import find_gaps
    from assistant.core.voice.profile.habits import habits
    from assistant.core.voice.profile.reading import read

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

        workspace = open_draft(name)
        posts = [(name, workspace.draft, workspace.gaps), *siblings(workspace)]
        voice = learn(workspace.draft, workspace.gaps, siblings=[(d, g) for _, d, g in posts[1:]])
        shown = (*voice.sections, *voice.items)
    reading = read(posts, load_lexicons())
    return Portrait(name, reading, habits(reading), shown)
