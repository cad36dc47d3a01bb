"""Sentences are found in every language, and Markdown's marks, code and addresses split none."""

from __future__ import annotations

from functools import partial
from time import process_time

import pytest
from calls import calls
from hypothesis import given
from hypothesis import strategies as st
from patterns import reads_again

from assistant.core.text.sentences import _LEAD, _OPEN, ends_sentence, sentence_spans, sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("", "I met Dr. Smith at 5 p.m. on Monday. He said “No.” She left!", 3),
        ("de", "Ich kam am 3. Mai, d. h. gestern. Dann ging ich.", 2),
        ("zh", "它很好。也好！", 2),
        ("ru", "Взяли соль, хлеб и т. п. на всех. Вышли рано.", 2),
        ("nl", "Neem touw mee, d.w.z. veel, o.a. voor de boot. Daarna gaan wij.", 2),
        ("fr", "On part tôt, c.-à-d. avant le jour, comme en 50 av. J.-C. déjà. Puis on mange.", 2),
        ("it", "Il muro è del secolo a. C. e regge. Poi basta.", 2),
        ("", "Moss on knots, ch. 4", 1),
        ("", "[TK: what did she say? When?] Then we left [TK: where?]. In [TK: month] Tom left.", 3),
        ("de", "Er sagte »Halt.« Dann ‚Nein!‘ Ich ging. „Gut.“", 4),
        ("fr", "Elle part. « Non. » Il reste.", 3),
        ("", "So it went… Then it stopped… for good.", 2),
        (
            "de",
            "Die Ruder.[^1] Das Netz war alt![@berg, S. 3] Wir gingen.</b> Ida kam. #boot Es war kalt.",
            5,
        ),
        ("de", "Er las Berg, S.[^1] Kap. Horn kam später.", 1),
    ],
)
def test_languages_and_abbreviations(language: str, text: str, expected: int) -> None:
    """Abbreviations, ordinals and pauses end no sentence."""
    assert len(sentences(text, language)) == expected


def test_what_trails_a_sentence_belongs_to_it() -> None:
    """Closing emphasis, quotes and a footnote's number stay with the sentence that they close."""
    text = "**Ask first.** *Why?* Because.[^1] (“It works.”) So.[@berg, p. 3] Then go. 🎉"
    parts = ["**Ask first.**", "*Why?*", "Because.[^1]", "(“It works.”)", "So.[@berg, p. 3]", "Then go. 🎉"]
    assert sentences(text) == parts


@pytest.mark.timeout(60)
@pytest.mark.parametrize("number", ["¹", "<a>1</a>", "<sup>1</sup>"])
def test_numbers_of_notes_without_end_are_read_in_time(number: str) -> None:
    """They are looked for at a text's end, not from each of them on."""
    assert not ends_sentence(f"It is old.{number * 30000}x>")


def test_code_and_addresses_are_not_split() -> None:
    """A stop in inline code, a link's target or an address ends nothing; blocks of code hold no sentence."""
    text = "Run `a. B` now. See [it](https://e.com/a.B) or https://e.com/x. End.\n\n```\nx. Y\n```\n"
    assert sentences(text) == ["Run `a. B` now.", "See [it](https://e.com/a.B) or https://e.com/x.", "End."]


def test_blocks_end_sentences() -> None:
    """Items, headings, cells and quotes are read without their marks, and end even without a stop."""
    text = (
        "# Head\n\nOne\nline.\n- [x] Two. Three\n2. Four\n\n> Five.\n> Six\n\n"
        "| a | b |\n|---|---|\n| c | d |\n"
    )
    expected = ["Head", "One\nline.", "Two.", "Three", "Four", "Five.", "Six", "a", "b", "c", "d"]
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It works.",
        "“It works.”",
        "„Gut.“",
        "»Gut.«",
        "« Bon. »",
        "‚Ja.‘",
        "Why?*",
        "它很好。",
        "So.[^1]",
        "Done. 🎉",
        "And so…\n",
    ],
)
def test_the_end_of_a_sentence(text: str) -> None:
    """A mark that ends sentences counts behind quotes, emphasis and footnotes too."""
    assert ends_sentence(text)
    assert not ends_sentence(text.replace(".", ",").replace("?", ":").replace("。", "，").replace("…", "-"))


@given(st.text(alphabet="aB1.!?…\"“”()\n \t*_`~é😀。」[]^'’-#>|", max_size=60))
def test_spans_are_in_order_and_hold_words(text: str) -> None:
    """Whatever the text is, spans don't overlap, have no blanks around them and say something."""
    last = 0
    for start, end in sentence_spans(text):
        assert last <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        assert any(map(str.isalnum, text[start:end]))
        last = end


def test_a_long_row_of_signs_is_read_once() -> None:
    """The end of an open sentence is looked for from each sign, and no further than some signs."""
    assert not reads_again(_OPEN.pattern, ".…?？؟")
    assert reads_again(r"(?:\.\.|[…?])\W*\Z", ".…?")


def test_many_addresses_in_a_long_text_are_read_in_no_time() -> None:
    texts = ["We took https://a.example/b.c home. " * count for count in (600, 4800)]
    assert len(sentence_spans(texts[0], "de")) == 600
    small, large = (calls(partial(sentence_spans, text, "de")) for text in texts)
    assert large < 10 * small


def test_a_long_row_of_colons_is_read_in_no_time() -> None:
    """Three open a box; more are read with the rest of its line, once."""
    begun = process_time()
    assert _LEAD.match(":" * 100_000 + " so it goes")
    assert process_time() - begun < 1
