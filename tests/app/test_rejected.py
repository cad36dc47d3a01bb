"""What an author turned down is never written, whatever happens between: only the author may accept it."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import fakes
import pytest
from conftest import Run as Command
from edited import DRAFT, FORMATTERS, PROSE, changed, deleted, renamed, swapped, typed
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.app.accepting import accept_texts
from assistant.app.models import expected_connection
from assistant.app.run import Run
from assistant.app.session import Session, open_session
from assistant.app.undo import undo_write
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.review import decide, events
from assistant.core.review.state import Phase
from assistant.core.types import Expanded, Gap, Usage, Verdict

TEXT = "We kept {0} of number {1}.\n\nThen we gave {0} of number {1} away. It was old by then."


def plain(text: bytes | str) -> str:
    """Return the words of a text with a blank between them, so that a text can be sought in a file."""
    text = text.decode() if isinstance(text, bytes) else text
    return f" {' '.join(re.findall(r'[A-Za-z0-9]+', text))} "


class Author:
    """An author with a draft, who decides at times, and leaves the rest to runs that ask nobody."""

    def __init__(self, path: Path, store: Store, rng: random.Random) -> None:
        self.path, self.store, self.rng = path, store, rng
        path.write_text(DRAFT)
        self.files = [DRAFT]
        """What the file held so far."""
        self.turned_down: set[str] = set()
        """The texts that were rejected, and not accepted since."""
        self.numbers: dict[str, int] = {}
        self.letters = rng.choice(["A", "AB", "ABC"])
        """Few of them make a model say the same again."""

    @contextmanager
    def session(self) -> Iterator[Session]:
        with closing(open_session(workspace.open_draft(str(self.path)), self.store)) as session:
            yield session

    def put(self, text: str) -> None:
        self.path.write_bytes(text.encode())

    @contextmanager
    def program(self) -> Iterator[None]:
        """Look what the program writes meanwhile: nothing that was turned down."""
        before = plain(self.path.read_bytes())
        yield
        after = plain(self.path.read_bytes())
        assert not [text for text in self.turned_down if text in after and text not in before]
        self.files.append(self.path.read_text())

    def offer(self, session: Session, gaps: list[Gap], keys: set[str]) -> None:
        draft = session.workspace.draft
        for gap in gaps:
            targets = [one for one in gap.pieces if decide.key_for(gap, one) in keys]
            hunks = []
            for target in targets:
                number = self.numbers.setdefault(decide.key_for(gap, target), len(self.numbers))
                text = TEXT.format(self.rng.choice(self.letters), number)
                hunks.append(hunk_for(draft, gap, text=text, target=target))
            hunks += [removal(draft, gap)] if hunks and gap.targets else []
            if hunks:
                session.offer(decide.proposal(Expanded(gap, tuple(hunks), "m", Usage())), draft.data)

    def decide(self, session: Session, event: events.Event) -> None:
        """Do something as the author does it, and note what that says of the texts."""
        before = {s.key: (s.verdict, s.text) for s in session.review.shown}
        session.apply(event)
        is_travel = isinstance(event, events.Undone | events.Redone)
        for piece in session.review.shown:
            words, was = plain(piece.text), before.get(piece.key)
            if was == (piece.verdict, piece.text) or piece.phase is Phase.WRITTEN:
                continue
            if piece.verdict is Verdict.REJECTED:
                self.turned_down.add(words)
            elif piece.is_accepted:
                self.turned_down -= {one for one in self.turned_down if one in words or words in one}
            elif is_travel and was and was[0] is Verdict.REJECTED:
                self.turned_down.discard(plain(was[1]))

    # ---- what may happen -------------------------------------------------------------------------

    def review(self) -> None:
        with self.session() as session:
            self.offer(session, [g for g in session.workspace.gaps if g.fillable], set(session.missing()))
            for piece in session.review.shown:
                if self.rng.random() < 0.5 or piece.phase is not Phase.READY:
                    continue
                words = piece.text.replace(b"old", b"new")
                verdict = self.rng.choice([Verdict.ACCEPTED, Verdict.EDITED, *[Verdict.REJECTED] * 3])
                number = piece.version.proposal if piece.version else 0
                decided = events.Decided(piece.key, verdict, words, number)
                way = self.rng.choice(
                    ["decide", "decide", "decide", "split", "show", "retry", "undo", "redo"]
                )
                other = {"split": events.Split(piece.key), "show": events.Shown(piece.key, 1)}
                other |= {"retry": events.Reopened(piece.key), "undo": events.Undone()}
                self.decide(session, other.get(way, events.Redone() if way == "redo" else decided))
                if way == "retry":
                    self.offer(session, list(session.workspace.gaps), {piece.key})
            if self.rng.random() < 0.3:
                with self.program():
                    session.write()

    def dismiss(self) -> None:
        with self.session() as session:
            if gaps := [gap for gap in session.workspace.gaps if gap.fillable]:
                gap = self.rng.choice(gaps)
                here = (s for s in session.review.shown if s.gap == gap.id and s.phase is Phase.READY)
                self.turned_down |= {plain(piece.text) for piece in here}
                session.dismiss(gap)

    def run(self) -> None:
        self._run(named=False)

    def name(self) -> None:
        self._run(named=True)

    def _run(self, *, named: bool) -> None:
        fresh = named or self.rng.random() < 0.2
        opened = workspace.open_draft(str(self.path), **({"instruction": "shorter"} if fresh else {}))
        gaps = [gap for gap in opened.gaps if gap.fillable]
        if named:
            gaps = self.rng.sample(gaps, min(len(gaps), 2))
        nobody = expected_connection(opened.settings)
        run = Run(opened, gaps, None, nobody, named=named)  # type: ignore[arg-type]
        with closing(run.open()) as session:
            keys = run.missing(session, asks=False)
            self.offer(session, list(run.gaps), set(keys))
            list(accept_texts(session, run.gaps, keeps_all=True))
            with self.program():
                session.write(clears=False)

    def undo(self) -> None:
        with self.session() as session, self.program():
            undo_write(session)

    def older(self) -> None:
        self.put(self.rng.choice(self.files))

    def edit(self) -> None:
        lines = self.path.read_bytes().decode().replace("\r\n", "\n").split("\n")
        self.rng.choice([renamed, typed, changed, deleted, swapped])(lines, self.rng)
        self.put("\n".join(lines))

    def tidy(self) -> None:
        text = self.path.read_bytes().decode().replace("\r\n", "\n")
        self.put(FORMATTERS[self.rng.choice(sorted(FORMATTERS))](text))

    def take_out(self) -> None:
        """Delete a text of a model's by hand: its place is open again."""
        lines = self.path.read_bytes().decode().split("\n")
        if own := [at for at, line in enumerate(lines) if "number" in line]:
            del lines[self.rng.choice(own)]
        self.put("\n".join(lines))

    def move(self) -> None:
        path = self.path.with_name(f"draft{len(self.files)}.md")
        self.path = self.path.rename(path)
        with self.session():  # what was renamed and rewritten unseen is another post
            pass


STEPS = ("review", "run", "name", "undo", "older", "edit", "tidy", "take_out", "move", "dismiss")


@given(
    st.integers(0, 2**32),
    st.lists(st.sampled_from(["review", "name", "run", "undo", *STEPS]), min_size=2, max_size=9),
)
@example(10, ["name", "undo", "run"])
def test_what_the_author_rejected_is_never_written(seed: int, steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_STATE", f"{folder}/state")
        patch.setenv("ASSISTANT_CONFIG", f"{folder}/config.toml")
        with closing(open_store()) as store:
            author = Author(Path(folder, "draft.md"), store, random.Random(seed))
            for step in ("review", *steps, "run"):
                getattr(author, step)()


def test_undo_of_another_text_rejects_the_place_again(
    run: Command, server: fakes.FakeServer, tmp_path: Path
) -> None:
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = fakes.different_answer
    path.write_text(draft := f"# Trip\n\n{PROSE}\n\n## Osaka\n\n## End\n\n{PROSE} It was dry.\n")
    run("review", "--plain", path, *to, stdin=b"r\nq\n")
    run("expand", path, *to, "--line", 5, "--instruction", "shorter", "--yes", "--keep-unsupported")
    assert path.read_text() != draft
    assert b"undid 1 of 1 piece" in (said := run("undo", path).stdout) and b": 1 rejected again" in said
    run("expand", path, *to, "--yes", "--keep-unsupported")
    assert path.read_text() == draft


def test_a_text_that_was_rejected_and_comes_again_waits_for_a_review(
    run: Command, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """Its place is asked for again, and named; the decision holds."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = lambda _: f"{PROSE} We were glad of it."
    path.write_text(draft := "# Trip\n\nWe went by car.\n\n## Osaka\n\n## End\n\nIt was dry.\n")
    run("review", "--plain", path, *to, stdin=b"r\nq\n")
    done = run("expand", path, *to, "--line", 5, "--instruction", "shorter", "--yes", "--keep-unsupported")
    assert b":5: not written: the model gave a text again that you rejected" in done.stderr
    assert path.read_text() == draft
    assert b"no text waits for you" in run("status", path).stdout


@pytest.mark.parametrize("change", [("。", "！"), ("。后来", "。\n\n后来")])
def test_a_rejected_text_with_other_stops_or_breaks_is_known_again(
    run: Command, server: fakes.FakeServer, tmp_path: Path, change: tuple[str, str]
) -> None:
    """In Chinese no blanks part words: a text is known by its characters."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    text = "雾还没有来，船就都回来了，码头上没有人数过它们。我们把绳子系了两次，浑身湿透地回了家。"
    text += "后来有人问是谁拉着绳子，我们都答不上来。"
    path.write_text(draft := "# 港口\n\n我们去了港口，数了数船。\n\n## 船\n\n## 绳子\n\n绳子太短了。\n")
    server.answer = lambda _: text
    run("review", "--plain", path, *to, stdin=b"r\nq\n")
    server.answer = lambda _: text.replace(*change)
    done = run("expand", path, *to, "--line", 5, "--instruction", "shorter", "--yes", "--keep-unsupported")
    assert b":5: not written: the model gave a text again that you rejected" in done.stderr
    assert path.read_text() == draft


def test_a_rejected_text_for_which_no_other_comes_stays_rejected(
    run: Command, server: fakes.FakeServer, tmp_path: Path
) -> None:
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = lambda _: f"{PROSE} We were glad of it."
    path.write_text("# Trip\n\nWe went by car.\n\n## Osaka\n\n## End\n\nIt was dry.\n")
    run("review", "--plain", path, *to, stdin=b"r\nk\nt\nq\n")
    assert len(server.requests) > 1
    assert b"no text waits for you" in run("status", path).stdout
