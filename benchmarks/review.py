"""Time the review: open a thousand pieces (compared with an empty Textual app), press a key, apply all."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.core.hunks.apply import apply
from assistant.core.review import decide, events
from assistant.core.types import Hunk, Span, Usage, Warning
from benchmarks.startup import ENVIRONMENT

PIECES = 1000

# Without a size, a screen that is no terminal would be laid out for one size, then for another.
_EMPTY = """
import sys, time
begun = time.process_time()
from textual.app import App
class Empty(App):
    def on_mount(self):
        self.call_after_refresh(self.exit)
Empty().run(headless=True, size=(110, 32))
print(time.process_time() - begun)
"""

_OPEN = """
import gc, sys, time
begun = time.process_time()
gc.disable()  # as the command does
from assistant.app import workspace
from assistant.adapters.store import open_store
from assistant.frontends.screen.app import ReviewApp
from assistant.app.session import open_session
from assistant.app.reviewer import Reviewer
from assistant.app.writer import Models, Writer
store = open_store()
session = open_session(workspace.open_draft(sys.argv[1], base_url="http://127.0.0.1:9/v1"), store)
class Timed(ReviewApp):
    def on_mount(self):
        self.call_after_refresh(self.exit)
Timed(Reviewer([session], [Writer(session, Models())])).run(headless=True, size=(110, 32))
print(time.process_time() - begun)
assert len(session.review.shown) == int(sys.argv[2])
session.close()
"""


def draft_of(pieces: int) -> bytes:
    """Return a draft with that many empty sections."""
    return b"# Post\n\n" + b"".join(
        b"## Part %d\n\n" % n if n % 2 else b"## Part %d\n\nIt has words.\n\n### Point %d\n\n" % (n, n)
        for n in range(pieces)
    )


def fill(path: Path, store: Store, pieces: int) -> None:
    """Store a text for every gap of a draft."""
    path.write_bytes(draft_of(pieces))
    found = workspace.open_draft(str(path))
    data = found.draft.data
    store.append(path, events.Moved(data))
    store.db.execute("PRAGMA synchronous=OFF")
    for number, gap in enumerate(found.gaps):
        at = data.index(b"\n", gap.span.start) + 1
        text = (
            b"\nI keep **%d** of them, and I say so. " % number + b"The others go on Thursday. " * 12 + b"\n"
        )
        warnings = (
            (Warning("unsupported", "a number that is not in your draft", 9, 13),) if number % 7 == 0 else ()
        )
        hunk = Hunk(gap.id, Span(at, at), b"", text, warnings)
        answer = events.Proposal(gap.id, (hunk,), decide.keys_for(gap, [hunk]), "m", Usage(900, 90), 2.0)
        store.propose(path, data, answer)
    store.db.execute("PRAGMA synchronous=FULL")


def _seconds(code: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**ENVIRONMENT, "ASSISTANT_STATE": os.environ["ASSISTANT_STATE"]},
    )
    return float(done.stdout.split()[-1])


def opening(path: Path) -> None:
    """Print how opening the review compares with an empty app of Textual's, each in a process of its own."""
    empty, ours = [], []
    for _ in range(5):
        empty.append(_seconds(_EMPTY))
        ours.append(_seconds(_OPEN, str(path), str(PIECES)))
    ratio = min(ours) / min(empty)
    print(
        f"review of {PIECES:,} pieces opens in {min(ours):.2f} s of a processor, "
        f"an empty Textual app in {min(empty):.2f} s"
    )
    print(f"  review / empty app   {ratio:.2f}   (at most 2)")


def keys(path: Path, store: Store) -> None:
    """Print how long keys take, from the press to the screen being drawn, each decision on disk."""
    from assistant.app.reviewer import Reviewer
    from assistant.app.session import open_session
    from assistant.app.writer import Models, Writer
    from assistant.frontends.screen.app import ReviewApp

    session = open_session(workspace.open_draft(str(path), base_url="http://127.0.0.1:9/v1"), store)
    app = ReviewApp(Reviewer([session], [Writer(session, Models())]))
    took: list[tuple[float, float]] = []

    async def main() -> None:
        async with app.run_test(size=(110, 32)) as pilot:
            await pilot.pause()
            for key in ["a", "r", "j", "u", "k", "n"] * 25:
                drawn = asyncio.Event()
                begun, worked = time.perf_counter(), time.process_time()
                app.call_later(app.run_action, _ACTIONS[key])
                app.call_later(lambda drawn=drawn: app.call_after_refresh(drawn.set))
                await drawn.wait()
                took.append((time.perf_counter() - begun, time.process_time() - worked))

    asyncio.run(main())
    session.close()
    waited, worked = (sorted(1000 * t[side] for t in took) for side in (0, 1))
    at = int(len(took) * 0.95)
    print(f"{len(took)} keys among {PIECES:,} pieces: median {waited[len(took) // 2]:.0f} ms")
    print(f"  95th percentile   {waited[at]:.0f} ms   (at most 50); of processor time {worked[at]:.0f} ms")


_ACTIONS = {
    "a": "do('accept')",
    "r": "do('reject')",
    "u": "do('undo')",
    "j": "do('move(1)')",
    "k": "do('move(-1)')",
    "n": "do('next')",
}


def applying() -> None:
    """Print how applying all pieces grows with their number."""
    times = []
    for pieces in (PIECES * 10, PIECES * 40):
        data = draft_of(pieces)
        places = [found + 1 for found in range(len(data)) if data[found : found + 1] == b"\n"][::3]
        hunks = [Hunk("g", Span(at, at), b"", b"\nSome words.\n") for at in places]
        best = float("inf")
        for _ in range(15):
            begun = time.process_time()
            apply(data, hunks)
            best = min(best, time.process_time() - begun)
        times.append((len(hunks), best))
    (few, short), (many, long) = times
    print(f"applying {few:,} pieces {short * 1000:.1f} ms, {many:,} pieces {long * 1000:.1f} ms")
    print(f"  time / pieces, against the fewer   {long / short / (many / few):.2f}   (1 is linear)")


def run() -> None:
    """Print every figure."""
    folder = Path(tempfile.mkdtemp())
    os.environ["ASSISTANT_STATE"] = str(folder / "state")
    path = folder / "long.md"
    try:
        store = open_store()
        fill(path, store, PIECES)
        opening(path)
        keys(path, store)
        store.close()
        applying()
    finally:
        del os.environ["ASSISTANT_STATE"]
        shutil.rmtree(folder)


if __name__ == "__main__":
    run()
