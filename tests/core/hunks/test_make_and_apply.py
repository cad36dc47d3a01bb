"""No byte outside an accepted hunk ever changes."""

from __future__ import annotations

import itertools
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.core.hunks.apply import accepted, apply
from assistant.core.hunks.diff import unified, words
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.hunks.relocate import near, relocate_hunks, relocate_spans
from assistant.core.text.draft import parse
from assistant.core.types import ConflictReason, Decision, Gap, GapKind, Hunk, Span, Verdict

LINES = st.sampled_from(
    [
        "# A",
        "## B",
        "",
        "Some prose.",
        "- **X.** A point.",
        "TODO",
        "> quote",
        "```",
        "é 漢 👩‍💻",
        "Set",
        "===",
        "1. one",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Make Markdown with any line endings, with or without BOM, front matter and a last newline."""
    lines = draw(st.lists(st.tuples(LINES, ENDS), max_size=25))
    text = "".join(line + end for line, end in lines)
    text = draw(st.sampled_from(["", "\ufeff", "---\ntitle: x\n---\n", "---\r\ntitle: x\r\n---\r\n"])) + text
    return (text.rstrip("\r\n") if draw(st.booleans()) else text).encode()


@st.composite
def hunked(draw: st.DrawFn) -> tuple[bytes, list[Hunk]]:
    """Make a document with hunks that don't overlap."""
    data = draw(documents())
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)))
    texts = st.binary(max_size=12).map(lambda b: b.replace(b"\0", b""))
    hunks = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if draw(st.booleans()):
            end = start
        hunks.append(Hunk(f"g{start}", Span(start, end), data[start:end], draw(texts)))
    return data, hunks


@given(hunked(), st.data())
def test_only_accepted_spans_change(made: tuple[bytes, list[Hunk]], data: st.DataObject) -> None:
    """Whatever the author decides, the bytes between accepted hunks come back as they were."""
    draft, hunks = made
    verdicts = [data.draw(st.sampled_from(list(Verdict))) for _ in hunks]
    taken = accepted(Decision(h, v) for h, v in zip(hunks, verdicts, strict=True))
    result = apply(draft, taken)
    position = read = 0
    for hunk in taken:
        kept = draft[position : hunk.span.start]
        assert result[read : read + len(kept)] == kept
        read += len(kept)
        assert result[read : read + len(hunk.replacement)] == hunk.replacement
        read += len(hunk.replacement)
        position = hunk.span.end
    assert result[read:] == draft[position:]


@given(hunked())
def test_nothing_accepted_changes_nothing(made: tuple[bytes, list[Hunk]]) -> None:
    """A draft whose hunks are all refused is the same, byte for byte."""
    data, hunks = made
    assert apply(data, accepted(Decision(h, Verdict.REJECTED) for h in hunks)) == data


@given(documents(), st.data())
def test_text_fills_an_empty_section_without_touching_a_byte(data: bytes, choose: st.DataObject) -> None:
    """Filling a section inserts bytes and takes none away, in the draft's own line ending."""
    draft = parse(data)
    if not draft.headings:
        return
    heading = choose.draw(st.sampled_from(draft.headings))
    gap = Gap("g", GapKind.EMPTY_SECTION, heading.span, heading.path, "")
    hunk = hunk_for(draft, gap, text="One.\n\nTwo.")
    assert hunk.original == b"" and hunk.span.start == hunk.span.end
    result = apply(data, [hunk])
    assert result[: hunk.span.start] + result[hunk.span.start + len(hunk.replacement) :] == data
    if draft.newline == "\n":
        assert b"\r" not in hunk.replacement


@given(made=hunked())
def test_git_apply_takes_the_diff(
    made: tuple[bytes, list[Hunk]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`git apply` turns the draft into the very bytes that accepting everything gives."""
    data, hunks = made
    patch = unified(data, hunks, path="a b/é.md")
    wanted = apply(data, hunks)
    assert bool(patch) == (wanted != data)
    if not patch:
        return
    folder = tmp_path_factory.mktemp("apply")
    (folder / "a b").mkdir()
    file = folder / "a b" / "é.md"
    file.write_bytes(data)
    subprocess.run(["git", "apply", "-"], input=patch, cwd=folder, check=True, capture_output=True)
    assert (file.read_bytes() if file.exists() else b"") == wanted


def test_a_diff_takes_away_what_goes_and_nothing_else() -> None:
    """An instruction above the headings that it is about goes; the headings stay, with their texts below."""
    data = b"# Rain\n\nFill these in:\n\n## Boots\n\n## Hats\n"
    boots, hats = (data.index(b"\n", data.index(name)) + 1 for name in (b"Boots", b"Hats"))
    hunks = [
        Hunk("g", Span(8, 24), data[8:24], b""),
        Hunk("g", Span(boots, boots), b"", b"\nThey leak.\n\nBoth.\n"),
        Hunk("g", Span(hats, hats), b"", b"\nThey fly off.\n"),
    ]
    gone = [line for line in unified(data, hunks, path="a.md").decode().split("\n")[3:] if line[:1] == "-"]
    assert gone == ["-Fill these in:", "-"]
    nothing = Hunk("g", Span(0, 6), b"# Rain", b"# Rain")
    assert unified(data, [nothing], path="a.md") == b""


@given(st.text(max_size=80), st.text(max_size=80))
def test_word_pieces_give_both_texts_back(old: str, new: str) -> None:
    """The kept and removed words are the old text, the kept and added ones the new."""
    old, new = old.replace("\x1c", ""), new.replace("\x1c", "")
    pieces = words(old, new)
    assert "".join(p.text for p in pieces if p.op != "new") == old
    assert "".join(p.text for p in pieces if p.op != "gone") == new


def test_overlapping_hunks_are_an_error() -> None:
    """Two hunks for the same bytes never go in silently."""
    hunks = [Hunk("a", Span(0, 3), b"abc", b"x"), Hunk("b", Span(2, 4), b"cd", b"y")]
    with pytest.raises(ValueError, match="overlap"):
        apply(b"abcdef", hunks)


def test_a_moved_hunk_goes_where_its_lines_went() -> None:
    """Lines added elsewhere while the model wrote shift the hunk; nothing is lost."""
    old = b"# A\n\none\n\n# B\n\ntwo\n"
    new = b"# A\n\none and more\nnew line\n\n# B\n\ntwo\n"
    at = old.index(b"# B\n") + 4
    hunk = Hunk("g", Span(at, at), b"", b"text\n")
    placed, conflicts = relocate_hunks(old, new, [hunk])
    assert not conflicts
    assert apply(new, placed) == new.replace(b"# B\n", b"# B\ntext\n")


def test_a_hunk_whose_lines_changed_is_kept_out_with_a_reason() -> None:
    """A heading that the author rewrote meanwhile is not filled with text for the old one."""
    old = b"# A\n\n# B\n"
    hunk = Hunk("g", Span(4, 4), b"", b"\ntext\n")
    placed, conflicts = relocate_hunks(old, b"# Another\n\n# B\n", [hunk])
    assert placed == ()
    assert [c.reason for c in conflicts] == [ConflictReason.CONTENT_CHANGED]


LETTER = b"# A\n\n- TODO\n- two\n- three\n\nA line,\nTODO\n\n## B\n\n# C\n\n> TODO\n"


@pytest.mark.parametrize(
    ("place", "old", "new", "moves"),
    [
        (b"- TODO", b"- two", b"- mine", True),  # the item below it changed
        (b"- TODO", b"# A\n\n", b"# A\n\n- none\n", True),
        (b"- TODO", b"- TODO", b"- TODO, and I know how", False),
        (b"- TODO", b"- TODO\n", b"- TODO\n  words below it\n", False),
        (b"TODO\n\n##", b"A line", b"My line", False),  # its own paragraph
        (b"TODO\n\n##", b"- three\n", b"- three\n- four\n", True),
        (b"> TODO", b"# C\n", b"# C\n\nA paragraph of my own.\n", True),
        (b"> TODO", b"# C", b"# Sea", True),
        (b"> TODO", b"> TODO\n", b"> TODO\n\nThe end.\n", True),
    ],
)
def test_a_marker_is_kept_out_where_its_own_paragraph_changed(
    place: bytes, old: bytes, new: bytes, moves: bool
) -> None:
    """What is next to it may change: other items, other paragraphs."""
    at = LETTER.index(place) + place.index(b"TODO")
    hunk = Hunk("g", Span(at, at + 4), b"TODO", b"Text.")
    placed, conflicts = relocate_hunks(LETTER, LETTER.replace(old, new, 1), [hunk])
    assert (len(placed), len(conflicts)) == ((1, 0) if moves else (0, 1))


@pytest.mark.parametrize(
    ("new", "moves"),
    [
        (b"# A\n\n## B\n\n# C\n\nText.\n", True),
        (b"# A\n\n## B\n\n\n\n# C\n\nText.\n", True),
        (b"# A\n\n## B\n\n## New\n\nMine.\n\n# C\n\nText.\n", True),
        (b"# A\n\n## B\n\n### New\n\nMine.\n\n# C\n\nText.\n", False),  # a part of it is begun
        (b"# A\n\n## B\n", True),
        (b"# A\n\n## B\n\nMy own words.\n\n# C\n\nText.\n", False),
        (b"# A\n\n## B\nMy own words.\n# C\n\nText.\n", False),
        (b"# A\n\n## B\n\nText.\n", False),  # the text below became its own
        (b"# A\n\n## Bee\n\n# C\n\nText.\n", False),
    ],
)
def test_a_section_that_has_text_by_now_is_not_filled(new: bytes, moves: bool) -> None:
    """However the author wrote it: with a blank line, without one, or by taking a heading away."""
    old = b"# A\n\n## B\n\n# C\n\nText.\n"
    at = old.index(b"## B\n") + 5
    placed, _ = relocate_hunks(old, new, [Hunk("g", Span(at, at), b"", b"\nOffered.\n")])
    assert bool(placed) == moves


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_editor_that_ends_the_last_line_as_it_saves_moves_nothing(end: bytes) -> None:
    """The text goes in before that end; what the author typed behind it still keeps the text out."""
    old = b"# A\n\nTODO\n\n## B".replace(b"\n", end)
    marker = old.index(b"TODO")
    hunks = [
        Hunk("g", Span(marker, marker + 4), b"TODO", b"Text."),
        Hunk("h", Span(len(old), len(old)), b"", end * 2 + b"Offered."),
    ]
    placed, conflicts = relocate_hunks(old, old + end, hunks)
    assert placed == tuple(hunks) and not conflicts
    assert apply(old + end, placed) == apply(old, hunks) + end
    placed, conflicts = relocate_hunks(old, old + end * 2 + b"Mine." + end, hunks)
    assert placed == tuple(hunks[:1]) and [one.hunk for one in conflicts] == hunks[1:]


@pytest.mark.parametrize(
    "note",
    [
        "<!-- say how the mast broke -->",
        "<!--\nsay how the mast broke\n\nand who was there\n-->",
        "{/* say how the mast broke */}",
        "%% say how the mast broke %%",
        "{% comment %}\nsay how the mast broke\n{% endcomment %}",
        "<!-- one -->\n\n<!-- two -->",
    ],
)
def test_text_typed_below_a_sections_comment_keeps_the_models_out_and_is_what_is_shown(note: str) -> None:
    """A comment is no text: another one, and another section behind it, change nothing."""
    for blank, tail in itertools.product((b"", b"\n"), (b"", b"\n\n## The sail\n\nIt was red.\n")):
        old = b"# Boats\n\n## The mast\n" + blank + note.encode() + tail
        at = old.index(b"mast\n") + 5
        hunk = Hunk("g", Span(at, at), b"", b"\nOffered.\n")
        typed = old.replace(note.encode(), note.encode() + b"\n\nIt broke off Skagen.\n", 1)
        placed, conflicts = relocate_hunks(old, typed, [hunk])
        assert not placed and [one.hunk for one in conflicts] == [hunk]
        (place,) = near(old, typed, [at])
        assert typed[slice(*place)] == b"It broke off Skagen.\n"
        noted = old.replace(note.encode(), note.encode() + b"\n\n<!-- ask Ida -->", 1)
        assert relocate_hunks(old, noted, [hunk]) == ((hunk,), ())


@pytest.mark.parametrize("note", ["<!-- say how the mast broke -->", "{/* not yet */}", "%%\nnot yet\n%%"])
@pytest.mark.parametrize("tail", [b"", b"\n## The sail\n\nIt was red.\n"])
def test_a_text_waits_where_its_author_typed_a_comment_below_the_heading(note: str, tail: bytes) -> None:
    """What it asks for is read first, and is what stands there now; further down, it changes nothing."""
    old = b"# Boats\n\n## The mast\n" + tail
    at = old.index(b"mast\n") + 5
    hunk = Hunk("g", Span(at, at), b"", b"\nOffered.\n")
    typed = old[:at] + b"\n" + note.encode() + b"\n" + old[at:]
    placed, conflicts = relocate_hunks(old, typed, [hunk])
    assert not placed and [one.hunk for one in conflicts] == [hunk]
    (place,) = near(old, typed, [at])
    assert typed[slice(*place)].startswith(note[:2].encode())
    below = old + b"\n## The oar\n\n" + note.encode() + b"\n"
    assert [one.span for one in relocate_hunks(old, below, [hunk])[0]] == [hunk.span]


@pytest.mark.parametrize(
    ("above", "typed"),
    [
        ("> [!WARNING]", "> Mind the boom."),
        ("> [!tip] Rigging", "> Mind the boom."),
        ("> - Boats", "> - Mind the boom."),
        ("!!! note", "    Mind the boom."),
        ("## The boom", "Mind the boom."),
    ],
)
@pytest.mark.parametrize("tail", ["", "\n## The sail\n\nIt was red.\n", "\nWe sailed on.\n"])
def test_text_typed_right_below_a_line_is_what_stands_there_now(above: str, typed: str, tail: str) -> None:
    """The blank line after it is there still, further down, but isn't the place."""
    old = f"# Boats\n\nThey float.\n\n{above}\n{tail}".encode()
    at = old.index(above.encode()) + len(above) + 1
    new = old[:at] + f"{typed}\n".encode() + old[at:]
    (place,) = near(old, new, [at])
    assert new[slice(*place)].decode() == f"{typed}\n"


@pytest.mark.parametrize("tail", ["", "\n", "\n\n## The sail\n", "\n\n## The sail\n\nIt was red.\n"])
@pytest.mark.parametrize("new", ["## The spar", "We sailed on.\n\n## The spar", "## The spar\n\n## The rope"])
def test_a_place_below_a_heading_that_has_other_words_is_below_it_still(new: str, tail: str) -> None:
    """At the end of the file too, and where a paragraph or a section was put in beside it."""
    old = f"# Boats\n\nThey float.\n\n## The boom{tail}"
    renamed = old.replace("## The boom", new)
    (place,) = near(old.encode(), renamed.encode(), [old.index("boom") + len("boom") + (tail != "")])
    assert renamed[: place.start].rstrip().endswith("## The spar") and place.start == place.end


def test_a_comment_that_was_changed_is_what_stands_there_now() -> None:
    """Its own text waits for it, so it isn't passed over as others are."""
    old, new = b"# A\n\n<!-- say why -->\n\nText.\n", b"# A\n\n<!-- say when -->\n\nText.\n"
    (place,) = near(old, new, [old.index(b"<!--")])
    assert new[slice(*place)] == b"<!-- say when -->\n"


MATTERS = (
    (b"---\ntitle: Trip\n---\n", b"---\ntitle: Journey\ndate: 2021-01-01\n---\n"),
    (b"\xef\xbb\xbf---\ntitle: Trip\n---\n", b"---\ntitle: Trip\n...\n"),
    (b'+++\ntitle = "Trip"\n+++\n', b'+++\ntitle = "Trip"\ntags = ["sea"]\n+++\n'),
    (b'{\n  "title": "Trip"\n}\n', b'{\n  "title": "Trip",\n  "tags": ["sea"]\n}\n'),
    (b"Trip\n====\n", b"Journey\n-------\n"),
    (b"> By me.\n***\n", b"***\n"),
)


@pytest.mark.parametrize(("before", "after"), MATTERS)
@pytest.mark.parametrize("behind", [b"", b"\n", b"Mine above it.\n\n", b"## At sea\n\n", b"At sea\n---\n"])
def test_a_text_right_below_the_metadata_or_a_rule_belongs_to_a_paragraph_of_its_own(
    before: bytes, after: bytes, behind: bytes
) -> None:
    """What is changed in the lines above it leaves its place alone."""
    note, rest = b"TODO: tell of the boat", b"\n\nWe went to Vienna by train.\n"
    span = Span(len(before), len(before) + len(note))
    for top in (before, after):
        at = len(top + behind)
        place = Span(at, at + len(note))
        old, new = before + note + rest, top + behind + note + rest
        assert relocate_spans(old, new, [span], notes=[span]) == (place,)
    joined = before + b"Mine right above it.\n" + note + rest
    assert relocate_spans(before + note + rest, joined, [span]) == (None,)


@pytest.mark.parametrize("matter", [b"", *(matter for matter, _ in MATTERS[:4])])
def test_a_note_that_is_all_of_a_drafts_opening_has_no_place_below_text_of_the_authors(matter: bytes) -> None:
    """The metadata above it is no text; what was typed is what stands there now."""
    old = matter + b"TODO: tell of the boat\n\n## Vienna\n\nIt rained.\n"
    new = old.replace(b"TODO", b"We took the boat.\n\nTODO")
    span = Span(len(matter), old.index(b"\n\n## V"))
    assert relocate_spans(old, new, [span], notes=[span]) == (None,)
    (place,) = near(old, new, [span.start])
    assert new[slice(*place)] == b"We took the boat.\n"


@pytest.mark.parametrize("matter", [b"", b"---\ntitle: Trip\n---\n", b"\n"])
@pytest.mark.parametrize("blank", [b"", b"\n"])
def test_a_place_is_below_its_heading_whichever_way_that_is_marked(matter: bytes, blank: bytes) -> None:
    """An editor may make all headings ones with a line below them, or with signs before them."""
    parts = [b"(expand this)\n\n", blank, b"- Fish\n\n", b"It was dry.\n\n(expand this)\n"]
    marked = [b"# Trip\n", b"## Osaka\n", b"## Nara\n", b"## Uji\n"]
    lined = [b"Trip\n====\n", b"Osaka\n---\n", b"Nara\n--------\n", b"Uji\n-----\n"]

    def draft(headings: list[bytes]) -> tuple[bytes, list[Span]]:
        data, spans = matter, []
        for heading, part in zip(headings, parts, strict=True):
            data += heading
            spans.append(Span(len(data), len(data) + len(part.strip())))
            data += part
        return data, spans

    (old, places), (new, others) = draft(marked), draft(lined)
    assert list(relocate_spans(old, new, places)) == others
    assert list(relocate_spans(new, old, others)) == places


@pytest.mark.parametrize("typed", [b"", b"- Bread\n", b"- Bread", b"\n## End\n\nIt was dry.\n"])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_what_is_typed_below_the_last_item_leaves_its_text_where_it_is(typed: bytes, end: bytes) -> None:
    """Whether or not its line had an end before."""
    items = b"# Packing\n\n- Boots\n- Maps"
    place = Span(len(items), len(items))
    for notes in ([], [place]):
        assert relocate_spans(items + end, items + b"\n" + typed, [place], notes=notes) == (place,)
        assert relocate_spans(items + b"\n" + typed, items + end, [place], notes=notes) == (place,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Move it as it is\n- but with disks\n- less cost",
            "Move it as it is\n\n- but with disks\n- less cost",
        ),
        ("Gauss\n\n\nmore grids\n\n\n\nthe rest", "Gauss\n\nmore grids\n\nthe rest"),
        ("> Gauss\n>\n>\n> the rest", "> Gauss\n>\n> the rest"),
        ("Move it:\n1. with disks\n1. less cost", "\nMove it:\n\n1. with disks\n\n2. less cost"),
    ],
)
def test_blank_lines_that_divide_nothing_more_make_no_difference(one: str, other: str) -> None:
    """A note of several paragraphs or items is found without them and with them."""
    one, other = (f"# Plan\n\nIt went on.\n\n{note}\n\n## End\n\nIt was dry.\n" for note in (one, other))
    for then, now in ((one, other), (other, one)):
        for end in (0, 1):  # the words, and whole lines
            span, place = (
                Span(len(text) - len(text[text.index("on.") + 3 :].lstrip()), text.index("\n\n## End") + end)
                for text in (then, now)
            )
            assert relocate_spans(then.encode(), now.encode(), [span], notes=[span]) == (place,)


def test_what_does_not_fit_a_draft_has_no_place() -> None:
    """What was stored of it may be damaged."""
    data, other = b"# Plan\n\nIt went on.\n", b"# Plan\n\nIt went on.\n\nIt was dry.\n"
    for old, new in ((data, data), (data, other), (other, data), (b"", data)):
        fits, *beyond = Span(0, 0), Span(len(old), len(old) + 1), Span(len(old) + 9, len(old) + 9)
        assert relocate_spans(old, new, [fits, *beyond])[1:] == (None, None)


def test_of_two_markers_alike_the_text_finds_its_own_section() -> None:
    """Where the one was filled by hand, its text doesn't go to the other."""
    old = b"# A\n\nTODO\n\n# B\n\nTODO\n"
    hunks = [Hunk("g", Span(at, at + 4), b"TODO", b"x") for at in (5, 16)]
    placed, conflicts = relocate_hunks(old, b"# A\n\nMine.\n\n# B\n\nTODO\n", hunks)
    assert [hunk.span.start for hunk in placed] == [17] and len(conflicts) == 1
    placed, _ = relocate_hunks(old, b"# B\n\nTODO\n", hunks)
    assert [hunk.span.start for hunk in placed] == [5]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_text_goes_with_its_section_and_its_item(order: tuple[int, ...]) -> None:
    """Wherever the author puts them; not with a heading that is there twice."""
    sections = [b"## Oars\n\n", b"## Tar\n\nTODO\n\n", b"## Nets\n\n- of hemp\n- TODO: of what else?\n\n"]
    old, new = (b"# Boats\n\n" + b"".join(some) for some in (sections, [sections[at] for at in order]))
    places = [(old.index(b"Oars\n") + 5, 0), (old.index(b"TODO\n"), 4), (old.index(b"TODO: of"), 19)]
    hunks = [Hunk("g", Span(at, at + size), old[at : at + size], b"Mine.") for at, size in places]
    placed, conflicts = relocate_hunks(old, new, hunks)
    written = [b"## Oars\nMine.\n", b"## Tar\n\nMine.\n\n", b"## Nets\n\n- of hemp\n- Mine.\n\n"]
    assert not conflicts and apply(new, placed) == b"# Boats\n\n" + b"".join(written[at] for at in order)


@given(documents(), st.data())
def test_moved_hunks_only_ever_insert_where_both_neighbours_stand(data: bytes, choose: st.DataObject) -> None:
    """After moving, every hunk's original is at its new place."""
    new = choose.draw(documents())
    at = choose.draw(st.integers(0, len(data)))
    end = choose.draw(st.integers(at, len(data)))
    placed, conflicts = relocate_hunks(data, new, [Hunk("g", Span(at, end), data[at:end], b"x")])
    assert len(placed) + len(conflicts) == 1
    for hunk in placed:
        assert new[hunk.span.start : hunk.span.end] == hunk.original


def _instruction(text: bytes, line: bytes) -> tuple[bytes, bytes]:
    draft = parse(text)
    start = text.index(line)
    items = [b for b in draft.blocks if b.kind == "Item"]
    targets = tuple(Span(b.start, b.start + len(text[b.start : b.end].rstrip())) for b in items)
    gap = Gap("g", GapKind.INSTRUCTION, Span(start, start + len(line)), (), "", targets)
    return apply(text, [removal(draft, gap)]), apply(
        text, [hunk_for(draft, gap, text="More of it.", target=t) for t in targets]
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_instruction_line_leaves_no_double_blank_lines(end: str) -> None:
    """The line goes with the blank line after it, in every line ending."""
    text = "Intro.\n\nExpand each of these\n\n- **A.** One.\n- **B.** Two\n\n\n".replace("\n", end).encode()
    removed, expanded = _instruction(text, b"Expand each of these")
    assert removed == "Intro.\n\n- **A.** One.\n- **B.** Two\n\n\n".replace("\n", end).encode()
    assert expanded == text.replace(b"One.", b"One. More of it.").replace(b"Two", b"Two. More of it.")


def test_an_instruction_at_the_end_of_a_paragraph_leaves_the_paragraph() -> None:
    """A line without a blank line before it goes alone, and the blank line after it stays."""
    removed, _ = _instruction(b"Intro.\nExpand each of these\n\n- **A.** One.\n", b"Expand each of these")
    assert removed == b"Intro.\n\n- **A.** One.\n"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("We met at the pier. Expand each of these", "We met at the pier."),
        ("Expand each of these Tar is warm.", "Tar is warm."),
        ("We met. Expand each of these Tar is warm.", "We met. Tar is warm."),
        ("1. Expand each of these", ""),
        ("<p>Expand each of these</p>", ""),
        ("> Expand each of these", ""),
    ],
)
def test_other_words_in_the_line_of_an_instruction_stay(line: str, rest: str) -> None:
    """The instruction goes with a blank beside it; marks and tags around it go with the line."""
    removed, _ = _instruction(f"Intro.\n{line}\n\n* A\n* B\n".encode(), b"Expand each of these")
    assert removed.decode() == f"Intro.\n{rest}\n\n* A\n* B\n".replace("\n\n\n", "\n\n")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("- ", "- Tar smells."),
        ("-", "- Tar smells."),
        ("- ...", "- Tar smells."),
        ("- …", "- Tar smells."),
        ("- Tar", "- Tar: Tar smells."),
    ],
)
def test_a_text_for_an_item_with_nothing_in_it_begins_behind_its_mark(item: str, text: str) -> None:
    """No full stop is put there, as no sentence of the author's ends; dots are nothing, too."""
    draft = parse(f"- Rope.\n{item}\n- Oars.\n\nExpand each of these\n".encode())
    target = Span(8, 8 + len(item.rstrip().encode()))
    gap = Gap("g", GapKind.INSTRUCTION, Span(0, 0), (), "", (target,))
    hunk = hunk_for(draft, gap, text="Tar smells.", target=target)
    assert apply(draft.data, [hunk]).decode() == f"- Rope.\n{text}\n- Oars.\n\nExpand each of these\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("behind", ["", "\n", "\n\n## Tar\n"])
def test_a_text_goes_below_the_attributes_of_its_heading(newline: str, behind: str) -> None:
    """They belong to the block right above them."""
    before = "# Rope\n\nIt is long.\n\n## Hemp\n{: .big #hemp}"
    draft = parse(f"{before}{behind}".replace("\n", newline).encode())
    heading = draft.headings[1]
    gap = Gap("g", GapKind.EMPTY_SECTION, heading.span, heading.path, "")
    done = apply(draft.data, [hunk_for(draft, gap, text="It smells.")]).decode()
    assert done.replace(newline, "\n").startswith(f"{before}\n\nIt smells.")
    assert done.endswith(behind.replace("\n", newline).lstrip("\r\n"))


@pytest.mark.parametrize(
    ("point", "text", "line"),
    [
        ("- Rye", "It grew tall.", "- Rye: It grew tall."),
        ("- Rye: new", "It grew tall.", "- Rye: new. It grew tall."),
        ("- Rye", "which grew tall.", "- Rye which grew tall."),
        ("- 庭の花", "毎朝水をやります。", "- 庭の花。毎朝水をやります。"),
        ("- **花**：", "每天早上浇水。", "- **花**：每天早上浇水。"),
        ("- 花", "，是她种的。", "- 花，是她种的。"),
        ("- 花开了。", "每天早上浇水。", "- 花开了。每天早上浇水。"),
        ("- 마당의 꽃", "아침마다 물을 줍니다.", "- 마당의 꽃: 아침마다 물을 줍니다."),
    ],
)
def test_a_sign_of_its_script_parts_a_point_from_what_is_written_of_it(
    point: str, text: str, line: str
) -> None:
    draft = parse(f"# A\n\n{point}\n".encode())
    start, end = draft.data.index(b"- "), len(draft.data) - 1
    gap = Gap("g", GapKind.INSTRUCTION, Span(0, 3), (), "", (Span(start, end),))
    hunk = hunk_for(draft, gap, text=text, target=Span(start, end))
    assert apply(draft.data, [hunk]).decode() == f"# A\n\n{line}\n"


MOVED = st.lists(st.sampled_from(["We left.", "TODO", "- hull", "", "## A", "## B", "### C"]), max_size=9)


@example(["## A", "", "## B", ""], ["## A", "", "## B"])
@example(["## A", "", "## B", "", "Text.", ""], ["## B", "", "Text.", "", "## A"])
@example(["", "We left."], ["We left."])
@given(MOVED, MOVED)
def test_a_place_that_is_found_again_holds_the_same_bytes(old: list[str], new: list[str]) -> None:
    """Lines may be moved in any way, and the last one of a draft may lose its end."""
    before, after = "\n".join(old).encode(), "\n".join(new).encode()
    starts = [0, *(at + 1 for at, byte in enumerate(before) if byte == ord("\n")), len(before)]
    spans = [
        Span(a, b)
        for start, end in itertools.pairwise(starts)
        for a, b in ((start, start), (start, end), (end, end))
    ]
    for span, place in zip(spans, relocate_spans(before, after, spans), strict=True):
        if place is not None:
            assert 0 <= place.start <= place.end <= len(after)
            assert after[slice(*place)] == before[slice(*span)]


def test_a_text_in_which_its_author_made_a_word_bold_is_not_taken_out_again() -> None:
    old = b"# Boats\n\n- Ours is old, and dry.\n"
    hunk = Hunk("g", Span(11, 32), old[11:32], b"TODO")
    placed, conflicts = relocate_hunks(old, old.replace(b"dry", b"*dry*"), [hunk])
    assert not placed and len(conflicts) == 1
    ((placed,), _) = relocate_hunks(old, b"# Boats\n\n  -   Ours is old, and dry.  \n", [hunk])
    assert placed.span == Span(15, 36)
