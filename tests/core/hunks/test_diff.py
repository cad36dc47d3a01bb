"""The difference as a reader sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.hunks import diff
from assistant.core.types import Hunk, Span

CHANCE = (
    "Some of us could never say why it was sold. We kept the oars of the boat, and in spring they hung there."
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "TODO: find the bill, roughly useful",
            "I've found the bill, and it was roughly as useful as I'd hoped.",
        ),
        ("TODO: say why we sold the boat in spring", CHANCE),
    ],
    ids=["a note", "words met by chance"],
)
def test_a_text_that_shares_little_is_all_old_then_all_new(old: str, new: str) -> None:
    """Words that happen to come again don't cut the two texts into each other."""
    assert [tuple(piece) for piece in diff.readable(old, new)] == [("gone", old), ("new", new)]


def test_a_text_that_shares_much_is_compared_word_by_word() -> None:
    """A change inside a sentence, and words added to a bullet, leave the author's words as they are."""
    old = "We sold the boat in the spring of 2019, and nobody minded."
    assert _changes(old, old.replace("spring", "summer")) == [("gone", "spring"), ("new", "summer")]
    bullet = "- **Ask first.** I forget to.\n"
    longer = bullet.replace("to.", "to. It costs me a day.")
    assert _changes(bullet, longer) == [("new", " It costs me a day.")]


def test_neighbouring_changes_are_one() -> None:
    """Two words replaced by two others are not cut into four."""
    old = "On Monday we left the old town early, and it rained until we were home."
    new = old.replace("old town", "new harbour")
    assert _changes(old, new) == [
        ("gone", "old town"),
        ("new", "new harbour"),
    ]


def test_each_passage_is_judged_by_itself() -> None:
    """A paragraph written from scratch does not make a small change elsewhere unreadable."""
    old = "TODO why\n\nIt rained.\n\nWe sold the boat in the spring, and nobody minded.\n"
    new = "It leaked, mostly.\n\nIt rained.\n\nWe sold the boat in the summer, and nobody minded.\n"
    assert _changes(old, new) == [
        ("gone", "TODO why\n"),
        ("new", "It leaked, mostly.\n"),
        ("gone", "spring"),
        ("new", "summer"),
    ]


@given(st.text(alphabet="ab .\n\r何é", max_size=60), st.text(alphabet="ab .\n\r何é", max_size=60))
def test_the_pieces_give_both_texts(old: str, new: str) -> None:
    """Whatever is compared, nothing is lost or added."""
    pieces = diff.readable(old, new)
    assert "".join(p.text for p in pieces if p.op != "new") == old
    assert "".join(p.text for p in pieces if p.op != "gone") == new


def _changes(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.op, piece.text) for piece in diff.readable(old, new) if piece.op != "same"]


def test_a_huge_passage_is_not_compared_word_by_word() -> None:
    """Thirty thousand words alike would keep a review busy for minutes at every key."""
    old = "word " * 30_000
    assert [piece.op for piece in diff.readable(old, "word again, and no more.")] == ["gone", "new"]
    assert [piece.op for piece in diff.readable(old, old + "word")] == ["gone", "new"]


@pytest.mark.parametrize("changed", [0, 9])
def test_a_unified_diff_has_no_hunk_without_a_change(changed: int) -> None:
    """Of a paragraph that is replaced, one line at its end differs; `git apply` refuses an empty hunk."""
    head, tail = (b"".join(b"%s %d\n" % (name, n) for n in range(20)) for name in (b"head", b"tail"))
    old = [b"line %d\n" % n for n in range(10)]
    new = [b"changed\n" if n == changed else line for n, line in enumerate(old)]
    start = len(head)
    whole = Span(start, start + len(b"".join(old)))
    hunk = Hunk("g", whole, b"".join(old), b"".join(new), (), ())
    made = diff.unified(head + b"".join(old) + tail, [hunk], path="d.md").split(b"@@ -")[1:]
    assert made and all(b"\n+" in one for one in made)
