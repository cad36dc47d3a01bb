"""Checks warn about what an author can't vouch for, at its exact place, and about nothing else."""

# ruff: noqa: E501 -- an attack, or a text to be checked, is not split

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.wordlists import DATA, load_lists
from assistant.core.checks import CHECKS, Context, check
from assistant.core.checks.claims import Support, claims
from assistant.core.checks.passage import read
from assistant.core.hunks.doubts import without_unsupported
from assistant.core.text.patterns import Patterns
from assistant.core.text.questions import blanked
from assistant.core.types import Hunk, Span

LISTS = load_lists(cliches=["at the end of the day"], known=["Wobblecorp"])
OWN = (
    "# Running a small team\n\nI have been leading Anna Berger's old team at Quentrix since 2019. We are 14 people, "
    "and in March 2021 we paid $1,200 for a table. As Anna said, “a team is a garden and not a machine”. "
    "The colour of our office is grey, our favourite word is organise, and we labour over behaviour.\n"
    + "There is more to say here.\n"
    * 20
)
CONTEXT = Context(own=OWN, lists=LISTS)


def warned(text: str, **more: str) -> list[tuple[str, str]]:
    """Return the code of each warning and the words at its place; notes and bullets are in the draft."""
    data = text.encode()
    context = Context(own="\n".join((OWN, *more.values())), lists=LISTS)
    return [(w.code, data[w.start : w.end].decode()) for w in check(text, context=context, **more)]


TEAM = Context(
    own=OWN
    + "\nLast winter our boiler failed on a Sunday, and Piotr from the second floor lent us two heaters. "
    "We moved the backups to a cheap server in Porto, which cost us a weekend.\n",
    lists=LISTS,
)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("In the end I spent most of a weekend on it, and my manager was not amused.", ""),
        ("My colleague Tobias Renner saw it first.", "Tobias Renner"),
        ("When I was a nurse in Leeds I learned to write everything down.", "When I was a nurse in Leeds"),
        ("The whole thing cost us €4,500 in the end.", "€4,500"),
        ("We moved everything over to Deltaboard in 2017 and never looked back.", "Deltaboard in 2017"),
        ("She told me that nobody had read the report.", ""),
        ("I bought mine from a neighbour who was leaving for Lisbon.", "Lisbon"),
        ("We went through 340 requests before it worked.", "340"),
        ("My sister called me the next morning and laughed.", ""),
        ("“Every list is a promise made at night,” she wrote.", "Every list is a promise made at night,"),
        ("Oxmere Group tried the same thing and failed.", "Oxmere Group"),
        ("A tool called Stackwell does most of the work.", "tool called Stackwell"),
        ("About 44.4% of the projects never came back.", "44.4%"),
        ("As a former nurse, I know how that ends.", "As a former nurse"),
    ],
)
def test_an_event_that_the_author_never_told_is_unsupported(text: str, marked: str) -> None:
    """Marked are the new figures, names and quotations, or the whole sentence where it has none; once."""
    assert warned(text) == [("unsupported", marked or text)]


def test_in_a_first_draft_only_what_is_named_is_surely_not_told() -> None:
    """A few sentences tell too little: what is an event there is asked about; a new figure is doubted as ever."""
    first = Context(own="# A year\n\nWe moved in March. The tide table was wrong.\n", lists=LISTS)
    smoke, bill = "We learned to sleep in our coats that winter.", "The stove cost us €4,500 in the end."
    assert [w.code for w in check(smoke, context=first)] == ["unconfirmed"]
    assert [w.code for w in check(bill, context=first)] == ["unsupported"]
    assert [w.code for w in check(smoke, context=CONTEXT)] == ["unsupported"]


@pytest.mark.parametrize(
    "text",
    [
        "There are three reasons to write things down.",
        "A good team needs time, trust and a table to sit at.",
        "You should ask before you promise anything.",
        "An index speeds up reads and slows down writes.",
        "For example, say you have 300 users on a list.",
        "See figure 12 and step 13 of the list in the book.",
        "```python\nprint(4711, 'Miller Systems')\n```",
        "Use `sleep 45` and see [the list](#list) for it.",
        "Python runs on Linux, and Wobblecorp does too.",
        "Call it “good enough” and move on with it.",
        "The behaviour of the colour is favourite.",
    ],
)
def test_what_is_general_is_left_alone(text: str) -> None:
    """Advice, explanations, suppositions, labels and code raise no warning."""
    assert warned(text) == []


def test_what_one_passage_tells_is_supported_in_other_words() -> None:
    """Paraphrase counts as support, and the passage is named."""
    text = "When the boiler failed on a Sunday last winter, Piotr lent us two heaters."
    assert check(text, context=TEAM) == ()
    (claim,) = claims(read(text), TEAM)
    assert claim.support is Support.SUPPORTED and claim.place
    own = TEAM.texts[claim.place.text]
    assert "Piotr from the second floor" in own[claim.place.start : claim.place.end]


def test_a_story_is_one_question() -> None:
    """Unsupported sentences in a row share a warning, unless two of them name something new."""
    first, second = (
        "My sister called me the next morning and laughed.",
        "She told me that nobody had read it.",
    )
    whole = f"{first} {second}"
    assert warned(whole) == [("unsupported", whole)]
    assert warned(f"{first}\n{second}") == [("unsupported", f"{first}\n{second}")]
    each = [("unsupported", first), ("unsupported", second)]
    for text in (f"{first} You should ask first. {second}", f"- {first}\n- {second}", f"{first}\n\n{second}"):
        assert warned(text) == each
    sums = "The whole thing cost us €4,500 in the end. The stove was another €900."
    assert warned(sums) == [("unsupported", "€4,500"), ("unsupported", "€900")]
    asked = blanked(f"My sister paid [TK: how much?] for it in the end. {second}")
    assert ("unsupported", second) in warned(asked)  # the question stands for its own sentence only


def test_what_joins_a_text_to_a_point_is_no_part_of_its_sentence() -> None:
    """It stays where the sentence behind it is left out."""
    story = "My sister called me the next morning and laughed."
    text = f": {story} You should ask first."
    assert warned(text) == [("unsupported", story)]
    hunk = Hunk("g", Span(0, 0), b"", text.encode(), check(text, context=CONTEXT))
    kept, left_out = without_unsupported(hunk)
    assert kept and kept.replacement == b": You should ask first." and left_out == (story,)


def test_names_from_different_places_support_nothing() -> None:
    """What the author wrote about Piotr and Porto doesn't say that Piotr lost something there."""
    text = "Piotr lost his keys in Porto and called Anna for a lift in the rain."
    assert [w.code for w in check(text, context=TEAM)] == ["unsupported"]


def test_a_part_of_a_known_address_is_not_known() -> None:
    """Only the whole address is the author's, with its protocol or without."""
    own = Context(
        own="See https://my.blog/post/2024 and other.net/a/list, or mail me@my.blog for it.", lists=LISTS
    )
    for text, warned in (
        ("See https://my.blog/post/2 for the rest of it.", True),
        ("See other.net/a for the rest of it.", True),
        ("Write to you-and-me@my.blog for the rest of it.", True),
        ("See other.net/a/list or mail me@my.blog for the rest.", False),
    ):
        assert [w.code for w in check(text, context=own)] == ["link"] * warned


@pytest.mark.parametrize(
    "text",
    [
        "Studies have shown that a team is a garden.",
        "According to Quillfeather, a team is a garden.",
        "Tregarth et al. say that a team is a garden.",
    ],
)
def test_who_is_cited_must_be_cited_by_the_author(text: str) -> None:
    """The words of the claim may be in a post; those who are to vouch for it don't."""
    assert [code for code, _ in warned(text)] == ["unsupported"]
    assert check(text, context=Context(own=OWN, series=(text,), lists=LISTS)) == ()


def test_in_other_languages_figures_and_quotations_are_looked_up() -> None:
    """The sentence model knows English only; elsewhere a figure that is new is what can be told."""
    own = "Die Besprechung ist wie ein Garten, und das ist auch gut so, denn wir sind es."
    german = Context(own=own, lists=LISTS)
    plain = "Die Planung der Woche ist für das Team eine Gelegenheit, und die Arbeit wird dadurch leichter."
    figure = "Das hat uns damals 4.500 Euro gekostet, und seitdem mache ich das auch so mit dem Team."
    assert check(plain, context=german) == ()
    assert [w.code for w in check(figure, context=german)] == ["unsupported"]


def test_a_copy_of_another_section_is_warned_of() -> None:
    """Fourteen words in a row of the author's own are marked, one exchanged word or not."""
    text = "We know that in March 2021 we paid $1,200 for a table. As Anna said, “a team is a garden.”"
    assert "repetition" in [code for code, _ in warned(text)]


def test_a_copy_from_another_post_names_it() -> None:
    """The author has to know where the words stand."""
    text = "Last winter our boiler failed on a Sunday, and Piotr from the second floor lent us two heaters."
    shown = Context(OWN, ("I write.", TEAM.own), exemplars=(text,), names=("a.md", "boiler.md"), lists=LISTS)
    for context, place in ((shown, "in boiler.md"), (TEAM, "in another section")):
        messages = [one.message for one in check(text, context=context) if one.code == "repetition"]
        assert messages == [f"these words stand {place} already"]


def test_notes_must_survive_with_their_figures() -> None:
    """Notes whose place was taken are missed when most of them, or a figure, are gone."""
    notes = "14 people; garden, machine, table"
    assert warned("Nothing of that sort is here.", replaced=notes)[0][0] == "meaning"
    assert not warned("14 people sat in a garden at the table, by the machine.", replaced=notes)


def test_each_note_must_survive_with_its_no() -> None:
    """A note that is gone, or that became its opposite, is missed though the others are all there."""
    notes = "- a lamp from the attic\n- a chair from the market, second hand\n- never again a glass table"
    whole = "The lamp came from the attic, the chair from the market, second hand. "
    assert not warned(whole + "I would never want a glass table again.", replaced=notes)
    assert warned(whole + "I would want a glass table again.", replaced=notes)[0][0] == "meaning"
    gone = "The lamp came from the attic. I would never want a glass table again."
    assert warned(gone, replaced=notes) == [("meaning", gone)]


@pytest.mark.parametrize("notes", ["- a hen\n- the sow", "- une clé\n- le thé", "- Tür\n- ein Tau"])
def test_notes_of_short_words_are_missed(notes: str) -> None:
    """A note says something in three letters where it has no longer word."""
    assert [code for code, _ in warned("Nothing of that sort.", replaced=notes)] == ["meaning"] * 2
    assert not warned(" ".join(word + "s." for word in notes.split()), replaced=notes)


@pytest.mark.parametrize(
    "notes",
    [
        "- why\n- how so",
        "2. ",
        "write this up properly",
        "1. a lamp\n2. a chair\n3. describe a table",
        '??? note "Later"',
        "> [^21]: a lamp",
        "TODO:\n\n- a lamp\n- a chair",
        "**À FAIRE**\n\n- a lamp",
    ],
)
def test_marks_and_instructions_are_no_notes(notes: str) -> None:
    """The number of an item is no figure, and the verb that asks for a text is none of its words."""
    assert not warned("A lamp, a chair and a table stood there.", replaced=notes)


def test_what_an_instruction_is_about_is_a_note() -> None:
    """Of `describe the harbour and its cranes`, harbour and cranes must survive."""
    assert warned("Nothing of it.", replaced="describe the harbour and its cranes")[0][0] == "meaning"


def test_a_note_that_asks_denies_nothing() -> None:
    text = "Are glass tables always cheaper? Only where nobody wants one."
    assert "meaning" not in dict(warned(text, replaced="Are glass tables always cheaper? If not, why not?"))
    assert "meaning" in dict(warned(text, replaced="Glass tables are not always cheaper."))


def test_a_point_must_not_be_turned_into_its_opposite() -> None:
    """A sentence with the words of the bullet and a "not" more is marked."""
    target = "Written plans survive the holidays."
    assert warned("Written plans do not survive the holidays.", target=target)[0][0] == "meaning"
    assert not warned("Nobody reads them twice, and that is fine.", target=target)


def test_a_check_that_fails_is_a_warning() -> None:
    """Silence means that every check ran: one that raises says so over the whole text."""

    def broken(shown: object, context: object) -> object:
        raise ZeroDivisionError

    warnings = check("Some words.", context=CONTEXT, checks={**CHECKS, "broken": broken})  # type: ignore[dict-item]
    assert [(w.code, w.start, w.end) for w in warnings] == [("check", 0, 11)]
    assert "broken" in warnings[0].message


def test_without_its_patterns_no_check_is_silent() -> None:
    """Where the lists are missing, the author is told that nothing was looked at."""
    messages = [warning.message for warning in check("It took 37 attempts.", context=Context(own=""))]
    assert "the check of claims could not run: KeyError" in messages


def test_patterns_are_alternatives_that_name_one_another() -> None:
    """A line is an alternative, `{name}` another section, and `i` behind a name leaves case out of account."""
    patterns = Patterns({"kit": "# Tools.\n[tool]\nhammer|saw\n\n[use i]\nmy {tool}\na nail\n"})
    assert [bool(patterns["kit.use"].search(text)) for text in ("My Saw", "A nail", "saw")] == [
        True,
        True,
        False,
    ]
    assert patterns["kit.tool"].search("Saw") is None


@pytest.mark.parametrize("file", sorted(DATA.glob("checks/*.txt")), ids=lambda file: file.stem)
def test_every_pattern_that_comes_with_the_program_compiles(file: Path) -> None:
    """No section names another that isn't there."""
    names = re.findall(r"(?m)^\[([a-z ]+?)(?: i)?\]$", file.read_text("utf-8"))
    assert names and all(LISTS.patterns[f"{file.stem}.{name}"] for name in names)


def test_places_are_bytes_of_the_text() -> None:
    """Letters of several bytes before a warning move it by as many bytes."""
    text = "We lost 37 customers to it."
    assert ("unsupported", "37") in warned(f"Übrigens — naïve façades 日本 are fine. {text}")


@given(st.text(max_size=300))
def test_checking_never_fails_and_stays_inside_the_text(text: str) -> None:
    """Whatever a model writes, every check runs and every place lies in the text."""
    for warning in check(text, context=CONTEXT):
        assert warning.code != "check", warning.message
        assert 0 <= warning.start <= warning.end <= len(text.encode())
    assert len(read(text).prose) == len(text)


@pytest.mark.parametrize(
    "field",
    [
        "[year]",
        "[City or town]",
        "[fecha]",
        "[сумма]",
        "[bedrag invullen]",
        "〇〇",
        "◯◯",
        "×月×日",
        "〇月〇日",
        "○월 ○일",
        "【邻居姓名】",
        "（ここに月を入れる）",
        "（此处填写月份）",
        "(여기에 날짜 입력)",
        "【姓名】",
        "【名前】",
        "(Add an example here.)",
        "(Insert anecdote about the dog.)",
        "(Hier ein Beispiel einfügen.)",
        "(Ajouter un exemple ici.)",
        "（ここに例を入れる）",
        "(Добавить пример.)",
    ],
)
def test_a_field_that_a_model_left_is_warned_of(field: str) -> None:
    assert ("placeholder", field) in warned(f"We moved to the other shore in {field}, and stayed for good.")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("We rowed for XX minutes.", "XX minutes"),
        ("灯花了××元。", "××"),
        ("등불은 OO원이었다.", "OO"),
        ("Wir ruderten XX Stunden lang.", "XX Stunden"),
        ("Nous avons ramé xx heures.", "xx heures"),
        ("Мы плыли XX минут.", "XX минут"),
        ("We took XX lamps.", "XX lamps"),
        ("Wir nahmen XX Lampen mit.", "XX Lampen"),
        ("船は____月に出た。", "____"),
        ("花了XX元。", "XX元"),
        ("我用[此处填写船名]出海。", "[此处填写船名]"),
        ("It was built in 19XX.", "19XX"),
        ("It cost € XX then.", "€ XX"),
    ],
)
def test_a_figure_that_a_model_left_open_is_warned_of(text: str, field: str) -> None:
    assert ("placeholder", field) in warned(text)


@pytest.mark.parametrize(
    "text",
    ["en el siglo XX fuimos", "Das XX. Jahrhundert", "XX век", "an XXL boat", "a__b", "the XX chromosome"],
)
def test_a_century_and_a_size_are_no_fields(text: str) -> None:
    assert "placeholder" not in dict(warned(f"{text}, and we stayed for good."))


def test_signs_for_a_name_in_chinese_are_warned_of() -> None:
    """Two letters stand for it, without a blank: `XX的篱笆`."""
    assert ("placeholder", "XX") in warned("豆角已经爬过XX的篱笆，谁也分不清哪些是我们的。")


def test_empty_brackets_of_the_authors_allow_no_sign_for_a_name() -> None:
    """`XX` has no brackets, and no words in them that the author might have written in others."""
    text = "豆角已经爬过XX的篱笆，谁也分不清哪些是我们的。"
    assert ("placeholder", "XX") in warned(text, replaced="- `sail()` and `[]`")


@pytest.mark.parametrize(
    "text",
    [
        "(add an egg)",
        "【注意】",
        "(the names we add)",
        "[[Shore]]",
        "[the shore](a.md)",
        "[sic]",
        "[^1]",
        "二〇〇八年",
        "二〇月",
        "三×三",
        "○月曜日",
        "× 日本の茶",
        "WOO 씨",
        "她有XX染色体",
        "XXL的衣服",
        "（ここに座る）",
        "【注意】灯很烫",
        "a[index]",
    ],
)
def test_other_brackets_are_no_fields(text: str) -> None:
    assert "placeholder" not in dict(warned(f"We moved to the other shore {text}, and stayed for good."))


@pytest.mark.parametrize(
    ("note", "is_missed"),
    [
        ("MAKERS vs. MANAGERS", True),
        ("keels, masts and rudders", True),
        ("table vs. garden chairs", False),
        ("explain the glass tables", False),
        ("needs work, too short", False),
        ("add a better example here", False),
        ("write more", False),
    ],
)
def test_a_markers_note_is_what_its_text_is_about(note: str, is_missed: bool) -> None:
    """A text with none of its words is about something else; what to do with a text is no such word."""
    found = [code for code, _ in warned("A table in a garden is a good place to sit at.", asked=note)]
    assert ("meaning" in found) is is_missed


@pytest.mark.parametrize(
    "gone",
    [
        "TODO: https://example.org/mill-history",
        "TODO describe [zeus](https://example.org/zeus) and its tables",
        "<!-- see [[Old mill]] -->",
        "- a table, as in [the plan](plan.md)",
    ],
)
def test_a_link_of_what_is_replaced_must_survive(gone: str) -> None:
    """It may be the only copy of it."""
    text = "A table in a garden is a good place to sit at."
    whole = text + " https://example.org/mill-history https://example.org/zeus [[Old mill]] [x](plan.md)"
    assert [code for code, _ in warned(text, gone=gone)] == ["meaning"]
    assert "meaning" not in [code for code, _ in warned(whole, gone=gone)]


@pytest.mark.parametrize(
    ("note", "is_missed"),
    [
        ("describe the config of `zeus.toml`", True),
        ("what NASA built", True),
        ("how OpenSSL came in", True),
        ("say why it is NOT a table", False),
        ("SAY MORE ABOUT IT", False),
        ("how a table came in, TODO ASAP", False),
        ("the Table", False),
    ],
)
def test_a_name_in_code_or_capitals_must_survive(note: str, is_missed: bool) -> None:
    """Capitals for stress are no name."""
    found = warned("A table in a garden is not a bad place to sit at.", asked=note)
    assert ("meaning" in [code for code, _ in found]) is is_missed
    text = "A table is not what `zeus.toml`, NASA and OpenSSL are for."
    assert "meaning" not in [code for code, _ in warned(text, asked=note)]


def test_a_field_that_the_author_left_in_other_brackets_is_the_authors() -> None:
    text = "We moved to the other shore in [year], and stayed for good."
    assert "placeholder" in dict(warned(text)) and "placeholder" not in dict(
        warned(text, replaced="- moved in <year>")
    )


def test_notes_in_chinese_are_known_again_in_other_forms() -> None:
    """Words have no blanks between them: half of a run's pairs of signs tell that it is there."""
    notes = "- 这盏灯希望弄成整夜亮着\n- 灯原本的位置"
    text = "我希望把这盏灯弄成整夜亮着。灯原本的位置在楼梯下面，后来搬到了门口。"
    assert "meaning" not in dict(warned(text, replaced=notes))
    assert "meaning" in dict(warned("走廊里很黑，谁也没有说话，我们就回家睡觉去了。", replaced=notes))


@pytest.mark.parametrize(
    "text",
    [
        "It rains in the hall, and I'll crawl into the cupboard as I always do when it rains.",
        "> [!NOTE]\n> Lamps that smoke for too long may crack after a while.",
        ":::message\nLamps that smoke for too long may crack after a while.\n:::",
        "!!! note\n    Lamps that smoke for too long may crack after a while.",
    ],
)
def test_contractions_and_the_marks_of_boxes_make_no_names(text: str) -> None:
    """The first word of a box opens its sentence, and `I'll` has its capital anywhere."""
    found = [claim.new for claim in claims(read(text), Context(own=OWN, lists=LISTS))]
    assert [new for new in found if new] == []


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("There is nothing in the draft about the lamp. Who lit it?", True),
        ("I'd love to put this paragraph together. Tell me who lit it, and I'll write the section.", True),
        ("Le brouillon ne dit rien de la lampe, voilà.", True),
        ("У меня недостаточно данных о лампе, чтобы написать этот раздел.", True),
        ("下書きに詳細がないため、この節は書けません。", True),
        ("Most evenings I read below it. Это было хорошо.", True),
        ("I'm sorry, she said, I can't write the section, and she put the draft away.", False),
        ("I'm sorry that I sold the boat, and I can't go down to the shed without a lamp.", False),
        ("Tell me what yours is called. A section of the cord is new.", False),
    ],
)
def test_talk_of_the_task_is_told_from_a_text(text: str, doubted: bool) -> None:
    """Whatever its words: only where the author speaks of drafts and sections, it may be for readers."""
    own = "The lamp in the hall has burned since my aunt moved in, and nobody asks who pays for it."
    others = {"task": CHECKS["task"]}
    assert bool(check(text, context=Context(own, lists=LISTS), checks=others)) is doubted
    told = f"{own} The draft, le brouillon, 下書き: this section, eta: этот раздел, この節, paragraph, you, I'm, write, tell me."
    if text.isascii():
        assert not check(text, context=Context(told, lists=LISTS), checks=others)


def test_a_text_in_a_language_without_words_for_talk_is_checked_all_the_same() -> None:
    """A check that could not run would warn of every text in Polish."""
    own = "Poszliśmy do sklepu, bo nie było już nic w domu, i kupiliśmy chleb, ale nie mieli tam mleka."
    assert not check("Lampa jest w domu.", context=Context(own, lists=LISTS), checks={"task": CHECKS["task"]})


@pytest.mark.parametrize(
    ("sentence", "is_foreign"),
    [
        ("C’était le meilleur moment de l’année.", True),
        ("Es war der beste Monat des Jahres.", True),
        ("We sang “Le temps des cerises” all the way.", False),
        ("One rope per boat, one knot per rope.", False),
        ("Rue de la Paix, Paris.", False),
    ],
)
def test_a_sentence_in_another_language_is_told(sentence: str, is_foreign: bool) -> None:
    own = Context("We rowed to the island in May, and I counted the gulls on it. " * 9, lists=LISTS)
    text = f"We rowed out early and came back late. {sentence}"
    messages = [warning.message for warning in check(text, context=own, checks={"task": CHECKS["task"]})]
    assert messages == ["it is in another language than the rest"] * is_foreign
