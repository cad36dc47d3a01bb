"""Measure how close an expansion gets to its author, with the voice and without it.

    python -m benchmarks.voice [--minutes N] [--keep FILE] [--sections N]

Leave-one-section-out over real blogs: a finished section is removed, written by the default local model from
the same request with the author's finished text shown and without, and compared with the author's other text.
Sections are written in rounds, one of each author's, so that
a run that ends early has as many of each; with `--keep` the next run goes on where the last one ended.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.adapters import settings
from assistant.app import workspace
from assistant.app.expand import expand
from assistant.app.job import Job
from assistant.app.models import Connection, connect
from assistant.core.prompt.shared import SharedTurns
from assistant.core.text.list_style import ANY
from assistant.core.types import Expanded, Failed, GapKind, Message
from benchmarks import authors, lists, style

PER_AUTHOR = 6
ANSWER = 130
"""Tokens of an answer at most: enough to hear a voice, and it keeps a run affordable on two cores."""
CONDITIONS = ("voice", "without", "author")
"""The last one is what the author wrote there: how near a measure can come with so few words."""
JOBS = 4
"""Sections written at once."""
AS_LIST = "as a list"
"""What the author is taken to say where a section had a list, to see how that list is written."""


@dataclass
class Written:
    """A blanked section with what was written for it, by condition."""

    section: authors.Section
    listed: bool = False
    """True where the section had a list, and one was asked for."""
    texts: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    copied: float = 0.0
    """The share of runs of eight words that are in what the model saw with the voice."""
    seconds: float = 0.0

    @property
    def key(self) -> list[Any]:
        """What tells it from the others in a file."""
        return [self.section.post.file, self.section.heading.span.start, self.listed]


def run(
    limit: int | None = None, *, minutes: float = float("inf"), keep: Path | None = None
) -> dict[str, Any]:
    """Have sections written, print the table, return the figures.

    `limit` is sections per author, and as many again of those that have a list. After `minutes` no other
    round begins. What is written is kept in the file `keep`, and not written again.
    """
    folder = authors.find()
    if folder is None:
        print("voice: no authors found; name their folder with VOICES")
        return {}
    posts = authors.read(folder)
    began = time.monotonic()
    written = write(posts, limit or PER_AUTHOR, until=began + 60 * minutes, keep=keep)
    any_form, listed = ([w for w in written if w.listed == wanted] for wanted in (False, True))
    figures = measure(posts, any_form, listed)
    measure_lists(posts, listed, figures)
    figures["minutes"] = round(sum(w.seconds for w in written) / 60 / JOBS, 1)
    print(table(figures))
    return figures


def write(
    posts: dict[str, list[authors.Post]], most: int, *, until: float, keep: Path | None
) -> list[Written]:
    """Have the default local model write removed sections, in rounds of one section of each author's.

    The last rounds are of sections that had a list, with a list asked for.
    """
    written = list(_kept(posts, most, keep)) if keep and keep.is_file() else []
    there = [w.key for w in written]
    connection = connect(settings.Settings(model=settings.BUILT_IN, jobs=JOBS), cached=False)
    try:
        with ThreadPoolExecutor(JOBS) as pool:
            for some in _rounds(posts, most):
                if time.monotonic() > until:
                    break
                missing = [w for w in some if w.key not in there]
                for one in pool.map(lambda w: _written(w, posts[w.section.post.author], connection), missing):
                    written.append(one)
                    if keep:
                        with keep.open("a", encoding="utf-8") as file:
                            row: dict[str, Any] = {
                                "key": one.key,
                                "texts": one.texts,
                                "failures": one.failures,
                            }
                            row |= {"copied": one.copied, "seconds": one.seconds}
                            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    finally:
        connection.close()
    return written


def _rounds(posts: dict[str, list[authors.Post]], most: int) -> Iterator[list[Written]]:
    chosen = {
        listed: [authors.sections(own, most, listed=listed) for own in posts.values()]
        for listed in (False, True)
    }
    for listed in (False, True):
        for number in range(most):
            yield [Written(some[number], listed) for some in chosen[listed] if number < len(some)]


def _kept(posts: dict[str, list[authors.Post]], most: int, keep: Path) -> Iterator[Written]:
    """Yield what the file has of the sections that would be written."""
    rows = [json.loads(line) for line in keep.read_text("utf-8").splitlines()]
    for one in (w for some in _rounds(posts, most) for w in some):
        for row in rows:
            if row["key"] == one.key:
                yield replace(one, **{name: value for name, value in row.items() if name != "key"})


def _written(one: Written, own: list[authors.Post], connection: Connection) -> Written:
    section = one.section
    with tempfile.TemporaryDirectory() as folder:
        blog = Path(folder)
        (blog / settings.BLOG_FILE).write_text('series = ["*"]\n')
        for post in own:
            (blog / post.file).write_bytes(post.draft.data)
        path = blog / section.post.file
        path.write_bytes(section.blanked())
        asked = AS_LIST if one.listed else ""
        draft = workspace.open_draft(
            str(path), model=settings.BUILT_IN, jobs=1, max_tokens=ANSWER, instruction=asked
        )
        gap = next(
            (g for g in draft.gaps if g.kind is GapKind.EMPTY_SECTION and g.span == section.heading.span),
            None,
        )
        if gap is None:
            return one
        job = workspace.job(draft, connection)
        began = time.monotonic()
        for condition, form in (("voice", job), ("without", _bare(job))):
            for event in expand(form, [gap], model=connection.model):
                if isinstance(event, Expanded):
                    one.texts[condition] = event.hunks[0].replacement.decode().strip()
                elif isinstance(event, Failed):
                    one.failures[condition] = event.message
        shown = "\n\n".join(m.content for m in job.prompts(gap)[0].messages if m.role == "assistant")
        one.copied = _copied(one.texts.get("voice", ""), shown)
        one.seconds = time.monotonic() - began
        return one


def _bare(job: Job) -> Job:
    """Return the job with the same requests and rules, and nothing learned of the author but the lengths."""
    asks = job.capabilities.asks
    rules = job.templates.render(
        "system", title=job.draft.title, language="", spelling="", avoided=(), asks=asks
    )
    lists = replace(job.lists, spellings=(), cliches=()) if job.lists else None
    voice = replace(job.voice, sections=(), items=(), pool=(), own=(), lists=ANY)
    bare = replace(job, voice=voice, lists=lists)
    bare.shared = SharedTurns((Message("system", rules),), job.count(rules), ())
    return bare


def measure(
    posts: dict[str, list[authors.Post]], written: list[Written], listed: list[Written]
) -> dict[str, Any]:
    """Return the figures of what was written, by condition; for spelling, lists count too."""
    both = [w for w in written if len(w.texts) == 2]
    spelled = [*both, *(w for w in listed if len(w.texts) == 2)]
    for w in spelled:
        w.texts["author"] = w.section.text
    bodies = {p.file: _body(p) for own in posts.values() for p in own}
    rest = dict(bodies)
    for w in written:
        rest[w.section.post.file] = rest[w.section.post.file].replace(w.section.text, "")
    delta = style.Delta(list(rest.values()))
    verifier = style.Verifier(rest.values())
    vectors = {file: verifier.vector(text) for file, text in rest.items()}
    figures: dict[str, Any] = {"sections": len(both), "asked": len(written), "authors": len(posts)}
    for condition in CONDITIONS:
        figures[condition] = {
            "delta": _delta(posts, both, rest, delta, condition),
            "nearest": _nearest(posts, both, verifier, vectors, condition),
            "spelling": _spelling(posts, spelled, rest, condition),
            "sentences": _sentences(posts, both, rest, condition),
            "lists": statistics.fmean(
                bool(lists.ITEM.search(w.texts[condition])) == bool(lists.ITEM.search(w.section.text))
                for w in both
            ),
            "expanded": statistics.fmean(condition in w.texts for w in written),
        }
    figures["copied"] = statistics.fmean(w.copied for w in both)
    return figures


def measure_lists(
    posts: dict[str, list[authors.Post]], written: list[Written], figures: dict[str, Any]
) -> None:
    """Add to each condition how many traits of its lists are those of the author's other lists."""
    both = [w for w in written if len(w.texts) == len(CONDITIONS)]
    figures["listed"] = len(both)
    for condition in CONDITIONS:
        agreed: list[list[bool]] = []
        for w in both:
            own = posts[w.section.post.author]
            author = lists.traits(_body(post).replace(w.section.text, "") for post in own)
            text = w.section.text if condition == "author" else w.texts[condition]
            agreed += [lists.agreement(text, author)] if author else []
        figures[condition]["traits"] = [statistics.fmean(trait) for trait in zip(*agreed, strict=True)]


def _body(post: authors.Post) -> str:
    return post.draft.body


def _pooled(both: list[Written], author: str, condition: str) -> list[str]:
    """Return the words written for an author, as many as every condition has: few words seem far from all."""
    own = [w for w in both if w.section.post.author == author]
    pooled = {c: [word for w in own for word in style.words(w.texts[c])] for c in CONDITIONS}
    return pooled[condition][: min(map(len, pooled.values()))]


def _delta(
    posts: Any, both: list[Written], rest: dict[str, str], delta: style.Delta, condition: str
) -> float:
    distances = []
    for author, own in posts.items():
        if pooled := _pooled(both, author, condition):
            profile = [word for post in own for word in style.words(rest[post.file])]
            distances.append(delta.between(pooled, profile))
    return statistics.fmean(distances)


def _nearest(
    posts: Any, both: list[Written], verifier: style.Verifier, vectors: dict[str, Any], condition: str
) -> float:
    """Return how often the author is the nearest of all, the post in question left out of every profile."""
    sums = {author: style.total([vectors[p.file] for p in own]) for author, own in posts.items()}
    right = 0
    for w in both:
        mine, left_out = verifier.vector(w.texts[condition]), vectors[w.section.post.file]
        near = {
            author: style.cosine_without(
                mine, sums[author], left_out if author == w.section.post.author else {}
            )
            for author in posts
        }
        right += max(near, key=lambda author: near[author]) == w.section.post.author
    return right / len(both)


def _spelling(posts: Any, both: list[Written], rest: dict[str, str], condition: str) -> tuple[int, int]:
    """Return how many words of a variety are of the author's, and how many there are."""
    pairs = _pairs()
    british, american = {b for b, _ in pairs}, {a for _, a in pairs}
    agree = total = 0
    for author, own in posts.items():
        counts = Counter(w for p in own for w in style.words(rest[p.file]))
        british_share = sum(counts[w] for w in british)
        american_share = sum(counts[w] for w in american)
        if british_share == american_share:
            continue
        side = british if british_share > american_share else american
        for w in both:
            if w.section.post.author == author:
                words = [x for x in style.words(w.texts[condition]) if x in british or x in american]
                agree += sum(x in side for x in words)
                total += len(words)
    return agree, total


def _pairs() -> list[tuple[str, str]]:
    from importlib import resources

    text = (resources.files("assistant") / "data" / "spelling.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.split("\n") if line and not line.startswith("#"))
    return [(line[0], line[1]) for line in lines if len(line) == 2]


def _sentences(posts: Any, both: list[Written], rest: dict[str, str], condition: str) -> float:
    """Return by how many words sentences are off the author's, as the distance of the distributions."""
    distances = []
    for author, own in posts.items():
        theirs = [n for post in own for n in style.sentence_lengths(rest[post.file])]
        ours = [
            n
            for w in both
            if w.section.post.author == author
            for n in style.sentence_lengths(w.texts[condition])
        ]
        if ours:
            distances.append(style.earth_movers(ours, theirs))
    return statistics.fmean(distances)


def _copied(text: str, shown: str) -> float:
    """Return the share of runs of eight words that are in what the model was shown."""
    mine, theirs = style.words(text), style.words(shown)
    seen = {tuple(theirs[i : i + 8]) for i in range(len(theirs) - 7)}
    runs = [tuple(mine[i : i + 8]) for i in range(len(mine) - 7)]
    return statistics.fmean(run in seen for run in runs) if runs else 0.0


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    shown = [figures[condition] for condition in CONDITIONS]

    def spelled(pair: tuple[int, int]) -> str:
        return f"{pair[0] / max(1, pair[1]):.0%} of {pair[1]} words"

    rows = [
        ("Burrows's Delta (lower is nearer)", [f"{f['delta']:.2f}" for f in shown]),
        ("the right author is nearest, of six", [f"{f['nearest']:.0%}" for f in shown]),
        ("spelling as the author's", [spelled(f["spelling"]) for f in shown]),
        ("sentence lengths off by (words)", [f"{f['sentences']:.1f}" for f in shown]),
        ("a list where the author has one, and nowhere else", [f"{f['lists']:.0%}" for f in shown]),
        ("sections expanded", [f"{f['expanded']:.0%}" for f in shown]),
    ]
    if figures["listed"]:
        traits = enumerate(("mark", "bold lead-ins", "what items end in", "length of items"))
        rows += [
            (f"lists as the author's: {name}", [f"{f['traits'][at]:.0%}" for f in shown])
            for at, name in traits
        ]
        rows.append(
            ("lists as the author's, in all", [f"{statistics.fmean(f['traits']):.0%}" for f in shown])
        )
    lines = ["| measure | with the voice | without | the author |", "|---|---|---|---|"]
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in rows]
    lines.append("")
    lines.append(
        f"{figures['sections']} sections of {figures['authors']} authors, {figures['listed']} more as lists, "
        f"{figures['copied']:.1%} of runs of 8 words copied from what was shown, {figures['minutes']} minutes"
    )
    return "\n".join(lines)


def main() -> None:
    """Run with the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--sections", type=int, help="of each author")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    run(options.sections, minutes=options.minutes, keep=options.keep)


if __name__ == "__main__":
    main()
