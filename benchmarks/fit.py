"""Fit the weights of the locator's signals to the labelled drafts, and measure what that is worth.

    python -m benchmarks.fit            the score with each repository left out while fitting
    python -m benchmarks.fit --write    the weights fitted on all, for assistant/data/signals.txt

A logistic regression drawn towards the weights set by hand: a signal that the corpus says little about
keeps the weight that its reason gave it. Only the standard library is needed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import decision, find_gaps
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.signals import Signals
from assistant.core.gaps.words import Words
from benchmarks import corpus

PULL = 0.6
"""How strongly a weight is drawn to the one set by hand; larger is stronger."""

Sample = tuple[tuple[str, ...], float]
"""The signals of a place, and 1.0 where a person marked it as a gap, else 0.0."""


def samples(posts: Sequence[corpus.Labelled], words: Words) -> list[Sample]:
    """Return the signals of every candidate and whether a person marked its place."""
    pairs: list[Sample] = []
    for post in posts:
        layout = Layout(post.draft, words)
        candidates = decision.candidates(layout)
        decision.contextualise(layout, candidates)
        for candidate in candidates:
            if candidate.certain:
                continue
            lines = post.draft.lines((candidate.start, candidate.end))
            labels = [
                gap for gap in post.gaps if gap["start_line"] <= lines[1] and lines[0] <= gap["end_line"]
            ]
            same = [gap for gap in labels if gap["kind"] == candidate.kind.value]
            if any(gap["certain"] for gap in same):
                pairs.append((tuple(candidate.signals), 1.0))
            elif not labels:
                pairs.append((tuple(candidate.signals), 0.0))
    return pairs


def fit(pairs: Sequence[Sample], prior: Signals, *, pull: float = PULL, rounds: int = 300) -> Signals:
    """Return signals whose weights explain the samples, drawn towards those of `prior`."""
    weights = {name: signal.weight for name, signal in prior.items()}
    for round_ in range(rounds):
        slope = {name: pull * (weights[name] - prior[name].weight) for name in weights}
        for signals, truth in pairs:
            guess = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, sum(weights[name] for name in signals)))))
            for name in signals:
                slope[name] += guess - truth
        step = 0.08 / (1 + round_ / 60)
        for name in weights:
            weights[name] -= step * max(-4.0, min(4.0, slope[name]))
    return {name: signal._replace(weight=weights[name]) for name, signal in prior.items()}


def leave_one_out(posts: Sequence[corpus.Labelled], words: Words, *, pull: float = PULL) -> corpus.Score:
    """Return the score of each repository under weights fitted on all the others."""
    result = corpus.Score()
    for repo in sorted({post.repo for post in posts}):
        pairs = samples([post for post in posts if post.repo != repo], words)
        fitted = replace(words, signals=fit(pairs, words.signals, pull=pull))
        for post in posts:
            if post.repo == repo:
                result.add(corpus.score(post, find_gaps(post.draft, words=fitted)))
    return result


def main() -> None:
    """Print the score on repositories left out, or the weights."""
    folder = corpus.find()
    if folder is None:
        print("no corpus here: nothing to fit to")
        return
    posts, words = corpus.read(folder), load_words()
    if "--write" in sys.argv:
        for name, signal in fit(samples(posts, words), words.signals).items():
            print(f"{name:31} {signal.weight:+5.1f}  {signal.reason}")
        return
    for pull in (0.1, 0.3, PULL, 1.5, 5.0):
        score = leave_one_out(posts, words, pull=pull)
        print(f"pull {pull}: P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}")


if __name__ == "__main__":
    main()
