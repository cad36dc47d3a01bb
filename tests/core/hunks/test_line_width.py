"""Texts for an author who ends lines at a width."""

from __future__ import annotations

import pytest

from assistant.core.hunks.apply import apply
from assistant.core.hunks.line_width import closed_up, rewrapped, width, wrapped
from assistant.core.hunks.make import hunk_for
from assistant.core.hunks.revise import Revision, removal, revised, sentence_at
from assistant.core.text.draft import parse
from assistant.core.types import Gap, GapKind, Hunk, Span, Warning

PROSE = """\
The ferry leaves at six, when the harbour is still dark, and whoever wants a
seat by the window has to stand at the rail half an hour before that. I never
do, because the other side is warmer, and nobody there talks about football in
the morning.
"""
ANSWER = (
    "It is easier to begin when the work is small, and [a list of small things](https://example.org/a b) "
    "helps me with that. In the end there were - or so I think - 12. They were all done by noon, with "
    "`make the whole thing` in between."
)


def put(draft: str, words: str, text: str) -> str:
    read = parse(draft.encode())
    start = draft.encode().index(words.encode())
    gap = Gap("g", GapKind.MARKER, Span(start, start + len(words)), ("Ferry",), "")
    hunk = wrapped(read, hunk_for(read, gap, text=text), width=width([read.body]))
    done = draft.encode()[: hunk.span.start] + hunk.replacement + draft.encode()[hunk.span.end :]
    return done.decode()


@pytest.mark.parametrize("before", ["", "> ", "- ", "1. **Boats**: ", "Words of mine go before it. "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_prose_is_wrapped_at_the_authors_width(before: str, newline: str) -> None:
    """Each line is as wide as theirs, no link or code is broken, and no line opens a list."""
    draft = f"# Ferry\n\n{PROSE}\n{before}TODO\n\nThe end.\n".replace("\n", newline)
    done = put(draft, "TODO", ANSWER)
    assert max(map(len, done.split(newline))) <= 78
    assert "a list of small things" in done and "`make the whole thing`" in done
    kinds = [block.kind for block in parse(done.encode()).blocks]
    assert kinds == [block.kind for block in parse(draft.encode()).blocks]
    flat = " ".join(done.replace("\n> ", "\n").split())
    assert " ".join(ANSWER.split()) in flat


def test_the_authors_words_behind_a_text_have_room_in_its_last_line() -> None:
    """A line of theirs that begins with the text's last word is no longer than the others."""
    draft = f"{PROSE}\nWe left (TODO) before it was light, and so did he.\n"
    done = put(
        draft, "TODO", "because the tide turns at five, and because nobody in the house had slept at all"
    )
    assert "at all) before it was light, and so did he." in done and max(map(len, done.split("\n"))) <= 78


@pytest.mark.parametrize("lead", ["", "- ", "Words of mine go before it. "])
def test_a_text_that_is_broken_wider_than_the_authors_is_broken_again(lead: str) -> None:
    """No line is left with the one word that had no room in the line before; a hard break stays."""
    text = (
        "The boat has two rooms for passengers, and the one at the back of it is the warm one,\n"
        "which is why the old men sit there and why the children are told not to sit there, and\n"
        "nobody minds.  \nThe other one has the view, and on a clear day in spring that is worth a cold\n"
        "hand or two.\n- Bring gloves, since the rail is wet in the morning and since nobody sells any on\n"
        "  board."
    )
    done = put(f"{PROSE}\n{lead}TODO\n", "TODO", text)
    lines = done.split("\n\n", 1)[1].rstrip("\n").split("\n")
    short = [line for line in lines[:-1] if len(line) < 60]
    assert max(map(len, lines)) <= 78 and " ".join(done.split()).endswith(" ".join(text.split()))
    assert all(line.endswith(("minds.  ", "hand or two.", "hand or", "two.")) for line in short), short


@pytest.mark.parametrize("count", range(60, 80))
def test_two_blanks_between_sentences_end_no_paragraph(count: int) -> None:
    """They may be where a line ends, or begins, before a link that is longer than the line."""
    link = f"[{'long ' * 15}link](https://example.org)"
    text = f"{'It rains. ' * (count // 10)}{'x' * (count % 10 + 1)}.   {link} A line\n  {link}"
    done = put(f"{PROSE}\nTODO\n", "TODO", text).partition("\n\n")[2]
    assert [block.kind for block in parse(done.encode()).blocks] == ["Paragraph"]
    assert not any(line.endswith(" ") for line in done.split("\n"))


def test_each_line_of_a_quotation_in_a_text_has_its_mark() -> None:
    """Readers would join one without; editors would not."""
    done = put(f"{PROSE}\nTODO\n", "TODO", f"He wrote:\n\n> {ANSWER}\n\nThat was all.")
    quoted = done.partition("He wrote:\n\n")[2].partition("\n\n")[0].split("\n")
    assert len(quoted) > 2 and all(line.startswith("> ") and len(line) <= 78 for line in quoted)


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| one thing that is long enough to be broken | two things, which are longer |",
        "```\nassistant expand --yes --keep-unsupported --base-url http://127.0.0.1:9/v1 --model small\n```",
        "### A heading that is so long that an editor would break it, which nobody wants to see happen",
    ],
)
def test_what_is_no_prose_keeps_its_lines(text: str) -> None:
    """A row, a command and a heading would be others, broken."""
    assert text in put(f"{PROSE}\nTODO\n", "TODO", text)


@pytest.mark.parametrize(
    "own",
    [
        " ".join(PROSE.split()) + "\n",
        "The ferry leaves at six.\nWhoever wants a seat has to stand at the rail before that, in the dark.\n"
        "I never do, because the other side is warmer.\nNobody there talks about football in the morning.\n",
        "A ferry at six,\nthe harbour dark,\na seat by the rail,\nand nobody talks.\n",
    ],
)
def test_who_ends_no_lines_at_a_width_gets_one_line(own: str) -> None:
    """A paragraph in one line, a sentence a line, and verse have none."""
    assert width([own]) == 0
    assert ANSWER in put(f"{own}\nTODO\n", "TODO", ANSWER)


def test_the_posts_tell_the_width_of_a_draft_with_little_text() -> None:
    """The first text that tells it decides."""
    assert width(["# Ferry\n\n## The boat\n", PROSE]) == 77


def test_a_paragraph_in_one_line_says_more_than_the_posts() -> None:
    """An address that is too long to be broken says nothing."""
    one_line = " ".join(PROSE.split()) + "\n"
    assert width([one_line, PROSE]) == 0
    assert width([f"See <https://example.org/{'a-boat/' * 20}> for it.\n", PROSE]) > 70


@pytest.mark.parametrize("before", ["", "> ", "- ", "Words of mine go before it. "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("at", ["It is easier", "In", "They"])
def test_a_sentence_that_is_written_again_is_wrapped_where_it_stands(
    before: str, newline: str, at: str
) -> None:
    """Nothing else of the text changes, and no line is wider than the author's."""
    draft = parse(f"# Ferry\n\n{PROSE}\n{before}TODO\n\nThe end.\n".replace("\n", newline).encode())
    start = draft.data.index(b"TODO")
    gap = Gap("g", GapKind.MARKER, Span(start, start + 4), ("Ferry",), "")
    hunk = wrapped(draft, hunk_for(draft, gap, text=ANSWER), width=width([draft.body]))
    first = hunk.replacement.index(at.encode())
    last = hunk.replacement.index(b".", first) + 1
    new = b"Whoever begins with the smallest thing has done something by noon, and the rest waits until then."
    revision = rewrapped(draft, hunk, Revision(first, last, new), width=width([draft.body]))
    after = revised(hunk, [revision])
    lines = (draft.data[: hunk.span.start] + after.replacement).decode().split(newline)
    assert max(map(len, lines)) <= 78

    def flat(text: bytes) -> str:
        return " ".join(text.decode().replace(f"{newline}> ", " ").split())

    expected = hunk.replacement[:first] + new + hunk.replacement[last:]
    assert flat(after.replacement) == flat(expected)
    assert after.replacement.startswith(hunk.replacement[:first].rstrip(b" "))
    assert after.replacement.endswith(hunk.replacement[last + 1 :])


@pytest.mark.parametrize("behind", ["\t> by the night boat.", "\t-\tby the night boat.", "\t|\tby boat."])
def test_words_behind_a_tab_come_once(behind: str) -> None:
    """They are taken off again as they are, with the tab before what would open a quote or a list."""
    text = "since the tide turns at five, and since nobody in the house had slept at all that night"
    done = put(f"{PROSE}\nWe left (TODO){behind}\n", "(TODO)", text)
    assert done.endswith(f"{behind}\n") and done.count("boat") == 1
    assert text in " ".join(done.split())


def test_a_box_stays_apart_from_the_next_one() -> None:
    """The line end that parts them is no blank line of the text."""
    draft = parse(f"{PROSE}\n> !!! note\n> !!! tip\n>\n>     Bring a lamp.\n".encode())
    start = draft.data.index(b"!!! note")
    gap = Gap("g", GapKind.NOTES, Span(start, start + 8), ("Ferry",), "")
    text = "It is dark at six, and the pier has no rail at all."
    done = apply(draft.data, [wrapped(draft, hunk_for(draft, gap, text=text), width=50)]).decode()
    assert "at all.\n> !!! tip\n" in done


@pytest.mark.parametrize(
    ("lead", "prefix", "tail"),
    [("## ", None, ""), ("| a | b |\n|---|---|\n| ", None, " | x |"), ("- ", "  ", ""), ("> ", "> ", "")],
    ids=["heading", "row", "item", "quote"],
)
def test_a_sentence_written_again_stays_in_its_block(lead: str, prefix: str | None, tail: str) -> None:
    """A heading and a row are one line; the lines of an item are indented."""
    draft, old = parse(b"# Bees\n\n"), b"It holds few."
    text = f"Intro.\n\n{lead}{old.decode()}{tail}\n".encode()
    hunk = Hunk("gap", Span(8, 8), b"", text)
    first = text.index(old)
    new = b"The hive on the roof now holds more bees than anybody has counted since the middle of May."
    revision = rewrapped(draft, hunk, Revision(first, first + len(old), new), width=60)
    lines = revision.new.decode().strip().split("\n")
    assert (lines[1][: len(prefix)] == prefix and len(lines) == 2) if prefix else len(lines) == 1


LONG = (
    "I kept the old way for a while, and it was the best of all the ways\n"
    "that I know. We flew to Rome with Olaf. Then I\n"
    "tried the other way, and it went on for a good long while, which I\n"
    "had not seen coming.\n"
    "\n"
    "A short one stays as it is."
)


@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_what_follows_a_dropped_sentence_is_broken_again(prefix: str) -> None:
    """No line is torn in its middle; warnings stay at their words, and other paragraphs as they are."""
    text = LONG.replace("\n", f"\n{prefix}").replace(f"\n{prefix}\n", f"\n{prefix.rstrip()}\n").encode()
    at = text.index(b"other way")
    gone = text.index(b"Olaf")
    warnings = (Warning("unsupported", "x", gone, gone + 4), Warning("cliche", "y", at, at + 9))
    hunk = Hunk("g", Span(0, 0), b"", text, warnings, prefix=prefix)
    dropped = revised(hunk, [closed_up(hunk, removal(text, *sentence_at(text, gone, gone + 4)))])
    after = (
        "that I know. Then I tried the other way, and it went on for a good\n"
        "long while, which I had not seen coming.\n"
    )
    lines = dropped.replacement.decode().split("\n")
    assert "\n".join(line.removeprefix(prefix) for line in lines[1:3]) + "\n" == after
    assert lines[0] == LONG.split("\n")[0] and lines[-1].endswith("A short one stays as it is.")
    assert [dropped.replacement[w.start : w.end] for w in dropped.warnings] == [b"other way"]


def test_a_hard_break_and_lines_of_whole_sentences_stay() -> None:
    """Their line ends mean something."""
    for text in (
        LONG.replace("Then I\n", "Then I  \n"),
        "It is here, as everybody knows by now.\nTwo. Olaf.\nMore.",
    ):
        data = text.encode()
        at = data.index(b"Olaf")
        revision = removal(data, *sentence_at(data, at, at + 4))
        assert closed_up(Hunk("g", Span(0, 0), b"", data), revision) == revision
