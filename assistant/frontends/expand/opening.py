"""Opens the draft of a run, from a file or standard input, and picks the gaps to write."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from assistant.adapters import files
from assistant.adapters.store import open_store
from assistant.app.workspace import Workspace, open_draft
from assistant.core.hunks import passages, selection
from assistant.core.hunks.selection import Selection
from assistant.core.review import decide
from assistant.core.review.saved_texts import undecided
from assistant.core.text.display import command
from assistant.core.types import Gap, GapKind, Span
from assistant.errors import InputError, StoreError, UsageError
from assistant.frontends.progress import tell


def open_workspace(path: str, stdin_filename: str, *, data: bytes | None = None, **options: Any) -> Workspace:
    """Open the draft at `path`, or the one on standard input when it is `-`.

    `data` is what standard input held, where that was read already.
    """
    if path != "-":
        if stdin_filename:
            raise UsageError("--stdin-filename needs - as the path")
        workspace = open_draft(path, **options)
    else:
        data = read_stdin() if data is None else data
        workspace = open_draft(stdin_filename or "standard input", data=data, **options)
    for line in workspace.settings.warnings:
        tell(line)
    return workspace


def read_stdin() -> bytes:
    """Read standard input to its end, or as far as a draft may go."""
    return sys.stdin.buffer.read(files.MAX_BYTES + 1)


def selected(context: str, lines: str, data: bytes) -> Selection:
    """Read the file of `--context`, and put the lines on standard input in their place there.

    Raises `UsageError` and `InputError`.
    """
    if not lines:
        raise UsageError("--context FILE needs --lines A:B, the lines of it that are on standard input")
    files.check_size(data, name="standard input")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input: not UTF-8 text: byte {error.start} can't be read") from None
    return selection.placed(files.read_draft(context), data, lines=lines)


class Filter:
    """One document on stdout: the finished one, or else, where the filter `passes` its input, the one given.

    An editor puts what a filter prints in place of what it was given, even when the filter failed.
    """

    def __init__(self, data: bytes, *, passes: bool) -> None:
        """Take what standard input held."""
        self.data, self.passes = data, passes
        self.is_filled = False
        """True once a document went out that is not the one given."""

    def __enter__(self) -> Filter:
        return self

    def __exit__(self, _: object, error: BaseException | None, *__: object) -> None:
        if self.passes and isinstance(error, (Exception, KeyboardInterrupt)):
            with suppress(OSError):
                self.put(self.data)

    def put(self, data: bytes) -> None:
        """Write a document to stdout; no other may follow it."""
        self.passes, self.is_filled = False, data != self.data
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def choose_gaps(
    workspace: Workspace, ids: Sequence[str], lines: Sequence[int], *, within: Span | str = ""
) -> tuple[Gap, ...]:
    """Return the gaps that `ids` and `lines` name, or all of them, or those in lines such as `12:20`.

    Of a gap that its author names, the author is sure. A line of a list item that an instruction governs
    names that item alone. Raises `UsageError`.
    """
    gaps = workspace.gaps
    if within:
        span = _lines(workspace, within) if isinstance(within, str) else within
        gaps = selection.gaps_within(workspace.draft, gaps, span)
    if ids:
        ids_of_draft = {gap.id for gap in gaps}
        if unknown := [i for i in ids if i not in ids_of_draft]:
            raise UsageError(
                f"{workspace.name}: no gap {unknown[0]}; "
                + (f"its gaps are {', '.join(g.id for g in gaps)}" if gaps else "no gaps found")
            )
        gaps = tuple(gap for gap in gaps if gap.id in ids)
    if ids or lines or within:
        gaps = tuple(replace(gap, confidence=1.0) for gap in gaps)
    if not lines:
        return gaps
    for line in lines:
        if not any(_named(workspace, gap, [line]) for gap in gaps):
            name, at = workspace.name, f"at line {line}"
            if _has_saved_text(workspace, line):
                raise UsageError(f"{name}: a text waits for you {at}; see: {command('review', name)}")
            see = f"; see: {command('locate', name)}" if workspace.path.exists() else ""  # stdin is no file
            raise UsageError(f"{name} has no gap {at}{see}")
    return tuple(named for gap in gaps if (named := _named(workspace, gap, lines)))


def _has_saved_text(workspace: Workspace, line: int) -> bool:
    """Tell whether an editor saved a text at a line of the draft's file that its author is to decide on."""
    with suppress(StoreError), closing(open_store()) as store:
        saved = decide.replay(store.events(workspace.path)).saved
        parsed = workspace.raw.parsed if workspace.raw else workspace.draft
        places = (parsed.lines(hunk.span) for hunk in undecided(saved, workspace.file).values())
        return any(first <= line <= last for first, last in places)
    return False


def choose_lines(workspace: Workspace, *, lines: str, instruction: str) -> tuple[Gap, ...]:
    """Return the finished text at `lines` as a gap that asks for a revision. Raises `UsageError`."""
    span = _lines(workspace, lines)
    return (passages.revision(workspace.draft, span, instruction=instruction),)


def _lines(workspace: Workspace, lines: str) -> Span:
    """Return the bytes of the draft that some lines of its file are. Raises `UsageError`."""
    if raw := workspace.raw:
        return raw.span_in_draft(passages.span_of_lines(raw.parsed, lines))
    return passages.span_of_lines(workspace.draft, lines)


def _named(workspace: Workspace, gap: Gap, lines: Sequence[int]) -> Gap | None:
    """Return the gap where it is at one of some lines, with the targets there where it has several."""
    raw = workspace.raw
    places = [place for line in lines if raw and (place := raw.place(line)) is not None]

    def is_there(span: Span) -> bool:
        first, last = workspace.lines(span)
        return any(first <= line <= last for line in lines) or any(
            span.start <= place <= span.end for place in places
        )

    spans = [gap.span]
    if gap.kind is GapKind.EMPTY_SECTION:
        spans += [h.body for h in workspace.draft.headings if h.span == gap.span]
    if len(gap.pieces) == 1:
        spans += gap.targets
    if any(map(is_there, spans)):
        return gap
    chosen = tuple(filter(is_there, gap.targets))
    return replace(gap, chosen=chosen) if chosen else None
