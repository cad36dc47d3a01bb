"""A draft that changes and changes back has the decisions that it had, whoever looked in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import count, repeat
from pathlib import Path

import fakes
import pytest
from conftest import Run
from edited import DRAFT, FORMATTERS, PROSE, changed, deleted, emptied, renamed, seeds, swapped, typed

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.session import Session, open_session
from assistant.app.undo import undo_write
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.review import decide, events
from assistant.core.review.state import Phase
from assistant.core.text.normal_form import normal_form
from assistant.core.types import Expanded, GapKind, Usage, Verdict

TEXT = "We kept number %d of them.\n\nThen we gave it away. It was old by then."


def look(session: Session, numbers: Iterator[int]) -> None:
    """Offer a text for whatever is missing, as a review does that is only looked at."""
    missing, draft = set(session.missing()), session.workspace.draft
    for gap in (gap for gap in session.workspace.gaps if gap.fillable):
        targets = [one for one in gap.pieces if decide.key_for(gap, one) in missing]
        hunks = [hunk_for(draft, gap, text=TEXT % next(numbers), target=one) for one in targets]
        hunks += [removal(draft, gap)] if hunks and gap.targets else []
        if hunks:
            session.offer(decide.proposal(Expanded(gap, tuple(hunks), "m", Usage())), draft.data)


def decide_some(session: Session, rng: random.Random) -> None:
    """Decide on some texts, as a whole or in parts, with the author's words in a few."""
    for key in [piece.key for piece in session.review.shown if rng.random() < 0.2]:
        session.apply(events.Split(key))
    for piece in session.review.shown:
        text = piece.text.replace(b"old", b"new")
        session.apply(events.Decided(piece.key, rng.choice(list(Verdict)), text))


def decisions(session: Session) -> dict[str, tuple[Verdict, bytes]]:
    """Return what was decided and can be applied, with its text."""
    decided = (piece for piece in session.review.shown if not (piece.undecided or piece.unplaced))
    return {piece.key: (piece.verdict, piece.text) for piece in decided}


@pytest.mark.parametrize("seed", seeds(8))
def test_decisions_are_as_they_were_once_the_draft_is(seed: int, home: Path, tmp_path: Path) -> None:
    """It is changed and changed back a few times, and a text is offered for whatever has none meanwhile."""
    rng, path = random.Random(seed), tmp_path / "draft.md"
    numbers = count() if rng.random() < 0.7 else repeat(0)  # a model may say the same of another place
    drafts = [DRAFT]
    with closing(open_store()) as store:
        while drafts:
            path.write_text(drafts[-1])
            with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                if not session.review.pieces:
                    look(session, numbers)
                    decide_some(session, rng)
                    before = decisions(session)
                elif rng.random() < 0.7:
                    look(session, numbers)
                if len(drafts) == 1:
                    assert decisions(session) == before
            if rng.random() < 0.4 + 0.1 * len(drafts):
                drafts.pop()
            else:
                lines = drafts[-1].split("\n")
                rng.choice([renamed, renamed, typed, typed, changed, deleted, swapped, emptied])(lines, rng)
                drafts.append("\n".join(lines))


Decided = dict[str, tuple[Phase, Verdict, bytes]]


def in_file(session: Session) -> Decided:
    """Return what was decided on the texts that are in the file, or can be put in."""
    decided = {}
    for piece in session.review.pieces:
        if piece.versions and not (piece.part_of or piece.is_gone or piece.unplaced or piece.follows):
            verdict, text = (one := session.review._decision(piece)).verdict, one.hunk.replacement
            verdict = Verdict.ACCEPTED if piece.phase is Phase.WRITTEN else verdict
            decided[piece.key] = piece.phase, verdict, b"" if verdict is Verdict.UNDECIDED else text
    return decided


@pytest.mark.parametrize("seed", seeds(6))
def test_what_is_decided_and_written_is_so_once_the_file_is_as_it_was(
    seed: int, home: Path, tmp_path: Path
) -> None:
    """The file before a write is put back at times, looked at, decided on and written again, or undone."""
    rng, path, numbers = random.Random(seed), tmp_path / "draft.md", count()
    known: dict[str, Decided] = {}
    """What is written, or was decided, in each file."""
    latest: Decided = {}
    """The last decision on each text that could be put in."""

    def keep(session: Session) -> None:
        known[path.read_text()] = now = in_file(session)
        latest.update({key: one for key, one in now.items() if one[0] is Phase.READY})

    def check(session: Session) -> None:
        now, then = in_file(session), known[path.read_text()]
        then = {key: latest[key] if one[0] is Phase.READY else one for key, one in then.items()}
        assert {key: now.get(key) for key in then} == then

    path.write_text(DRAFT)
    with closing(open_store()) as store:
        with closing(open_session(workspace.open_draft(str(path)), store)) as session:
            look(session, numbers)
            decide_some(session, rng)
            keep(session)
            session.write()
            keep(session)
        for _ in range(10):
            text = rng.choice([DRAFT, *known])
            path.write_text(text)
            with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                check(session)
                if rng.random() < 0.5:
                    look(session, numbers)
                    check(session)
                for piece in session.review.shown if rng.random() < 0.3 else ():
                    is_open = piece.phase is Phase.READY and not (piece.part_of or piece.unplaced)
                    if is_open and rng.random() < 0.7:
                        session.apply(events.Decided(piece.key, rng.choice(list(Verdict)), b"My own."))
                keep(session)
                if rng.random() < 0.3:
                    session.write()
                elif rng.random() < 0.2:
                    undo_write(session)
                keep(session)
            if rng.random() < 0.4:
                lines = text.split("\n")
                rng.choice([renamed, typed, changed, deleted, swapped])(lines, rng)
                path.write_text("\n".join(lines))
                with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                    look(session, numbers)


@pytest.mark.parametrize("key", ["a", "r"])
@pytest.mark.parametrize("is_same", [True, False], ids=["same text", "other text"])
def test_a_heading_that_is_renamed_and_named_back_has_its_decision(
    run: Run, server: fakes.FakeServer, tmp_path: Path, key: str, is_same: bool
) -> None:
    """Each of its names has its own, and nothing is said of a text that can't be applied."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    if is_same:
        server.answer = lambda _: fakes.different_answer({"messages": [{"content": ""}]})
    else:
        server.answer = fakes.different_answer
    draft = f"# Trip\n\n{PROSE}\n\n## Osaka\n\n## End\n\n{PROSE} It was dry.\n"
    path.write_text(draft)
    run("review", "--plain", path, *to, stdin=f"{key}\nq\n".encode())
    path.write_text(draft.replace("Osaka", "Kyoto"))
    assert b"nothing" not in run("review", "--plain", path, *to, stdin=b"n\nq\n").stdout
    path.write_text(draft)
    server.requests = []
    done = run("expand", path, "--yes", "--keep-unsupported", *to)
    assert (path.read_text() != draft) == (key == "a") and not server.requests
    assert b"left for a review" not in done.stderr


def test_an_earlier_version_of_the_file_that_is_looked_at_changes_nothing_that_is_written(
    run: Run, server: fakes.FakeServer, tmp_path: Path
) -> None:
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = fakes.different_answer
    path.write_text(draft := f"# Trip\n\n{PROSE}\n\n## Osaka\n\n## End\n\n{PROSE} It was dry.\n")
    run("review", "--plain", path, *to, stdin=b"a\nw\n")
    written = path.read_text()
    path.write_text(draft)
    run("review", "--plain", path, *to, stdin=b"r\nq\n")
    path.write_text(written)
    assert b"outdated" not in run("review", "--plain", path, *to, stdin=b"q\n").stdout
    assert b"still accepted" in run("undo", path).stdout and path.read_text() == draft


QUOTED = """
## Ferry

> TODO: say who said it

### Coast

1. The harbour is
2. TODO: a point about the boat

| Port | Days |
|---|---|
| Kobe | TODO |

***

Where|Why
---|---
Oslo|It is in the north, and its people answer.
Bergen|TODO: say when

It was the *last* day in the caf&eacute;,  
and we had 2 * 3 things to do & "one" snake_case to catch -- by boat...
TODO: tell of **my** brother,
and of his [boat].

~~~text
TODO: the code here
~~~

* Ropes for the boat, which were long enough.
* TODO: say who
  was on board
"""


OF_HEADINGS = ("demotes headings", "makes headings bold", "makes notes bold", "writes marks small")
"""These change what was written, or what is still there of what was not."""


@pytest.mark.parametrize("seed", seeds(4))
def test_what_changes_blanks_and_marks_changes_no_decision(seed: int, home: Path, tmp_path: Path) -> None:
    """Nothing is asked for again, and what was rejected is not on offer."""
    rng, path = random.Random(seed), tmp_path / "draft.md"
    draft = (DRAFT + QUOTED).replace("## Osaka", "## Osaka  ").replace("Boots for", "**Boots** for")
    with closing(open_store()) as store:
        path.write_text(draft)
        with closing(open_session(workspace.open_draft(str(path)), store)) as session:
            gaps = [gap for gap in session.workspace.gaps if gap.fillable and gap.kind is not GapKind.MARKER]
            session.dismiss(rng.choice(gaps))  # `Todo` is no marker
            look(session, count())
            decide_some(session, rng)
            before = {key: (one, text.split()) for key, (one, text) in decisions(session).items()}
        for name in rng.sample(sorted(FORMATTERS), k=len(FORMATTERS)):
            # Some come one after another, in a draft that is not put back in between.
            again = FORMATTERS[name](rng.choice([draft, path.read_bytes().decode().replace("\r\n", "\n")]))
            path.write_bytes(again.encode())
            with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                now = {key: (one, text.split()) for key, (one, text) in decisions(session).items()}
                assert now == before, name
                assert not session.missing(), name
                assert not any(piece.unplaced for piece in session.review.shown), name


@pytest.mark.parametrize("seed", seeds(3))
def test_a_text_that_was_formatted_once_it_was_written_is_undone(
    seed: int, home: Path, tmp_path: Path
) -> None:
    """Of what it replaced, the same words are back, and what was accepted waits, in whatever format."""
    rng, path = random.Random(seed), tmp_path / "draft.md"
    names = [name for name in sorted(FORMATTERS) if name not in OF_HEADINGS]
    with closing(open_store()) as store:
        for name in rng.sample(names, k=8):
            path.write_text(DRAFT + QUOTED)
            with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                if not session.review.pieces:
                    look(session, count())
                    for piece in session.review.shown:
                        session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
                session.write()
            path.write_bytes(FORMATTERS[name](path.read_text()).encode())
            with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                undone = undo_write(session)
                assert undone and not undone[1].conflicts, name
            now, then = (
                {line.strip() for line in normal_form(text.encode()).unwrapped.data.lower().split(b"\n")}
                for text in (path.read_text(), DRAFT + QUOTED)
            )
            assert now == then, name
            again = FORMATTERS[rng.choice(names)](DRAFT + QUOTED)
            path.write_bytes(again.encode())
            with closing(open_session(workspace.open_draft(str(path)), store)) as session:
                assert {verdict for verdict, _ in decisions(session).values()} == {Verdict.ACCEPTED}
                assert not session.missing() and not any(piece.unplaced for piece in session.review.shown)


def test_a_text_of_several_lines_stays_in_its_item_when_the_list_is_indented(
    home: Path, tmp_path: Path
) -> None:
    """What its author changed in it, and what was undone, is at the same words."""
    path, draft = tmp_path / "draft.md", f"# Trip\n\n{PROSE}\n\n- Boots\n- TODO: tell of the boat\n"
    with closing(open_store()) as store:
        path.write_text(draft)
        with closing(open_session(workspace.open_draft(str(path)), store)) as session:
            look(session, count())
            (piece,) = session.review.shown
            at = piece.text.index(b"It was old")
            session.apply(events.Revised(piece.key, at, at + 6, b"It is"))
            session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
        path.write_text(draft.replace("\n- ", "\n    - "))
        with closing(open_session(workspace.open_draft(str(path)), store)) as session:
            session.write()
    assert path.read_text().endswith(
        "    - We kept number 0 of them.\n\n      Then we gave it away. It is old by then.\n"
    )
