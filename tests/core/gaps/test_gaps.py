"""The locator's decisions on documents that a person can read, with what is expected beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases import case_files, parts

import assistant.core.gaps
from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import SHOWN, find_gaps
from assistant.core.text.draft import parse

WORDS = load_words()


def shown(data: bytes) -> list[str]:
    """Return a line for each gap: lines, kind, who can fill it, what is asked, and the targets' lines.

    Doubtful ones are left out, which are shown in a draft that is surely unfinished.
    """
    draft = parse(data)
    lines = []
    for gap in find_gaps(draft, words=WORDS, threshold=SHOWN):
        first, last = draft.lines(gap.span)
        place = str(first) if first == last else f"{first}-{last}"
        who = "" if gap.fillable else ", only the author"
        asked = f": {gap.instruction}" if gap.instruction else ""
        targets = ", ".join(str(draft.line(target.start)) for target in gap.targets)
        lines.append(f"{place} {gap.kind.value}{who}{asked}{f' -> {targets}' if targets else ''}")
    return lines


@pytest.mark.parametrize("case", case_files("gaps"), ids=lambda path: path.stem)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_case(case: Path, newline: str) -> None:
    """The gaps of a document are the expected ones, whatever its line endings are."""
    named = parts(case)
    draft = named["draft"].rstrip("\n") + "\n"
    assert shown(draft.replace("\n", newline).encode()) == named["expected"].split("\n")[:-1]


@pytest.mark.parametrize(
    ("credit", "section"),
    [
        ("Photos by Ida Holm", "Photos by Month"),
        ("*Pictures courtesy of the town archive*", "Pictures from the harbour"),
        ("Photo credit: Ida", "Photo credit: TODO"),
        ("Fotos: Ida Holm", "Bilder von New York"),
        ("*Fotos cortesía de imagen norte*", "Fotos de Buenos Aires"),
        ("Crédit photo : Ida Holm", "Photos du voyage"),
        ("Immagini a cura di Mario Rossi", "Foto del porto"),
        ("Imagens por João Silva", "Imagens da viagem"),
        ("Foto's door Ida Holm", "Foto's van de haven"),
        ("Фотографии предоставлены музеем", "Фотографии гавани"),
        ("写真：山田花子", "旅の写真"),
        ("图片来源：安娜", "旅行的图片"),
        ("사진 제공: 김민수", "여행 사진"),
    ],
)
def test_a_heading_that_says_who_made_the_pictures_is_no_section(credit: str, section: str) -> None:
    """One that names what is to be seen is one."""
    draft = "# 2\n\nWe drew the bay by hand.\n\n## {}\n\n## The mole\n\nWe sat there.\n\n##### {}\n"
    kinds = [
        [line[0] for line in shown(draft.format(*two).encode())]
        for two in ((section, credit), (credit, credit))
    ]
    assert kinds == [["5"], []]


def test_a_byte_order_mark_changes_nothing() -> None:
    """A byte order mark moves the spans by its three bytes and nothing else."""
    plain, marked = (
        find_gaps(parse(mark + b"# A\n\nTODO: x\n"), words=WORDS) for mark in (b"", b"\xef\xbb\xbf")
    )
    assert [gap.id for gap in plain] == [gap.id for gap in marked]
    assert [gap.span.start + 3 for gap in plain] == [gap.span.start for gap in marked]


def test_ids_outlive_edits_elsewhere() -> None:
    """A gap's id stays the same when text before and after it changes."""
    before = parse(b"# A\n\nOne.\n\n## B\n\nTODO: x\n\n## C\n")
    after = parse(b"# A\n\nOne, two and three.\n\nMore.\n\n## B\n\nNew here.\n\nTODO: x\n\n## C\n\n## D\n")
    known = {gap.id for gap in find_gaps(before, words=WORDS)}
    assert len(known) == 2
    assert known < {gap.id for gap in find_gaps(after, words=WORDS)}


def test_equal_gaps_have_ids_of_their_own() -> None:
    """Two equal markers in one section can be told apart."""
    gaps = find_gaps(parse(b"# A\n\nTODO: x\n\nWords between them.\n\nTODO: x\n"), words=WORDS)
    assert len({gap.id for gap in gaps}) == 2


def test_every_gap_says_how_sure_and_why() -> None:
    """A gap carries a confidence between the threshold and one, and a reason in words."""
    for gap in find_gaps(parse(b"# A\n\nTODO\n\n# B\n\n???\n"), words=WORDS):
        assert 0.5 <= gap.confidence <= 1.0
        assert re.fullmatch(r"[a-z][\w ,'-]+", gap.why)


def test_a_lower_threshold_shows_doubtful_gaps_too() -> None:
    """What is shown at a high threshold is shown at a low one as well."""
    draft = parse(b"# A\n\nText that is whole.\n\n- apples\n- pears\n\n<!-- image -->\n")
    sure, all_of_them = (find_gaps(draft, words=WORDS, threshold=limit) for limit in (0.65, 0.0))
    assert set(gap.id for gap in sure) <= set(gap.id for gap in all_of_them)
    assert len(all_of_them) > len(sure)


def test_every_signal_of_the_data_file_is_used() -> None:
    """A weight that no detector names would only look as if it did something."""
    code = "".join(
        path.read_text("utf-8") for path in Path(assistant.core.gaps.__file__).parent.rglob("*.py")
    )
    unused = [name for name in WORDS.signals if f'"{name}"' not in code]
    assert unused == ["post-is-draft", "post-is-finished"]  # these are put together from the state


def test_an_author_adds_words() -> None:
    """The author's own markers are found anywhere, and what they ignore is left out."""
    draft = parse(b"# A\n\nHIER WEITER\n\nTODO: buy milk\n")
    words = load_words(markers=("HIER WEITER",), ignore=("buy milk",))
    assert [gap.span for gap in find_gaps(draft, words=words)] == [(5, 16)]


def test_targets_leave_out_the_line_ends_that_trail_them() -> None:
    """An item of the governed list ends at its last word, wherever the next block begins."""
    draft = parse(b"Expand each of these\n\n- one thing\n- another\n\n\nEnd.\n")
    (gap,) = find_gaps(draft, words=WORDS)
    assert [draft.text(target) for target in gap.targets] == ["- one thing", "- another"]


def test_templates_code_is_not_read() -> None:
    """What a site's own tags mark as code holds no gaps and no headings."""
    text = (
        b"We built the site by hand, in a week of rain.\n\n"
        b"{% highlight bash %}\n# TODO\n# setup\n{% endhighlight %}\n\n"
        b"It has been up for a year now, and nobody has asked for more.\n"
    )
    assert find_gaps(parse(text), words=WORDS) == ()


@pytest.mark.parametrize("note", ["describe the second try", "write about the way back here"])
def test_a_comment_that_says_what_to_write_is_sure(note: str) -> None:
    """It is shown to no reader, so a text may take its place unseen; other words may mean less."""
    (gap,) = find_gaps(parse(f"# The climb\n\nIt rained on us.\n\n<!-- {note} -->\n".encode()), words=WORDS)
    assert gap.confidence >= SURE
