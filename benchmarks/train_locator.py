"""Train the locator on labelled drafts: `python -m benchmarks.train_locator` writes `data/gaps/model.json`.

With `--curve`, it prints what the model is worth when it learns from fewer repositories.

CORPUS names the folder with the first labelled drafts, CORPUS2 the one with the second, of which only the
`train` part is read; CORPUS3 may name one with further ones, FINISHED a folder of finished posts,
`<repository>__<name>.md`, that nobody labelled. Needs scikit-learn (`pip install writing-assistant[bench]`).
Seeds are fixed. `benchmarks.locator` says what the model is worth.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from assistant.adapters.wordlists import DATA, load_words
from assistant.core.gaps import SHOWN, decision, find_gaps
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.learned import Judge
from assistant.core.gaps.measures import seen
from assistant.core.gaps.model import MASK, Model, parse_model
from assistant.core.gaps.units import INDENTED, ITEM, PLAIN
from assistant.core.text.draft import parse
from assistant.core.types import Gap, GapKind
from benchmarks import corpus, synthetic

COPIES = 3
"""Changed drafts that are made of each real one."""
MADE, OLD = 0.33, 0.6
"""What a unit of a made draft counts, and one of the drafts that the detectors were written from."""
FURTHER = 0.35
"""What a unit of a finished post counts that nobody labelled."""
FOLDS = 5
STAGES = (8, 20, 40)
"""After so many trees, a unit that is plainly written is asked about no more."""
LOST = 0.015
"""The share of unwritten units that may be lost at each of them."""
LIKELY = -1.0
"""The log-odds from which on an unwritten unit must not be lost on the way; others aren't shown anyway."""
LEAST = (0.02, 0.02)
"""The shares of such units that may be lost by what is seen at a glance, and with their words."""
PARTS = {"unit": 10, "section": 21, "draft": 22, "list": 9}
"""How many columns each part has of what is seen of a unit without reading it."""
PULL = 0.15
"""How freely words may weigh; less is nearer to nothing."""
WORDS = load_words()
Labels = Sequence[dict[str, Any]]


@dataclass
class Post:
    """A draft's units and remarks as they are learned from."""

    repo: str
    made: bool
    rows: Any
    around: Any
    """Rows of what is seen of each unit, and of its section, its draft and its list."""
    words: list[list[int]]
    asked: list[list[int]]
    truth: Any
    weight: Any
    kind: list[str]
    form: Any
    remarks: list[list[int]]
    remark_truth: Any
    remark_weight: Any


def overlap(span: tuple[int, int], gap: dict[str, Any]) -> int:
    """Return how many lines a span shares with a gap."""
    return int(min(span[1], gap["end_line"]) - max(span[0], gap["start_line"]) + 1)


def measured(data: bytes, labels: Labels, *, repo: str, old: bool, made: bool) -> Post:
    """Measure a draft; of a made one, only what is near the places that were changed."""
    draft = parse(data)
    layout = Layout(draft, WORDS)
    detected = decision.candidates(layout)
    decision.contextualise(layout, detected)
    judge = Judge(layout, detected)
    changed = [gap for gap in labels if gap.get("synthetic")]
    counts = (MADE if made else 1.0) * (OLD if old else 1.0)
    spans = [draft.lines((unit.start, unit.end)) for unit in judge.units]
    near = range(len(spans))
    if made:
        hit = {i for i, span in enumerate(spans) if any(overlap(span, gap) > 0 for gap in changed)}
        near = sorted({j for i in hit for j in range(i - 3, i + 4) if 0 <= j < len(spans)})
    chosen = [i for i in near if not judge.units[i].flags & PLAIN]
    readings = {i: judge.measurer.read(i) for i in chosen}
    marks = [unit_label(spans[i], judge.units[i].size, labels) for i in chosen]
    sizes = Counter(owner for _, _, owner in marks if owner >= 0)
    weight = [w * counts * (sizes[owner] ** -0.5 if owner >= 0 else 1.0) for _, w, owner in marks]
    remarks = []
    for remark in judge.remarks:
        span = draft.lines((remark.start, remark.end))
        if made and not any(overlap((span[0] - 2, span[1] + 2), gap) > 0 for gap in changed):
            continue
        unit = judge.unit_at(remark.start)
        around = unit.end - unit.start if unit else 0
        text = layout.text(remark.start, remark.end)[:120]
        remarks.append((sorted(judge.remark_hashes(remark)), *remark_label(span, text, around, labels)))
    return Post(
        repo, made, np.array([judge.measurer.row(i, readings[i]) for i in chosen], np.float32),
        np.array([[*seen(unit.form, unit.last, unit.size, unit.flags, unit.place),
                   *itertools.chain(*judge.measurer.around(unit).values())]
                  for unit in (judge.units[i] for i in chosen)], np.float32),
        [judge.measurer.places(judge.units[i]) for i in chosen],
        [judge.measurer.asked(readings[i]) for i in chosen], np.array([truth for truth, _, _ in marks]),
        np.array(weight), [labels[owner]["kind"] if owner >= 0 else "" for _, _, owner in marks],
        np.array([judge.units[i].form for i in chosen]), [one for one, _, _ in remarks],
        np.array([truth for _, truth, _ in remarks]), np.array([w * counts for _, _, w in remarks]),
    )  # fmt: skip


def unit_label(span: tuple[int, int], size: int, labels: Labels) -> tuple[int, float, int]:
    """Return whether a unit is a gap, what it counts, and the gap's index."""
    truth, owner, weight = 0, -1, 1.0
    for number, gap in enumerate(labels):
        shared = overlap(span, gap)
        if shared <= 0 or gap.get("nothing"):
            continue
        if not gap["certain"]:
            weight = weight if truth else 0.0
        elif shared / (span[1] - span[0] + 1) >= 0.45 or (
            gap.get("sub") == "cut-off" and gap["end_line"] >= span[1]
        ):
            truth, owner, weight = 1, number, 1.0
            # a remark in a long unit is the other model's, not the unit's
            if gap["kind"] in ("marker", "comment") and size > 25:
                weight = 0.0
            elif gap["kind"] == "instruction" and size > 25:
                weight = 0.3
        elif not truth:
            weight = 0.0
    return truth, weight, owner


def remark_label(span: tuple[int, int], text: str, around: int, labels: Labels) -> tuple[int, float]:
    """Return whether a remark is a gap, and what it counts; `around` is the length of its unit."""
    truth, weight = 0, 1.0
    said = text.lower()
    bare = said.strip("[](){}<>*_ ")
    for gap in labels:
        if gap.get("nothing") or overlap(span, gap) <= 0:
            continue
        if not gap["certain"]:
            weight = weight if truth else 0.0
            continue
        asked = (gap.get("instruction") or "").lower()
        if gap["kind"] not in ("marker", "comment", "instruction"):
            same = False
        elif gap.get("synthetic"):
            same = (not asked and around < 120) or bool(
                asked and (bare in asked or asked.strip("[](){}<>*_ ") in said)
            )
        else:
            same = (
                around < 90
                or not asked
                or any(word in asked for word in bare.split()[:3])
                or any(word in said for word in asked.split()[:4])
            )
        if same:
            truth, weight = 1, 1.0
        elif not truth:
            weight = 0.0
    return truth, weight


def posts(real: Sequence[corpus.Labelled], old: set[str]) -> list[Post]:
    """Return the real drafts, then those made of them."""
    made = [
        measured(post.draft.data, post.gaps, repo=post.repo, old=post.file in old, made=False)
        for post in real
    ]
    for copy in range(COPIES):
        for number, post in enumerate(real):
            if len(post.draft.data) < 60_000:
                changed, labels = synthetic.make(post.draft.data, list(post.gaps), 1000 * copy + number)
                if any(gap.get("synthetic") for gap in labels):
                    made.append(measured(changed, labels, repo=post.repo, old=post.file in old, made=True))
    return made


def further(folder: Path) -> list[Post]:
    """Return finished posts that nobody labelled, as drafts without gaps, and drafts made of them."""
    written: list[Post] = []
    for number, path in enumerate(sorted(folder.iterdir())):
        data, repo = path.read_bytes(), path.name.partition("__")[0]
        layout = Layout(parse(data), WORDS)
        detected = decision.candidates(layout)
        decision.contextualise(layout, detected)
        if any(one.confidence >= 0.5 for one in detected):
            continue  # it may well be unfinished
        post = measured(data, (), repo=repo, old=False, made=False)
        post.made, post.weight = True, post.weight * FURTHER
        post.remark_weight = post.remark_weight * FURTHER
        written.append(post)
        changed, labels = synthetic.make(data, [], 90_000 + number)
        if labels:
            written.append(measured(changed, labels, repo=repo, old=False, made=True))
    return written


def hashed(rows: Sequence[Sequence[int]]) -> csr_matrix:
    """Return hashes as a matrix that counts each in its place of a table."""
    places: list[int] = []
    ends = [0]
    for row in rows:
        places += [place & MASK for place in row]
        ends.append(len(places))
    matrix = csr_matrix((np.ones(len(places), np.float32), places, ends), shape=(len(rows), MASK + 1))
    matrix.sum_duplicates()
    return matrix


def logistic(matrix: Any, truth: Any, weight: Any) -> LogisticRegression:
    """Fit a table of words."""
    return LogisticRegression(C=PULL, max_iter=300, solver="liblinear").fit(
        matrix, truth, sample_weight=weight
    )


def boosted(
    rows: Any,
    truth: Any,
    weight: Any,
    *,
    max_iter: int = 70,
    max_leaf_nodes: int = 10,
    learning_rate: float = 0.11,
) -> HistGradientBoostingClassifier:
    """Fit boosted trees."""
    return HistGradientBoostingClassifier(
        max_iter=max_iter, learning_rate=learning_rate, max_leaf_nodes=max_leaf_nodes, min_samples_leaf=20,
        max_depth=4,
        l2_regularization=5.0, max_features=0.45, random_state=0, early_stopping=False,
    ).fit(rows, truth, sample_weight=weight)  # fmt: skip


def gated(rows: Any, truth: Any, weight: Any) -> HistGradientBoostingClassifier:
    """Fit trees each of which looks at one part of the columns, so that what they say of it is found once."""
    ends = list(itertools.accumulate(PARTS.values(), initial=0))
    return HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.13, max_leaf_nodes=10, min_samples_leaf=20, max_depth=4,
        l2_regularization=5.0, max_features=0.45, random_state=0, early_stopping=False,
        interaction_cst=[set(range(*pair)) for pair in itertools.pairwise(ends)],
    ).fit(rows, truth, sample_weight=weight)  # fmt: skip


def parted(model: HistGradientBoostingClassifier) -> dict[str, Any]:
    """Return the trees of a gate by the part that each looks at; the columns are those of the part."""
    data = tree_data(model)
    parts: dict[str, Any] = {name: {"roots": [], "base": 0.0, "bars": []} for name in PARTS}
    firsts = dict(zip(PARTS, itertools.accumulate(PARTS.values(), initial=0), strict=False))
    parts["draft"]["base"] = data["base"]
    for root in data["roots"]:
        if not isinstance(root, list):
            parts["draft"]["base"] += root
            continue
        name = next(name for name in reversed(firsts) if root[0] >= firsts[name])
        parts[name]["roots"].append(moved(root, firsts[name]))
    return parts


def moved(node: Any, first: int) -> Any:
    """Return a tree whose columns are counted from `first`."""
    if not isinstance(node, list):
        return node
    column, limit, left, right, mean = node
    return [column - first, limit, moved(left, first), moved(right, first), mean]


def part(repo: str, count: int = FOLDS) -> int:
    """Return the part of the cross-validation in which a repository is left out."""
    return zlib.crc32(repo.encode()) % count


class Data:
    """The units and remarks of posts as matrices."""

    def __init__(self, posts: Sequence[Post]) -> None:
        """Lay them out."""
        self.rows = np.vstack([post.rows for post in posts if len(post.rows)])
        self.around = np.vstack([post.around for post in posts if len(post.rows)])
        self.words, self.asked = (
            vstack([hashed(getattr(post, name)) for post in posts if post.words]).tocsr()
            for name in ("words", "asked")
        )
        self.truth, self.weight, self.form = (
            np.concatenate([getattr(post, name) for post in posts if len(post.rows)])
            for name in ("truth", "weight", "form")
        )
        self.kind = np.array([kind for post in posts for kind in post.kind])
        self.inner = np.array(
            [zlib.crc32(post.repo[::-1].encode()) % 3 for post in posts for _ in post.words]
        )
        self.real = np.array([not post.made for post in posts for _ in post.words])
        self.remarks = vstack([hashed(post.remarks) for post in posts if post.remarks]).tocsr()
        self.remark_truth, self.remark_weight = (
            np.concatenate([getattr(post, name) for post in posts if post.remarks])
            for name in ("remark_truth", "remark_weight")
        )


def fitted(posts: Sequence[Post]) -> dict[str, Any]:
    """Return a model of posts, not calibrated; its trees see verdicts on words that had not seen the unit."""
    data = Data(posts)
    use = data.weight > 0
    said, first = np.zeros(len(data.truth)), np.zeros(len(data.truth))
    for one in range(3):
        out = data.inner == one
        some = use & ~out
        table = logistic(data.words[some], data.truth[some], data.weight[some])
        said[out] = table.decision_function(data.words[out])
        gate = gated(data.around[some], data.truth[some], data.weight[some])
        first[out] = gate.decision_function(data.around[out])
    both, rows = np.c_[first, said], np.c_[data.rows, said, first]
    mixed = LogisticRegression().fit(both[use], data.truth[use], sample_weight=data.weight[use])
    trees = boosted(rows[use], data.truth[use], data.weight[use])
    gaps = use & (data.truth == 1) & ((data.form <= ITEM) | (data.form == INDENTED))
    likely = gaps & (trees.decision_function(rows) > LIKELY)
    looks = first[likely], mixed.decision_function(both[likely])
    return {
        "words": table_data(logistic(data.words[use], data.truth[use], data.weight[use])),
        "asks": table_data(
            logistic(data.asked[gaps], np.isin(data.kind[gaps], ("instruction", "marker")), data.weight[gaps])
        ),
        "remark": table_data(logistic(data.remarks, data.remark_truth, data.remark_weight + 1e-9)),
        "gate": parted(gated(data.around[use], data.truth[use], data.weight[use])),
        "least": [round(float(np.quantile(look, lost)), 3) for look, lost in zip(looks, LEAST, strict=True)],
        "mixed": [round(float(one), 4) for one in (*mixed.coef_[0], *mixed.intercept_)],
        "trees": tree_data(trees) | {"bars": bars(trees, rows[likely])},
        "calibration": {name: RAW for name in ("unit", "remark")},
    }


def bars(trees: HistGradientBoostingClassifier, unwritten: Any) -> list[tuple[int, float]]:
    """Return after how many trees which log-odds are too low to go on, by the rows of unwritten units."""
    partial = list(trees.staged_decision_function(unwritten))
    return [(stage, round(float(np.quantile(partial[stage - 1], LOST)), 3)) for stage in STAGES]


RAW = (
    [round(-6 + 0.25 * step, 2) for step in range(49)],
    [round(float(1 / (1 + np.exp(6 - 0.25 * step))), 4) for step in range(49)],
)
"""A calibration that leaves probabilities as the model has them."""


def table_data(model: LogisticRegression) -> dict[str, Any]:
    """Return a table's weights in one byte each."""
    weights = model.coef_[0]
    scale = float(np.abs(weights).max()) / 127 or 1.0
    packed = zlib.compress(np.round(weights / scale).astype(np.int8).tobytes(), 9)
    return {"weights": base64.b64encode(packed).decode(), "scale": scale, "bias": float(model.intercept_[0])}


def tree_data(model: HistGradientBoostingClassifier) -> dict[str, Any]:
    """Return the trees as nested lists of column, threshold, left, right and mean; a leaf is its log-odds."""

    def node(nodes: Any, at: int) -> Any:
        one = nodes[at]
        if one["is_leaf"]:
            return round(float(one["value"]), 4)
        left, right = node(nodes, int(one["left"])), node(nodes, int(one["right"]))
        counts = [int(nodes[int(one[side])]["count"]) for side in ("left", "right")]
        means = [side[4] if isinstance(side, list) else side for side in (left, right)]
        mean = sum(a * b for a, b in zip(counts, means, strict=True)) / sum(counts)
        return [int(one["feature_idx"]), float(f"{one['num_threshold']:.6g}"), left, right, round(mean, 4)]

    return {
        "roots": [node(predictor.nodes, 0) for (predictor,) in model._predictors],
        "base": float(np.ravel(model._baseline_prediction)[0]),
    }


def loaded(data: dict[str, Any]) -> Model:
    """Return a model as the program reads it."""
    return parse_model(json.dumps(data), (DATA / "gaps" / "columns.txt").read_text("utf-8"))


def predicted(post: corpus.Labelled, data: dict[str, Any], threshold: float) -> list[Gap]:
    """Return the gaps of a post under a model."""
    return list(find_gaps(post.draft, words=replace(WORDS, model=loaded(data)), threshold=threshold))


NOTHING = "nothing stands here"
"""Why an empty item is a gap."""
LISTED = 0.3
"""The confidence from which on places are calibrated by."""
KINDS = {
    GapKind.NOTES: "unit",
    GapKind.INSTRUCTION: "unit",
    GapKind.MARKER: "remark",
    GapKind.COMMENT: "remark",
}


def learned(gap: Gap) -> bool:
    """Tell whether a gap's confidence is the model's: a detector's reasons are those of signals."""
    reasons = set(gap.why.split(", "))
    return reasons.isdisjoint(signal.reason for signal in WORDS.signals.values()) and reasons != {NOTHING}


def calibrated(data: dict[str, Any], located: Sequence[tuple[corpus.Labelled, list[Gap]]]) -> dict[str, Any]:
    """Return a model whose confidence is the share of such places that are gaps, by drafts left out."""
    lines = {}
    for name in ("unit", "remark"):
        pairs = [
            mark
            for post, gaps in located
            for mark in corpus.marks(
                post, [gap for gap in gaps if KINDS.get(gap.kind) == name and learned(gap)]
            )
            if 0 < mark[0] < 1
        ]
        if not pairs:
            lines[name] = RAW
            continue
        odds = np.array([[np.log(sure / (1 - sure))] for sure, _ in pairs])
        line = LogisticRegression(C=100.0).fit(odds, np.array([right for _, right in pairs]))
        share = line.predict_proba(np.array(RAW[0])[:, None])[:, 1]
        lines[name] = (RAW[0], [round(float(one), 4) for one in share])
    return {**data, "calibration": lines}


def labelled() -> tuple[list[corpus.Labelled], list[corpus.Labelled]]:
    """Return the first labelled drafts, and the second and further ones that may be learned from."""
    first, second, third = corpus.find(), corpus.find("corpus2"), corpus.find("corpus3")
    if first is None or second is None:
        raise SystemExit("no labelled drafts here: set CORPUS and CORPUS2 to their folders")
    return corpus.read(first), [*corpus.read(second, "train"), *(corpus.read(third) if third else ())]


def measured_all() -> list[Post]:
    """Return all that is learned from."""
    old, new = labelled()
    made = posts([*old, *new], {post.file for post in old})
    return made + (further(Path(os.environ["FINISHED"])) if os.environ.get("FINISHED") else [])


Located = list[tuple[corpus.Labelled, list[Gap]]]


def left_out(
    made: Sequence[Post], threshold: float, *, share: float = 1.0, seed: int = 0, scaled: bool = False
) -> Located:
    """Return what is found in each of the second drafts by a model that has not seen its repository.

    It learns from a `share` of the other repositories, which `seed` draws; `scaled` calibrates it by what is
    found like that in the other parts.
    """
    parts: list[tuple[dict[str, Any], Located]] = []
    for one in range(FOLDS):
        others = [
            post
            for post in made
            if part(post.repo) != one and part(f"{post.repo[::-1]}{seed or ''}", 100) < share * 100
        ]
        data = fitted(others)
        here = [post for post in labelled()[1] if part(post.repo) == one]
        parts.append(
            (data, [(post, predicted(post, data, LISTED if scaled else threshold)) for post in here])
        )
    if not scaled:
        return [pair for _, located in parts for pair in located]
    finished: Located = []
    for one, (data, here_located) in enumerate(parts):
        data = calibrated(data, [pair for other in range(FOLDS) if other != one for pair in parts[other][1]])
        finished += [(post, predicted(post, data, threshold)) for post, _ in here_located]
    return finished


def curve(made: Sequence[Post]) -> Located:
    """Print the F1 by how much is learned from; return what a model that learned from all of it finds."""
    located: Located = []
    for share, seeds in ((0.25, 3), (0.5, 3), (1.0, 1)):
        values = []
        for seed in range(seeds):
            located = left_out(made, SHOWN, share=share, seed=seed, scaled=True)
            whole = corpus.Score()
            for post, gaps in located:
                whole.add(corpus.score(post, gaps))
            values.append(whole.f1)
        print(f"  learned from {share:.0%} of the other repositories: F1", *(f"{one:.3f}" for one in values))
    return located


def main() -> None:
    """Fit the model that is shipped, calibrate it by drafts left out, and write it; or print the curve."""
    made = measured_all()
    if "--curve" in sys.argv:
        curve(made)
        return
    data = calibrated(fitted(made), left_out(made, LISTED))
    target = DATA / "gaps" / "model.json"
    target.write_text(json.dumps(data, separators=(",", ":")) + "\n", "utf-8")
    print(f"{sum(not post.made for post in made)} drafts, {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
