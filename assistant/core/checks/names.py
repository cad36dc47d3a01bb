"""People, companies and products that the author never named.

A capital letter alone proves nothing: it opens sentences, stands in titles and, in German, on every noun.
A name is doubted where something says what it names (a given name, a form of company, "a tool called …").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, words
from assistant.core.checks.finding import Finding, is_claim, overlaps, quoted
from assistant.core.checks.passage import Passage

_FIRST = (
    ("company", "company"),
    ("speaker", "speaker"),
    ("titled person", "person"),
    ("source", "speaker"),
    ("acquaintance", "person"),
)
_THEN = (
    ("employer", "employer"),
    ("at", "employer"),
    ("partner", "company"),
    ("product", "use"),
    ("begun", "use"),
)
_LAST = (("singled out", "speaker"), ("versioned", "product"), ("uses", "use"))
"""Patterns of `data/checks/names.txt` and the role that they give to a name, in the order of their say."""
_CODES = {"speaker": "person", "use": "product", "employer": "company"}
_CALLED = {"person": "person", "company": "company", "product": "product or work"}


_Name = tuple[str, int, int]
"""A role, and where the name stands that something gives it to.

The role is `person`, `company` or `product`; `speaker`, `employer` or `use` where a mention is a claim.
"""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of people, companies and products in claims that the author never named."""
    prose = passage.prose
    taken: list[tuple[int, int]] = []
    told: set[str] = set()
    for role, untrimmed_start, untrimmed_end in _names(passage, context):
        start, end = _trimmed(prose, untrimmed_start, untrimmed_end, context)
        name = prose[start:end]
        if not name or overlaps(taken, start, end):
            continue
        taken.append((start, end))
        is_abbreviation = name.isupper() and " " not in name
        if name.casefold() in told or is_abbreviation or _is_spelled_out(prose, start, end):
            continue
        told.add(name.casefold())
        if _is_known(name, context, role) or _is_title(passage, start):
            continue
        if is_claim(passage, context, start):
            code = _CODES.get(role, role)
            message = f"{quoted(name)} is in none of your posts: did you mean this {_CALLED[code]}?"
            yield Finding(code, message, start, end)


def _names(passage: Passage, context: Context) -> Iterator[_Name]:
    is_german = (passage.language or context.language) == "de"
    yield from _told(passage, context, _FIRST)
    yield from _subjects(passage, context)
    yield from _given_names(passage, context, is_german=is_german)
    yield from _told(passage, context, _THEN, is_german=is_german)
    yield from _told(passage, context, _LAST)
    for hit in context.pattern("names.humped").finditer(passage.prose):
        start, end = passage.sentence(hit.start())
        if context.pattern("names.first person").search(passage.prose[start:end]):
            yield "product", *hit.span()


def _told(
    passage: Passage, context: Context, patterns: tuple[tuple[str, str], ...], *, is_german: bool = False
) -> Iterator[_Name]:
    """Yield the names of which a pattern says what they are; in German, of one noun it says too little."""
    numbered, introduced = context.pattern("names.numbered part"), context.pattern("names.introduced german")
    for name, role in patterns:
        for hit in context.pattern(f"names.{name}").finditer(passage.prose):
            group = hit.lastindex or 0
            is_noun = is_german and " " not in hit[group] and not introduced.search(hit[0])
            is_part = name == "versioned" and numbered.match(hit[0])
            if not is_noun and not is_part:
                yield role, *hit.span(group)


def _subjects(passage: Passage, context: Context) -> Iterator[_Name]:
    """Yield two words with capitals that act, unless the first is a plain word at a sentence's beginning."""
    for hit in context.pattern("names.subject").finditer(passage.prose):
        first, second = hit[1].casefold().split()
        is_plain = first in context.vocabulary or first.endswith("ly") or "-" in first
        if not hit[1].isupper() and not is_plain and second not in context.lists.name_particles:
            yield "person", *hit.span(1)


def _given_names(passage: Passage, context: Context, *, is_german: bool) -> Iterator[_Name]:
    """Yield given names, with the family name where one follows."""
    lists, family = context.lists, context.pattern("names.given and family")
    for run in context.pattern("names.name").finditer(passage.prose):
        for word in re.finditer(r"\S+", run[0]):
            given = word[0].casefold().removesuffix("'s").removesuffix("’s")
            if given not in lists.given_names:
                continue
            start = run.start() + word.start()
            whole = family.match(run[0], word.start())
            # in German, what follows may as well be the next noun
            if whole and not (is_german and words(whole[0])[-1] in context.vocabulary):
                yield "person", start, start + len(whole[0])
            elif word[0].casefold() not in lists.ambiguous_names and len(word[0]) > 2:
                yield "person", start, start + len(word[0])
            break


def _is_spelled_out(prose: str, start: int, end: int) -> bool:
    """Tell whether these words only spell out an abbreviation beside them, as in "Open Systems (OS)"."""
    initials = "".join(word[0] for word in prose[start:end].split() if word[0].isupper())
    around = prose[max(0, start - 12) : start] + " " + prose[end : end + 12]
    return len(initials) >= 2 and re.search(rf"(?<!\w){re.escape(initials)}s?(?!\w)", around) is not None


def _trimmed(prose: str, start: int, end: int, context: Context) -> tuple[int, int]:
    """Take small words off both ends, and the possessive."""
    particles = context.lists.name_particles
    pieces = [(start + piece.start(), start + piece.end()) for piece in re.finditer(r"\S+", prose[start:end])]
    while pieces and prose[slice(*pieces[0])].casefold() in particles:
        pieces.pop(0)
    while pieces and prose[slice(*pieces[-1])].casefold() in particles:
        pieces.pop()
    if not pieces:
        return start, start
    start, end = pieces[0][0], pieces[-1][1]
    trailing = re.search(r"(?:['’]s?|[.,;:&-]+)\Z", prose[start:end])
    return start, end - len(trailing[0]) if trailing else end


def _is_known(name: str, context: Context, role: str) -> bool:
    """Tell whether the author wrote this name, or everybody knows it and only a mention is made of it."""
    lists = context.lists
    known = lists.known_names
    if role not in ("use", "employer"):
        known |= lists.known_products
    if role != "speaker":
        known |= lists.known_people
    said = [word.removesuffix("'s") for word in words(re.sub(r"-[a-z]+\Z", "", name))]
    if not said or context.says(" ".join(said)) or " ".join(said) in known:
        return True
    telling = [word for word in said if word not in lists.name_particles and not word.isdigit()]
    return all(word in known or word in context.capitalised for word in telling)


def _is_title(passage: Passage, offset: int) -> bool:
    """Tell whether the words around stand in title case, where a capital says nothing."""
    start, end = passage.sentence(offset)
    said = re.findall(r"[^\W\d_]{4,}", passage.prose[start:end])
    return len(said) >= 3 and sum(word[0].isupper() for word in said) >= 0.75 * len(said)
