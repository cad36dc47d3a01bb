"""Draw the pictures of the documentation: what the program shows for the sample draft.

    ASSISTANT_MODEL=model.gguf make pictures
    ASSISTANT_MODEL=model.gguf python docs/pictures.py web    (only these; it needs Chromium)

`ASSISTANT_MODEL` names the model that writes the texts, else the built-in one does. Texts it wrote before
come from the reply cache, so a picture only changes where the program does.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from assistant.adapters.store import open_store, state_folder
from assistant.app import workspace
from assistant.app.reviewer import Reviewer
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.frontends.lines.output import QUESTION, Colour
from assistant.frontends.screen.app import ReviewApp

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "drafts" / "2024-06-03-delegating-without-disappearing.md"
STORY = "tell of one day when it went wrong"
"""What the author asks for in a picture of questions: the model can't know of such a day."""
ANSWER = "I found out on a Friday that nobody had renewed the certificate."
"""What the author answers there."""
MODEL = os.environ.get("ASSISTANT_MODEL") or "built-in"


def expand() -> str:
    """Return a picture of two pieces of the sample draft, as `expand` shows them."""
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ assistant expand drafts/2024-06-03-delegating-without-disappearing.md"))
    with _written() as reviewer:
        output = Colour(console)
        pieces = reviewer.review.shown
        for piece, key in ((pieces[0], "a"), (pieces[2], "")):
            output.piece(reviewer, piece)
            console.print(Text(f"{QUESTION} ", "bold cyan"), Text(key, "bold"))
    return _without_fonts(console.export_svg(title="assistant expand", theme=MONOKAI))


def questions() -> str:
    """Return a picture of a piece whose longest doubtful story is asked about and answered; the rest goes."""
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True)
    with _written() as reviewer:
        output = Colour(console)
        reviewer.at = (0, reviewer.review.shown[1].key)
        for _ in range(4):
            reviewer.retry(STORY)
            while reviewer.busy:
                time.sleep(0.2)
            if reviewer.piece and any(doubt.is_unsupported for doubt in reviewer.piece.doubts):
                break
        else:
            sys.exit("no text of this model's has an unsupported sentence: choose another one")

        def show(key: str) -> None:
            assert reviewer.piece is not None
            output.piece(reviewer, reviewer.piece)
            console.print(Text(f"{QUESTION} ", "bold cyan"), Text(key, "bold"))

        assert reviewer.piece is not None
        story = max((d for d in reviewer.piece.doubts if d.is_unsupported), key=lambda d: d.end - d.start)
        while reviewer.doubt != story:
            reviewer.next_doubt()
        show("m")
        reviewer.ask_instead()
        while (doubt := reviewer.doubt) and not doubt.is_question:
            reviewer.next_doubt()
        assert doubt is not None
        console.print(Text(f"{QUESTION} ", "bold cyan"), Text("f", "bold"))
        console.print(Text(f"{doubt.words} ", "bold cyan"), Text(ANSWER, "bold"))
        reviewer.answer(ANSWER)
        while reviewer.doubt and reviewer.doubt.is_unsupported:
            console.print(Text(f"{QUESTION} ", "bold cyan"), Text("x", "bold"))
            reviewer.drop()
        show("")
    return _without_fonts(console.export_svg(title="assistant expand", theme=MONOKAI))


def review() -> str:
    """Return a picture of a full-screen review of the sample draft, some of it decided."""
    with _written() as reviewer:
        app = ReviewApp(reviewer)

        async def main() -> str:
            async with app.run_test(size=(110, 32)) as pilot:
                await pilot.press("a", "r", "A", "u", "k", "k")
                await pilot.pause(0.3)
                return app.export_screenshot(title="assistant review")

        return _without_fonts(asyncio.run(main()))


def web() -> dict[str, bytes]:
    """Return pictures of the page in a browser by name: from the draft to the written file."""
    from playwright.sync_api import expect, sync_playwright

    with _written():
        pass  # so that every text is in the reply cache
    command = [str(Path(sys.executable).with_name("assistant")), "open", "--no-browser", "--model", MODEL]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        drafts = shutil.copytree(ROOT / "drafts", Path(folder) / "blog" / "drafts")
        (drafts.parent / ".git").mkdir()
        # A copy of the store, so that texts come from its cache and no decision is left in it.
        state = shutil.copytree(state_folder(), Path(folder) / "state")
        process = subprocess.Popen(
            [*command, SAMPLE.name],
            stderr=subprocess.PIPE,
            text=True,
            cwd=drafts,
            env={**os.environ, "ASSISTANT_STATE": str(state)},
        )
        assert process.stderr is not None
        address = re.search(r"http://\S+", process.stderr.readline())
        assert address is not None
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.set_default_timeout(1_800_000)
            page.goto(address[0])
            pictures = {}
            expect(page.locator("#bar")).to_contain_text("requests", timeout=120_000)
            page.set_viewport_size({"width": 1000, "height": 640})
            page.locator(".piece").first.scroll_into_view_if_needed()
            pictures["web-start"] = page.screenshot()
            page.set_viewport_size({"width": 1280, "height": 860})
            page.get_by_role("button", name="Fill the").click()
            expect(page.locator(".waiting, .writing")).to_have_count(0, timeout=1_800_000)
            page.locator(".piece").first.get_by_role("button", name="Accept").click()
            page.locator(".piece.accepted").wait_for()
            for name, width, height in (("web", 1280, 860), ("web-narrow", 400, 800)):
                page.set_viewport_size({"width": width, "height": height})
                page.locator("h2, h3", has_text="Choosing what to hand over").evaluate(
                    "e => e.scrollIntoView()"
                )
                page.wait_for_timeout(500)
                pictures[name] = page.screenshot()
            page.set_viewport_size({"width": 1000, "height": 560})
            page.goto(f"{page.url}/preview?form=diff")
            pictures["web-diff"] = page.screenshot()
            page.get_by_role("link", name="Voice").click()
            page.wait_for_load_state()
            pictures["web-voice"] = page.screenshot()
            page.get_by_role("link", name="Draft").click()
            page.get_by_role("button", name="Write into the draft").click()
            page.locator(".piece.written").wait_for()
            page.locator(".piece.written").scroll_into_view_if_needed()
            pictures["web-written"] = page.screenshot()
            return pictures
        finally:
            browser.close()
            process.terminate()
            process.wait()


@contextmanager
def _written() -> Iterator[Reviewer]:
    """Open a review of the sample draft, and wait until every piece is written."""
    opened = workspace.open_draft(str(SAMPLE), model=MODEL)
    with tempfile.TemporaryDirectory() as folder:
        store, models = open_store(Path(folder)), Models()
        session = open_session(opened, store)
        try:
            reviewer = Reviewer([session], [Writer(session, models)])
            reviewer.begin()
            while reviewer.busy:
                time.sleep(0.2)
            yield reviewer
        finally:
            session.close()
            models.close()
            store.close()


def _without_fonts(svg: str) -> str:
    """Take the addresses of web fonts away, so that the picture fetches nothing."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["expand", "questions", "review", "web"]
    for name, draw in (("expand", expand), ("questions", questions), ("review", review)):
        if name in chosen:
            (ROOT / "docs" / f"{name}.svg").write_text(draw(), "utf-8")
    if "web" in chosen:
        for name, picture in web().items():
            (ROOT / "docs" / f"{name}.png").write_bytes(picture)
