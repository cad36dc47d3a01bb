"""Checks of a text on offer: what the author can't vouch for, has said already, or would not write.

To add one, write `find(passage, context)` in a file of its own and put it into `CHECKS`. A check that fails
becomes a warning itself: silence means that all of them ran and found nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from assistant.core.checks import claims, links, lost, meaning, placeholders, prose, repetition, task
from assistant.core.checks.context import Context, Lists
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage, read
from assistant.core.text.offsets import byte_span
from assistant.core.types import Warning

__all__ = ["CHECKS", "Context", "Lists", "check"]

Check = Callable[[Passage, Context], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "placeholders": placeholders.find,
    "claims": claims.find,
    "links": links.find,
    "repetition": repetition.find,
    "prose": prose.find,
    "meaning": meaning.find,
    "lost": lost.find,
    "task": task.find,
}


def check(
    text: str,
    *,
    context: Context,
    target: str = "",
    replaced: str = "",
    gone: str = "",
    revised: str = "",
    asked: str = "",
    checks: Mapping[str, Check] = CHECKS,
) -> tuple[Warning, ...]:
    """Return warnings on `text`, in its order; their offsets are bytes of its UTF-8 form.

    `target` is the bullet that it expands, `replaced` the author's notes whose place it takes, `gone` these
    and all else that goes, `revised` the finished text that it says in other words: what that says unchanged
    is not warned of. `asked` is a marker's note.
    """
    findings: list[Finding] = []
    try:
        passage = read(text, target=target, replaced=replaced, gone=gone, revised=revised, asked=asked)
    except Exception as error:  # fails closed: text that can't be read can't be vouched for
        findings.append(_failure("the text could not be checked", error, text))
        checks = {}
    for name, find in checks.items():
        try:
            findings += list(find(passage, context))
        except Exception as error:  # fails closed, whatever went wrong
            findings.append(_failure(f"the check of {name} could not run", error, text))
    if revised:
        kept = f" {' '.join(revised.split())} "
        findings = [f for f in findings if f.code == "lost" or _plain(text[f.start : f.end]) not in kept]
    findings.sort(key=lambda finding: (finding.start, finding.end))
    return tuple(Warning(f.code, f.message, *byte_span(text, f.start, f.end)) for f in findings)


def _failure(what: str, error: Exception, text: str) -> Finding:
    return Finding("check", f"{what}: {type(error).__name__}", 0, len(text))


def _plain(text: str) -> str:
    return " ".join(text.split()) or "\0"
