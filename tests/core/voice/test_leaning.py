"""An author's small words are weighed against those of the model."""

from __future__ import annotations

from assistant.core.voice.leaning import leaning

USUAL = {"the": 50.0, "but": 5.0, "and": 30.0}


def test_a_word_is_likelier_where_the_author_uses_it_oftener() -> None:
    """Weights have the sign of the difference, and are small where there is little of one."""
    text = "but the cat and word word word word word word " * 200
    weights = leaning([text], USUAL)
    assert weights["but"] > weights["and"] > 0 and weights["the"] > 0
    assert leaning(["word " * 2000], USUAL)["the"] < 0
    assert "the" not in leaning([("word " * 92 + "the " * 5 + "and " * 3) * 100], USUAL)


def test_little_text_says_nothing() -> None:
    """A frequency needs some thousand words; code and addresses are none."""
    assert leaning(["but " * 1000], USUAL) == {}
    assert leaning(["```\n" + "but " * 5000 + "\n```\n"], USUAL) == {}


def test_no_weight_drives_a_word_out() -> None:
    """A word that the author never uses stays possible where nothing else fits."""
    assert min(leaning(["word " * 100_000], USUAL).values()) >= -1.5
