"""A text ends where its words do, with or without a stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected, expected_answer
from assistant.core.answer.reasons import Fault
from assistant.core.text.draft import parse
from assistant.core.types import Gap, GapKind, Message, Prompt, Reply, Span

PHRASES = load_lists().patterns
OWN = "The lamp stood at the window, and on Sundays Maren lit it. A rope hung by the door.\n\nNobody took it."
LEAD = "The ferry leaves at six, and whoever is late finds the times of the next one here:"


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        (
            "en",
            "The ferry leaves at six, and nobody on the quay says a word. We wait.",
            "PS: it doesn't go in winter",
        ),
        (
            "en",
            "The ferry leaves at six, and nobody on the quay says a word. We wait.",
            "Maren Holt, 12 Quay Lane",
        ),
        (
            "en",
            "The ferry leaves at six, and nobody on the quay says a word. We wait.",
            "> Stand clear.\n>\n> — the mate",
        ),
        (
            "de",
            "Die Fähre legt um sechs ab, und am Kai sagt niemand etwas. Wir warten.",
            "Hinweis: im Winter fährt sie nicht",
        ),
        ("zh", "渡船六点开，码头上的人谁也不说话。我们都在等着。", "注：冬天没有船"),
        ("ja", "渡し船は六時に出る。岸壁では誰も口をきかない。みんなで待っている。", "※冬は運休です"),
        (
            "ko",
            "배는 여섯 시에 떠난다. 부두에서는 아무도 말을 하지 않는다. 우리는 기다린다.",
            "참고: 요금은 3,000원",
        ),
    ],
)
def test_a_last_paragraph_needs_no_stop_where_others_have_one(language: str, first: str, last: str) -> None:
    """A note, an address: the reply was whole, so that they are; one that the token limit ended is not."""
    expected = Expected(language=language, phrases=PHRASES)
    text = f"{first}\n\n{last}"
    assert clean(Reply(text, "m"), expected=expected).text == text
    assert clean(Reply(text, "m", finish="length"), expected=expected).text == first


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The ferry leaves at six, and nobody on the quay says a word: 500 words at most"),
        ("de", "Die Fähre legt um sechs ab. Ich habe die Möwen gezählt. (ca. 60 Stück)"),
        ("ja", "渡し船は六時に出る。岸壁では誰も口をきかない。友人は一言だけ言った。「いいね」"),
        ("zh", "渡船六点开，码头上的人谁也不说话。我们都在等着。“真好”"),
    ],
)
def test_the_end_that_a_model_gave_a_text_stays(language: str, text: str) -> None:
    """A comma, a word such as `the`, a word said twice, and bare words behind a stop are none."""
    open_ends = load_lists().open_ends.get(language, ())
    expected = Expected(language=language, phrases=PHRASES, open_ends=open_ends)
    assert clean(Reply(text, "m"), expected=expected).text == text
    assert clean(Reply(text, "m", finish="length"), expected=expected).text != text
    for half in ("We saw the", "We saw gulls,", "Gulls gulls", "Then the gulls"):
        english = f"{LEAD[:-1]}. {half}"
        assert (
            clean(Reply(english, "m"), expected=Expected(phrases=PHRASES, open_ends={"the"})).text
            == f"{LEAD[:-1]}."
        )


@pytest.mark.parametrize("last", ["**Further reading**", "Nobody knows the", "We waited, and then,"])
def test_a_last_paragraph_that_ends_in_the_middle_goes(last: str) -> None:
    """So does a line in bold, which nothing follows."""
    expected = Expected(phrases=PHRASES, examples=(OWN,), open_ends=load_lists().open_ends["en"])
    assert clean(Reply(f"{LEAD[:-1]}.\n\n{last}", "m"), expected=expected).text == f"{LEAD[:-1]}."


@pytest.mark.parametrize(
    "block",
    [
        "{% highlight bash %}\nls\n{% endhighlight %}",
        "{{< highlight bash >}}\nls\n{{< /highlight >}}",
        "$$\nx = 1\n$$",
        "    ls",
        "\tls",
        "<pre>\nls\n</pre>",
        "<details>\n<summary>All</summary>\n</details>",
        '=== "Linux"\n\n    It is called ls.',
        "!!! note\n    It is late.",
        ":::note\nIt is late.\n:::",
        "1. At seven.",
    ],
)
def test_a_sentence_may_lead_to_a_block_of_the_authors(block: str) -> None:
    """It is the whole text then; where a paragraph follows, its colon leads nowhere."""
    for below, text in ((block, LEAD), ("It is late.", "")):
        data = f"# The ferry\n\n{OWN}\n\nTODO: when\n\n{below}\n".encode()
        start = data.index(b"TODO")
        gap = Gap("a", GapKind.MARKER, Span(start, start + 10), ("The ferry",), "when")
        prompt = Prompt(gap, None, (Message("system", ""), Message("user", "")), tokens=1, words=(0, 0))
        expected = expected_answer(parse(data), prompt, phrases=PHRASES)
        assert clean(Reply(LEAD, "m"), expected=expected).text == text


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD}\n\n```\nls ferries\n```",
        f"**{LEAD}**\n\n| six | seven |\n|---|---|\n| a | b |",
        ":::note\nThe ferry leaves at six, and whoever is late waits for the next one.\n:::",
        f"{OWN}\n\n:::note The ferry leaves at six. :::",
    ],
)
def test_one_sentence_and_its_block_are_a_whole_text(text: str) -> None:
    """A colon leads to what the answer shows itself, and the end of a box is no part of its sentence."""
    assert clean(Reply(text, "m"), expected=Expected(phrases=PHRASES)).text == text


def test_a_whole_answer_needs_no_sentence() -> None:
    """It may be a caption, an item, or the text of an author who writes no stops; what is cut off is half."""
    for text in (
        "A cupboard on a good day, with the lid on",
        "冬天没有船\n\n要等到春天才会再开，这里的人都知道",
    ):
        expected = Expected(language="en" if text.isascii() else "zh", phrases=PHRASES, least_words=5)
        assert clean(Reply(text, "m"), expected=expected).text == text
        assert clean(Reply(text, "m", finish="length"), expected=expected).reason == Fault.FRAGMENT


def test_a_box_below_one_of_the_author_s_begins_with_its_tag() -> None:
    """The tag that closes the box above has its name, too."""
    own = "{{< notice tip >}}\nWe left.\n{{< /notice >}}"
    box = f"{{{{< notice warning >}}}}\n{LEAD[:-1]}. We wait.\n{{{{< /notice >}}}}"
    data = f"# The ferry\n\n{OWN}\n\n{own}\n\nTODO: when\n".encode()
    start = data.index(b"TODO")
    gap = Gap("a", GapKind.MARKER, Span(start, start + 10), ("The ferry",), "when")
    prompt = Prompt(gap, None, (Message("system", ""), Message("user", "")), tokens=1, words=(0, 0))
    expected = expected_answer(parse(data), prompt, phrases=PHRASES)
    assert clean(Reply(box, "m"), expected=expected).text == box


GLUED = {
    "de": "Der Schuppen roch nach Teer. Am Abend flickten wir zwei Netze und hängten sie an den Zaun.",
    "en": "The shed smelled of tar. In the evening we mended two nets and hung them on the fence.",
    "it": "La rimessa sapeva di pece. La sera rammendammo due reti e le appendemmo allo steccato.",
    "ja": "小屋はタールの匂いがした。夕方には網を二枚つくろい、柵に掛けて干した。",
}


def changed_by(forms: Sequence[str], texts: Mapping[str, str], *, leads_on: bool = False) -> list[str]:
    """Return the answers that are not cleaned to the text in them: each text, by language, in each form."""
    return [
        answer
        for language, text in texts.items()
        for answer in (form.format(text) for form in forms)
        if clean(
            Reply(answer, "m"), expected=Expected(language=language, leads_on=leads_on, phrases=PHRASES)
        ).text
        != text
    ]


def test_the_role_of_a_next_turn_costs_no_sentence() -> None:
    """`We left.assistant`, as a server without the model's template returns it, is `We left.`."""
    roles = ["assistant", "user", "\nassistant", "\n\nuser\nThanks!", "assistant\n\nShall I go on?"]
    assert changed_by(["{}" + role for role in [*roles, " assistant"]], GLUED) == []


@pytest.mark.parametrize("after", [" ok", " done", "\nok", " ^1", " turn0search1"])
def test_a_word_behind_the_last_stop_costs_no_sentence(after: str) -> None:
    """Where no sentence begins with a small letter, too, `We left. ok` is `We left.`."""
    assert changed_by(["{}" + after], {code: GLUED[code] for code in ("de", "en", "it")}) == []


@pytest.mark.parametrize("end", ["und dann kam Dr. med", "und er wog bzw. wiegt", "und es war am 3. mai"])
def test_an_abbreviation_at_the_end_ends_no_sentence(end: str) -> None:
    """Words that break off behind an abbreviation go with their sentence."""
    expected = Expected(language="de", phrases=load_lists().patterns)
    found = clean(Reply(f"{GLUED['de']} Wir schwiegen, {end}", "m"), expected=expected)
    assert found.text == GLUED["de"]


SEARCHED = [
    "【3†source】",
    " 【4:0†notes.pdf】",
    " :contentReference[oaicite:2]{index=2}",
    " [1][2]",
    " [2]",
    "[12]",
]
BROKEN = ['"}', "}", "]", '"]', "\\", "*", "`", "\ufffd", "[DONE]", "[/s]", " [/ASSISTANT]", "[EOS]", '"}]}']
BROKEN += ["```", "~~~", "{", " -->", "<!--", "---", "\n===", "system", ".assistant", "assistantfinal", "1"]


@pytest.mark.parametrize("language", GLUED)
def test_what_a_format_leaves_behind_the_last_stop_goes_alone(language: str) -> None:
    """Marks of sources and the end of JSON or of a chat format are no words of the text."""
    ends = [after.replace("{", "{{").replace("}", "}}") for after in SEARCHED + BROKEN]
    assert changed_by(["{}" + end for end in ends], {language: GLUED[language]}) == []


@pytest.mark.parametrize(
    "text",
    [
        "We mended two nets in the evening, and hung them up. [1](https://example.org/nets)",
        "It was the oldest net of the whole village.[1]\n\n[1]: https://example.org/nets",
        "On the fence he had painted three words in red: *Mind the nets, please, and the dog.*",
        'She looked at the two nets for a long time and said only: "They will do."',
        "Each has a name and a price behind it: {net, 12 crowns, in the shed.}",
        "We mended two nets in the evening, and hung them up. [See the shed.]",
        "We mended two nets, and here is the whole of it: `print the nets.`",
        "We mended two nets, as this says:\n\n```\nThe first net.\n\nThe second net.\n```",
    ],
)
def test_an_end_that_has_its_start_stays(text: str) -> None:
    """What is opened in the text is closed in it, and a number with an address is a link."""
    assert clean(Reply(text, "m"), expected=Expected(phrases=load_lists().patterns)).text == text


def test_a_word_in_capitals_alone_in_the_first_or_last_line_goes() -> None:
    """`START` above a text and `END` below it are the marks of a template."""
    forms = [
        "BEGIN_TEXT\n{}\nEND_TEXT",
        "START\n{}\nEND",
        "TEXT_START\n{}\nTEXT_END",
        "OUTPUT\n{}",
        "DRAFT\n\n{}",
        "{}\nEND",
    ]
    assert changed_by(forms, GLUED) == []


TAR = {
    **GLUED,
    "es": "El cobertizo olía a brea. Por la tarde remendamos dos redes y las colgamos de la cerca.",
    "fr": "La remise sentait le goudron. Le soir, nous avons réparé deux filets, et il en manquait un.",
    "ko": "헛간에서는 타르 냄새가 났다. 저녁에 우리는 그물 두 장을 고쳐서 울타리에 걸었다.",
    "nl": "De schuur rook naar teer. Die avond herstelden we twee netten en hingen ze aan het hek.",
    "pt": "O barracão cheirava a alcatrão. À tarde remendámos duas redes e vimos que faltava um.",
    "ru": "Сарай пах дёгтем. Вечером мы починили две сети и повесили их на забор у дороги.",
    "zh": "棚子里有一股焦油味。傍晚我们补好了两张渔网，把它们挂在篱笆上晾干，天就黑了。",
}
TAILS = st.from_regex(
    r"[ \n.]?(?:[a-zé]{1,9}|[0-9]{1,3}|(?!<\|)[-#$%&*+/<=>@^_|~(){}\[\]「」«»†]{1,3}|</?[a-z]{1,6}>)",
    fullmatch=True,
).filter(lambda end: "{{" not in end and "}}" not in end)
"""Ends of all sorts; two braces are a template's marks, for which a text is refused."""


@given(st.sampled_from(sorted(TAR)), TAILS)
def test_no_short_end_that_a_model_leaves_behind_the_last_stop_costs_a_sentence(
    language: str, after: str
) -> None:
    """Whatever it is, a role, a number, a sign or a tag: at worst it stays behind the text."""
    expected = Expected(language=language, phrases=PHRASES)
    assert clean(Reply(TAR[language] + after, "m"), expected=expected).text.startswith(TAR[language])


OTHER_STOPS = {
    "ar": "كانت رائحة السقيفة قطرانًا. في المساء أصلحنا شبكتين وعلقناهما على السياج. ألم يكن البحر هادئًا؟",
    "hi": "झोपड़ी में डामर की गंध थी। शाम को हमने दो जाल सुधारे और उन्हें बाड़ पर टाँग दिया।",
}


@pytest.mark.parametrize("leads_on", [False, True])
def test_a_colon_behind_the_last_stop_leads_on_to_nothing(leads_on: bool) -> None:
    """The sentence before it is whole, and stays; so it does by the stops of every script."""
    ends = [":", " :", "：", "\n:", "assistant:", "user:", "\nassistant:", ",", "1"]
    assert changed_by(["{}" + end for end in ends], {**TAR, **OTHER_STOPS}, leads_on=leads_on) == []


def test_a_sentence_that_leads_on_goes_whole() -> None:
    """Its apostrophe goes, too, and a colon behind an abbreviation is no end of a sentence."""
    for language, last in (("nl", "’s Avonds zagen we dit:"), ("de", "Dort lag etwas, z. B.:")):
        found = clean(
            Reply(f"{TAR[language]} {last}", "m"), expected=Expected(language=language, phrases=PHRASES)
        )
        assert found.text == TAR[language]


@pytest.mark.parametrize("name", ["config.toml", "example.org", "Vue.js"])
def test_a_name_with_a_stop_at_the_end_stays_whole(name: str) -> None:
    """No stop behind `config.toml` makes it no half sentence, and `config.` is none."""
    text = f"{GLUED['en']} Later we wrote the length of the rope into {name}"
    assert clean(Reply(text, "m"), expected=Expected(language="en", phrases=PHRASES)).text == text


@pytest.mark.parametrize("language", sorted(TAR))
@pytest.mark.parametrize("end", ["null", "undefined", " eos", " 🙂", "🎉 ✅", "\n\n🙂", "\n\nnull"])
def test_what_a_program_leaves_and_smileys_of_no_authors_are_no_end(language: str, end: str) -> None:
    text = clean(
        Reply(TAR[language] + end, "m"),
        expected=Expected(language=language, phrases=PHRASES, examples=("Gå hem.",)),
    ).text
    assert text == TAR[language]


@pytest.mark.parametrize("language", sorted(TAR))
@pytest.mark.parametrize("end", ["»", " «}}", "»{{", " }}†", "\n}»"])
def test_signs_behind_the_last_stop_that_end_nothing_go(language: str, end: str) -> None:
    expected = Expected(language=language, phrases=PHRASES)
    assert clean(Reply(TAR[language] + end, "m"), expected=expected).text == TAR[language]
    for quoted in (f"{TAR[language]} « Oui. »", f"{TAR[language]}\n\n»Nein, nein.«"):
        assert clean(Reply(quoted, "m"), expected=expected).text == quoted


@pytest.mark.parametrize("end", ["The bus left at 5.30", "We met at No. 5", "It cost us 12"])
def test_a_last_sentence_that_ends_in_a_number_needs_no_stop(end: str) -> None:
    text = f"{TAR['en']} {end}"
    assert clean(Reply(text, "m"), expected=Expected(language="en", phrases=PHRASES)).text == text


def test_an_author_of_smileys_gets_them() -> None:
    text = f"{TAR['en']} 🙂"
    own = Expected(language="en", phrases=PHRASES, examples=("We went home ☺.",))
    assert clean(Reply(text, "m"), expected=own).text == text
