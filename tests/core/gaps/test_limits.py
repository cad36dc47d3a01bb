"""The locator on anything that can be typed: it never fails, and its work grows with the length only."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from calls import calls
from cases import case_files, parts
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import Draft, parse

WORDS = load_words()

FOLDER = Path(__file__).parents[2] / "cases"
PIECES = st.sampled_from(json.loads((FOLDER / "pieces.json").read_text("utf-8")))
DRAFTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)
CASES = [parts(path)["draft"] for path in case_files("gaps")]


def check(draft: Draft) -> None:
    """Assert what holds for the gaps of every draft."""
    end = 0
    text = draft.data.decode()
    boundaries = {0}
    position = 0
    for char in text:
        position += len(char.encode())
        boundaries.add(position)
    for gap in find_gaps(draft, words=WORDS, threshold=0.0):
        assert end <= gap.span.start <= gap.span.end <= len(draft.data)
        end = gap.span.end
        for span in (gap.span, *gap.targets):
            assert span.start in boundaries and span.end in boundaries
        assert 0.0 <= gap.confidence <= 1.0


@given(DRAFTS)
@example("/// note (too long)\n")
@example("Yours,\n\n- [ ] ")
def test_no_text_breaks_it(text: str) -> None:
    """Gaps of any text lie inside it, in order, apart, and between whole characters."""
    if "\0" not in text:
        check(parse(text.encode("utf-8", "ignore")))


@given(st.sampled_from(CASES), st.integers(0, 2**32), st.integers(1, 12))
def test_no_damage_to_a_draft_breaks_it(text: str, seed: int, cuts: int) -> None:
    """Drafts with pieces cut out, doubled and swapped are located too."""
    chance = random.Random(seed)
    for _ in range(cuts):
        start = chance.randrange(len(text) + 1)
        stop = min(len(text), start + chance.randrange(40))
        piece = text[start:stop]
        text = chance.choice(
            (text[:start] + text[stop:], text[:stop] + piece + text[stop:], piece + text[:start])
        )
    check(parse(text.encode()))


HOSTILE = json.loads((FOLDER / "hostile.json").read_text("utf-8"))


def calls_to_locate(text: str) -> int:
    """Return how many functions are called to locate the gaps of a text."""
    draft = parse(text.encode())
    return calls(lambda: find_gaps(draft, words=WORDS))


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_work_grows_with_the_length_only(piece: str) -> None:
    """Eight times the text takes nothing near the sixty-four times as many calls that a square would."""
    small, large = (calls_to_locate(piece * (size // len(piece))) for size in (1_500, 12_000))
    assert large < 12 * small + 1_000


def test_the_rows_of_a_long_table_are_read_once() -> None:
    """Each name without text beside it is looked at in its own row."""
    small, large = (calls_to_locate("| a | b |\n|---|---|\n" + "| Rope | |\n" * rows) for rows in (200, 800))
    assert large < 8 * small


def test_the_columns_of_a_long_table_are_read_once() -> None:
    """The other cells of a column say of each empty one in it whether it lacks a fact."""
    head, row = "# Ropes\n\n| a | b | c |\n|---|---|---|\n", "| Rope | red | |\n| Tar | | |\n"
    small, large = (calls_to_locate(head + row * rows) for rows in (20, 160))
    assert large < 10 * small


def test_deep_nesting_ends() -> None:
    """Lists and quotes nested some thousand deep are located in a moment."""
    check(parse(("> " * 2000 + "TODO\n").encode()))
    check(parse("".join("  " * depth + "- a\n" for depth in range(400)).encode()))


def test_a_marker_outside_of_all_text_is_no_fault() -> None:
    """A draft of front matter alone has no block that a marker could be in."""
    check(parse(b"---\ntitle: x\ndescription: TODO\n---\n"))


@pytest.mark.parametrize("text", ["? =", "? -\n", "> ? …\n"])
def test_a_question_mark_without_words_is_no_fault(text: str) -> None:
    """A line that has a question mark and signs behind it has no sentence to read."""
    check(parse(text.encode()))


BLANKS = " " * 300_000
"""A square of their number takes longer than any test may."""


@pytest.mark.parametrize(
    "text",
    [
        f"See [the plan]({BLANKS}x\n",
        f'See <a href="{BLANKS}x\n',
        f"---\ntitle: x{BLANKS}x\n---\n\nText.\n",
        f"---\ndescription: x{BLANKS}x\n---\n\nText.\n",
    ],
    ids=["link", "tag", "front matter", "description"],
)
def test_a_long_run_of_blanks_is_passed_once(text: str) -> None:
    """An address or a value that goes on behind many blanks is looked at in a moment."""
    check(parse(text.encode()))


@pytest.mark.timeout(60)
def test_comments_above_a_text_are_passed_once() -> None:
    """A section may begin with many; where text is behind them, they are not read again in other ways."""
    check(parse(f"# A\n\n## B\n\n{'<!--a-->' * 2000}<\n\n## C\n".encode()))
