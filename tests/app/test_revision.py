"""A remark on finished text gets a revised text in its place, and only what it asks for changes."""

from __future__ import annotations

import pytest
from fakes import FakeModel
from jobs import job

from assistant.app.expand import expand
from assistant.core.hunks.apply import apply
from assistant.core.types import Expanded, Failed

OLD = (
    "We rented four trucks in Lisbon on 3 May, which was [cheap](https://example.org/t), and drove all night."
)
SHORT = "We rented four trucks in Lisbon on 3 May, which was [cheap](https://example.org/t)."
REST = "\n\nThe next day we slept until noon, all of us, on the floor of the hall.\n"


def revise(draft: str, *answers: str) -> tuple[list[Expanded], list[Failed], bytes, FakeModel]:
    """Return what comes of a draft's remarks, and the draft with all of it."""
    work, model = job(draft), FakeModel(*answers)
    events = list(expand(work, work.gaps, model=model, jobs=1))
    done = [one for one in events if isinstance(one, Expanded)]
    hunks = [hunk for one in done for hunk in one.hunks]
    return done, [one for one in events if isinstance(one, Failed)], apply(draft.encode(), hunks), model


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"# Trucks\n\n{OLD}\n\nmake this shorter{REST}", f"# Trucks\n\n{SHORT}{REST}"),
        (f"# Trucks\n\n{OLD}\n\n<!-- too long -->{REST}", f"# Trucks\n\n{SHORT}{REST}"),
        (f"# Trucks\n\n{OLD} (make this shorter){REST}", f"# Trucks\n\n{SHORT}{REST}"),
        (f"# Trucks\n\n> {OLD}\n> (make this shorter){REST}", f"# Trucks\n\n> {SHORT}{REST}"),
        (
            f"# Trucks\n\n- {OLD} (make this shorter)\n- Sleep.{REST}",
            f"# Trucks\n\n- {SHORT}\n- Sleep.{REST}",
        ),
    ],
)
def test_the_passage_changes_and_the_remark_goes(before: str, after: str) -> None:
    """The model is shown the passage without the remark, and its answer is another text for it."""
    _, failed, text, model = revise(before, SHORT)
    assert (failed, text.decode()) == ([], after)
    asked = model.requests[0].messages[-1].content
    assert OLD in asked and "Revise it:" in asked


def test_two_paragraphs_become_one() -> None:
    """What is merged is one passage, with one text."""
    draft = f"# Trucks\n\nWe rented four trucks.\n\nThey were not new at all.\n\nmerge these two{REST}"
    _, failed, text, _ = revise(draft, "We rented four trucks, and they were not new at all.")
    assert failed == []
    assert text.decode() == f"# Trucks\n\nWe rented four trucks, and they were not new at all.{REST}"


def test_facts_of_the_old_text_are_support_and_what_is_lost_is_said() -> None:
    """No warning of what the author wrote; one of a date and a place that went."""
    short = "We rented four trucks, which was [cheap](https://example.org/t), and drove all night."
    done, _, _, _ = revise(f"# Trucks\n\n{OLD}\n\nmake this shorter{REST}", short)
    (hunk, _) = done[0].hunks
    assert [(w.code, w.message) for w in hunk.warnings] == [("lost", "lost: “Lisbon”, “3”, “May”")]


def test_a_lost_link_is_asked_for_again_and_may_go_where_the_author_says_so() -> None:
    """Four answers without it make a failure that says what to do; an instruction about links allows it."""
    bare = "We rented four trucks in Lisbon on 3 May, and drove all night."
    done, failed, _, model = revise(f"# Trucks\n\n{OLD}\n\nmake this shorter{REST}", bare)
    assert done == [] and len(model.requests) == 4
    assert "lost [cheap](https://example.org/t)" in failed[0].message
    done, failed, _, _ = revise(f"# Trucks\n\n{OLD}\n\nmake this shorter, without links{REST}", bare)
    assert failed == [] and "lost: “[cheap](https://example.org/t)”" in done[0].hunks[0].warnings[0].message


def test_of_two_remarks_on_one_passage_the_first_is_handled_first() -> None:
    """The other is found again once that is written; two texts for one place would be in each other's way."""
    draft = f"# Trucks\n\n{OLD} It rained (wrong word?) hard.\n\nmake this shorter{REST}"
    done, failed, text, _ = revise(draft, "It poured hard.")
    assert failed == [] and len(done) == 1
    assert text.decode() == draft.replace("It rained (wrong word?) hard.", "It poured hard.")
