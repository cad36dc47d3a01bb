"""Gaps that a model leaves in its own text: `because [insert reason here]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of what is left for the author to fill in, unless the author writes it too."""
    for hit in context.pattern("placeholders.placeholder").finditer(passage.prose):
        words = re.escape(hit[0][1:-1])
        # `<year>` in the author's notes may come back as `[year]`.
        if hit[0] not in context.own and not re.search(rf"[<\[{{(]{words}[>\]}})]", context.own):
            yield Finding("placeholder", f"the placeholder {hit[0]} is left for you to fill in", *hit.span())
