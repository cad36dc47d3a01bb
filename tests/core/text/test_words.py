"""Words are counted and folded alike in all scripts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.draft import parse
from assistant.core.text.words import CJK, count_words, is_spaceless, tokens, words


def test_words_are_counted_in_every_script() -> None:
    """An apostrophe or a hyphen joins; two characters of a script without spaces count as a word."""
    assert words("One two-three, don’t!") == ["One", "two-three", "don’t"]
    assert count_words("one two-three don't") == 3
    assert count_words("我每个星期都写一张清单") == 5
    assert count_words("カイゼン is good") == 4


@given(st.one_of(st.text("ab1_-' .,\n#é’我"), st.text()))
def test_counting_finds_as_many_as_listing(text: str) -> None:
    """In whatever way they are counted."""
    assert count_words(text) == len(words(CJK.sub(" ", text))) + len(CJK.findall(text)) // 2


def test_the_words_of_a_draft_are_counted_alike() -> None:
    """Not by blanks, of which Chinese has none, and without signs of Markdown."""
    draft = parse("---\ntitle: 清单\n---\n\n# 我的清单\n\n- 我每个星期都写一张清单。\n- two words\n".encode())
    assert draft.word_count == 9


def test_tokens_are_folded_for_comparison() -> None:
    """Case, curly apostrophes and marks make no difference."""
    assert tokens("Don’t _say_ “Well-Known” — 'it'…") == ["don't", "say", "well-known", "it"]
    assert tokens("ÉTÉ, ici") == ["été", "ici"]


def test_scripts_without_spaces() -> None:
    """Chinese, Japanese and Thai put no spaces between words."""
    assert is_spaceless("我们") and is_spaceless("an ไทย word")
    assert not is_spaceless("été") and not is_spaceless("Привет")
