"""The `locate` command: finds the gaps of drafts and prints them for people, scripts and CI."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from assistant import __version__
from assistant.adapters import folders, settings
from assistant.adapters.files import read_draft
from assistant.adapters.stored import load_saved
from assistant.app.locating import Finder, raw_words_in
from assistant.core.gaps import SHOWN
from assistant.core.gaps.dismissals import NONE
from assistant.core.text.display import one_line
from assistant.core.text.draft import parse
from assistant.errors import InputError, SettingsError, UsageError
from assistant.frontends.json_fields import gap_fields
from assistant.frontends.locate.formats import WRITERS, Result

_MANY_FILES = 300
"""Files from which starting a second process pays for itself."""


def run(
    paths: Sequence[str],
    *,
    format: str = "text",
    check: bool = False,
    show_all: bool = False,
    ask: bool = False,
) -> int:
    """Print the gaps of files and folders and return the exit code.

    Each draft's are those of the blog that it lies in. With `ask`, the model reads each draft as well.
    `format` is `text`, `json`, `github` or `sarif`. With `check` the code is 1 while gaps remain; `show_all`
    prints doubtful and dismissed gaps too; those below `SHOWN` never count for `check`. A file that can't be
    read makes one line on stderr and the code 2; the others are still reported. Raises `UsageError`.
    """
    if format not in WRITERS:
        raise UsageError(f"--format {format}: not known; choose one of {', '.join(WRITERS)}")
    single = len(paths) == 1 and not os.path.isdir(paths[0])
    files = paths if single else folders.find_posts(paths)
    _saved.cache_clear()
    _finder.cache_clear()  # settings may have changed since the last run in this process
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    has_gaps, failures = False, set[str]()

    def readable() -> Iterator[Result]:
        nonlocal has_gaps
        for result in _asked(files) if ask else _all(files, show_all):
            if not result.error:
                counted = (not show_all or gap["confidence"] >= SHOWN for gap in result.gaps)
                has_gaps = has_gaps or any(counted)
                yield result
            elif result.error not in failures:  # wrong settings are those of many drafts
                failures.add(result.error)
                sys.stdout.flush()
                print(f"assistant: {one_line(result.error)}", file=sys.stderr)

    results: Iterable[Result] = readable()
    if single and not (results := list(results)):
        return 2
    sys.stdout.writelines(WRITERS[format](results, single=single, colour=colour, version=__version__))
    return 2 if failures else 1 if check and has_gaps else 0


def locate_file(path: str, *, show_all: bool = False) -> Result:
    """Read a file and return its gaps as plain values, or why it can't be read."""
    try:
        data = read_draft(path)
        raw = raw_words_in(Path(path), data, _saved())
        draft = parse(raw.draft if raw else data, name=path)
        finder = _finder(os.path.dirname(path), show_all)
    except SettingsError as error:
        return Result(path, [], 0, str(error))
    except InputError as error:
        message = str(error)
        return Result(path, [], 0, message if message.startswith(path) else f"{path}: {message}")
    full_finder = replace(finder, dismissals=NONE) if show_all else finder
    gaps = full_finder.gaps(draft)
    dismissals = [{"dismissed": finder.dismissed(draft, gap)} if show_all else {} for gap in gaps]
    fields = [gap_fields(draft, gap, raw) | field for gap, field in zip(gaps, dismissals, strict=True)]
    return Result(path, fields, draft.word_count)


_saved = cache(load_saved)
"""What editors saved with raw words in it; see `assistant.adapters.stored`."""


@cache
def _finder(folder: str, show_all: bool) -> Finder:
    """Return what finds gaps in the blog that a folder belongs to. Raises `SettingsError`."""
    root = folders.blog_root(Path(folder, "untitled.md"))
    finder = Finder.of_blog(root, settings.gather(root))
    return replace(finder, threshold=0.0) if show_all else finder


def _asked(files: Sequence[str]) -> Iterator[Result]:
    from assistant.frontends.locate import asking  # the model's client takes longer than all of `locate`

    return asking.results(files)


def _all(files: Sequence[str], show_all: bool) -> Iterator[Result]:
    processes = min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8
    )
    work = partial(locate_file, show_all=show_all)
    if len(files) < _MANY_FILES or processes < 2:
        yield from map(work, files)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")  # a copy of this process could hold another thread's lock
    # Without the search for cycles: there are none.
    with ProcessPoolExecutor(processes, context, gc.disable) as pool:
        yield from pool.map(work, files, chunksize=50)
