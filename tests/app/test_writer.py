"""Texts are written in threads beside the review."""

from __future__ import annotations

import queue
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import fakes
import jobs
import pytest

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.budget import Budget
from assistant.app.models import Connection
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.core.review import events
from assistant.core.review.state import Phase
from assistant.core.types import Capabilities, Reply, Request, Verdict


def test_a_piece_can_be_retried_the_moment_its_text_is_there(
    home: Path, tmp_path: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The retry is not lost although the thread that wrote the first text is still ending."""
    path = tmp_path / "a.md"
    path.write_text("# Tea\n\nI drink it at four, and I have opinions about the pot.\n\n## The pot\n")
    shorter = (
        "I ask what went well first, and then I ask what I would do again. Most weeks that is all of it. "
        "Nobody minds the question, since everybody knows by now that it will come on a Friday."
    )
    server.answer = lambda request: (
        shorter if "shorter" in request["messages"][-1]["content"] else fakes.PROSE
    )
    offers: queue.Queue[str] = queue.Queue()
    is_retried = threading.Event()
    with closing(open_store()) as store, closing(Models()) as models:
        session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), store)
        writer = Writer(session, models)
        (key,) = session.missing()
        offer = session.offer

        def offer_and_wait(proposal: events.Proposal, data: bytes) -> None:
            offer(proposal, data)
            offers.put(proposal.hunks[0].replacement.decode().strip())
            is_retried.wait(30)

        monkeypatch.setattr(session, "offer", offer_and_wait)
        writer.ask([key])
        assert offers.get(timeout=30) == fakes.PROSE
        writer.retry(key, "shorter")
        is_retried.set()
        assert offers.get(timeout=30) == shorter
        session.close()


def test_accepted_text_is_context_for_the_next_piece(
    home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """The model reads what the author has accepted as if it were in the draft, and may build on it."""
    path = tmp_path / "a.md"
    path.write_text(
        "# Tea\n\nI drink it at four, and I have opinions about the pot.\n\n## The pot\n\n"
        "TODO: which pot it is\n\nTODO: why it matters so much\n\nIt leaks.\n"
    )
    texts = [
        "It is the brown one that Marjorie gave me in Leeds, and it holds two cups.",
        "It matters since Marjorie chose it, and she never asked what it cost.",
    ]
    server.answer = lambda request: texts[len(server.requests) - 1]
    offers: queue.Queue[str] = queue.Queue()
    with closing(Models()) as models:
        session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), None)
        session.subscribe(lambda event: offers.put("") if isinstance(event, events.Offered) else None)
        writer = Writer(session, models)
        first, second = session.missing()
        writer.ask([first])
        offers.get(timeout=30)
        session.apply(events.Decided(first, Verdict.ACCEPTED))
        writer.ask([second])
        offers.get(timeout=30)
        piece = session.review.piece(second)
    request = server.requests[1]["messages"][-1]["content"]
    assert "the brown one that Marjorie gave me" in request and "It leaks" in request
    assert piece and piece.hunk and piece.hunk.original.startswith(b"TODO: why")
    assert not [w for w in piece.hunk.warnings if "Marjorie" in w.message]


@pytest.mark.parametrize("mark", ["## ", "- "])
def test_accepted_text_elsewhere_in_the_draft_is_shown_as_an_earlier_answer(
    home: Path, tmp_path: Path, server: fakes.FakeServer, mark: str
) -> None:
    """It is behind what all requests share, under its own heading or point; a rejected text is not shown."""
    text = "I drink it at four, and I have opinions about the pot. " * 20
    between = f"\n## Rules\n\n{text}\n\n" if mark == "## " else "- The rules. " + text + "\n"
    request = "" if mark == "## " else "Expand each of these points:\n\n"
    path = tmp_path / "a.md"
    path.write_text(
        f"# Tea\n\n{text}\n\n{request}{mark}The pot.\n{between}{mark}The cup.\n\n## End\n\nThat is all.\n"
    )
    texts = iter((_POT, _POT.replace("Marjorie", "Tom"), fakes.PROSE))
    server.answer = lambda request: next(texts)
    offers: queue.Queue[events.Event] = queue.Queue()
    with closing(Models()) as models:
        session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), None)
        session.subscribe(
            lambda one: offers.put(one) if isinstance(one, events.Offered | events.Failed) else None
        )
        writer, keys = Writer(session, models), session.missing()
        writer.ask(keys[:1])
        offers.get(timeout=30)
        session.apply(events.Decided(keys[0], Verdict.ACCEPTED))
        shown = [message.content for message in writer.prompts(keys[-1])[0].messages]
        session.apply(events.Decided(keys[0], Verdict.REJECTED))
        without = [message.content for message in writer.prompts(keys[-1])[0].messages]
        session.apply(events.Decided(keys[0], Verdict.ACCEPTED))
        writer.ask(keys[-1:])
        offers.get(timeout=30)
    sent = [message["content"] for message in server.requests[1]["messages"]]
    (at,) = (number for number, words in enumerate(sent) if "Marjorie" in words)
    assert sent == shown and "The pot" in "".join(sent[at - 1 : at + 1]) and "The cup" in sent[-1]
    assert sent[: at - 1] + sent[at + 1 :] == without


_POT = (
    "It is the brown one that Marjorie gave me in Leeds, and it holds two cups. I warm it first, and on "
    "Sundays I let the leaves stand in it for as long as the toast takes."
)


@pytest.mark.parametrize(("warm_tokens", "together"), [(None, 3), (10**6, 3), (0, 1)])
def test_a_request_goes_ahead_only_where_a_cache_is_worth_it(
    home: Path, tmp_path: Path, warm_tokens: int | None, together: int
) -> None:
    """It is waited for until its answer begins; elsewhere all are sent at once."""
    at_work: list[int] = []
    begun, lock = threading.Event(), threading.Lock()

    class Counting(fakes.FakeModel):
        def answer(self, request: Request) -> tuple[Reply, ...]:
            with lock:
                at_work.append(len(at_work) + 1)
            if len(at_work) == together:
                begun.set()
            assert begun.wait(60)
            return super().answer(request)

    path = tmp_path / "a.md"
    path.write_text("# Tea\n\nI drink it at four.\n\n## The pot\n\n## The cup\n\n## The leaves\n")
    capabilities = Capabilities(thinks=False, warm_tokens=warm_tokens)
    connection = Connection(Counting(fakes.PROSE, capabilities=capabilities), "", "fake-model")
    session = open_session(workspace.open_draft(str(path), jobs=3), None)
    job = replace(jobs.job(path.read_text()), capabilities=capabilities)
    writer = Writer(session, Models.of(connection, Budget()), job=job)
    writer.begin(session.workspace.gaps)
    writer.wait()
    assert len(at_work) >= 3 and all(piece.versions for piece in session.review.shown)


def test_a_remark_on_the_text_above_is_sent_once(
    home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """Its words are in the request already when the author adds some on a retry."""
    path = tmp_path / "a.md"
    path.write_text(
        "# Tea\n\nI drink it at four, and I have opinions about the pot.\n\nmake this shorter\n\nIt leaks.\n"
    )
    with closing(Models()) as models:
        session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), None)
        writer = Writer(session, models)
        (key,) = session.missing()
        for guidance in ("", "without the pot"):
            writer.retry(key, guidance)
            writer.wait()
            asked = server.requests[-1]["messages"][-1]["content"]
            assert asked.count("make this shorter") == 1 and guidance in asked
            assert writer.prompts(key)[0].messages[-1].content.count("make this shorter") == 1


def test_a_sentence_can_be_written_anew_the_moment_it_is_there(
    home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Tea\n\nI drink it at four.\n\n## The pot\n")
    texts = iter((fakes.PROSE, "The dull things go first.", *[_POT] * 9))
    server.answer = lambda request: next(texts)
    with closing(Models()) as models:
        session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), None)
        writer = Writer(session, models)
        (key,) = session.missing()
        writer.ask([key])
        writer.wait()
        again: list[str] = []
        session.subscribe(
            lambda one: (
                again.append(writer.retry(key)) if isinstance(one, events.Revised) and not again else None
            )
        )
        piece = session.review.piece(key)
        assert piece and piece.doubts
        writer.rewrite(key, piece.doubts[0])
        writer.wait()
        piece = session.review.piece(key)
    assert again == [key] and piece and len(piece.versions) == 2


def test_a_sentence_whose_rewriting_was_stopped_while_it_waited_is_not_asked_for(
    home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Tea\n\nI drink it at four.\n\n## The pot\n")
    with closing(Models(jobs=1)) as models:
        session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), None)
        writer = Writer(session, models)
        (key,) = session.missing()
        writer.ask([key])
        writer.wait()
        piece, asked = session.review.piece(key), len(server.requests)
        assert piece and piece.doubts
        with models.turn:  # another draft is being written
            writer.rewrite(key, piece.doubts[0])
            writer.stop(key)
        writer.wait()
        after = session.review.piece(key)
    assert len(server.requests) == asked
    assert after and after.phase is Phase.READY and after.text == piece.text
