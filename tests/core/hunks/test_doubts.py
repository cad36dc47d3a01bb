"""Questions and doubtful sentences of a piece: answered, asked about, dropped, approved, and back again."""

from __future__ import annotations

import json
from dataclasses import replace

from assistant.adapters.store.codec import Codec
from assistant.core.hunks.apply import apply
from assistant.core.hunks.doubts import approval, without_unsupported
from assistant.core.review import decide, events, settle
from assistant.core.review.state import Review
from assistant.core.types import Hunk, Span, Verdict, Warning

BASE = b"# One\n"
TEXT = b"\nIt cost [TK: how much?]. Tom left a note. I liked it.\n"
AT = TEXT.index(b"Tom")
WARNING = Warning("unsupported", "not in your posts", AT, AT + 3)
HUNK = Hunk("g", Span(6, 6), b"", TEXT, (WARNING,))
OFFER = events.Offered(events.Proposal("g", (HUNK,), ("g:0",), "m", id=1), BASE)
START = [events.Moved(BASE), OFFER]
QUESTION = TEXT.index(b"[TK"), TEXT.index(b"]") + 1
ANSWERED = events.Revised("g:0", *QUESTION, b"forty pounds", 1)
APPROVED = events.Approved("g:0", "", "Tom left a note.")


def after(*steps: events.Event) -> Review:
    return decide.replay([*START, *steps])


def test_a_piece_shows_what_waits_for_its_author() -> None:
    """Questions and warnings are in the order of the text."""
    piece = after().pieces[0]
    assert [(d.words, d.is_question) for d in piece.doubts] == [
        ("how much?", True),
        ("not in your posts", False),
    ]
    assert approval(HUNK, WARNING) == ("", "Tom left a note.")


def test_an_answer_goes_in_and_can_be_taken_back() -> None:
    """The words replace the question, the warning stays in its place, and undo asks again."""
    piece = after(ANSWERED).pieces[0]
    assert piece.text == TEXT.replace(b"[TK: how much?]", b"forty pounds")
    (left,) = piece.doubts
    assert piece.text[left.start : left.end] == b"Tom"
    assert after(ANSWERED, events.Undone()).pieces[0].text == TEXT
    assert after(ANSWERED, events.Undone(), events.Redone()).pieces[0].text == piece.text
    assert after(ANSWERED, events.Decided("g:0", Verdict.ACCEPTED)).accepted()[0].replacement == piece.text


def test_a_piece_that_raises_doubts_is_not_accepted_with_the_rest() -> None:
    """An open question keeps a piece out of "accept the rest", as a warning does."""
    assert decide.rest(after(APPROVED)).pieces == ()
    assert decide.rest(after(ANSWERED)).pieces == ()
    assert decide.rest(after(ANSWERED, APPROVED)).pieces == (("g:0", 1),)


def test_what_is_approved_is_doubted_no_more() -> None:
    """An approval takes the warning away, and undo brings it back."""
    assert [d.words for d in after(APPROVED).pieces[0].doubts] == ["how much?"]
    assert len(after(APPROVED, events.Undone()).pieces[0].doubts) == 2


def test_an_answer_of_an_earlier_version_waits_beside_a_new_one() -> None:
    """A retry starts from the model's words, and the version before keeps its answer."""
    other = replace(HUNK, replacement=TEXT.replace(b"Tom", b"Ann"))
    new = events.Offered(events.Proposal("g", (other,), ("g:0",), "m", id=2), BASE)
    review = after(ANSWERED, events.Reopened("g:0"), new)
    assert review.pieces[0].text == other.replacement
    assert b"forty pounds" in decide.step(review, events.Shown("g:0", -1)).pieces[0].text


def test_parts_of_a_revised_piece_are_those_of_its_text_now() -> None:
    """What was split before an answer isn't shown after it."""
    more = events.Revised("g:0", len(TEXT) - 1, len(TEXT) - 1, b"\n\nMore.", 1)
    review = after(more, events.Split("g:0"), events.Undone(), ANSWERED, events.Split("g:0"))
    first, second = review.shown
    assert b"forty" in first.text and second.text == b"More."
    for piece in review.shown:
        review = decide.step(review, events.Decided(piece.key, Verdict.ACCEPTED))
    (hunk,) = review.accepted()
    assert apply(BASE, [hunk]) == BASE + first.text.join((b"\n", b"\n\nMore.\n"))


def test_the_store_keeps_answers_and_approvals() -> None:
    """They come back from JSON as they were."""
    codec = Codec(keep=lambda data: data.decode(), fetch=str.encode)
    for event in (ANSWERED, APPROVED):
        name, fields = codec.event_fields(event)
        assert codec.event(name, json.loads(json.dumps(fields)), proposals={}) == event


def test_a_full_stop_alone_is_no_text() -> None:
    """Where all that the text adds to the author's note is left out, nothing is written."""
    text = b"why we sing. It began in 1911."
    doubt = Warning("unsupported", "nothing tells this", 13, len(text))
    hunk = Hunk("g", Span(0, 11), b"why we sing", text, (doubt,))
    assert without_unsupported(hunk) == (None, ("It began in 1911.",))


def test_a_warning_about_no_words_leaves_the_text_to_a_review() -> None:
    """There is no sentence to leave out, and nothing would ever take the warning away."""
    warning = Warning("unsupported", "not in your posts", len(TEXT), len(TEXT))
    assert without_unsupported(replace(HUNK, warnings=(warning,))) == (None, ())


HALF = b"The lid was cracked, and"


def test_a_sentence_that_its_author_began_is_asked_about_from_there_and_never_dropped() -> None:
    """The author's half stays, whatever becomes of the model's."""
    text = HALF + b" Bert glued it in 1987. I pour slowly."
    doubt = Warning("unsupported", "not in your posts", 0, text.index(b" I pour"))
    hunk = Hunk("g", Span(0, len(HALF)), HALF, text, (doubt,))
    piece = decide.replay(
        [events.Moved(HALF), events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=1), HALF)]
    ).pieces[0]
    assert without_unsupported(hunk)[0] is None
    assert settle.drop(piece, piece.doubts[0]) is None
    asked = settle.ask_instead(piece, piece.doubts[0])
    assert (
        asked
        and text[: asked.start] + asked.new == HALF + " [TK: is this so? “Bert glued it in 1987”].".encode()
    )


def test_a_sentence_with_an_abbreviation_is_left_out_as_a_whole() -> None:
    """Half of it would stand before the author's next sentence."""
    text = (
        "Das Dach war alt, und es war kalt. Die Ziegel kamen von der Fa. Berg und waren rot. Dann ging ich.\n"
    )
    at = text.index("Berg")
    warning = Warning("unsupported", "not in your posts", at, at + 4)
    kept, left_out = without_unsupported(Hunk("g", Span(6, 6), b"", text.encode(), (warning,)))
    assert left_out == ("Die Ziegel kamen von der Fa. Berg und waren rot.",)
    assert kept and kept.replacement == b"Das Dach war alt, und es war kalt. Dann ging ich.\n"
