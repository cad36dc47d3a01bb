"""Words are counted and folded alike in all scripts."""

from __future__ import annotations

from assistant.core.text.words import count_words, is_spaceless, tokens, words


def test_words_are_counted_in_every_script() -> None:
    """An apostrophe or a hyphen joins; two characters of a script without spaces count as a word."""
    assert words("One two-three, don’t!") == ["One", "two-three", "don’t"]
    assert count_words("one two-three don't") == 3
    assert count_words("我每个星期都写一张清单") == 5
    assert count_words("カイゼン is good") == 4


def test_tokens_are_folded_for_comparison() -> None:
    """Case, curly apostrophes and marks make no difference."""
    assert tokens("Don’t _say_ “Well-Known” — 'it'…") == ["don't", "say", "well-known", "it"]
    assert tokens("ÉTÉ, ici") == ["été", "ici"]


def test_scripts_without_spaces() -> None:
    """Chinese, Japanese and Thai put no spaces between words."""
    assert is_spaceless("我们") and is_spaceless("an ไทย word")
    assert not is_spaceless("été") and not is_spaceless("Привет")
