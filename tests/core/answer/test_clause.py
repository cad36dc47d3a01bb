"""An answer for the middle of a sentence becomes a part of it, or is refused."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.clause import begun
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected, may_stop
from assistant.core.answer.reasons import Fault
from assistant.core.types import Reply

PHRASES = load_lists().patterns
OWN = "The lamp stood at the window, and on Sundays Maren lit it. A rope hung by the door, and blankets too."


@pytest.mark.parametrize(
    ("before", "after", "brackets", "answer", "text"),
    [
        ("We took the lamp down", "and nobody saw it.", "()", "since it smoked", "(since it smoked)"),
        ("We took the lamp down", "and nobody saw it.", "()", "(Since it smoked.)", "(since it smoked)"),
        ("We took the lamp down", "and nobody saw it.", "", "Since it smoked.", "since it smoked"),
        ("We took the lamp down", "and nobody saw it.", "", "It smoked a lot.", ""),
        ("We took the lamp down", "and nobody saw it.", "()", "It smoked a lot.", "(it smoked a lot)"),
        ("We took the lamp down", "and nobody saw it.", "()", "It smoked. We coughed.", "(it smoked)"),
        ("We took the lamp down", "and nobody saw it.", "", "It smoked. We coughed.", ""),
        ("We took the lamp down", "and nobody saw it.", "", "(it smoked)", "(it smoked)"),
        ("We took it down because", ", so it was dark.", "", "because it smoked,", "it smoked"),
        ("It has two ways", "and no more.", "()", "(Up / Down)", "(Up / Down)"),
        ("In May we", "took it down.", "()", "We had waited for the frost", "(we had waited for the frost)"),
        ("Im Mai nahmen wir", "sie ab.", "()", "Wir hatten Frost", "(wir hatten Frost)"),
        ("À Pâques il", "l'a prise.", "()", "Il avait eu peur", "(il avait eu peur)"),
        ("A maggio noi", "partimmo.", "()", "noi avevamo atteso", "(noi avevamo atteso)"),
        ("It was lit by", "every week.", "", "Maren and a friend", "Maren and a friend"),
        ("It was lit by", "every week.", "", "Blankets and ropes", "blankets and ropes"),
        ("It was lit by", "every week.", "", "Kirsten and a friend", ""),
        ("It was lit", "and left alone.", "", "It was lit at dusk and left alone.", "at dusk"),
        ("It was lit", "and left alone.", "", "at dusk, and left", "at dusk,"),
        ("It was lit", "and left alone.", "", "and", ""),
        ("", "and then we left.", "", "we blew it out", "We blew it out"),
        ("We left", "", "", "at six in the evening.", "at six in the evening."),
        ("We left", ".", "", "Why did we leave?", ""),
        ("Die Lampe kam", ", dann das Seil.", "()", "Anfang Mai.", "(Anfang Mai)"),
        ("Die Lampe hing", "am Haken.", "", "as far as anybody knew", Fault.LANGUAGE),
        ("Die Lampe hing", "am Haken.", "", "Weil es dunkel war", "weil es dunkel war"),
        ("夜になると", "、本を読みます。", "（）", "(ランプをともして)。", "（ランプをともして）"),
        ("夜になると", "、本を読みます。", "", "ランプをともします。", ""),
    ],
)
def test_an_answer_becomes_part_of_the_sentence(
    before: str, after: str, brackets: str, answer: str, text: str
) -> None:
    """No capital but a name's, no stop, no second sentence; brackets stay, and the author's words go."""
    expected = Expected(
        sentence=(before, after),
        before=before,
        brackets=brackets,
        goes_on=bool(before),
        inline=True,
        language="de" if before.startswith("Die") else "",
        examples=(OWN,) if before.isascii() and not before.startswith("Die") else (),
        phrases=PHRASES,
        least_words=1,
        most_words=15,
    )
    found = clean(Reply(answer, "m"), expected=expected)
    refused = text if text in list(Fault) else "" if text else Fault.UNFIT
    assert (found.text, found.reason) == ("" if refused else text, refused)


@pytest.mark.parametrize(
    ("half", "answer", "text"),
    [
        ("We rowed to the", "to the man who had sold it.", "We rowed to the man who had sold it."),
        ("It was dark because", "Because it rained all night.", "It was dark because it rained all night."),
        (
            "Il faisait noir parce que",
            "parce que la lampe fumait.",
            "Il faisait noir parce que la lampe fumait.",
        ),
        (
            "Было темно потому что",
            "потому что лампа сильно дымила.",
            "Было темно потому что лампа сильно дымила.",
        ),
        ("夜は暗いので", "ので、ランプをともします。", "夜は暗いので、ランプをともします。"),
        ("배가 낡은 이유는", "이유는 비가 왔기 때문이다.", "배가 낡은 이유는 비가 왔기 때문이다."),
        ("하지만 그나라", "나라에서 온 배였다.", "하지만 그나라 나라에서 온 배였다."),
        ("The lamp that we had", "had a crack in it.", "The lamp that we had had a crack in it."),
        ("We don't", "t-shirts are fine for us.", "We don't t-shirts are fine for us."),
    ],
)
def test_the_end_of_half_a_sentence_is_not_said_twice(half: str, answer: str, text: str) -> None:
    """Its longest end that the answer begins with goes; a word that may come twice stays."""
    expected = Expected(
        stub=half,
        replaces_stub=True,
        may_end=False,
        goes_on=True,
        inline=True,
        phrases=PHRASES,
        least_words=3,
    )
    assert clean(Reply(answer, "m"), expected=expected).text == text


@pytest.mark.parametrize(
    ("half", "answer", "text"),
    [
        ("湖边卖很多旧邮票", "我们每年夏天都去看。", "湖边卖很多旧邮票。我们每年夏天都去看。"),
        ("湖边卖很多旧邮票", "因为来的人很多。", "湖边卖很多旧邮票因为来的人很多。"),
        ("配は遅かった", "みんなで待ちました。", "配は遅かった。みんなで待ちました。"),
        ("우리는 배를 팔았다", "비가 많이 왔다.", "우리는 배를 팔았다. 비가 많이 왔다."),
        ("_Summary_", "We rowed for a day.", "_Summary_: We rowed for a day."),
        ("**Summary**", "We rowed for a day.", "**Summary**: We rowed for a day."),
        ("_We rowed_ for a day", "We slept for two.", "_We rowed_ for a day. We slept for two."),
    ],
)
def test_a_sign_parts_a_new_sentence_from_the_authors(half: str, answer: str, text: str) -> None:
    """It is a stop, wide in Chinese and Japanese; after a label alone, a colon."""
    expected = Expected(
        stub=half, replaces_stub=True, goes_on=True, inline=True, phrases=PHRASES, least_words=3
    )
    assert clean(Reply(answer, "m"), expected=expected).text == text


@pytest.mark.parametrize(
    ("half", "answer", "text"),
    [
        (
            "Market on Friday with the neighbours",
            "We have a market on Friday with the neighbours. It is small.",
            "",
        ),
        ("lamps", "There are lamps at both ends of it, and nobody lights them.", ""),
        ("Most of the boats are one", "In spring most of\nthe boats are one colour.", ""),
        ("light boats", "Light boats are soon dry, and soon blown away.", ""),
        (
            "The best boat is",
            "The best boat is **the red one**: it floats.",
            "The best boat is **the red one**: it floats.",
        ),
        ("He is", "As far as I know he is gone for good.", "He is. As far as I know he is gone for good."),
        ("Lamps", "There are none. Lamps cost a lot.", "Lamps. There are none. Lamps cost a lot."),
        ("Note: lamps", "The lamps smoked all night.", "Note: The lamps smoked all night."),
        ("**Idea:** lamps", "Idea: The lamps smoked all night.", "**Idea:** The lamps smoked all night."),
        (
            "Note: lamps and wind",
            "NOTE: The lamps lost their wind.",
            "Note: lamps and wind. The lamps lost their wind.",
        ),
        (
            "TODO the neighbour gets up at night and sees him in the boat with a lamp",
            "One evening the neighbour got up at night and saw him in the boat with a lamp.",
            "",
        ),
    ],
)
def test_a_sentence_that_holds_the_authors_words_takes_their_place(half: str, answer: str, text: str) -> None:
    """They are in it once, with the words before them; what only goes on with them is put behind them."""
    expected = Expected(
        stub=half,
        replaces_stub=True,
        may_end=PHRASES["clause.open"].search(half) is None,
        goes_on=True,
        inline="\n" not in answer,
        phrases=PHRASES,
        least_words=3,
    )
    assert clean(Reply(answer, "m"), expected=expected).text == (text or answer)


@pytest.mark.parametrize(
    ("answer", "is_name"),
    [
        ("[Rowlocks](https://example.org/rowlocks). They are small and loud.", True),
        ("Farn, Corrie and Sule, and none of them was painted yet.", True),
        ("Corrie Harbour, where nobody asked us for money.", True),
        ("Someone had painted it in the night before.", False),
        ("[This one](https://example.org/rowlocks) was painted by the neighbours.", False),
    ],
)
def test_a_name_may_go_on_with_half_a_sentence(answer: str, is_name: bool) -> None:
    """A link or two capitals show one, even where the author never wrote it."""
    expected = Expected(
        stub="We bought the boat from",
        replaces_stub=True,
        may_end=False,
        goes_on=True,
        phrases=PHRASES,
        examples=("They come from [rowlocks](https://example.org/rowlocks), says the neighbour.",),
        least_words=3,
    )
    found = clean(Reply(answer, "m"), expected=expected)
    assert (found.text or found.reason) == (
        f"We bought the boat from {answer}" if is_name else Fault.NOT_CONTINUED
    )


@pytest.mark.parametrize(
    ("half", "answer", "text"),
    [
        (
            "It was so dark that the neighbour",
            "Waited for it.",
            "It was so dark that the neighbour waited for it.",
        ),
        (
            "We stood there until the man",
            "Came back for it.",
            "We stood there until the man came back for it.",
        ),
        ("It was so dark that the neighbour", "Nobody lit a lamp.", Fault.NOT_CONTINUED),
        (
            "We stood there until the evening",
            "Nobody came back.",
            "We stood there until the evening. Nobody came back.",
        ),
        (
            "We stood until the man from the boat",
            "Came back late.",
            "We stood until the man from the boat came back late.",
        ),
        (
            "We stood until the rain stopped",
            "Came home late.",
            "We stood until the rain stopped. Came home late.",
        ),
        ("We stood at the door", "Came back for it.", "We stood at the door. Came back for it."),
        (
            "It hung by the man in the coat",
            "Came off soon.",
            "It hung by the man in the coat. Came off soon.",
        ),
        (
            "We stood until the man in the old coat",
            "Laughed at us.",
            "We stood until the man in the old coat laughed at us.",
        ),
        ("By June the caretaker", "Gave us the key.", "By June the caretaker gave us the key."),
        ("When it was dark, the boy", "Lit the lamp.", "When it was dark, the boy lit the lamp."),
        ("By June the caretaker", "Is he awake now?", "By June the caretaker. Is he awake now?"),
    ],
)
def test_a_verb_goes_on_where_a_clause_has_its_subject_alone(half: str, answer: str, text: str) -> None:
    """A model may begin it with a capital; a sentence of its own is refused where the author's can't end."""
    may_end = PHRASES["clause.open"].search(half) is None
    expected = Expected(
        stub=half,
        replaces_stub=True,
        may_end=may_end,
        goes_on=True,
        inline=True,
        phrases=PHRASES,
        least_words=3,
    )
    found = clean(Reply(answer, "m"), expected=expected)
    assert (found.text or found.reason) == text


@pytest.mark.parametrize(
    ("language", "half", "answer", "text"),
    [
        ("es", "Vendimos el barco porque", "Estaba podrido por dentro.", "estaba podrido por dentro."),
        ("es", "Vendimos el barco porque", "Los remos eran de otro.", "los remos eran de otro."),
        ("es", "Vendimos el barco porque", "Maren tenía otro nuevo.", "Maren tenía otro nuevo."),
        ("es", "Vendimos el barco porque", "Nadie quería remar ya.", "nadie quería remar ya."),
        ("es", "Vimos que", "Faltaban las tablas de la proa.", "faltaban las tablas de la proa."),
        ("es", "Lo más difícil fue", "Bajar el mástil solo.", "bajar el mástil solo."),
        ("es", "Lo más difícil fue", "Bajar el mástil era caro.", ""),
        ("es", "El barco es de", "Kirsten y de una amiga.", ""),
        ("it", "La cosa più lunga è stata", "Smontare il vecchio albero.", "smontare il vecchio albero."),
        ("pt", "O mais longo foi", "Baixar o mastro velho.", "baixar o mastro velho."),
        ("fr", "Le plus long était de", "Descendre le mât du bateau.", "descendre le mât du bateau."),
        ("fr", "Le bateau est à", "Pierre et à son frère.", ""),
        ("ru", "Мы видели, что", "Доски стали совсем мягкими.", "доски стали совсем мягкими."),
        ("nl", "We zagen dat", "De planken zacht waren geworden.", "de planken zacht waren geworden."),
        ("nl", "We zagen dat", "De planken waren al zacht.", ""),
        ("de", "Wir merkten, dass", "Die Planken weich waren.", "die Planken weich waren."),
        ("de", "Wir merkten, dass", "Die Planken waren weich.", ""),
        ("de", "Wir warteten, bis", "Niemand mehr am Ufer stand.", "niemand mehr am Ufer stand."),
        ("de", "Wir merkten, dass", "Er kommt nur selten.", ""),
        ("de", "Das Längste war", "Den Mast allein abzunehmen.", "den Mast allein abzunehmen."),
        ("en", "The hardest part was", "Getting the mast down.", "getting the mast down."),
        ("en", "The hardest part was", "Getting it down took a day.", ""),
        ("it", "Vendemmo la barca perché", "Era marcia da anni.", "era marcia da anni."),
        ("it", "Quando vendemmo la barca,", "Ci mancava già molto.", "ci mancava già molto."),
        ("pt", "Vendemos o barco porque", "Estava podre por dentro.", "estava podre por dentro."),
        ("ru", "Мы продали лодку, потому что", "Было слишком сыро.", "было слишком сыро."),
        ("fr", "Nous l'avons vendu parce que", "Le bois était pourri.", "le bois était pourri."),
        ("de", "Wir haben es verkauft, denn", "Das Holz war morsch.", "das Holz war morsch."),
        ("de", "Wir haben es verkauft, denn", "Holz wird im Regen morsch.", "Holz wird im Regen morsch."),
        ("de", "Wir haben es verkauft, weil", "Das Holz war morsch.", ""),
        ("en", "We sold the boat because", "The wood was rotten.", "the wood was rotten."),
        ("en", "The hardest part was", "We sold the boat in May.", ""),
    ],
)
def test_a_clause_goes_on_behind_a_word_that_leads_to_one(
    language: str, half: str, answer: str, text: str
) -> None:
    """Its capital goes, except a noun's and what may be a name's; where no clause fits, it is refused."""
    ends = load_lists().open_ends[language]
    expected = Expected(
        stub=half,
        replaces_stub=True,
        may_end=may_stop(half, ends, PHRASES),
        language=language,
        goes_on=True,
        inline=True,
        phrases=PHRASES,
        examples=("Ayer Maren remó.",) if "Maren" in answer else (),
        least_words=3,
    )
    assert clean(Reply(answer, "m"), expected=expected).text == (f"{half} {text}" if text else "")


def test_a_name_goes_on_in_a_language_without_such_words() -> None:
    """Japanese has no capitals, and what has one in it may be a name."""
    expected = Expected(language="ja", examples=("去年は Maren と漕いだ。",), phrases=PHRASES)
    assert begun("Maren と漕いだ。", expected) == "Maren と漕いだ。"


@pytest.mark.parametrize(
    ("half", "is_open"),
    [
        ("Even though the council has announced", True),
        ("If the wind comes from the west", True),
        ("When it rains we stay at home", False),
        ("Even though it rained, the boat left", False),
        ("We wanted to go but didn't", True),
        ("This means", True),
        ("Wir warten jedes Jahr, bis", True),
        ("La cosa più lunga è stata", True),
        ("The problem is that 30", True),
        ("The boat cost more than 30", False),
        ("They are loud and often", True),
        ("We go there often", False),
        ("Weil der Wind stark war", True),
        ("Bien que le vent soit fort", True),
        ("Хотя ветер был сильный", True),
        ("By June it was so dark that the neighbour", True),
        ("My sister knew that the lamp in the hall", True),
        ("We left when the lamp smoked", False),
        ("We waited until the evening", False),
        ("Wir gingen, weil der Mann aus dem Boot", True),
        ("Wir gingen, weil der Regen kam", False),
        ("Er war größer als der Nachbar", False),
        ("Nous avons attendu que l'homme du bateau", True),
        ("Il est plus grand que le voisin", False),
        ("Esperamos hasta que el hombre del barco", True),
        ("Era más alto que el vecino", False),
        ("Aspettammo finché l'uomo del tram", True),
        ("Avevamo più lampade che barche", False),
        ("Esperámos até que o homem do barco", True),
        ("Era mais alto que o vizinho", False),
        ("We wachtten totdat de man uit de boot", True),
        ("Weet je dat de man lacht", False),
        ("Мы ждали, пока человек из лодки", True),
        ("Мы ждали, пока дождь шёл", False),
        ("Мы ушли, пока светло", False),
        ("我们喜欢湖边的", True),
        ("배가 낡은 이유는", True),
        ("우리는 배를 팔았다", False),
    ],
)
def test_half_a_sentence_is_open_where_none_ends(half: str, is_open: bool) -> None:
    """That is in a clause without its main clause, and before a verb, an object or a noun."""
    assert bool(PHRASES["clause.open"].search(half)) is is_open


def test_a_stop_that_an_answer_begins_with_ends_the_authors_point() -> None:
    """Elsewhere a colon parts a point from its text, where its author has no sign."""
    expected = Expected(
        stub="Count the lamps or the chairs",
        replaces_stub=True,
        is_point=True,
        goes_on=True,
        inline=True,
        phrases=PHRASES,
        least_words=3,
    )
    answer = ". Lamps are the easier ones to count."
    assert clean(Reply(answer, "m"), expected=expected).text == f"{expected.stub}{answer}"
    assert clean(Reply(answer[2:], "m"), expected=expected).text == f"{expected.stub}:{answer[1:]}"
