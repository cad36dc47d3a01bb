"""A model's reading of a draft: what is shown to it, what is taken of its answer, and how it is joined."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps, reading
from assistant.core.gaps.reading import Reading
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap

DRAFT = """\
---
title: Bees
description: soon
---

# Bees

I keep two hives on the roof (how many frames?). We moved them in

## The move

## Neighbours

The neighbours watched.

> TODO is what my list says.

```sh
TODO
make
make install
```

Say `TODO` loudly.

- wrap the hives
- sugar: how much?

Tell both as stories
"""


def named(kind: str, first: int, last: int = 0, **fields: Any) -> dict[str, Any]:
    """Return an entry of an answer."""
    return {
        "kind": kind,
        "from": first,
        "to": last or first,
        "words": "",
        "asks": "",
        "governs": [],
        **fields,
    }


def gaps(draft: Draft, *entries: object) -> list[tuple[str, str]]:
    """Return the kinds and words of the gaps that an answer's entries make."""
    answer = json.dumps({"gaps": entries})
    return [(gap.kind.value, draft.text(gap.span)) for gap in reading.gaps_named(draft, answer)]


def shown(text: str, room: int = 10_000) -> list[str]:
    """Return what a model is shown of a draft, tokens counted as words."""
    return reading.numbered(parse(text.encode()), room=room, count=lambda part: len(part.split()))


def test_lines_are_numbered_and_long_code_is_cut() -> None:
    code = "\n".join(f"line {number}" for number in range(50))
    (text,) = shown(f"One\n\n```\n{code}\n```\n\nTwo\n")
    assert text.startswith("1| One\n\n3| ```\n4| line 0\n")
    assert text.endswith("…\n53| line 49\n54| ```\n\n56| Two") and "line 30" not in text


def test_a_long_draft_comes_in_parts_that_end_between_paragraphs() -> None:
    parts = shown("\n\n".join(f"A paragraph of six words {number}" for number in range(10)), room=25)
    assert [part.count("|") for part in parts] == [3, 3, 3, 1]
    assert parts[1].startswith("7| A paragraph")


def test_places_that_the_draft_bears_out_are_taken() -> None:
    draft = parse(DRAFT.encode())
    assert gaps(
        draft,
        named("marker", 3, words="soon"),
        named("marker", 8, words="(how many frames?)", only_author=True),
        named("notes", 8, words="We moved  them in"),
        named("empty-section", 10),
        named("notes", 26, 27),
        named("instruction", 29, asks="Tell both as stories", governs=[26, 27]),
    ) == [
        ("marker", "soon"),
        ("marker", "(how many frames?)"),
        ("notes", "We moved them in"),
        ("empty-section", "## The move"),
        ("notes", "- wrap the hives\n- sugar: how much?"),
        ("instruction", "Tell both as stories"),
    ]


def test_an_instruction_governs_the_points_it_names() -> None:
    draft = parse(DRAFT.encode())
    answer = json.dumps({"gaps": [named("instruction", 29, governs=[26, 27, 29, 500, -1, "x"])]})
    (gap,) = reading.gaps_named(draft, answer)
    assert [draft.text(target) for target in gap.targets] == ["- wrap the hives", "- sugar: how much?"]


def test_a_remark_on_finished_text_names_it_or_stands_in_it() -> None:
    """Where there is no text that could be changed, it is no gap."""
    draft = parse(DRAFT.encode())
    entries = [
        named("revision", 29, asks="as stories", governs=[14]),
        named("revision", 8, words="(how many frames?)"),
        named("revision", 29),
    ]
    answer = json.dumps({"gaps": entries})
    targets = [[draft.text(span)[:11] for span in gap.targets] for gap in reading.gaps_named(draft, answer)]
    assert targets == [["The neighbo"], ["I keep two "]]


def test_what_only_the_author_knows_is_not_to_be_written() -> None:
    draft = parse(DRAFT.encode())
    answer = json.dumps(
        {"gaps": [named("marker", 3), named("marker", 8, only_author=True), named("notes", 26)]}
    )
    assert [gap.fillable for gap in reading.gaps_named(draft, answer)] == [False, False, True]


@pytest.mark.parametrize(
    "entry",
    [
        named("empty-section", 12),  # it has text
        named("empty-section", 6),  # deeper headings follow text
        named("empty-section", 14),  # no heading
        named("marker", 16),  # a quotation
        named("marker", 19, words="TODO"),  # code
        named("marker", 24, words="TODO"),  # code in a line
        named("notes", 900),
        named("notes", 0, 3),
        named("notes", 9),  # blank
        named("notes", 27, 26),
        named("typo", 14),
        {"kind": "notes"},
        {"kind": ["notes"], "from": 14, "to": 14},
        {"kind": "notes", "from": "14", "to": 14.5},
        {"kind": "notes", "from": True, "to": True},
        "notes",
        None,
    ],
)
def test_what_the_draft_does_not_bear_out_is_refused(entry: object) -> None:
    assert gaps(parse(DRAFT.encode()), entry) == []


@pytest.mark.parametrize(
    "mess", ["", "no gaps", "[1, 2]", '{"gaps": 3}', '{"gaps": [', "{" * 10_000, '{"a": 1}']
)
def test_an_answer_of_another_form_is_an_error(mess: str) -> None:
    with pytest.raises(ValueError, match="not the JSON"):
        reading.gaps_named(parse(DRAFT.encode()), mess)


@pytest.mark.parametrize(
    "form",
    [
        "<think>The move {has} nothing.</think>\n%s",
        "Here it is:\n```json\n%s\n```\nAnything else?",
        "{not this} %s",
    ],
)
def test_talk_around_the_json_is_skipped(form: str) -> None:
    answer = form % json.dumps({"gaps": [named("empty-section", 10)]})
    assert len(reading.gaps_named(parse(DRAFT.encode()), answer)) == 1


def test_what_came_of_a_list_before_it_was_cut_off_is_taken() -> None:
    answer = json.dumps({"gaps": [named("empty-section", 10), named("notes", 26), named("notes", 27)]})[:-30]
    assert len(reading.gaps_named(parse(DRAFT.encode()), answer)) == 2


# ---- joining --------------------------------------------------------------------------------------------

WORDS = load_words()


def joined(draft: Draft, *entries: object) -> list[Gap]:
    """Return what is found in a draft together with the entries of an answer."""
    named_ones = reading.gaps_named(draft, json.dumps({"gaps": entries}))
    local = find_gaps(draft, words=WORDS)
    return list(reading.merged(draft, local, Reading(draft.data, named_ones), words=WORDS))


def test_a_place_that_both_found_keeps_its_id_and_gets_surer() -> None:
    draft = parse(
        b"# A\n\nWe left the harbour at five, before anybody was awake.\n\n## B\n\n"
        b"## C\n\nThe wind came from the west and stayed there for a week.\n"
    )
    (local,) = find_gaps(draft, words=WORDS)
    (both,) = joined(draft, named("empty-section", 5))
    assert both.id == local.id and both.why == local.why and both.confidence > local.confidence


def test_a_place_that_only_the_model_found_says_so() -> None:
    draft = parse(b"# A\n\nWhat they take in a cold winter on the moor:\n\n- 4 kg of sugar\n- 2 l of water\n")
    (gap,) = joined(draft, named("notes", 5, 6))
    assert gap.why == "found by the model" and gap.heading_path == ("A",) and len(gap.id) == 10


def test_what_is_found_here_must_be_sure_where_the_model_does_not_name_it() -> None:
    told = b"## B\n\n<!-- assistant: expand the storm -->\n\n"
    draft = parse(b"# A\n\nText that is there.\n\n" + told + b"## C\n\n- a\n- b c\n- d\n\n## D\n\nThe end.\n")
    assert [gap.instruction for gap in joined(draft)] == ["the storm"]


def test_what_the_author_ignores_stays_ignored() -> None:
    draft = parse(b"# A\n\nText.\n\n<!-- assistant: ignore -->\n\n- sugar\n- honey\n\nEnd of it\n")
    assert joined(draft, named("notes", 7, 8)) == []
    draft = parse(b"<!-- assistant: ignore all -->\n\n- sugar\n- honey\n")
    assert joined(draft, named("notes", 3, 4)) == []


def test_equal_places_have_ids_of_their_own() -> None:
    draft = parse(b"# A\n\nsugar?\n\nText stands between them here.\n\nsugar?\n")
    ids = [gap.id for gap in joined(draft, named("notes", 3), named("notes", 7), named("notes", 7))]
    assert len(ids) == len(set(ids)) == 2


def test_gaps_keep_their_place_when_the_draft_changes_elsewhere() -> None:
    old = b"# A\n\nText one.\n\nsugar vs honey\n\nText two.\n\nwinter, mites\n\nThe end.\n"
    draft = parse(old)
    answer = json.dumps({"gaps": [named("notes", 5), named("notes", 9)]})
    read = Reading(old, reading.gaps_named(draft, answer))
    new = parse(
        old.replace(b"Text one.", b"Text one, longer.\n\nAnd more.").replace(b", mites", b" and mites")
    )
    gaps_now = reading.merged(new, (), read, words=WORDS)
    assert [new.text(gap.span) for gap in gaps_now] == ["sugar vs honey"]


def test_what_was_left_open_since_the_reading_is_a_gap_at_once() -> None:
    old = parse(b"# A\n\nText that is there.\n\n## B\n\n## C\n\nMore text here.\n")
    read = Reading(old.data, ())
    assert reading.merged(old, find_gaps(old, words=WORDS), read, words=WORDS) == ()
    new = parse(old.data + b"\n## D\n\n## E\n\nThe end of it all.\n")
    left = reading.merged(new, find_gaps(new, words=WORDS), read, words=WORDS)
    assert [new.text(gap.span) for gap in left] == ["## D"]


@pytest.mark.parametrize(
    ("text", "lines", "kind", "left"),
    [
        ("sugar vs honey\n\n## Winter\n\nwrap\n", (1, 5), "notes", "sugar vs honey"),
        ("## Winter\n\nwrap, feed\n\n## Summer\n\nmites\n", (1, 7), "notes", "wrap, feed"),
        ("## TODO\n", (1, 1), "marker", "## TODO"),
        ("sugar\n\n```\nmake\nmake install\n```\n\nhoney\n", (1, 8), "notes", "sugar"),
        ("```\nmake\nmake install\n```\n\nhoney\n", (1, 6), "notes", "honey"),
        ("---\ntitle: x\n---\n\nhoney\n", (1, 5), "notes", "honey"),
    ],
)
def test_headings_and_code_never_go_with_the_notes_around_them(
    text: str, lines: tuple[int, int], kind: str, left: str
) -> None:
    assert gaps(parse(text.encode()), named(kind, *lines)) == [(kind, left)]


def test_finished_sentences_never_go_with_the_notes_that_a_model_named() -> None:
    draft = parse(b"# A\n\nsugar, when?\n\nWe fed them.\n\n- mites\n- Ann helped us.\n- wrap in autumn\n")
    left = [draft.text(gap.span) for gap in joined(draft, named("notes", 3, 9))]
    assert left == ["sugar, when?", "mites", "wrap in autumn"]
    assert joined(draft, named("notes", 5)) == []
