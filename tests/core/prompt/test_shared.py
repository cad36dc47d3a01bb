"""The language to write in is the author's."""

from __future__ import annotations

import pytest

from assistant.core.prompt import outline
from assistant.core.prompt.shared import language_code
from assistant.core.text.draft import parse
from assistant.core.types import Span

ENGLISH = "The pump starts when the tank is empty, and it is stopped by a float. " * 8


@pytest.mark.parametrize(
    ("heading", "code"),
    [("水泵", "zh"), ("ポンプの音", "ja"), ("펌프", "ko"), ("Насос", "ru"), ("Pump", "en")],
)
def test_headings_in_another_script_tell_the_language_of_a_draft_with_pasted_english(
    heading: str, code: str
) -> None:
    """What is below `水泵` was pasted, or waits to be put into Chinese."""
    text = f"# {heading}\n\n{ENGLISH}\n\n## {heading} 2\n\n## Pump\n"
    assert language_code(parse(text.encode()), "") == code


def test_one_heading_in_another_script_changes_nothing() -> None:
    """A post about Chinese words is in English."""
    text = f"# Pumps\n\n{ENGLISH}\n\n## 水泵\n\n{ENGLISH}\n\n## Floats\n"
    assert language_code(parse(text.encode()), "") == "en"
    assert language_code(parse(text.encode()), "German") == "de"


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
