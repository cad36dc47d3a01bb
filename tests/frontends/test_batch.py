"""`assistant batch`: sent once, whatever ends the program or the batch, and back as texts to decide on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import fakes
import pytest
from batch_api import BatchApi
from conftest import Run
from forks import Fork

from assistant.adapters.store import open_store
from assistant.app.session import open_session
from assistant.app.workspace import open_draft
from assistant.core.hunks.make import hunk_for
from assistant.core.review import decide
from assistant.core.review.events import Decided
from assistant.core.review.state import Piece
from assistant.core.types import Expanded, Usage, Verdict

DRAFTS, GAPS = 3, 2


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a blog of three drafts with two gaps each; go there."""
    drafts = fakes.write_blog(tmp_path, drafts=DRAFTS, gaps=GAPS)
    monkeypatch.chdir(tmp_path / "blog")
    return drafts


@pytest.fixture
def api(server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch) -> BatchApi:
    """Give the fake server a Batch API, and have the program use it."""
    server.answer = fakes.different_answer
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    own = BatchApi(server)
    server.api = own.handle
    return own


def pieces(folder: Path) -> list[Piece]:
    """Return all pieces with a text, of all drafts."""
    with contextlib.closing(open_store()) as store:
        drafts = [open_draft(str(path)) for path in sorted(folder.glob("*.md"))]
        reviews = [open_session(draft, store, read_only=True).review for draft in drafts]
    return [piece for review in reviews for piece in review.shown if piece.versions]


def killed(*arguments: str, when: Callable[[], bool] = lambda: False) -> None:
    """Run a command that is killed once something is so, or by a fault of the server's."""
    with open(os.devnull, "r+b") as null:
        fork = Fork(arguments, [null.fileno()] * 3)
        KILL.append(fork.pid)
        end = time.monotonic() + 60
        while KILL and time.monotonic() < end and Path(f"/proc/{fork.pid}").exists():
            if when():
                kill()
            time.sleep(0.002)
        KILL.clear()
        fork.wait(60)


KILL: list[int] = []
"""The process that a fault of the server's is to end."""


def kill() -> None:
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(KILL.pop(), signal.SIGKILL)


def test_a_batch_comes_back_as_texts_to_decide_on(run: Run, folder: Path, api: BatchApi) -> None:
    """Nothing is asked for outside of it, a second send has nothing to send, and no draft changes."""
    before = [path.read_bytes() for path in folder.iterdir()]
    sent = run("batch", "send", "drafts")
    assert sent.returncode == 0 and b"6 requests" in sent.stderr and b"sent batch_0" in sent.stdout
    assert b"to get the texts: assistant batch fetch drafts\n" in sent.stdout
    again = run("batch", "send", "drafts")
    assert b"6 pieces left out: in a batch already" in again.stderr and b"nothing to send" in again.stdout
    waiting = run("batch", "fetch")
    assert (
        waiting.returncode == 1 and b"in progress, 0 of 6 answered" in waiting.stdout and not pieces(folder)
    )
    api.end()
    assert b"completed, 6 of 6 answered" in run("batch", "status", "drafts").stdout
    fetched = run("batch", "fetch", "drafts")
    assert fetched.returncode == 0 and b"6 texts to decide on: assistant review drafts" in fetched.stdout
    assert [len(piece.versions) for piece in pieces(folder)] == [1] * DRAFTS * GAPS
    assert all(piece.undecided and b" away." in piece.text for piece in pieces(folder))
    assert b"no batch with drafts in" in run("batch", "fetch").stdout
    assert [path.read_bytes() for path in folder.iterdir()] == before
    assert len(api.batches) == 1 and not api.server.requests
    bodies = [line["body"] for line in api.requests("batch_0")]
    assert all("stream" not in body and body["model"] == "fake-model" for body in bodies)


def test_the_requests_are_those_of_expand(run: Run, folder: Path, api: BatchApi) -> None:
    run("batch", "send", "drafts")
    api.server.api = lambda *request: None
    run("expand", "drafts")
    asked = sorted(json.dumps([one["messages"], one["seed"]]) for one in api.server.requests)
    sent = [line["body"] for line in api.requests("batch_0")]
    assert sorted(json.dumps([one["messages"], one["seed"]]) for one in sent) == asked


def test_the_price_is_said_before_and_is_half(run: Run, folder: Path) -> None:
    """A limit below it sends nothing; --dry-run never does."""
    key = {"OPENAI_API_KEY": "sk-not-a-key-at-all", "ASSISTANT_MODEL": "gpt-4o"}
    said = run("batch", "send", "drafts", "--dry-run", **key)
    whole = run("expand", "drafts", "--dry-run", "--no-ask", **key).stdout.decode().splitlines()[-1]
    price = float(said.stderr.decode().partition("about $")[2].split()[0])
    assert said.returncode == 0 and b"(half price)" in said.stderr
    assert price == pytest.approx(float(whole.rpartition("about $")[2]) / 2, abs=0.0001)
    done = run("batch", "send", "drafts", "--max-cost", "0.000001", **key)
    assert done.returncode == 2 and b"would exceed --max-cost" in done.stderr


def test_a_batch_has_no_requests_to_verify_texts(run: Run, folder: Path, home: Path) -> None:
    """Nobody verifies what comes back, so nothing is counted for it."""
    key = {"OPENAI_API_KEY": "sk-not-a-key-at-all", "ASSISTANT_MODEL": "gpt-4o"}
    said = run("batch", "send", "drafts", "--dry-run", **key).stderr
    (home / "config.toml").write_text('locate = "local"\nverify = true\n')
    assert run("batch", "send", "drafts", "--dry-run", **key).stderr == said


def test_failed_lines_are_named_and_sent_again(run: Run, folder: Path, api: BatchApi) -> None:
    """Only they are sent again, with another seed; the others are there after the first fetch."""
    run("batch", "send", "drafts")
    first = {line["body"]["seed"] for line in api.requests("batch_0")}
    api.end(fails=lambda number: number in (1, 4))
    fetched = run("batch", "fetch")
    assert fetched.returncode == 1 and b"4 texts to decide on" in fetched.stdout
    assert fetched.stdout.count(b": Server had an error") == 2 and b"\x1b" not in fetched.stdout
    assert b"drafts/week-0.md:7: " in fetched.stdout and b"drafts/week-2.md:5: " in fetched.stdout
    status = run("batch", "status")
    assert status.returncode == 1 and status.stdout.count(b": Server had an error") == 2
    run("batch", "send", "drafts")
    assert {line["body"]["seed"] for line in api.requests("batch_1")}.isdisjoint(first)
    assert len(api.requests("batch_1")) == 2 and b"Server had" not in run("batch", "status").stdout
    api.end("batch_1")
    assert run("batch", "fetch").returncode == 0 and len(pieces(folder)) == DRAFTS * GAPS


@pytest.mark.parametrize("how", ["expired", "cancelled", "failed"])
def test_what_an_ended_batch_has_answered_is_taken(run: Run, folder: Path, api: BatchApi, how: str) -> None:
    """The rest is named with the reason, and can be sent again."""
    run("batch", "send", "drafts")
    if how == "cancelled":
        assert b"batch_0: cancelled" in run("batch", "cancel", "drafts").stdout
        answered = 1
    elif how == "expired":
        answered = 4
        api.end(status="expired", most=answered)
    else:
        answered = 0
        api.batches["batch_0"] |= {
            "status": "failed",
            "errors": {"object": "list", "data": [{"code": "x", "message": "no quota\x1b[2J", "line": None}]},
        }
    fetched = run("batch", "fetch").stdout.decode()
    assert f"{answered} text{'s' * (answered != 1)} to decide on" in fetched and "\x1b" not in fetched
    assert f"{DRAFTS * GAPS - answered} failed; to send them again: assistant batch send\n" in fetched
    assert {"expired": "ran out of time", "cancelled": "was cancelled", "failed": "no quota"}[how] in fetched
    run("batch", "send", "drafts")
    assert len(api.requests("batch_1")) == DRAFTS * GAPS - answered


def test_an_answer_that_is_no_text_is_told_and_sent_again(run: Run, folder: Path, api: BatchApi) -> None:
    """Answers go through the same cleanup as those of `expand`; a batch asks only once."""
    run("batch", "send", "drafts")
    api.server.answer = lambda request: "I'm sorry, but I can't help with that."
    api.end()
    fetched = run("batch", "fetch").stdout.decode()
    assert fetched.count("drafts/week-") == DRAFTS * GAPS and "declined" in fetched and not pieces(folder)
    assert "then" not in fetched and "answers once" not in fetched
    run("batch", "send", "drafts")
    assert len(api.requests("batch_1")) == DRAFTS * GAPS


@pytest.mark.parametrize(
    "when, request_", [("before", "files"), ("after", "files"), ("before", "batches"), ("after", "batches")]
)
def test_a_client_killed_while_it_sends_makes_one_batch(
    run: Run, folder: Path, api: BatchApi, when: str, request_: str
) -> None:
    """Killed around the upload or around the batch's creation, nothing is sent twice, and nothing lost."""
    fault = lambda method, path: kill() if (method, path) == ("POST", f"/v1/{request_}") else None  # noqa: E731
    setattr(api, when, fault)
    killed("batch", "send", "drafts")
    setattr(api, when, lambda method, path: None)
    run("batch", "status", "drafts")
    run("batch", "send", "drafts")
    assert len(api.batches) == 1 and len(api.requests("batch_0")) == DRAFTS * GAPS
    api.end()
    assert run("batch", "fetch").returncode == 0
    assert [len(piece.versions) for piece in pieces(folder)] == [1] * DRAFTS * GAPS


def test_a_client_killed_while_it_fetches_takes_each_text_once(run: Run, folder: Path, api: BatchApi) -> None:
    """Killed as soon as some texts are in the store, and started again, it goes on with the others."""
    run("batch", "send", "drafts")
    api.end()
    with contextlib.closing(open_store()) as store:

        def texts() -> int:
            return int(store.rows("SELECT count(*) FROM proposals")[0][0])

        for most in (1, 3, 4):
            killed("batch", "fetch", when=lambda most=most: texts() >= most)  # type: ignore[misc]
        assert 1 <= texts() <= DRAFTS * GAPS
    assert run("batch", "fetch").returncode == 0
    assert [len(piece.versions) for piece in pieces(folder)] == [1] * DRAFTS * GAPS


def test_a_text_that_was_offered_and_not_noted_is_not_offered_again(
    run: Run, folder: Path, api: BatchApi
) -> None:
    """As after a kill between the two: the lines are open, and the texts are there."""
    run("batch", "send", "drafts")
    api.end()
    run("batch", "fetch")
    with contextlib.closing(open_store()) as store, store.transaction():
        store.db.execute("UPDATE batch_lines SET state='sent'")
    assert run("batch", "fetch").returncode == 0
    assert [len(piece.versions) for piece in pieces(folder)] == [1] * DRAFTS * GAPS


def test_drafts_may_change_while_a_batch_is_away(run: Run, folder: Path, api: BatchApi) -> None:
    """A text moves with its place; what has a text meanwhile gets no second one."""
    run("batch", "send", "drafts")
    moved = folder / "week-0.md"
    moved.write_text(moved.read_text().replace("# Week 0\n", "# Week 0\n\nA new opening stands here.\n"))
    api.server.api = lambda *request: None
    run("expand", "drafts/week-1.md", "drafts/week-1.md")
    (folder / "week-2.md").unlink()
    api.server.api = api.handle
    api.end()
    fetched = run("batch", "fetch").stdout.decode()
    assert "drafts/week-2.md:1: " in fetched and "no such file" in fetched
    kept = pieces(folder)
    assert [len(piece.versions) for piece in kept] == [1] * 2 * GAPS and not any(
        piece.unplaced for piece in kept
    )


def test_a_draft_open_elsewhere_keeps_its_answers_for_later(run: Run, folder: Path, api: BatchApi) -> None:
    run("batch", "send", "drafts")
    api.end()
    with contextlib.closing(open_store()) as store:
        session = open_session(open_draft(str(folder / "week-1.md")), store)
        fetched = run("batch", "fetch")
        session.close()
    assert fetched.returncode == 1 and b"4 texts" in fetched.stdout and b"open in another" in fetched.stdout
    assert b"to send them again" not in fetched.stdout
    assert run("batch", "fetch").returncode == 0 and len(pieces(folder)) == DRAFTS * GAPS


def test_a_file_of_requests_comes_back_as_a_file_of_results(run: Run, folder: Path, api: BatchApi) -> None:
    """As for `vllm run-batch`: nothing is sent, results may come in parts and in any order."""
    api.server.api = lambda *request: None
    send = ("batch", "send", "drafts", "--model", "vllm/one", "--file")
    Path("notes.txt").write_text("mine")
    refused = run(*send, "notes.txt", OPENAI_BASE_URL="")
    assert refused.returncode == 2 and b"it exists; name another file" in refused.stderr
    wrote = run(*send, "requests.jsonl", OPENAI_BASE_URL="")
    assert wrote.returncode == 0 and b"wrote 6 requests" in wrote.stdout, wrote.stderr
    lines = [json.loads(line) for line in Path("requests.jsonl").read_text().splitlines()]
    assert all(one["body"]["model"] == "vllm/one" and one["url"] == "/v1/chat/completions" for one in lines)
    assert b"nothing to send" in run("batch", "send", "drafts").stdout
    results = [
        {"id": "vllm-1", "custom_id": one["custom_id"], "error": None,
         "response": {"status_code": 200, "request_id": "r", "body": api.completion(one)}}
        for one in reversed(lines)
    ]  # fmt: skip
    text = "".join(f"{json.dumps(one)}\n" for one in results[:4])
    Path("some.jsonl").write_text(f'not json\n[1]\n{{"custom_id": 7}}\n{text}{text}')
    assert b"4 texts" in run("batch", "fetch", "--file", "some.jsonl").stdout
    assert b"2 of 6 requests without a result" in run("batch", "status").stdout
    Path("rest.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in results))
    assert b"2 texts" in run("batch", "fetch", "--file", "rest.jsonl").stdout
    assert [len(piece.versions) for piece in pieces(folder)] == [1] * DRAFTS * GAPS
    assert run("batch", "fetch", "--file", "missing.jsonl").returncode == 2


def test_a_server_without_a_batch_api_is_told_from_others(run: Run, folder: Path, api: BatchApi) -> None:
    """The requests are not lost to it: they can be sent elsewhere, or by `expand`."""
    api.server.api = lambda *request: None
    done = run("batch", "send", "drafts")
    assert done.returncode == 1 and b"has no Batch API; batch send --file" in done.stderr
    api.server.api, api.refuses = api.handle, True
    assert run("batch", "send", "drafts").returncode == 1
    api.refuses = False
    assert run("batch", "send", "drafts").returncode == 0 and len(api.batches) == 1
    done = run("batch", "send", "drafts", OPENAI_BASE_URL="")
    assert done.returncode == 2 and b"a batch needs a server" in done.stderr


def test_results_that_are_gone_keep_no_other_batch(run: Run, folder: Path, api: BatchApi) -> None:
    """A server keeps files for a while only; the next batch is taken all the same."""
    run("batch", "send", "drafts/week-0.md")
    run("batch", "send", "drafts")
    api.end("batch_0")
    api.end("batch_1")
    del api.files[api.batches["batch_0"]["output_file_id"]]
    fetched = run("batch", "fetch")
    assert fetched.returncode == 3 and b"4 texts" in fetched.stdout and b"batch_0: " in fetched.stdout
    run("clean", "--yes", "drafts/week-0.md")
    assert b"2 requests" in run("batch", "send", "drafts").stderr


def test_clean_forgets_the_batches_of_a_draft(run: Run, folder: Path, api: BatchApi) -> None:
    run("batch", "send", "drafts")
    run("clean", "--yes", "drafts/week-0.md")
    api.end()
    assert b"4 texts" in run("batch", "fetch").stdout and len(pieces(folder)) == (DRAFTS - 1) * GAPS


def test_a_batch_that_may_be_under_way_is_not_made_again(run: Run, folder: Path, api: BatchApi) -> None:
    """A gateway's 502 leaves open whether the server makes it: only `send` asks again, some minutes later."""

    def lost(method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        posts.append(path)
        return (502, b"{}") if (method, path) == ("POST", "/v1/batches") else api.handle(method, path, body)

    posts = list[str]()
    api.server.api = lost
    assert run("batch", "send", "drafts").returncode != 0 and posts.count("/v1/batches") == 1
    api.server.api = api.handle
    for command in ("status", "fetch", "send"):
        assert b"doesn't list it yet; look again in 10 min" in run("batch", command, "drafts").stdout
    assert run("batch", "cancel", "drafts").returncode == 1 and not api.batches
    with contextlib.closing(open_store()) as store, store.transaction():
        store.db.execute("UPDATE batches SET at='2026-01-01 00:00:00'")
    status = run("batch", "status", "drafts")
    assert status.returncode == 1 and b"has no such batch" in status.stdout and not api.batches
    assert b"in progress, 0 of 6" in run("batch", "send", "drafts").stdout and len(api.batches) == 1
    api.end()
    assert run("batch", "fetch").returncode == 0 and len(pieces(folder)) == DRAFTS * GAPS


def test_a_batch_that_was_made_without_a_word_of_it_is_looked_for(
    run: Run, folder: Path, api: BatchApi
) -> None:
    """The answer to the request that made it is lost."""

    def lost(method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        answer = api.handle(method, path, body)
        return (502, b"{}") if (method, path) == ("POST", "/v1/batches") else answer

    api.server.api = lost
    assert run("batch", "send", "drafts").returncode != 0 and len(api.batches) == 1
    api.server.api = api.handle
    assert b"6 pieces left out" in run("batch", "send", "drafts").stderr and len(api.batches) == 1


def test_texts_of_drafts_that_are_away_wait(run: Run, folder: Path, api: BatchApi) -> None:
    """The folder is moved away, as by another branch: nothing paid for is lost, and it is told from there."""
    run("batch", "send", "drafts")
    api.end()
    folder.rename("elsewhere")
    fetched = run("batch", "fetch")
    assert fetched.returncode == 1 and fetched.stdout.count(b"no such file; its texts wait") == DRAFTS
    assert b"to send them again" not in fetched.stdout and b"assistant review" not in fetched.stdout
    for command in ("fetch", "status", "cancel"):
        said = run("batch", command, "elsewhere").stdout
        assert f"a batch is for drafts in {folder}, which are gone".encode() in said
    assert b"which are gone" in run("batch", "send", "--dry-run", "elsewhere").stderr
    Path("elsewhere").rename(folder)
    assert (
        b"answered: assistant batch fetch\n" in run("batch", "cancel", ".").stdout
    )  # nothing that can be taken goes
    assert run("batch", "fetch").returncode == 0 and len(pieces(folder)) == DRAFTS * GAPS


def test_a_batch_for_drafts_that_never_come_back_can_be_ended(run: Run, folder: Path, api: BatchApi) -> None:
    """By the path that they had, though it is not there."""
    run("batch", "send", "drafts")
    api.end()
    folder.rename("elsewhere")
    assert b"batch_0: forgotten" in run("batch", "cancel", "drafts").stdout
    assert run("batch", "status").returncode == 0
    assert run("batch", "status", "drafts").returncode == 2


@pytest.mark.parametrize("command", ["send", "status", "fetch", "cancel"])
def test_a_path_that_is_not_there_is_an_error(run: Run, folder: Path, api: BatchApi, command: str) -> None:
    """A batch's name is no path; the line says what to give."""
    done = run("batch", command, "draft")
    assert done.returncode == 2 and b"draft: no such file" in done.stderr
    run("batch", "send", "drafts")
    done = run("batch", command, "batch_0")
    assert done.returncode == 2 and b"give the folder of its drafts" in done.stderr


def test_a_batch_that_the_server_does_not_have_can_be_ended(run: Run, folder: Path, api: BatchApi) -> None:
    """The model is not blamed; `status` and `fetch` exit alike, and its pieces can be sent again."""
    run("batch", "send", "drafts")
    api.batches.clear()
    for command in ("status", "fetch"):
        done = run("batch", command)
        assert done.returncode == 1 and b"has no batch batch_0; `batch cancel` frees" in done.stdout
    assert b"batch_0: forgotten" in run("batch", "cancel").stdout
    assert b"sent batch_0: 6 requests" in run("batch", "send", "drafts").stdout


@pytest.mark.parametrize(
    "data", [b"# A draft\n", b'{"a": 1}\n', b"\xff\xfe\n", b'{"custom_id": "x-1"}\n', b"[" * 100_000]
)
def test_a_file_without_results_of_ours_is_an_error(
    run: Run, folder: Path, api: BatchApi, data: bytes
) -> None:
    run("batch", "send", "drafts", "--file", "requests.jsonl", "--model", "one")
    Path("wrong").write_bytes(data)
    done = run("batch", "fetch", "--file", "wrong")
    assert done.returncode == 2 and b"wrong: holds no results of a batch of these drafts" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_draft_that_cannot_be_read_is_named_at_the_end(run: Run, folder: Path, api: BatchApi) -> None:
    """The others are sent; the exit code is that for bad input, as that of `locate`."""
    (folder / "bad.md").write_bytes(b"\x00\xff\xfe\x00")
    for options in (["--dry-run"], []):
        done = run("batch", "send", "drafts", *options)
        assert done.returncode == 2 and done.stderr.endswith(b"left out: drafts/bad.md\n")
    assert len(api.requests("batch_0")) == DRAFTS * GAPS and run("locate", "drafts").returncode == 2
    assert run("batch", "send", "drafts/bad.md").returncode == 2


def test_equal_markers_keep_their_names_once_one_is_written(run: Run, folder: Path, api: BatchApi) -> None:
    """The two that are left move up by one, and each has its own text."""
    path = folder / "week-0.md"
    markers = [
        f"TODO\n\nIt was {day} then, and we rang the bell twice.\n\n" for day in ("Ash", "Good", "Low")
    ]
    path.write_text("# Days\n\nWe rang it all year, and nobody came.\n\n" + "".join(markers))
    with contextlib.closing(open_store()) as store:
        draft = open_draft(str(path))
        session = open_session(draft, store)
        first, second, _ = session.workspace.gaps
        for gap in (first, second):
            hunk = hunk_for(draft.draft, gap, text="Nobody came, and the rope was wet.")
            session.offer(decide.proposal(Expanded(gap, (hunk,), "m", Usage())), draft.draft.data)
        session.apply(Decided(decide.key_for(first, None), Verdict.ACCEPTED))
        session.write()
        session.close()
    sent = run("batch", "send", path)
    assert b"1 request" in sent.stderr
    (body,) = (line["body"] for line in api.requests("batch_0"))
    assert "It was Low then" in fakes.contents(body)[-1]
    api.end()
    assert b"1 text to decide on" in run("batch", "fetch", path).stdout
    with contextlib.closing(open_store()) as store:
        review = open_session(open_draft(str(path)), store, read_only=True).review
    kept, fetched = (piece for piece in review.shown if piece.undecided)
    assert kept.gap == second.id != fetched.gap and not fetched.unplaced
    assert path.read_bytes()[: fetched.place.start].endswith(
        b"It was Good then, and we rang the bell twice.\n\n"
    )
