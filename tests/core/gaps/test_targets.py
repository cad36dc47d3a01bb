"""An instruction governs what it speaks of: the list or the empty headings below it, or the text above."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.prompt import surroundings
from assistant.core.review.decide import keys_for
from assistant.core.text.draft import parse
from assistant.core.types import Gap, GapKind, Span

ABOVE = "# Keeping hens\n\nWe have kept four hens behind the shed since the spring, and they know us.\n\n"
BELOW = (
    "## What they gave us\n\nThey gave us eggs on most days, and a reason to go outside before breakfast.\n"
)


@pytest.mark.parametrize(
    ("line", "stubs", "names"),
    [
        (
            "Expand each of these.",
            "### Build the coop\n\n### Shut the door\n\n",
            ["Build the coop", "Shut the door"],
        ),
        ("Expand each of these:", "### Food\n### Water\n### Sun\n", ["Food", "Water", "Sun"]),
        ("Expand each of these in a few words.", "## Food\n\n## Water\n\n", ["Food", "Water"]),
        ("Write a few sentences below each heading.", "### Food\n\n### Water\n\n", ["Food", "Water"]),
        ("Expand the points below.", "## Needs\n\n### Food\n\n### Water\n\n", ["Food", "Water"]),
    ],
)
def test_each_empty_heading_below_gets_its_text_and_the_line_goes(
    line: str, stubs: str, names: list[str]
) -> None:
    """The finished paragraph above the line stays as it is, and no heading is a gap as well."""
    draft = parse(f"{ABOVE}{line}\n\n{stubs}{BELOW}".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert gap.kind is GapKind.INSTRUCTION and draft.text(gap.span) == line
    assert [draft.text(target).strip("# ") for target in gap.targets] == names
    texts = [f"About {name.lower()}." for name in names]
    hunks = [hunk_for(draft, gap, text=text, target=at) for text, at in zip(texts, gap.targets, strict=True)]
    assert keys_for(gap, hunks) == tuple(f"{gap.id}:{number}" for number in range(len(names)))
    written = parse(apply(draft.data, [*hunks, removal(draft, gap)]))
    bodies = {heading.text: written.text(heading.body).strip() for heading in written.headings}
    assert [bodies[name] for name in names] == texts
    assert written.text((0, len(written.data))).startswith(ABOVE + "##") and line.encode() not in written.data


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Write a paragraph about each of these:", "We have kept hens behind the shed since the spring."),
        ("Alle Punkte ausformulieren:", "Wir halten seit dem Frühjahr vier Hühner hinter dem Schuppen."),
        ("Développer chaque point :", "Depuis le printemps, nous avons quatre poules dans la cour."),
        ("Elk punt uitwerken:", "Sinds het voorjaar houden we vier kippen achter de schuur."),
        ("Desarrollar cada punto:", "Desde la primavera tenemos cuatro gallinas en el patio."),
        ("Расписать каждый пункт:", "С весны мы держим четырёх кур за сараем во дворе."),
        ("各項目を詳しく書く:", "春から物置の裏で四羽の鶏を飼っています。もう私たちに慣れました。"),
        ("每一点都展开写：", "从春天开始，我们在棚子后面养了四只鸡，它们已经很熟悉我们了。"),
        ("각 항목을 자세히 쓰기:", "봄부터 우리는 헛간 뒤에서 닭 네 마리를 키우고 있습니다."),
    ],
)
def test_a_line_about_each_point_governs_the_list_in_any_language(line: str, sentence: str) -> None:
    """A verb at its end tells as much as one at its beginning; what only leads to a list is no gap."""
    text = f"# Hens\n\n{sentence}\n\n{line}\n\n- Alpha beta\n- Gamma\n\n## B\n\n{sentence}\n"
    draft = parse(text.encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert [draft.text(target) for target in (gap.span, *gap.targets)] == [line, "- Alpha beta", "- Gamma"]


def test_written_headings_are_passed_over_and_finished_text_above_is_not_governed() -> None:
    """Once the first of three has its text, the line is about the others, and then about nothing."""
    text = f"{ABOVE}Expand each of these\n\n### Food\n\nGrain.\n\n### Water\n{{}}\n### Sun\n{{}}\n{BELOW}"
    targets = []
    for written in (("", ""), ("\nA bowl.\n", "\nAt noon.\n")):
        draft = parse(text.format(*written).encode())
        (gap,) = find_gaps(draft, words=load_words())
        targets.append([draft.text(target) for target in gap.targets])
        assert gap.fillable == bool(gap.targets)
    assert targets == [["### Water", "### Sun"], []]


@pytest.mark.parametrize(
    ("level", "points", "stubs", "governs"),
    [
        ("##", ["Mast", "Boom"], ["## Sails"], ["- Mast", "- Boom"]),
        ("##", ["Mast", "Boom"], ["## Sails", "## Ropes"], ["- Mast", "- Boom"]),
        ("#", ["Mast", "Boom"], ["## Sails"], ["- Mast", "- Boom"]),
        ("##", ["Mast", "Boom"], ["### Sails", "### Ropes"], ["### Sails", "### Ropes"]),
        ("##", ["The mast is high.", "The boom is low."], ["## Sails"], ["## Sails"]),
    ],
)
def test_a_list_above_is_governed_where_only_other_headings_are_below(
    level: str, points: list[str], stubs: list[str], governs: list[str]
) -> None:
    """An empty heading beside the line's own, or a single one, is none of its points while these exist."""
    items, headings = "".join(f"- {point}\n" for point in points), "".join(f"\n{stub}\n" for stub in stubs)
    draft = parse(f"{level} Rig\n\n{items}\nExpand each of these\n{headings}".encode())
    gap = next(gap for gap in find_gaps(draft, words=load_words()) if gap.kind is GapKind.INSTRUCTION)
    assert [draft.text(target) for target in gap.targets] == governs


def test_headings_with_text_are_not_governed() -> None:
    """A section that is written ends the empty ones, and the first of them is not jumped."""
    draft = parse(
        f"{ABOVE}Expand each of these.\n\n### Food\n\n### Water\n\nA bowl.\n\n### Sun\n\n{BELOW}".encode()
    )
    gap, sun = find_gaps(draft, words=load_words())
    assert [draft.text(target) for target in gap.targets] == ["### Food"]
    assert draft.text(sun.span) == "### Sun"


@pytest.mark.parametrize(
    "line",
    [
        "<!-- write a few sentences for each heading below -->",
        "<!-- Expand each of these. -->",
        "{/* fill in each section below */}",
        "TODO: expand each of these",
    ],
)
@pytest.mark.parametrize("level", ["##", "###"])
def test_a_note_on_each_heading_is_over_once_these_are_written(line: str, level: str) -> None:
    """The last of them without text is what it speaks of; then it is only the author's, to take away."""
    top, food = (
        f"{ABOVE}{line}\n\n",
        f"{level} Food\n\nThey eat grain in the morning, and greens at noon.\n\n",
    )
    draft = parse(f"{top}{food}{level} Water\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert gap.fillable and [draft.text(target) for target in gap.targets] == [f"{level} Water"]
    draft = parse(f"{top}{food}{level} Water\n\nA bowl stands by the door, and we fill it daily.\n".encode())
    assert not any(gap.fillable for gap in find_gaps(draft, words=load_words()))
    # in a section with nothing else, the text replaces the note
    draft = parse(f"{ABOVE}## Reasons\n\n<!-- explain each of the reasons -->\n\n{BELOW}".encode())
    assert [gap.fillable for gap in find_gaps(draft, words=load_words())] == [True]


@pytest.mark.parametrize(
    "below", ["  - grain\n  - greens\n", "  1. grain\n", "\n  - grain\n\n  More.\n", "  > grain\n"]
)
@pytest.mark.parametrize("quote", ["", "> "])
def test_the_text_of_an_item_stands_before_what_else_it_holds(quote: str, below: str) -> None:
    """It never goes to the last of the items inside it."""
    body = f"Expand each of these:\n\n- the food:\n{below}- the water\n\nThat is all there is to it.\n"
    lines = (f"{quote}{line}".rstrip(" ") for line in body.splitlines(keepends=True))
    draft = parse(f"{ABOVE if not quote else ''}{''.join(lines)}".encode())
    items = [b for b in draft.blocks if b.kind == "Item"]
    outer = [b for b in items if b.depth == items[0].depth]
    gap = Gap("g", GapKind.INSTRUCTION, Span(0, 1), (), "", tuple(Span(b.start, b.end) for b in outer))
    hunks = [hunk_for(draft, gap, text="They eat at dawn.", target=target) for target in gap.targets]
    written = apply(draft.data, hunks).decode()
    assert f"- the food: They eat at dawn.\n{quote}{below[:1]}".rstrip() in written
    assert "- the water: They eat at dawn.\n" in written
    assert written.replace(" They eat at dawn.", "").replace("water:", "water").encode() == draft.data


def test_an_item_that_ends_in_a_marker_is_one_piece() -> None:
    """The marker is written, and no text goes behind it; where every item has one, the line has nothing."""
    draft = parse(b"# Harbour\n\n- Rope: TODO\n- Tar, which smells.\n- \n\nExpand each of these\n")
    gaps = find_gaps(draft, words=load_words())
    assert [[draft.text(target) for target in gap.targets] for gap in gaps] == [
        [],
        ["- Tar, which smells.", "-"],
    ]
    draft = parse(b"# Harbour\n\n- Rope: TODO\n- Tar: TODO\n\nExpand each of these\n")
    assert [gap.fillable for gap in find_gaps(draft, words=load_words())] == [True, True, False]


@pytest.mark.parametrize("mark", ["", "> ", "> > "])
def test_a_remark_in_a_quote_is_about_its_whole_sentence(mark: str) -> None:
    """A sentence goes on over the quote's lines, whose marks are no part of it."""
    sentence = f"The ferry was (wrong word?) late, and we waited\n{mark}until the evening came."
    draft = parse(f"# Ferry\n\n{mark}It rained on us. {sentence} We slept there.\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert [draft.text(target) for target in gap.targets] == [sentence]
    assert surroundings.passage(draft, gap, gap.targets[0]).startswith(
        "The ferry was late, and we waited\nuntil"
    )


def test_a_chinese_request_below_a_list_governs_it() -> None:
    """A label that opens a line is a marker; the words in a sentence are prose."""
    own = "去年春天我们买了一条旧船，我的待办事项从此写不完。\n\n## 修船\n\n"
    note, line = "待办：写漏水的那一天。", "请展开上述各项"
    end = "## 结尾\n\n综合以上各点，我觉得值得。\n"
    text = f"# 船\n\n{own}{note}后来水就不漏了。\n\n- 桅杆\n- 缆绳\n\n{line}\n\n{end}"
    draft = parse(text.encode())
    marker, request = find_gaps(draft, words=load_words())
    assert (draft.text(marker.span), draft.text(request.span)) == (note, line)
    assert [draft.text(target) for target in request.targets] == ["- 桅杆", "- 缆绳"]


@pytest.mark.parametrize(
    ("asks", "body", "governs"),
    [
        ("Write about each:", "### Grain\n\n### Greens\n", ["### Grain", "### Greens"]),
        (
            "Say more on each:",
            "Grain. It is cheap.\n\nGreens\n\nWater\n",
            ["Grain. It is cheap.", "Greens", "Water"],
        ),
        ("Flesh these out:", "* grain\n* greens\n    * kale\n", ["* grain", "* greens\n    * kale"]),
    ],
)
def test_a_line_that_ends_in_each_means_all_that_stands_below(
    asks: str, body: str, governs: list[str]
) -> None:
    """Headings, points, or paragraphs of a few words; the line itself gets no text."""
    draft = parse(
        f"{ABOVE}{asks}\n\n{body}\n## Later\n\nThey were sold in autumn, and nobody missed them.\n".encode()
    )
    (gap,) = find_gaps(draft, words=load_words())
    assert [draft.text(target) for target in gap.targets] == governs


@pytest.mark.parametrize(
    "notes",
    [
        "- a fox\n- no fence\n\nTurn these into a paragraph.",
        "- a fox\n- no fence\n\nMake a paragraph of these notes.",
        "Turn these into prose:\n\n- a fox\n- no fence",
        "TODO: turn these points into a paragraph\n\n- a fox\n- no fence",
        "<!-- turn this into prose -->\n\n- a fox\n- no fence",
    ],
)
def test_notes_that_are_to_be_one_text_are_one_gap_with_the_line_that_says_so(notes: str) -> None:
    """The sentence below them is written, and stays."""
    draft = parse(f"{ABOVE}## Losses\n\n{notes}\n\nWe mourned them all.\n\n{BELOW}".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert (gap.kind, draft.text(gap.span)) == (GapKind.NOTES, notes)


def test_a_line_in_an_item_governs_the_list_in_it_and_not_the_item() -> None:
    listed = "1. We kept hens.\n\n   Expand each of these:\n\n   - a fox\n   - no fence\n\n2. We sold them."
    draft = parse(f"{ABOVE}{listed}\n\n{BELOW}".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert [draft.text(target) for target in gap.targets] == ["- a fox", "- no fence"]


def test_a_german_line_may_ask_for_each_with_its_verb_at_the_end() -> None:
    written = "Wir haben im Mai geöffnet, als niemand Stiefel kaufen wollte, und drei Paar verkauft.\n\n"
    points = "- Miete zu hoch\n- Stiefel zu steif"
    draft = parse(f"# Laden\n\n{written}TODO: jeden Punkt ausführen\n\n{points}\n\n{written}".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert [draft.text(target) for target in gap.targets] == points.split("\n")


HENS = "They are brown, and they have known us since the spring."


@pytest.mark.parametrize(
    ("box", "governs"),
    [
        (f'=== "Hens"\n\n    Expand each of these\n\n=== "Geese"\n\n    {HENS}', []),
        (f'=== "Hens"\n\n    {HENS}\n\n=== "Geese"\n\n    Expand each of these', []),
        (f"!!! note\n    Expand each of these\n\n!!! tip\n    {HENS}", []),
        (f"!!! note\n\n    Expand each of these\n\n{HENS}", []),
        (f":::note\nExpand each of these\n:::\n\n{HENS}", []),
        (f":::note\n\nExpand each of these\n\n:::\n\n{HENS}", []),
        (f"<details>\n<summary>Hens</summary>\n\nExpand each of these\n\n</details>\n\n{HENS}", []),
        (f"{{{{< tab >}}}}\n\nExpand each of these\n\n{{{{< /tab >}}}}\n\n{HENS}", []),
        (f'Expand each of these\n\n=== "Geese"\n\n    {HENS}', []),
        (f"Expand each of these\n\n> {HENS}", []),
        (f"> Expand each of these\n\n{HENS}", []),
        ("> [!note]\n> Expand each of these\n>\n> - brown\n> - white", ["- brown", "- white"]),
        (":::note\nExpand each of these:\n\n- brown\n- white\n:::", ["- brown", "- white"]),
        ("<Tab>\n\nExpand each of these:\n\n- brown\n- white\n</Tab>", ["- brown", "- white"]),
        ("!!! note\n\n    Expand each of these:\n\n    * Brown. It lays.\n    * White", None),
        ("> Expand each of these\n\n### Hens\n\n### Geese", ["### Hens", "### Geese"]),
    ],
)
def test_a_line_in_a_box_governs_nothing_outside_of_it(box: str, governs: list[str] | None) -> None:
    """No text goes into the next tab, after a line that closes a box, or into a quotation."""
    draft = parse(f"{ABOVE}## Kinds\n\n{box}\n\n{BELOW}".encode())
    gaps = [gap for gap in find_gaps(draft, words=load_words()) if gap.kind is GapKind.INSTRUCTION]
    if governs is not None:
        (gap,) = gaps
        assert [draft.text(target) for target in gap.targets] == governs
        assert gap.fillable == bool(governs)
    assert not any(HENS in draft.text(target) for gap in gaps for target in gap.targets)


@pytest.mark.parametrize(
    "box", ["{{{{< tab >}}}}\n{}\n{{{{< /tab >}}}}", ":::note\n\n{}\n:::", "<Tab>\n\n{}\n</Tab>"]
)
def test_the_lines_around_the_notes_of_a_box_stay(box: str) -> None:
    notes = "- the brown\n- the white"
    draft = parse(f"{ABOVE}## Kinds\n\n{box.format(notes)}\n\n{BELOW}".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == notes


def test_a_task_right_above_its_notes_is_one_gap_with_them() -> None:
    """Two texts would run together: `TODO: say what we sell`, `- bread` without a blank line between."""
    points = "- bread\n- cheese"
    around = "# Hens\n\nWe had hens for a year, and they laid well.\n\n{}\n\n## End\n\nThat was all.\n"
    for task in ("TODO: tell who took the hens", "(TODO) tell who took the hens"):
        draft = parse(around.format(f"{task}\n{points}").encode())
        (gap,) = find_gaps(draft, words=load_words())
        assert (gap.kind, gap.fillable) == (GapKind.NOTES, True)
        assert draft.text(gap.span) == f"{task}\n{points}"
    draft = parse(around.format(f"It was June. TODO: tell who took the hens\n{points}").encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == f"TODO: tell who took the hens\n{points}"
    written = "- We sold the brown hens in May.\n- The cock stayed, because nobody wanted him."
    draft = parse(around.format(f"TODO: tell who took the hens\n{written}").encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == "TODO: tell who took the hens"
