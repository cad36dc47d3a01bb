"""One path from a draft to its hunks, with a model that answers as the test says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import FakeModel
from jobs import job

from assistant.adapters.settings import Settings
from assistant.app.expand import expand
from assistant.app.job import Job
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for
from assistant.core.types import (
    Event,
    Expanded,
    Failed,
    Gap,
    GapKind,
    Partial,
    Reply,
    Request,
    Span,
    Usage,
)
from assistant.errors import ModelError

PROSE = (
    "I went there on a Monday and I wrote down what I saw, since nobody else would have done it for me. "
    "The rest of the week I asked around, and most of what I heard was less than I had seen by then. "
)
BRITISH = "The colour of it was what they spoke of, and its flavour, and how they had organised it all. "


def run(job: Job, *answers: str | Exception) -> tuple[list[Event], FakeModel]:
    model = FakeModel(*answers)
    return list(expand(job, job.gaps, model=model)), model


DRAFT = (
    "---\ntitle: The fair\n---\n\nHello there.\n\n## What I saw\n\n"
    + PROSE
    + BRITISH * 2
    + "\n## What I did\n"
)


ANSWER = (
    "I stayed until they had closed, and I helped to carry the tables in. Nobody had asked me to. "
    "The next year they asked, and the colour of the tents was the first thing that I settled with them."
)


def test_an_answer_in_the_other_spelling_gets_the_authors() -> None:
    """The words are spelled as the author spells them, with a note and without another request."""
    found, model = run(job(DRAFT), ANSWER.replace("colour", "color"))
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert b"colour" in done.hunks[0].replacement and len(model.requests) == 1
    assert "spelled words as you do" in done.hunks[0].notes
    assert "spelling" not in [warning.code for warning in done.hunks[0].warnings]


def test_how_much_of_the_prompt_is_read_is_told_until_text_comes() -> None:
    """A slow model shows that it is at work; the text's own pieces say that all is read."""

    class Reader(FakeModel):
        def answer(self, request: Request) -> tuple[Reply, ...]:
            for done in (0, 40, 100):
                request.on_reading(done, 100)
            return super().answer(request)

    pieces = [e for e in expand(job(DRAFT), job(DRAFT).gaps, model=Reader(ANSWER)) if isinstance(e, Partial)]
    assert [(p.read, bool(p.text)) for p in pieces] == [(0.0, False), (0.4, False), (1.0, True)]


def test_the_second_of_two_texts_alike_is_asked_for_again() -> None:
    """What is on offer for one place is not offered for another one as well, unless nothing else comes."""
    other = "Somebody else counts the chairs on Sunday. It takes an hour, and I'm glad that I needn't."
    work = job(DRAFT + "\n## And then\n")
    other += " I have a photograph of every one of them to go by."
    found, model = run(work, ANSWER, ANSWER, ANSWER, other)
    texts = [e.hunks[0].replacement for e in found if isinstance(e, Expanded)]
    assert len(texts) == 2 and b"chairs" in texts[1] and len(model.requests) == 4
    found, _ = run(job(DRAFT + "\n## And then\n"), ANSWER)
    texts = [e.hunks[0].replacement for e in found if isinstance(e, Expanded)]
    assert texts[0] == texts[1]


def test_the_next_request_says_what_was_wrong() -> None:
    """The request stays as it was, and ends in what to do about the last answer alone."""
    _, model = run(job(DRAFT), "I'm sorry, but I can't help with that.", "Too short.", ANSWER)
    first, second, third = (request.messages[-1].content for request in model.requests)
    assert second.startswith(first) and "You are the author" in second
    assert third.startswith(first) and "at least" in third and "You are the author" not in third


def test_the_third_request_goes_without_the_text_around() -> None:
    """A small model hands that back, whatever it is told."""
    work = job(DRAFT + "\nTODO\n\nWe left the field on Sunday evening.\n")
    _, model = run(work, "We left the field on Sunday evening.")
    shown = ["We left the field" in request.messages[-1].content for request in model.requests]
    assert shown == [True, True, False, False]


def test_the_opening_is_shown_as_the_authors_text_without_what_is_unwritten_in_it() -> None:
    """Its notes may be in the text that is made of them, and are no pattern for another one."""
    work = job(f"---\ntitle: The field\n---\n\n{PROSE * 3}\n\nTODO: the horses\n\nWe left on Sunday.\n")
    opening = next(m.content for m in work.shared.messages[::-1] if m.role == "assistant")
    assert PROSE.strip() in opening and "We left on Sunday." in opening and "TODO" not in opening


def test_an_item_is_as_long_as_the_others_of_its_list_and_begins_as_they_do() -> None:
    items = "- tea and two chairs;\n- TODO: the lamps;\n- a tent that my brother mended;\n"
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\nWe took:\n\n{items}"))
    model = FakeModel("lamps that still smoke;")
    marker = [gap for gap in work.gaps if gap.instruction == "the lamps;"]
    (done,) = (event for event in expand(work, marker, model=model) if isinstance(event, Expanded))
    assert model.requests[0].messages[-1].content.endswith("Write 4 to 6 words, one paragraph")
    assert [hunk.replacement for hunk in done.hunks] == [b"lamps that still smoke;"]


@pytest.mark.parametrize(
    ("place", "is_kept"),
    [
        ("We left early. TODO: why\n\nNobody minded.\n", True),
        ("We left early. TODO: why\nNobody minded.\n", False),
        ("- We left early. TODO: why\n- Nobody minded.\n", False),
    ],
)
def test_a_footnote_is_below_the_paragraph_that_a_text_ends_or_goes_as_a_whole(
    place: str, is_kept: bool
) -> None:
    answer = "The wind took two tents and one of the lamps.[^w]\n\n[^w]: They were old."
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\nI was there.\n\n{place}"))
    events, _ = run(work, answer)
    (done,) = (event for event in events if isinstance(event, Expanded))
    text = done.hunks[0].replacement.decode()
    assert text == (answer if is_kept else "The wind took two tents and one of the lamps.")


@pytest.mark.parametrize(
    ("place", "is_kept"),
    [
        ("We left early. TODO: why\n\nNobody minded.\n", True),
        ("We left early. TODO: why\nNobody minded.\n", False),
        ("- We left early. TODO: why\n- Nobody minded.\n", False),
    ],
)
@pytest.mark.parametrize("block", ["> It never stops.", "- two tents\n- a lamp"])
def test_a_quotation_or_a_list_may_stand_below_a_paragraph_that_a_text_ends(
    place: str, is_kept: bool, block: str
) -> None:
    answer = f"The rain took the following, as one of us wrote in his letter to my aunt:\n\n{block}"
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\nI was there.\n\n{place}"))
    events, _ = run(work, answer)
    done = (event for event in events if isinstance(event, Expanded))
    assert any(hunk.replacement.decode() == answer for event in done for hunk in event.hunks) is is_kept


def test_a_colon_may_lead_to_the_authors_words_in_quotation_marks() -> None:
    place = 'TODO: how loud it was\n\n"You could hear the lamps from the gate," my aunt wrote.\n'
    answer = "The field was never quiet, not even on Sunday, and we all slept badly. As one letter puts it:"
    events, _ = run(
        job(DRAFT.replace("## What I did\n", f"## What I did\n\nI was there.\n\n{place}")), answer
    )
    (done,) = (event for event in events if isinstance(event, Expanded))
    assert done.hunks[0].replacement.decode() == answer


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        (("Lamps", "Tents"), "1 to 15"),
        (("Lamps and tents", "TODO: who brought the kettle and the two chairs", "Tea"), "1 to 15"),
        (("A lamp and its oil", "A tent that my brother and I mended"), "5 to 8"),
    ],
)
def test_an_item_has_room_for_a_sentence_where_the_others_are_stubs(
    beside: tuple[str, ...], words: str
) -> None:
    items = "".join(f"- {one}\n" for one in (*beside, "TODO: the cups"))
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\nWe took:\n\n{items}"))
    model = FakeModel("Cups for five of us.")
    marker = [gap for gap in work.gaps if gap.instruction == "the cups"]
    list(expand(work, marker, model=model))
    assert f"Write {words} words" in model.requests[0].messages[-1].content


@pytest.mark.parametrize(
    ("place", "answer", "wanted"),
    [
        ("- cups\n- TODO: tea", "- tea from a tin that is old", "- cups\n- tea from a tin that is old\n"),
        ("- cups\n- TODO: tea", "* tea and some milk\n* a jug", "- cups\n- tea and some milk\n- a jug\n"),
        (
            "- [ ] cups\n- [ ] TODO",
            "- tea for all of us\n- jug",
            "- [ ] cups\n- [ ] tea for all of us\n- [ ] jug\n",
        ),
        ("1. cups\n2. TODO", "2. tea from a tin\n3. a jug", "1. cups\n2. tea from a tin\n3. a jug\n"),
        ("- cups\n- TODO", "- tea for all\n  - from a tin", "- cups\n- tea for all\n  - from a tin\n"),
        (
            "- cups\n- **Tea**: TODO",
            "- **Tea**: it is in an old tin",
            "- cups\n- **Tea**: it is in an old tin\n",
        ),
        ("> - cups\n> - TODO", "- tea from a tin\n- a jug", "> - cups\n> - tea from a tin\n> - a jug\n"),
    ],
)
def test_an_item_given_as_an_item_or_as_several_is_in_the_authors_list(
    place: str, answer: str, wanted: str
) -> None:
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\n{place}\n"))
    events, model = run(work, answer)
    (done,) = [event for event in events if not isinstance(event, Partial)]
    assert isinstance(done, Expanded), done
    assert apply(work.draft.data, done.hunks).decode().endswith(wanted) and len(model.requests) == 1


def test_the_third_request_for_an_item_names_its_note_and_no_other_item() -> None:
    """Shown the list, a small model writes the whole list; its section's name would ask for that too."""
    items = "- I sold two chairs.\n- [TODO: how we made tea]\n- The lamps went on Sunday.\n"
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\n{items}"))
    _, model = run(work, "- I sold two chairs.")
    first, *_, last = (request.messages[-1].content for request in model.requests)
    assert "two chairs" in first and "lamps" in first and "one paragraph" in first
    assert "two chairs" not in last and "lamps" not in last and "“how we made tea” alone" in last


def test_an_answer_cut_off_before_its_first_full_stop_gets_more_room() -> None:
    """A small model may put all of a short text into one sentence."""

    class Cut(FakeModel):
        def answer(self, request: Request) -> tuple[Reply, ...]:
            return tuple(replace(reply, finish="length") for reply in super().answer(request))

    model = Cut("I sold two chairs and a lamp and", ANSWER)
    work = job(DRAFT.replace("## What I did\n", "## What I did\n\n- two chairs\n- a lamp, for less\n"))
    (done,) = [e for e in expand(work, work.gaps, model=model) if isinstance(e, Expanded)]
    first, second = (request.max_tokens for request in model.requests)
    assert second > 1.5 * first and done.hunks


def test_the_next_request_for_a_clause_shows_its_blank() -> None:
    """A small model answers `between “…” and “…”` with a sentence of its own."""
    work = job(
        DRAFT.replace("## What I did\n", "## What I did\n\nWe left the tent (TODO: why) and walked home.\n")
    )
    _, model = run(work, "And walked home.", "it rained")
    first, second = (request.messages[-1].content for request in model.requests)
    assert second.removeprefix(first).endswith(" stand for ___ in: We left the tent ___ and walked home.")


def test_a_clause_does_not_say_the_words_before_it_again() -> None:
    """In a list, those words are its own item's, whatever the items above say."""
    items = (
        "- the lamps came on Friday\n- nobody could lift six tents (TODO: rain? wind? their weight? why?)\n"
    )
    work = job(DRAFT.replace("## What I did\n", f"## What I did\n\n{items}"))
    found, model = run(work, "nobody could lift all six tents", "they were wet")
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert len(model.requests) == 2 and b"wet" in done.hunks[0].replacement


def test_of_a_few_notes_no_whole_section_is_asked_for() -> None:
    """It would have to say more than they do; half a sentence may become a section."""
    begun = "## What I heard\n\n{}\n\n## What I did\n\n" + (PROSE + BRITISH) * 3
    for notes, most in (
        ("- tents\n- lamps, twelve of them", 60),
        ("The man with the tents told me that", 160),
    ):
        work = job(DRAFT.replace("## What I did\n", begun.format(notes)))
        assert work.prompts(work.gaps[0])[0].words[1] == most


def test_a_draft_that_does_not_tell_its_language_is_in_that_of_the_posts() -> None:
    """One that is mostly commands has too few words."""
    post = "Ich habe das nicht gewusst und die anderen auch nicht, denn es ist mit der Zeit so gekommen. " * 5
    draft = "# dnf\n\n```\ndnf install tmux\n```\n\n## tmux\n"
    asked = [
        work.prompts(work.gaps[0])[0].messages[-1].content
        for work in (job(draft), job(draft, f"# Zeit\n\n## Anfang\n\n{post}\n"))
    ]
    assert [request.endswith(", in German") for request in asked] == [False, True]


def test_paragraphs_are_asked_for_where_the_author_writes_no_lists() -> None:
    """A list is taken only where a second answer is one as well."""
    listed = (
        "- I counted the chairs after supper.\n- Nobody brought a lamp, so we sat in the dark.\n"
        "- The tents were folded by my brother.\n- On Tuesday it rained until noon.\n"
    )
    for second, wanted in ((ANSWER, ANSWER), (listed.replace("supper", "lunch"), listed.strip())):
        events, model = run(job(DRAFT), listed, second)
        (done,) = [e for e in events if isinstance(e, Expanded)]
        assert "no list" in model.requests[1].messages[-1].content
        assert done.hunks[0].replacement.decode().strip() == wanted


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("I can't help with that request.", "the model declined to write it"),
        ("--- a.md\n+++ a.md\n@@ -1 +1 @@\n-TODO\n+Tea.", "the answer is a change of the draft"),
    ],
)
def test_a_model_that_gives_no_text_twice_is_asked_no_more(answer: str, reason: str) -> None:
    """It would do so again; the reason is the true one, in one line."""
    found, model = run(job(DRAFT), answer)
    (failed,) = [event for event in found if isinstance(event, Failed)]
    assert failed.message.startswith(f"not expanded: {reason}") and len(model.requests) == 2


def test_a_gap_is_given_up_after_four_answers_that_cant_be_used() -> None:
    """English for a German draft is none of its author's, whatever the front matter's theme says."""
    german = (
        "Ich habe das nicht gewusst und die anderen auch nicht, denn es ist mit der Zeit so gekommen. " * 5
    )
    draft = f"---\nlang: en\n---\n\n## Anfang\n\n{german}\n\n## Mitte\n"
    work = job(draft)
    assert work.prompts(work.gaps[0])[0].messages[-1].content.endswith(", in German")
    found, model = run(work, *[ANSWER] * 4)
    (failed,) = [e for e in found if isinstance(e, Failed)]
    assert "another language" in failed.message and len(model.requests) == 4


def test_words_of_the_section_shown_for_one_gap_alone_are_warned_of() -> None:
    """Eight words in a row of any finished section that the model saw are a copy; the rest is kept."""
    subjects = ("receipts", "tents", "horses", "lanterns", "musicians", "bakers")
    siblings = [
        f"---\ntitle: Post {n}\n---\n\nHi.\n\n## The {subject}\n\n{PROSE * 2}It was about {subject}.\n"
        for n, subject in enumerate(subjects)
    ]
    gaps = "".join(f"\n## Of {subject}\n" for subject in subjects)
    work = job(DRAFT.replace("\n## What I did\n", gaps).replace(PROSE, PROSE * 6), *siblings)
    asked = {prompt.gap: prompt for gap in work.gaps for prompt in work.prompts(gap)}
    common = len(work.shared.messages)
    near = {gap: prompt for gap, prompt in asked.items() if len(prompt.messages) > common + 1}
    assert near and len(near) < len(asked)
    for gap, prompt in asked.items():
        texts = [m.content for m in prompt.messages[common:-1] if m.role == "assistant"]
        facts = work.facts(prompt)
        assert len(texts) == (gap in near) and all(text in facts.exemplars for text in texts)
        assert len(facts.exemplars) == sum(m.role == "assistant" for m in prompt.messages)
        assert facts.vocabulary is work.facts(asked[work.gaps[0]]).vocabulary


CODE = """---
title: Scripts
---

## Frames

I wrote this, and it did what I wanted of it.

```python
TODO: script here
```

It works.
"""


def test_a_gap_in_a_block_of_code_takes_code_alone() -> None:
    """Prose is asked for again; the code comes out of the fences that the model put around it."""
    work = job(CODE)
    (gap,) = [g for g in work.gaps if g.fillable]
    (asked,) = work.prompts(gap)
    assert "python code alone" in asked.messages[-1].content
    found, model = run(
        work, "This is what it does, and that is how it is done in the end.", "```python\nprint(1)\n```"
    )
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.strip() == b"print(1)" and len(model.requests) == 2


LISTED = "I keep these for it:\n\n* I ask first.\n* I write it down.\n* I leave the rest to them.\n"
BULLETS = (
    "- A table that two can carry over the hill.\n- A tent in the colour of the town.\n"
    "- A list of who is there and who is not."
)


def test_a_list_is_taken_at_once_from_an_author_who_writes_lists() -> None:
    """Paragraphs are usual there, and a list is no sign of a machine."""
    found, model = run(job(DRAFT.replace(PROSE, f"{LISTED}\n{PROSE}")), BULLETS)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == BULLETS.replace("- ", "* ")
    assert len(model.requests) == 1


def test_a_list_that_is_asked_for_comes_in_the_authors_marks() -> None:
    """The author's word reaches the request, and the marks are mended."""
    work = replace(job(DRAFT.replace(PROSE, LISTED)), settings=Settings(instruction="as a list"))
    found = list(expand(work, work.gaps, model=FakeModel(BULLETS)))
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == BULLETS.replace("- ", "* ")
    assert "used your list marks" in done.hunks[0].notes
    request = work.prompts(work.gaps[0])[0].messages[-1].content
    assert (
        request.endswith(", as a list, each point on a line that begins with “* ”") and "note" not in request
    )


def test_what_a_link_leaves_behind_does_not_end_a_text() -> None:
    """Words that only led up to a link that isn't the author's go with it."""
    found, _ = run(
        job(DRAFT),
        ANSWER
        + "\n\n### More\n\n[tent]: https://else.example/a. (It stands.)\n[pole]: https://else.example/b.",
    )
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == ANSWER


@pytest.mark.parametrize("second", ["short", "long", "error"])
def test_a_text_that_is_too_long_is_asked_for_once_more(second: str) -> None:
    """A shorter one is taken; else the first is cut where a sentence ends."""
    rows = (f"Stall {n} sold moon{n} and star{n}, and then we took the sun{n} home." for n in range(60))
    long = " ".join(rows)
    answer = {"short": ANSWER, "long": long.replace("Stall", "Tent"), "error": ModelError("busy")}[second]
    events, model = run(job(DRAFT), long, answer)
    (done,) = [e for e in events if isinstance(e, Expanded)]
    text = done.hunks[0].replacement.decode().strip()
    assert len(model.requests) == 2
    assert "At most" in model.requests[1].messages[-1].content
    assert (text == ANSWER) == (second == "short")
    assert text.endswith(".") and len(text.split()) < 250


@pytest.mark.parametrize("mark", ["A: {}", "**A:** {}", "- A: {}", "> A: {}", "**A**: {}", "Q: Why? A: {}"])
@pytest.mark.parametrize(
    "answer", ["A little patience, and a rope that is dry.", "A: A little patience, and a rope that is dry."]
)
def test_an_answer_below_a_label_of_one_letter_keeps_its_article(mark: str, answer: str) -> None:
    """`A little patience` has the label's letter, and no label; one that was told again goes."""
    text = f"# Knots\n\n{PROSE}\n\n**Q: What helps against knots in a rope?**\n\n{mark.format('TODO')}\n"
    (done,) = [event for event in run(job(text), answer)[0] if isinstance(event, Expanded)]
    after = apply(text.encode(), done.hunks).decode()
    assert mark.format("A little patience, and a rope that is dry.") in after


@pytest.mark.parametrize("quote", ["", "> "])
@pytest.mark.parametrize("marker", ["TODO", "TODO: say why"])
def test_a_marker_between_the_lines_of_a_sentence_gets_a_clause(quote: str, marker: str) -> None:
    """The lines before and behind it are one sentence of the author's, and stay."""
    said = f"{quote}In winter the loft is cold, and at noon\n{quote}%s\n{quote}we go home.\n"
    text = f"# Sails\n\n{PROSE}\n\n{said}"
    found, model = run(job(text % marker), "since nobody can hold a needle")
    (done,) = [event for event in found if isinstance(event, Expanded)]
    after = apply((text % marker).encode(), done.hunks).decode()
    assert after == text % "since nobody can hold a needle"
    assert len(model.requests) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "half",
    [
        "We carried the sails up to the loft in the end, since the shed\nwas full of the",
        "> The loft, said the man,\n> is full of all that",
        "The loft was dry. We carried the sails up there in the end, since\nthe shed was full of",
        "We carried the sails up there in the end because of the ^loft-1",
    ],
)
def test_half_a_sentence_over_two_lines_is_gone_on_with(half: str, newline: str) -> None:
    """None of its words go, and its lines end where they did."""
    text = f"# Sails\n\n{PROSE}\n\n{half}\n".replace("\n", newline)
    found, model = run(
        job(text), "nets that my father left. We sold them in May, and nobody has asked for them since then."
    )
    (done,) = [event for event in found if isinstance(event, Expanded)]
    after = apply(text.encode(), done.hunks).decode()
    assert after.startswith(text.rstrip().removesuffix(" ^loft-1")) and "nets that" in after
    assert after.rstrip().endswith("^loft-1") is text.rstrip().endswith("^loft-1")
    assert "Go on with this sentence" in model.requests[0].messages[-1].content


@pytest.mark.parametrize("item", ["The spare", "The spare we never set"])
def test_an_item_that_is_a_label_gets_the_colon_of_the_others(item: str) -> None:
    """One of more words is a sentence to go on with."""
    text = f"# Sails\n\n{PROSE}\n\n- The jib: small and old\n- {item}\n"
    start = text.index(item)
    gap = Gap("g", GapKind.NOTES, Span(start, start + len(item)), ("Sails",), "")
    model = FakeModel("hangs in the loft, and nobody has set it for a year.")
    (done,) = [event for event in expand(job(text), [gap], model=model) if isinstance(event, Expanded)]
    colon = ":" if item == "The spare" else ""
    assert f"- {item}{colon} hangs in the loft" in apply(text.encode(), done.hunks).decode()
    assert f"from its last word: {item}{colon}\n" in model.requests[0].messages[-1].content


@pytest.mark.parametrize(
    "lines",
    [
        ["- Mast: of pine", "- Boom:{}", "- Hull: of oak"],
        ["* **Mast:** of pine", "* **Boom:**{}", "* **Hull:** of oak"],
        ["**Day 1.** We sailed out.", "", "**Day 2.**{}", "", "**Day 3.** We came back."],
    ],
)
def test_a_label_without_text_among_others_gets_one(lines: list[str]) -> None:
    """The label stays, and so do the others."""
    text = "\n".join([f"# Sails\n\n{PROSE}\n", *lines, ""])
    answer = "It is the one that my uncle made in the winter before, and it has held since then."
    found, model = run(job(text.format("")), answer)
    (done,) = [event for event in found if isinstance(event, Expanded)]
    assert apply(text.format("").encode(), done.hunks).decode() == text.format(f" {answer}")
    assert len(model.requests) == 1


def test_a_line_without_a_word_is_replaced_and_not_gone_on_with() -> None:
    """A blank of no width, which an editor left behind, is no half of a sentence."""
    work = job(DRAFT + "\n\u200b\t\n")
    found, _ = run(work, ANSWER)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == ANSWER


def test_an_address_in_bold_is_the_authors() -> None:
    """The marks after it are no part of it."""
    address = "https://example.com/fair"
    work = job(DRAFT.replace("Hello there.", f"Hello there. It is all at {address} by now."))
    found, _ = run(work, f"{ANSWER} **The list is at {address}.**")
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert f"**The list is at {address}.**" in done.hunks[0].replacement.decode()


SHOWN = (
    "The lamps are behind a door, and nobody gets to them from the street. We open it with this rule:\n\n"
    "{fence}\nopen --all\n{end}\n\nThe rule is gone when the night ends, so we keep it beside the door, and "
    "nobody has ever lost it in all these years, as far as I know."
)
FENCED, TAGGED = (
    {"fence": "```sh", "end": "```"},
    {"fence": "{% highlight sh %}", "end": "{% endhighlight %}"},
)


@pytest.mark.parametrize("marks", [FENCED, TAGGED])
def test_a_text_may_have_code_where_the_authors_posts_have_some(marks: dict[str, str]) -> None:
    """One other post with a block of code is enough, in fences or tags, whatever the draft has."""
    post = "# Locks\n\nA lock opens with a key.\n\n" + "{fence}\nturn\n{end}\n".format(**marks)
    answer = SHOWN.format(**marks)
    found, model = run(job("# Doors\n\n" + PROSE + "\n\n## Opening\n", post), answer)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == answer and len(model.requests) == 1


def test_code_that_the_author_never_shows_is_asked_to_be_left_out() -> None:
    """Cutting it out leaves sentences that point to nothing, so another text is asked for, and offered."""
    answer = SHOWN.format(**FENCED)
    work = job("# Doors\n\nThe `open` of the house. " + PROSE + "\n\n## Opening\n")
    found, model = run(work, answer, ANSWER)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == ANSWER
    assert "no block of code" in model.requests[1].messages[-1].content
    assert "No block of code" in model.requests[0].messages[0].content


NOTE = "what can we learn from the kind of lamp and the kind of oil we have left"
SAID = (
    "What can we learn from the kind of lamp and the kind of oil we have left? "
    "Both are older than the house, and both of them smell of fish."
)


@pytest.mark.parametrize("mark", ["TODO: ", "<!-- TODO: {} -->"])
def test_the_words_of_a_note_may_be_in_its_text(mark: str) -> None:
    """A note is the author's, and said as a sentence it may open the text, without any warning."""
    note = mark.format(NOTE) if "{}" in mark else mark + NOTE
    found, model = run(job(f"# Lamps\n\n{PROSE}\n\n## Oil\n\n{note}\n"), SAID)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == SAID and len(model.requests) == 1
    assert "repetition" not in [warning.code for warning in done.hunks[0].warnings]


def test_a_note_said_once_more_is_no_text() -> None:
    """An answer that has the note's words alone is refused."""
    found, _ = run(job(f"# Lamps\n\n{PROSE}\n\n## Oil\n\nTODO: {NOTE}\n"), NOTE.replace(" kind", "\nkind"))
    assert not [e for e in found if isinstance(e, Expanded)]


def test_a_sentence_may_lead_on_to_the_authors_code() -> None:
    """One sentence that ends in a colon is a whole text above the author's block."""
    draft = f"# Lamps\n\n{PROSE}\n\n<!-- TODO: explain the oil -->\n\n```sh\noil --all\n```\n"
    text = (
        "Whether the oil is new or old is up to the lamp that it is for, "
        "and nobody but the owner of the lamp has a say in it, as in these lines:"
    )
    found, model = run(job(draft), text)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    assert done.hunks[0].replacement.decode().strip() == text and len(model.requests) == 1


@pytest.mark.parametrize("before, text, joint", [("We can guess.", "Or", " "), ("猜。", "或", "")])
def test_a_text_for_a_comment_right_behind_a_sentence_gets_a_blank(
    before: str, text: str, joint: str
) -> None:
    """Between the author's stop and the new sentence there is a blank, except in scripts without any."""
    work = job(f"# Lamps\n\n{before}<!-- TODO: say why -->\n")
    (gap,) = work.gaps
    assert hunk_for(work.draft, gap, text=text).replacement.decode() == joint + text


@pytest.mark.parametrize("end", ["", "\n"])
def test_front_matter_at_the_end_of_a_file_may_lack_its_line_end(end: str) -> None:
    """The line that closes it gets one, and what is in it stays as it is."""
    work = job("---\ntitle: The fair\ndraft: true\n---" + end)
    found, model = run(work, ANSWER)
    (done,) = [e for e in found if isinstance(e, Expanded)]
    written = apply(work.draft.data, done.hunks).decode()
    assert (
        written.startswith("---\ntitle: The fair\ndraft: true\n---\n\nI stayed") and len(model.requests) == 1
    )


def test_a_place_that_got_no_reply_used_no_tokens() -> None:
    """A run adds up what each place used, those without a text too."""
    gap = Gap("a1", GapKind.MARKER, Span(0, 4), (), "say what they cost")
    assert Failed(gap, "no reply").usage + Usage(2, 1) == Usage(2, 1)
