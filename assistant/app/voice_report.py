"""What was learned of an author's voice, for the author to look at."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters import files, folders
from assistant.adapters.settings import gather
from assistant.app.learning import learned
from assistant.app.workspace import open_draft, siblings
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap
from assistant.core.voice.lessons import Lessons
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.core.voice import Exemplar
    from assistant.core.voice.profile.corpus import Corpus
    from assistant.core.voice.profile.habit import Habit


@dataclass(frozen=True)
class VoiceReport:
    """What was learned of the author of a draft, or of the posts in a folder."""

    path: str
    corpus: Corpus
    habits: Sequence[Habit]
    shown: tuple[Exemplar, ...] = ()
    """The finished pieces that a model is shown for the draft; none for a folder."""
    lessons: Lessons = field(default_factory=Lessons)
    """What the author's decisions tell, where they are learned from."""


def voice_report(name: str) -> VoiceReport:
    """Measure the author's habits in a draft with its series, or in the posts of a folder.

    Raises `InputError` and `SettingsError`.
    """
    from assistant.adapters.wordlists import load_lexicons, load_words
    from assistant.core.gaps import find_gaps
    from assistant.core.voice import Exemplar, learn
    from assistant.core.voice.profile import habits
    from assistant.core.voice.profile.corpus import read_posts

    folders.check_posts(name)
    root, shown = folders.blog_root(Path(name)), tuple[Exemplar, ...]()
    workspace = None if os.path.isdir(name) else open_draft(name)
    posts: list[tuple[str, Draft, Sequence[Gap]]] = []
    if workspace:
        posts = [(name, workspace.draft, workspace.gaps), *siblings(workspace)]
    else:
        words = load_words()
        for path in folders.find_posts([name]):
            with contextlib.suppress(InputError):
                posts.append((path, draft := parse(files.read_draft(path)), find_gaps(draft, words=words)))
    own = [draft.body for _, draft, _ in posts]
    lessons = learned(root, own=own) if gather(root).learn else Lessons()
    if workspace:
        others = [(draft, gaps) for _, draft, gaps in posts[1:]]
        voice = learn(workspace.draft, workspace.gaps, siblings=others, lessons=lessons)
        shown = (*voice.sections, *voice.items)
    corpus = read_posts(posts, load_lexicons())
    return VoiceReport(name, corpus, habits(corpus), shown, lessons)
