"""A text stays in the container of its gap, however containers are nested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks import container, split
from assistant.core.hunks.apply import accepted, apply
from assistant.core.hunks.facts import question
from assistant.core.hunks.make import hunk_for
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Decision, Gap, GapKind, Hunk, Span, Verdict

MARKS = st.sampled_from(["> ", ">", "- ", "* ", "+   ", "1. ", "12) ", "-\t", "- [ ] ", "[^n]: "])
TEXTS = st.lists(
    st.sampled_from(["It held all night.", "So *we* slept,\nand woke late.", "One more\n`x | y` thing."]),
    min_size=1,
    max_size=3,
).map("\n\n".join)
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def nested(draw: st.DrawFn) -> tuple[bytes, list[Span]]:
    """Make a draft of containers in one another, each with a marker in the innermost."""
    end = draw(ENDS)
    text, spans = "# Rope" + end * 2, []
    for number in range(draw(st.integers(1, 4))):
        marks = draw(st.lists(MARKS, min_size=1, max_size=3))
        if any(mark.startswith("[") for mark in marks[1:]):
            marks = [mark for mark in marks if not mark.startswith("[")] or ["> "]
        line = "".join(marks).replace("[^n]", f"[^{number}]")
        text += line
        start = len(text.encode())
        note = f"TODO: tell {number}" if draw(st.booleans()) else f"TODO: tell {number},"
        text += note + end * 2 + "We went home." + end * 2
        spans.append(Span(start, start + len(note)))
    return text.encode(), spans


def around(draft: Draft, offset: int) -> list[str]:
    """Return the kinds of the containers around a byte, outermost first."""
    kinds = ("BlockQuote", "List", "Item", "FootnoteDefinition")
    return [b.kind for b in draft.blocks if b.kind in kinds and b.start <= offset < b.end]


def hunks_of(draft: Draft, spans: list[Span], texts: list[str]) -> list[Hunk]:
    gaps = [Gap(f"g{n}", GapKind.MARKER, span, (), "") for n, span in enumerate(spans)]
    return [hunk_for(draft, gap, text=text) for gap, text in zip(gaps, texts, strict=True)]


@given(nested(), st.data())
def test_every_line_is_in_the_container_and_every_other_byte_stays(
    made: tuple[bytes, list[Span]], data: st.DataObject
) -> None:
    """Whatever is accepted, the text's last word is in the same containers as the marker was."""
    draft = parse(made[0])
    hunks = hunks_of(draft, made[1], [data.draw(TEXTS) for _ in made[1]])
    verdicts = [data.draw(st.sampled_from([Verdict.ACCEPTED, Verdict.REJECTED])) for _ in hunks]
    taken = accepted(map(Decision, hunks, verdicts))
    result = apply(draft.data, taken)
    position = read = 0
    finished = parse(result)
    for hunk in taken:
        kept = draft.data[position : hunk.span.start]
        assert result[read : read + len(kept)] == kept
        read += len(kept)
        last = read + len(hunk.replacement) - 1
        assert around(finished, last) == around(finished, read) == around(draft, hunk.span.start)
        read, position = last + 1, hunk.span.end
    assert result[read:] == draft.data[position:]


@given(nested(), st.data())
def test_an_edit_sees_and_writes_words_without_marks(
    made: tuple[bytes, list[Span]], data: st.DataObject
) -> None:
    """What the author edits is the text as the model wrote it; put back unchanged, it is the same hunk."""
    draft = parse(made[0])
    texts = [data.draw(TEXTS) for _ in made[1]]
    for hunk, text in zip(hunks_of(draft, made[1], texts), texts, strict=True):
        assert split.body(hunk) == text
        assert split.with_body(hunk, text, newline=draft.newline) == hunk.replacement


@pytest.mark.parametrize("line", ["> TK", ":   TK", "| Year |  TK   |", "    TK", "- [ ] TK"])
def test_a_field_for_a_fact_keeps_to_its_container(line: str) -> None:
    """What is around the marker stays, though the gap holds the marks."""
    head = "| Fact | What |\n|---|---|\n" if line.startswith("|") else ""
    draft = parse(f"A\n\n{head}{line}\n".encode())
    start = len(draft.data) - 1 - len(line.encode())
    end = start + len(line.rstrip(" |"))
    gap = Gap("g", GapKind.MARKER, Span(start + line.rfind("|", 0, -1) + 1, end), (), "year")
    hunk = question(draft, gap)
    assert hunk is not None and hunk.original == b"TK"


@given(st.text("|\\\\a \\n", max_size=12))
def test_a_text_in_a_cell_ends_no_cell(text: str) -> None:
    """Whatever backslashes are before a pipe, the row has as many cells as before."""
    row = "| a | " + container.put(text.strip("\\ \n") or "x", container.CELL) + " |\n"
    cells = [
        b for b in parse(("| k | v |\n|---|---|\n" + row + "\n").encode()).blocks if b.kind == "TableCell"
    ]
    rows = [b for b in parse(("| k | v |\n|---|---|\n" + row + "\n").encode()).blocks if b.kind == "TableRow"]
    assert len(cells) == 4 and len(rows) == 1


@pytest.mark.parametrize(
    ("box", "finished"),
    [
        ("> [!todo] Ice\n> say how thick", "It froze.\n\nIt thawed."),
        ("- one\n\n  > [!todo]\n  > how thick", "- one\n\n  It froze.\n\n  It thawed."),
        ("> By Ann.\n>\n> > [!todo]\n> > how thick", "> By Ann.\n>\n> It froze.\n>\n> It thawed."),
        ("We left.\n> [!todo]\n> how thick", "We left.\n\nIt froze.\n\nIt thawed."),
        ("> TODO: say how thick", "> It froze.\n>\n> It thawed."),
    ],
)
def test_the_quote_that_makes_a_box_goes_with_it(box: str, finished: str) -> None:
    """The text is a paragraph where the box was, apart from the one above."""
    draft = parse(f"# Ice\n\n{box}\n\nWe went home.\n".encode())
    gap = next(gap for gap in find_gaps(draft, words=load_words()) if gap.kind == "marker")
    hunk = hunk_for(draft, gap, text="It froze.\n\nIt thawed.")
    assert apply(draft.data, [hunk]).decode() == f"# Ice\n\n{finished}\n\nWe went home.\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("block", "finished"),
    [
        ("```{todo}\nhow thick\n```\nWe left.", "It froze.\n\nWe left."),
        ("We left.\n:::todo\nhow thick\n:::\nWe sat.", "We left.\n\nIt froze.\n\nWe sat."),
        ("\\todo{say how\nthick}\nWe left.", "It froze.\n\nWe left."),
        ("\\todo{say how thick} We left.", "It froze. We left."),
        ("We left.\n<!-- describe the ice -->\nWe sat.", "We left.\n\nIt froze.\n\nWe sat."),
        ("We left. <!-- describe the ice -->\nWe sat.", "We left. It froze.\nWe sat."),
        ("<!-- describe\nthe ice -->\n---\n\nWe sat.", "It froze.\n\n---\n\nWe sat."),
        ("- We left.\n<!-- describe the ice -->\n\nWe sat.", "- We left.\n\nIt froze.\n\nWe sat."),
        ("- <!-- describe the ice -->\n  We sat.", "- It froze.\n\n  We sat."),
        ("> <!-- describe the ice -->\n> We sat.", "> It froze.\n>\n> We sat."),
        ("> We left.\n> > [!todo]\n> > how thick\n> We sat.", "> We left.\n> \n> It froze.\n>\n> We sat."),
        ("> !!! todo\n>     how thick\n> We sat.", "> It froze.\n>\n> We sat."),
        ("!!! note\n    !!! todo\n        how thick\n    We sat.", "!!! note\n    It froze.\n\n    We sat."),
        ("%%\nTODO: say how thick\n%%\nWe left.", "It froze.\n\nWe left."),
        ("### Ice\n<!-- describe the ice -->\n\nWe sat.", "### Ice\nIt froze.\n\nWe sat."),
        (":::note\n<!-- describe the ice -->\n:::", ":::note\nIt froze.\n:::"),
        ("<div>\n<!-- describe the ice -->\n</div>", "<div>\nIt froze.\n</div>"),
        ("TODO: say how thick\nWe sat.", "It froze.\nWe sat."),
        ("We left in May.\n- ice\n- snow", "We left in May.\n\nIt froze."),
        ("> We left in May.\n> - ice\n> - snow", "> We left in May.\n> \n> It froze."),
    ],
)
def test_a_text_for_a_block_stands_apart_from_the_lines_beside_it(
    block: str, finished: str, newline: str
) -> None:
    """A blank line parts them as the block did; in a line of words, a text goes on with them."""
    draft = parse(f"# Ice\n\n{block}\n".replace("\n", newline).encode())
    gap = next(gap for gap in find_gaps(draft, words=load_words()) if gap.kind != "empty-section")
    hunk = hunk_for(draft, gap, text="It froze.")
    assert apply(draft.data, [hunk]).decode() == f"# Ice\n\n{finished}\n".replace("\n", newline)
    assert split.body(hunk) == "It froze."
    assert split.with_body(hunk, "It froze.", newline=newline) == hunk.replacement
    assert len(split.split(hunk_for(draft, gap, text="It froze.\n\nIt thawed."))) == 2
