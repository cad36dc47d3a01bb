"""Checks of a text on offer: what the author can't stand behind, has said already, or would not write.

To add one, write `find(passage, context)` in a file of its own and put it into `CHECKS`. A check that fails
becomes a warning itself: silence means that all of them ran and found nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from assistant.core.checks import (
    citations,
    cliches,
    experience,
    figures,
    links,
    meaning,
    names,
    placeholders,
    quotations,
    repetition,
    spelling,
)
from assistant.core.checks.context import Context, Lists
from assistant.core.checks.finding import Finding, quoted
from assistant.core.checks.passage import Passage, read
from assistant.core.types import Warning

__all__ = ["CHECKS", "Context", "Lists", "check"]

Check = Callable[[Passage, Context], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "placeholders": placeholders.find,
    "citations": citations.find,
    "quotations": quotations.find,
    "links": links.find,
    "experience": experience.find,
    "names": names.find,
    "figures": figures.find,
    "repetition": repetition.find,
    "cliches": cliches.find,
    "spelling": spelling.find,
    "meaning": meaning.find,
}
"""In the order of their say: a later one is silent where an earlier one has found the same words."""

_FACTS = frozenset(
    ("citation", "quotation", "link", "experience", "person", "company", "product", "date", "money", "number")
)
"""Codes of claims: two of them on the same words, or of one kind in a sentence, are one question."""

_KINDRED = {"date": "figure", "money": "figure", "number": "figure"}


def check(
    text: str,
    *,
    context: Context,
    target: str = "",
    replaced: str = "",
    checks: Mapping[str, Check] = CHECKS,
) -> tuple[Warning, ...]:
    """Return warnings on `text`, in its order; their offsets are bytes of its UTF-8 form.

    `target` is the bullet that it expands, `replaced` the author's notes whose place it takes.
    """
    findings: list[Finding] = []
    try:
        passage = read(text, target=target, replaced=replaced)
    except Exception as error:  # fails closed: text that can't be read can't be vouched for
        findings.append(_failure("the text could not be checked", error, text))
        checks = {}
    for name, find in checks.items():
        try:
            raised = [finding for finding in find(passage, context) if not _is_covered(finding, findings)]
        except Exception as error:  # fails closed, whatever went wrong
            findings.append(_failure(f"the check of {name} could not run", error, text))
        else:
            findings += _folded(raised, passage)
    findings.sort(key=lambda finding: (finding.start, finding.end))
    return tuple(Warning(f.code, f.message, _bytes(text, f.start), _bytes(text, f.end)) for f in findings)


def _failure(what: str, error: Exception, text: str) -> Finding:
    return Finding("check", f"{what}: {type(error).__name__}", 0, len(text))


def _folded(raised: list[Finding], passage: Passage) -> list[Finding]:
    """Make one finding of those of one kind in one sentence: it is one claim that has to be looked up."""
    groups: dict[tuple[str, int], list[Finding]] = {}
    for finding in raised:
        kind = _KINDRED.get(finding.code, finding.code)
        groups.setdefault((kind, passage.sentence(finding.start).start), []).append(finding)
    folded = []
    for group in groups.values():
        group.sort(key=lambda finding: finding.start)
        first, *others = group
        if not others or first.code not in _FACTS:
            folded += group
            continue
        also = ", ".join(quoted(passage.text[other.start : other.end]) for other in others)
        end = max(finding.end for finding in group)
        stop = "" if first.message.endswith("?") else "."
        folded.append(Finding(first.code, f"{first.message}{stop} Also: {also}.", first.start, end))
    return folded


def _is_covered(finding: Finding, others: list[Finding]) -> bool:
    """Tell whether a finding on a fact stands inside one that was raised before."""
    return finding.code in _FACTS and any(
        o.code in _FACTS and o.start <= finding.start and finding.end <= o.end for o in others
    )


def _bytes(text: str, offset: int) -> int:
    return len(text[:offset].encode())
