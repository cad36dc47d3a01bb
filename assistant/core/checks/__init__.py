"""Doubts about an expansion: what the author can't stand behind, has said already, or would not write.

A check is a function from the page and the context to doubts. To add one, write it and put it into
`CHECKS`. A check that fails becomes a warning itself: silence must mean that it ran and found nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.core.checks import figures, names, sources, wording
from assistant.core.checks.context import Context, Lists
from assistant.core.checks.doubt import Doubt, quoted
from assistant.core.checks.page import Page, page
from assistant.core.types import Warning

__all__ = ["CHECKS", "Context", "Lists", "check"]

Check = Callable[[Page, Context], Iterator[Doubt]]

CHECKS: tuple[Check, ...] = (
    sources.citations,
    sources.quotations,
    sources.links,
    wording.experience,
    names.names,
    figures.figures,
    wording.repetition,
    wording.cliches,
    wording.spelling,
    wording.meaning,
)
"""In the order of their say: a later one is silent where an earlier one has doubted the same words."""

_FACTS = frozenset(
    ("citation", "quotation", "link", "experience", "person", "company", "product", "date", "money", "number")
)

_KINDRED = {"date": "figure", "money": "figure", "number": "figure"}


def check(
    text: str,
    *,
    context: Context,
    target: str = "",
    replaced: str = "",
    checks: tuple[Check, ...] = CHECKS,
) -> tuple[Warning, ...]:
    """Return warnings on `text`, in its order; their offsets are bytes of its UTF-8 form.

    `target` is the bullet that it expands, `replaced` the author's notes whose place it takes.
    """
    try:
        shown = page(text, target=target, replaced=replaced)
    except Exception as error:  # fails closed: text that can't be read can't be vouched for
        return (Warning("check", f"the text could not be checked: {_cause(error)}", 0, len(text.encode())),)
    doubts: list[Doubt] = []
    for one in checks:
        try:
            found = list(one(shown, context))
        except Exception as error:  # fails closed, whatever went wrong
            name = getattr(one, "__name__", "a check")
            doubts.append(Doubt("check", f"the check of {name} could not run: {_cause(error)}", 0, len(text)))
            continue
        doubts += _folded([doubt for doubt in found if not _is_covered(doubt, doubts)], shown)
    doubts.sort(key=lambda doubt: (doubt.start, doubt.end))
    return tuple(Warning(d.code, d.message, _bytes(text, d.start), _bytes(text, d.end)) for d in doubts)


def _folded(found: list[Doubt], shown: Page) -> list[Doubt]:
    """Make one doubt of those of one kind in one sentence: it is one claim that has to be looked up."""
    together: dict[tuple[str, int], list[Doubt]] = {}
    for doubt in found:
        together.setdefault(
            (_KINDRED.get(doubt.code, doubt.code), shown.sentence(doubt.start).start), []
        ).append(doubt)
    folded = []
    for same in together.values():
        same.sort(key=lambda doubt: doubt.start)
        first = same[0]
        if len(same) == 1 or first.code not in _FACTS:
            folded += same
            continue
        message = (
            f"{first.message} So with {', '.join(quoted(shown.text[d.start : d.end]) for d in same[1:])}."
        )
        folded.append(Doubt(first.code, message, first.start, max(doubt.end for doubt in same)))
    return folded


def _is_covered(doubt: Doubt, others: list[Doubt]) -> bool:
    """Tell whether a doubt about a fact stands inside one that was raised before."""
    return doubt.code in _FACTS and any(
        o.code in _FACTS and o.start <= doubt.start and doubt.end <= o.end for o in others
    )


def _bytes(text: str, offset: int) -> int:
    return len(text[:offset].encode())


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}"
