"""Print what the locator finds in labelled drafts, and how fast.

    python -m benchmarks.locator            everything
    python -m benchmarks.locator --quick    without the folder of 10,000 posts and the refitting

CORPUS names the folder with the labelled drafts when it isn't `shared/corpus` beside the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from benchmarks import corpus, fit, speed

ROOT = Path(__file__).resolve().parents[1]


def table(score: corpus.Score) -> None:
    """Print a score."""
    print(f"  P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}   duplicates left out")
    print(
        f"  matched {score.matched}, missed {score.missed}, false alarms {score.alarms}, "
        f"duplicates {score.duplicates}, on uncertain {score.uncertain}"
    )
    for kind in sorted(score.known):
        share = score.matched_kinds[kind] / score.known[kind]
        print(f"  recall {kind:14} {score.matched_kinds[kind]:3}/{score.known[kind]:3} = {share:.3f}")
    print(f"  average F1 of a file {sum(score.per_file) / max(1, len(score.per_file)):.3f}")
    print(f"  false alarms per finished post {score.finished_alarms / max(1, score.finished):.3f}")


def run() -> None:
    """Print all figures."""
    quick = "--quick" in sys.argv
    words = load_words()
    folder = corpus.find()
    if folder is None:
        print("no labelled drafts here (set CORPUS to their folder): no scores")
        posts = [path.read_bytes() for path in sorted((ROOT / "drafts").rglob("*.md"))]
    else:
        labelled = corpus.read(folder)
        posts = [post.draft.data for post in labelled]
        print(f"{len(labelled)} labelled drafts, weights as in signals.txt, set by hand")
        table(corpus.total(labelled, lambda post: find_gaps(post.draft, words=words)))
        if not quick:
            print("the same, weights refitted with each repository left out")
            table(fit.leave_one_out(labelled, words))
    if posts:
        speed.in_memory(posts)
        for path in sorted((ROOT / "drafts").glob("*.md"))[:1]:
            speed.sample(path)
        if not quick:
            speed.folder(posts)


if __name__ == "__main__":
    run()
