"""The file before a write may come back, and the newer one again: what was accepted is known in both."""

from __future__ import annotations

import re
from pathlib import Path

import fakes
import pytest
from conftest import Run

PROSE = "We went by train and came home by boat, and nobody was in a hurry. It took us a week."
BEGIN = f"# Trip\n\n{PROSE}\n\n## Packing\n\n"
POINTS = BEGIN + "Expand each of these:\n\n- Boots for the hills\n- Maps of the coast\n- Bread for the boat\n"
NOTE = BEGIN + f"TODO: tell of the deer\n\n## End\n\n{PROSE} It was dry.\n"
EMPTY = BEGIN + f"## End\n\n{PROSE} It was dry.\n"
BOAT = "We had a boat in the old house by the sea, and it was as good as on its first day in the water."
CAR = "Nobody in town knew who owned a car then, but my father told us that his brother did so."


class Post:
    """A draft that is written, put back and written again, each time by the whole program."""

    def __init__(self, run: Run, server: fakes.FakeServer, path: Path) -> None:
        self.run, self.server, self.path = run, server, path
        server.answer = fakes.different_answer

    @property
    def text(self) -> str:
        return self.path.read_text()

    def put(self, text: str) -> None:
        self.path.write_text(text)

    def __call__(self, *command: object, keys: str = "", **environment: str) -> str:
        """Run the command on the draft, and return what it said."""
        self.server.requests = []
        name, *options = command
        model = () if name in ("undo", "status", "locate", "history") else ("--base-url", self.server.url)
        done = self.run(name, self.path, *options, *model, stdin=keys.encode(), **environment)
        return (done.stdout + done.stderr).decode()


@pytest.fixture
def post(run: Run, server: fakes.FakeServer, tmp_path: Path) -> Post:
    return Post(run, server, tmp_path / "draft.md")


def accepted(post: Post, draft: str, way: str) -> str:
    """Have some texts of a draft written, and return it with them."""
    post.put(draft)
    if way == "yes":
        post("expand", "--yes", "--keep-unsupported")
    else:
        post("review", "--plain", keys=way.replace(" ", "\n") + "\n")
    assert post.text != draft
    return post.text


@pytest.mark.parametrize(
    ("draft", "way", "again"),
    [
        *((POINTS, "a w q", again) for again in ("yes", "w q", "diff")),
        (POINTS, "a a w q", "w q"),
        (POINTS, "yes", "diff"),
        (NOTE, "a w q", "yes"),
        (EMPTY, "yes", "w q"),
        (EMPTY, "yes", "diff"),
    ],
)
def test_what_was_written_waits_in_the_older_file(post: Post, draft: str, way: str, again: str) -> None:
    """It is written again as it was, and not asked for; the instruction goes with its last point only."""
    written = accepted(post, draft, way)
    texts = [line for line in written.split("\n") if line and line not in draft]
    post.put(draft)
    assert f"{len(texts)} to write" in post("status")
    if again == "w q":
        post("review", "--plain", keys="w\nq\n")
        assert post.text == written
    elif again == "diff":
        added = [line[1:] for line in post("expand", "--diff").split("\n") if line.startswith("+")]
        assert all(added.count(text) == 1 for text in texts)
    else:
        post("expand", "--yes", "--keep-unsupported")
        assert all(post.text.split("\n").count(text) == 1 for text in texts)
    last = post.text
    post.put(written)
    assert f"{len(texts)} to write" not in post("status")
    post("expand", "--yes", "--keep-unsupported")
    assert all(post.text.split("\n").count(text) == 1 for text in texts)
    assert again != "yes" or post.text == last


@pytest.mark.parametrize(
    ("draft", "again"),
    [
        (POINTS, "expand --yes"),
        (POINTS, "review --plain"),
        (NOTE, "expand --yes --fresh"),
        (EMPTY, "expand --yes"),
        (EMPTY, "review --plain"),
    ],
)
def test_own_words_that_were_written_are_written_again(post: Post, draft: str, again: str) -> None:
    """They are neither asked for nor replaced by the model's; those are the version before."""
    post.put(draft)
    editor = "sed -i -e 's/ away/ outside/'"
    post("review", "--plain", keys="e\nw\nq\n", VISUAL=editor)
    written = post.text
    (own,) = (line for line in written.split("\n") if " outside" in line)
    post.put(draft)
    assert "only one version" not in post("review", "--plain", keys="k\nk\nk\nv\nu\nq\n")
    command, *options = again.split()
    post(command, *options, keys="w\nq\n")
    assert post.text.split("\n").count(own) == 1 and own.replace(" outside", " away") not in post.text


def test_undo_takes_back_the_write_whose_text_is_in_the_file(post: Post) -> None:
    """So it does in the file before the last write, and in the later one once that is there again."""
    one = accepted(post, POINTS, "a w q")
    post("review", "--plain", keys="a\nw\nq\n")
    two = post.text
    post.put(one)
    assert "undid 1 of 1 piece" in post("undo") and post.text == POINTS
    assert "2 to write" in post("status")
    post.put(two)
    assert "to write" not in post("status")
    assert "undid 1 of 1 piece" in post("undo") and post.text == one
    assert "undid 1 of 1 piece" in post("undo") and post.text == POINTS
    assert "nothing to undo" in post("undo") and post.text == POINTS


BOTH = [
    "The pool is old. TODO: tell of the pool. The pump is new. TODO: tell of the pump. It is ours.",
    "TODO: tell of the pool\nTODO: tell of the pump",
    "> TODO: tell of the pool\n> TODO: tell of the pump",
]


@pytest.mark.parametrize(
    ("notes", "way"),
    [
        *((BOTH[0], way) for way in ("r a w q", "a r w q", "n a w q", "a w r q")),
        *((notes, way) for notes in BOTH[1:] for way in ("a r w q", "a w r q")),
    ],
)
def test_a_note_beside_one_that_was_written_is_as_it_was_decided_in_the_older_file(
    post: Post, notes: str, way: str
) -> None:
    """So it is in the newer one again, whether it was decided on before the write or after it."""
    draft = f"{BEGIN}{notes}\n\n## End\n\n{PROSE} It was dry.\n"
    written = accepted(post, draft, way)
    for _ in range(2):
        post.put(draft)
        if "r" in way:
            assert "1 rejected" in post("review", "--plain", keys="q\n")
            post("expand", "--yes", "--keep-unsupported")
            assert post.text == written
        post.put(written)
        assert ("1 still to decide" in post("status")) == ("r" not in way)


@pytest.mark.parametrize("way", ["r a w q", "a r w q", "n a w q", "a a w q"])
def test_what_was_decided_on_notes_holds_where_the_older_file_has_other_words_beside_them(
    post: Post, way: str
) -> None:
    draft = f"{BEGIN}{BOTH[0]}\n\n## End\n\n{PROSE} It was dry.\n"
    written = accepted(post, draft, way)
    post.put(draft.replace("is new", "is quite new"))
    post("review", "--plain", keys="w\nq\n")
    assert post.text == written.replace("is new", "is quite new")


@pytest.mark.parametrize("key", ["r", "a"])
def test_a_list_that_a_formatter_parts_from_its_note_is_decided_on_with_it(post: Post, key: str) -> None:
    """No other text is written for its items."""
    note = "TODO: migrate the app\n- with some new servers\n- less cost"
    draft = f"{BEGIN}{note}\n\n## End\n\n{PROSE} It was dry.\n"
    post.put(draft)
    post("review", "--plain", keys=f"{key}\nq\n")
    post.put(parted := draft.replace("app\n", "app\n\n"))
    said = post("expand", "--yes", "--keep-unsupported")
    assert post.text == parted if key == "r" else "wrote 1 of 1" in said and "less cost" not in post.text


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("place", ["above", "below"])
def test_an_instruction_comes_back_where_a_formatter_took_blank_lines_out(
    post: Post, place: str, ends: str
) -> None:
    """It is undone with its points, and the draft before the write is known again."""
    line, items = "Expand each of these", "- **Boots.** For the hills.\n- **Maps.** Of the coast."
    request = f"\n{line}\n\n{items}" if place == "above" else f"{items}\n\n\n{line}"
    draft = f"{BEGIN}{request}\n\n## End\n\n{PROSE} It was dry.\n".replace("\n", ends)
    post.path.write_bytes(draft.encode())
    post("review", "--plain", keys="a\na\nw\nq\n")
    written = post.path.read_bytes().decode()
    assert line not in written
    formatted = re.sub(r"(\r?\n){3,}", ends * 2, written)
    post.path.write_bytes(formatted.encode())
    assert "not undone" not in post("undo") and post.text.split() == draft.split()
    assert "2 to write" in post("status")
    for older in (draft, formatted, written):
        post.path.write_bytes(older.encode())
        assert "internal error" not in post("status")


@pytest.mark.parametrize(("draft", "way"), [(NOTE, "a w q"), (EMPTY, "s a r w q"), (POINTS, "a a w q")])
def test_a_second_undo_finds_nothing_where_the_older_file_was_written_again(
    post: Post, draft: str, way: str
) -> None:
    """The text that was taken out is that of both writes."""
    if "s" in way:
        post.server.answer = lambda _: f"{BOAT}\n\n{CAR}"
    accepted(post, draft, way)
    post.put(draft)
    assert "nothing to undo" in post("undo") and post.text == draft
    post("expand", "--yes", "--keep-unsupported")
    assert "not undone" not in post("undo") and post.text == draft
    assert "nothing to undo" in post("undo") and post.text == draft


def test_a_text_that_its_author_rewrote_stays_written(post: Post) -> None:
    written = accepted(post, POINTS, "a w q")
    (text,) = set(written.split("\n")) - set(POINTS.split("\n"))
    post.put(written.replace(text, "- Boots for the hills were all that we needed in those days."))
    assert "to write" not in post("status")
    post("expand", "--yes", "--keep-unsupported")
    assert "all that we needed in those days.\n" in post.text


@pytest.mark.parametrize("part", ["r", "a"])
def test_parts_that_were_left_out_are_so_in_the_older_file(post: Post, part: str) -> None:
    """What was decided on them after the write holds as well."""
    post.server.answer = lambda _: f"{BOAT}\n\n{CAR}"
    written = accepted(post, NOTE, "s a w q")
    assert "a boat" in written and "a car" not in written
    post("review", "--plain", keys=f"{part}\nq\n")
    post.put(NOTE)
    post("review", "--plain", keys="w\nq\n")
    assert ("a car" in post.text) == (part == "a") and "a boat" in post.text


def test_a_point_that_is_written_gets_no_other_text_by_its_line(post: Post) -> None:
    """The instruction stays for the other points, and is no reason to go on with this one."""
    post.put(POINTS)
    post("expand", "--yes", "--keep-unsupported", "--line", "9")
    written = post.text
    assert written != POINTS
    post("expand", "--yes", "--keep-unsupported", "--line", "9")
    assert post.text == written and not post.server.requests


def test_parts_of_one_text_are_one_to_write(post: Post) -> None:
    """As the line says that comes after the write."""
    post.server.answer = lambda _: f"{BOAT}\n\n{CAR}"
    post.put(NOTE)
    post("review", "--plain", keys="s\na\na\nq\n")
    assert ": 1 to write" in post("status")
    assert "wrote 1 of 1 piece" in post("review", "--plain", keys="w\nq\n")


def test_a_part_stays_beside_one_whose_words_its_author_changed(post: Post) -> None:
    """It is still to be decided, and goes in behind it."""
    post.server.answer = lambda _: f"{BOAT}\n\n{CAR}"
    written = accepted(post, NOTE, "s a w q")
    post.put(written.replace("its first day in the water", "the day on which we bought it"))
    assert ": 1 still to decide" in post("status")
    post("review", "--plain", keys="a\nw\nq\n")
    assert f"the day on which we bought it.\n\n{CAR}\n\n## End" in post.text


BARE = (
    "# The farm\n\nWe keep the animals on the north side, where the wind is weak and the grass is long.\n\n"
    "Expand each of these\n\n- **Ropes**\n- **Sails**\n- **Oars**\n\n"
    "## The end\n\nThat was all of it for now, and I was glad of it.\n"
)


@pytest.mark.parametrize(
    ("decisions", "between", "back"),
    [
        ("a r a", "", "older"),
        ("a r a", "yes", "undo"),
        ("a a r", "look", "older"),
        ("a a r", "", "undo"),
        ("r a a", "yes", "older"),
        ("r a a", "look", "undo"),
    ],
)
def test_a_rejected_point_stays_so_beside_those_written(
    post: Post, decisions: str, between: str, back: str
) -> None:
    """It reads like a note once the request is gone; it is no gap then, and no other point's text is lost."""
    post.put(BARE)
    post("review", "--plain", keys="n\nn\nn\nq\n")
    post("review", "--plain", keys=decisions.replace(" ", "\n") + "\nw\nq\n")
    written = post.text
    assert "Expand each" not in written and written != BARE
    assert "notes" not in post("locate")
    if between == "yes":
        post("expand", "--yes", "--keep-unsupported")
        assert not post.server.requests and post.text == written
    elif between == "look":
        post("review", "--plain", keys="l\nq\n")
    if back == "undo":
        post("undo")
        assert post.text == BARE
    else:
        post.put(BARE)
    post("expand", "--yes", "--keep-unsupported")
    assert not post.server.requests and post.text == written


def test_history_tells_of_each_text_once_as_written(post: Post) -> None:
    """The last write that put it there has it, wherever the file was put back between."""
    accepted(post, EMPTY, "a w q")
    post("undo")
    post("review", "--plain", keys="w\nq\n")
    said = [line for line in post("history").split("\n") if "written" in line]
    assert said[0].endswith(": 1 written, undone since") and said[1].endswith(": 1 written")
    post.put(EMPTY)
    post("review", "--plain", keys="w\nq\n")
    said = post("history").split("\n")
    told = [line.partition(": ")[2] for line in said if "written" in line]
    assert told == ["1 written, undone since", "1 written, taken out since", "1 written"]
    assert "changed since" not in "".join(said)


TABLE = (
    "# The blog\n\nWe moved this blog in March because the old host was slow.\n\n{}\n\n"
    "## The end\n\nThat was all of it for now, and I was glad of it.\n"
)
TIGHT = (
    "|What|Why|\n|---|---|\n|Host|It is in Oslo, and its people answer.|\n"
    "|Domain|{}|\n|Mail|It came with the host.|"
)
ALIGNED = (
    "| What   | Why                                 |\n| ------ | ----------------------------------- |\n"
    "| Host   | It is in Oslo, and its people answer. |\n| Domain | {:35} |\n"
    "| Mail   | It came with the host.              |"
)


NO_BARS = re.sub(r"(?m)^\||\|$", "", TIGHT)


@pytest.mark.parametrize(
    ("before", "after", "cell", "key"),
    [
        (TIGHT, ALIGNED, "TODO: say when", "a"),
        (TIGHT, ALIGNED, "", "r"),
        (ALIGNED, TIGHT, "", "a"),
        (ALIGNED, TIGHT, "TODO: say when", "r"),
        (NO_BARS, ALIGNED, "TODO: say when", "a"),
        (NO_BARS, ALIGNED, "", "r"),
        (ALIGNED, NO_BARS, "", "a"),
        (ALIGNED, NO_BARS, "TODO: say when", "r"),
    ],
)
def test_a_decision_on_a_cell_holds_where_its_table_is_aligned(
    post: Post, cell: str, before: str, after: str, key: str
) -> None:
    post.put(TABLE.format(before.format(cell)))
    post("review", "--plain", keys=f"{key}\nq\n")
    post.server.requests.clear()
    post.put(aligned := TABLE.format(after.format(cell)))
    post("expand", "--yes", "--keep-unsupported")
    assert not post.server.requests
    if key == "r":
        assert post.text == aligned
    else:
        (row,) = [line for line in post.text.splitlines() if "Domain" in line]
        bars = next(line for line in aligned.splitlines() if "Domain" in line).count("|")
        assert len(row) > len("| Domain | TODO: say when |") and row.count("|") in (bars, 3)
        # with its blank, if it has one
        lead = aligned.partition(cell)[0].rpartition("\n")[2] if cell else row.partition("|")[0] + "|"
        assert row.startswith(lead) and row[len(lead)] != " " * bool(cell)
        assert [line for line in post.text.splitlines() if "Domain" not in line] == [
            line for line in aligned.splitlines() if "Domain" not in line
        ]


QUESTION = f"{BOAT} {CAR} We built it in [TK: how many weeks?]."


def test_a_question_that_was_taken_out_with_its_text_is_gone(post: Post) -> None:
    """Words are typed in the draft, which is shorter now than the place where the question was."""
    bare = "# Trip\n\nWe kept it dry.\n\n## Shed\n\n## End\n\nThat was all.\n"
    post.server.answer = lambda _: QUESTION
    written = accepted(post, bare, "yes")
    assert "[TK: how many weeks?]" in written
    post("review", "--plain", keys="l\nq\n")
    post("undo")
    assert post.text == bare
    for title in ("# Our trip", "# The trip of the year"):
        post.put(bare.replace("# Trip", title))
        assert "internal" not in (said := post("status")) and "1 still to decide" in said
    post("expand", "--yes", "--keep-unsupported")
    assert post.text == written.replace("# Trip", "# The trip of the year")


def test_items_rejected_in_one_list_stay_rejected_where_a_formatter_changes_its_marks(post: Post) -> None:
    items = "- **Ropes.** They are long.\n- **Sails.**\n- **Oars.** I have two of them.\n- **Tar.**\n"
    end = f"\n## End\n\n{PROSE} It was dry, and I was glad of it.\n"
    written = accepted(post, f"# Boat\n\n{PROSE}\n\nExpand each of these\n\n{items}{end}", "a r a r w q")
    post.put(changed := written.replace("**", "__"))
    assert "nothing unwritten" in post("locate")
    post("expand", "--yes", "--keep-unsupported")
    assert not post.server.requests and post.text == changed


@pytest.mark.parametrize("back", ["undo", "put"])
def test_an_answer_in_a_text_that_is_written_again_is_still_accepted(post: Post, back: str) -> None:
    bare = "# Trip\n\nWe kept it dry.\n\n## Shed\n\n## End\n\nThat was all.\n"
    post.server.answer = lambda _: QUESTION
    accepted(post, bare, "yes")
    post("review", "--plain", keys="l\nf\nten\nl\nw\nq\n")
    assert "We built it in ten." in (answered := post.text)
    if back == "put":
        post.put(bare)
    while post.text != bare:
        post("undo")
    for _ in range(2):
        post("expand", "--yes", "--keep-unsupported")
    assert post.text == answered


@pytest.mark.parametrize("looks", [0, 1])
@pytest.mark.parametrize(
    "note",
    ["TODO: say why", "The pool is old. TODO: say why.", "- The pool is old. TODO: say why.\n- It is."],
)
def test_a_note_like_one_whose_text_gave_way_to_own_words_is_a_new_one(
    post: Post, note: str, looks: int
) -> None:
    draft = f"{BEGIN}{note}\n\n## End\n\n{PROSE} It was dry.\n"
    post.server.answer = lambda _: BOAT
    written = accepted(post, draft, "a w q")
    own = written.replace(BOAT, "Nobody had a brush.")
    assert own != written
    for _ in range(looks):
        post.put(own)
        assert "to write" not in post("status")
    post.put(typed := own.replace("was dry.", "was dry. TODO: say why."))
    assert "to write" not in post("status")
    post.server.answer = lambda _: CAR
    post("expand", "--yes", "--keep-unsupported")
    assert post.text == typed.replace("TODO: say why.", CAR)
    post.put(written)
    assert "to write" not in post("status")


@pytest.mark.parametrize("way", ["r a w q", "a r w q"])
@pytest.mark.parametrize("side", ["pool is", "pump is"])
@pytest.mark.parametrize("between", ["", "undo back"])
def test_a_rejected_note_is_known_in_the_older_file_though_one_like_it_was_written(
    post: Post, way: str, side: str, between: str
) -> None:
    """Beside one of them its author changed words meanwhile."""
    draft = f"{BEGIN}The pool is old. TODO: say why.\n\nThe pump is new. TODO: say why. It is ours.\n"
    post.put(draft)
    post("review", "--plain", keys=way.replace(" ", "\n") + "\n")
    written = post.text
    post.put(written.replace(side, side.replace(" is", " was always")))
    post("review", "--plain", keys="l\nq\n")
    for step in between.split():
        if step == "undo":
            post("undo")
        else:
            post.put(written)
        post("review", "--plain", keys="l\nq\n")
    post.put(draft)
    said = post("review", "--plain", keys="l\nq\n")
    assert "outdated" not in said and "rejected: " in said and "accepted: " in said


def test_a_note_is_known_once_one_before_it_is_back(post: Post) -> None:
    """Meanwhile its sentence and those before it were one text without a note."""
    note = "The pump is new. TODO: say how. The barn is ours. TODO: say why."
    draft = f"{BEGIN}The pool is old.\n\nTODO: say why.\n\n{note}\n\n## End\n\n{PROSE}\n"
    post.put(draft)
    post("review", "--plain", keys="a\na\nr\nq\n")
    post.put(draft.replace(" TODO: say how.", ""))
    post("review", "--plain", keys="l\nq\n")
    post.put(draft)
    assert "outdated" not in post("review", "--plain", keys="l\nq\n")


@pytest.mark.parametrize("after", ["The pump was loud.", "It is of The pump, and it is loud."])
@pytest.mark.parametrize("begin", ["", "- ", "> "])
def test_undo_takes_out_a_text_that_its_author_left_alone(post: Post, begin: str, after: str) -> None:
    """What else changed in its paragraph stays."""
    draft = f"{BEGIN}{begin}The pool is old. TODO: say why. The pump is loud.\n\n## End\n\n{PROSE}\n"
    post.server.answer = lambda _: BOAT
    written = accepted(post, draft, "a w q")
    post.put(written.replace("The pump is loud.", after))
    assert "not undone" not in post("undo")
    assert post.text == draft.replace("The pump is loud.", after)
    post("expand", "--yes", "--keep-unsupported")
    assert post.text == written.replace("The pump is loud.", after)
