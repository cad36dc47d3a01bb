"""How the lines of two versions of a draft are matched."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest

from assistant.core.hunks.alignment import Alignment
from assistant.core.hunks.alignment import align as align_lines
from assistant.core.text.normal_form import normal_form


def align(*versions: list[bytes]) -> Alignment:
    old, new = versions
    return align_lines(old, new, levels=(levels(old), levels(new)))


def levels(lines: list[bytes]) -> list[int]:
    return list(normal_form(b"".join(lines)).levels)


def test_many_equal_lines_below_a_heading_with_other_words_take_no_longer() -> None:
    rows, begun = [b"- Milk\n"] * 3000, process_time()
    runs, renamed = align([b"# Tides\n", *rows], [b"# Tides of the bay\n", b"New.\n", *rows])
    assert process_time() - begun < 1
    assert sum(run.size for run in runs) == len(rows)
    assert renamed == {0: 0}


def test_thousands_of_lines_of_two_kinds_are_matched_at_once_whatever_their_order() -> None:
    kinds, random = (b"- Milk, tea\n", b"- Salt, oil\n"), Random(5)
    old, begun = random.choices(kinds, k=5000), process_time()
    shuffled = align(old, random.sample(old, k=len(old)))
    inserted = align(old, [b"- Rye, oats\n", *old[:2500], *kinds, *old[2500:], b"- Malt, hops\n"])
    periodic = align([*kinds, *kinds] * 1500, [kinds[0], *kinds * 3000])
    assert process_time() - begun < 3
    assert [sum(run.size for run in one.runs) for one in (shuffled, inserted, periodic)] == [5000, 5000, 6000]
    assert len(inserted.runs) <= 4


@pytest.mark.parametrize(
    ("line", "deep"),
    [(b"## Rain\n", 2), (b"#\n", 1), (b"##Rain\n", 2), (b"#rain #lake\n", 0), (b"#1234\n", 0)],
)
def test_tags_and_numbers_of_issues_are_no_headings(line: bytes, deep: int) -> None:
    assert levels([line]) == [deep]


def test_a_heading_is_known_by_the_headings_around_where_all_lines_next_to_it_were_moved() -> None:
    """A bullet above it went up, and the section below it went elsewhere."""
    bullets, heads = [b"- Weigh.\n", b"- Write.\n"], [b"## Guests\n", b"## Starter\n"]
    rules, end = [b"# Bread\n", b"## Rules\n"], [b"## Next\n", b"Rye.\n"]
    old = [*rules, *bullets, *heads, *end]
    new = [*heads[1:], *rules, *bullets[::-1], b"## When friends come\n", *end]
    assert align(old, new).renamed == {4: 5}
