"""Keeps the pieces of a review at their places while the draft moves on.

The author may type in an editor during a session. A piece whose own paragraph, item or row is untouched
moves along (`relocate_spans`); any other is marked, and keeps the draft that it was made for, so
that both can be shown and nothing is overwritten; it is at the paragraph that is there now (`near`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress

from assistant.core.hunks import revise
from assistant.core.hunks.relocate import changed_paragraph, near, place_of, prefix_at, relocate_spans
from assistant.core.review.events import Offered
from assistant.core.review.newlines import with_newline, with_prefixes
from assistant.core.review.old_places import line_at, own_offset
from assistant.core.review.split_parts import before_write
from assistant.core.review.state import Choice, Phase, Piece, Review, Version, added
from assistant.core.text.line_ends import newlines
from assistant.core.text.normal_form import normal_form
from assistant.core.text.spans import overlap
from assistant.core.types import Hunk, Span

_MARKS = b" #>*+-_.:0123456789"
"""What may be different before and behind the words of a line: the number of an item."""


def moved(review: Review, data: bytes) -> Review:
    """Return the state on the draft as it is now.

    A piece without a text, whose place is gone, is forgotten; one that is being written waits for its text.
    A piece that has no place as it is becomes what it was in another draft where it has one: a written text
    whose place is as it was before waits, as it was accepted, and is written once the file has it again.
    """
    return recalled(_followed(review, data), review)


def _followed(review: Review, data: bytes) -> Review:
    before = review
    if (ends := newlines(data)) != newlines(review.base):
        review = with_newline(review, ends[0])
    found, gone = _relocated(review.pieces, review.base, data)
    if prefixes := _prefixes(review, found, data):
        review = with_prefixes(review, prefixes)
        found, gone = _relocated(review.pieces, review.base, data)
    pieces = [
        replace(piece, is_gone=True, others=others(before, before.pieces[before.index[piece.key]]))
        if piece.key in gone and piece.phase is Phase.WRITTEN and not piece.is_gone
        else piece
        for piece in rechosen(review, found)
    ]
    return settled(replace(review, base=data), pieces)


def others(review: Review, piece: Piece) -> tuple[Review, ...]:
    """Return what a piece was in other drafts and, unless its text is gone, what it is in this one.

    That is one state for each draft with a text of it in, and one for all drafts without.
    """
    if piece.is_gone:
        return piece.others
    here = review.only(piece)
    left = (one for one in piece.others if one.base != here.base and (is_written(one) or is_written(here)))
    return (*left, here)


def started_over(review: Review, piece: Piece, new: Piece) -> Piece:
    """Return a new piece for the place of another one; what its author turned down there is known."""
    choice = Choice(turned_down=review.turned_down(piece))
    return replace(new, choice=choice, others=others(review, piece))


def is_written(state: Review) -> bool:
    """Tell whether the text of a piece was in the draft, as it was there."""
    return state.pieces[0].phase is Phase.WRITTEN


def recalled(review: Review, before: Review) -> Review:
    """Return the state with what pieces were in other drafts, where they have no place as they are."""
    faces = {piece.key: own for piece in review.pieces if (own := _faces(review, piece))}
    if not faces:  # as mostly; to compare takes a while
        return review
    known = _known((face for own in faces.values() for face in own), review.base)
    taken: dict[str, Sequence[Piece]] = {}
    for key in sorted(faces, key=len):  # a part's is longer than that of the whole
        piece = review.pieces[review.index[key]]
        there = [face for face in reversed(faces[key]) if id(face) in known]
        there = [one for one in there if not _is_replaced(piece, known[id(one)][0].place, review.base)]
        if not there or piece.part_of in taken:
            continue
        face = max(there, key=is_written)
        was = before.piece(key) or piece
        every = piece.others if piece.is_gone else others(before, was)
        whole, *parts = known[id(face)]
        choice = replace(whole.choice, turned_down=before.turned_down(was))
        left = tuple(one for one in every if one is not face)
        taken[key] = replace(whole, choice=choice, others=left), *parts
    if not taken:
        return review
    stay = [s for s in review.pieces if not taken.keys() & {s.key, s.part_of}]
    return settled(_without_past(review, taken), [*stay, *(s for own in taken.values() for s in own)])


def _faces(review: Review, piece: Piece) -> list[Review]:
    """Return what a piece was in other drafts that it can be in this one, the latest last.

    What it was without its text is as it is decided now. Where it has a place, only a written text counts.
    """
    if not piece.is_gone:
        is_out = piece.phase is not Phase.WRITTEN
        return [
            _as_decided(face, piece)
            for face in piece.others
            if piece.unplaced or (is_out and is_written(face))
        ]
    waiting = before_write(review, piece)

    def is_same(face: Review) -> bool:
        whole, now = face.pieces[0], waiting.pieces[0]
        return not is_written(face) and (whole.choice, whole.text) == (now.choice, now.text)

    return [waiting, *(face for face in piece.others if not is_same(face))]


def _is_replaced(piece: Piece, note: Span, data: bytes) -> bool:
    """Tell whether words of the author's are where a piece's text was, which is gone, and no note is there.

    What reads like its note is another one then: `TODO: say when.` is what everybody types twice.
    """
    if not piece.is_gone or note.start == note.end:
        return False
    written = next(filter(is_written, reversed(piece.others)), None)
    own = changed_paragraph(written.base, data, written.pieces[0].span.start) if written else None
    return own is not None and not overlap(own, note)


def _as_decided(face: Review, piece: Piece) -> Review:
    """Return what a piece was without its text, with the texts that came since and what is decided now."""
    was, *parts = face.pieces
    known, since = piece.versions[: len(was.versions)], piece.versions[len(was.versions) :]
    is_same = [v.hunk.replacement for v in known] == [v.hunk.replacement for v in was.versions]
    if parts or piece.choice.split or is_written(face) or not (was.hunk and is_same):
        return face
    span, original = was.hunk.span, was.hunk.original
    new = (replace(v, hunk=replace(v.hunk, span=span, original=original), base=None) for v in since)
    return Review(face.base, (replace(was, versions=(*was.versions, *new), choice=piece.choice),))


def _known(faces: Iterable[Review], data: bytes) -> dict[int, Sequence[Piece]]:
    """Return the piece, with its parts, of each of some states that has a place in `data`, by its `id`."""
    groups: dict[tuple[bytes, int], list[Review]] = {}
    """Those that are followed in one comparison of the two drafts; each has another piece."""
    numbers = Counter[tuple[bytes, str]]()
    now = normal_form(data).unwrapped.data.lower()
    for face in faces:
        if any(words in now for words in _first_words(face)):  # most of what was changed never comes back
            number = numbers[face.base, face.pieces[0].key]
            numbers[face.base, face.pieces[0].key] += 1
            groups.setdefault((face.base, number), []).append(face)
    known = dict[int, Sequence[Piece]]()
    for (base, _), group in groups.items():
        followed = _followed(Review(base, tuple(s for face in group for s in face.pieces)), data)
        for face in group:
            whole, *parts = (followed.piece(s.key) for s in face.pieces)
            if whole and not (whole.is_gone or whole.unplaced):
                known[id(face)] = (whole, *filter(None, parts))
    return known


def _first_words(face: Review) -> Iterator[bytes]:
    """Yield the first words that a piece has in its draft: of its note, or else of the line that it is in.

    Of a text that is written, these are those of its first line.
    """
    piece = face.pieces[0]
    if is_written(face):
        yield line_at(face.base, piece.span.start).lower().strip(_MARKS)
        return
    for version in piece.versions:
        note = normal_form(version.hunk.original).unwrapped.data.lower().strip(_MARKS + b"\n")
        line = line_at(version.base or face.base, own_offset(version.hunk)).lower().strip(_MARKS)
        yield note.partition(b"\n")[0] or line


def _without_past(review: Review, keys: Collection[str]) -> Review:
    """Return the state without what could be undone of some pieces: it was done to other versions."""
    past, future = (
        tuple(filter(None, (tuple(one for one in change if one[0] not in keys) for change in changes)))
        for changes in (review.past, review.future)
    )
    return replace(review, past=past, future=future)


def _prefixes(review: Review, found: Iterable[Piece], data: bytes) -> dict[str, tuple[str, str]]:
    """Return the prefix that a piece's texts have, and the one of its place now, where these differ."""
    prefixes = {}
    for piece in found:
        before, now = review.piece(piece.key), piece.version
        if before is None or before.version is None or now is None or now.base is not None:
            continue
        hunk = before.version.hunk
        old = prefix_at(before.version.base or review.base, hunk.span)
        new = prefix_at(data, now.hunk.span)
        if hunk.prefix == old != new:
            prefixes[piece.key] = old, new
    return prefixes


def with_pending(review: Review, before: Review) -> tuple[Review, list[str]]:
    """Return the state with the pieces without a text that it forgot, where their lines have other words now.

    Their keys come as well: a piece stays only if there is still a gap.
    """
    forgotten = [s for s in before.pieces if not (s.versions or s.instruction or review.piece(s.key))]
    spans = near(before.base, review.base, [piece.span.start for piece in forgotten]) if forgotten else []
    pieces = [replace(piece, span=span) for piece, span in zip(forgotten, spans, strict=True)]
    return added(review, pieces) if pieces else review, [piece.key for piece in pieces]


def offered(review: Review, offers: Sequence[Offered]) -> Review:
    """Return the state with models' texts in their pieces; what is decided in its place keeps what it has.

    All `offers` are put in together, so that a thousand of them cost little more than one.
    """
    if offers and not review.base and not review.pieces:
        review = replace(review, base=offers[0].data)
    pieces = {s.key: s for s in review.pieces}
    restarted: set[str] = set()
    ends = newlines(review.base)
    for offer in offers:
        proposal = offer.proposal
        first: dict[str, int] = {}
        """The version of each key that is shown: the first text; the others are there to choose from."""
        hunks = proposal.hunks
        if newlines(offer.data) != ends:
            hunks = tuple(revise.with_newline(hunk, ends[0]) for hunk in hunks)
        for key, hunk in zip(proposal.keys, hunks, strict=True):
            details = proposal.model, proposal.usage, proposal.seconds, proposal.guidance
            version = Version(hunk, proposal.id, *details, home=(offer.data, hunk.span))
            version = version_at(version, offer.data, review.base)
            piece = pieces.get(key)
            if piece is None or piece.starts_over:
                restarted.add(key)
                first[key] = 0
                span = near(offer.data, review.base, [hunk.span.start])[0] if version.base else hunk.span
                new = Piece(key, proposal.gap, span, (version,), phase=Phase.READY)
                pieces[key] = started_over(review, piece, new) if piece else new
            elif piece.follows:
                pieces[key] = replace(piece, versions=(version,))
            else:
                # A text that is there already, as of an earlier run's stored answer, is no other version.
                texts = [None if one.source else one.hunk.replacement for one in piece.versions]
                at = texts.index(hunk.replacement) if hunk.replacement in texts else len(texts)
                if at < len(texts) and piece.versions[at].base is not None and piece.choice.has_decision(at):
                    at = len(texts)  # that decision was made for another place
                versions = (*piece.versions[:at], version, *piece.versions[at + 1 :])
                choice, at = piece.choice, first.setdefault(key, at)
                # What was decided on a text that lost its place is not said of one for what is there now.
                has_place, is_open = version.base is None, not choice.is_decided
                if (piece.unplaced and has_place) or (is_open and (piece.unplaced or has_place)):
                    choice = choice.for_version(at)
                pieces[key] = replace(piece, versions=versions, choice=choice, phase=Phase.READY, message="")
    if restarted:
        review = _without_past(review, restarted)
    return settled(review, [s for s in pieces.values() if s.part_of not in restarted])


def settled(review: Review, pieces: Sequence[Piece]) -> Review:
    """Sort the pieces by where their shown version is now."""
    whole = {s.key: s.place for s in pieces if s.phase is not Phase.WRITTEN}
    places = [whole.get(s.part_of, s.place) for s in pieces]
    placed = [s if s.span == p else replace(s, span=p) for s, p in zip(pieces, places, strict=True)]
    return added(replace(review, pieces=()), placed)


def rechosen(review: Review, pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces of a draft that changed, each with a text that has a place, and what was chosen for it.

    A text whose place is there again is as it was decided on.
    """
    return [_with_place(piece, review.piece(piece.key) or piece) for piece in pieces]


def _with_place(piece: Piece, before: Piece) -> Piece:
    placed = [at for at, version in enumerate(piece.versions) if version.base is None]
    regained = [at for at in placed if before.versions[at].base is not None]
    choice = piece.choice
    if piece.unplaced:
        candidates = placed if not before.unplaced else regained
    else:
        candidates = [] if choice.is_decided else [at for at in regained if choice.has_decision(at)]
    if not candidates:
        return piece
    latest = [one.at for one in choice.earlier]
    at = max(candidates, key=lambda at: (choice.has_decision(at), at in latest and latest.index(at), -at))
    return replace(piece, choice=choice.for_version(at))


def _relocated(pieces: Sequence[Piece], old: bytes, new: bytes) -> tuple[list[Piece], set[str]]:
    """Move all versions of all pieces in one comparison of the two drafts; say which have no place now."""
    at_home = [v.hunk.span for s in pieces for v in s.versions if v.base is None]
    notes = {
        s.place
        for s in pieces
        if not (s.phase is Phase.WRITTEN or s.follows or s.instruction or (s.hunk and s.hunk.revises))
    }
    every = [*at_home, *(s.span for s in pieces)]
    spans = iter(relocate_spans(old, new, every, notes=notes))

    def followed(version: Version, piece: Piece) -> Version:
        if version.base is None:
            place = next(spans)
            if place is None and piece.part_of:
                place = _beside(version.hunk, old, new)
            return _placed_at(version, place, old, new)
        return version if piece.phase is Phase.WRITTEN else version_at(version, version.base, new)

    versions = [tuple(followed(version, piece) for version in piece.versions) for piece in pieces]
    placed = list(zip(pieces, versions, spans, strict=True))
    gone = _about([piece.span for piece, _, place in placed if place is None], old, new)
    about = iter(near(old, new, gone) if gone else ())
    moved = [replace(piece, versions=own, span=place or next(about)) for piece, own, place in placed]
    # What lost its place doesn't come back to one that another text is for by now.
    held = {
        now.place
        for was, now in zip(pieces, moved, strict=True)
        if now.hunk and not (was.unplaced or now.unplaced)
    }
    lost = [now if now.unplaced else was for was, now in zip(pieces, moved, strict=True)]
    moved = [_as_at_home(piece, new) for piece in moved]
    moved = [
        replace(now, versions=was.versions)
        if was.unplaced and not now.unplaced and now.place in held
        else now
        for was, now in zip(lost, moved, strict=True)
    ]
    left = list(compress(moved, (p or s.versions or s.phase is Phase.WRITING for s, _, p in placed)))
    return left, {piece.key for piece, _, place in placed if place is None}


def _as_at_home(piece: Piece, new: bytes) -> Piece:
    """Return a lost piece at its place where that is as it was when its texts were asked for.

    Of the draft before, with its only `TODO: say when.`, nobody knows which of two that is.
    """

    def known(version: Version) -> Version:
        if version.home is None or version.base in (None, version.home[0]):
            return version
        home, span = version.home
        there = place_of(replace(version.hunk, span=span), home, new)
        return _placed_at(version, there, version.base, new) if there else version

    return replace(piece, versions=tuple(map(known, piece.versions))) if piece.unplaced else piece


def _beside(part: Hunk, old: bytes, new: bytes) -> Span | None:
    """Return the place of a part that goes in behind another one, whose words its author changed."""
    if part.original or not part.replacement[:1].isspace():
        return None
    if (above := changed_paragraph(old, new, part.span.start - 1)) is None:
        return None
    is_below = old[: part.span.start].endswith((b"\n", b"\r"))
    end = above.end if is_below else above.start + len(new[slice(*above)].rstrip())
    return Span(end, end)


def _about(spans: Sequence[Span], old: bytes, new: bytes) -> list[int]:
    """Return the bytes of `old` where places that are gone are sought: below a note that is still there.

    Where text was typed above the note, it is the note's own place.
    """

    def about(span: Span, there: Span | None) -> int:
        if there is None or span.start == span.end:
            return span.start
        above = old[: span.start].rstrip().rpartition(b"\n")[2]
        is_below = new[: there.start].rstrip().endswith(above)
        return (is_below and old.find(b"\n", span.end) + 1) or span.start

    return [about(*one) for one in zip(spans, relocate_spans(old, new, spans), strict=True)]


def version_at(version: Version, old: bytes, new: bytes) -> Version:
    """Move a version that was made for `old`; it keeps `old` as its home where that can't be done."""
    return _placed_at(version, place_of(version.hunk, old, new), old, new)


def _placed_at(version: Version, place: Span | None, old: bytes, new: bytes) -> Version:
    if place and version.hunk.original != new[slice(*place)]:  # its lines may have other ends
        version = replace(version, hunk=replace(version.hunk, original=new[slice(*place)]))
    return version.moved(place, base=old)


def shifted_span(span: Span, hunks: Sequence[Hunk]) -> Span:
    """Return where something is once `hunks` are in the draft: behind those before it, or in one's place."""
    over = next((h for h in hunks if h.span.start <= span.start and overlap(h.span, span)), None)
    start, end = span
    if over:  # as a question in a text that is taken out
        start, added = over.span.start, len(over.replacement) - len(over.original)
        end = max(over.span.end, end) + added
    by = sum(len(h.replacement) - len(h.original) for h in hunks if h.span.end <= start)
    return Span(start + by, end + by)


def shifted_piece(piece: Piece, hunks: Sequence[Hunk], old: bytes, *, is_left: bool = False) -> Piece:
    """Move a piece by what `hunks` add and take away before it; a version that they touch has no place.

    A part that `is_left` goes behind the parts that are put in at its place.
    """

    def followed(version: Version) -> Version:
        span = version.hunk.span
        is_touched = any((h.span == span and not is_left) or overlap(h.span, span) for h in hunks)
        return version.moved(None if is_touched else shifted_span(span, hunks), base=old)

    versions = tuple(v if v.base is not None else followed(v) for v in piece.versions)
    return replace(piece, versions=versions, span=shifted_span(piece.span, hunks))
