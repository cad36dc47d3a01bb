"""Measure how often a section's form, prose or list, is guessed right on blogs of any authors.

    python -m benchmarks.forms [FOLDER]     a folder of authors, each a folder of finished posts

Every section is blanked in turn and guessed from the author's other sections: with the weights that the
program has, and with weights fitted on the other authors alone, which is what the method is worth on a
stranger's blog.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.core.text.draft import parse
from assistant.core.voice import form
from assistant.core.voice.exemplars import finished_sections
from assistant.errors import InputError
from benchmarks import authors, lists

FEWEST = 6
"""Posts of an author from which on there is something to learn."""
PULL = 1.0
"""How strongly fitted weights are drawn to zero; larger is stronger."""

Sample = tuple[form.Signs, bool]


def run(folder: Path | None = None) -> None:
    """Print how often the form is right, and the weights fitted on all authors."""
    folder = folder or authors.find()
    if folder is None:
        print("forms: no authors found; name their folder")
        return
    samples = {
        author.name: found
        for author in sorted(folder.iterdir())
        if author.is_dir() and (found := _samples(_posts(author)))
    }
    everything = [sample for found in samples.values() for sample in found]
    right = {"the program's weights": 0, "weights of the other authors": 0, "always prose": 0}
    for author, found in samples.items():
        others = [s for name, theirs in samples.items() if name != author for s in theirs]
        for name, weights in (("the program's weights", form.WEIGHTS), (list(right)[1], fit(others))):
            right[name] += sum((form.chance(s, weights) >= form.CERTAIN) == truth for s, truth in found)
        right["always prose"] += sum(not truth for _, truth in found)
    print(f"{len(everything)} sections of {len(samples)} authors; the form is right with")
    for name, count in right.items():
        print(f"  {name:30} {count / len(everything):.1%}")
    print("weights fitted on all: " + ", ".join(f"{w:.2f}" for w in fit(everything)))


def _posts(folder: Path) -> list[authors.Post]:
    posts = []
    for path in sorted(folder.glob("*.m*")):
        try:
            posts.append(authors.Post(folder.name, path.name, parse(path.read_bytes())))
        except InputError as error:
            print(f"{path}: {error}", file=sys.stderr)
    return posts if len(posts) >= FEWEST else []


def _samples(posts: Sequence[authors.Post]) -> list[Sample]:
    finished = {post.file: finished_sections(post.draft, ()) for post in posts}
    found: list[Sample] = []
    for section in authors.sections(posts, sys.maxsize):
        own = section.post.file
        here = [e for e in finished[own] if e.text != section.text]
        elsewhere = [e for file, theirs in finished.items() if file != own for e in theirs]
        heading = section.heading
        signs = form.signs(heading.text, level=heading.level, here=here, elsewhere=elsewhere)
        found.append((signs, bool(lists.ITEM.search(section.text))))
    return found


def fit(samples: Sequence[Sample], *, rounds: int = 400, step: float = 0.5) -> tuple[float, ...]:
    """Return the weights of a logistic regression, the one of nothing first, by steps down the slope."""
    weights = [0.0] * (1 + len(form.Signs._fields))
    for _ in range(rounds):
        slope = [0.0, *(PULL * w for w in weights[1:])]
        for signs, truth in samples:
            odds = weights[0] + sum(w * s for w, s in zip(weights[1:], signs, strict=True))
            off = 1 / (1 + math.exp(-odds)) - truth
            slope[0] += off
            for at, sign in enumerate(signs, 1):
                slope[at] += off * sign
        weights = [w - step * s / max(1, len(samples)) for w, s in zip(weights, slope, strict=True)]
    return tuple(round(w, 2) for w in weights)


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:]))
