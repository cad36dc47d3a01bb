"""The preview of a draft: what it shows of each form."""

from __future__ import annotations

from typing import Any

from assistant.core.text.draft import parse
from assistant.core.types import Hunk, Span
from assistant.frontends.web import preview
from assistant.frontends.web.rendered_draft import RenderedDraft

DRAFT = b"---\ntitle: Tea\n---\n\nI drink it.\n\nTODO: say when\n\nIt is blue.\n" + b"\nMore.\n" * 6


def shown(form: str) -> dict[str, Any]:
    at = DRAFT.index(b"TODO")
    hunk = Hunk("g", Span(at, at + 14), b"TODO: say when", b"At four.\n\nNever later.")
    end = DRAFT.index(b"blue") + 4
    word = Hunk("h", Span(end - 4, end), b"blue", b"dark blue")
    return preview.values(RenderedDraft(parse(DRAFT), images="/image"), DRAFT, [hunk, word], form)


def test_a_line_that_goes_stands_above_the_one_that_comes_and_has_no_number() -> None:
    rows = shown("diff")["rows"]
    texts = [
        (row.number, "|".join(filter(None, (run.text for run in row.runs))))
        for row in rows
        if not isinstance(row, int)
    ]
    assert texts[3:8] == [
        ("", "TODO: say when"),
        ("7", "At four."),
        ("8", ""),
        ("9", "Never later."),
        ("10", ""),
    ]
    assert [number for number, _ in texts if number] == [str(n) for n in range(4, 15)]
    assert rows[0] == 3 and rows[-1] > 3, "the rest is counted"


def test_changes_are_marked_in_the_text_without_its_front_matter() -> None:
    html = shown("changes")["html"]
    assert "title" not in html
    assert "<del>TODO: say when</del><ins>At four.</ins>" in html
    assert "It is <ins>dark</ins> blue" in html
    assert "TODO" not in shown("after")["html"] and "At four" not in shown("before")["html"]
