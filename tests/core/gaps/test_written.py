"""What an author has written is never replaced, even if it is short or among notes."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse

WORDS = load_words()
WRITTEN = "We moved here in March, and the tide table was wrong by an hour on most days of the year.\n\n"


def texts(draft: str) -> list[str]:
    parsed = parse(draft.encode())
    return [parsed.text(gap.span) for gap in find_gaps(parsed, words=WORDS)]


@pytest.mark.parametrize(
    "line",
    [
        "![[harbour.png]]",
        "#boats #rope",
        "★★★☆☆",
        "Weather::",
        "Tags: [[Boats]], [[Rope]]",
        "^harbour",
        "skipper@example.org",
        "Ida Holm, Bergen",
        "BSD",
        "No.",
        "**What does the rope cost?**",
    ],
)
@pytest.mark.parametrize("before", ["", "- rope\n- 1. \n\n", "TODO: the rope\n\n"])
def test_names_links_and_answers_are_no_notes(line: str, before: str) -> None:
    """Nothing in them stops, and what an author links or signs is lost where a text takes its place."""
    assert not any(line in text for text in texts(f"# Harbour\n\n## Boats\n\n{before}{line}\n"))


def test_a_sentence_over_two_lines_is_kept_above_a_marker() -> None:
    """Wrapped, in a quote or not, it is one sentence."""
    lines = "The skipper told us that", "a rope lasts ten winters.", "TODO: which skipper"
    for mark in ("", "> "):
        draft = "# Rope\n\nWe bought it new.\n\n" + "".join(f"{mark}{line}\n" for line in lines)
        assert texts(draft) == [lines[-1]]


@pytest.mark.parametrize("gap", ["", "\n"], ids=["tight", "loose"])
def test_an_item_in_lower_case_with_a_stop_is_kept_beside_a_marker(gap: str) -> None:
    """Its author begins items without a capital."""
    assert (
        texts(f"# Tides\n\n- the ebb is strong.\n{gap}- TODO: the flood\n{gap}- \n")[0] == "TODO: the flood"
    )


def test_a_salutation_is_kept() -> None:
    """It ends in a comma and is no sentence that stops."""
    assert texts("Dear Ida,\n\nThe boat is\n\nTODO: the rest\n\nYours,\nOle\n") == [
        "The boat is",
        "TODO: the rest",
    ]


def test_only_the_half_sentence_of_a_paragraph_is_a_gap() -> None:
    """The finished ones before it stay, and so do those before a note in its line."""
    assert texts(f"# Harbour\n\n{WRITTEN}## Boats\n\nThe boat was old. Its mast was new. But technic\n") == [
        "But technic"
    ]
    line = "A bowline holds because it jams. add the photo of the knot"
    assert texts(f"# Rope\n\n{WRITTEN}## Knots\n\n{line}\n\n## Tar\n")[0] == "add the photo of the knot"


def test_a_sentence_behind_a_note_that_an_abbreviation_may_end_is_kept() -> None:
    text = "# Der Hafen\n\nWir sind im März hierher gezogen, und die Tabelle mit den Zeiten war falsch.\n\n"
    note = "noch Seil, Teer u. a."
    draft = parse(f"{text}{note} Im August haben wir eine neue Pumpe gekauft, und sie läuft.\n".encode())
    assert [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())] == [note]


def test_a_sentence_that_a_list_ends_is_no_gap() -> None:
    """`Yes, from` goes on in the items below it."""
    assert texts("# Harbour\n\n## Are there boats?\n\nYes, from\n- Bergen\n- Oslo\n\n## Cost\n\nTODO\n") == [
        "TODO"
    ]


def test_a_marker_in_indented_code_is_no_gap() -> None:
    """It is code as in a fence; notes that are there are listed, but no text goes into code."""
    assert texts("# Rope\n\nRun this:\n\n    TODO: a block, which is code\n\nThen wait an hour.\n") == []
    parsed = parse(f"# Rope\n\n{WRITTEN}    **image of the rope here**\n\n{WRITTEN}".encode())
    assert not any(gap.fillable for gap in find_gaps(parsed, words=WORDS))


def test_code_in_mdx_is_no_gap() -> None:
    """What a page imports and exports is code, with its comments, up to a blank line."""
    code = 'import Map from "./map"\n\nexport const depth = {\n  quay: 4, // TODO measure it\n}\n\n'
    assert texts(f"{code}# Harbour\n\n{WRITTEN}TODO: say where the map is\n") == [
        "TODO: say where the map is"
    ]


def test_the_title_of_what_a_page_folds_is_no_note() -> None:
    """A sentence that went on from it would be a second title."""
    draft = "# Harbour\n\n<details>\n<summary>What the quay costs</summary>\n\nTODO\n\n</details>\n"
    assert texts(draft) == ["TODO"]


def test_a_section_of_changes_to_come_is_no_gap() -> None:
    """It fills itself."""
    assert texts(f"# Rope\n\n{WRITTEN}## 2.0 (unreleased)\n\n## 1.0\n\n- The first version.\n") == []


def test_an_aside_after_a_marker_belongs_to_it() -> None:
    """It ends at the comma; several in one sentence are asked one by one."""
    draft = "# Rope\n\nWe took hemp, TODO how long a rope, and some tar, TODO which brand, and some paint.\n"
    assert texts(draft) == ["TODO how long a rope", "TODO which brand"]
    assert texts("# Boards\n\nOur columns are Ideas, TODO, and Done, which suits us well.\n") == []


def test_a_setting_in_a_comment_is_no_gap() -> None:
    """`pictures: 12` names pictures, but tells a tool how many."""
    assert texts(f"<!-- pictures: 12 -->\n\n# Harbour\n\n{WRITTEN}") == []


def test_words_between_two_letters_are_one_marker() -> None:
    """On a line of their own; two in a sentence are two figures."""
    draft = (
        f"# Rope\n\n{WRITTEN}XX insert the joke of the rope XX\n\nWe paid XX for it in 20XX and XX for tar.\n"
    )
    assert texts(draft) == ["XX insert the joke of the rope XX", "XX", "XX", "XX"]


def test_a_draft_of_nothing_but_a_caption_is_read() -> None:
    """It holds no unit that could be judged."""
    assert texts("Figure 1: we saw the boat and the\n") == ["Figure 1: we saw the boat and the"]


@pytest.mark.parametrize(
    "line",
    [
        '"Is the ferry in?"',
        "“Not yet,” he said, “but wait.”",
        "„Morgen“, rief sie, „fahren wir!“",
        "« On y va ? »",
        "— Jamais !",
        "「まだです」",
        "“TODO”, he said, “is a word.”",
        "‘Tomorrow’ was all he said.",
        "*“Come down, and bring a picture of it.”*",
    ],
)
@pytest.mark.parametrize("around", ["", WRITTEN, "- rope\n- tar\n\n"], ids=["alone", "prose", "notes"])
def test_what_somebody_says_is_kept(line: str, around: str) -> None:
    """Dialogue is short and often ends without a full stop; nobody speaks to himself in quotation marks."""
    draft = f"# Pier\n\n## Talk\n\n{around}{line}\n\n## Rope\n\nTODO: the rope\n"
    assert not any(line.strip("*") in text for text in texts(draft))


@pytest.mark.parametrize("line", ["Who would wait?", "Nobody came…", "Nobody came...", "誰が待ちますか？"])
@pytest.mark.parametrize(
    ("before", "after", "is_kept"),
    [
        ("", "", True),
        ("The pier was wet.\n\n", "", True),
        ("", "No.\n\n", True),
        ("- The ferry was late.\n- Nobody minded!\n\n", "", True),
        ("- rope, tar\n- old nets, smell of it\n\n", "", False),
        ("What did she sell?\n\n", "How did it smell?\n\n", False),
    ],
)
def test_a_question_is_kept_among_sentences_and_a_note_among_notes(
    line: str, before: str, after: str, is_kept: bool
) -> None:
    """Alone in its section, the rest of the draft tells."""
    draft = f"# Pier\n\n{WRITTEN}## Wait\n\n{before}{line}\n\n{after}## Rope\n\nTODO: the rope\n"
    if is_kept:
        assert not any(line in text for text in texts(draft))
    else:
        parsed = parse(draft.encode())
        (section,) = {gap.heading_path for gap in find_gaps(parsed, words=WORDS)} - {("Pier", "Rope")}
        assert section == ("Pier", "Wait")


@pytest.mark.parametrize(
    "line",
    [
        "£12.50",
        "~ 90 min",
        "3 weeks",
        "25 °C",
        "6:45",
        "Thank you",
        "Hello Ole and Marit,",
        "Cheers,\nIda",
        "Love, Ole M. Berg",
    ],
)
@pytest.mark.parametrize("behind", ["", "\n## Winter\n\nIn winter we take the road, which is longer.\n"])
def test_a_value_or_a_closing_alone_in_its_section_is_no_note(line: str, behind: str) -> None:
    """There is nothing to write out, at the end of the draft or before another section."""
    assert texts(f"# Ferry\n\n{WRITTEN}## The fare\n\n{line}\n{behind}") == []


@pytest.mark.parametrize("line", ["5 tips", "3 reasons", "ropes, tar, thanks", "Boats, oars,"])
def test_notes_that_begin_with_a_number_or_end_in_a_comma_are_notes(line: str) -> None:
    assert texts(f"# Ferry\n\n{WRITTEN}## The fare\n\n{line}\n\n## Winter\n\nWe take the road.\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "with $m$ the mass of the boat, as before. Then\n\n$$\np = mv\n$$\n\nis what the pier has to bear",
        "\\\\[ p = m \\cdot v \\]\n\nis what the pier has to bear.",
        "For $m = 1$ it is\n\n\\begin{align*}\np &= v\n\\end{align*}",
        "Moors 6 boats · 40 m · lit at night",
        "P.S. The key hangs in the shed",
        "- [ ] ropes in\n- [x] lamp off\n- [ ] gate",
        "- [x] TODO board on the pier",
        "| TODO | Doing |\n|---|---|\n| tar the pier | paint |",
    ],
)
def test_formulas_rows_of_facts_tasks_and_columns_are_no_notes(line: str) -> None:
    """A sentence goes on around a formula; a task is a step for readers, and a ticked one is done."""
    assert texts(f"# Harbour\n\n{WRITTEN}## The pier\n\n{WRITTEN}{line}\n") == []


def test_a_list_of_changes_is_finished() -> None:
    """Its entries are short and name what is new, were it a list of TODOs."""
    entries = "### Added\n\n- TODO list on the bridge\n- add a picture of the day\n\n### Fixed\n\n- lamp\n"
    draft = f"# Changelog\n\n## [Unreleased]\n\n## 1.2.0 - 2024-03-02\n\n{entries}\n## v1.1\n\n{entries}"
    assert texts(draft) == []
    assert texts(draft.replace("- lamp\n", "- TODO: say more\n", 1)) == ["TODO: say more"]
    assert texts(draft.replace("### Fixed", "Expand each of these\n\n### Fixed", 1)) == [
        "Expand each of these"
    ]
    assert texts(f"# Boats\n\n## 1.2 The river\n\n{WRITTEN}## 1.3 The sea\n\nwaves\nwind\n") != []


def test_a_quoted_marker_is_what_a_text_on_markers_speaks_of() -> None:
    """In another text it is a place to write."""
    shown = "# {}\n\n{}> TODO: tar the hull\n\nwas on it for a year.\n"
    assert texts(shown.format("Lists", "Everybody on the pier has a TODO list.\n\n")) == []
    assert texts(shown.format("Lists", WRITTEN)) == ["TODO: tar the hull"]


def test_a_component_of_mdx_is_a_tag_whatever_its_values() -> None:
    """Its words are no instruction; a marker among its values is the author's to fill."""
    draft = parse(f'# Boats\n\n{WRITTEN}<Fleet names={{["Ida", "Ole"]}} title="TODO" />\n'.encode())
    (gap,) = find_gaps(draft, words=WORDS)
    assert (draft.text(gap.span), gap.fillable) == ("TODO", False)


def test_an_answer_of_one_word_is_kept_in_a_draft_without_capitals() -> None:
    """Its author ends sentences with a stop and begins none with a capital."""
    small = (
        "we moved here in march, and the tide table was wrong.\n\n## noon\n\nnever.\n\n- rope\n- TODO: tar\n"
    )
    assert texts(f"# the harbour\n\n{small}") == ["TODO: tar"]


@pytest.mark.parametrize("line", ["Small: 40 euros", "Opens: 9:30", "Way up: 2 hours"])
def test_a_value_behind_its_label_is_kept_beside_one_that_lacks(line: str) -> None:
    """The value that lacks is for its author to fill in."""
    draft = parse(f"# Ferry\n\n{WRITTEN}## Fares\n\n{line}\nLarge: TK euros\nTel. XXX\n".encode())
    gaps = find_gaps(draft, words=WORDS)
    assert [(draft.text(gap.span), gap.fillable) for gap in gaps] == [("TK", False), ("XXX", False)]


@pytest.mark.parametrize("rule", ["--------", "========"])
def test_a_numbered_heading_that_is_underlined_is_no_note(rule: str) -> None:
    """To Markdown it is an item above a rule; to its author a heading, above notes or not."""
    points = f"1. Sugar\n{rule}\n\nIda buys it.\n\n2. The roof\n{rule}\n\nTODO\n\n3. Mice\n{rule}\n\nNone.\n"
    assert texts(f"# Minutes\n\n{WRITTEN}{points}") == ["TODO"]


def test_attributes_below_a_block_are_no_part_of_it() -> None:
    """Kramdown reads them, and shows them to nobody."""
    (text,) = texts(f"# Rope\n\n{WRITTEN}## Tar\n\n- TODO: which tar\n{{: .list}}\n")
    assert text == "TODO: which tar"


@pytest.mark.parametrize("line", ["We like tar. [[2024 Tar]]", "We like tar. #tar #rope"])
def test_links_behind_a_sentence_are_no_notes(line: str) -> None:
    assert texts(f"# Rope\n\n{WRITTEN}## Tar\n\n{line}\n\n## Hemp\n\nTODO\n") == ["TODO"]


@pytest.mark.parametrize(
    "line", ["Yours,\nIda\n\nP.S. The boat is blue.", "*Bergen, 2019*", "Bremen, 3 May 2024"]
)
@pytest.mark.parametrize("behind", ["", "\n## Later\n\nTODO\n"])
def test_what_stands_below_a_letter_or_a_poem_is_no_note(line: str, behind: str) -> None:
    """A signature above a postscript, and a place with a date."""
    found = texts(f"# Rope\n\n{WRITTEN}## To Ole\n\n{WRITTEN}TODO: the rest\n\n{line}\n{behind}")
    assert found == ["TODO: the rest", "TODO"][: 1 + bool(behind)]


def test_a_name_behind_a_tilde_ends_a_text() -> None:
    assert texts(f"# Rope\n\n{WRITTEN}~ Ida\n\n## Tar\n\n{WRITTEN}~ the old pots\n") == ["~ the old pots"]


def test_notes_in_a_quote_and_below_it_are_two_gaps() -> None:
    found = texts(
        f"# Rope\n\n{WRITTEN}**And then?**\n\n> It was all in the water, but\n\nDid you ever\n\nTODO\n"
    )
    assert found == ["It was all in the water, but", "Did you ever", "TODO"]


@pytest.mark.parametrize(
    "marker", ["(TODO: who)", "_TODO_", "**TODO: who**", "[TODO: who?]", "<TODO: who>", "<!-- TODO: who -->"]
)
def test_a_sentence_around_a_marker_is_kept_on_both_sides(marker: str) -> None:
    """However the marker is set off, the lines before and after it are one sentence of the author's."""
    found = texts(
        f"# Rope\n\n{WRITTEN}## Tar\n\nThe tar is warm;\n{marker}\nthe rope is not.\n\n## Hemp\n\nTODO\n"
    )
    assert found == [marker, "TODO"]


@pytest.mark.parametrize("goodbye", ["Yours,\n\nIda", "All the best\n\nIda and Ole", "See you soon!\n\nIda"])
@pytest.mark.parametrize("before", ["- rope\n- \n\n", "It leaks. TODO: say where\n\n"])
def test_a_signature_in_two_paragraphs_is_kept(goodbye: str, before: str) -> None:
    """A name below a goodbye ends its section, and what is empty above says nothing of it."""
    draft = (
        f"# Letters\n\n## First\n\nDear Ole,\n\nwe need a boat.\n\n{before}{goodbye}\n\n## Second\n\nTODO\n"
    )
    assert not any(word in text for text in texts(draft) for word in goodbye.split())


def test_a_salutation_in_small_letters_is_kept() -> None:
    """Their authors write letters so."""
    assert "dear mr holm," not in texts("# Letters\n\n## One\n\ndear mr holm,\n\nthe boat is\n\nTODO\n")


@pytest.mark.parametrize(
    "stanza",
    [
        "the boat was full\nthe pier was not",
        "das wasser steigt\ndie brücke\nnicht",
        "a rope\na lamp\na man who",
    ],
)
def test_a_stanza_is_never_replaced_unseen(stanza: str) -> None:
    """Short lines in small letters may be a poem, which has no full stops, or notes."""
    draft = parse(f"# Small\n\n## One\n\n{stanza}\n\n## Two\n\nTODO\n".encode())
    assert [
        gap for gap in find_gaps(draft, words=WORDS) if gap.confidence >= SURE and gap.kind == "notes"
    ] == []


def test_an_empty_item_makes_nothing_below_it_sure() -> None:
    """The paragraph may be finished; that something is missing above it says the item."""
    draft = parse(b"# Boats\n\nWe painted ours.\n\n- tar\n- \n\n**Ole**\n\n- rope\n- \n")
    confidence = {draft.text(gap.span).strip(): gap.confidence for gap in find_gaps(draft, words=WORDS)}
    assert confidence["-"] >= SURE > confidence.get("**Ole**", 0)


@pytest.mark.parametrize("heading", ["Tags", "Keywords", "Categories"])
def test_words_by_which_a_site_sorts_are_no_notes(heading: str) -> None:
    """They are below a heading that says so; below another one, they are notes."""
    draft = f"# Rope\n\n{WRITTEN}## Tar\n\nTODO\n\n## {{}}\n\nboats, tar, winter\n"
    assert "boats, tar, winter" not in texts(draft.format(heading))
    assert "boats, tar, winter" in texts(draft.format("Winter"))


@pytest.mark.parametrize(
    "end", ["Sleep well, my old boat,\nYour mate", "Duerme bien, viejo barco,\nTu amigo", "Tags: boats, tar"]
)
def test_a_letter_keeps_its_first_and_last_words(end: str) -> None:
    """A salutation may trail off; a parting line and a name end the draft, and so do its tags."""
    assert texts(f"Hello, old friend...\n\n{WRITTEN}TODO: the rest\n\n{WRITTEN}{end}\n") == ["TODO: the rest"]


def test_kinds_of_one_thing_are_no_notes() -> None:
    """A list of terms that end in the same two words is finished."""
    end = "\n\n## Later\n\nIn autumn we sold the house, and its owner painted it green.\n"
    assert texts(f"# House\n\n{WRITTEN}* larch window frame\n* steel window frame{end}") == []


@pytest.mark.parametrize("title", ["> **Advice**\n> TODO: which tar", "**Advice**\nTODO: which tar"])
def test_a_title_above_a_marker_is_no_note(title: str) -> None:
    """`> **Advice**` is the name of what is to be written below it."""
    assert texts(f"# Rope\n\n{WRITTEN}## Tar\n\n{title}\n\n## Hemp\n\nTODO\n") == ["TODO: which tar", "TODO"]


def test_dots_behind_a_sentence_leave_it_as_it_is() -> None:
    assert texts(f"# Rope\n\n{WRITTEN}## Tar\n\nIt smells. …\n\n## Hemp\n\nTODO\n") == ["TODO"]


def test_tags_around_a_note_stay_and_tags_in_it_are_for_the_author() -> None:
    draft = parse(b"# Hut\n\nWe left on a Sunday, and nobody waved.\n\n<p>text goes <b>in</b> here</p>\n")
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == "text goes <b>in</b> here" and not gap.fillable


_AROUND = (f"# Harbour\n\n{WRITTEN}{{}}\n\n{WRITTEN}", "# Harbour\n\n- rope\n- old nets\n\n{}\n\n## Rope\n")


@pytest.mark.parametrize("around", _AROUND, ids=["prose", "notes"])
@pytest.mark.parametrize(
    "line",
    [
        "[Update 3 June: the skipper has sold it.]",
        "[Note: This was first told in 2008.]",
        "[I saw this before the storm.]",
        "[audio https://example.org/a.mp3]",
        "[video=https://example.org/a.mp4]",
        "[vimeo 1234567 w=500&h=300]",
        '[contact-form-7 id="12" title="Contact"]',
        "[embed]https://example.org/a[/embed]",
        "[toc]",
        "[more]",
        "{{ site.data.boats.description }}",
        '{{ page.date | date: "%Y" }}',
        "{{ site.url }}/boats",
    ],
)
def test_brackets_that_ask_for_nothing_are_kept(line: str, around: str) -> None:
    """A sentence in them is for readers, and what a site puts something in place of is code."""
    assert not any(line in text for text in texts(around.format(line)))


@pytest.mark.parametrize(
    "line",
    [
        "[summary]",
        "[image-2]",
        "[link]",
        "[TODO: say more]",
        "[insert photo here]",
        "[add numbers]",
        "[Add a picture of the quay.]",
        "[Note: check with Ida.]",
        "[I should write about the storm here.]",
        "{{name of the boat}}",
    ],
)
def test_brackets_that_ask_for_something_are_gaps(line: str) -> None:
    for around in _AROUND:
        assert line in texts(around.format(line))


def test_brackets_that_ask_for_nothing_wait_for_a_review() -> None:
    """They may be the author's words to readers."""
    parsed = parse(_AROUND[0].format("[translated from the Norwegian]").encode())
    assert [gap.confidence < SURE for gap in find_gaps(parsed, words=WORDS)] == [True]


_SAYING = "Whoever owns the water owns the valley"


@pytest.mark.parametrize(
    "quotation",
    [
        f"> {_SAYING}. - Ida Holm",
        f"> {_SAYING}. (Ida Holm)",
        f"> {_SAYING}.\n> (Ida Holm)",
        f"> {_SAYING}. – Ida van der Holm, *The Valley* (1920)",
        f"“{_SAYING}.” ― Ida Holm",
        f"“{_SAYING}.” (Ida Holm)",
        f"> {_SAYING}",
        "> — Ida Holm",
    ],
)
@pytest.mark.parametrize("around", _AROUND, ids=["prose", "notes"])
def test_a_quotation_is_kept_with_who_said_it(quotation: str, around: str) -> None:
    """Text of the author's would be put into another's mouth."""
    assert not any("Holm" in text or _SAYING in text for text in texts(around.format(quotation)))


@pytest.mark.parametrize("note", ["- add the source", "(source?)", "TODO"])
def test_a_note_behind_a_quotation_is_a_gap(note: str) -> None:
    assert texts(_AROUND[0].format(f"> {_SAYING}. {note}")) == [note]


@pytest.mark.parametrize(
    "title",
    ["**The tar**", "**The tar:**", "***The tar***", "<b>The tar</b>", "**1. Tar pots**"],
)
def test_a_title_in_bold_above_a_marker_is_no_note(title: str) -> None:
    """What asks for something is one of its own."""
    assert texts(f"# Rope\n\n{WRITTEN}{title}\n\nTODO\n") == ["TODO"]
    assert texts(f"# Rope\n\n{WRITTEN}**Explain the tar**\n\nTODO\n") == ["**Explain the tar**", "TODO"]


def test_a_title_in_bold_above_a_finished_list_is_no_note() -> None:
    line, below = "**Goal 3 - Tar the old boat**", "- I want to tar it in May.\n- My sister waits for it."
    assert texts(_AROUND[0].format(f"{line}\n\n{below}")) == []
    assert line in texts(_AROUND[0].format(f"{line}\n\n- boat, price\n- quay"))[0]


def test_a_title_above_headings_as_high_names_their_lists() -> None:
    """`# TODO` is the file's name; above text, it is a section to be written."""
    lists = "# TODO\n\n# Books\n\n- [On bread](https://example.org/b)\n- [Salt](https://example.org/s)\n"
    assert texts(lists) == []
    assert texts(f"# TODO\n\n# Books\n\n{WRITTEN}") == ["TODO"]


@pytest.mark.parametrize(
    "line",
    [
        "Part 2 of 3",
        "*Teil 2 von 3*",
        "Read more »",
        "Continue reading",
        "TL;DR: tar stinks",
        "**tl;dr:** tar",
    ],
)
def test_what_leads_readers_through_a_serial_or_sums_it_up_is_no_note(line: str) -> None:
    assert texts(_AROUND[0].format(line)) == []
    assert texts(f"# Rope\n\n{WRITTEN}{line}\n\n## Tar\n\nread more about tar\n") == ["read more about tar"]


def test_a_picture_to_be_added_among_finished_items_is_a_gap() -> None:
    items = "- We left early.\n- add a photo of the tide\n- We came home late."
    assert texts(_AROUND[0].format(items)) == ["add a photo of the tide"]
