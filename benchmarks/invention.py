"""Invent facts of ten kinds and plant them into finished sections, the same ones at every run.

Most names here are in none of the checks' lists.
"""

# ruff: noqa: E501 -- lists of words

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

KINDS = (
    "number", "date", "money", "person", "company", "product", "quotation", "citation", "url", "experience",
)  # fmt: skip

_GIVEN = (
    "Maren", "Tobias", "Priya", "Oluwaseun", "Ingeborg", "Callum", "Beatrix", "Rafael", "Thandiwe", "Hiroshi",
    "Agnieszka", "Declan", "Leila", "Soren", "Wilhelmina", "Marcus", "Yewande", "Caroline", "Dmitri", "Kavya",
)  # fmt: skip
_FAMILY = (
    "Hoffmeier", "Castellane", "Adeyemi-Clarke", "Vanterpool", "Nakashimo", "Brightwater", "Okonjo", "Lindqvist",
    "Marchetto", "Pemberley", "Szymborzki", "Tregarth", "Villaverde", "Wexcombe", "Ostrander", "Quillfeather",
)  # fmt: skip
_FIRMS = (
    "Corvane", "Halbrook", "Northfen", "Tessaline", "Ardmoor", "Vexley", "Quorrant", "Silverrow", "Pellington",
    "Grayhaven", "Oxmere", "Lumenforge",
)  # fmt: skip
_FORMS = (
    "Systems",
    "Labs",
    "GmbH",
    "Ltd",
    "Technologies",
    "Consulting",
    "Analytics",
    "Group",
    "Software",
    "Inc",
)
_PRODUCTS = (
    "FlowTrack", "Brightloop", "TaskNest Pro", "Deltaboard", "QueryPilot", "Fennix 3", "Mindsail", "Stackwell",
    "DataHarbor", "Clarify Desk", "PageKite", "Tallybird",
)  # fmt: skip
_PLACES = ("Leeds", "Utrecht", "Porto", "Turin", "Aarhus", "Tampere", "Graz", "Bergen")
_SAID = (
    "nobody ever regretted having written the second test", "the first version is a letter to yourself",
    "you only own what you can explain to a stranger", "speed is what is left when the waiting is gone",
    "every shortcut is a loan from a colleague", "good notes outlive good intentions",
)  # fmt: skip
_WORDS = (
    "engineers",
    "customers",
    "requests",
    "meetings",
    "people",
    "readers",
    "projects",
    "servers",
    "tickets",
    "pages",
)


@dataclass(frozen=True)
class Fact:
    """An invented sentence, and the words in it that nobody can vouch for."""

    kind: str
    sentence: str
    words: str
    """The invented part; a warning that touches it, or a note that names it, has found it."""


def invent(kind: str, chance: random.Random) -> Fact:
    """Return one invented fact of a kind."""
    sentence, said = _MAKERS[kind](chance)
    return Fact(kind, sentence, said)


def plant(text: str, fact: Fact, chance: random.Random) -> str:
    """Put a fact's sentence at the end of one of the text's paragraphs of prose; at its end if it has none."""
    places = [
        m.end()
        for m in re.finditer(
            r"(?m)^(?![#>|\s`~<{!\-*+\d\[])[^\n]*(?:\n(?!\s*\n)[^\n]+)*[.!?](?=[ \t]*(?:\n[ \t]*\n|\Z))", text
        )
        if len(re.findall(r"(?m)^(?:```|~~~)", text[: m.start()])) % 2 == 0 and "{%" not in m[0]
    ]
    if not places:
        return f"{text}\n\n{fact.sentence}"
    at = chance.choice(places)
    return f"{text[:at]} {fact.sentence}{text[at:]}"


def _person(chance: random.Random) -> str:
    return f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"


def _firm(chance: random.Random) -> str:
    return f"{chance.choice(_FIRMS)} {chance.choice(_FORMS)}"


Made = tuple[str, str]


def _number(chance: random.Random) -> Made:
    count, word = chance.randrange(13, 998), chance.choice(_WORDS)
    share = f"{chance.randrange(11, 97)}.{chance.randrange(1, 10)}%"
    return chance.choice(
        (
            (f"In the end we had {count} {word} on the list.", str(count)),
            (f"That alone cut the time it takes by {share}.", share),
            (f"We went through {count} {word} before it worked.", str(count)),
            (f"About {share} of the {word} never came back.", share),
        )
    )


def _date(chance: random.Random) -> Made:
    month = chance.choice(("January", "March", "April", "June", "August", "October", "November"))
    day, year = chance.randrange(1, 29), chance.randrange(1987, 2026)
    return chance.choice(
        (
            (f"It all began on {day} {month} {year}, a rainy day.", f"{day} {month} {year}"),
            (f"The first version went out in {month} {year}.", f"{month} {year}"),
            (f"On {month} {day}, {year} the whole thing was switched off.", f"{month} {day}, {year}"),
            (f"Nothing of this was there before {year}.", str(year)),
        )
    )


def _money(chance: random.Random) -> Made:
    much = f"{chance.randrange(2, 98)},{chance.randrange(100, 999)}"
    tenth = f"{chance.randrange(2, 98)}.{chance.randrange(1, 9)}"
    return chance.choice(
        (
            (f"The mistake cost us ${much} in a single night.", f"${much}"),
            (f"They had raised €{tenth} million by then.", f"€{tenth} million"),
            (f"We pay £{much} a year for it.", f"£{much}"),
            (f"The bill came to {much} dollars.", f"{much} dollars"),
        )
    )


def _someone(chance: random.Random) -> Made:
    name, first = _person(chance), chance.choice(_GIVEN[:10])
    return chance.choice(
        (
            (f"My colleague {name} was the first to see it.", name),
            (f"{name} joined the team and changed all that.", name),
            (f"It was {name} who showed me how.", name),
            (f"I learned this from Dr. {name} at a conference.", name),
            (f"According to {name}, this is how it always goes.", name),
            (f"I talked it over with my friend {first} for a whole evening.", first),
        )
    )


def _company(chance: random.Random) -> Made:
    firm, bare = _firm(chance), chance.choice(_FIRMS)
    return chance.choice(
        (
            (f"{firm} tried the same thing and failed.", firm),
            (f"The team at {bare} had the same trouble.", bare),
            (f"I heard it from an engineer at {firm}.", firm),
            (f"A start-up called {bare} does nothing else.", bare),
            (f"We were working with {firm} at the time.", firm),
        )
    )


def _product(chance: random.Random) -> Made:
    name = chance.choice(_PRODUCTS)
    return chance.choice(
        (
            (f"We switched to {name} and never looked back.", name),
            (f"A tool called {name} does most of the work.", name),
            (f"I installed {name} on every machine we have.", name),
            (f"In the end we replaced it with {name} altogether.", name),
            (f"We signed up for {name} the same week.", name),
        )
    )


def _quotation(chance: random.Random) -> Made:
    said, name = chance.choice(_SAID), _person(chance)
    return chance.choice(
        (
            (f"As {name} put it, “{said}.”", said),
            (f'My old manager used to say: she said "{said}".', said),
            (f'"{said.capitalize()}," {name.split()[0]} told me once.', said.capitalize()),
            (f"{name} wrote: “{said.capitalize()}.”", said.capitalize()),
        )
    )


def _citation(chance: random.Random) -> Made:
    family, place, year = chance.choice(_FAMILY), chance.choice(_PLACES), chance.randrange(1988, 2025)
    return chance.choice(
        (
            (f"This was shown long ago ({family}, {year}).", f"{family}, {year}"),
            (f"{family} et al. found the same effect.", f"{family} et al."),
            (
                f"A {year} study by the University of {place} confirms it.",
                f"study by the University of {place}",
            ),
            (f"Researchers at the University of {place} came to the same result.", f"University of {place}"),
            ("Studies have shown that this works for nearly everybody.", "Studies have shown"),
        )
    )


def _url(chance: random.Random) -> Made:
    host = f"{chance.choice(_FIRMS).lower()}.{chance.choice(('com', 'org', 'io', 'dev'))}"
    url = f"https://{host}/{chance.choice(('guide', 'blog/why', 'docs/start', '2019/report'))}"
    return chance.choice(
        (
            (f"There is a [good introduction]({url}) to it.", url),
            (f"See {url} for all of it.", url),
            (f"Everything is written up at <{url}>.", url),
            (f"![A chart of the results]({url}.png)", url),
        )
    )


def _experience(chance: random.Random) -> Made:
    years = chance.choice(("ten", "twelve", "fifteen", "8", "20"))
    trade = chance.choice(("a consultant", "an architect", "a nurse", "a team lead", "a teacher"))
    return chance.choice(
        (
            (f"In my {years} years as {trade} I have seen this again and again.", f"In my {years} years"),
            (f"When I was {trade} at a bank, this was normal.", f"When I was {trade}"),
            ("As a former hospital manager, I know how that ends.", "As a former hospital manager"),
            (f"I have led {chance.randrange(3, 9)} teams through this.", "I have led"),
            ("At my previous company we did it the other way round.", "At my previous company"),
            ("One of my clients lost a whole year to it.", "One of my clients"),
            ("Early in my career I got this wrong.", "Early in my career"),
        )
    )


_MAKERS: dict[str, Callable[[random.Random], Made]] = {
    "number": _number,
    "date": _date,
    "money": _money,
    "person": _someone,
    "company": _company,
    "product": _product,
    "quotation": _quotation,
    "citation": _citation,
    "url": _url,
    "experience": _experience,
}
