"""Sessions that are killed at any instant: every decision that was taken is there, every draft is whole."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.adapters.store import open_store
from assistant.core.review import decide
from assistant.core.review.state import Phase
from assistant.core.types import Verdict

CHILD = """
import json, os, sys
from pathlib import Path
from assistant.app import workspace
from assistant.adapters.store import open_store
from assistant.core.review import events
from assistant.core.types import Verdict
from assistant.app.session import open_session

def one(path, state, out):
    store = open_store(Path(state))
    session = open_session(workspace.open_draft(path), store)
    print_ = lambda fields: os.write(out, json.dumps(fields).encode() + b"\\n")
    print_({"open": True})
    while True:
        for piece in session.review.shown:
            if not piece.undecided:
                continue
            print_({"will": piece.key})
            session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
            print_({"did": piece.key})
        print_({"writing": True})
        session.write()
        print_({"wrote": True})
        break
    print_({"end": True})
    os._exit(0)

# Imported once; each session runs in a fork of its own, so that hundreds of them cost little.
workspace.open_draft(sys.argv[1])
for line in sys.stdin:
    path, state = json.loads(line)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        one(path, state, write)
    os.close(write)
    print(json.dumps(pid), flush=True)
    with os.fdopen(read) as said:
        for told in said:
            sys.stdout.write(told)
            sys.stdout.flush()
    os.waitpid(pid, 0)
    print("gone", flush=True)
"""

DRAFT = b"# Post\n\n" + b"".join(b"## Part %d\n\n" % n for n in range(6))
TEXT = b"\nWords for part %d.\n"


@pytest.mark.parametrize("kills", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_sessions_killed_at_random_lose_nothing(home: Path, tmp_path: Path, kills: int) -> None:
    """What was told as done while deciding and writing is kept, and the draft is old or new, but whole."""
    seed = random.Random(5)
    path, state, template = tmp_path / "a.md", tmp_path / "state", tmp_path / "template"
    path.write_bytes(DRAFT)
    _propose(path, template)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin and child.stdout
    longest, cut_off, written = 0.03, 0, 0
    for _ in range(kills):
        path.write_bytes(DRAFT)
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(template, state)
        child.stdin.write(json.dumps([str(path), str(state)]) + "\n")
        child.stdin.flush()
        pid = int(child.stdout.readline())
        line = child.stdout.readline()
        assert json.loads(line) == {"open": True}
        begun = time.monotonic()
        time.sleep(seed.uniform(0, longest))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)
        told: list[dict[str, object]] = []
        while (line := child.stdout.readline()) != "gone\n":
            told.append(json.loads(line))
        if told and "end" in told[-1]:
            longest = max(min(longest, (time.monotonic() - begun) * 0.95), 0.01)
        else:
            longest = min(longest * 1.01, 0.5)
            cut_off += 1
        written += _check(path, state, told)
    child.stdin.close()
    child.wait(60)
    child.stdout.close()
    assert cut_off > kills / 3 and written


def _propose(path: Path, state: Path) -> None:
    from assistant.app import workspace
    from assistant.core.review import events
    from assistant.core.types import Hunk, Span

    store = open_store(state)
    found = workspace.open_draft(str(path))
    store.append(path, events.Moved(DRAFT))
    for number, gap in enumerate(found.gaps):
        at = DRAFT.index(b"\n", gap.span.start) + 1
        hunk = Hunk(gap.id, Span(at, at), b"", TEXT % number)
        store.propose(path, DRAFT, events.Proposal(gap.id, (hunk,), decide.keys_for(gap, [hunk]), "m"))
    store.close()


def _check(path: Path, state: Path, told: list[dict[str, object]]) -> bool:
    """Check one draft and its store, and tell whether its text had been written."""
    from assistant.app import workspace
    from assistant.app.session import open_session

    whole = DRAFT
    for number in range(6):
        head = b"## Part %d\n" % number
        whole = whole.replace(head, head + TEXT % number)
    data = path.read_bytes()
    store = open_store(state)
    (check,) = store.db.execute("PRAGMA integrity_check").fetchone()
    assert check == "ok"
    session = open_session(workspace.open_draft(str(path)), store)
    pieces = session.review.shown
    assert len(pieces) == 6 and all(s.versions for s in pieces)
    done = {str(t["did"]) for t in told if "did" in t}
    begun = {str(t["will"]) for t in told if "will" in t}
    for piece in pieces:
        if piece.key in done:
            assert piece.verdict is Verdict.ACCEPTED
        elif piece.verdict is Verdict.ACCEPTED:
            assert piece.key in begun
    is_written = all(s.phase is Phase.WRITTEN for s in pieces)
    if {"wrote": True} in told:
        assert is_written
    if is_written:
        assert data == whole
    else:
        assert data == DRAFT and not any(s.phase is Phase.WRITTEN or s.unplaced for s in pieces)
    if len(done) == 6:
        session.write()
        assert path.read_bytes() == whole
    session.close()
    store.close()
    return is_written
