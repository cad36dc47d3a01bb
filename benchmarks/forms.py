"""Measure how often a section's form, prose or list, is guessed right on blogs of any authors.

    python -m benchmarks.forms [FOLDER]     a folder of authors, each a folder of finished posts

Every section is blanked in turn and guessed from the author's other sections.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.core.text.draft import parse
from assistant.core.voice.exemplars import Form, finished_sections
from assistant.core.voice.form import likely_form
from assistant.errors import InputError
from benchmarks import authors, lists

FEWEST = 6
"""Posts of an author from which on there is something to learn."""


def run(folder: Path | None = None) -> None:
    """Print how often the form is right, and how often "always prose" is."""
    folder = folder or authors.find()
    if folder is None:
        print("forms: no authors found; name their folder")
        return
    guesses = [g for author in sorted(folder.iterdir()) if author.is_dir() for g in _guesses(_posts(author))]
    right = sum(form == truth for form, truth in guesses)
    prose = sum(truth == "prose" for _, truth in guesses)
    print(f"{len(guesses)} sections; the form is right in {right / len(guesses):.1%}, ", end="")
    print(f"always prose in {prose / len(guesses):.1%}")


def _posts(folder: Path) -> list[authors.Post]:
    posts = []
    for path in sorted(folder.glob("*.m*")):
        try:
            posts.append(authors.Post(folder.name, path.name, parse(path.read_bytes())))
        except InputError as error:
            print(f"{path}: {error}", file=sys.stderr)
    return posts if len(posts) >= FEWEST else []


def _guesses(posts: Sequence[authors.Post]) -> Iterator[tuple[Form, Form]]:
    """Yield the form guessed for each section, and the one that it has."""
    finished = {post.file: finished_sections(post.draft, ()) for post in posts}
    for section in authors.sections(posts, sys.maxsize):
        own, heading = section.post.file, section.heading
        here = [e for e in finished[own] if e.text != section.text]
        elsewhere = [e for file, theirs in finished.items() if file != own for e in theirs]
        form = likely_form(heading.text, level=heading.level, sections=here, series=elsewhere)
        yield form, "list" if lists.ITEM.search(section.text) else "prose"


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:]))
