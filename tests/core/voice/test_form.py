"""A section becomes a list where the sections beside it hold one."""

from __future__ import annotations

import pytest

from assistant.core.text.draft import parse
from assistant.core.voice.exemplars import finished_sections
from assistant.core.voice.form import likely_form

LIST = "- {0}, which we need each time\n- a rope of ten metres, and a spare one\n- two lamps for the night\n"
PROSE = "The {0} is old, and it leaks. We take it every year, and every year it comes back with us.\n" * 2


@pytest.mark.parametrize(
    ("kinds", "form"),
    [((LIST,), "prose"), ((LIST, LIST), "list"), ((LIST, PROSE), "prose"), ((LIST, LIST, PROSE), "list")],
)
def test_two_sections_show_a_form(kinds: tuple[str, ...], form: str) -> None:
    """One may have it by chance; two thirds of them are enough."""
    sections = [
        f"## {name}\n\n{kind.format(name)}"
        for name, kind in zip(("Boat", "Tent", "Stove"), kinds, strict=False)
    ]
    draft = parse("\n".join(sections).encode())
    beside = finished_sections(draft, ())
    assert len(beside) == len(kinds)
    assert likely_form("Car", level=2, sections=beside, series=()) == form
