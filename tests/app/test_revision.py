"""A remark on finished text gets a revised text in its place, and only what it asks for changes."""

from __future__ import annotations

import pytest
from fakes import FakeModel
from jobs import job

from assistant.app.expand import expand
from assistant.core.hunks import passages
from assistant.core.hunks.apply import apply
from assistant.core.types import Expanded, Failed

OLD = (
    "We rented four trucks in Lisbon on 3 May, which was [cheap](https://example.org/t), and drove all night."
)
SHORT = "We rented four trucks in Lisbon on 3 May, which was [cheap](https://example.org/t)."
REST = "\n\nThe next day we slept until noon, all of us, on the floor of the hall.\n"


def revise(draft: str, *answers: str) -> tuple[list[Expanded], list[Failed], bytes, FakeModel]:
    """Return the texts for a draft's remarks, and the draft with all of them."""
    work, model = job(draft), FakeModel(*answers)
    events = list(expand(work, work.gaps, model=model))
    done = [one for one in events if isinstance(one, Expanded)]
    hunks = [hunk for one in done for hunk in one.hunks]
    return done, [one for one in events if isinstance(one, Failed)], apply(draft.encode(), hunks), model


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"# Trucks\n\n{OLD}\n\nmake this shorter{REST}", f"# Trucks\n\n{SHORT}{REST}"),
        (f"# Trucks\n\n{OLD}\n\n<!-- too long -->{REST}", f"# Trucks\n\n{SHORT}{REST}"),
        (f"# Trucks\n\n{OLD} (make this shorter){REST}", f"# Trucks\n\n{SHORT}{REST}"),
        (f"# Trucks\n\n> {OLD}\n> (make this shorter){REST}", f"# Trucks\n\n> {SHORT}{REST}"),
        (
            f"# Trucks\n\n- {OLD} (make this shorter)\n- Sleep.{REST}",
            f"# Trucks\n\n- {SHORT}\n- Sleep.{REST}",
        ),
    ],
)
def test_the_passage_changes_and_the_remark_goes(before: str, after: str) -> None:
    """The model is shown the passage without the remark, and its answer is another text for it."""
    _, failed, text, model = revise(before, SHORT)
    assert (failed, text.decode()) == ([], after)
    asked = model.requests[0].messages[-1].content
    assert OLD in asked and "Revise it:" in asked


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Glaze\n: OLD (make this shorter)", "Glaze\n: NEW"),
        ("Glaze\n:   OLD\n    <!-- too long -->", "Glaze\n:   NEW"),
        ("Glaze\n: OLD\n\nmake this shorter", "Glaze\n: NEW"),
        ("Glaze\n: It is grey.\n: OLD (too long)", "Glaze\n: It is grey.\n: NEW"),
        ('!!! note "Heat"\n    OLD (make this shorter)', '!!! note "Heat"\n    NEW'),
        ("> [!WARNING] Heat\n> OLD <!-- make this shorter -->", "> [!WARNING] Heat\n> NEW"),
        (":::note\nOLD (make this shorter)\n:::", ":::note\nNEW\n:::"),
    ],
)
def test_a_boxs_first_line_and_a_term_stay_where_a_remark_is_about_the_words_in_it(
    before: str, after: str
) -> None:
    """They say what the words are, and no answer has them."""
    _, failed, text, _ = revise(f"# Trucks\n\n{before.replace('OLD', OLD)}{REST}", SHORT)
    assert (failed, text.decode()) == ([], f"# Trucks\n\n{after.replace('NEW', SHORT)}{REST}")


NOON, PIER, HURRY = "The tar ran well by noon.", "We sat and waited for it to dry.", "One does not hurry tar."


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (
            "{noon} {remark} {hurry}",
            "By noon the tar ran well. {remark}",
            "By noon the tar ran well. {hurry}",
        ),
        (
            "{noon} {pier} {remark}\n{hurry}",
            "We sat until it was dry.",
            "{noon} We sat until it was dry.\n{hurry}",
        ),
        (
            "{noon} {pier} {remark}",
            "{noon} We sat until it was dry. {remark}",
            "{noon} We sat until it was dry.",
        ),
        ("{noon} {pier}\n{remark} {hurry}", "By noon it ran well.", "By noon it ran well.{joint}{hurry}"),
        ("{noon} {pier} {remark}", "{noon}\n\n{pier}", "{noon}\n\n{pier}"),
        ("{noon} {remark} {hurry}", "{noon} {remark}", ""),
        ("{noon} {pier} {remark}", "{noon} {pier} {remark}", ""),
        ("{noon} {pier} {remark}", "{remark} {noon} {pier}", ""),
    ],
)
@pytest.mark.parametrize("remark", ["<!-- clumsy, rewrite -->", "(clumsy, rewrite)"])
def test_a_remark_leaves_no_blank_and_takes_no_other_words_with_it(
    before: str, answer: str, after: str, remark: str
) -> None:
    """An answer that only repeats the passage changes nothing, whether the remark is in it or not."""
    joint = "\n" if remark[0] == "<" else " "
    if "{joint}" in after and remark[0] == "(":  # it is about the sentence right before it
        answer, after = "We sat until it was dry.", "{noon} We sat until it was dry. {hurry}"
    own = {"noon": NOON, "pier": PIER, "hurry": HURRY, "remark": remark, "joint": joint}
    draft, answer = f"# Tar\n\n{before.format(**own)}{REST}", answer.format(**own)
    _, failed, text, _ = revise(draft, answer)
    assert text.decode() == (f"# Tar\n\n{after.format(**own)}{REST}" if after else draft)
    assert [one.message for one in failed] == ["not revised: the answer changes nothing"] * (not after)


def test_words_of_the_passage_are_no_filler() -> None:
    """What speaks of Lorem Ipsum may be revised; an answer may not bring it in."""
    old = "The text that printers call Lorem Ipsum is old, and that is all that I know about it."
    draft = f"# Printing\n\n{old} (make this shorter){REST}"
    _, failed, text, _ = revise(draft, "The text that printers call Lorem Ipsum is old.")
    assert failed == [] and b"is old.\n" in text
    _, failed, _, _ = revise(
        draft.replace("Lorem Ipsum", "filler"), "The filler is old. Lorem ipsum dolor sit."
    )
    assert len(failed) == 1


def test_two_paragraphs_become_one() -> None:
    """What is merged is one passage, with one text."""
    draft = f"# Trucks\n\nWe rented four trucks.\n\nThey were not new at all.\n\nmerge these two{REST}"
    _, failed, text, _ = revise(draft, "We rented four trucks, and they were not new at all.")
    assert failed == []
    assert text.decode() == f"# Trucks\n\nWe rented four trucks, and they were not new at all.{REST}"


@pytest.mark.parametrize("remark", ["<!-- clumsy, rewrite -->", "(rephrase this)"])
def test_an_answer_that_gives_remark_and_sentence_back_is_no_revision(remark: str) -> None:
    """Nothing was changed, and the remark would be lost."""
    draft = f"# Trucks\n\nIt was a long way. {OLD} {remark} Then we slept all day long.{REST}"
    done, failed, text, _ = revise(draft, f"{OLD} {remark}")
    assert done == [] and "the answer changes nothing" in failed[0].message
    new = OLD.replace("rented", "hired")
    done, failed, text, _ = revise(draft, f"{new} {remark}")
    assert failed == [] and text.decode() == draft.replace(f"{OLD} {remark}", new)
    assert not done[0].hunks[0].notes


def test_facts_of_the_old_text_are_support_and_what_is_lost_is_said() -> None:
    """No warning of what the author wrote; one of a date and a place that went."""
    short = "We rented four trucks, which was [cheap](https://example.org/t), and drove all night."
    done, _, _, _ = revise(f"# Trucks\n\n{OLD}\n\nmake this shorter{REST}", short)
    (hunk, _) = done[0].hunks
    assert [(w.code, w.message) for w in hunk.warnings] == [("lost", "lost: “Lisbon”, “3”, “May”")]


def test_a_lost_link_is_asked_for_again_and_may_go_where_the_author_says_so() -> None:
    """Four answers without it make a failure that says what to do; an instruction about links allows it."""
    bare = "We rented four trucks in Lisbon on 3 May, and drove all night."
    done, failed, _, model = revise(f"# Trucks\n\n{OLD}\n\nmake this shorter{REST}", bare)
    assert done == [] and len(model.requests) == 4
    assert "lost [cheap](https://example.org/t)" in failed[0].message
    done, failed, _, _ = revise(f"# Trucks\n\n{OLD}\n\nmake this shorter, without links{REST}", bare)
    assert failed == [] and "lost: “[cheap](https://example.org/t)”" in done[0].hunks[0].warnings[0].message


def test_of_two_remarks_on_one_passage_the_first_is_handled_first() -> None:
    """The other is found again once that is written; two texts for one place would be in each other's way."""
    draft = f"# Trucks\n\n{OLD} It rained (wrong word?) hard.\n\nmake this shorter{REST}"
    done, failed, text, _ = revise(draft, "It poured hard.")
    assert failed == [] and len(done) == 1
    assert text.decode() == draft.replace("It rained (wrong word?) hard.", "It poured hard.")


def revise_lines(draft: str, lines: str, instruction: str, answer: str) -> tuple[str, str, str]:
    """Return the draft with its lines revised, why they are not, and what the model was asked."""
    work, model = job(draft), FakeModel(answer)
    span = passages.span_of_lines(work.draft, lines)
    gap = passages.revision(work.draft, span, instruction=instruction)
    *_, event = (e for e in expand(work, [gap], model=model) if isinstance(e, Expanded | Failed))
    asked = model.requests[0].messages[-1].content
    if isinstance(event, Failed):
        return draft, event.message, asked
    assert isinstance(event, Expanded)
    return apply(draft.encode(), event.hunks).decode(), "", asked


def test_a_link_without_an_address_is_the_authors() -> None:
    """It is an open link of the draft's, and nothing is said of it."""
    old = OLD.replace("https://example.org/t", "")
    work, model = job(f"# Trucks\n\n{old}{REST}"), FakeModel(old.replace("rented", "hired"))
    gap = passages.revision(work.draft, passages.span_of_lines(work.draft, "3"), instruction="plainer")
    (event,) = (e for e in expand(work, [gap], model=model) if isinstance(e, Expanded | Failed))
    assert isinstance(event, Expanded) and event.hunks[0].notes == ()


TABLE = """\
| Tool | Price | Note |
|------|------:|------|
| Saw | 12 | It cuts wood well |
| Hammer | 9 | It hits nails hard |
"""
WITH_TABLE = f"# Tools\n\nSome words here.\n\n{TABLE}\nThe end of it.\n"
ROW = "| Saw | 12 | It cuts wood |"
SHORTER_TABLE = TABLE.replace(" well", "")


@pytest.mark.parametrize("answer", [ROW, SHORTER_TABLE], ids=["the row", "the whole table"])
def test_a_row_of_a_table_is_revised_alone(answer: str) -> None:
    """The model is shown the row, and a table that it hands back gives the row."""
    text, failure, asked = revise_lines(WITH_TABLE, "7", "shorter", answer)
    assert (text, failure) == (WITH_TABLE.replace(" well", ""), "")
    assert "Hammer" not in asked.partition("already:")[2] and "It cuts wood well" in asked


def test_a_whole_table_is_revised_with_its_header() -> None:
    """An answer with one cell changed fits, and so does one in a quote."""
    assert revise_lines(WITH_TABLE, "5:8", "shorter", SHORTER_TABLE)[0] == WITH_TABLE.replace(" well", "")
    quoted = "# Tools\n\n" + "".join(f"> {line}\n" for line in TABLE.splitlines())
    assert revise_lines(quoted, "5", "shorter", ROW)[0] == quoted.replace(" well", "")


@pytest.mark.parametrize(
    ("lines", "answer", "reason"),
    [
        ("5:8", f"{ROW}\n| Hammer | 9 | It hits nails hard |", "lost the header"),
        ("5:8", f"{ROW}\n|---|---|---|\n| Hammer | 9 | It hits nails hard |", "fewer cells|lost the header"),
        ("5:8", SHORTER_TABLE.replace("| 12 ", ""), "fewer cells"),
        ("7", "| Saw | It cuts wood |", "no row of 3 cells"),
        ("7", "It cuts wood.", "no row of 3 cells"),
    ],
)
def test_an_answer_that_breaks_a_table_is_refused(lines: str, answer: str, reason: str) -> None:
    """The header stays, and each row has its cells."""
    text, failure, _ = revise_lines(WITH_TABLE, lines, "plainer", answer)
    assert text == WITH_TABLE
    assert failure.startswith("not revised: ") and any(part in failure for part in reason.split("|"))


LIST = """\
# Tools

- first item of the list is long
- second item of the list
  that goes on here.
- [ ] third one is a task
  - with one below
- fourth.
"""


@pytest.mark.parametrize(
    ("lines", "answers", "after"),
    [
        ("3", ["- the first item is long", "the first item is long"], "- the first item is long\n"),
        (
            "4:5",
            ["- second item\n  that goes on.", "second item\nthat goes on."],
            "- second item\n  that goes on.\n",
        ),
        (
            "6:7",
            ["- [ ] third one is done\n  - with one below"],
            "- [ ] third one is done\n  - with one below\n",
        ),
    ],
)
def test_an_item_may_come_back_with_its_mark_or_without(lines: str, answers: list[str], after: str) -> None:
    """The mark and the indentation of the author's stay."""
    first, _, last = lines.partition(":")
    rows = LIST.splitlines(keepends=True)
    whole = "".join([*rows[: int(first) - 1], after, *rows[int(last or first) :]])
    for answer in answers:
        assert revise_lines(LIST, lines, "plainer", answer)[:2] == (whole, "")


LINKED = "# Trip\n\nWe bought it in [Porto](https://example.org/p) in May, and ran `make all`.\n"


@pytest.mark.parametrize(
    "instruction",
    [
        "without the links",
        "remove the link and say it plainly",
        "take out every link",
        "drop the link, keep the code",
    ],
)
def test_links_that_the_author_wants_gone_go(instruction: str) -> None:
    """The link is not put back, and the code is."""
    bare = "We bought it in Porto in May, and ran make all."
    text, failure, _ = revise_lines(LINKED, "3", instruction, bare)
    assert (text, failure) == (f"# Trip\n\n{bare.replace('make all', '`make all`')}\n", "")


@pytest.mark.parametrize("instruction", ["shorter", "keep the links", "don't remove the links, but be brief"])
def test_links_that_nobody_wants_gone_stay(instruction: str) -> None:
    """Their words get their address back."""
    text, _, _ = revise_lines(LINKED, "3", instruction, "We bought it in Porto, and ran make all.")
    assert text == LINKED.replace(" in May", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- We loaded the boxes.\n- OWN\n  - Sub item.\n", 2),
        ("- [ ] We loaded the boxes.\n- [x] OWN\n  > Quoted.\n", 2),
        ("1. We loaded the boxes.\n2. OWN\n   ```\n   code\n   ```\n", 2),
        ("> - We loaded the boxes.\n> - OWN\n>   - Sub item.\n", 2),
        ("- We loaded the boxes.\n- Then.\n  - OWN\n    - Deep item.\n  - Other.\n", 3),
        ("!!! note\n    OWN\n", 2),
        ("!!! note\n    OWN\n", 1),
        ("!!! note\n    - We loaded the boxes.\n    - OWN\n        - Sub item.\n", 3),
        ("!!! note\n\n    OWN\n\n    - Sub item.\n", 3),
        ("> [!note] Title\n> OWN\n> - Sub item.\n", 2),
        (":::tip\nOWN\n:::\n", 2),
        ("```{note}\nOWN\n```\n", 2),
        ("Term\n:   OWN\n    - Sub item.\n", 2),
        ("[^1]: OWN\n    - Sub item.\n\nSee[^1].\n", 1),
    ],
)
@pytest.mark.parametrize("old", ["Then we drove.", "Then we drove"])
def test_a_line_is_its_own_text_without_what_is_around_it_and_below_it(
    text: str, line: int, old: str
) -> None:
    """Marks, items below an item, the line that opens a box, and a term stay."""
    draft = f"# A move\n\nWe moved house in the spring.\n\n{text.replace('OWN', old)}"
    assert _revised(draft, str(line + 4), "Then we drove home.") == draft.replace(old, "Then we drove home.")


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        ("Then we drove home.", "- We loaded.\n- Then we drove home.\n- Last.\n"),
        ("- Then we drove home.\n  - In it.", "- We loaded.\n- Then we drove home.\n  - In it.\n- Last.\n"),
    ],
)
def test_items_with_those_below_them_keep_their_mark(answer: str, after: str) -> None:
    """Both lines were named; without a mark, the text would end the list."""
    draft = "# A move\n\n- We loaded.\n- Then we drove.\n  - By car.\n- Last.\n"
    assert _revised(draft, "4:5", answer) == f"# A move\n\n{after}"


def test_items_below_the_chosen_one_are_not_taken_twice() -> None:
    """The model hands them back, too."""
    draft = "# A move\n\n- We loaded.\n- Then we drove.\n  - By car.\n"
    answer = "- Then we drove home.\n  - By car."
    assert _revised(draft, "4", answer) == draft.replace("drove.", "drove home.")


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_code_that_is_named_with_the_text_below_it_keeps_both_of_its_fences(fence: str) -> None:
    """A fence without a language looks like the end of a box; the answer takes the place of all of it."""
    code = f"{fence}\nmake all\n{fence}\n"
    draft = f"# A move\n\n{code}\nThen we drove.\n"
    for lines in ("3:7", "4:7"):
        whole = passages.revision(job(draft).draft, passages.span_of_lines(job(draft).draft, lines))
        assert job(draft).draft.text(whole.targets[0]) == f"{code}\nThen we drove."


def _revised(draft: str, lines: str, answer: str) -> str:
    """Return a draft whose lines were revised."""
    work = job(draft)
    gap = passages.revision(work.draft, passages.span_of_lines(work.draft, lines), instruction="longer")
    done = list(expand(work, [gap], model=FakeModel(answer)))[-1]
    assert isinstance(done, Expanded)
    return apply(draft.encode(), done.hunks).decode()


WALL = "The wall was built in a hurry,\n{}and it leans to the north."
LEANS = "The wall leans to the north."


@pytest.mark.parametrize(
    ("around", "line", "answers"),
    [
        ("> OWN\n", 1, ["OWN", "> OWN"]),
        ("- Then:\n  > OWN\n", 2, ["OWN", "> OWN"]),
        ("> [!NOTE] Wall\n> OWN\n", 2, ["OWN", "> OWN", "> [!NOTE] Wall\n> OWN", "[!NOTE] Wall\nOWN"]),
        ("> - OWN\n> - Sub item.\n", 1, ["OWN", "> - OWN", "- OWN"]),
        ("Wall\n:   OWN\n", 2, ["OWN", ":   OWN", ": OWN", "Wall\n:   OWN", "Wall\n: OWN"]),
        ('!!! note "Wall"\n    OWN\n', 2, ["OWN", '!!! note "Wall"\n    OWN', "    OWN"]),
        ("!!! note\n\n    OWN\n", 3, ["OWN", "!!! note\n\n    OWN"]),
        (":::tip\nOWN\n:::\n", 2, ["OWN", ":::tip\nOWN\n:::", "OWN\n:::"]),
        ("See[^1].\n\n[^1]: OWN\n", 3, ["OWN", "[^1]: OWN"]),
        ("# OWN\n\nWe saw it.\n", 1, ["OWN", "# OWN", "## OWN", "# OWN #", "# OWN\n\nWe saw it."]),
        ("## OWN ##\n\nWe saw it.\n", 1, ["OWN", "# OWN"]),
        ("## OWN {#wall}\n\nWe saw it.\n", 1, ["OWN", "## OWN {#wall}"]),
        ("OWN\n---\n\nWe saw it.\n", 1, ["OWN", "# OWN", "OWN\n---", "OWN\n===="]),
        ("> ## OWN\n>\n> We saw it.\n", 1, ["OWN", "## OWN", "> ## OWN"]),
    ],
)
def test_marks_stay_whether_an_answer_repeats_them_or_not(around: str, line: int, answers: list[str]) -> None:
    """The author's own are there already; only the words change."""
    is_heading = "We saw it" in around
    old, new = ("The wall to the north", "The north wall") if is_heading else (WALL, LEANS)
    indent = around.partition("OWN")[0].rpartition("\n")[2]
    indent = "    " if indent[:2] in (":", ": ", "[^") else indent.replace("- ", "  ")
    draft = f"# A move\n\nWe moved.\n\n{around.replace('OWN', old.replace('{}', indent))}\nThe end of it.\n"
    for answer in answers:
        text, failure, _ = revise_lines(draft, str(line + 4), "shorter", answer.replace("OWN", new))
        assert (text, failure) == (draft.replace(old.replace("{}", indent), new), ""), answer


@pytest.mark.parametrize("bars", ["| {} |", "{}", "| {}"])
def test_a_row_keeps_its_outer_bars_whether_an_answer_has_them_or_not(bars: str) -> None:
    """The other rows have them, or have none."""
    table = "".join(
        f"{bars.format(row)}\n" for row in ("Tool | Use", "---|---", "Saw | cuts | ".rstrip(" |"))
    )
    draft = f"# Tools\n\nSome words here.\n\n{table}\nThe end of it.\n"
    for answer in ("Saw | cuts wood", "| Saw | cuts wood |"):
        text, failure, _ = revise_lines(draft, "7", "longer", answer)
        assert (text, failure) == (draft.replace("cuts", "cuts wood"), "")
