"""The commands on what is kept: status, history, undo, clean, unmark."""

from __future__ import annotations

import os
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing

from assistant.adapters import files, folders
from assistant.adapters.local_model import prefixes
from assistant.adapters.settings import cache_folder
from assistant.adapters.store import Store, Write, open_store, state_folder
from assistant.adapters.store.database import local
from assistant.app import moved_files, report, workspace
from assistant.app.answering import FROM_SOURCES
from assistant.app.session import open_session
from assistant.app.undo import is_there, undo_write
from assistant.core.gaps.dismissals import ACCEPTED, MANY
from assistant.core.hunks import provenance
from assistant.core.hunks.apply import reverse
from assistant.core.hunks.relocate import near, relocate_spans
from assistant.core.review import decide, events, saved_texts
from assistant.core.text.display import command, counted, one_line, shortened, without_stop
from assistant.core.text.draft import line_starts
from assistant.core.types import Hunk, Span
from assistant.errors import InputError, UsageError
from assistant.frontends.progress import tell


def status(paths: Sequence[str]) -> int:
    """Print what is left to decide or write in these drafts, or in all; return 1 if anything is."""
    with closing(open_store()) as store:
        drafts = _stored(store, paths) if paths else store.drafts()
        lines = _waiting(store, drafts)
        approvals = [line for path in drafts for line in _approvals(store, path)]
        dismissed = _dismissed(store.dismissals(), paths)
    print(
        "\n".join(lines)
        or ("no text waits for you; locate lists what is unwritten" if drafts else "nothing stored yet")
    )
    print("".join(f"{line}\n" for line in (*approvals, *dismissed)), end="")
    return 1 if lines else 0


def _stored(store: Store, paths: Sequence[str]) -> list[str]:
    """Return the stored drafts that are named or lie in a named folder. Raises `InputError`."""
    drafts = store.drafts()
    named: list[str] = []
    for path in paths:
        real = os.path.realpath(path)
        matches = [draft for draft in drafts if files.is_at_or_below(draft, real)]
        if not matches and os.path.isdir(path):
            folders.check_posts(path)
        elif not matches and (notice := moved_files.take_over(store, path, workspace.read(path))):
            tell(notice)
            matches = [real]
        named += matches
    return named


def _waiting(store: Store, paths: Sequence[str]) -> list[str]:
    """Return a line for each draft in which something is left to decide or write.

    What is kept of one whose file was moved goes on there, and the author is told.
    """
    left = {path: remainder for path in paths if any(remainder := _remainder(store, path))}
    there = moved_files.moved_to(store, [path for path, (_, fault) in left.items() if fault])
    lines = []
    for path in left:
        place = there.get(path, "")
        if place and (notice := moved_files.take_over(store, place, workspace.read(place))):
            tell(notice)
            lines += _waiting(store, [place])
        else:
            rest, fault = left[path]
            name, changed = os.path.relpath(path), local(store.last_at(path))
            lines.append(one_line(f"{name}: {rest}; last change {changed}{fault}"))
    return lines


def _remainder(store: Store, path: str) -> tuple[str, str]:
    """Return what is left to decide or write in a draft, and what is wrong with its file; else nothing."""
    review = decide.replay(store.events(path))
    name, fault, held = os.path.relpath(path), "", dict[str, Hunk]()
    try:
        data = workspace.read(name).data
        held = saved_texts.undecided(review.saved, data)
        draft = saved_texts.without_undecided(review.saved, data)
        review = decide.step(review, events.Moved(draft))
    except InputError as error:
        fault = f" ({str(error).removeprefix(f'{name}: ')})"
    remainder = report.left(review, held=held)
    return (remainder, fault) if remainder else ("", "")


def _approvals(store: Store, path: str) -> list[str]:
    """Return a line for each warning that the author settled in the review of a draft."""
    name = one_line(os.path.relpath(path))
    return [
        f"{name}: {f'fine here ({code})' if code else 'you said it is true'}: “{one_line(words)}”"
        for code, words in store.approvals_from(path)
    ]


def _dismissed(dismissals: Sequence[tuple[str, str, str]], paths: Sequence[str]) -> list[str]:
    """Return a line for each blog with dismissed gaps; `paths` name drafts or folders, or nothing for all."""
    folders = [os.path.realpath(path) for path in paths]
    lines = []
    for blog in dict.fromkeys(blog for blog, _, _ in dismissals):
        rows = [(draft, kind) for root, draft, kind in dismissals if root == blog and kind != ACCEPTED]
        if not rows:
            continue
        if folders and not any(files.is_at_or_below(draft, real) for draft, _ in rows for real in folders):
            continue
        kinds = Counter(kind for _, kind in rows)
        summary = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
        doubtful = ", ".join(kind for kind, n in kinds.items() if n >= MANY)
        surer = f" ({doubtful} must be surer here now)" if doubtful else ""
        path = os.path.relpath(blog)
        hint = f"to list them again: {command('locate --forget', path)}"
        lines.append(f"{one_line(path)}: dismissed: {summary}{surer}; {hint}")
    return lines


def history(path: str) -> int:
    """Print what was written into a draft, when, and by which model. Raises `UsageError`."""
    _check_one_draft(path, "history")
    with closing(open_store()) as store:
        _stored(store, [path])
        writes = [w for w in store.writes(path) if w.state in ("done", "undone")]
    if not writes:
        print(f"nothing written into {one_line(path)} yet")
        return 0
    try:
        current = workspace.read(path).data
    except InputError as error:
        current = None
        print(f"{one_line(str(error))}; the lines are those of then")
    standing = writes if current is None else _standing(writes, current)
    for write in writes:
        is_undone = write not in standing
        back = ", undone since" if write.state == "undone" else ", taken out since"
        pieces = sorted(zip(write.hunks, write.models, strict=True), key=lambda piece: piece[0].span)
        places = zip(pieces, _places(write, current, is_undone=is_undone), strict=True)
        texts = [(hunk, model, place) for (hunk, model), place in places if not hunk.follows]
        print(f"{local(write.at)}: {len(texts)} written{back if is_undone else ''}")
        for hunk, model, place in texts:
            name = one_line(model) or "unknown model"
            words = shortened(without_stop(hunk.replacement.decode()), 70)
            print(f"  {place}, {name}: {words}")
            for note in hunk.notes:
                if note.startswith(FROM_SOURCES):
                    print(f"    {one_line(note)}")
    return 0


def _standing(writes: Sequence[Write], current: bytes) -> list[Write]:
    """Return the writes whose texts are in the `current` draft, or may be, in words that changed since.

    A piece may be written again, as where the file was put back: its text is that of the last such write.
    """
    standing, later = list[Write](), set[str]()
    for write in reversed(writes):
        there, is_repeated = is_there(write, current), bool(write.keys) and later.issuperset(write.keys)
        if not is_repeated and (there or write.state == "done"):
            standing.append(write)
            later.update(write.keys)
    return standing


def _places(write: Write, current: bytes | None, *, is_undone: bool) -> Iterator[str]:
    """Yield the line that each hunk of a write has in the `current` draft, in order.

    Of a text that was undone, this is where it went in. Without the draft, the lines are those of then.
    """
    then = write.before if is_undone else write.after
    hunks = sorted(write.hunks, key=lambda hunk: hunk.span) if is_undone else reverse(write.hunks)
    spans = [_with_words(then, hunk.span) for hunk in hunks]
    current = then if current is None else current
    starts = line_starts(current)
    about = near(then, current, [span.start for span in spans])
    for place, close in zip(relocate_spans(then, current, spans), about, strict=True):
        line = bisect_right(starts, (place or close).start)
        yield f"line {line}" if place else f"about line {line}{'' if is_undone else ' (changed since)'}"


def _with_words(data: bytes, span: Span) -> Span:
    """Return a span without the blank lines before its text."""
    text = data[span.start : span.end]
    return Span(span.end - len(text.lstrip() or text), span.end)


def undo(path: str) -> int:
    """Undo the last write of a draft; return 1 when some of it had to stay. Raises `UsageError`."""
    _check_one_draft(path, "undo")
    with closing(open_store()) as store, closing(open_session(workspace.open_draft(path), store)) as session:
        if session.notice:
            tell(session.notice)
        undone = undo_write(session)
    if undone is None:
        print(f"{one_line(path)}: nothing to undo")
        return 1
    write, outcome = undone
    print("\n".join(report.undone(session.workspace.draft, outcome, when=local(write.at))))
    return 1 if outcome.conflicts else 0


def _check_one_draft(path: str, command: str) -> None:
    """Raise `UsageError` for a folder, and name the drafts in it that were written, the last first."""
    if not os.path.isdir(path):
        return
    with closing(open_store()) as store:
        writes = [
            (w.at, draft)
            for draft in _stored(store, [path])
            for w in store.writes(draft)
            if w.state == "done"
        ]
    drafts = dict.fromkeys(os.path.relpath(draft) for _, draft in sorted(writes, reverse=True))
    listing = f"; written, the last one first: {', '.join(map(one_line, drafts))}" if drafts else ""
    raise UsageError(f"{path} is a folder; {command} takes one draft{listing}")


def clean(paths: Sequence[str], *, everything: bool, yes: bool) -> int:
    """Delete what is stored about these drafts, or about all, after asking."""
    if not paths and not everything:
        raise UsageError(f"name drafts, or use --all; the data is in {state_folder()}")
    with closing(open_store()) as store:
        drafts = [] if everything else [*_stored(store, paths), *paths]
        if not yes and not sys.stdin.isatty():
            raise UsageError("clean asks for confirmation on a terminal; use --yes without one")
        if not yes:
            names = "every draft" if everything else ", ".join(map(one_line, paths))
            print(f"Delete all stored texts and decisions of {names}? [y/N] ", end="", flush=True)
            if not sys.stdin.readline().strip().lower().startswith("y"):
                return 1
        count = store.forget() if everything else sum(map(store.forget, drafts))
    # What a local model read is kept by its words, not by draft: it is made again when it is needed.
    prefixes.forget(cache_folder() / "prefixes")
    print(f"deleted the data of {counted(count, 'draft')}")
    return 0


def unmark(paths: Sequence[str]) -> int:
    """Remove the note of authorship from drafts; the text before it stays byte for byte."""
    for path in paths:
        while True:
            data = files.read_draft(path)
            text = provenance.unmarked(data)
            if text == data:
                print(f"{one_line(path)}: no note of authorship that fits its text")
                break
            if files.write_draft(path, text, over=data):
                print(f"{one_line(path)}: removed the note of authorship")
                break
    return 0
