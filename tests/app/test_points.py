"""A half sentence, or a point of a list, keeps its words, and its text goes on after them."""

from __future__ import annotations

import pytest
from fakes import FakeModel
from jobs import job

from assistant.app.expand import expand
from assistant.core.hunks.apply import apply
from assistant.core.types import Expanded


@pytest.mark.parametrize(
    ("item", "answer", "after"),
    [
        ("compilation vs. runtime", "I kept both.", "compilation vs. runtime: I kept both."),
        ("wie sysiphos", "Errors come back.", "wie sysiphos: Errors come back."),
        ("meal planning", "and it was fine.", "meal planning and it was fine."),
        ("work at a consultancy!", "Few people do.", "work at a consultancy! Few people do."),
    ],
)
def test_a_point_stays_and_a_sign_parts_it_from_its_text(item: str, answer: str, after: str) -> None:
    """The sign is a colon, or the author's own in another item."""
    rest = "It took us a whole week to get there, and nobody was in a hurry about it."
    assert _filled(f"- {item}", f"{answer} {rest}") == f"- {after} {rest}"
    own = "- Oars – we had four of them, and two were broken.\n- Sails – all new.\n"
    theirs = after.replace(f"{item}:", f"{item} –")
    assert _filled(f"- {item}", f"{answer} {rest}", own=own) == f"- {theirs} {rest}"


@pytest.mark.parametrize(
    ("half", "text"),
    [
        ("It was a part of a circuit; the", ""),
        ("It was a part of all that was in", ""),
        ("The worst of all of it was", ""),
        ("It was a part of a circuit, and", "It was a part of a circuit, and I kept it."),
        ("We left the harbour early because", "We left the harbour early because I kept it."),
        ("It was the last of the harbours", "It was the last of the harbours. I kept it."),
    ],
)
def test_i_goes_on_only_where_a_subject_may_follow(half: str, text: str) -> None:
    """It has its capital anywhere, and is judged by the word before it."""
    rest = "Then we tried the other way, and it was fine for all of us."
    assert _filled(half, f"I kept it. {rest}") == (f"{text} {rest}" if text else half)


def test_a_clause_without_its_that_goes_on() -> None:
    """`The first thing I did was` needs no sign; an article isn't said twice."""
    rest = "Then we tried the other way, and it was fine for all of us."
    assert _filled("The very first thing", f"I did was to swim. {rest}").startswith(
        "The very first thing I did"
    )
    said = _filled("It was a part of a circuit; the", f"the old one, it seems. {rest}")
    assert said.startswith("It was a part of a circuit; the old one")


def _filled(line: str, answer: str, own: str = "") -> str:
    """Return what becomes of a last line that is a gap."""
    text = (
        f"# Boats\n\nWe went by boat in the spring, and it took us three days.\n\n{own}\n## Notes\n\n{line}\n"
    )
    work = job(text)
    gaps = [gap for gap in work.gaps if text.index("## Notes") < gap.span.start]
    assert len(gaps) == 1, gaps
    hunks = [
        hunk
        for event in expand(work, gaps, model=FakeModel(answer))
        if isinstance(event, Expanded)
        for hunk in event.hunks
    ]
    return apply(text.encode(), hunks).decode().partition("## Notes\n\n")[2].rstrip("\n")
