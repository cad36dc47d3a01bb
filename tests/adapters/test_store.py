"""What the store promises: kept when a call returns, private, and plain words when it can't."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.adapters.store import VERSION, database, open_store
from assistant.core.review import decide, events
from assistant.core.types import Hunk, Reply, Span, Usage, Verdict, Warning
from assistant.errors import StoreBusy, StoreError

BASE = b"# One\n\n# Two\n"
HUNK = Hunk("g", Span(6, 6), b"", "\nWörds.\n".encode(), (Warning("number", "a number", 1, 4),), ("a note",))
PROPOSAL = events.Proposal("g", (HUNK,), ("g:0",), "a-model", Usage(10, 5, 2), 1.5, "shorter")


def test_what_was_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    """Proposals, decisions, texts and tokens come back as they were, under any name of the draft."""
    store = open_store(tmp_path / "state")
    draft = tmp_path / "a.md"
    draft.write_bytes(BASE)
    stored = store.propose(draft, BASE, PROPOSAL)
    store.append(draft, events.Decided("g:0", Verdict.EDITED, "été".encode(), stored.id))
    undecided = events.SavedUndecided(BASE, (HUNK,), ("g:1",))
    store.append(draft, undecided)
    store.add_usage("a-model", Usage(10, 5, 2))
    store.add_usage("a-model", Usage())
    store.close()
    (tmp_path / "link.md").symlink_to(draft)
    again = open_store(tmp_path / "state")
    kept = again.events(tmp_path / "link.md")
    decided = events.Decided("g:0", Verdict.EDITED, "été".encode(), 1)
    assert kept == [events.Offered(stored, BASE), decided, undecided]
    assert stored.id == 1 and decide.replay(kept).accepted()[0].span == HUNK.span
    assert again.usage() == {"a-model": Usage(10, 5, 2)}
    assert again.drafts() == [str(draft)]
    again.close()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    """The folder is 0700 and every file in it 0600, whatever the umask."""
    mask = os.umask(0)
    try:
        store = open_store(tmp_path / "state")
        store.append(tmp_path / "a.md", events.Moved(BASE))
    finally:
        os.umask(mask)
    files = list((tmp_path / "state").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    store.close()


def test_an_old_database_is_brought_up_and_a_newer_one_refused(tmp_path: Path) -> None:
    """What the first version kept is there in this one; a newer file is left as it is."""
    path = tmp_path / "review.db"
    old = sqlite3.connect(path)
    old.executescript(database._MIGRATIONS[0])
    old.execute("INSERT INTO texts VALUES (?, ?)", (hashlib.sha256(BASE).hexdigest(), BASE))
    fields = f'{{"data":"{hashlib.sha256(BASE).hexdigest()}"}}'
    old.execute("INSERT INTO log VALUES (1, '/a.md', '2024-01-01 00:00:00', 'moved', ?)", (fields,))
    old.execute("PRAGMA user_version=1")
    old.commit()
    old.close()
    store = open_store(tmp_path)
    assert store.events("/a.md") == [events.Moved(BASE)] and store.usage("2024-01") == {}
    store.close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version={VERSION + 1}")
    newer.close()
    with pytest.raises(StoreError, match="made by a newer version"):
        open_store(tmp_path)


def test_rows_of_an_earlier_version_load_as_they_were_meant(tmp_path: Path) -> None:
    """Events that have other names now, a "refused" text, a write, a reply and the month's tokens."""
    old = sqlite3.connect(tmp_path / "review.db")
    old.executescript((Path(__file__).parent / "store_version_3.sql").read_text("utf-8"))
    old.close()
    store = open_store(tmp_path)
    proposal = PROPOSAL._replace(id=1)
    assert store.events("/a.md") == [
        events.Moved(BASE),
        events.Offered(proposal, BASE),
        events.Decided("g:0", Verdict.REJECTED, b"", 1),
        events.Reopened("g:0", "shorter"),
        events.Shown("g:0", 1),
        events.Split("g:0"),
        events.Undone(),
        events.Redone(),
        events.Decided("g:0", Verdict.EDITED, "été".encode(), 1),
        events.AcceptedRest((("g:0", 1),)),
        events.Reverted(("g:0",), (HUNK,), BASE, BASE),
        events.SavedUndecided(BASE, (HUNK,)),
        events.Written(("g:0",), (HUNK,), b"new"),
    ]
    (write,) = store.writes("/a.md")
    assert (write.state, write.hunks, write.models) == ("done", (HUNK,), ("a-model",))
    assert store.reply("key") == Reply("A text.", "a-model", Usage(10, 5, 2))
    assert store.usage("2025-01") == {"a-model": Usage(10, 5, 2)}
    store.close()


def test_a_second_session_is_told_and_may_take_over(tmp_path: Path) -> None:
    """A living session holds its draft; when taken over, its next change fails and keeps nothing."""
    store = open_store(tmp_path)
    first = store.claim("a.md")
    with pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
        store.claim("a.md")
    second = store.claim("a.md", takeover=True)
    with pytest.raises(StoreBusy, match="took this draft over"):
        store.append("a.md", events.Moved(BASE), claim=first)
    store.append("a.md", events.Moved(BASE), claim=second)
    assert len(store.events("a.md")) == 1
    store.release(first)
    with pytest.raises(StoreBusy):
        store.claim("a.md")
    store.release(second)
    store.claim("a.md")
    store.close()


def test_a_session_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    """The claim of a process that is gone is no claim."""
    code = "import sys; from pathlib import Path; from assistant.adapters.store import open_store; "
    code += "open_store(Path(sys.argv[1])).claim('a.md'); import os; os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    store = open_store(tmp_path)
    assert store.claim("a.md")
    store.close()


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    """What was kept before stays; the new event is refused as a whole."""
    store = open_store(tmp_path)
    store.append("a.md", events.Moved(BASE))
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="the disk is full"):
        store.append("a.md", events.Moved(BASE * 10000))
    assert store.events("a.md") == [events.Moved(BASE)]
    store.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_one_line(tmp_path: Path) -> None:
    """The line says which folder and how to name another."""
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="ASSISTANT_STATE"):
        open_store(tmp_path)


def test_a_path_that_can_be_no_folder_and_a_damaged_file_are_one_line(tmp_path: Path) -> None:
    """Neither ends in a traceback of the database's."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="ASSISTANT_STATE"):
        open_store(tmp_path / "file")
    (tmp_path / "review.db").write_bytes(b"no database" * 200)
    with pytest.raises(StoreError, match="damaged"):
        open_store(tmp_path)


def test_forgetting_leaves_none_of_the_words(tmp_path: Path) -> None:
    """Neither the database nor its log holds the author's text afterwards; other drafts keep theirs."""
    store = open_store(tmp_path)
    for name, word in (("a.md", b"secret-of-mine"), ("b.md", b"kept-by-mine")):
        store.append(name, events.Moved(word * 50))
        store.append(name, events.Decided("g:0", Verdict.EDITED, word))
    assert store.forget("a.md") == 1 and store.forget("a.md") == 0
    everything = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert b"secret-of-mine" not in everything and b"kept-by-mine" in everything
    assert len(store.events("b.md")) == 2
    store.close()


def test_a_write_goes_from_begun_to_done(tmp_path: Path) -> None:
    """The file's bytes before and after are kept, and the log says that the pieces are written."""
    store = open_store(tmp_path)
    written = events.Written(("g:0",), (HUNK,), b"new")
    number = store.begin_write("a.md", BASE, written, ("a-model",))
    assert [w.state for w in store.writes("a.md")] == ["begun"] and store.events("a.md") == []
    store.finish_write(number)
    (write,) = store.writes("a.md")
    assert (write.state, write.before, write.after, write.hunks) == ("done", BASE, b"new", (HUNK,))
    assert store.events("a.md") == [written]
    store.close()


def test_opening_a_store_again_keeps_the_locks_of_this_process(tmp_path: Path) -> None:
    """Closing any descriptor of a database drops a process's locks; another would delete its log then."""
    path = tmp_path / "state" / "review.db"
    database.make_private(path.parent)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (a)")
    database.make_private(path.parent)
    script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO t VALUES (1)')"
    subprocess.run([sys.executable, "-c", script, path], check=True)
    assert path.with_name("review.db-wal").exists()
    connection.close()
