"""Learn how often writers use common words, for "words used more" in `assistant voice`; test it on others.

    CORPUS=… CORPUS2=… VOICES=… python -m benchmarks.word_rates [--write]

The rates come from the labelled drafts, one writer a repository. The authors in VOICES are not among them:
words that are named from one half of their posts should be on the same side of the usual in the other half.
`--write` replaces `[usual rates]` in `assistant/data/voice/en.txt`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.adapters.wordlists import DATA, load_lexicons, load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import Draft
from assistant.core.voice.profile import wording
from assistant.core.voice.profile.corpus import Corpus, read_posts
from benchmarks import authors, corpus

FEWEST = 800
"""Words of a writer's from which a rate means something."""
COMMON = 0.6
"""Share of the writers who must use a word: no name and no subject gets into the list."""
MOST = 300
SECTION = "[usual rates]"
NOTE = "# Uses in 10,000 words that a tenth, half and nine tenths of the writers stay below.\n"


def read_drafts(drafts: Iterable[Draft]) -> Corpus:
    """Return what one writer's finished passages say."""
    words = load_words()
    return read_posts([("", draft, find_gaps(draft, words=words)) for draft in drafts], load_lexicons())


def writers() -> list[Corpus]:
    """Return what the writers of the labelled drafts say, those in English with enough text."""
    drafts: dict[str, list[Draft]] = defaultdict(list)
    for name in ("corpus", "corpus2"):
        if folder := corpus.find(name):
            for post in corpus.read(folder):
                drafts[post.repo].append(post.draft)
    corpora = (read_drafts(group) for group in drafts.values())
    return [one for one in corpora if one.words >= FEWEST and one.language == "en"]


def table(corpora: Sequence[Corpus]) -> dict[str, tuple[float, ...]]:
    """Return for each common word the rates that a tenth, half and nine tenths of writers stay below."""
    rows: dict[str, tuple[float, ...]] = {}
    users = Counter(word for one in corpora for word in one.counts)
    for word in (word for word, count in users.items() if count >= COMMON * len(corpora)):
        rates = sorted(1e4 * one.counts[word] / one.words for one in corpora)
        rows[word] = tuple(rates[round(q * (len(rates) - 1))] for q in (0.1, 0.5, 0.9))
    commonest = sorted(rows, key=lambda word: -rows[word][1])[:MOST]
    return {word: rows[word] for word in sorted(commonest)}


def write(rows: Mapping[str, Sequence[float]]) -> None:
    """Put the rates into the data file."""
    path = DATA / "voice" / "en.txt"
    kept = path.read_text("utf-8").partition(SECTION)[0]
    lines = [f"{word} {' '.join(f'{rate:.1f}' for rate in rates)}\n" for word, rates in rows.items()]
    path.write_text(f"{kept}{SECTION}\n{NOTE}{''.join(lines)}", "utf-8")


def halves() -> tuple[int, int, int]:
    """Return how many words halves of the voices' posts name, how many hold, and how many authors."""
    folder = authors.find()
    named = held = count = 0
    for posts in authors.read(folder).values() if folder else ():
        pair = [read_drafts(post.draft for post in posts[at::2]) for at in (0, 1)]
        count += 1
        for one, other in (pair, pair[::-1]):
            usual = wording.usual_rates(one)
            for words, sign in zip(wording.unusual_rates(one), (1, -1), strict=True):
                named += len(words)
                held += sum(
                    sign * (1e4 * other.counts[w] / max(other.words, 1) - usual[w][1]) > 0 for w in words
                )
    return named, held, count


if __name__ == "__main__":
    if "--write" in sys.argv:
        people = writers()
        write(table(people))
        print(f"{len(people)} writers, {sum(one.words for one in people):,} words")
        load_lexicons.cache_clear()
    named, held, count = halves()
    print(
        f"{count} other authors: of {named} words named from half of the posts, {held} hold in the other half"
    )
