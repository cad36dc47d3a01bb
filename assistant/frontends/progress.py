"""Says on stderr what will be fetched before the first run, how far that is, and how far a text is."""

from __future__ import annotations

import shutil
import sys
import textwrap
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from assistant.adapters.settings import Settings
from assistant.core.text.display import counted, file_size, one_line, shortened, visible
from assistant.core.text.words import count_words
from assistant.core.types import Partial

if TYPE_CHECKING:
    from assistant.app.workspace import Workspace

_HOSTED = """\
  export OPENAI_API_KEY=…                      # your key, from OpenAI or a service like it
  export OPENAI_BASE_URL=https://…/v1          # that service's address; not needed for OpenAI
  export ASSISTANT_MODEL=…                     # the model's name there; not needed for OpenAI"""


def agree_to_download(settings: Settings) -> bool:
    """Say which model will be fetched, where one must be; on a terminal, ask, and return False for a no.

    Raises `ModelUnavailable` for a file of the user's that can't be a model.
    """
    from assistant.app.models import check_file, model_to_fetch

    check_file(settings)
    entry = model_to_fetch(settings)
    if entry is None:
        return True
    size = ", ".join(filter(None, (file_size(entry.size), "once")))
    reason = "" if settings.model else "no key and no model server found; "
    say(f"assistant: {reason}{entry.name} will be fetched ({size}) and run on this machine.")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    print("Enter: continue   s: set up a hosted model   q: quit ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if answer.strip().lower() == "s":
        say(_HOSTED)
    return answer.strip() == "" and answer != ""


READING = "reading your posts {:.0%}"
"""Says how much of a prompt a model has read."""

QUIET = threading.Event()
"""Set where only why a run fails is to be told."""

_REASONS: list[str] = []
"""Why a quiet run will not end in 0."""


def say(text: str, *, is_reason: bool = False) -> None:
    """Print on stderr at once, unless the author wants quiet; `is_reason` for the reason of the exit code."""
    text = visible(text)  # it may name a file, which may be called anything
    if not QUIET.is_set():
        lines = text.split("\n") if sys.stderr.isatty() else []
        print("\n".join(map(wrapped, lines)) or text, file=sys.stderr, flush=True)
    elif is_reason:
        _REASONS.append(text)


def wrapped(line: str, *, indent: str = "") -> str:
    """Return a line broken between words where the terminal is narrow; a command at its end stays whole."""
    if len(line) <= (width := shutil.get_terminal_size((110, 24)).columns) - len(indent):
        return indent + line
    message, is_last, args = line.rpartition(": assistant ")
    if is_last:
        return f"{wrapped(f'{message}:', indent=indent)}\n{indent}  assistant {args}"
    wrapper = textwrap.TextWrapper(width, indent, "  ", break_long_words=False, break_on_hyphens=False)
    return wrapper.fill(line)


def ended(code: int) -> int:
    """Say on one line why a quiet run did not end in 0, and return its exit code."""
    if QUIET.is_set() and code:
        first, *further = _REASONS or ["assistant: not every gap has a text; without --quiet, each is named"]
        print(first + (f" (and {len(further)} more)" if further else ""), file=sys.stderr, flush=True)
    return code


def tell(line: str, *, is_reason: bool = False) -> None:
    """Say a line in the program's name; see `say`."""
    say(f"assistant: {one_line(line)}", is_reason=is_reason)


def say_no_gaps(workspace: Workspace) -> None:
    """Say that there is nothing to write: in the whole draft, or where the author wants it."""
    say(f"{workspace.name}: no gaps found{' here; it has others' if workspace.gaps else ''}")


def writing_progress() -> Callable[[Partial | None], None]:
    """Return a function that shows on one line of a terminal what a model is at; None clears the line."""
    if not sys.stderr.isatty() or QUIET.is_set():
        return lambda piece: None
    texts, counts = defaultdict[object, str](str), dict[object, int]()

    def show(piece: Partial | None) -> None:
        if piece is None:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            return
        place = piece.gap.id, piece.target
        texts[place] = piece.text if piece.restarts else texts[place] + piece.text
        counts[place] = count_words(texts[place])  # of this text alone: the others are as they were
        words = sum(counts.values())
        heading = shortened(piece.gap.heading_path[-1] if piece.gap.heading_path else "", 40)
        line = f"writing {heading} … {counted(words, 'word')}"
        if piece.read < 1 and not words:
            line = READING.format(piece.read)
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    return show


def download_progress(name: str = "the model") -> Callable[[int, int], None]:
    """Return a function that shows bytes done and in all: a bar on a terminal, else a few lines.

    Off a terminal, a line comes at the start and at the end, and every 30 seconds between.
    """
    bar = _bar(name) if sys.stderr.isatty() else _lines(name)
    return lambda count, total: bar(min(count, total), total) if total else None


def _bar(name: str) -> Callable[[int, int], None]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    progress = Progress(
        f"assistant: fetching {name}, once",
        BarColumn(bar_width=24),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
    )
    task = progress.add_task("", total=None)

    def show(count: int, total: int) -> None:
        if not progress.finished:
            progress.start()
            progress.update(task, completed=count, total=total)
            if count >= total:
                progress.stop()

    return show


def _lines(name: str) -> Callable[[int, int], None]:
    start = time.monotonic()
    last, has_ended = 0.0, False

    def show(count: int, total: int) -> None:
        nonlocal last, has_ended
        moment = time.monotonic()
        if has_ended or (last and count < total and moment - last < 30):
            return
        size = f"{count / 1e6:,.0f} of {total / 1e6:,.0f} MB"
        if count >= total:
            has_ended = True
            size = f"{total / 1e6:,.0f} MB in {moment - start:.0f} s"
        last = moment
        say(f"assistant: fetching {name}, once: {size}")

    return show


def show_left_out(names: Iterable[str]) -> None:
    """Name the drafts that a run over many left out, after all that scrolled by."""
    if names := list(names):
        tell(f"left out: {', '.join(names)}", is_reason=True)
