"""Reads drafts from disk, and writes a draft back in one step or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from assistant.adapters.folders import check_posts
from assistant.errors import AssistantError, InputError, WriteError

MAX_BYTES = 10 * 1024 * 1024
"""Largest draft that is read; War and Peace has a third of that."""


def read_draft(path: str | os.PathLike[str]) -> bytes:
    """Return a draft's bytes.

    Raises `InputError`, which names the file and the cause, when it is missing, a directory, unreadable,
    too large or no text.
    """
    name = os.fspath(path)
    try:
        state = os.stat(name)  # before it is opened: opening a named pipe waits for a writer
        mode = state.st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise InputError(f"{name}: not a regular file; give the path of a Markdown file")
        with open(name, "rb") as file:
            # to set aside room for the most takes as long as reading a post
            data = file.read(MAX_BYTES + 1 if state.st_size > MAX_BYTES else -1)
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except IsADirectoryError:
        check_posts(name)
        raise InputError(f"{name}: a folder; give the path of a Markdown file") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: can't be read: {cause(error)}") from None
    check_size(data, name=name)
    return data


def is_inside(path: str) -> bool:
    """Tell whether a path from the blog's folder stays in it, links not followed."""
    return not os.path.isabs(path) and ".." not in Path(path).parts and "\0" not in path


def is_at_or_below(path: str, folder: str) -> bool:
    """Tell whether an absolute path is `folder` or lies below it."""
    return f"{path}{os.sep}".startswith(folder.rstrip(os.sep) + os.sep)


def is_same(path: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    """Tell whether two paths lead to one file, whatever its name in each; or to one place for a file."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)


def stamp(path: Path) -> tuple[int, int, int]:
    """Return what is another when a file may have changed: time, size and number; zeros where it is gone."""
    try:
        state = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return state.st_mtime_ns, state.st_size, state.st_ino


def check_size(data: bytes, *, name: str) -> None:
    """Raise `InputError` when a draft is too large."""
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 1024 // 1024} MB; split it into several drafts")


def check_writable(path: str | os.PathLike[str], *, unless: str = "") -> None:
    """Raise `WriteError` when a file can't be written at `path`; nothing is written.

    A file that holds something may not be overwritten where `unless` says what the user can do.
    """
    target = os.path.realpath(path)
    folder, exists = os.path.dirname(target), os.path.exists(target)
    reasons = {
        "it is a directory": os.path.isdir(target),
        # A device would be replaced by a file.
        "it is not a regular file": exists and not os.path.isfile(target),
        "there is no such folder": not os.path.exists(folder),
        "it is write-protected": exists and not os.access(target, os.W_OK),
        # The new file is made next to the old one.
        "its folder is write-protected": not os.access(folder, os.W_OK),
        f"it exists; {unless}": bool(unless and exists and os.path.getsize(target)),
    }
    if reason := next((reason for reason, holds in reasons.items() if holds), ""):
        raise WriteError(f"{os.fspath(path)}: can't be written: {reason}")


def write_draft(path: str | os.PathLike[str], data: bytes, *, over: bytes | None = None) -> bool:
    """Replace the file at `path` by `data` in one step, or leave it as it was; return whether it was done.

    A symbolic link is followed, the file's mode is kept, and the bytes are on disk before the old file
    goes. With `over`, the file is replaced only while it holds those bytes. Raises `WriteError`.
    """
    import tempfile

    check_writable(path)
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    try:
        mode = stat.S_IMODE(os.stat(target).st_mode) if os.path.exists(target) else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(prefix=".assistant-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, mode)
            if over is not None and Path(target).read_bytes() != over:
                return False
            os.replace(temporary, target)
        finally:
            Path(temporary).unlink(missing_ok=True)  # still there only where it was not put into place
        _sync_folder(folder)
        return True
    except OSError as error:
        name = os.fspath(path)
        raise WriteError(f"{name}: can't be written, and was not changed: {cause(error)}") from None


def read_text(path: Path, error: type[AssistantError]) -> str:
    """Return a file's text, empty where there is no file; raise the `error` that names it and the cause."""
    try:
        return path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except UnicodeDecodeError:
        raise error(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except OSError as reason:
        raise error(f"{path}: can't be read: {cause(reason)}") from None


def write_atomically(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write a small file of ours in one step, its folder made where it is missing. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def name_of(path: str | os.PathLike[str]) -> str:
    """Return the one name of a file or folder: absolute, links followed, bytes that are no UTF-8 escaped."""
    return os.path.realpath(path).encode("utf-8", "backslashreplace").decode()


def cause(error: Exception) -> str:
    """Return what the system says of an error, in lower case."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: str) -> None:
    """Make the renaming itself survive a power cut, where the system can sync a folder."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder or ".", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
