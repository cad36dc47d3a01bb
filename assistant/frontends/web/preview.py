"""The whole draft as it is, as it would be, and what lies between: rendered, and as a diff word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from assistant.core.hunks import diff
from assistant.core.text.display import visible
from assistant.core.types import Hunk
from assistant.frontends.web import markdown
from assistant.frontends.web.rendered_draft import RenderedDraft

FORMS = {"changes": "Changes", "after": "After", "before": "Before", "diff": "Diff"}
"""What a preview may show, by its name in the address."""
_CONTEXT = 3
"""Unchanged lines that a diff shows before and after a change."""


class Line(NamedTuple):
    """A line of a diff."""

    number: str
    """In the draft as it would be; empty for one that goes."""
    runs: Sequence[diff.Stretch]
    changed: bool


def values(rendered: RenderedDraft, base: bytes, hunks: Sequence[Hunk], form: str) -> dict[str, Any]:
    """Return what a preview page shows of a draft and the hunks that would be written."""
    pieces = list(diff.whole(base, hunks))
    if form == "diff":
        return {"rows": list(_rows(list(_lines(pieces)))), "html": ""}
    hidden = {"before": "new", "after": "gone"}.get(form, "")
    pieces = [diff.Stretch("same" if hidden else op, text) for op, text in pieces if op != hidden]
    head = base[: rendered.draft.front_matter.end].decode("utf-8", "replace")
    pieces[0] = diff.Stretch("same", pieces[0].text.removeprefix(head).removeprefix("\ufeff"))
    return {"html": markdown.render(markdown.marked(pieces, ()), {**rendered.env}), "rows": []}


def _lines(pieces: Iterable[diff.Stretch]) -> Iterator[Line]:
    """Yield the lines; removed and added words share a line where the line itself stays."""
    number, runs = 1, list[diff.Stretch]()
    for op, text in [*pieces, diff.Stretch("same", "\n")]:
        for part in re.findall(r"[^\n]*\n|[^\n]+", text):
            runs.append(diff.Stretch(op, visible(part.rstrip("\r\n"))))
            if not part.endswith("\n"):
                continue
            gone = [run for run in runs if run.op == "gone"]
            stays = len(gone) < len(runs)
            if gone and stays and not any(run.op == "same" and run.text.strip() for run in runs):
                yield Line("", gone, True)
                runs = [run for run in runs if run.op != "gone"]
            changed = any(run.op != "same" and (run.text or len(runs) == 1) for run in runs)
            yield Line(str(number) if stays else "", runs, changed)
            number, runs = number + stays, []


def _rows(lines: Sequence[Line]) -> Iterator[Line | int]:
    """Yield the lines around every change, and between them how many are left out."""
    near = {
        at + step for at, line in enumerate(lines) if line.changed for step in range(-_CONTEXT, _CONTEXT + 1)
    }
    for is_shown, group in groupby(enumerate(lines), key=lambda one: one[0] in near):
        run = [line for _, line in group]
        yield from run if is_shown else [len(run)]
