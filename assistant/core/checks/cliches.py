"""Phrases that give machine prose away, unless the author uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding, quoted
from assistant.core.checks.passage import Passage


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each phrase of `data/cliches.txt` or the settings that the author doesn't use."""
    for phrase in context.lists.cliches:
        pattern = re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", r"\w*").replace("'", "['’]")
        end = r"\b" if phrase[-1].isalnum() else ""
        for hit in re.finditer(rf"\b{pattern}{end}", passage.prose, re.I):
            if not context.says(hit[0]):
                yield Finding("cliche", f"{quoted(hit[0])} sounds like a machine", *hit.span())
