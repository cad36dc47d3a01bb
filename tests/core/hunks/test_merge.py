"""What an author made of an offered text stays where another one takes its place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.core.hunks.merge import Merge, applied
from assistant.core.hunks.shared_words import matches

HALF = "We crossed the bridge slowly because the"
WHOLE = f"{HALF} planks were slick with frost and nobody wanted to swim. At the far end a gate stood open."
NOTE = "TODO: describe the guide"
TEXT = "She was a tall woman with a stick and a short temper. Whoever lagged behind got no soup that evening."
OWN = "I kept my notes in a tin."
TYPED = ("Whoever", f"{OWN} Whoever")


def rejected(draft: str, offered: str, changes: Sequence[tuple[str, str]], earlier: str) -> str:
    """Return a draft, in which `{}` is an offered text, once that was changed and then rejected."""
    above, below = draft.split("{}")
    now = draft.format(offered)
    for old, new in changes:
        assert old in now
        now = now.replace(old, new)
    text = now[len(above) : now.rindex(below.strip() or below)]
    ranges = [(len(above) + new, len(above) + new + size) for _, new, size in matches(offered, text)]
    ends_line = not below.partition("\n")[0]
    return applied(now, Merge(offered, earlier, now, ranges, is_earlier=True, ends_line=ends_line).edits())


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ((), HALF),
        ((("slowly", "quickly"),), HALF.replace("slowly", "quickly")),
        (((" slowly", ""),), HALF.replace(" slowly", "")),
        ((("crossed", "had crossed"),), HALF.replace("crossed", "had crossed")),
        ((("because the planks", "because all planks"),), "We crossed the bridge slowly because all"),
        ((("At the far", f"{OWN} At the far"),), f"{HALF}\n\n{OWN}"),
        ((("slowly", "quickly"), ("slick", "smooth")), f"{HALF.replace('slowly', 'quickly')} smooth"),
    ],
)
def test_what_the_author_changed_in_half_a_sentence_stays_changed(
    changes: tuple[tuple[str, str], ...], left: str
) -> None:
    """The words that the model added go."""
    draft = "# Walk\n\nIt was late. {}\n\n## Home\n"
    assert rejected(draft, WHOLE, changes, HALF) == draft.format(left)


BEHIND = (" evening.\n\nHer dog", " evening. Her dog")


@pytest.mark.parametrize(
    ("draft", "changes", "left"),
    [
        ("# Walk\n\n{}\n\nHer dog walked.\n", [TYPED], f"{NOTE}\n\n{OWN}"),
        ("# Walk\n\n{}\n\nEnd.\n", [("stick", "cane")], f"{NOTE}\n\ncane"),
        ("- {}\n- the dog\n", [TYPED], f"{NOTE}\n\n  {OWN}"),
        ("> {}\n\nEnd.\n", [TYPED], f"{NOTE}\n>\n> {OWN}"),
        ("| mill | {} |\n", [TYPED], f"{OWN} {NOTE}"),
        ("We went out. {} Then we ate.\n", [TYPED], f"{OWN} {NOTE}"),
        ("We went out. {}\n\nEnd.\n", [TYPED], f"{NOTE}\n\n{OWN}"),
    ],
)
def test_words_of_the_authors_are_no_part_of_the_note_that_comes_back(
    draft: str, changes: Sequence[tuple[str, str]], left: str
) -> None:
    """They are in a paragraph of their own, or before it where a line goes on."""
    assert rejected(draft, TEXT, changes, NOTE) == draft.format(left)


def test_a_paragraph_that_was_joined_with_the_text_is_parted_from_the_note() -> None:
    """With what was typed into the text, it is below the note."""
    draft = "# Walk\n\n{}\n\nHer dog walked.\n"
    assert rejected(draft, TEXT, [BEHIND], NOTE) == draft.format(NOTE)
    both = rejected(draft, TEXT, [BEHIND, TYPED], NOTE)
    assert both == draft.format(f"{NOTE}\n\n{OWN}").replace(f"{OWN}\n\n", f"{OWN} ")


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ([("May", "June")], "We were away for the whole of June, and nobody missed us."),
        ([("truly ", "")], "We were away for the whole of May, and nobody missed us."),
    ],
)
def test_what_the_author_changed_in_words_of_finished_text_stays_changed(
    changes: Sequence[tuple[str, str]], left: str
) -> None:
    """The revision goes."""
    finished, revised = (
        left.replace("June", "May"),
        "We were away for all of May, and truly nobody missed us.",
    )
    assert rejected("# A\n\n{}\n\nEnd.\n", revised, changes, finished) == f"# A\n\n{left}\n\nEnd.\n"


def test_words_that_are_left_between_those_that_the_author_replaced_are_the_models() -> None:
    """Only what was put in stays."""
    draft = "# A\n{}\n## B\n"
    text = "\nThe boats came back before the fog, and nobody had counted them. We tied the lines twice.\n"
    assert rejected(draft, text, [("the", "our")], "") == draft.format("\nour ourm. our\n")


@pytest.mark.parametrize(
    ("now", "ranges", "other", "left"),
    [
        ("They left on foot on Mine.", [(0, 21)], "They left on foot on Friday.", "{} Mine."),
        ("Mine left on foot on Monday.", [(4, 28)], "We left on foot on Monday.", "Mine {}"),
    ],
)
def test_words_that_come_beside_an_end_that_the_author_replaced_are_parted_from_it(
    now: str, ranges: Sequence[tuple[int, int]], other: str, left: str
) -> None:
    """No edit begins behind its own end, which an editor would take for the other way round."""
    edits = Merge("They left on foot on Monday.", other, now, ranges).edits()
    assert all(edit.start <= edit.end for edit in edits)
    assert applied(now, edits) == left.format(other)
