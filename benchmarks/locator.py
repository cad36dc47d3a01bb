"""Print what the locator finds in labelled drafts, how sure it may be, and how fast it is.

    python -m benchmarks.locator                 everything
    python -m benchmarks.locator --quick         without training again and without the folder of 10,000 posts
    python -m benchmarks.locator --validation    also on drafts that nothing was learned from: look at it
    rarely

CORPUS and CORPUS2 name the folders of labelled drafts when they aren't `shared/corpus` and `shared/corpus2`
beside the repository. Every share has its 90 % interval, by drawing repositories again and again.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.hunks.make import hunk_for
from assistant.core.text.words import tokens
from assistant.core.types import Gap, GapKind, Span
from benchmarks import corpus, speed

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "calibration.svg"
FEW = 8
"""Drafts from which a language has a figure of its own."""
BANDS = ((0.4, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))
Located = Sequence[tuple[corpus.Labelled, Iterable[Gap]]]


def shares(scores: Iterable[corpus.Score]) -> dict[str, float]:
    """Return the figures of some scores together."""
    whole = corpus.Score()
    for score in scores:
        whole.add(score)
    figures = {"precision": whole.precision, "recall": whole.recall, "F1": whole.f1}
    for kind in sorted(whole.known):
        figures[f"recall {kind}"] = whole.matched_kinds[kind] / whole.known[kind]
    figures["alarms per finished post"] = whole.finished_alarms / max(1, whole.finished)
    figures["overlap of matched lines"] = sum(whole.overlaps) / max(1, len(whole.overlaps))
    return figures


def table(located: Located, *, rounds: int = 400) -> None:
    """Print the figures with their intervals, then the F1 of each language with drafts enough."""
    scored = [(post, corpus.score(post, gaps)) for post, gaps in located]
    repos: dict[str, list[corpus.Score]] = {}
    for post, score in scored:
        repos.setdefault(post.repo, []).append(score)
    chance = random.Random(1)
    drawn = [
        shares(score for repo in chance.choices(list(repos), k=len(repos)) for score in repos[repo])
        for _ in range(rounds)
    ]
    for name, value in shares(score for _, score in scored).items():
        values = sorted(figures[name] for figures in drawn if name in figures)
        low, high = values[len(values) // 20], values[-len(values) // 20]
        print(f"  {name:26} {value:.3f}  [{low:.3f}, {high:.3f}]")
    for language in sorted({post.language for post, _ in scored}):
        some = [score for post, score in scored if post.language == language]
        if len(some) >= FEW:
            print(f"  F1 in {language or '?'}, {len(some)} drafts: {shares(some)['F1']:.3f}")


def replaced(located: Located, *, least: float = SURE) -> None:
    """Print how many drafts `expand --yes` would take words from that readers left as they are."""
    drafts = words = 0
    for post, gaps in located:
        writable = [gap for gap in gaps if gap.fillable and gap.kind is not GapKind.REVISION]
        pieces = [(gap, target) for gap in writable if gap.confidence >= least for target in gap.pieces]
        lost = sum(_finished_words(post, gap, target) for gap, target in pieces)
        drafts, words = drafts + (lost > 0), words + lost
    print(f"  sure by {least:.0%}: {drafts} of {len(located)} drafts lose finished text, {words} words")


def _finished_words(post: corpus.Labelled, gap: Gap, target: Span | None) -> int:
    """Return how many words of a line without a label text would take the place of."""
    hunk = hunk_for(post.draft, gap, text="It is a plain thing.", target=target)
    first, _ = post.draft.lines(hunk.span)
    lines = enumerate(hunk.original.decode().split("\n"), first)
    labelled = {line for one in post.gaps for line in range(one["start_line"], one["end_line"] + 1)}
    return sum(len(tokens(line)) for number, line in lines if number not in labelled)


def calibration(located: Located) -> list[tuple[float, float, int]]:
    """Print and return how many of the gaps shown with some confidence are right: mean, share, count."""
    marks = [mark for post, gaps in located for mark in corpus.marks(post, gaps)]
    rows = []
    for low, high in BANDS:
        some = [mark for mark in marks if low <= mark[0] < high]
        if some:
            rows.append(
                (
                    sum(sure for sure, _ in some) / len(some),
                    sum(right for _, right in some) / len(some),
                    len(some),
                )
            )
            print(f"  shown with {rows[-1][0]:.2f}: {rows[-1][1]:.2f} right, of {len(some)}")
    return rows


def picture(rows: Sequence[tuple[float, float, int]]) -> str:
    """Return the calibration as an SVG: points on the slanted line say that the confidence is true."""

    def at(sure: float, right: float) -> tuple[float, float]:
        return 60 + 400 * sure, 430 - 400 * right

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" font-family="sans-serif">',
        '<rect width="480" height="480" fill="white"/>',
        '<path d="M60 430H460M60 430V30" stroke="#888" fill="none"/>',
        '<path d="M60 430L460 30" stroke="#bbb" stroke-dasharray="4 4"/>',
        *(
            f'<text x="{at(tick / 4, 0)[0]:.0f}" y="450" text-anchor="middle">{tick * 25} %</text>'
            f'<text x="52" y="{at(0, tick / 4)[1] + 5:.0f}" text-anchor="end">{tick * 25} %</text>'
            for tick in range(5)
        ),
        '<text x="260" y="472" text-anchor="middle">confidence shown</text>',
        '<text x="70" y="22">share that is right</text>',
    ]
    for sure, right, count in rows:
        x, y = at(sure, right)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + count**0.5 / 2:.1f}" fill="#2a6fb0"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def found(posts: Sequence[corpus.Labelled]) -> Located:
    """Return what the program as it is finds in posts."""
    words = load_words()
    return [(post, find_gaps(post.draft, words=words)) for post in posts]


def learned(report: Callable[[Located], object] = table) -> None:
    """Print the figures on training drafts under models that have not seen their repositories."""
    try:
        from benchmarks import train_locator
    except ImportError:
        print("scikit-learn isn't installed: nothing is trained again")
        return
    print("training drafts, each judged without its repository")
    located = train_locator.curve(train_locator.measured_all())
    report(located)
    PICTURE.write_text(picture(calibration(located)), "utf-8")


def run() -> None:
    """Print all figures."""
    quick = "--quick" in sys.argv
    old, more = corpus.find(), corpus.find("corpus2")
    posts = [path.read_bytes() for path in sorted((ROOT / "drafts").rglob("*.md"))]
    if old is None or more is None:
        print("no labelled drafts here (set CORPUS and CORPUS2 to their folders): no scores")
    else:
        posts = [post.draft.data for post in corpus.read(more, "train")]
        if not quick:
            learned()
        if "--validation" in sys.argv:
            print("validation drafts, from which nothing was learned")
            located = found(corpus.read(more, "validation"))
            table(located)
            calibration(located)
            for least in (0.0, SURE):
                replaced(located, least=least)
    speed.in_memory(posts)
    for path in sorted((ROOT / "drafts").glob("*.md"))[:1]:
        speed.sample(path)
    if not quick:
        speed.folder(posts)


if __name__ == "__main__":
    run()
