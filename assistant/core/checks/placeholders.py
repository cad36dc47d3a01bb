"""Gaps that a model leaves in its own text: `because [insert reason here]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage

_FIELD = re.compile(r"[<\[{(](.*)[>\]})]", re.DOTALL)
"""A placeholder in brackets, not `XX`."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of what is left for the author to fill in, unless the author writes it too."""
    for hit in context.pattern("placeholders.placeholder").finditer(passage.prose):
        field = _FIELD.fullmatch(hit[0])
        # `<year>` in the author's notes may come back as `[year]`.
        own = rf"[<\[{{(]{re.escape(field[1])}[>\]}})]" if field else re.escape(hit[0])
        if not re.search(own, context.own):
            yield Finding("placeholder", f"the placeholder {hit[0]} is left for you to fill in", *hit.span())
