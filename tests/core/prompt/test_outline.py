"""What a model is told of a draft that it isn't shown."""

from __future__ import annotations

from assistant.core.prompt import outline
from assistant.core.text.draft import parse
from assistant.core.types import Span


def test_what_is_written_is_what_no_gap_covers() -> None:
    """Notes of several paragraphs begin before the second one."""
    draft = parse(b"We left.\n\nnotes\n\nmore notes\n\nIt rained.\n")
    holes = [Span(10, 27)]
    assert [outline.written(draft, block.span, holes) for block in draft.blocks] == [
        "We left.",
        "",
        "",
        "It rained.",
    ]
