"""Count how many expansions of real drafts are clean, with the default local model.

    python -m benchmarks.clean [--limit N] [--skip N] [--part NAME] [--each N] [--show] [--cached]

`CORPUS` names the folder of labelled drafts, else `shared/corpus` beside this repository; `--part` takes one
part of its `split.json`, such as `validation`. `--each` takes so many drafts of each language but English,
and one gap of each, to count the texts in the draft's language. `--cached` keeps the replies in the cache
folder, and takes those that an earlier run kept: a change of the cleaning is measured without the model.
docs/clean.md defines what is clean; `benchmarks.judge` decides it.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.adapters import settings
from assistant.app import workspace
from assistant.app.models import Connection, connect
from assistant.app.run import Run
from assistant.core.types import Expanded, Failed
from benchmarks import judge

CLEAN_TARGET, LOST_TARGET = 0.97, 0.05


@dataclass
class Count:
    """What happened to the gaps."""

    drafts: int = 0
    gaps: int = 0
    requested: int = 0
    """Texts asked for: one for each gap, or for each of its targets."""
    offered: int = 0
    clean: int = 0
    lost: int = 0
    """Texts that the program gave up on."""
    faults: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    asked_in: Counter[str] = field(default_factory=Counter)
    written_in: Counter[str] = field(default_factory=Counter)
    """Texts asked for, and those offered in the draft's language, by its code."""


def folder() -> Path | None:
    """Return the corpus' folder: what CORPUS names, or `shared/corpus` beside this repository."""
    named = [Path(os.environ["CORPUS"])] if os.environ.get("CORPUS") else []
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return next((f for f in (*named, beside) if (f / "labels.json").is_file()), None)


def run(
    limit: int | None = None,
    *,
    skip: int = 0,
    part: str = "",
    each: int = 0,
    show: bool = False,
    cached: bool = False,
) -> dict[str, Any]:
    """Expand the drafts with the built-in model, print the figures and return them.

    `limit` takes that many drafts, in an order of a fixed seed, after the first `skip`, of one `part` of the
    corpus or of all, or only `each` so many of a language; `show` prints every text with a fault, and
    `cached` keeps the replies for the next run.
    """
    corpus = folder()
    if corpus is None:
        print("clean: no corpus; set CORPUS to the folder of labelled drafts")
        return {}
    labels = json.loads((corpus / "labels.json").read_text("utf-8"))
    drafts = [entry for entry in labels if any(gap.get("certain") for gap in entry["gaps"])]
    if part:
        names = json.loads((corpus / "split.json").read_text("utf-8"))[part]
        drafts = [entry for entry in drafts if entry["file"] in names]
    random.Random(4).shuffle(drafts)
    if each:
        languages = sorted({entry["lang"] for entry in drafts} - {"en"})
        fillable = [
            entry for entry in drafts if entry["lang"] != "en" and _has_gap(corpus / "files" / entry["file"])
        ]
        drafts = [e for code in languages for e in [d for d in fillable if d["lang"] == code][:each]]
    connection = connect(settings.Settings(model=settings.BUILT_IN), cached=cached)
    count = Count()
    try:
        for entry in drafts[skip:][:limit]:
            path = corpus / "files" / entry["file"]
            _one(path, entry["lang"], connection, count, most=1 if each else None, show=show)
            if show:
                done = f"{count.drafts} drafts, {count.clean} of {count.offered} clean, {count.lost} given up"
                print(f"-- {entry['file']}: {done}", flush=True)
    finally:
        connection.close()
    return _report(count)


def _one(
    path: Path, language: str, connection: Connection, count: Count, *, most: int | None, show: bool
) -> None:
    """Expand one draft, at most so many gaps of it, and count the results."""
    post = workspace.open_draft(str(path), model=settings.BUILT_IN)
    job = workspace.job(post, connection=connection)
    gaps = [gap for gap in post.gaps if gap.fillable][:most]
    count.drafts += 1
    count.gaps += len(gaps)
    prompts = {(p.gap.id, p.target): p for gap in gaps for p in job.prompts(gap)}
    count.requested += len(prompts)
    count.asked_in[language] += len(prompts)
    others: list[str] = []
    for event in Run(post, gaps, job, connection).events():
        if isinstance(event, Failed):
            count.lost += 1
            count.reasons[event.message] += 1
            if show:
                print(f"## {path.name}: {event.gap.kind} {event.gap.heading_path[-1:]}: {event.message}")
        elif isinstance(event, Expanded):
            for hunk in event.hunks:
                if hunk.follows:
                    continue
                targets = (t for t in event.gap.targets if t.start <= hunk.span.start <= t.end)
                target = next((t for t in targets if (event.gap.id, t) in prompts), None)
                prompt = prompts[event.gap.id, target]
                offer = judge.Offer(
                    post.draft,
                    event.gap,
                    hunk,
                    sent=prompt.messages,
                    target=target,
                    language=language,
                    most=prompt.words[1],
                    others=tuple(others),
                )
                faults = judge.faults(offer)
                others.append(offer.text)
                count.offered += 1
                count.clean += not faults
                count.written_in[language] += "language" not in faults
                count.faults.update(faults)
                if show and faults:
                    print(f"## {path.name}: {event.gap.kind} {event.gap.heading_path[-1:]}: {faults}")
                    print(f"   asked: {prompt.messages[-1].content!r}")
                    print(f"   text: {hunk.replacement.decode()!r}", flush=True)


def _has_gap(path: Path) -> bool:
    return any(gap.fillable for gap in workspace.open_draft(str(path), model=settings.BUILT_IN).gaps)


def _report(count: Count) -> dict[str, Any]:
    """Print the figures and return them."""
    clean, lost = count.clean / max(count.offered, 1), count.lost / max(count.requested, 1)
    print(f"clean: {count.drafts} drafts, {count.gaps} gaps, {count.requested} texts asked for")
    print(
        f"  clean of those offered  {clean:6.1%}  ({count.clean} of {count.offered}; "
        f"target {CLEAN_TARGET:.0%})"
    )
    print(f"  given up                {lost:6.1%}  ({count.lost}; target at most {LOST_TARGET:.0%})")
    for name, number in count.faults.most_common():
        print(f"    {number} {name}")
    for name, number in count.reasons.most_common():
        print(f"    {number} {name}")
    for code, number in sorted(count.asked_in.items()):
        print(f"  in the draft's language: {code} {count.written_in[code]} of {number}")
    return {
        "drafts": count.drafts,
        "asked": count.requested,
        "offered": count.offered,
        "clean": clean,
        "given_up": lost,
        "faults": dict(count.faults),
        "reasons": dict(count.reasons),
    }


if __name__ == "__main__":
    limit = int(sys.argv[sys.argv.index("--limit") + 1]) if "--limit" in sys.argv else None
    skip = int(sys.argv[sys.argv.index("--skip") + 1]) if "--skip" in sys.argv else 0
    part = sys.argv[sys.argv.index("--part") + 1] if "--part" in sys.argv else ""
    each = int(sys.argv[sys.argv.index("--each") + 1]) if "--each" in sys.argv else 0
    flags = {name: f"--{name}" in sys.argv for name in ("show", "cached")}
    run(limit, skip=skip, part=part, each=each, **flags)
