"""Time the pages of `assistant open`: a thousand pieces in a browser, a key, and a model's first words."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.adapters.store import open_store
from benchmarks.review import PIECES, fill

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "drafts/2024-06-03-delegating-without-disappearing.md"


@contextmanager
def _served(path: Path, url: str) -> Iterator[str]:
    """Run `assistant open`, and yield the address that opens its page."""
    command = [
        str(Path(sys.executable).with_name("assistant")),
        "open",
        "--no-browser",
        "--no-ask",
        "--base-url",
        url,
    ]
    process = subprocess.Popen([*command, str(path)], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        address = re.search(r"http://\S+", process.stderr.readline())
        assert address is not None
        yield address[0]
    finally:
        process.kill()
        process.wait()


def opening(browser: Any, path: Path) -> None:
    """Print how long a draft with a thousand pieces takes from the command to its last card, and a key.

    The same for a draft with five pieces tells how much of it is the machine's.
    """
    few, many, keys = [], [], []
    for _ in range(3):
        few.append(_open(browser, SAMPLE, 5, []))
        many.append(_open(browser, path, PIECES, keys))
    print(f"a draft of {PIECES:,} pieces, from the command to the page: {min(many):.2f} s   (at most 2)")
    print(f"  against a draft of five   {min(many) / min(few):.2f}   (at most 2)")
    print(f"a key, until its piece is drawn: median {statistics.median(keys):.0f} ms   (at most 150)")


def _open(browser: Any, path: Path, pieces: int, keys: list[float]) -> float:
    """Return the seconds until a draft's page is there, and add how long some keys take, in milliseconds."""
    begun = time.perf_counter()
    with _served(path, "http://127.0.0.1:9/v1") as address:
        page = browser.new_page()
        page.goto(address)
        assert page.locator(".piece").count() == pieces
        seconds = time.perf_counter() - begun
        for _ in range(10 if pieces == PIECES else 0):
            begun = time.perf_counter()
            page.keyboard.press("a")
            page.locator(".piece.accepted").nth(len(keys)).wait_for(state="attached")
            keys.append(1000 * (time.perf_counter() - begun))
        page.close()
    return seconds


def streaming(browser: Any) -> None:
    """Print how long a model's first words take to the page."""
    sys.path.insert(0, str(ROOT / "tests"))
    import fakes

    told: list[float] = []
    first = threading.Event()

    def answer(request: dict[str, Any]) -> str:
        if not first.is_set():
            told.append(time.perf_counter())
            first.set()
        return fakes.PROSE

    took = []
    for _ in range(3):
        first.clear()
        with fakes.serving(answer=answer, delay=0.2) as fake, _served(SAMPLE, fake.url) as address:
            page = browser.new_page()
            page.goto(address)
            page.get_by_role("button", name="Fill the").click()
            page.locator(".stream", has_text="I").first.wait_for()
            took.append(1000 * (time.perf_counter() - told[-1]))
            page.close()
    print(f"a model's first words, until they are on the page: {min(took):.0f} ms   (at most 150)")


def run() -> None:
    """Print every figure."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        print("no Chromium here, nothing measured")
        return
    folder = Path(tempfile.mkdtemp())
    names = {"ASSISTANT_STATE": "state", "ASSISTANT_CACHE": "cache", "ASSISTANT_CONFIG": "config.toml"}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: str(folder / place) for name, place in names.items()})
    try:
        (folder / "blog" / ".git").mkdir(parents=True)
        store = open_store()
        fill(folder / "blog" / "long.md", store, PIECES)
        store.close()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            opening(browser, folder / "blog" / "long.md")
            streaming(browser)
            browser.close()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run()
