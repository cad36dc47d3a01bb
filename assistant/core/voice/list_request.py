"""Read from an author's own words whether a list is asked for, or prose, and of which kind.

Only words that can hardly mean anything else count: a list may also be what a text is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_SORT = r"(?:(?:short|brief|simple|plain|numbered|ordered|unordered|bulleted|bullet|long)\s+)*"
_BULLETS = r"(?:bullets|bullet[\s-](?:points?|lists?))\b"
_WANTED = re.compile(
    rf"""
    \b(?:as|into|with|use|using|make\s+(?:it|this)|give\s+me|want)\s+(?:(?:an?|some)\s+)?{_SORT}(?:list\b|{_BULLETS})
    | \A\W*{_SORT}(?:list|{_BULLETS})\W*\Z
    | \bin\s+(?:a\s+)?{_SORT}{_BULLETS}
    | \b(?:numbered|ordered|bulleted)\s+list\b
    | (?:\A\W*|[.!?;:,]\s+|\b(?:please|and)\s+)list\s+
        (?:the|all|some|a\s+few|my|our|what|which|every|each|how|who|two|three|four|five|six|seven|\d+)\b
    | \b(?:als|in)\s+(?:eine[rn]?\s+)?(?:nummerierten?\s+)?(?:liste|stichpunkten?|stichworten|aufzählung)\b
    | \b(?:sous\s+(?:la\s+)?forme\s+(?:de\s+|d['’]une\s+)|en\s+)liste\b
    | \b(?:como|em|en|em\s+forma\s+de|en\s+forma\s+de)\s+(?:una\s+|uma\s+)?lista\b
    | \b(?:come|in\s+forma\s+di)\s+(?:un\s+)?(?:elenco|lista)\b
    | \bals\s+(?:een\s+)?lijst\b
    | 箇条書き | 列表
    """,
    re.X | re.I,
)
_UNWANTED = re.compile(
    rf"""
    (?:\b(?:no|not|never|without|avoid|instead\s+of|rather\s+than|keine?|nicht|ohne|pas|sans|sin|não|sem|senza|non|geen|
        niet|zonder|dont)|n['’]t)\s+
    (?:(?:use|using|make|write|want|it|this|as|in|into|als|en|em|de|come|an?|any|eine|une|una|uma|un|een)\s+)*{_SORT}
    (?:{_BULLETS}|lists?\b|listen?\b|stichpunkte\b|listes?\b|listas?\b|elenco\b|elenchi\b|lijst\b)
    | \b(?:as|in|into|write|use)\s+(?:(?:plain|flowing|full|running)\s+)?(?:prose|paragraphs)\b
    | \A\W*prose\W*\Z
    | (?:箇条書き|列表).{{0,4}}(?:ない|なし|不要) | (?:不要|不用|别用).{{0,3}}列表
    """,
    re.X | re.I,
)
_NUMBERED = re.compile(
    r"\b(?:numbered|ordered|nummerier\w+|numérotée|numerad[oa]|numerat[oa]|genummerd\w*)\b", re.I
)
_BULLETED = re.compile(r"\b(?:bullet(?:s|ed)?|unordered|stichpunkten?)\b", re.I)
_NOTHING_ELSE = re.compile(
    rf"\W*(?:(?:please|as|in|into|with|use|using|make\s+(?:it|this)|an?)\s+)*{_SORT}(?:list|{_BULLETS})(?:,?\s+please)?\W*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The form that an author asks for, as far as the words say."""

    form: Literal["", "prose", "list"] = ""
    numbered: bool | None = None
    """True for a numbered list, False for bullets, None where the words leave it open."""


def list_request(instructions: Iterable[str]) -> ListRequest:
    """Return what instructions ask for; the last one that says something of it counts."""
    request = ListRequest()
    for words in instructions:
        if _UNWANTED.search(words):
            request = ListRequest("prose")
        elif _WANTED.search(words):
            numbered = True if _NUMBERED.search(words) else False if _BULLETED.search(words) else None
            request = ListRequest("list", numbered)
    return request


def without_list_request(words: str) -> str:
    """Return an author's words, or nothing where they say no more than that a list is wanted."""
    return "" if _NOTHING_ELSE.fullmatch(words) else words
