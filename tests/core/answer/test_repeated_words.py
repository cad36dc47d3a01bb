"""A text that begins with the author's words right before it doesn't say them twice."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.answer.repeated_words import is_same
from assistant.core.text.sentences import ends_sentence
from assistant.core.types import Reply

REST = "It is quick, and that is the trouble with it, because nobody learns a thing."
GERMAN = "Das geht schnell, und genau das ist das Problem, denn niemand lernt dabei etwas."
FRENCH = "C'est rapide, et c'est bien là le problème, car personne n'apprend rien."
JAPANESE = "すぐに終わるが、それが問題で、誰も何も学ばないからだ。"


def cleaned(text: str, stub: str) -> str:
    expected = Expected(
        stub=stub, inline=True, goes_on=not ends_sentence(stub), least_words=3, phrases=load_lists().patterns
    )
    return clean(Reply(text, "m"), expected=expected).text


@pytest.mark.parametrize(
    ("stub", "said", "rest"),
    [
        ("**Fixing it myself.** I push a fix to a branch of theirs.", said, REST)
        for said in (
            "**Fixing it myself:** ",
            "Fixing It Myself — ",
            "*Fixing it myself*: ",
            "**Fixing it by myself:** ",
            "“Fixing it myself”: ",
            "**1. Fixing it myself.** ",
            "- **Fixing it myself** - ",
            "FIXING IT MYSELF: ",
            "Fixing it myself\n\n",
            "I push fixes to a branch of theirs. ",
            "Fixing it myself: I push a fix to the branch of theirs. ",
        )
    ]
    + [
        ("**Rotating the logs:**", said, REST)
        for said in (
            "Rotating the logs: ",
            "Rotating logs: ",
            "**Log rotation:** ",
            "Rotate the logs – ",
            "**Rotating the logs** ",
            "**The rotating logs.** ",
        )
    ]
    + [("Tents", said, REST) for said in ("The tents: ", "**Tent:** ", "Tents — ", "**Tents** ")]
    + [
        ("`ls -l`", said, f"{sign}shows how large each file is.")
        for said, sign in (("`ls -l`: ", ": "), ("`ls -l` ", ""), ("**`ls -l`** – ", ": "))
    ]
    + [("The word “fog”", "The word “fog” ", "is older than the lamp.")]
    + [("**Die Logs rotieren**", said, GERMAN) for said in ("**Rotieren der Logs:** ", "Logs rotieren – ")]
    + [("**Faire tourner les journaux**", "**Faire tourner des journaux :** ", FRENCH)]
    + [("**ログを回す**", said, JAPANESE) for said in ("**ログを回す**：", "「ログを回す」：")],
)
def test_a_lead_in_told_again_goes_in_any_form(stub: str, said: str, rest: str) -> None:
    """In other case and markup, with other signs and articles, and with its words in other forms."""
    assert cleaned(said + rest, stub) == rest


@pytest.mark.parametrize(
    ("stub", "text"),
    [
        ("**Rotating the logs:**", f"**Rotating the keys:** {REST}"),
        ("**Rotating the logs:**", f"One thing: {REST}"),
        ("**Fixing it myself.**", f"**Fixing it myself (the hard way):** {REST}"),
        ("We own two tents.", f"Tents: {REST}"),
        ("**Tents:**", "Tents are heavy, so we left two of them at home and slept in the car."),
        ("What we left at home:", "What we left at home was a tent, two lamps and the good pan."),
        ("**Company**", "Computer: it hums all night, and in the morning it has done nothing at all."),
        ("**ログを回す**", f"**ログの回転**：{JAPANESE}"),
        ("**ログを回す**", f"**鍵を回す**：{JAPANESE}"),
    ],
)
def test_words_that_only_begin_like_the_lead_in_stay(stub: str, text: str) -> None:
    """A label of another thing, a longer one, and a sentence that needs its subject."""
    assert cleaned(text, stub) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Grass, which is cut on Fridays, is laid there.", ", which is cut on Fridays, is laid there."),
        ("- **Grass:** it is cut on Fridays.", ": it is cut on Fridays."),
        ("Grass – it is cut on Fridays.", ": it is cut on Fridays."),
        ("Grass: It is cut on Fridays.", "It is cut on Fridays."),
        ("Grass is cut on Fridays.", "is cut on Fridays."),
    ],
)
def test_the_sign_before_what_begins_no_sentence_stays(text: str, rest: str) -> None:
    assert cleaned(text, "Grass") == rest


def test_a_line_that_says_more_than_the_authors_words_is_no_label_of_them() -> None:
    text = "See my post on bees for how I do it: one box in May, and another one as soon as it is full."
    assert "for how I do it: one box" in cleaned(text, "See my post on bees")


@pytest.mark.parametrize("heading", ["1.3 The last boat", "2. The last boat", "3) The last boat"])
def test_a_heading_comes_again_without_its_number(heading: str) -> None:
    assert is_same("The last boat", heading) and is_same(heading, "The last boat")
    assert not is_same("The first boat", heading)


def test_the_title_of_a_list_of_notes_is_the_authors() -> None:
    """The notes' first line, above a list, stays above what is made of it; an item of theirs doesn't."""
    note = "From Bern to Bonn\n* up at seven, no coffee\n* one old lady drove the whole way"
    text = "I was up at seven, and there was no coffee. One old lady drove us all the way."
    for line, left in (("From Bern to Bonn", "From Bern to Bonn\n\n"), ("* up at seven, no coffee", "")):
        expected = Expected(note=note, request=("", note), least_words=3, phrases=load_lists().patterns)
        assert clean(Reply(f"{line}\n\n{text}", "m"), expected=expected).text == left + text


SUBJECTS = {
    "de": ("Winde", "Die Winde blieb in der Nacht stehen, und wir drehten sie bis zum Morgen von Hand."),
    "en": ("Winch", "The winch stopped in the night, and we turned it by hand until our arms were sore."),
    "es": ("Cabrestante", "El cabrestante se paró por la noche, y lo giramos a mano hasta el amanecer."),
    "fr": ("Treuil", "Le treuil s’est arrêté dans la nuit, et nous l’avons tourné à la main, sans parler."),
    "it": ("Argano", "L’argano si fermò nella notte, e lo girammo a mano finché ci fecero male le braccia."),
    "ja": ("ウインチ", "ウインチは夜中に止まり、私たちは腕が痛くなるまで手で回し続けた。"),
    "ko": ("윈치", "윈치는 밤중에 멈췄고, 우리는 팔이 아플 때까지 손으로 그것을 돌렸다."),
    "nl": ("Lier", "Lier en touw bleven de hele nacht buiten liggen, en we haalden ze in de ochtend op."),
    "pt": ("Guincho", "O guincho parou durante a noite, e nós rodámo-lo à mão até de manhã, sem falar."),
    "ru": ("Лебёдка", "Лебёдка остановилась ночью, и мы крутили её вручную, пока не заболели руки."),
    "zh": ("绞盘", "绞盘在夜里停了下来，我们只好用手去转它，一直转到胳膊发酸为止。"),
}


@pytest.mark.parametrize("before", ["| | {} |", "{} –", "**{}**", "{}", "**{}** > >", "**{}.**"])
def test_a_sentence_that_begins_with_the_words_above_it_keeps_its_subject(before: str) -> None:
    """The label of its row, its item or its paragraph; told again as a label, it goes, in each language."""
    for language, (name, text) in SUBJECTS.items():
        expected = Expected(
            before=before.format(name),
            goes_on=before[-1] in "|–",
            inline=True,
            language=language,
            phrases=load_lists().patterns,
        )
        for said in ("", f"**{name}:** ", f"{name} – ", f"{name}\n\n"):
            assert clean(Reply(said + text, "m"), expected=expected).text == text, language


@pytest.mark.parametrize("before", ["| | {} |", "**{}**", "{}", "> **{}**", "**{}:**"])
@pytest.mark.parametrize(
    "text",
    [
        "Sieve, bucket and rope stood in the yard, and nobody knew whose they were. We took them in.",
        "Sieve? There was none in the whole village, and so my uncle wove one out of wire.",
        "Sieve! That was all my uncle called through the yard, and everybody knew what to do.",
        "Sieve (borrowed) and bucket (found) were all that we had with us on that day.",
        "Sieve-making is a trade, my uncle said, and he wove one out of wire in an hour.",
        "“Sieve” was written on the lid, and below it lay a rope and some old letters.",
        "“Sieve,” my uncle said, and held out his hand without turning round to us.",
        "[Sieve](sieve.md) stood on the list, with a line through it and a question mark.",
        "Sieve B came from my uncle, who had woven it out of wire in an afternoon.",
    ],
)
def test_words_with_no_sign_of_a_label_behind_them_are_of_the_sentence(before: str, text: str) -> None:
    """A comma, a question mark, a bracket or a quotation around them goes on with them."""
    is_open, phrases = before[0] == "|", load_lists().patterns
    expected = Expected(
        before=before.format("Sieve"), goes_on=is_open, inline=True, language="en", phrases=phrases
    )
    assert clean(Reply(text, "m"), expected=expected).text == text


@pytest.mark.parametrize("label", ["Sieve: ", "**Sieve:** ", "Sieve – "])
def test_a_label_stays_where_a_small_letter_follows_it(label: str) -> None:
    """What would be left is no sentence, and would go as a whole."""
    text = f"{label}it was woven out of wire by my uncle, in an hour. We took it to the river."
    expected = Expected(before="**Sieve**", inline=True, language="en", phrases=load_lists().patterns)
    assert clean(Reply(text, "m"), expected=expected).text.startswith(label)
