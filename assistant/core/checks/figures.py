"""Numbers, amounts of money and dates that the author never gave."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, digits
from assistant.core.checks.finding import LEAST_WORDS, Finding, is_claim, overlaps, quoted
from assistant.core.checks.passage import Passage

_KINDS = (
    ("date", "date", "figures.date"),
    ("money", "amount", "figures.money"),
    ("money", "amount", "figures.spelled money"),
    ("date", "year", "figures.year"),
    ("number", "number", "figures.number"),
    ("number", "number", "figures.spelled number"),
    ("number", "figure", "figures.ratio"),
    ("date", "time", "figures.period"),
)
"""Code, what it is called, and its pattern; what an earlier one has taken, a later one leaves alone."""
_MEASURED = re.compile(r"[%×xkKM]|per|Proz|por|pour|times|illion|thousand")
_NUMBER_OF = re.compile(r"\b(?:factor|rate|total|average|number)\s+of\s+\Z")
_CAPITAL_BEFORE = re.compile(r"[A-Z][\w.-]*[ \t]\Z")
"""A name with a number, such as `Python 3`."""
_SUM = re.compile(r"[=*/+×-]\s*\Z")
"""A step of a sum, whose figures follow from one another."""
SMALL = 10
"""Counts up to here are told by heart and prove nothing either way: "three reasons", "the two of us"."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each date, amount and number in a claim that stands nowhere in what the author wrote."""
    prose, taken, told = passage.prose, list[tuple[int, int]](passage.tables), set[str]()
    for table in passage.tables:
        numbers = context.pattern("figures.number").finditer(prose, *table)
        if sum(digits(number[0]) not in context.numbers for number in numbers) > 1:
            yield Finding("number", "the figures of this table are not in your posts", *table)
    for code, what, name in _KINDS:
        for hit in context.pattern(name).finditer(prose):
            start, end = hit.span()
            if overlaps(taken, start, start + 1):
                continue
            taken.append((start, end))
            least = 2 if code == "money" else LEAST_WORDS
            if _is_known(hit[0], code, context) or not is_claim(
                passage, context, start, least=least, until=end
            ):
                continue
            if name == "figures.number" and not _counts(passage, context, hit):
                continue
            if code == "money" and _SUM.search(prose[_line_start(prose, start) : start]):
                continue
            if hit[0].casefold() not in told:  # however often a figure comes, it is one question
                told.add(hit[0].casefold())
                message = f"{quoted(hit[0])} is in none of your posts: is that {what} right?"
                yield Finding(code, message, start, end)


def _is_known(said: str, code: str, context: Context) -> bool:
    """Tell whether the author gave this figure, in whatever notation."""
    numbers = context.pattern("figures.amount").findall(said)
    if not numbers:
        return context.says(re.sub(r"\s+of\s+\w+\Z", "", said))
    if code == "date" and re.search(r"[^\W\d]{3}", said):
        return context.says(said) or _is_known_date(said, context)
    return all(digits(number) in context.numbers for number in numbers)


def _is_known_date(said: str, context: Context) -> bool:
    """Tell whether day, month and year stand near one another somewhere, in any order."""
    parts = re.findall(r"\d+|[^\W\d]{3,}", said.casefold())
    month = next((part for part in parts if not part.isdigit() and part != "the"), "")
    for hit in re.finditer(rf"\b{re.escape(month[:3])}", context.folded):
        near = context.folded[max(0, hit.start() - 16) : hit.end() + 24]
        if all(re.search(rf"(?<!\d){part}", near) for part in parts if part.isdigit()):
            return True
    return False


def _counts(passage: Passage, context: Context, hit: re.Match[str]) -> bool:
    """Tell whether a number counts or measures something, rather than name, order or set it."""
    prose = passage.prose
    before = prose[max(0, hit.start() - 24) : hit.start()]
    if context.pattern("figures.calendar").match(prose, hit.start()):
        return False
    if context.pattern("figures.idiom").match(hit[0]) or context.pattern("figures.label").search(before):
        return False
    if _MEASURED.search(hit[0]):
        return True
    line = prose[_line_start(prose, hit.start()) : hit.start()]
    opens_item = not line.strip() and re.match(r"[.)]\s", prose[hit.end() :])
    if opens_item or _CAPITAL_BEFORE.search(before):
        return False
    if _NUMBER_OF.search(before):
        return True
    is_counting = re.match(r"[ \t\n]*[^\W\d_]", prose[hit.end() :]) or re.match(
        r"-[^A-Z]", passage.text[hit.end() :]
    )
    value = float(digits(re.sub(r"[^\d.,]", "", hit[0])) or 0)
    return bool(is_counting) and value > SMALL


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1
