"""An author edits a draft between decisions: no byte is lost, and no decision goes to another place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from edited import seeds

from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.app.accepting import accept_texts
from assistant.app.session import Session, open_session
from assistant.app.undo import undo_write
from assistant.core.hunks import split
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.review import decide, events
from assistant.core.review.state import Phase, Piece
from assistant.core.types import Expanded, Usage, Verdict

UNDECIDED, ACCEPTED, REJECTED, EDITED = Verdict
NAMES = ["Mustache", "Handlebars", "Pug", "Scriban", "Liquid", "Jinja", "Nunjucks", "Twig", "Mako", "Slim"]
NOTES = ["TODO", "TODO: say why I use it", "TODO: more on this", "(expand this)"]
REQUEST = "Expand each of these:"


@dataclass(eq=False)
class Line:
    """A line of the draft, wherever its author moves it."""

    text: str
    kind: str = "prose"
    verdict: Verdict = UNDECIDED
    words: str = ""
    is_done: bool = False
    before: tuple[str, str] = ("", "")
    """The heading above it and its words, when it was last seen in a review."""


Section = list[list[Line]]
"""Blocks of lines; the first one is the heading."""


class World:
    """A draft as its author thinks of it."""

    def __init__(self, seed: int) -> None:
        self.random, self.number = random.Random(seed), 0
        self.names = self.random.sample(NAMES, len(NAMES))
        self.top = [[Line("# Templating", "title")], [self.prose()]]
        self.sections = [self.section() for _ in range(self.random.randint(2, 6))]

    def numbered(self, words: str) -> str:
        self.number += 1
        return words.format(self.number)

    def prose(self) -> Line:
        return Line(self.numbered("The template of the {}th page was kept for years, and nobody minded it."))

    def note(self) -> list[Line]:
        return [Line(self.random.choice(NOTES), "note")]

    def section(self) -> Section:
        name = self.names.pop() if self.names else self.numbered("Part {}")
        items = [Line(f"- {one} in {name}", "item") for one in ("Loops", "Partials", "Helpers")]
        listed = [[self.prose()], [Line(REQUEST, "request")], items]
        ends, between = [[self.prose()], self.note()], [[self.prose()], self.note(), [self.prose()]]
        body = self.random.choice([[], [], [self.note()], ends, between, listed, [[self.prose()]]])
        return [[Line(f"## {name}", "heading")], *body]

    @property
    def lines(self) -> Iterator[Line]:
        for section in (self.top, *self.sections):
            yield from (line for block in section for line in block)

    def written(self) -> tuple[str, dict[int, Line]]:
        """Return the draft, and its lines by number."""
        lines: list[str] = []
        places: dict[int, Line] = {}
        for block in (block for section in (self.top, *self.sections) for block in section):
            for line in block:
                places[len(lines) + 1] = line
                done = {"item": f"{line.text}: {line.words}", "note": line.words}
                lines.append(done.get(line.kind, line.text) if line.is_done else line.text)
                if line.is_done and line.kind == "heading":
                    lines += ["", line.words]
                    places[len(lines)] = line
            lines.append("")
        return "\n".join(lines), places

    def path(self, line: Line) -> tuple[str, str]:
        heading = next(
            (s[0][0].text for s in self.sections for block in s for one in block if one is line), ""
        )
        return heading, line.text

    def change(self) -> None:
        """Move, swap, rename, delete, insert or duplicate something."""
        choice, sections = self.random.choice, self.sections
        at, to = (self.random.randrange(len(sections)) for _ in range(2))
        section, lists = sections[at], [b for s in sections for b in s if b[0].kind == "item"]
        what = choice(["move", "swap", "item", "block", "rename", "title", "delete", "insert", "duplicate"])
        if what == "move":
            sections.insert(to, sections.pop(at))
        elif what == "swap":
            sections[at], sections[to] = sections[to], sections[at]
        elif what == "item" and lists:
            items, there = choice(lists), choice(lists)
            there.insert(self.random.randint(0, len(there)), items.pop(self.random.randrange(len(items))))
        elif what == "block" and (blocks := [b for b in section if b[0].kind in ("note", "prose")]):
            section.remove(block := choice(blocks))
            choice([s for s in sections if len(s) > 1] or [section]).append(block)
        elif what == "rename" and self.names and (len(section) > 1 or section[0][0].is_done):
            section[0][0].text = f"## {self.names.pop()}"
        elif what == "title":
            self.top[0][0].text += " again"
        elif what == "delete":
            self.delete(section, lists)
        elif what == "insert":
            block = choice([[self.prose()], self.note()])
            new = self.section()
            choice([lambda: section.append(block), lambda: sections.insert(to, new)])()
        elif what == "duplicate" and lists:
            items = choice(lists)
            if not (one := choice(items)).is_done:
                items.insert(self.random.randint(0, len(items)), Line(one.text, one.kind))
        for one in sections:
            one[:] = [block for block in one if block]
            kinds = [block[0].kind for block in one]
            one[:] = [b for b in one if b[0].kind != "request" or "item" in kinds]
            if len(one) > 1 and not (heading := one[0][0]).is_done:
                heading.verdict, heading.words = UNDECIDED, ""  # its section was begun
            # Two notes in a row are one gap.
            one[1:] = [b for a, b in pairwise(one) if not a[0].kind == b[0].kind == "note"]

    def delete(self, section: Section, lists: list[list[Line]]) -> None:
        """Delete a section, a note, a paragraph or an item."""
        if self.random.random() < 0.3 and len(self.sections) > 1:
            self.sections.remove(section)
        elif self.random.random() < 0.5 and lists:
            items = self.random.choice(lists)
            items.pop(self.random.randrange(len(items)))
        elif blocks := [block for block in section if block[0].kind in ("note", "prose")]:
            section.remove(self.random.choice(blocks))


class Author:
    """Decides on pieces, and knows what was decided for which line."""

    def __init__(self, world: World, session: Session, decided: dict[str, Line]) -> None:
        self.world, self.session, self.decided = world, session, decided
        self.random = world.random
        self.text, self.places = world.written()

    @property
    def pieces(self) -> list[Piece]:
        return [piece for piece in self.session.review.shown if piece.phase is not Phase.WRITTEN]

    def line(self, piece: Piece) -> Line | None:
        return self.places.get(self.session.workspace.draft.line(piece.anchor))

    def sees_all(self) -> None:
        """See that each decision is at its own place, or waits."""
        lines, shown = list(self.world.lines), self.session.review.shown
        seen = {text.decode().strip(" :\n") for piece in shown for text in piece.texts}
        for piece in self.pieces:
            if piece.verdict is UNDECIDED or piece.unplaced:
                continue
            here, own = self.line(piece), self.decided[piece.words]
            assert here is not None
            own.verdict, own.words = piece.verdict, piece.words  # where nothing is below its heading any more
            if here is not own:  # one that is alike has it: in the same section, or its own line is gone
                assert here.text == own.before[1]
                assert own not in lines or own.before == self.world.path(here) or own.text == here.text
                here.verdict, own.verdict = own.verdict, here.verdict
                here.words, own.words = own.words, here.words
                self.decided |= {one.words: one for one in (here, own) if one.words}
        assert all(o.words in seen for o in lines if o.verdict is not UNDECIDED and not o.is_done)

    def offers(self) -> None:
        missing, draft = set(self.session.missing()), self.session.workspace.draft
        for gap in (gap for gap in self.session.workspace.gaps if gap.fillable):
            wanted = [one for one in gap.pieces if decide.key_for(gap, one) in missing]
            words = (self.world.numbered("We kept the {}th of them, and then gave it away.") for _ in wanted)
            hunks = [hunk_for(draft, gap, text=t, target=one) for one, t in zip(wanted, words, strict=True)]
            if hunks:
                hunks += [removal(draft, gap)] if gap.targets else []
                self.session.offer(decide.proposal(Expanded(gap, tuple(hunks), "m", Usage())), draft.data)

    def notes(self, piece: Piece) -> None:
        if line := self.line(piece):
            line.verdict, line.words = piece.verdict, piece.words
            self.decided[piece.words] = line

    def accepts_all(self) -> None:
        """Let a run accept what it may: never a text for a place that was decided on."""
        before = {piece.key: piece.verdict for piece in self.pieces}
        list(accept_texts(self.session, self.session.workspace.gaps))
        for piece in self.pieces:
            if piece.verdict is ACCEPTED and before[piece.key] is UNDECIDED:
                line = self.line(piece)
                assert line and line.verdict is UNDECIDED and not line.is_done
                self.notes(piece)

    def decides(self) -> None:
        for piece in [one for one in self.pieces if one.undecided and not one.unplaced]:
            line = self.line(piece)
            if line is None or line.is_done or self.random.random() > 0.6:
                continue
            verdict, text = self.random.choice([ACCEPTED, ACCEPTED, REJECTED, EDITED]), b""
            if verdict is EDITED and piece.hunk:
                own = self.world.numbered("These are my own words on it, the {}th that I wrote down by hand.")
                text = split.with_body(piece.hunk, own, newline="\n")
            self.session.apply(events.Decided(piece.key, verdict, text))
            if (now := self.session.review.piece(piece.key)) is not None:
                self.notes(now)

    def writes(self) -> bool:
        """Write what was accepted and see that only that is in the file; return whether any was."""
        path, lines = self.session.workspace.path, list(self.world.lines)
        before, written = path.read_text(), self.session.write().written
        for piece in self.session.review.shown:
            line = self.decided.get(piece.words)
            if piece.phase is Phase.WRITTEN and line and line in lines:
                line.is_done = True
        now = path.read_text()
        for section in self.world.sections:
            below = now.partition(f"{section[0][0].text}\n")[2].partition("\n## ")[0]
            section[:] = [b for b in section if b[0].kind != "request" or REQUEST in below]
        assert now == self.world.written()[0]
        if written and self.random.random() < 0.4:
            undone = undo_write(self.session)
            assert undone and not undone[1].conflicts and path.read_text() == before
            return True
        return False


def opened(path: Path, store: Store) -> Session:
    return open_session(workspace.open_draft(str(path)), store)


@pytest.mark.parametrize("seed", seeds(20))
def test_whatever_is_edited_no_byte_is_lost_and_no_text_goes_elsewhere(
    seed: int, home: Path, tmp_path: Path
) -> None:
    """Two to four edits at once; then the author decides, or a run accepts what it may."""
    play(seed, tmp_path / "draft.md")


def play(seed: int, path: Path) -> None:
    world, decided = World(seed), dict[str, Line]()
    path.write_text(world.written()[0])
    with closing(open_store()) as store:
        for number in range(4):
            with closing(opened(path, store)) as session:
                author = Author(world, session, decided)
                author.sees_all()
                author.offers()
                if is_run := bool(number) and world.random.random() < 0.6:
                    author.accepts_all()
                else:
                    author.decides()
                for line in world.lines:
                    line.before = world.path(line)
                if (is_run or (number and world.random.random() < 0.5)) and author.writes():
                    return
                for _ in range(world.random.randint(2, 4)):
                    world.change()
                path.write_text(world.written()[0])
