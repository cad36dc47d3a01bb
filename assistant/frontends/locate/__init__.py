"""The `locate` command: finds the gaps of drafts and prints them for people, scripts and CI."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant import __version__
from assistant.adapters import folders, settings
from assistant.adapters.files import read_draft
from assistant.app.locating import Finder
from assistant.core.gaps import SHOWN
from assistant.core.gaps.dismissals import NONE
from assistant.core.text.display import one_line
from assistant.core.text.draft import parse
from assistant.errors import InputError, UsageError
from assistant.frontends.json_fields import gap_fields
from assistant.frontends.locate.formats import WRITERS, Result

_MANY_FILES = 300
"""Files from which starting a second process pays for itself."""


def run(
    paths: Sequence[str],
    *,
    finder: Finder | None = None,
    format: str = "text",
    check: bool = False,
    show_all: bool = False,
    ask: bool = False,
) -> int:
    """Print the gaps of files and folders and return the exit code.

    Without a `finder`, gaps are found as in the first path's blog. With `ask`, the model reads each draft
    as well. `format` is `text`, `json`, `github` or `sarif`. With `check` the code is 1 while gaps remain;
    `show_all` prints doubtful and dismissed gaps too; those below `SHOWN` never count for `check`. A file
    that can't be read makes one line on stderr and the code 2; the others are still reported. Raises
    `UsageError`.
    """
    if format not in WRITERS:
        raise UsageError(f"--format {format}: not known; choose one of {', '.join(WRITERS)}")
    single = len(paths) == 1 and not os.path.isdir(paths[0])
    files = paths if single else folders.find_posts(paths)
    if not files:  # a wrong folder must not pass for a finished one
        print(f"assistant: no drafts in {one_line(', '.join(paths))}", file=sys.stderr)
    if finder is None:
        root = folders.blog_root(Path(paths[0]))
        finder = Finder.of_blog(root, settings.gather(root))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    sure = failed = False
    if show_all:
        finder = replace(finder, dismissals=NONE, threshold=0.0)

    def readable() -> Iterator[Result]:
        nonlocal sure, failed
        for result in _asked(files) if ask else _all(files, finder):
            if result.error:
                failed = True
                sys.stdout.flush()
                print(f"assistant: {one_line(result.error)}", file=sys.stderr)
            else:
                sure = sure or any(gap["confidence"] >= SHOWN for gap in result.gaps)
                yield result

    results: Iterable[Result] = readable()
    if single and not (results := list(results)):
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for what the terminal's encoding lacks
    sys.stdout.writelines(WRITERS[format](results, single=single, colour=colour, version=__version__))
    return 2 if failed else 1 if check and sure else 0


def locate_file(path: str, finder: Finder) -> Result:
    """Read a file and return its gaps as plain values, or why it can't be read."""
    try:
        draft = parse(read_draft(path))
    except InputError as error:
        message = str(error)
        return Result(path, [], 0, message if message.startswith(path) else f"{path}: {message}")
    gaps = [gap_fields(draft, gap) for gap in finder.gaps(draft)]
    return Result(path, gaps, draft.word_count)


def _asked(files: Sequence[str]) -> Iterator[Result]:
    from assistant.frontends.locate import asking  # the model's client takes longer than all of `locate`

    return asking.results(files)


def _all(files: Sequence[str], finder: Finder) -> Iterator[Result]:
    processes = min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8
    )
    if len(files) < _MANY_FILES or processes < 2:
        for path in files:
            yield locate_file(path, finder)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    fresh = replace(finder, words=replace(finder.words))  # without what was made of the words here
    context = multiprocessing.get_context("spawn")  # a copy of this process could hold another thread's lock
    with ProcessPoolExecutor(processes, context, _set_up, (fresh,)) as pool:
        yield from pool.map(_work, files, chunksize=50)


_FINDER: list[Finder] = []


def _set_up(finder: Finder) -> None:
    """Keep the finder in a new process, and stop its search for cycles, of which there are none."""
    _FINDER[:] = [finder]
    gc.disable()


def _work(path: str) -> Result:
    return locate_file(path, *_FINDER)
