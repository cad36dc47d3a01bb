"""Containers without text are gaps, and their text goes in with the container's own marks."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.gaps.place_names import name_of
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for
from assistant.core.prompt.surroundings import code_language
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap

AROUND = (
    "# Harbour\n\nWe moved here in March, and the tide table was wrong by an hour on most days.\n\n"
    "## Boats\n\nThey lie on their sides in the mud until ten, when the water comes back.\n\n{}\n\n"
    "## Later\n\nWe sold it in autumn to a man from the next town, who wanted it for his sons.\n"
)
EMPTY = AROUND.replace("They lie on their sides in the mud until ten, when the water comes back.\n\n", "")
TABLE = "| Boat | Use |\n|---|---|\n| Cobble | It fishes for crab. |\n{}\n| Yawl | It is sailed on Sundays. |"
OPEN_TABLE = "Boat | Use\n---|---\nCobble | It fishes for crab.\n{}\nYawl | It is sailed on Sundays."


def gaps_in(text: str) -> tuple[Draft, tuple[Gap, ...]]:
    draft = parse(text.encode())
    return draft, find_gaps(draft, words=load_words())


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("container", "filled", "name"),
    [
        ("<h2>The pier</h2>", "<h2>The pier</h2>\n\nOne.\n\nTwo.", "The pier"),
        ('<h3 id="a">The\npier</h3>', '<h3 id="a">The\npier</h3>\n\nOne.\n\nTwo.', "The pier"),
        (
            "<section>\n  <h2>The pier</h2>\n  <h2>The crane</h2>\n  <p>It is old.</p>\n</section>",
            "<section>\n  <h2>The pier</h2>\n\nOne.\n\nTwo.\n\n"
            "  <h2>The crane</h2>\n  <p>It is old.</p>\n</section>",
            "The pier",
        ),
        (
            "<div>\n    <h3>The pier</h3>\n</div>",
            "<div>\n    <h3>The pier</h3>\n\nOne.\n\nTwo.\n\n</div>",
            "The pier",
        ),
        ("Cleat hitch\n:   ", "Cleat hitch\n:   One.\n\n    Two.", "Cleat hitch"),
        ("Bow\n: Its front.\n\nStern\n:", "Bow\n: Its front.\n\nStern\n: One.\n\n    Two.", "Stern"),
        ("It was cold.[^1]\n\n[^1]:", "It was cold.[^1]\n\n[^1]: One.\n\n    Two.", "It was cold."),
        ("!!! note\n\nIt was cold.", "!!! note\n    One.\n\n    Two.\n\nIt was cold.", "note"),
        ('??? tip "Ice"\n    ', '??? tip "Ice"\n    One.\n\n    Two.\n    ', "tip Ice"),
        (
            '=== "North"\n\n=== "South"\n\n    It was cold.',
            '=== "North"\n    One.\n\n    Two.\n\n=== "South"\n\n    It was cold.',
            "North",
        ),
        ('!!! note "Ice"', '!!! note "Ice"\n    One.\n\n    Two.', "note Ice"),
        (
            "!!! note\n??? tip\n    It was cold.",
            "!!! note\n    One.\n\n    Two.\n??? tip\n    It was cold.",
            "note",
        ),
        (
            ":::tip\nIt was a cold day in May.\n:::\n\n- Rope.\n-",
            ":::tip\nIt was a cold day in May.\n:::\n\n- Rope.\n- One.\n\n  Two.",
            "Boats",
        ),
        ("```{note}\n```", "```{note}\nOne.\n\nTwo.\n```", "note"),
        (":::{note}\n:class: big\n:::", ":::{note}\n:class: big\nOne.\n\nTwo.\n:::", "note"),
        ("```{tip}\n:name: ice\n```", "```{tip}\n:name: ice\nOne.\n\nTwo.\n```", "tip"),
        ("~~~ad-tip\n\n~~~", "~~~ad-tip\nOne.\n\nTwo.\n\n~~~", "ad tip"),
        ("/// tab | Ice\n///", "/// tab | Ice\nOne.\n\nTwo.\n///", "tab Ice"),
        (":::info\n:::", ":::info\nOne.\n\nTwo.\n:::", "info"),
        (":::tip[Ice]\n\n:::", ":::tip[Ice]\nOne.\n\nTwo.\n\n:::", "tip Ice"),
        ("> [!NOTE]\n>", "> [!NOTE]\n> One.\n>\n> Two.\n>", "NOTE"),
        ("> **Note:**\n>", "> **Note:**\n> One.\n>\n> Two.\n>", "Note"),
        ('<div class="tip">\n\n</div>', '<div class="tip">\n\nOne.\n\nTwo.\n\n</div>', "tip"),
        ("> [!tip]- Ice\n> \n", "> [!tip]- Ice\n> One.\n>\n> Two.\n> \n", "tip Ice"),
        (
            "<details>\n<summary>Ice</summary>\n\n</details>",
            "<details>\n<summary>Ice</summary>\n\nOne.\n\nTwo.\n\n</details>",
            "Ice",
        ),
        (
            "{% tabs ice %}\n<!-- tab Ice -->\n<!-- endtab -->\n{% endtabs %}",
            "{% tabs ice %}\n<!-- tab Ice -->\n\nOne.\n\nTwo.\n\n<!-- endtab -->\n{% endtabs %}",
            "tab Ice",
        ),
        ("{{% tip %}}\n{{% /tip %}}", "{{% tip %}}\nOne.\n\nTwo.\n{{% /tip %}}", "tip"),
        ("<TabItem>\n\n</TabItem>", "<TabItem>\n\nOne.\n\nTwo.\n\n</TabItem>", "TabItem"),
        ("<TabItem>\n</TabItem>", "<TabItem>\n\nOne.\n\nTwo.\n\n</TabItem>", "TabItem"),
        ("<Tip>\n\n</Tip>", "<Tip>\n\nOne.\n\nTwo.\n\n</Tip>", "Tip"),
        ("We took:\n\n- Rope.\n-", "We took:\n\n- Rope.\n- One.\n\n  Two.", "We took:"),
        ("- Ropes\n  - The long one.\n  -", "- Ropes\n  - The long one.\n  - One.\n\n    Two.", "Ropes"),
        ("> 9. Rope.\n> 10.", "> 9. Rope.\n> 10. One.\n>\n>     Two.", "Boats"),
        ("- [ ]\n- [ ] Paint the hull.", "- [ ] One.\n\n  Two.\n- [ ] Paint the hull.", "Boats"),
        (TABLE.format("| Keel |  |"), TABLE.format("| Keel | One. Two. |"), "Keel: Use"),
        (TABLE.format("| a \\| b |  |"), TABLE.format("| a \\| b | One. Two. |"), "a \\| b: Use"),
        (TABLE.format("| Keel | |"), TABLE.format("| Keel | One. Two. |"), "Keel: Use"),
        (TABLE.format("| Keel ||"), TABLE.format("| Keel | One. Two. |"), "Keel: Use"),
        (TABLE.format("| Keel |"), TABLE.format("| Keel | One. Two. |"), "Keel: Use"),
        (TABLE.format("| Keel"), TABLE.format("| Keel | One. Two."), "Keel: Use"),
        (OPEN_TABLE.format("Keel |"), OPEN_TABLE.format("Keel | One. Two."), "Keel: Use"),
        (OPEN_TABLE.format("Keel |   "), OPEN_TABLE.format("Keel | One. Two.  "), "Keel: Use"),
        (OPEN_TABLE.format("Ke\\|el |"), OPEN_TABLE.format("Ke\\|el | One. Two."), "Ke\\|el: Use"),
        (OPEN_TABLE.format("Keel \\|"), OPEN_TABLE.format("Keel \\| | One. Two."), "Keel \\|: Use"),
        (
            "> " + OPEN_TABLE.format("Keel |").replace("\n", "\n> "),
            "> " + OPEN_TABLE.format("Keel | One. Two.").replace("\n", "\n> "),
            "Keel: Use",
        ),
    ],
)  # fmt: skip
def test_an_empty_container_is_filled_in_place(container: str, filled: str, name: str, newline: str) -> None:
    """It is one gap, named by the author's words; each line has the container's marks, other bytes stay."""
    draft, gaps = gaps_in(AROUND.format(container).replace("\n", newline))
    (gap,) = gaps
    assert gap.fillable and name_of(draft, gap) == name
    result = apply(draft.data, [hunk_for(draft, gap, text="One.\n\nTwo.")])
    assert result.decode() == AROUND.format(filled).replace("\n", newline)
    assert find_gaps(parse(result), words=load_words()) == ()


@pytest.mark.parametrize("end", ["Keel |", "Keel | ", "| Keel |", "| Keel | "])
def test_the_last_cell_of_a_draft_is_filled_in_its_row(end: str) -> None:
    """Nothing needs to stand behind a row that no line end closes."""
    text = "# Boats\n\nWe have three boats on the river now.\n\n"
    table = text + "Boat | Use\n---|---\nCobble | It fishes.\nYawl | It races.\n"
    draft, (gap,) = gaps_in(table + end)
    assert draft.lines(gap.span) == (9, 9)
    result = apply(draft.data, [hunk_for(draft, gap, text="It keeps the boat upright.")]).decode()
    closed = " |" * end.startswith("|")
    assert result.rstrip() == table + end.rstrip(" ") + " It keeps the boat upright." + closed


@pytest.mark.parametrize(
    "container",
    [
        "<h2>The pier</h2>\n<p>It is made of stone.</p>",
        '<h2><img src="pier.jpg"></h2>\n\nIt is made of stone.',
        "Bow\n:   Its front, which cuts the water.",
        '!!! note "Bring a lamp"\n\nIt was cold in the evening, and dark.',
        "!!! warning\nThe gate is always closed, and nobody opens it.",
        '- The pier:\n\n  ??? tip "Ice"\n  It was cold in the evening, and dark.',
        "> [!tip] Bring a lamp\n\nIt was cold in the evening, and dark.",
        "> **Note** the tide before you leave.",
        "> **Note**\n> Bring a lamp.",
        "::: {#refs}\n:::",
        "The sea is grey.\n\n:\n\nSo is the pier on most days.",
        ":::note\nBring a lamp.\n:::",
        "/// note | Low tide\nBring a lamp.\n///",
        "/// details | Low tide\n    type: tip\n\nGo.\n///\n/// tab | High\n    new: true\n\nGo.\n///",
        ":::tip[Low tide]\nBring a lamp.\n:::",
        '=== "North"\n\n    It was cold in the evening.',
        "It was cold.[^1]\n\n[^1]:\n    The log says so.",
        "```markdown\n!!! note\n\n> [!NOTE]\n\n<h2>Pier</h2>\n```",
        "<!--\n:::note\n:::\n-->\n\nIt was cold in the evening.",
        "| Boat | Crab | Cod |\n|---|---|---|\n| Cobble | x | |\n| Keel | | x |\n| Yawl | x | x |",
        "| Boat | Use |\n|---|---|\n| Cobble | It fishes for crab. |\n|  | It is sailed for fun. |",
    ],
)
def test_a_container_with_text_or_for_a_site_is_no_gap(container: str) -> None:
    """What a title says, what a site fills in and what a table leaves blank on purpose is finished."""
    assert gaps_in(AROUND.format(container))[1] == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_an_empty_box_is_found_whatever_ends_the_lines(newline: str) -> None:
    draft, gaps = gaps_in(AROUND.format("!!! note\n\nIt was cold.").replace("\n", newline))
    assert [draft.text(gap.span) for gap in gaps] == ["!!! note"]


def test_text_that_would_make_code_of_the_tags_below_it_is_the_authors() -> None:
    """Below a blank line, tags that are indented by four blanks are no tags any more."""
    (gap,) = gaps_in(AROUND.format("<div>\n    <h3>The pier</h3>\n    <hr>\n</div>"))[1]
    assert not gap.fillable


def test_a_heading_in_tags_without_words_is_for_the_author() -> None:
    """Its section is written, so only its title is missing."""
    for heading in ("<h2></h2>", "##"):
        (gap,) = gaps_in(AROUND.format(f"{heading}\n\nIt is made of stone, and it is old."))[1]
        assert not gap.fillable


@pytest.mark.parametrize(
    ("line", "name", "is_fillable"),
    [
        ("Cost: ???", "Cost: ???", False),
        ("> [!todo] Ice\n> say how thick", "Ice: say how thick", True),
        (":::todo Ice\nsay how thick\n:::", "Ice: say how thick", True),
        (":::{todo}\nsay how thick\n:::", "say how thick", True),
        ('!!! todo "Ice"\n\n    say how thick', "Ice: say how thick", True),
        ("???", "Boats", True),
        ("Text here.", "Boats", True),
        ("Lorem ipsum dolor sit amet, consectetur elit.", "Boats", True),
    ],
)
def test_a_marker_without_a_name_is_called_by_its_place(line: str, name: str, is_fillable: bool) -> None:
    """It has the name of its line or its heading, and covers the line's filler as a whole."""
    draft, gaps = gaps_in(AROUND.format(line))
    (gap,) = gaps
    assert (name_of(draft, gap), gap.fillable) == (name, is_fillable)
    assert draft.text(gap.span) == (line if is_fillable else "???")


@pytest.mark.parametrize(
    ("head", "row", "name"),
    [
        ("| Price | | What |", "| ??? | | a bow that we got |", "Price"),
        ("| | | |", "| | ??? | a bow that we got |", "column 2"),
        ("| | Price | |", "| Bow | ??? | which we got |", "Bow: Price"),
    ],
)
def test_a_cell_without_words_is_called_by_its_row_and_its_column(head: str, row: str, name: str) -> None:
    """Its row would be quoted from the middle, or without the words that say what belongs there."""
    draft, gaps = gaps_in(AROUND.format(f"{head}\n|---|---|---|\n{row}\n"))
    assert [name_of(draft, gap) for gap in gaps] == [name]


def test_a_marker_in_a_draft_without_headings_has_a_name() -> None:
    """Where nothing else has words, the marker's own are its name."""
    draft, (gap,) = gaps_in("Text here.\n")
    assert name_of(draft, gap) == "Text here."


@pytest.mark.parametrize(
    ("container", "spans"),
    [
        ("1. Ropes\n   - The long one is for the anchor.\n   - TODO: the short one", ["TODO: the short one"]),
        (
            '!!! note\n    It is cold.\n\n    - TODO: boat\n\n        ??? tip "More"\n\n            It was.',
            ["TODO: boat"],
        ),
        ("import Tabs from '@theme/Tabs';\n\nexport const tide = 4;\n\nIt was cold in the evening.", []),
        ("It was cold in the evening, and the boats lay in the mud. ^evening\n\nWe left it.", []),
        ("It was cold in the evening, and the boats lay in the mud. 🌊\n\nWe left it.", []),
        ('!!! note\n    It is cold.\n\n    It is dark.\n\n    ??? tip "More"\n\n        It is old.', []),
        ("🚧 TODO: the ice 🚧\n\nWe left it.", ["🚧 TODO: the ice 🚧"]),
        ('<Card title="TODO: the ice" />\n\nWe left it.', ["TODO: the ice"]),
    ],
)
def test_what_frames_a_text_is_no_note(container: str, spans: list[str]) -> None:
    """A list's label, a site's code, a block's name, a picture in letters and a box's first line are none."""
    draft, gaps = gaps_in(AROUND.format(container))
    assert [draft.text(gap.span).strip() for gap in gaps] == spans


@pytest.mark.parametrize(
    "box", ["!!! note\n    {}", "??? tip\n    {}", ":::info\n{}\n:::", "> [!NOTE]\n> {}"]
)
def test_the_text_of_a_box_is_read_as_any_other(box: str) -> None:
    """A line to the author in its first paragraph is found, and wrapped prose is none."""
    draft, (gap,) = gaps_in(AROUND.format(box.format("Describe the ice.")))
    assert draft.text(gap.span) == "Describe the ice."
    mark = "> " if ">" in box else "    " if box[0] in "!?" else ""
    wrapped = f"It was cold in the evening, and the boats lay in\n{mark}the mud until the water came back up."
    assert gaps_in(AROUND.format(box.format(wrapped)))[1] == ()


def test_a_box_in_fences_takes_prose() -> None:
    """A fence that names a box of MyST or Obsidian holds no code; one that names a language does."""
    for name, language in (("{note}", ""), ("ad-tip", ""), ("{python}", "python"), ("note.sh", "note.sh")):
        draft, (gap,) = gaps_in(AROUND.format(f"```{name}\nTODO: describe the ice\n```"))
        assert code_language(draft, gap) == language


def test_an_empty_item_is_a_gap_in_any_script() -> None:
    """Nothing was learned of Arabic, and an item without text needs no words."""
    text = "# الميناء\n\nانتقلنا إلى هنا في مارس، وكان جدول المد خاطئا بساعة.\n\n- حبل\n- \n"
    draft, (gap,) = gaps_in(text)
    assert draft.text(gap.span) == "-"
    result = apply(draft.data, [hunk_for(draft, gap, text="نعم.")])
    assert result == draft.data.replace(b"\n- \n", "\n- نعم.\n".encode())


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["- Mast: of pine", "- Boom:", "- Hull: of oak"], ["Boom:"]),
        (["- 帆：白い布", "- 舵：", "- 船体：松の木"], ["舵："]),
        (["- Mast: of pine", "- Boom:", "  - It is of ash.", "- Hull: of oak"], []),
        (["- Mast: of pine", "- a boom", "- Hull:"], []),
        (["**Day 1.** We sailed.", "", "**Day 2.**", "", "**Day 3.** We came back."], ["**Day 2.**"]),
        (["**Mast**", "", "It is of pine.", "", "**Hull**", "", "It is of oak."], []),
    ],
)
def test_a_label_without_text_is_a_gap_where_others_have_text(lines: list[str], found: list[str]) -> None:
    """A list below it, or a row of labels that are titles, says that nothing lacks."""
    draft, gaps = gaps_in(AROUND.format("\n".join(lines)))
    assert [draft.text(gap.span) for gap in gaps] == found


STAYS = "The pier is of stone, and it is older than the town."


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("box", "task"),
    [
        (
            f"> [!info] Pier\n> > [!todo] Ice\n> > say how thick\n>\n> {STAYS}",
            "> > [!todo] Ice\n> > say how thick",
        ),
        (f"> [!info] Pier\n>> [!todo]\n>> say how thick\n> {STAYS}", "[!todo]\n>> say how thick"),
        (f"> [!a]\n> > [!b]\n> > > [!todo]\n> > > the ice\n> >\n> > {STAYS}", "[!todo]\n> > > the ice"),
        (f"> It is old.\n>\n> > **TODO**\n> > the ice\n>\n> > [!tip]\n> > {STAYS}", "**TODO**\n> > the ice"),
        (
            f"> > [!todo]\n> > the ice\n> >\n> > - its colour\n>\n> - {STAYS}",
            "[!todo]\n> > the ice\n> >\n> > - its colour",
        ),
        (f"- a\n\n  > [!todo]\n  > the ice\n\n> {STAYS}", "[!todo]\n  > the ice"),
        (
            f"!!! note\n\n    !!! todo\n        the ice\n\n        and the fog\n\n    {STAYS}",
            "!!! todo\n        the ice\n\n        and the fog",
        ),
        (f"??? note\n\t!!! todo\n\t\tthe ice\n\n\t{STAYS}", "!!! todo\n\t\tthe ice"),
        (f'=== "Pier"\n\n    !!! todo\n        the ice\n\n    {STAYS}', "!!! todo\n        the ice"),
        (f"- Pier\n\n    !!! todo\n        the ice\n\n    {STAYS}", "!!! todo\n        the ice"),
        (
            f"> !!! todo\n>     the ice\n>\n>     and the fog\n>\n> {STAYS}",
            "!!! todo\n>     the ice\n>\n>     and the fog",
        ),
        (f"> !!! todo\n>     the ice\n\n    {STAYS}", "!!! todo\n>     the ice"),
        (f'=== "Pier"\n\n    > [!todo]\n    > the ice\n\n> {STAYS}', "[!todo]\n    > the ice"),
        (f"> ```{{todo}}\n> the ice\n\n{STAYS}\n\n```sh\nls\n```", None),
        (f":::todo\nthe ice\n\n{STAYS}\n\n:::note\nIt is old, as all of it is.\n:::", None),
        (
            f":::todo\nthe ice\n\n:::note\nIt is old.\n:::\n\nthe fog\n:::\n\n{STAYS}",
            ":::todo\nthe ice\n\n:::note\nIt is old.\n:::\n\nthe fog\n:::",
        ),
        (f'> <div class="todo">\n> the ice\n\n{STAYS}\n\n<div>It is old.</div>', None),
    ],
)
def test_a_task_ends_where_its_box_does(box: str, task: str | None, newline: str) -> None:
    """What is below it in the box, the quote or the item around it is the author's, and stays."""
    draft, gaps = gaps_in(AROUND.format(box).replace("\n", newline))
    spans = [draft.text(gap.span) for gap in gaps]
    assert not any("older than" in span for span in spans)
    assert task is None or [span.lstrip("> ") for span in spans] == [task.lstrip("> ")]


def test_a_column_with_a_head_and_no_text_is_one_gap_that_only_the_author_can_fill() -> None:
    table = "| Boat | Length | Why |\n|---|---|---|\n| Cobble | 6 m | |\n| Yawl | 9 m | |"
    draft, (gap,) = gaps_in(AROUND.format(table))
    assert draft.lines(gap.span) == (11, 12) and not gap.fillable


@pytest.mark.parametrize(
    "table",
    [
        "| Boat | Length | Sold | To |\n|---|---|---|---|\n| Cobble | 6 m | | |\n| Yawl | 9 m | | |",
        "| Boat | Length | |\n|---|---|---|\n| Cobble | 6 m | |\n| Yawl | 9 m | |",
    ],
    ids=["a form for readers", "a column without a name"],
)
def test_other_empty_columns_are_none(table: str) -> None:
    assert gaps_in(AROUND.format(table))[1] == ()


@pytest.mark.parametrize(
    "tags",
    [
        "{% highlight ruby %}\n\n{% endhighlight %}",
        "{% codeblock lang:c %}{% endcodeblock %}",
        "{{< highlight go >}}\n{{< /highlight >}}",
    ],
)
def test_tags_around_no_code_are_for_the_author(tags: str) -> None:
    draft, (gap,) = gaps_in(AROUND.format(f"Run this:\n\n{tags}"))
    assert (draft.text(gap.span), gap.fillable) == (tags, False)
    assert not gaps_in(
        AROUND.format(f"Write `{tags}` around code:\n\n```\n{tags}\n```".replace("\n\n{", "{"))
    )[1]
    full = tags.replace("%}{%", "%}x{%").replace("\n", "\nx\n", 1)
    assert not gaps_in(AROUND.format(f"Run this:\n\n{full}"))[1]


def test_labels_in_bold_with_nothing_else_in_their_section_are_gaps() -> None:
    labels = ["**First year:**", "**Second year**:", "**Third year:**"]
    for others in ([], ["**Fourth year:** We left."]):
        draft, gaps = gaps_in(AROUND.format("\n\n".join(labels + others)))
        assert [draft.text(gap.span) for gap in gaps] == labels
    assert not gaps_in(AROUND.format("\n\n".join(f"{label}\n\nWe mended the roof." for label in labels)))[1]


@pytest.mark.parametrize("words", ["**Stop.**", "**Where is it?**", "**3 nights**", "**Row, row your boat**"])
def test_short_lines_in_bold_are_no_labels(words: str) -> None:
    text = "\n\n".join([words] * 3)
    assert not gaps_in(AROUND.format(f"{text}\n\nThat is all my aunt says."))[1]


def test_comments_that_are_all_of_a_section_are_its_notes() -> None:
    notes = "<!-- the new sail is red now -->\n<!-- and it tore in May -->"
    draft, (gap,) = gaps_in(EMPTY.format(notes))
    assert (draft.text(gap.span), gap.kind.value) == (notes, "comment")
    assert gap.instruction == "the new sail is red now\nand it tore in May"
    assert gap.confidence < SURE  # `<!-- moved to the appendix -->`
    assert apply(draft.data, [hunk_for(draft, gap, text="It is red.")]).decode() == EMPTY.format("It is red.")


@pytest.mark.parametrize(
    "comment", ["<!-- markdownlint-disable MD033 -->", "<!-- more -->", "<!-- vale off -->"]
)
def test_a_tools_comment_leaves_its_section_empty(comment: str) -> None:
    _, (gap,) = gaps_in(EMPTY.format(comment))
    assert gap.kind.value == "empty-section"
    assert not gaps_in(AROUND.format(f"They lie dry.\n\n{comment}"))[1]


@pytest.mark.parametrize("text", ["We left at nine. It was cold.", "The new sail is red."])
def test_a_text_that_was_commented_out_stays(text: str) -> None:
    _, (gap,) = gaps_in(EMPTY.format(f"<!-- {text} -->"))
    assert gap.kind.value == "empty-section"


@pytest.mark.parametrize(
    "comments",
    [
        "<!-- BEGIN_TF_DOCS -->\n<!-- END_TF_DOCS -->",
        "<!-- ALL-CONTRIBUTORS-LIST:START - Do not remove it -->\n<!-- ALL-CONTRIBUTORS-LIST:END -->",
        "<!-- readme: contributors -start -->\n<!-- readme: contributors -end -->",
        "<!-- usage -->\n<!-- usagestop -->",
    ],
)
def test_a_section_that_a_tool_fills_between_comments_is_none(comments: str) -> None:
    assert not gaps_in(EMPTY.format(comments))[1]


def test_a_comment_that_asks_nothing_beside_text_is_none() -> None:
    assert not gaps_in(AROUND.format("<!-- the new sail is red now -->\n\nThe old one tore in May."))[1]
