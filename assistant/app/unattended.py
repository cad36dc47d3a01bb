"""Has the texts of a run written while nobody decides, and tells what comes in the order of the draft."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress

from assistant.app.expand import joined
from assistant.app.run import Run
from assistant.app.session import Session
from assistant.app.writer import Models, Writer
from assistant.core.review import events as happened
from assistant.core.review.decide import key_for
from assistant.core.types import Event, Expanded, Failed, Partial

_POLL_SECONDS = 0.2
"""After so long a stop, or Ctrl-C, is noticed while nothing comes."""


def events(run: Run, session: Session, keys: Iterable[str], *, stop: threading.Event) -> Iterator[Event]:
    """Have pieces written, by key; yield their texts as they come, and the results gap by gap.

    Each result is on offer in the session by then. Once `stop` is set, nothing more is asked for.
    """
    places = {key_for(gap, target): (gap, target) for gap in run.gaps for target in gap.pieces}
    texts: dict[str, Expanded] = {}
    results: dict[str, Expanded | Failed] = {}
    came: queue.SimpleQueue[Partial | None] = queue.SimpleQueue()

    def listen(event: happened.Event) -> None:
        match event:
            case happened.Streamed(key, text, restart, read):
                came.put(Partial(*places[key], text, restart, read))
            case happened.Offered(proposal):
                results.update({key: texts[key] for key in proposal.keys if key in texts})
                came.put(None)
            case happened.Failed(key, message, _, code, left_out):
                gap, target = places[key]
                results[key] = Failed(gap, message, code, target, left_out=left_out)
                came.put(None)

    models = Models.of(run.connection, run.budget)
    writer = Writer(
        session, models, job=run.job, on_text=lambda key, job, text: texts.update({key: text}), in_turn=True
    )
    unsubscribe = session.subscribe(listen)
    keys = list(keys)
    try:
        writer.ask(keys)
        for gap in run.gaps:
            own = [key for key in keys if places[key][0] is gap]
            while not all(key in results for key in own):
                with suppress(queue.Empty):
                    if partial := came.get(timeout=_POLL_SECONDS):
                        yield partial
                if stop.is_set():
                    writer.stop()
            yield from joined(run.workspace.draft, gap, [results[key] for key in own])
    finally:
        unsubscribe()
        writer.stop()
        run.spent = run.spent + writer.spent
