"""Keeps the pieces of a review at their places while the draft moves on, is written and put back.

The author may type in an editor during a session. A piece whose own paragraph, item or row is untouched
moves along (`relocate_spans`); any other is marked, and keeps the draft that it was made for, so
that both can be shown and nothing is overwritten; it is at the paragraph that is there now (`near`).
What the session itself writes is known to the byte, so there the places are computed and not searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress

from assistant.core.hunks import revise, split
from assistant.core.hunks.apply import apply, reverse, span_after
from assistant.core.hunks.relocate import (
    changed_paragraph,
    is_gone,
    is_one_of_several,
    near,
    place_of,
    prefix_at,
    relocate_hunks,
    relocate_spans,
)
from assistant.core.review.events import Offered, Reverted, SavedUndecided
from assistant.core.review.newlines import with_newline, with_prefixes
from assistant.core.review.state import Phase, Piece, Review, Version, added
from assistant.core.text import lazy
from assistant.core.text.line_ends import LineFeeds, newlines
from assistant.core.text.normal_form import normal_form
from assistant.core.text.spans import overlap
from assistant.core.types import Gap, Hunk, Span, Verdict, Warning

_NEWLINE = lazy.pattern(rb"\r\n|\n|\r")
_BLANK_LINE = lazy.pattern(rb"\n[ \t]*\n")
_LINE = lazy.pattern(rb"[^\r\n]*")
_MARKS = b" \t#>*+-_.:0123456789"
"""What a formatter may change before and behind the words of a line."""


def moved(review: Review, data: bytes) -> Review:
    """Return the state on the draft as it is now.

    A piece without a text, whose place is gone, is forgotten; one that is being written waits for its text.
    A piece that has no place as it is becomes what it was in another draft where it has one: a written text
    whose place is as it was before waits, as it was accepted, and is written once the file has it again.
    """
    return _recalled(_followed(review, data), review)


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
        for piece in _rechosen(review, found)
    ]
    return _settled(replace(review, base=data), pieces)


def others(review: Review, piece: Piece) -> tuple[Review, ...]:
    """Return what a piece was in other drafts and, unless its text is gone, what it is in this one.

    That is one state for each draft with a text of it in, and one for all drafts without.
    """
    if piece.is_gone:
        return piece.others
    here = review.only(piece)
    left = (one for one in piece.others if one.base != here.base and (_is_written(one) or _is_written(here)))
    return (*left, here)


def _is_written(state: Review) -> bool:
    """Tell whether the text of a piece was in the draft, as it was there."""
    return state.pieces[0].phase is Phase.WRITTEN


def _recalled(review: Review, before: Review) -> Review:
    """Return the state with what pieces were in other drafts, where they have no place as they are."""
    faces = {piece.key: own for piece in review.pieces if (own := _faces(review, piece))}
    known = _known((face for own in faces.values() for face in own), review.base)
    taken: dict[str, Sequence[Piece]] = {}
    for key in sorted(faces, key=len):  # a part's is longer than that of the whole
        there = [face for face in reversed(faces[key]) if id(face) in known]
        piece = review.pieces[review.index[key]]
        if not there or piece.part_of in taken:
            continue
        face = max(there, key=_is_written)
        every = piece.others if piece.is_gone else others(before, before.piece(key) or piece)
        whole, *parts = known[id(face)]
        taken[key] = replace(whole, others=tuple(one for one in every if one is not face)), *parts
    if not taken:
        return review
    left = [s for s in review.pieces if not taken.keys() & {s.key, s.part_of}]
    return _settled(_without_past(review, taken), [*left, *(s for own in taken.values() for s in own)])


def _faces(review: Review, piece: Piece) -> list[Review]:
    """Return what a piece was in other drafts that it can be in this one, the latest last.

    What it was without its text is as it is decided now. Where it has a place, only a written text counts.
    """
    if not piece.is_gone:
        is_out = piece.phase is not Phase.WRITTEN
        return [face for face in piece.others if piece.lost or (is_out and _is_written(face))]
    waiting = _waiting(review, piece)

    def is_same(face: Review) -> bool:
        whole, now = face.pieces[0], waiting.pieces[0]
        return not _is_written(face) and (whole.choice, whole.text) == (now.choice, now.text)

    return [waiting, *(face for face in piece.others if not is_same(face))]


def _known(faces: Iterable[Review], data: bytes) -> dict[int, Sequence[Piece]]:
    """Return the piece, with its parts, of each of some states that has a place in `data`, by its `id`."""
    groups: dict[tuple[bytes, int], list[Review]] = {}
    """Those that are followed in one comparison of the two drafts; each has another piece."""
    numbers = Counter[tuple[bytes, str]]()
    for face in faces:
        if any(words in data for words in _first_words(face)):  # most of what was changed never comes back
            number = numbers[face.base, face.pieces[0].key]
            numbers[face.base, face.pieces[0].key] += 1
            groups.setdefault((face.base, number), []).append(face)
    known = dict[int, Sequence[Piece]]()
    for (base, _), group in groups.items():
        followed = _followed(Review(base, tuple(s for face in group for s in face.pieces)), data)
        for face in group:
            whole, *parts = (followed.piece(s.key) for s in face.pieces)
            if whole and not (whole.is_gone or whole.lost):
                known[id(face)] = (whole, *filter(None, parts))
    return known


def _first_words(face: Review) -> Iterator[bytes]:
    """Yield the words of a line that a piece has in its draft: its text's first one, if that is written."""
    piece = face.pieces[0]
    places = [(piece.span.start, face.base)]
    if not _is_written(face):
        places = [(_own_offset(v.hunk), v.home or face.base) for v in piece.versions]
    for at, data in places:
        start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
        yield _LINE.match(data, start)[0].strip(_MARKS)  # type: ignore[index]


def _waiting(review: Review, piece: Piece) -> Review:
    """Return a piece that is written, with its parts, as it was in the draft that it was written into.

    What was decided since on parts that were left out is kept.
    """
    home = (piece.version and piece.version.home) or review.base

    def reopened(one: Piece) -> Piece:
        homes = (None if version.home == home else version.home for version in one.versions)
        every = zip(one.versions, homes, strict=True)
        versions = tuple(replace(version, home=own, is_written=False) for version, own in every)
        span = versions[one.choice.at].hunk.span
        return replace(one, span=span, versions=versions, phase=Phase.READY, is_gone=False, others=())

    whole = reopened(piece)
    parts = review.parts.get(piece.key, ())
    return Review(
        home, (whole, *(_part_put_back(s, whole) if review.is_open(s) else reopened(s) for s in parts))
    )


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
        if before is None or before.version is None or now is None or now.home is not None:
            continue
        hunk = before.version.hunk
        old = prefix_at(before.version.home or review.base, hunk.span)
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


def is_deleted(piece: Piece, data: bytes) -> bool:
    """Tell whether a lost piece's place is gone from `data`: what is there now was next to it before.

    Its own line may only have been moved, to where it can't be told from others.
    """
    home = piece.version.home if piece.version else None
    if not home or not (own := own_line(piece)):
        return False
    lines = lines_of(home)
    if lines_of(data).count(own) >= lines.count(own):
        return False
    text = data[slice(*current_place(piece, data))]
    if all(line in lines and line != own for line in lines_of(text) if line.strip()):
        return True
    return piece.version is not None and is_gone(home, data, _own_offset(piece.version.hunk))


def is_unsure(piece: Piece, data: bytes, place: Span) -> bool:
    """Tell whether a decided piece lost its place, though it may be this one: its line is the same.

    So it is where one of several that are alike was moved while its heading was renamed.
    """
    return piece.is_outdated and piece.choice.is_decided and own_line(piece) == line_at(data, place.start)


def in_doubt(review: Review) -> frozenset[bytes]:
    """Return the lines that pieces were decided for which lost their place among places that are alike."""
    lost = (s for s in review.pieces if s.lost and not s.part_of and s.choice.is_decided)
    return frozenset(own_line(piece) for piece in lost if _is_one_of_several(piece.version, review.base))


def _is_one_of_several(version: Version | None, data: bytes) -> bool:
    if version is None or version.home is None:
        return False
    return is_one_of_several(version.home, data, _own_offset(version.hunk))


def own_line(piece: Piece) -> bytes:
    """Return the line that a lost piece was for; nothing of one that has its place."""
    if piece.version is None or piece.version.home is None:
        return b""
    return line_at(piece.version.home, _own_offset(piece.version.hunk))


def _own_offset(hunk: Hunk) -> int:
    """Return a byte of the line that a hunk is for: of an insertion, the one above."""
    return max(hunk.span.start - (hunk.original == b""), 0)


def lines_of(data: bytes) -> list[bytes]:
    """Return the lines of a draft in normal form, without their ends."""
    return normal_form(data).data.splitlines()


def line_at(data: bytes, offset: int) -> bytes:
    """Return the line that a byte is in, in normal form and without its end."""
    form = normal_form(data)
    at = form.place(Span(offset, offset)).span.start
    end = form.data.find(b"\n", at)
    return form.data[form.data.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(form.data)]


def current_place(piece: Piece, data: bytes) -> Span:
    """Return where in `data` that is which stands in a lost piece's place: a paragraph, or a heading."""
    if b"\r" in data:
        feeds = LineFeeds(data)
        return feeds.back(current_place(replace(piece, span=feeds.spans([piece.span])[0]), feeds.data))
    start = data.rfind(b"\n", 0, piece.anchor) + 1
    if piece.span.start == piece.span.end:  # it is behind the lines that were typed there
        start = max((blank.end() for blank in _BLANK_LINE.finditer(data, 0, start)), default=0)
    end = data.find(b"\n", max(piece.span.end - 1, piece.anchor))
    return Span(start, end if end >= 0 else len(data))


def without_undecided(saved: SavedUndecided | None, data: bytes) -> bytes:
    """Return `data` with the author's own bytes where an editor saved undecided text.

    Text that its author changed, or typed next to it in the same paragraph, is the author's, and stays.
    """
    return apply(data, undecided(saved, data).values())


def undecided(saved: SavedUndecided | None, data: bytes) -> dict[str, Hunk]:
    """Return what would take out of `data` the texts that an editor saved undecided in it, by piece."""
    if saved is None:
        return {}
    placed, conflicts = relocate_hunks(saved.data, data, saved.pieces)
    changed = [conflict.hunk for conflict in conflicts]
    gaps = [hunk.gap for hunk in saved.pieces]
    names = saved.keys or [f"{gap}:{gaps[:at].count(gap)}" for at, gap in enumerate(gaps)]
    keys = (key for key, hunk in zip(names, saved.pieces, strict=True) if hunk not in changed)
    return dict(zip(keys, placed, strict=True))


def without_offered(
    gaps: Sequence[Gap], review: Review, held: SavedUndecided | None, data: bytes
) -> tuple[Gap, ...]:
    """Return the gaps of the draft that are in no text which an editor saved undecided in the file `data`.

    Such a text may count as the draft's: what is `held` that the review doesn't take out. Where it doesn't,
    what its author typed into it is in its place until it is decided on.
    """
    out = undecided(review.saved, data)
    if apply(data, out.values()) != review.base:
        return tuple(gaps)
    there = zip(sorted(out, key=lambda key: out[key].span), reverse(out.values()), strict=True)
    decided = {piece.key for piece in review.pieces if not piece.undecided}
    places = [(one.span, one.gap) for key, one in there if key not in decided]
    others = (hunk for key, hunk in undecided(held, data).items() if key not in out)
    places += [(span_after(hunk.span, out.values()), "") for hunk in others]
    return tuple(g for g in gaps if not any(overlap(g.span, span) and g.id != own for span, own in places))


def saved(review: Review, event: SavedUndecided) -> Review:
    """Return the state with undecided texts as an editor saved them in the draft's file.

    Where the author changed one, that is another version of it, which is shown.
    """
    review = replace(review, saved=event if event.pieces else None)
    hunks = sorted(zip(event.pieces, event.keys, strict=False), key=lambda pair: pair[0].span)
    pieces = dict[str, Piece]()
    for (_, key), hunk in zip(hunks, reverse(event.pieces), strict=False):
        piece = review.piece(key)
        is_open = piece and piece.versions and piece.phase is not Phase.WRITTEN
        if piece and is_open and review.base[slice(*hunk.span)] == hunk.original:
            pieces[key] = _as_saved(review, piece, hunk)
    return _settled(review, [pieces.get(piece.key, piece) for piece in review.pieces]) if pieces else review


def _as_saved(review: Review, piece: Piece, there: Hunk) -> Piece:
    """Return a piece that shows the text of a hunk, in its place."""
    text, versions = there.replacement, list(piece.versions)
    choice = review.choice_with(piece, text) or piece.choice
    shown = replace(piece, choice=choice)
    if shown.hunk and shown.text != text:
        own = shown.edited(choice.at, text)
        own = replace(own, hunk=replace(own.hunk, warnings=tuple(_still_in(shown.hunk, text))))
        if _is_only_saved(review, piece):
            versions[-1] = replace(own, proposal=versions[-1].proposal)
        else:
            versions.append(own)
        choice = replace(choice, at=len(versions) - 1)
    for at, version in enumerate(versions):
        if at == choice.at or version.hunk.original == there.original:
            hunk = replace(version.hunk, span=there.span, original=there.original)
            versions[at] = replace(version, hunk=hunk, home=None)
    choice = piece.choice if choice == piece.choice else choice.reopened(choice.at)
    return replace(piece, versions=tuple(versions), choice=choice)


def _is_only_saved(review: Review, piece: Piece) -> bool:
    """Tell whether the version that is shown is the author's latest, and nothing was ever decided on it."""
    _, *earlier = review.choices(piece)
    at, last = piece.choice.at, piece.versions[-1]
    versions = {*(one.at for one in earlier), *dict(piece.choice.revisions)}
    return bool(last.source) and piece.undecided and at == len(piece.versions) - 1 and at not in versions


def _still_in(hunk: Hunk, text: bytes) -> Iterator[Warning]:
    """Yield the warnings of a hunk whose words are still in a text."""
    for one in hunk.warnings:
        if (start := text.find(words := hunk.replacement[one.start : one.end])) >= 0:
            yield replace(one, start=start, end=start + len(words))


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
            version = _version(Version(hunk, proposal.id, *details), offer.data, review.base)
            piece = pieces.get(key)
            if piece is None or piece.starts_over:
                restarted.add(key)
                first[key] = 0
                span = near(offer.data, review.base, [hunk.span.start])[0] if version.home else hunk.span
                own = others(review, piece) if piece else ()
                pieces[key] = Piece(key, proposal.gap, span, (version,), phase=Phase.READY, others=own)
            elif piece.follows:
                pieces[key] = replace(piece, versions=(version,))
            else:
                # A text that is there already, as of an earlier run's stored answer, is no other version.
                texts = [None if one.source else one.hunk.replacement for one in piece.versions]
                at = texts.index(hunk.replacement) if hunk.replacement in texts else len(texts)
                if at < len(texts) and piece.versions[at].home is not None and piece.choice.has_decision(at):
                    at = len(texts)  # that decision was made for another place
                versions = (*piece.versions[:at], version, *piece.versions[at + 1 :])
                choice, at = piece.choice, first.setdefault(key, at)
                # What was decided on a text that lost its place is not said of one for what is there now.
                has_place, is_open = version.home is None, not choice.is_decided
                if (piece.lost and has_place) or (is_open and (piece.lost or has_place)):
                    choice = choice.for_version(at)
                pieces[key] = replace(piece, versions=versions, choice=choice, phase=Phase.READY, said="")
    if restarted:
        review = _without_past(review, restarted)
    return _settled(review, [s for s in pieces.values() if s.part_of not in restarted])


def written(review: Review, keys: Collection[str], hunks: Sequence[Hunk], data: bytes) -> Review:
    """Return the state after `hunks` went into the file: their pieces are done, the others move along.

    Of a text that was split, only the parts that were accepted are done; the others belong beside these.
    """
    written_keys, pieces = set(keys), []
    places = dict(zip(keys, reverse(hunks), strict=False))
    for piece in review.pieces:
        is_left = review.is_left(piece)
        hunks_before = _not_behind(review, piece, hunks, written_keys) if is_left else hunks
        moved = _shifted(piece, hunks_before, review.base, is_left=is_left)
        whole = review.piece(piece.part_of)
        texts = review.kept_parts(whole) if whole and whole.key in places and review.is_open(piece) else {}
        if texts and whole and whole.hunk:
            spans = split.positions(whole.hunk, texts)
            pieces.append(_part(piece, *spans, places[whole.key].span.start, data, review.base))
            continue
        if piece.key in written_keys or piece.part_of in written_keys:
            there = places.get(piece.key)
            moved = replace(piece, span=_words(there) if there else moved.span)
            moved = replace(_done(moved, review.base), others=others(review, piece))
        pieces.append(moved)
    return _settled(replace(review, base=data, past=(), future=()), _rechosen(review, pieces))


def _done(piece: Piece, before: bytes) -> Piece:
    """Return a piece that is in the draft; its versions stay as they were, for the write to be put back."""
    shown = piece.version if piece.is_accepted else None
    own = {shown.hunk.replacement, shown.source} if shown else set()
    versions = (v if v.home is not None else replace(v, home=before) for v in piece.versions)
    versions = (replace(v, is_written=v.is_written or v.hunk.replacement in own) for v in versions)
    return replace(piece, phase=Phase.WRITTEN, versions=tuple(versions))


def _part(
    piece: Piece,
    kept: Mapping[int, Span],
    others: Mapping[int, split.LeftOut],
    start: int,
    data: bytes,
    before: bytes,
) -> Piece:
    """Return a part of a text whose other parts are in the draft `data`, from the byte `start` on."""
    if (number := _number(piece)) in kept:
        span = Span(start + kept[number].start, start + kept[number].end)
        return _done(replace(piece, span=span), before)
    at, lead, tail = others[number]
    at += start
    end = _NEWLINE.match(lead)
    prefix = piece.hunk.prefix if piece.hunk else ""
    if end and data.startswith(end[0], at) and not prefix.strip():  # it stands on lines of its own
        at, lead, tail = at + len(end[0]), lead[len(end[0]) :], end[0]

    return _set_apart(piece, lambda text: lead + text + tail, len(lead), Span(at, at), b"", home=None)


def _not_behind(review: Review, piece: Piece, hunks: Sequence[Hunk], keys: Collection[str]) -> list[Hunk]:
    """Return the hunks without the parts of the same text that go in behind a part at its place."""
    behind = [
        other.hunk
        for key in keys
        if (other := review.piece(key)) and other.hunk and other.part_of == piece.part_of
        if other.place == piece.place and _number(other) > _number(piece)
    ]
    return [hunk for hunk in hunks if hunk not in behind]


def _number(part: Piece) -> int:
    return int(part.key.rpartition(".")[2])


def _words(hunk: Hunk) -> Span:
    """Return where the words of a text are, which taking it out would remove."""
    text = hunk.original
    start = hunk.span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def reverted(review: Review, event: Reverted) -> Review:
    """Return the state after a write was put back: what it wrote is not in the file.

    What the author accepted stays accepted; what a run accepted that asked nobody is open again. Of a text
    that was split, this holds for the parts that were written; what was decided on the others stays. A text
    that left its author's own words in its place is open again, and outdated.
    """
    there = sorted(event.hunks, key=lambda hunk: hunk.span)
    back = list(zip(there, reverse(there), strict=True))
    taken, pieces = set[str](), list[Piece]()
    for piece in sorted(review.pieces, key=lambda piece: bool(piece.part_of)):
        if piece.part_of in taken:
            continue
        if piece.key not in event.keys or piece.phase is not Phase.WRITTEN:
            pieces.append(_shifted(piece, event.hunks, review.base))
            continue
        taken.add(piece.key)
        place = next((now.span for hunk, now in back if overlap(hunk.span, piece.span)), None)
        span, waiting = place or _place(piece.span, event.hunks), _waiting(review, piece)
        written = tuple(filter(_is_written, others(review, piece)))
        for one in waiting.pieces:
            versions = tuple(_taken_out(v, place, v.home or waiting.base, event.data) for v in one.versions)
            own = written if one.key == piece.key else ()
            is_open = one.choice.unseen or (place and versions[one.choice.at].home is not None)
            choice = replace(one.choice, verdict=Verdict.UNDECIDED, unseen=False) if is_open else one.choice
            one = replace(one, span=span, versions=versions, choice=choice, others=own)
            pieces.append(one)
    review = replace(review, base=event.data, past=(), future=())
    return _settled(review, _rechosen(review, pieces))


def _part_put_back(piece: Piece, whole: Piece) -> Piece:
    """Return a part of a text that was taken out of the draft, as it was before; see `_part`."""
    assert whole.version and whole.hunk
    part, text = split.split(whole.hunk)[_number(piece)], piece.versions[0].hunk.replacement
    lead, _, tail = text.partition(part.replacement) if part.replacement in text else (b"", text, b"")

    def bare(text: bytes) -> bytes:
        return text.removeprefix(lead).removesuffix(tail)

    piece = replace(piece, phase=Phase.READY, is_gone=False, others=())
    return _set_apart(piece, bare, -len(lead), part.span, part.original, home=whole.version.home)


def _set_apart(
    piece: Piece, text: Callable[[bytes], bytes], by: int, span: Span, original: bytes, *, home: bytes | None
) -> Piece:
    """Return a part at another place, with other blanks around its words, which are `by` bytes further on."""

    def placed(version: Version) -> Version:
        hunk = version.hunk
        warnings = tuple(replace(w, start=w.start + by, end=w.end + by) for w in hunk.warnings)
        words = text(hunk.replacement)
        hunk = replace(hunk, span=span, original=original, replacement=words, warnings=warnings)
        source = version.source and text(version.source)
        return replace(version, hunk=hunk, source=source, home=home, is_written=False)

    revisions = tuple(
        (n, replace(one, start=one.start + by, end=one.end + by)) for n, one in piece.choice.revisions
    )
    choice = replace(piece.choice, revisions=revisions)
    return replace(piece, span=span, versions=tuple(map(placed, piece.versions)), choice=choice)


def _taken_out(version: Version, place: Span | None, home: bytes, data: bytes) -> Version:
    """Return a version at the place where its text was taken out: that is known, whatever reads like it."""
    if place is not None and data[slice(*place)] == version.hunk.original:
        return version.moved(place, home=home)
    return _version(version, home, data)


def _settled(review: Review, pieces: Sequence[Piece]) -> Review:
    """Sort the pieces by where their shown version is now."""
    whole = {s.key: s.place for s in pieces if s.phase is not Phase.WRITTEN}
    places = [whole.get(s.part_of, s.place) for s in pieces]
    placed = [s if s.span == p else replace(s, span=p) for s, p in zip(pieces, places, strict=True)]
    return added(replace(review, pieces=()), placed)


def _rechosen(review: Review, pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces of a draft that changed, each with a text that has a place, and what was chosen for it.

    A text whose place is there again is as it was decided on.
    """
    return [_with_place(piece, review.piece(piece.key) or piece) for piece in pieces]


def _with_place(piece: Piece, before: Piece) -> Piece:
    placed = [at for at, version in enumerate(piece.versions) if version.home is None]
    regained = [at for at in placed if before.versions[at].home is not None]
    choice = piece.choice
    if piece.lost:
        candidates = placed if not before.lost else regained
    else:
        candidates = [] if choice.is_decided else [at for at in regained if choice.has_decision(at)]
    if not candidates:
        return piece
    latest = [one.at for one in choice.earlier]
    at = max(candidates, key=lambda at: (choice.has_decision(at), at in latest and latest.index(at), -at))
    return replace(piece, choice=choice.for_version(at))


def _relocated(pieces: Sequence[Piece], old: bytes, new: bytes) -> tuple[list[Piece], set[str]]:
    """Move all versions of all pieces in one comparison of the two drafts; say which have no place now."""
    at_home = [v.hunk.span for s in pieces for v in s.versions if v.home is None]
    facts = [span for s in pieces if s.is_fact for span in (s.span, *(v.hunk.span for v in s.versions))]
    # The author's answer is for its own line, whatever the lines next to it say: `Minutes: (TBD)`.
    notes = {
        s.place
        for s in pieces
        if not (s.phase is Phase.WRITTEN or s.follows or s.instruction or (s.hunk and s.hunk.revises))
    }
    every = [*at_home, *(s.span for s in pieces)]
    spans = iter(relocate_spans(old, new, every, alone=set(facts), notes=notes))

    def followed(version: Version, piece: Piece) -> Version:
        if version.home is None:
            place = next(spans)
            if place is None and piece.part_of:
                place = _beside(version.hunk, old, new)
            return _placed_at(version, place, old, new)
        return version if piece.phase is Phase.WRITTEN else _version(version, version.home, new)

    versions = [tuple(followed(version, piece) for version in piece.versions) for piece in pieces]
    placed = list(zip(pieces, versions, spans, strict=True))
    gone = _about([piece.span for piece, _, place in placed if place is None], old, new)
    about = iter(near(old, new, gone) if gone else ())
    moved = [replace(piece, versions=own, span=place or next(about)) for piece, own, place in placed]
    # What lost its place doesn't come back to one that another text is for by now.
    held = {
        now.place for was, now in zip(pieces, moved, strict=True) if now.hunk and not (was.lost or now.lost)
    }
    moved = [
        replace(now, versions=was.versions) if was.lost and not now.lost and now.place in held else now
        for was, now in zip(pieces, moved, strict=True)
    ]
    left = list(compress(moved, (p or s.versions or s.phase is Phase.WRITING for s, _, p in placed)))
    return left, {piece.key for piece, _, place in placed if place is None}


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


def _version(version: Version, old: bytes, new: bytes) -> Version:
    """Move a version that was made for `old`; it keeps `old` as its home where that can't be done."""
    return _placed_at(version, place_of(version.hunk, old, new), old, new)


def _placed_at(version: Version, place: Span | None, old: bytes, new: bytes) -> Version:
    if place and version.hunk.original != new[slice(*place)]:  # its lines may have other ends
        version = replace(version, hunk=replace(version.hunk, original=new[slice(*place)]))
    return version.moved(place, home=old)


def shifted(hunk: Hunk, hunks: Sequence[Hunk]) -> Hunk:
    """Return a hunk at its place once `hunks` are in the draft."""
    return replace(hunk, span=_place(hunk.span, hunks))


def _place(span: Span, hunks: Sequence[Hunk]) -> Span:
    by = sum(len(h.replacement) - len(h.original) for h in hunks if h.span.end <= span.start)
    return Span(span.start + by, span.end + by)


def _shifted(piece: Piece, hunks: Sequence[Hunk], old: bytes, *, is_left: bool = False) -> Piece:
    """Move a piece by what `hunks` add and take away before it; a version that they touch has no place.

    A part that `is_left` goes behind the parts that are put in at its place.
    """

    def followed(version: Version) -> Version:
        span = version.hunk.span
        is_touched = any((h.span == span and not is_left) or overlap(h.span, span) for h in hunks)
        return version.moved(None if is_touched else _place(span, hunks), home=old)

    versions = tuple(v if v.home is not None else followed(v) for v in piece.versions)
    return replace(piece, versions=versions, span=_place(piece.span, hunks))
