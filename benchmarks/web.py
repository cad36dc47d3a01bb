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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


def _until(page: Any, condition: str) -> None:
    """Wait for a condition in a page; the pages' policy lets Playwright wait for none by itself."""
    while not page.evaluate(condition):
        time.sleep(0.005)


def opening(browser: Any, path: Path, short: Path) -> None:
    """Print how long a draft with a thousand pieces takes from the command to its page, and a key there.

    The same for a draft with five pieces, and for the finished page as a file without us, tell how much of it
    is the machine's.
    """
    few, many, all_, still, keys, few_keys = [], [], [], [], [], []
    for _ in range(3):
        few.append(_open(browser, short, 5, few_keys)[0])
        seconds, whole, html = _open(browser, path, PIECES, keys)
        many.append(seconds)
        all_.append(whole)
        still.append(_static(browser, html))
    print(f"a draft of {PIECES:,} pieces, from the command to the page: {min(many):.2f} s   (at most 2)")
    print(f"  against a draft of five                {min(many) / min(few):.2f}   (at most 2)")
    print(
        f"  against Chromium with the same page as a file ({min(still):.2f} s)   {min(many) / min(still):.1f}"
    )
    print(f"  until the last card has its text: {min(all_):.2f} s")
    many_keys = statistics.median(keys)
    print(f"a key, until its piece is painted: median {many_keys:.0f} ms   (at most 150)")
    print(f"  against a draft of five                {many_keys / statistics.median(few_keys):.1f}")


_WATCH = """() => {
  window.painted = [];
  let pressed = 0;
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    if (!pressed) return;
    const begun = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => painted.push(performance.now() - begun)));
  }).observe(document.querySelector("#draft"), { childList: true, subtree: true });
}"""
"""Notes, in the page itself, how long a key takes until the frame with its piece is drawn."""


def _open(browser: Any, path: Path, pieces: int, keys: list[float]) -> tuple[float, float, str]:
    """Return the seconds until a page is there and is whole, and the page; add what keys take, in ms."""
    begun = time.perf_counter()
    with _served(path, "http://127.0.0.1:9/v1") as address:
        page = browser.new_page()
        page.goto(address)
        assert page.locator(".piece").count() == pieces
        seconds = time.perf_counter() - begun
        _until(page, f"document.querySelectorAll('.piece .foot').length === {pieces}")
        whole, html = time.perf_counter() - begun, page.content()
        page.evaluate(_WATCH)
        for count in range(6):
            page.keyboard.press("aaauuu"[count])
            _until(page, f"painted.length > {count}")
        keys += page.evaluate("painted")
        page.close()
    return seconds, whole, html


def _static(browser: Any, html: str) -> float:
    """Return the seconds that Chromium takes for a page as a file beside its style sheet, with no script."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "assistant/frontends/web/static", Path(folder) / "static")
        whole = re.sub(r"<script.*?</script>", "", html).replace('"/static/', '"static/')
        (Path(folder) / "page.html").write_text(whole, "utf-8")
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto((Path(folder) / "page.html").as_uri())
        assert page.locator(".piece").count() == PIECES
        seconds = time.perf_counter() - begun
        page.close()
    return seconds


def streaming(browser: Any) -> None:
    """Print how long a model's first words take to the page, beside what a bare event stream takes."""
    sys.path.insert(0, str(ROOT / "tests"))
    import fakes

    said: list[float] = []

    def answer(request: dict[str, Any]) -> str:
        said.append(1000 * time.time())
        return fakes.PROSE

    took = []
    for _ in range(5):
        said.clear()
        with fakes.serving(answer=answer, delay=0.2) as fake, _served(SAMPLE, fake.url) as address:
            page = browser.new_page()
            page.goto(address)
            page.evaluate(_FIRST, "#draft")
            page.get_by_role("button", name="Fill the").click()
            _until(page, "window.first")
            took.append(page.evaluate("first") - said[0])
            page.close()
    bare = [_bare(browser) for _ in range(5)]
    print(f"a model's first words, until they are on the page: {min(took):.0f} ms   (at most 150)")
    print(
        f"  median of five {statistics.median(took):.0f} ms, a bare stream {statistics.median(bare):.0f} ms"
    )


_FIRST = """(place) => {
  window.first = 0;
  new MutationObserver(() => {
    const text = document.querySelector(".stream");
    if (!first && text?.textContent.trim()) window.first = Date.now();
  }).observe(document.querySelector(place), { childList: true, subtree: true, characterData: true });
}"""
"""Notes when the first streamed words are in the page."""


def _bare(browser: Any) -> float:
    """Return the milliseconds from a server's first event to the page, with nothing in between."""
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            stream = self.path == "/events"
            self.send_header("Content-Type", "text/event-stream" if stream else "text/html")
            self.end_headers()
            if stream:
                time.sleep(0.3)
                sent.append(1000 * time.time())
                self.wfile.write(b"data: word\n\n")
            else:
                self.wfile.write(b"<div id=draft></div>")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_address[1]}/")
    page.evaluate(_FIRST, "#draft")
    page.evaluate("""() => { new EventSource("/events").onmessage = (event) => {
        draft.innerHTML = "<div class=stream></div>"; draft.firstChild.append(event.data); }; }""")
    _until(page, "window.first")
    took = float(page.evaluate("first")) - sent[0]
    page.close()
    server.shutdown()
    return took


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
        fill(folder / "blog" / "short.md", store, 5)
        store.close()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            opening(browser, folder / "blog" / "long.md", folder / "blog" / "short.md")
            streaming(browser)
            browser.close()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run()
