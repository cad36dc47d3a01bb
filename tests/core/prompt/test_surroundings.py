"""What is around a gap decides what is asked for."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.prompt.surroundings import is_inline, note, row_around, sentence_around
from assistant.core.text.draft import parse


@pytest.mark.parametrize(
    ("line", "around"),
    [
        ("We dried the nets (TODO: say why) and went home.", ("We dried the nets", "and went home.")),
        ("We slept. [TODO: say why]: then we went home.", ("", ": then we went home.")),
        ("> We **dried (TODO: say why)** the nets.", ("We dried", "the nets.")),
        ("We slept. We dried the nets\n(TODO: say why), and slept.", ("We dried the nets", ", and slept.")),
        ("- [ ] nets (TODO: colour) and ropes", ("nets", "and ropes")),
        ("網を干して（TODO：理由を書く）、帰りました。", ("網を干して", "、帰りました。")),
        ("TODO：理由を書く。春に帰りました。", None),
        ("（TODO：理由を書く）春に帰りました。", None),
        ("寒かったです。【TODO：理由を書く】春に帰りました。", None),
        ("（TODO：誰か）は春に帰りました。", ("", "は春に帰りました。")),
        ("（TODO：说明原因）春天我们离开了。", None),
        ("[TODO: 이유를 쓸 것] 봄에 우리는 떠났다.", None),
        ("[TODO: 이름]은 봄에 떠났다.", ("", "은 봄에 떠났다.")),
        ("寒かった．TODO：理由を書く．春に帰りました．", None),
        ("We dried the nets (TODO: say why)", ("We dried the nets", "")),
        ("We dried the nets. TODO: write about the ropes.", None),
        ("We dried the nets.\n\nTODO: write about the ropes", None),
        ("- **Nets**: TODO: write about them", None),
    ],
)
def test_a_gap_in_a_sentence_is_seen(line: str, around: tuple[str, str] | None) -> None:
    """Its own words on both sides count; a finished sentence or a label before it does not."""
    draft = parse(f"# The bay\n\n{line}\n".encode())
    gap = next(gap for gap in find_gaps(draft, words=load_words()) if "TODO" in draft.text(gap.span))
    assert sentence_around(draft, gap) == around


@pytest.mark.parametrize(("line", "said"), [("*TODO*", ""), ("TODO", ""), ("TODO: the nets", "the nets")])
def test_a_marker_alone_is_no_note(line: str, said: str) -> None:
    """Told of a note `TODO`, a small model writes about that word."""
    (gap,) = find_gaps(parse(draft := f"# The bay\n\n{line}\n".encode()), words=load_words())
    assert note(parse(draft), gap) == said


@pytest.mark.parametrize(
    ("block", "inline"),
    [("<!-- TODO: the nets -->", False), ("<p>Ropes. <!-- TODO: the nets --></p>", True)],
)
def test_a_comment_in_a_block_of_its_own_has_room_for_paragraphs(block: str, inline: bool) -> None:
    draft = parse(f"# The bay\n\n## Ropes\n\n{block}\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert is_inline(draft, gap) == inline


def test_a_row_has_its_own_cells_alone() -> None:
    """Without a `|` at the end of a row, the next one begins right where it ends."""
    draft = parse(b"Name | Where\n--- | ---\nRope | TODO\nSail | loft\n")
    (gap,) = find_gaps(draft, words=load_words())
    assert row_around(draft, gap) == (("Name", "Rope"), ("Where", ""))
