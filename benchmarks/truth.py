"""Measure the checks on authors that nothing was tuned on: inventions marked, and false marks.

    python -m benchmarks.truth [--show] [--train]

- Answers (`benchmarks.answers`): sections as a hosted model writes them, inventions marked by those who wrote
  them. An invention is found where a warning touches it; a warning that touches none is a false mark. As
  sentences in a row share a warning, the sentences that are marked falsely are counted, too.
- Finished sections (`benchmarks.voices`): each is taken out of its post and checked as an expansion of the
  gap that it leaves; the author's words are the rest of the post and the other posts. All warnings count as
  false, though such a section does tell things that its author tells nowhere else.
- Planted: 200 invented facts, twenty of each kind, planted one at a time into such sections. Found are those
  that a warning touches, or, for addresses, that a note says were taken away.

With `--train`, the authors that were learned from are measured, whose figures prove nothing. `VOICES` names
the folder of the authors' posts, else `shared/voice` beside this repository.
"""

from __future__ import annotations

import random
import sys
import time
import timeit
from collections import Counter
from collections.abc import Sequence
from typing import Any

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.markup import without_foreign
from assistant.core.checks import Context, Lists, check
from assistant.core.checks.claims import Support, claims
from assistant.core.checks.context import words
from assistant.core.checks.passage import read
from assistant.core.types import Warning
from benchmarks import answers, freely, invention, voices

FACTS = 200
FOUND_TARGET, FALSE_TARGET = 0.95, 0.3
SEED = 200


def run(*, show: bool = False, train: bool = False) -> dict[str, Any]:
    """Measure all three, print them with bootstrap intervals, and return them."""
    is_train = "not " if not train else ""
    sections = [s for s in voices.finished() if _is_measured(s.author, train)]
    if not sections:
        others = "" if train else ", or measure those learned from with --train"
        print(f"truth: no posts of authors {is_train}learned from; set VOICES to their folder{others}")
        return {}
    lists = load_lists()
    print(f"truth: authors {is_train}learned from")
    found, false, alone, kinds = _answered(
        [a for a in answers.read() if _is_measured(a.author, train)], lists, show
    )
    contexts = [Context(own=s.rest, series=s.others, lists=lists) for s in sections]
    codes, noted = _untouched(sections, contexts)
    hits, planted = _planted(sections, contexts, show=show)
    _print("inventions marked", found, len(found), "in answers", 0.8)
    print("    " + ", ".join(f"{kind} {hit}/{whole}" for kind, (hit, whole) in sorted(kinds.items())))
    _print("false marks", false, len(false), "answers, each", 0.4)
    _print("  sentences in all", alone, len(alone), "answers, each", 0)
    rates = [sum(code.values()) for code in codes]
    _print("false marks", rates, len(rates), "finished sections, each", FALSE_TARGET)
    print("    " + ", ".join(f"{code} {count}" for code, count in sum(codes, Counter[str]()).most_common()))
    print(f"    {noted / len(sections):.2f} addresses a section would be taken away, with a note")
    _print("planted, found", hits, len(hits), "facts", FOUND_TARGET)
    print("    " + ", ".join(f"{kind} {count}/{FACTS // 10}" for kind, count in planted.items()))
    for name, facts in freely.facts().items():
        _print(f"planted, {name}", _freely(facts, sections, contexts), len(facts), "freely.txt", 0)
    milliseconds = _speed(lists)
    print(f"  checking 200 words against 100 posts, warm: {milliseconds:.0f} ms (at most 50)")
    return {
        "milliseconds": milliseconds,
        "found": _mean(found), "false": _mean(false), "finished": _mean(rates), "planted": _mean(hits),
        "kinds": kinds,
    }  # fmt: skip


def _speed(lists: Lists) -> float:
    """Return the processor milliseconds that the checks of a piece take once the author's posts are read."""
    sections = list(voices.finished())
    posts = tuple(dict.fromkeys(text for section in sections for text in section.others))[:100]
    piece = " ".join(" ".join(section.text for section in sections).split()[:200])
    context = Context(own=sections[0].rest, series=posts, lists=lists)
    check(piece, context=context)  # reads the posts
    return (
        min(timeit.repeat(lambda: check(piece, context=context), timer=time.process_time, repeat=5, number=1))
        * 1000
    )


def _is_measured(author: str, train: bool) -> bool:
    return answers.is_learned_from(author) if train else author in answers.APART


def _print(what: str, values: Sequence[float], count: int, of: str, target: float) -> None:
    if not values:
        print(f"  {what:18} not measured: 0 {of}")
        return
    low, high = interval(values)
    aim = f" (target {target})" if target else ""
    print(f"  {what:18} {_mean(values):5.2f}  [{low:.2f}, {high:.2f}]  {count} {of}{aim}")


def interval(values: Sequence[float], *, rounds: int = 1000) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean."""
    chance = random.Random(SEED)
    means = sorted(_mean(chance.choices(values, k=len(values))) for _ in range(rounds)) if values else [0.0]
    return means[int(0.025 * len(means))], means[int(0.975 * len(means))]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _answered(
    given: Sequence[answers.Answer], lists: Lists, show: bool
) -> tuple[list[float], list[float], list[float], dict[str, tuple[int, int]]]:
    """Return whether each invention was marked, false marks and sentences by answer, and counts by kind."""
    found: list[float] = []
    false: list[float] = []
    alone: list[float] = []
    hits: Counter[str] = Counter()
    wholes: Counter[str] = Counter()
    for answer in given:
        context = Context(own=answer.rest, series=answer.others, lists=lists)
        warnings = check(answer.text, context=context)
        spans = [(*answers.span(answer.text, words), kind) for words, kind in answer.invented]
        data = answer.text.encode()
        places = [(len(data[: w.start].decode()), len(data[: w.end].decode())) for w in warnings]
        for start, end, kind in spans:
            is_found = any(first < end and start < last for first, last in places)
            found.append(is_found)
            hits[kind] += is_found
            wholes[kind] += 1
            if show and not is_found:
                print(f"missed {kind}: {answer.text[start:end]}")
        wrong = [p for p in places if not _touches(*p, spans)]
        false.append(len(wrong))
        marked = (c for c in claims(read(answer.text), context) if c.support is Support.UNSUPPORTED)
        alone.append(sum(not _touches(claim.start, claim.end, spans) for claim in marked))
        if show:
            for first, last in wrong:
                print(f"false: {answer.text[first:last]}")
    return found, false, alone, {kind: (hits[kind], whole) for kind, whole in wholes.items()}


def _touches(first: int, last: int, spans: Sequence[tuple[int, int, str]]) -> bool:
    return any(first < end and start < last for start, end, _ in spans)


def _planted(
    sections: list[voices.Section], contexts: list[Context], *, show: bool
) -> tuple[list[float], Counter[str]]:
    """Return for each fact whether it was found, and how many of each kind were."""
    chance = random.Random(SEED)
    hits: list[float] = []
    kinds: Counter[str] = Counter()
    for number in range(FACTS):
        kind = invention.KINDS[number % len(invention.KINDS)]
        at = chance.randrange(len(sections))
        fact = invention.invent(kind, chance)
        while _is_said(fact, contexts[at], sections[at].text):
            fact = invention.invent(kind, chance)
        text = invention.plant(sections[at].text, fact, chance)
        cleaned, notes = without_foreign(text, context=contexts[at])
        warnings = check(cleaned, context=contexts[at])
        hits.append(_is_found(fact, cleaned, warnings, notes))
        kinds[kind] += int(hits[-1])
        if show and not hits[-1]:
            print(f"missed {kind}: {fact.sentence}")
    return hits, kinds


def _freely(
    facts: list[invention.Fact], sections: list[voices.Section], contexts: list[Context]
) -> list[float]:
    """Return for each fact in freer words whether it was found where it was planted, each into one section.

    What every author has said is left out, and of the held-out ones nothing is shown.
    """
    chance = random.Random(SEED)
    hits: list[float] = []
    for fact in facts:
        places = chance.sample(range(len(sections)), len(sections))
        at = next((p for p in places if not _is_said(fact, contexts[p], sections[p].text)), None)
        if at is None:
            continue
        text = invention.plant(sections[at].text, fact, chance)
        cleaned, notes = without_foreign(text, context=contexts[at])
        hits.append(_is_found(fact, cleaned, check(cleaned, context=contexts[at]), notes))
    return hits


def _is_said(fact: invention.Fact, context: Context, text: str) -> bool:
    """Tell whether the author happens to have used the invented words."""
    if context.says(fact.words) or fact.words in text:
        return True
    figures = [word for word in words(fact.words) if word.isdigit()]
    known = context.vocabulary | set(words(text))
    return fact.kind in ("number", "date", "money") and bool(figures) and all(f in known for f in figures)


def _is_found(fact: invention.Fact, text: str, warnings: tuple[Warning, ...], notes: tuple[str, ...]) -> bool:
    if fact.kind == "url" and fact.words not in text:
        return bool(notes)
    start = len(text[: text.index(fact.words)].encode())
    end = start + len(fact.words.encode())
    return any(w.start < end and start < w.end for w in warnings)


def _untouched(sections: list[voices.Section], contexts: list[Context]) -> tuple[list[Counter[str]], int]:
    """Return the warnings on each finished section by code, and how many addresses would be taken away."""
    codes = []
    noted = 0
    for section, context in zip(sections, contexts, strict=True):
        text, notes = without_foreign(section.text, context=context)
        noted += len(notes)
        codes.append(Counter(warning.code for warning in check(text, context=context)))
    return codes, noted


if __name__ == "__main__":
    run(show="--show" in sys.argv, train="--train" in sys.argv)
