"""A decision goes where its words go: sections and items are moved, swapped and renamed between decisions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import fakes
import pytest
from conftest import Run
from edited import seeds

from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.app.session import Session, open_session
from assistant.app.undo import undo_write
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.review import decide, events, old_places
from assistant.core.review.state import Phase
from assistant.core.types import Expanded, Usage, Verdict

ACCEPTED, REJECTED = Verdict.ACCEPTED, Verdict.REJECTED
NAMES = ["Mustache", "Handlebars", "Pug", "Scriban", "Liquid", "Jinja", "Nunjucks", "Twig", "Mako", "Slim"]
NOTES = ["TODO", "TODO: say why I use it", "TODO: more on this", "(expand this)"]
PROSE = "I compared the languages that I could find. It took me a weekend, and I liked it."


@dataclass(eq=False)
class Gap:
    """A place of a draft: a note, an item, or a heading with nothing below it."""

    line: str = ""
    verdict: Verdict = Verdict.UNDECIDED
    text: str = ""
    is_written: bool = False


@dataclass(eq=False)
class Section:
    title: str
    blocks: list[str | Gap | list[Gap]] = field(default_factory=list)
    parts: list[Section] = field(default_factory=list)
    request: bool = True
    """True while a list in it has the request above it."""

    def __post_init__(self) -> None:
        self.empty = None if self.blocks else Gap()


class Blog:
    """A draft as its author thinks of it: sections that are moved about, with their gaps."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.title = "Templating"
        self.names = self.random.sample(NAMES, len(NAMES))
        self.sections = [self.section(self.names.pop()) for _ in range(self.random.randint(2, 5))]

    def prose(self) -> str:
        self.number += 1
        return f"The template of the {self.number}th page was kept for years, and nobody minded it at all."

    def section(self, title: str, *, is_part: bool = False) -> Section:
        note = Gap(self.random.choice(NOTES))
        items = [Gap(f"- {one} in {title}") for one in ("Loops", "Partials", "Helpers")]
        blocks: list[list[str | Gap | list[Gap]]] = [[], [note], [self.prose(), note], [self.prose(), items]]
        section = Section(title, self.random.choice([*blocks, [self.prose()]]))
        if section.blocks and not is_part and self.random.random() < 0.4:
            section.parts = [self.section(self.random.choice(["Example", "Notes"]), is_part=True)]
        return section

    @property
    def all(self) -> Iterator[Section]:
        for section in self.sections:
            yield from (section, *section.parts)

    @property
    def gaps(self) -> Iterator[Gap]:
        for section in self.all:
            yield from [section.empty] if section.empty else []
            for block in section.blocks:
                yield from block if isinstance(block, list) else [block] if isinstance(block, Gap) else []

    def written(self) -> tuple[str, dict[int, Gap]]:
        """Return the draft, and its gaps by line."""
        lines = [f"# {self.title}", "", PROSE, ""]
        places: dict[int, Gap] = {}

        def put(text: str, gap: Gap | None = None) -> None:
            if gap:
                places[len(lines) + 1] = gap
            lines.extend([text, ""])

        for section in self.all:
            marks = "##" if section in self.sections else "###"
            put(f"{marks} {section.title}", section.empty)
            if section.empty and section.empty.is_written:
                put(section.empty.text)
            for block in section.blocks:
                if isinstance(block, str):
                    put(block)
                elif isinstance(block, Gap):
                    put(block.text if block.is_written else block.line, block)
                else:
                    if section.request:
                        put("Expand each of these:")
                    for item in block:
                        places[len(lines) + 1] = item
                        lines.append(item.line + (f": {item.text}" if item.is_written else ""))
                    lines.append("")
        return "\n".join(lines), places

    def change(self) -> str:
        """Move, swap, rename, write or edit something, and return what it was."""
        choice, sections = self.random.choice, self.sections
        what = choice(["move", "swap", "move a part", "move an item", "rename", "title", "edit", "new"])
        if what in ("move", "swap"):
            at, to = (self.random.randrange(len(sections)) for _ in range(2))
            if what == "move":
                sections.insert(to, sections.pop(at))
            else:
                sections[at], sections[to] = sections[to], sections[at]
        elif what == "move a part" and (owners := [s for s in sections if s.parts]):
            part = choice(owners).parts.pop()
            choice([s for s in sections if s.blocks]).parts.append(part)
        elif what == "move an item" and (
            lists := [b for s in self.all for b in s.blocks if isinstance(b, list)]
        ):
            items = choice(lists)
            items.insert(self.random.randrange(len(items)), items.pop(self.random.randrange(len(items))))
        elif what == "rename" and self.names:
            section = choice(sections)
            if not section.empty or section.empty.is_written:  # other words are another place
                section.title = self.names.pop()
        elif what == "title":
            self.title += " again"
        elif what == "edit" and (prose := [s for s in self.all if s.blocks and isinstance(s.blocks[0], str)]):
            choice(prose).blocks.insert(0, self.prose())
        elif what == "new" and self.names:
            sections.insert(self.random.randint(0, len(sections)), self.section(self.names.pop()))
        return what


def offer(session: Session, blog: Blog, places: dict[int, Gap]) -> None:
    """Offer a text for whatever is missing: never one that was decided on, unless it waits for a review."""
    missing, is_in_doubt, draft = (
        set(session.missing()),
        old_places.in_doubt(session.review),
        session.workspace.draft,
    )
    for gap in (one for one in session.workspace.gaps if one.fillable):
        hunks = []
        for target in gap.pieces:
            if decide.key_for(gap, target) in missing:
                start = (target or gap.span).start
                place = places.get(draft.line(start))
                waits = is_in_doubt(start, draft.data[slice(*(target or gap.span))])
                assert waits or not (place and place.verdict is not Verdict.UNDECIDED), draft.line(start)
                blog.number += 1
                text = f"We kept the {blog.number}th of them, and then we gave it away. It was old by then."
                hunks.append(hunk_for(draft, gap, text=text, target=target))
        if hunks and gap.targets:
            hunks.append(removal(draft, gap))
        if hunks:
            session.offer(decide.proposal(Expanded(gap, tuple(hunks), "m", Usage())), draft.data)


def decided(session: Session, blog: Blog, places: dict[int, Gap]) -> bool:
    """See that what was decided holds, and decide on some of the others; return False where one waits."""
    found = set()
    for piece in session.review.shown:
        place = places.get(session.workspace.draft.line(piece.anchor))
        if piece.phase is Phase.WRITTEN or piece.unplaced or place is None:
            continue
        found.add(place)
        if place.verdict is not Verdict.UNDECIDED:
            assert (piece.verdict, piece.words) == (place.verdict, place.text)
        elif blog.random.random() < 0.6:
            place.verdict, place.text = blog.random.choice([ACCEPTED, ACCEPTED, REJECTED]), piece.words
            session.apply(events.Decided(piece.key, place.verdict))
    waiting = {piece.words for piece in session.review.shown if piece.unplaced}
    known = [gap for gap in blog.gaps if gap.verdict is not Verdict.UNDECIDED and not gap.is_written]
    assert all(gap in found or gap.text in waiting for gap in known)
    return all(gap in found for gap in known)


def write(session: Session, blog: Blog) -> tuple[list[Gap], list[Section]]:
    """Write what was accepted, and return that, and the sections whose request goes with it."""
    assert not session.write().conflicts
    done = [gap for gap in blog.gaps if gap.verdict is ACCEPTED and not gap.is_written]
    for gap in done:
        gap.is_written = True
    gone = []
    for section in blog.all:
        items = [one for block in section.blocks if isinstance(block, list) for one in block]
        is_done = items and all(one.verdict is not Verdict.UNDECIDED for one in items)
        if section.request and is_done and any(one.is_written for one in items):
            section.request = False
            gone.append(section)
    return done, gone


def opened(path: Path, store: Store) -> Session:
    return open_session(workspace.open_draft(str(path)), store)


@pytest.mark.parametrize("seed", seeds(20))
def test_no_decision_is_lost_and_no_byte_changed_whatever_is_moved(
    seed: int, home: Path, tmp_path: Path
) -> None:
    """Each text goes where its own place is; what can't be told apart waits for a review."""
    blog, path = Blog(seed), tmp_path / "draft.md"
    path.write_text(blog.written()[0])
    writes = []
    with closing(open_store()) as store:
        for number in range(4):
            text, places = blog.written()
            assert path.read_text() == text
            with closing(opened(path, store)) as session:
                offer(session, blog, places)
                if not decided(session, blog, places):
                    return
                if number and blog.random.random() < 0.5:
                    writes.append(write(session, blog))
                    assert path.read_text() == blog.written()[0]
                    writes = [one for one in writes if any(one)]
                changes = [blog.change() for _ in range(blog.random.randint(1, 3))]
                path.write_text(blog.written()[0])
                if writes and "edit" not in changes and blog.random.random() < 0.5:
                    undone = undo_write(session)
                    assert undone and not undone[1].conflicts
                    for gap in (taken := writes.pop())[0]:
                        gap.is_written = False
                    for section in taken[1]:
                        section.request = True
                    assert path.read_text() == blog.written()[0]


TWO = [f"## {name}\n\n{PROSE} It was {name}.\n\n### Example\n\n" for name in ("Pug", "Mako")]
OTHER = "## Twig\n\nIt has no logic, so the data must be prepared before it is shown.\n\n"
ITEMS = ["- Loops in templates\n", "- Partials and layouts\n", "- Helpers of your own\n"]
REQUEST = f"# Points\n\n{PROSE}\n\nExpand each of these:\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (REQUEST + "".join(ITEMS), REQUEST + "".join(ITEMS[::-1])),
        ("".join([*TWO, OTHER]), "".join([*TWO[::-1], OTHER])),
        ("".join([*TWO, OTHER]), "".join([OTHER, *TWO])),
        (
            f"{OTHER}## Pug\n\n(expand this)\n\n## Mako\n\nTODO: say why\n",
            f"## Mako\n\nTODO: say why\n\n{OTHER}## Pug\n\n(expand this)\n",
        ),
        (
            f"{OTHER}## Pug\n\n(expand this)\n\n## Mako\n\n## Slim\n\nTODO: say why\n",
            f"{OTHER}Pug\n---\n\n(expand this)\n\nMako\n----\n\nSlim\n----\n\nTODO: say why\n",
        ),
    ],
    ids=["items", "same heading", "to the end", "notes", "underlined"],
)
@pytest.mark.parametrize("key", ["a", "r"])
def test_a_decision_goes_with_its_place_and_back_again(
    run: Run, server: fakes.FakeServer, tmp_path: Path, before: str, after: str, key: str
) -> None:
    """`--yes` asks for nothing, and `undo` finds what was written before it was moved."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = fakes.different_answer
    path.write_text(before)
    run("review", "--plain", path, *to, stdin=f"{key}\n".encode() * 3 + b"q\n")
    assert path.read_text() == before
    path.write_text(after)
    server.requests = []
    done = run("expand", path, "--yes", *to)
    written = path.read_text()
    assert (done.returncode == 0) == (written != after) == (key == "a") and not server.requests
    if key == "a":
        path.write_text(f"# Moved\n\nAll of it is below.\n\n{written}")
        assert b"changed since" not in run("history", path).stdout
        assert run("undo", path).returncode == 0
        assert path.read_text() == f"# Moved\n\nAll of it is below.\n\n{after}"


@pytest.mark.parametrize("keys", ["a\na\na\n", "r\nr\nr\n", "a\nr\n"])
def test_an_item_that_was_moved_to_another_list_gets_no_second_text(
    run: Run, server: fakes.FakeServer, tmp_path: Path, keys: str
) -> None:
    """Both requests stay until what they mean is decided."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = fakes.different_answer
    other = "## More\n\nExpand each of these:\n\n- Tests\n- Caches\n"
    path.write_text(f"{REQUEST}{''.join(ITEMS)}\n{other}")
    seen = "n\n" * 5  # each shows the next text once it is written
    run("review", "--plain", path, *to, stdin=f"{keys}{seen}q\n".encode())
    path.write_text(f"{REQUEST}{''.join(ITEMS[:0:-1])}\n{other.replace('- Caches', f'{ITEMS[0]}- Caches')}")
    server.requests = []
    run("expand", path, "--yes", "--keep-unsupported", *to)
    after = path.read_text()
    assert not server.requests
    for key, item in zip(keys.split(), ITEMS, strict=False):
        assert after.count(f"{item.rstrip()}:" if key == "a" else item) == 1
    texts = [line for line in after.splitlines() if "In week" in line]
    assert len(texts) == 5 - keys.count("r") and not any(": In week" in text[40:] for text in texts)


def test_items_that_are_written_get_no_second_text_once_the_last_one_is_deleted(
    run: Run, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """Only the request goes, as nothing is left to do for it."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = fakes.different_answer
    path.write_text(REQUEST + "".join(ITEMS))
    run("review", "--plain", path, *to, stdin=b"a\na\nw\nq\n")
    path.write_text(text := path.read_text().replace(ITEMS[2], ""))
    run("expand", path, "--yes", "--keep-unsupported", *to)
    assert path.read_text() == text.replace("Expand each of these:\n\n", "")


def test_of_places_that_are_alike_none_gets_a_text_that_was_not_seen(
    run: Run, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """One was rejected, its headings have other names, and a new one is above it."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    server.answer = fakes.different_answer
    path.write_text(f"# Templating\n\n{PROSE}\n\n## Pug\n\n(expand this)\n")
    run("review", "--plain", path, *to, stdin=b"r\nq\n")
    new = f"# Templates\n\n{PROSE}\n\n{OTHER}(expand this)\n\n## Mako\n\n(expand this)\n"
    path.write_text(new)
    done = run("expand", path, "--yes", "--keep-unsupported", *to)
    assert path.read_text() == new
    assert b"left for a review: you decided on a place like it" in done.stderr


def test_of_places_that_are_alike_one_that_may_have_been_rejected_is_told_of(
    run: Run, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """Nothing is asked for there, and the run says why."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    path.write_text(f"# Templating\n\n{PROSE}\n\n## Pug\n\n(expand this)\n\n## Mako\n\n(expand this)\n")
    run("review", "--plain", path, *to, stdin=b"r\na\nq\n")
    head = f"# Templates\n\n{PROSE}\n\n{OTHER}"
    path.write_text(f"{head}## My mako\n\n(expand this)\n\n## My pug\n\n(expand this)\n")
    server.requests = []
    done = run("expand", path, "--yes", *to)
    said = done.stderr.decode() + done.stdout.decode()
    assert said.count("left for a review: you decided on a place like it") == 1 and not server.requests


def test_a_note_that_was_decided_on_gets_no_text_where_another_one_is_put_in_below_it(
    run: Run, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """The new one gets a text. What the old one was rejected for may be said in that."""
    path, to = tmp_path / "draft.md", ("--base-url", server.url)
    path.write_text(f"# Templating\n\n{PROSE}\n\n## Pug\n\n{PROSE} Pug too.\n\nTODO: more on this\n")
    run("review", "--plain", path, *to, stdin=b"r\nq\n")
    path.write_text(path.read_text() + "\n(expand this)\n")
    server.requests = []
    run("expand", path, "--yes", "--keep-unsupported", *to)
    after = path.read_text()
    assert "TODO: more on this" in after and "(expand this)" not in after and len(server.requests) == 1


def test_what_an_undo_has_to_leave_is_named_by_its_line_now(
    run: Run, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """The texts before it are gone by then."""
    path = tmp_path / "draft.md"
    path.write_text(f"# Boats\n\n{PROSE}\n\n## Oars\n\n## Ropes\n\n## Sails\n\n## Flags\n\nThey are red.\n")
    server.answer = fakes.different_answer
    run("expand", path, "--yes", "--keep-unsupported", "--base-url", server.url)
    head, sails, tail = path.read_text().partition("## Sails\n\n")
    path.write_text(f"{head}{sails}Mine: {tail}")
    said = run("undo", path).stdout.decode()
    assert "undid 2 of 3" in said
    line = path.read_text().split("\n").index("## Sails") + 3
    assert f"not undone: line {line} changed meanwhile" in said
