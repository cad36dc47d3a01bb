"""Fit the weights of the locator's signals to the labelled drafts, and measure what that is worth.

    python -m benchmarks.fit            the score with each repository left out while fitting
    python -m benchmarks.fit --write    the weights fitted on all, to be copied into signals.py

A logistic regression that is drawn towards the weights set by hand: a signal that the corpus says little
about keeps the weight that its reason gave it. Only the standard library is needed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence

from assistant.adapters.words import load_words
from assistant.core.gaps import decision
from assistant.core.gaps.page import Page
from assistant.core.gaps.signals import WEIGHTS
from assistant.core.gaps.words import Words
from assistant.core.types import Gap
from benchmarks import corpus

PULL = 0.6
"""How strongly a weight is drawn to the one set by hand; larger is stronger."""

Sample = tuple[tuple[str, ...], float]


def samples(posts: Sequence[corpus.Labelled], words: Words) -> list[Sample]:
    """Return the signals of every candidate and whether a person marked its place."""
    found: list[Sample] = []
    for post in posts:
        page = Page(post.draft, words)
        candidates = decision.candidates(page)
        decision.contextualise(page, candidates)
        for candidate in candidates:
            if candidate.certain:
                continue
            lines = post.draft.lines((candidate.start, candidate.end))
            labels = [
                gap for gap in post.gaps if gap["start_line"] <= lines[1] and lines[0] <= gap["end_line"]
            ]
            same = [gap for gap in labels if gap["kind"] == candidate.kind.value]
            if any(gap["certain"] for gap in same):
                found.append((tuple(candidate.signals), 1.0))
            elif not labels:
                found.append((tuple(candidate.signals), 0.0))
    return found


def fit(
    data: Sequence[Sample], *, prior: Mapping[str, float] = WEIGHTS, pull: float = PULL, rounds: int = 300
) -> dict[str, float]:
    """Return weights that explain the samples, drawn towards `prior`."""
    weights = dict(prior)
    for round_ in range(rounds):
        slope = {name: pull * (weights[name] - prior[name]) for name in weights}
        for signals, truth in data:
            guess = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, sum(weights[name] for name in signals)))))
            for name in signals:
                slope[name] += guess - truth
        step = 0.08 / (1 + round_ / 60)
        for name in weights:
            weights[name] -= step * max(-4.0, min(4.0, slope[name]))
    return weights


def gaps(post: corpus.Labelled, words: Words, weights: Mapping[str, float]) -> tuple[Gap, ...]:
    """Return the gaps of a post under given weights."""
    page = Page(post.draft, words)
    return decision.decide(page, decision.candidates(page), threshold=0.5, weights=weights)


def leave_one_out(posts: Sequence[corpus.Labelled], words: Words, *, pull: float = PULL) -> corpus.Score:
    """Return the score of each repository under weights fitted on all the others."""
    result = corpus.Score()
    for repo in sorted({post.repo for post in posts}):
        weights = fit(samples([post for post in posts if post.repo != repo], words), pull=pull)
        held = [post for post in posts if post.repo == repo]
        for post in held:
            result.add(corpus.score(post, gaps(post, words, weights)))
    return result


def main() -> None:
    """Print the honest score, or the weights."""
    folder = corpus.find()
    if folder is None:
        print("no corpus here: nothing to fit to")
        return
    posts, words = corpus.read(folder), load_words()
    if "--write" in sys.argv:
        for name, weight in fit(samples(posts, words)).items():
            moved = "" if abs(weight - WEIGHTS[name]) < 0.05 else f"  # was {WEIGHTS[name]}"
            print(f'    "{name}": {weight:.1f},{moved}')
        return
    for pull in (0.1, 0.3, PULL, 1.5, 5.0):
        score = leave_one_out(posts, words, pull=pull)
        print(f"pull {pull}: P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}")


if __name__ == "__main__":
    main()
