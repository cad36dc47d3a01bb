"""Each of several lines that were changed together has its own place still, or was deleted."""

from __future__ import annotations

from functools import partial

import pytest
from calls import calls

from assistant.core.hunks.relocate import is_gone, near

LINES = ("- **Oak.** It lasts.", "- **Pine.** It's cheap.", "- **Elm.** It bends.")
OLD = "\n".join(("# Wood", "", "We tried three.", "", *LINES, "", "That was all.", ""))
GONE = "deleted"


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        (
            ("- **Oak.** It lasts long.", "- **Pine.** It's too cheap.", LINES[2]),
            ("- **Oak.** It lasts long.", "- **Pine.** It's too cheap."),
        ),
        (
            ("- **Oak.** So heavy.", "- Birch, which nobody has.", "- **Elm.** It bends a lot."),
            ("- **Oak.** So heavy.", "- Birch, which nobody has.", "- **Elm.** It bends a lot."),
        ),
        (("- **Elm.** It bends a lot.",), (GONE, GONE, "- **Elm.** It bends a lot.")),
        (
            ("- **Oak.** It never lasts.", "- **Elm.** It bends a lot."),
            ("- **Oak.** It never lasts.", GONE, "- **Elm.** It bends a lot."),
        ),
        (
            ("- Yew, which is dear.", "- Ash.", "- **Pine.** It's very cheap.", LINES[2]),
            ("", "- **Pine.** It's very cheap."),
        ),
        (("Nothing came of it.",), ("Nothing came of it.",) * 3),  # may stand for any of them
        (("木は三種類。", *LINES[1:]), ("木は三種類。",)),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_changed_line_is_found_by_its_words_and_its_order(
    typed: tuple[str, ...], places: tuple[str, ...], end: str
) -> None:
    """What replaces all of a list stands for each of its items."""
    new = OLD.replace("\n".join(LINES), "\n".join(typed))
    before, after = (text.replace("\n", end).encode() for text in (OLD, new))
    for line, place in zip(LINES, places, strict=False):
        at = before.index(line.encode()) + len(line)
        (there,) = near(before, after, [at])
        assert is_gone(before, after, at) == (place == GONE)
        if place not in ("", GONE):
            assert after[slice(*there)].decode() == f"{place}{end}"


def test_a_stretch_that_was_written_anew_costs_little() -> None:
    """Hundreds of lines are not compared each with each."""
    old = "".join(f"- item {n} of the list\n" for n in range(2_000)).encode()
    new = "".join(f"- point {n}, said again\n" for n in range(2_000)).encode()
    assert near(old, new, [5]) == near(old, new, [3])
    assert not is_gone(old, new, 5)


def test_lines_of_a_stretch_are_compared_once_for_all_places_in_it() -> None:
    """An author who changed each of thirty long paragraphs waits no longer than for one."""
    counts = []
    for count in (1, 30):
        old = [" ".join(f"word{n}{at}of{count}" for at in range(200)) for n in range(30)]
        starts = [sum(len(line) + 1 for line in old[:n]) for n in range(count)]
        before, after = ("\n".join(lines).encode() for lines in (old, [f"{line} and more" for line in old]))
        counts.append(calls(partial(near, before, after, starts)))
    assert counts[1] < 5 * counts[0]
