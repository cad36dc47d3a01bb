"""Measure the checks: invented facts found, and false warnings on sections that authors finished.

    python -m benchmarks.truth [--show]

A finished section is taken out of its post and checked as if it were an expansion of the gap that it
leaves; the author's words are the rest of the post and the author's other posts.

Found: of 200 invented facts (twenty of each kind, in words that the author nowhere uses), planted one at a
time into sections chosen at random, those that a warning touches, or, for addresses, that a note says were
taken away. False: all warnings of all checks on the sections as they are, per section. Such a section does
hold facts that its author tells nowhere else, and each of them counts as false here, though in an
expansion the warning would be right. Addresses that are taken away are notes, and are given separately.

`VOICES` names the folder of the authors' posts, else `shared/voice` beside this repository.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import Any

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.markup import without_foreign
from assistant.core.checks import Context, check
from assistant.core.checks.context import words
from assistant.core.types import Warning
from benchmarks import freely, invention, voices

FACTS = 200
FOUND_TARGET, FALSE_TARGET = 0.95, 0.3
SEED = 200


def run(*, show: bool = False) -> dict[str, Any]:
    """Measure both figures, print them with their definition, and return them."""
    place = voices.folder()
    if place is None:
        print("truth: no authors' posts; set VOICES to their folder")
        return {}
    sections = list(voices.sections(place))
    lists = load_lists()
    contexts = [Context(own=s.rest, series=s.others, lists=lists) for s in sections]
    hits, planted = _planted(sections, contexts, show=show)
    free = {
        name: _freely(facts, sections, contexts, show=show and name == "seen")
        for name, facts in freely.facts().items()
    }
    false, noted = _untouched(sections, contexts)
    share, rate = sum(hits.values()) / sum(planted.values()), sum(false.values()) / len(sections)
    print("truth: invented facts planted into finished sections, and the same sections untouched")
    print(f"  found           {share:6.1%}  of {sum(planted.values())} (target {FOUND_TARGET:.0%})")
    print("    " + ", ".join(f"{kind} {hits[kind]}/{planted[kind]}" for kind in invention.KINDS))
    for name, (count, whole) in free.items():
        print(f"  in freer words  {count / whole:6.1%}  of {whole} sentences {name}, see freely.txt")
    print(f"  false warnings  {rate:6.3f}  per finished section of {len(sections)} (target {FALSE_TARGET})")
    print("    " + ", ".join(f"{code} {count}" for code, count in false.most_common()))
    print(f"    {noted / len(sections):.2f} addresses a section would be taken away, with a note")
    return {
        "found": share,
        "found_freely": {name: count / whole for name, (count, whole) in free.items()},
        "false": rate,
        "sections": len(sections),
        "by_kind": dict(hits),
        "codes": dict(false),
    }


def _planted(
    sections: list[voices.Section], contexts: list[Context], *, show: bool
) -> tuple[Counter[str], Counter[str]]:
    """Return how many facts of each kind were found, and how many were planted."""
    chance = random.Random(SEED)
    hits: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    for number in range(FACTS):
        kind = invention.KINDS[number % len(invention.KINDS)]
        at = chance.randrange(len(sections))
        fact = invention.invent(kind, chance)
        while _is_said(fact, contexts[at], sections[at].text):
            fact = invention.invent(kind, chance)
        text = invention.plant(sections[at].text, fact, chance)
        cleaned, notes = without_foreign(text, context=contexts[at])
        warnings = check(cleaned, context=contexts[at])
        planted[kind] += 1
        if _is_found(fact, cleaned, warnings, notes):
            hits[kind] += 1
        elif show:
            print(f"missed {kind}: {fact.sentence}")
    return hits, planted


def _freely(
    facts: list[invention.Fact], sections: list[voices.Section], contexts: list[Context], *, show: bool
) -> tuple[int, int]:
    """Return how many facts in freer words are found and how many were planted, each into one section.

    What every author has said is left out, and of the held-out ones nothing is shown.
    """
    chance = random.Random(SEED)
    hits = planted = 0
    for fact in facts:
        places = chance.sample(range(len(sections)), len(sections))
        at = next((p for p in places if not _is_said(fact, contexts[p], sections[p].text)), None)
        if at is None:
            continue
        text = invention.plant(sections[at].text, fact, chance)
        cleaned, notes = without_foreign(text, context=contexts[at])
        planted += 1
        if _is_found(fact, cleaned, check(cleaned, context=contexts[at]), notes):
            hits += 1
        elif show:
            print(f"missed {fact.kind}, freely: {fact.sentence}")
    return hits, planted


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


def _untouched(sections: list[voices.Section], contexts: list[Context]) -> tuple[Counter[str], int]:
    """Return the warnings on finished sections by code, and how many addresses would be taken away."""
    false: Counter[str] = Counter()
    noted = 0
    for section, context in zip(sections, contexts, strict=True):
        text, notes = without_foreign(section.text, context=context)
        noted += len(notes)
        false.update(warning.code for warning in check(text, context=context))
    return false, noted


if __name__ == "__main__":
    run(show="--show" in sys.argv)
