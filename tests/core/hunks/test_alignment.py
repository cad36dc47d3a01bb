"""How the lines of two versions of a draft are matched."""

from __future__ import annotations

from time import process_time

from assistant.core.hunks.alignment import align


def test_many_equal_lines_below_a_heading_with_other_words_take_no_longer() -> None:
    rows, begun = [b"- Milk\n"] * 3000, process_time()
    runs, renamed = align([b"# Tides\n", *rows], [b"# Tides of the bay\n", b"New.\n", *rows])
    assert process_time() - begun < 1
    assert sum(run.size for run in runs) == len(rows)
    assert renamed == {0: 0}
