"""A place that only its author can fill is listed, and nobody is asked for it."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse
from assistant.core.types import GapKind

TABLE = (
    "# Tools\n\n| Tool | {heading} |\n|---|---|\n| Saw | {first} |\n| Drill | {second} |\n| Plane | TODO |\n"
)
LONG = "It cuts everything that I have ever put on it, and it does so without a sound."


@pytest.mark.parametrize(
    ("text", "fillable"),
    [
        ("# A\n\nWe went to school. [TODO: find a quote on schools]\n", False),
        ("# A\n\nTODO: check the price\n", False),
        ("# A\n\nWe bought flour.\n\nTODO: Quote Ida: “…”\n", False),
        ("# Teig\n\nWir kneten den Teig.\n\n- XXX ml Milch\n", False),
        ("# A\n\nThe net is old.\n\nIts address: XXX.XXX.XXX.XXX\n", False),
        ("# A\n\nTODO: ask Ida for the tide table\n", False),
        ("# A\n\n<!-- ask Ida about the ferry in winter -->\n\nIt goes twice a day.\n", False),
        (
            "# A\n\nIn [that spring](Need to validate) we sold the boat to a man from the next village.\n",
            False,
        ),
        ("# A\n\nTODO: explain how the price of a house is found\n", True),
        ("# A\n\nTODO: add an example from a bank\n", True),
        ("# A\n\nWe sold the boat in May. [insert example]\n", True),
        ("# A\n\nWe sold the boat in May. [cite Ole]\n", False),
        (
            "# Knots\n\n- **1 May**: [The bowline](/b)\n- **2 May**: [The hitch](/h)\n- **3 May**: TODO\n",
            False,
        ),
        ("# Knots\n\n- [The bowline](/b)\n- <https://knots.example/hitch>\n- \n", False),
        ("# Knots\n\n- [The bowline](/b)\n- It makes a loop that holds.\n- TODO\n", True),
        ("# Knots\n\n- [The bowline](/b) holds.\n- [The hitch](/h) ties us.\n- TODO\n", True),
        (TABLE.format(heading="Price", first="12", second="40"), False),
        (TABLE.format(heading="Why", first=LONG, second=LONG), True),
    ],
)
def test_facts_are_left_to_the_author(text: str, fillable: bool) -> None:
    """Prices, quotations and cells in a column of facts aren't fillable; explanations are."""
    (gap,) = find_gaps(parse(text.encode()), words=load_words())
    assert gap.fillable is fillable


@pytest.mark.parametrize(
    ("notes", "fillable"),
    [("https://example.org/oars", False), ("- fold it\n- https://example.org/oars?", True)],
)
def test_links_alone_are_left_to_the_author(notes: str, fillable: bool) -> None:
    """Nobody else knows what they are for, and a text would take their place."""
    text = f"# Boats\n\nWe bought one in spring.\n\n## Oars\n\n{notes}\n\n## Later\n\nTODO\n"
    gap, _ = find_gaps(parse(text.encode()), words=load_words())
    assert gap.kind is GapKind.NOTES and gap.fillable is fillable


@pytest.mark.parametrize(
    ("text", "fillable"),
    [
        *(
            (value, False)
            for value in ("Ida Holm", "Written by Ida Holm", "Quay Street 4, Bergen", "v2.1.0", "Yes")
        ),
        *((note, True) for note in ("tar and oil", "The tar and the", "why tar smells")),
    ],
)
def test_a_name_or_a_number_alone_is_never_filled(text: str, fillable: bool) -> None:
    """A text would take its place, and nobody but the author knows what it is for."""
    draft = f"# Rope\n\n{LONG}\n\n## Tar\n\n{text}\n\n## Oil\n\nTODO: the oil\n"
    first, last = find_gaps(parse(draft.encode()), words=load_words())
    assert (first.fillable, last.fillable) == (fillable, True)


@pytest.mark.parametrize(
    ("text", "note", "fillable"),
    [
        ("We lit the lamp in 1890, and it went on for ninety years. ", "(source missing)", False),
        ("La lámpara se encendió en 1890 y nadie la apagó en noventa años. ", "(falta la fuente)", False),
        ("灯塔在一八九〇年点亮，九十年里没有人把它熄灭。", "（缺少出处）", False),
        ("We lit the lamp in 1890, and it went on for ninety years.\n\n", "(more about the storms)", True),
    ],
)
def test_notes_in_brackets_are_replaced_as_a_whole(text: str, note: str, fillable: bool) -> None:
    """No sentence goes on from them; a source is the author's to name."""
    around = text.strip()
    draft = parse(f"# A\n\n{around}\n\n## B\n\n{text}{note}\n\n## C\n\n{around}\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    told = (gap.kind, draft.text(gap.span), gap.instruction, gap.fillable)
    assert told == (GapKind.MARKER, note, note.strip("()（）"), fillable)


@pytest.mark.parametrize(("cell", "fillable"), [(LONG, True), ("40 kr", False)])
def test_the_column_of_a_wide_table_is_read_in_other_rows(cell: str, fillable: bool) -> None:
    """A whole row is between a cell and the one above it."""
    rows = ["".join(f"| {text} " for text in ["Saw", *["1"] * 44, last]) for last in (cell, cell, "TODO")]
    text = "\n".join(["# Tools\n", "| a " * 46 + "|", "|---" * 46 + "|", *(f"{row}|" for row in rows), ""])
    assert [gap.fillable for gap in find_gaps(parse(text.encode()), words=load_words())] == [fillable]


@pytest.mark.parametrize("title", [":::note[TODO]", ":::caution TODO", '!!! note "TODO"'])
def test_the_title_of_a_box_is_its_authors(title: str) -> None:
    """A text in its place would break the box."""
    words = load_words()
    gaps = find_gaps(parse(f"# Bees\n\n{title}\n\n    The hives stand on the roof.\n".encode()), words=words)
    assert not any(gap.fillable for gap in gaps)


@pytest.mark.parametrize(
    "opener", ['{{< notice type="todo" />}}', "{{< notice todo >}}"], ids=["closed", "never closed"]
)
def test_a_shortcode_holds_nothing_behind_another_of_its_name(opener: str) -> None:
    """The author's paragraph between two of them is no task."""
    tip = "{{< notice tip >}}Tar the rope.{{< /notice >}}"
    draft = parse(f"# Bees\n\n{opener}\n\nThe hives stand on the roof.\n\n{tip}\n".encode())
    assert not any("hives" in draft.text(gap.span) for gap in find_gaps(draft, words=load_words()))
