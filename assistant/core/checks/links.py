"""Addresses that the author never used and that could not be taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, address
from assistant.core.checks.finding import Finding, quoted
from assistant.core.checks.passage import Passage
from assistant.core.text.code import code


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each address that isn't the author's, in code of those that a reader would fetch from."""
    text, local = passage.text, context.pattern("links.local")
    blocks = code(text)
    for hit in context.pattern("links.address").finditer(text):
        line = text[text.rfind("\n", 0, hit.start()) + 1 : hit.start()]
        in_code = any(block.start <= hit.start() < block.end for block in blocks)
        if in_code and not context.pattern("links.fetches").search(line):
            continue
        if not local.match(hit[0]) and not is_own(hit[0], context) and not _is_written(hit[0], context):
            yield Finding("link", f"the address {quoted(hit[0])} is in none of your posts", *hit.span())


def _is_written(bare: str, context: Context) -> bool:
    """Tell whether the author wrote an address without its protocol, whole and no longer."""
    pattern = rf"(?<![\w@.-]){re.escape(bare)}(?![\w/@-])"
    return "://" not in bare and re.search(pattern, context.everything) is not None


def is_own(url: str, context: Context) -> bool:
    """Tell whether an address is one that the author uses, or a place in the same text."""
    if not url:  # an open link, `[the guide]()`
        return "]()" in context.everything
    plain = address(url)
    return plain in context.addresses or (plain.startswith("#") and len(plain) > 1)
