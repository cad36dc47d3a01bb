"""Proposed text in a buffer that its author goes on editing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.core.review import buffer as core
from assistant.core.review.buffer import Edit, Proposal, Range
from assistant.core.text.positions import Text
from assistant.core.types import Gap, GapKind, Hunk, Span

GAP = Gap("0123456789", GapKind.MARKER, Span(0, 0), (), "")


def proposal(base: str, start: int, end: int, new: str, name: str = "p") -> Proposal:
    at, last = len(base[:start].encode()), len(base[:end].encode())
    hunk = Hunk(GAP.id, Span(at, last), base[start:end].encode(), new.encode())
    return Proposal(name, GAP, hunk, base.encode(), shown=(Range(start, start + len(new)),))


LETTERS = st.text("ab🪴\n", max_size=12)


@given(
    before=LETTERS,
    old=LETTERS,
    after=LETTERS,
    new=LETTERS.filter(bool),
    edits=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.text("XY", max_size=3)), max_size=6),
)
def test_a_refusal_takes_no_letter_of_the_authors(
    before: str, old: str, after: str, new: str, edits: list[tuple[int, int, str]]
) -> None:
    """Whatever is typed where, refusing takes proposed letters alone and puts the original back once."""
    base = before + old + after
    shown = (proposal(base, len(before), len(before + old), new),)
    text = before + new + after
    for start, length, typed in edits:
        first, last = min(start, len(text)), min(start + length, len(text))
        edit = Edit(first, last, typed)
        text = core.applied(text, [edit])
        shown = core.after_edit(shown, edit)
    for start, end in shown[0].shown:
        assert not set(text[start:end]) & set("XY")
    if shown[0].shown:
        left = core.applied(text, core.refusal(shown[0]))
        assert [c for c in left if c in "XY"] == [c for c in text if c in "XY"]
        if not edits:
            assert left == base


@given(st.lists(st.tuples(LETTERS, LETTERS.filter(bool), LETTERS), min_size=1, max_size=4))
def test_the_base_is_the_text_without_what_is_proposed(parts: list[tuple[str, str, str]]) -> None:
    """Offsets outside of proposals lead from the base to the buffer and back."""
    base = "".join(kept + old for kept, _, old in parts) + "end"
    text, proposals = "", []
    at = 0
    for number, (kept, new, old) in enumerate(parts):
        text += kept
        at += len(kept)
        one = proposal(base, at, at + len(old), new, str(number))
        proposals.append(replace(one, shown=(Range(len(text), len(text + new)),)))
        text += new
        at += len(old)
    text += "end"
    found = core.base_of(Text(text), proposals)
    assert found.text.text == base
    for back in range(3):
        assert found.to_buffer(len(base) - back) == len(text) - back
        assert found.to_base(len(text) - back) == len(base) - back


def test_text_is_found_again_whatever_line_ends_it_got() -> None:
    """An editor may put its own line ends; the nearest place counts."""
    assert core.found_again("x\r\nA\r\nB\r\ny A\nB", "A\nB", near=2) == (3, 7)
    assert core.found_again("x\r\nA\r\nB\r\ny A\nB", "A\r\nB", near=14) == (11, 14)
    assert core.found_again("nothing", "A", near=0) is None
