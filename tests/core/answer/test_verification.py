"""What a model says of its own sentences becomes warnings at them."""

from __future__ import annotations

import pytest

from assistant.core.answer.verification import doubted
from assistant.core.types import Hunk, Span, Warning

TEXT = "\nI like pots. [TK: which?] It cost £40. Tom left.\n".encode()


def words(hunk: Hunk) -> list[str]:
    return [hunk.replacement[w.start : w.end].decode() for w in hunk.warnings if w.code == "doubted"]


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ('{"unsupported": [2, 3, 3, 9, 0, "1", true]}', ["It cost £40.", "Tom left."]),
        ('Here you are: {"unsupported": []}', []),
        ('```json\n{"unsupported": [3]}\n```', ["Tom left."]),
    ],
)
def test_sentences_are_named_by_their_numbers(reply: str, named: list[str]) -> None:
    """Numbers that no sentence has are nothing; questions to the author have none."""
    assert words(doubted(Hunk("g", Span(0, 0), b"", TEXT), reply)) == named


def test_a_sentence_has_one_warning() -> None:
    """What was doubted here already is not doubted twice."""
    at = TEXT.index(b"Tom")
    hunk = Hunk("g", Span(0, 0), b"", TEXT, (Warning("unsupported", "not in your posts", at, at + 3),))
    assert words(doubted(hunk, '{"unsupported": [3]}')) == []


@pytest.mark.parametrize("reply", ["", "none", "[1]", '{"supported": [1]}', '{"unsupported": 1}'])
def test_another_answer_is_no_verdict(reply: str) -> None:
    """Silence must not look like consent."""
    with pytest.raises(ValueError, match="no list"):
        doubted(Hunk("g", Span(0, 0), b"", TEXT), reply)
