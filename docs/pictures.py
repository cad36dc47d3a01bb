"""Makes the pictures of the README: what the program shows for the sample draft, as SVG."""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.expand import Expanded
from assistant.app.models import connect
from assistant.app.run import Run
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.frontends.lines import terminal
from assistant.frontends.screen.app import ReviewApp

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "drafts" / "2024-06-03-delegating-without-disappearing.md"


def expand() -> str:
    """Return a picture of two pieces of the sample draft, written by the built-in model."""
    opened = workspace.open_draft(str(SAMPLE), model="built-in")
    connection = connect(opened.settings, cached=False)
    try:
        run = Run(opened, opened.gaps, workspace.job(opened, connection=connection), connection)
        events = [e for e in run.events([opened.gaps[0], opened.gaps[-1]]) if isinstance(e, Expanded)]
    finally:
        connection.close()
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ assistant expand drafts/2024-06-03-delegating-without-disappearing.md"))
    hunks = [next(h for h in e.hunks if not h.follows) for e in events]
    for number, hunk in enumerate(hunks, 1):
        terminal.show_hunk(console, run, hunk, number=number)
        console.print(Text("a" if number < len(hunks) else "", style="bold"))
    return _without_fonts(console.export_svg(title="assistant expand"))


def review() -> str:
    """Return a picture of a review of the sample draft, written by the built-in model, some of it decided."""
    opened = workspace.open_draft(str(SAMPLE), model="built-in")
    with tempfile.TemporaryDirectory() as folder:
        store, models = open_store(Path(folder)), Models()
        session = open_session(opened, store)
        writer = Writer(session, models)
        app = ReviewApp([session], [writer])

        async def main() -> str:
            async with app.run_test(size=(110, 32)) as pilot:
                while writer.busy or not session.review.slots:
                    await pilot.pause(0.2)
                await pilot.press("a", "r", "A", "u", "k", "k")
                await pilot.pause(0.3)
                return app.export_screenshot(title="assistant review")

        try:
            return _without_fonts(asyncio.run(main()))
        finally:
            session.close()
            models.close()
            store.close()


def _without_fonts(svg: str) -> str:
    """Take the addresses of web fonts away, so that the picture fetches nothing."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)


if __name__ == "__main__":
    (ROOT / "docs" / "expand.svg").write_text(expand(), "utf-8")
    (ROOT / "docs" / "review.svg").write_text(review(), "utf-8")
