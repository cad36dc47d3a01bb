"""Our text in a buffer that its author goes on editing."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.app import report
from assistant.core.hunks import ownership
from assistant.core.hunks.apply import apply
from assistant.core.hunks.merge import applied
from assistant.core.review.decide import replay
from assistant.core.review.events import Decided, Moved, Offered, Proposal, SavedUndecided
from assistant.core.review.saved_texts import undecided
from assistant.core.types import Hunk, Span, Verdict
from assistant.frontends.lsp import buffer
from assistant.frontends.lsp.buffer import Change, Edit, Placement, Range, State
from assistant.frontends.lsp.moved_words import MovedWords, own_words
from assistant.frontends.lsp.offered_texts import OfferedTexts
from assistant.frontends.lsp.positions import Text

LETTERS = st.text("ab🪴\n", max_size=12)


def placement(text: str, start: int, original: str = "", key: str = "0123456789:0") -> Placement:
    return Placement(key, text, original, ranges=(Range(start, start + len(text)),))


@example(before="", old="a", after="a", new="a\n", edits=[])
@given(
    before=LETTERS,
    old=LETTERS,
    after=LETTERS,
    new=LETTERS.filter(bool),
    edits=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.text("XY", max_size=3)), max_size=6),
)
def test_a_rejection_takes_no_letter_of_the_authors(
    before: str, old: str, after: str, new: str, edits: list[tuple[int, int, str]]
) -> None:
    """Whatever is typed where, rejecting takes our letters alone and puts the original back once."""
    placements: tuple[Placement, ...] = (placement(new, len(before), old),)
    text = before + new + after
    for start, length, typed in edits:
        first, last = min(start, len(text)), min(start + length, len(text))
        edit = Edit(first, last, typed)
        placements = buffer.after_edit(placements, edit, text)
        text = buffer.applied(text, [edit])
    for one in placements:
        assert not any(set(text[start:end]) & set("XY") for start, end in one.ranges)
        left = buffer.applied(text, one.removal(text))
        assert [c for c in left if c in "XY"] == [c for c in text if c in "XY"]
        if not edits:
            assert left == before + old + after


WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=9).map(" ".join)


@given(
    old=WORDS,
    new=WORDS,
    edits=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.text("XY ", max_size=3))),
)
@example(old="b a", new="b", edits=[(0, 1, "")])
def test_a_new_text_takes_no_word_of_the_authors(
    old: str, new: str, edits: list[tuple[int, int, str]]
) -> None:
    """Whatever is typed into a text, what comes in its place has the author's letters in their order."""
    placements: tuple[Placement, ...] = (placement(old, 1),)
    text = f"({old})"
    for start, length, typed in edits:
        first, last = min(start + 1, len(text) - 1), min(start + length + 1, len(text) - 1)
        edit = Edit(first, last, typed)
        placements = buffer.after_edit(placements, edit, text)
        text = buffer.applied(text, [edit])
    for one in placements:
        changes = buffer.exchange(one, Placement(one.key, new, ""), text)
        now = buffer.applied(text, [change.edit for change in changes])
        assert [c for c in now if c in "XY"] == [c for c in text if c in "XY"]
        (there,) = buffer.after_changes([], changes)  # the author's note can come back
        assert not any(set(now[slice(*one)]) & set("XY()") for one in there.ranges)
        assert edits or (now, there.ranges) == (f"({new})", (Range(1, 1 + len(new)),))


@given(st.lists(st.tuples(LETTERS, LETTERS.filter(bool), LETTERS), min_size=1, max_size=4))
def test_the_base_is_the_text_without_our_pieces(parts: list[tuple[str, str, str]]) -> None:
    """Offsets outside of pieces lead from the base to the buffer."""
    base = "".join(kept + old for kept, _, old in parts) + "end"
    text, placements = "", []
    for number, (kept, new, old) in enumerate(parts):
        text += kept
        placements.append(placement(new, len(text), old, str(number)))
        text += new
    text += "end"
    found = buffer.base_of(Text(text), placements)
    assert found.text.text == base
    for back in range(3):
        assert found.to_buffer(len(base) - back) == len(text) - back


@given(LETTERS, LETTERS, LETTERS, LETTERS)
def test_a_trimmed_edit_does_the_same(before: str, old: str, new: str, after: str) -> None:
    """What begins or ends both texts is left alone, so that an author's cursor in it stays."""
    text = before + old + after
    whole = Edit(len(before), len(before + old), new)
    small = buffer.trimmed(whole, text)
    assert buffer.applied(text, [small]) == buffer.applied(text, [whole])
    assert len(small.new) <= len(new)


@given(LETTERS, LETTERS.filter(bool), LETTERS, st.data())
def test_an_edit_that_leaves_the_authors_words_alone_does_the_same(
    before: str, new: str, after: str, data: st.DataObject
) -> None:
    """A blank line that may be the author's or ours is ours; what is typed at an end is the author's."""
    text, ours = before + new + after, placement(new, len(before))
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    edit = Edit(first, last, data.draw(LETTERS))
    moved = buffer.clear_of_authors(edit, text, [ours])
    assert buffer.applied(text, [moved]) == buffer.applied(text, [edit])
    assert len(moved.new) - (moved.end - moved.start) == len(edit.new) - (edit.end - edit.start)


def test_of_two_blank_lines_that_read_the_same_ours_is_deleted() -> None:
    """The one below a paragraph that goes is the author's, and so is what is typed at a piece's end."""
    ours = [placement("one\n\ntwo", 0)]
    assert buffer.clear_of_authors(Edit(5, 10, ""), "one\n\ntwo\n\nmine", ours) == Edit(3, 8, "")
    assert buffer.clear_of_authors(Edit(1, 1, "So o"), "one\n\ntwo", ours) == Edit(0, 0, "oSo ")


ONE, TWO = "We found the mill by the smoke.", "Every evening the wheel was stopped."


@pytest.mark.parametrize(
    ("edits", "text"),
    [
        ([Edit(0, 69, f"{ONE} {TWO}")], f"{ONE} {TWO}"),
        ([Edit(31, 31, f" {TWO}"), Edit(68, 106, "")], f"{ONE} {TWO}"),
        ([Edit(31, 69, ""), Edit(31, 31, f" {TWO}")], f"{ONE} {TWO}"),
        ([Edit(0, 0, f"{TWO} |"), Edit(38, 107, "")], f"{TWO} |"),
        ([Edit(33, 69, ""), Edit(0, 0, f"{TWO}\n\n")], f"{TWO}\n\n{ONE}\n\n"),
        ([Edit(0, 69, f"{ONE} Mine.\n{TWO}")], f"{ONE} Mine.\n{TWO}"),
        (
            [Edit(9, 68, "a mill. Every evening the wheel was still")],
            "We found a mill. Every evening the wheel was still.",
        ),
        ([Edit(39, 56, ONE)], f"{ONE}\n\nEvery {ONE} was stopped."),
    ],
    ids=[
        "as a whole",
        "copied first",
        "cut first",
        "copied with a mark",
        "moved up",
        "with a sentence",
        "up to a letter of a word",
        "over words of which it has one",
    ],
)
def test_the_models_words_in_an_edit_stay_the_models(edits: list[Edit], text: str) -> None:
    """However an editor tells that paragraphs were joined or moved, or words replaced."""
    placements, now, moved = (placement(f"{ONE}\n\n{TWO}", 0, "TODO"),), f"{ONE}\n\n{TWO}", MovedWords()
    for edit in edits:
        was, now = now, buffer.applied(now, [edit])
        moved.offer(placements)
        placements = moved.after_edit(edit, buffer.after_edit(placements, edit, was), now)
    assert now == text
    ours = " ".join(now[slice(*one)] for one in placements[0].ranges).split()
    assert ours == [word for word in now.split() if word not in ("Mine.", "a", "mill.", "still.", "|")]


@pytest.mark.parametrize(
    ("one", "two", "own"),
    [(ONE, TWO, "I was there."), ("我们在磨坊里找到一只旧轮子。", "每天晚上，轮子都停下来。", "我也在。")],
)
def test_the_authors_words_between_words_that_were_moved_stay(one: str, two: str, own: str) -> None:
    """Lines of a text and the author's own were pasted at once; the model's go."""
    offered, text, pasted = OfferedTexts(), f"{one}\n\n{two}", f"{one}\n\n{own}\n\n{two}"
    offered.add("draft.md", placement(text, 0))
    (mark,) = MovedWords("other.md", offered).after_edit(Edit(0, 0, pasted), (), pasted)
    assert mark.is_moved and buffer.applied(pasted, mark.removal(pasted)).strip() == own


@pytest.mark.parametrize(
    ("before", "edit", "left"),
    [
        ("We ate late.", "We ate late. Every evening the\nwheel was stopped.", "We ate late."),
        ("> We ate late.", "> We ate late. Every evening the\n> wheel was stopped.", "> We ate late."),
        ("| a | b |", f"| {TWO} | b |", "| | b |"),
        ("They were  torn.", f"They were ({TWO}) torn.", "They were () torn."),
        ("We ate.Late.", f"We ate.{TWO}Late.", "We ate.Late."),
    ],
    ids=["filled again", "in a quotation", "in a cell", "in brackets", "in a word"],
)
def test_words_that_were_on_offer_are_known_in_whatever_lines_they_are_put_in(
    before: str, edit: str, left: str
) -> None:
    """An editor may break them in another way, or tell them with the author's words around them."""
    offered = OfferedTexts()
    offered.add("draft.md", placement(f"{ONE} {TWO}", 0))
    moved = MovedWords("other.md", offered)
    (mark,) = moved.after_edit(buffer.trimmed(Edit(0, len(before), edit), before), (), edit, [before])
    assert mark.is_moved and buffer.applied(edit, mark.removal(edit)).split() == left.split()


@pytest.mark.parametrize(
    "own",
    [
        "On Monday we found the mill by the smoke.",
        "Every evening the wheel was stopped, and we slept.",
        "They said that we found the mill by the smoke. Every evening the wheel was still.",
        "We found the mill by",
        "I slept.\nIt was late.\nI ate.",
        "Who found it?\nMy aunt sold the mill in March.\nShe did.",
    ],
)
def test_words_of_the_authors_that_are_part_of_a_text_as_well_have_no_mark(own: str) -> None:
    """They are no whole sentence of it, or stood in the note that it replaced."""
    offered = OfferedTexts()
    moved, other = MovedWords("draft.md", offered), MovedWords("other.md", offered)
    text = f"{ONE} {TWO} It was late. My aunt sold the mill in March."
    offers = (placement(text, 0, "- my aunt sold the mill in March\n- the smoke"),)
    moved.offer(offers)
    author = [own_words(text, offers)]
    assert other.after_edit(Edit(0, 0, own), (), own, author) == ()
    assert moved.after_edit(Edit(0, 0, own), (), own, author) == ()


@pytest.mark.parametrize("signs", ["", " ", "\n", "-- "])
@pytest.mark.parametrize("words", ["mill by the", "the smoke. Every evening the wheel"])
def test_words_that_were_cut_from_a_text_are_known_to_the_letter(words: str, signs: str) -> None:
    """They may be part of a sentence, but beside others they are anybody's."""
    offered, text = OfferedTexts(), f"{ONE} {TWO}"
    moved, at = MovedWords("draft.md", offered), text.index(words)
    moved.cut([placement(text, 0)], text, Edit(at, at + len(words), ""))
    edit = Edit(3, 3, f"{signs}{words}")
    new = applied("We rowed.", [edit])
    (mark,) = MovedWords("other.md", offered).after_edit(edit, (), new)
    assert applied(new, mark.removal(new)).replace(signs, "") in ("We rowed.", "Werowed.")
    own = f"I saw {words} yesterday."
    assert MovedWords("other.md", offered).after_edit(Edit(0, 0, own), (), own) == ()


def test_what_an_editor_puts_in_bit_by_bit_is_known_to_its_last_word() -> None:
    """Pasted while typing, a text may come in parts that end anywhere, also in the middle of a word."""
    moved, text, placements = MovedWords(), "We ate and slept.", tuple[Placement, ...]()
    moved.offer((placement(f"{ONE} {TWO}", 0),))
    moved.cut([placement(f"{ONE} {TWO}", 0)], f"{ONE} {TWO}", Edit(0, len(f"{ONE} {TWO}"), ""))
    for part in ("We found the mill by the sm", "oke. Every evening the wheel was", " stopped.", "\n"):
        edit = Edit(at := text.index("and"), at, part)
        after, text = buffer.after_edit(placements, edit, text), buffer.applied(text, [edit])
        placements = moved.after_edit(edit, after, text)
    (mark,) = placements
    assert buffer.applied(text, mark.removal(text)) == "We ate \nand slept."


def test_thousands_of_lines_are_put_in_at_once_beside_many_texts_that_were_cut() -> None:
    """An editor may put in a whole file again."""
    moved = MovedWords()
    text = "\n".join(f"We counted {n} boats in the fog, and one was ours." for n in range(100))
    moved.offer((placement(text, 0),))
    pasted = "\n".join(f"I wrote line {n} of it, with a dozen words at least in it." for n in range(20_000))
    begun = process_time()
    assert moved.after_edit(Edit(0, 0, pasted), (), pasted) == ()
    assert process_time() - begun < 2


def test_words_of_the_authors_stay_apart_where_the_blank_between_them_is_a_texts() -> None:
    """The author took away the words before the blank, so theirs stand right before it."""
    text, placements = f"We rowed.\n\n{ONE}\n\nIt rained.", (placement(ONE, 11),)
    for gone in (" rowed.\n\nWe found", ".\n\n"):
        edit = Edit(at := text.index(gone), at + len(gone), "")
        text, placements = buffer.applied(text, [edit]), buffer.after_edit(placements, edit, text)
    assert text == "We the mill by the smokeIt rained."
    assert buffer.applied(text, placements[0].removal(text)) == "We It rained."


@pytest.mark.parametrize(
    ("old", "typed", "new"),
    [
        ("We", "Mine", "Mine They sailed."),
        ("rowed", "slept", "They sailed. slept"),
        ("early.", "late!", "They sailed. late!"),
        ("We ate.", "I slept.", "They sailed.\n\nI slept."),
        ("We rowed out early.", "I slept.", "I slept.\n\nThey sailed."),
        ("early.", "", "They sailed."),
    ],
)
def test_words_of_the_authors_are_parted_from_the_text_in_place_of_the_models(
    old: str, typed: str, new: str
) -> None:
    """Another text has no words of the one that the author changed."""
    text = "We rowed out early.\n\nWe ate." if "ate" in old or "I" in typed else "We rowed out early."
    at = text.index(old)
    edit = Edit(at, at + len(old), typed)
    (one,) = buffer.after_edit([placement(text, 0)], edit, text)
    now = buffer.applied(text, [edit])
    changes = buffer.exchange(one, Placement(one.key, "They sailed.", ""), now)
    assert buffer.applied(now, [change.edit for change in changes]) == new


def test_changes_move_the_other_pieces_along() -> None:
    """One piece is taken away and one put in; the third is where its words are then."""
    text = "one OLD two KEPT three"
    gone, kept = placement("OLD", 4, "former", "a"), placement("KEPT", 12, key="b")
    put = Change(Edit(17, 17, "NEW "), Placement("c", "NEW ", ""))
    changes = [*(Change(edit) for edit in gone.removal(text)), put]
    after = buffer.after_changes([kept], changes)
    new = buffer.applied(text, [change.edit for change in changes])
    assert new == "one former two KEPT NEW three"
    assert {p.key: new[slice(*p.extent)] for p in after} == {"b": "KEPT", "c": "NEW "}


def test_what_is_typed_between_blanks_that_are_left_of_a_text_stays() -> None:
    """The author deleted all of its words before."""
    (left,) = buffer.after_edit([placement("\n\n", 4)], Edit(5, 5, "mine"), "abc\n\n\n")
    assert buffer.applied("abc\n\nmine\n", left.removal("abc\n\nmine\n")) == "abc\nmine"


def test_a_line_that_was_taken_away_comes_back_by_an_undo() -> None:
    """The accepted removal is forgotten when the author's undo puts its line back."""
    line = replace(placement("", 4, "Expand these.\n"), state=State.ACCEPTED)
    assert buffer.base_of(Text("abc\n- x"), [line]).text.text == "abc\nExpand these.\n- x"
    assert buffer.after_edit([line], Edit(4, 4, "Expand these.\n"), "abc\n- x") == ()
    assert buffer.after_edit([line], Edit(0, 0, "x"), "abc\n- x")[0].ranges == (Range(5, 5),)


def test_text_is_found_again_whatever_line_ends_it_got() -> None:
    """An editor may put its own line ends; the nearest place counts."""
    text = "x\r\nA\r\nB\r\ny A\nB"
    assert buffer.same_words(text, "A\nB", near=2) == [(3, 7), (11, 14)]
    assert buffer.same_words(text, "A\r\nB", near=14) == [(11, 14), (3, 7)]
    assert buffer.same_words(text, "A\r\nB", near=14, taken=[placement("A\nB", 11)]) == [(3, 7)]
    assert buffer.same_words("nothing", "A", near=0) == []


def test_what_a_file_was_saved_with_is_undecided_again_and_the_unknown_is_raw() -> None:
    """A text that the review offers is known by its piece; a stream that was saved is none of its texts."""
    base = b"# A\n\n# B\n"
    hunk = Hunk("a", Span(4, 4), b"", b"\nText.\n")
    saved = b"# A\n\nText.\n\n# B\n\nRaw wo"
    placements = (
        Hunk("a", Span(4, 11), b"\nText.\n", b""),
        Hunk("b", Span(len(saved) - 7, len(saved)), b"\nRaw wo", b""),
    )
    review = replay(
        [
            Moved(base),
            Offered(Proposal("a", (hunk,), ("a:0",)), base),
            SavedUndecided(saved, placements, ("a:0", "b:0")),
        ]
    )
    known, raw = buffer.restored(review, Text(saved.decode()))
    assert (known.key, known.state, known.text) == ("a:0", State.UNDECIDED, "\nText.\n")
    assert (raw.gap, raw.state, raw.text) == ("b", State.RAW, "\nRaw wo")
    assert buffer.base_of(Text(saved.decode()), [known, raw]).text.data == base


def test_a_file_saved_with_one_of_two_equal_texts_has_the_one_that_was_saved() -> None:
    """Two points of a list got the same words; the first was rejected, the second is still to decide."""
    base, text = b"- one\n- two\n", b" It was late."
    first, second = (Hunk("a", Span(at, at), b"", text) for at in (5, 11))
    saved = b"- one\n- two It was late.\n"
    review = replay(
        [
            Moved(base),
            Offered(Proposal("a", (first, second), ("a:0", "a:1")), base),
            Decided("a:0", Verdict.REJECTED),
            SavedUndecided(saved, (Hunk("a", Span(11, 24), text, b""),), ("a:1",)),
        ]
    )
    (known,) = buffer.restored(review, Text(saved.decode()))
    assert (known.key, known.state) == ("a:1", State.UNDECIDED)
    assert report.left(review, held=undecided(review.saved, saved)) == "1 still to decide, 1 rejected"


def test_a_word_in_place_of_a_whole_text_stays_a_line_of_its_own() -> None:
    """Of the model's text only the blanks are left, which part it from the next heading or the one above."""
    for text, start, words in (("# A\nmine\n\n# B", 8, "one\n\n"), ("# A\n\nmine", 3, "\n\none")):
        left = replace(placement(words, start), ranges=(Range(start, start + 2),))
        assert buffer.applied(text, left.removal(text)) == text.replace("\n\n", "\n")


def test_a_letter_of_a_script_without_blanks_counts_as_a_word() -> None:
    """What is typed into a Chinese sentence doesn't make the whole of it the author's."""
    left = replace(placement("我们在港口见面。", 0, "TODO"), ranges=(Range(0, 3), Range(5, 10)))
    assert buffer.applied("我们在安静港口见面。", left.removal("我们在安静港口见面。")) == "TODO\n\n安静"


@pytest.mark.parametrize(
    ("item", "left"),
    [
        ("We rowed out early.", "- Mine.\nTODO: list"),
        ("We ate on the rocks.", "TODO: list\n- Mine."),
        ("We came back late.", "TODO: list\n- Mine."),
    ],
)
def test_an_item_of_the_authors_in_place_of_the_models_keeps_its_line(item: str, left: str) -> None:
    """The note that comes back is on another one."""
    text = "- We rowed out early.\n- We ate on the rocks.\n- We came back late."
    at = text.index(item)
    edit = Edit(at, at + len(item) - 1, "Mine")
    (one,) = buffer.after_edit([placement(text, 0, "TODO: list")], edit, text)
    now = buffer.applied(text, [edit])
    assert buffer.applied(now, one.removal(now)) == left


def test_what_parts_words_behind_many_lines_is_found_in_no_time() -> None:
    begun = process_time()
    for end, found in (("x", "\n" * 12_000), ("", "\n" * 12_000), ("- ", "\n" * 12_000 + "- ")):
        assert ownership.parting("\n" * 12_000 + end) == found
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("first_cut", "last_cut", "typed"),
    [("ll.\n", "ide waits", ""), ("ll.\n", "ide waits", "x"), (".\n", " waits", "")],
)
def test_two_texts_that_were_joined_in_a_line_are_taken_out_apart(
    first_cut: str, last_cut: str, typed: str
) -> None:
    """Neither takes a letter of the other: a file can be saved with both, and each has its note again."""
    first, second = "The ferry leaves at nine, and it is full.", "The guide waits at the pier with a list."
    text = f"# Day\n\n- {first}\n- {second}\n"
    placements = [
        Placement(
            f"{number}:0", words, f"TODO: {number}", ranges=(Range(at, at + len(words)),), ends_line=True
        )
        for number, words in enumerate((first, second))
        for at in [text.index(words)]
    ]
    edit = Edit(text.index(first_cut), text.index(last_cut), typed)
    after, now = buffer.after_edit(placements, edit, text), Text(applied(text, [edit]))
    draft = apply(now.data, [buffer.taking_out(now, one) for one in after])
    assert [b"TODO: 0" in draft, b"TODO: 1" in draft, b"waits" in draft] == [True, True, False]
