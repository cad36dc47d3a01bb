"""Which words of a text are its author's, where it is retried, undone, moved, or split and saved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import Document, Editor, editing
from lsprotocol import types

TEXT = (
    "The boats came back before the fog did, and nobody on the quay had counted them. We tied the lines "
    "twice and went home wet before anybody had asked us where we had been."
)
OTHER = (
    "A loose cleat is easy to miss from the pier, and nobody complains about it before the first storm has "
    "taken a boat away and left the rope."
)
EMPTY = """# Harbour notes

We went down to the harbour on Monday and counted the boats. There were nine of them, and one was ours.

## What broke

## What we learned

The rope was too short, and we had known it since spring. Nobody had said so.
"""
OWN = "I was there too, and I saw it all."
NOTE = "TODO: say what broke in the storm"
MARKER = EMPTY.replace("broke\n\n", f"broke\n\n{NOTE}\n\nHer dog walked in front of everybody.\n\n")
HALF = EMPTY.replace("broke\n\n", "broke\n\nIt was late. We crossed the bridge slowly because the\n\n")


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)

        def answer(request: object) -> str:
            text = TEXT if len(fake.requests) == 1 else OTHER
            return text[0].lower() + text[1:] if "from its last word" in str(request) else text

        fake.answer = answer
        yield fake


async def command(editor: Editor, document: Document, name: str, words: str) -> None:
    """Run a command at the line that has some words."""
    line = document.text[: document.text.index(words)].count("\n")
    arguments = [{"uri": document.uri, "line": line}]
    await editor.execute(types.Command("", f"assistant.{name}", arguments=arguments))


def type_over(editor: Editor, document: Document, old: str, new: str) -> None:
    """Replace words in an editor."""
    at = document.text.index(old)
    editor.replace(document, at, at + len(old), new)


async def written(editor: Editor, path: Path, draft: str, words: str) -> Document:
    """Have the gap at some words of a new draft written, and return the draft as the editor has it."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(draft)
    document = editor.open(path)
    await command(editor, document, "write", words)
    await editor.proposed(document, 1)
    return document


def said(editor: Editor) -> list[str]:
    """Return what the editor's user was told."""
    return [message.message for message in editor.client.messages]


async def test_a_word_that_the_author_changed_in_half_a_sentence_stays_changed(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    """Rejected in the editor, in the terminal, or undone once it was accepted."""
    left = HALF.replace("slowly", "quickly")
    async with editing(tmp_path) as editor:
        for name in ("editor", "terminal", "undone"):
            path = tmp_path / name / "d.md"
            document = await written(editor, path, HALF, "We crossed")
            type_over(editor, document, "slowly", "quickly")
            if name == "undone":
                await command(editor, document, "accept", "quickly")
                await editor.proposed(document, 0)
            if name == "editor":
                await command(editor, document, "reject", "quickly")
                await editor.proposed(document, 0)
                assert document.text == left
            editor.save(document, path)
    run("review", "--plain", tmp_path / "terminal/d.md", stdin=b"r\nw\nq\n")
    assert (tmp_path / "terminal/d.md").read_text() == left
    assert b"undid 1 of 1 piece" in run("undo", tmp_path / "undone/d.md").stdout
    assert (tmp_path / "undone/d.md").read_text() == left


@pytest.mark.parametrize(
    ("draft", "words", "old", "new", "left"),
    [
        (EMPTY, "## What broke", "quay", "pier", f"\n\n{OTHER} pier\n\n##"),
        (EMPTY, "## What broke", "We tied", "I was cold. We tied", f"\n\n{OTHER} I was cold.\n\n##"),
        (MARKER, NOTE, "We tied", "I was cold. We tied", f"\n\n{OTHER} I was cold.\n\nHer dog"),
        (HALF, "We crossed", "slowly", "quickly", "We crossed the bridge quickly because the a loose cleat"),
    ],
)
async def test_a_text_with_words_of_the_authors_is_retried_and_these_stay(
    tmp_path: Path, model: fakes.FakeServer, draft: str, words: str, old: str, new: str, left: str
) -> None:
    """The other text takes the place of the model's words alone, and is decided on like any."""
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", draft, words)
        type_over(editor, document, old, new)
        await command(editor, document, "retry", new)
        await editor.until(lambda: "loose cleat" in document.text)
        (piece,) = await editor.proposed(document, 1)
        assert "proposed" in piece.message
        assert left in document.text and "nobody on the" not in document.text
        await command(editor, document, "reject", "loose cleat")
        await editor.proposed(document, 0)
        assert "cleat" not in document.text and new.removesuffix(" We tied") in document.text


async def test_a_retry_says_why_there_is_none(tmp_path: Path, model: fakes.FakeServer) -> None:
    """The heading of the section that the text is for has gone."""
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", EMPTY, "## What broke")
        type_over(editor, document, "## What broke\n", "It was late.\n")
        await command(editor, document, "retry", "The boats")
        await editor.until(lambda: any("its place changed" in message for message in said(editor)))
        assert TEXT in document.text and len(model.requests) == 1


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("The boats", f"{OWN}\nThe boats", f"{OWN}\n"),
        ("The boats", f"{OWN}\n\nThe boats", f"{OWN}\n"),
        ("We tied", f"{OWN} We tied", f"{OWN}\n"),
    ],
    ids=["above", "paragraph above", "inside"],
)
async def test_what_the_author_typed_into_a_text_stays_where_it_is_undone(
    tmp_path: Path, model: fakes.FakeServer, run: Run, old: str, new: str, left: str
) -> None:
    """It was accepted with the text and saved."""
    path = tmp_path / "d.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path, EMPTY, "## What broke")
        type_over(editor, document, old, new)
        await command(editor, document, "accept", OWN)
        await editor.proposed(document, 0)
        editor.save(document, path)
    saved = path.read_text()
    assert b": 1 outdated (your own words stay there)\n" in run("undo", path).stdout
    assert b"1 outdated;" in run("status", path).stdout
    assert path.read_text() == EMPTY.replace("broke\n", f"broke\n\n{left}")
    path.write_text(saved)
    assert b"outdated" not in run("status", path).stdout


@pytest.mark.parametrize(("old", "new"), [("lines twice", "\n\nlines twice"), ("quay", "pier")])
async def test_a_text_that_was_changed_and_saved_undecided_is_no_gap(
    tmp_path: Path, model: fakes.FakeServer, run: Run, old: str, new: str
) -> None:
    """A run asks for nothing there, and the editor's mark stays what it was."""
    path = tmp_path / "d.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path, EMPTY, "## What broke")
        type_over(editor, document, old, new)
        editor.save(document, path)
    before = path.read_text()
    told = run("expand", "--yes", path).stderr
    assert b"1 still to decide" in told and b"outdated" not in told
    assert path.read_text() == before and len(model.requests) == 1
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        (piece,) = await editor.proposed(document, 1)
        assert piece.message.startswith("proposed, not reviewed")
        assert {d.code for d in await editor.diagnostics(document)}.isdisjoint({"notes", "unchecked"})


async def test_a_text_that_is_cut_and_put_in_elsewhere_takes_its_mark_along(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    """It is decided on where it is now, in the next editor as well."""
    path = tmp_path / "d.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path, EMPTY, "## What broke")
        type_over(editor, document, f"{TEXT}\n", "")
        editor.replace(document, len(document.text), len(document.text), f"{TEXT}\n")
        line = document.text.count("\n") - 1
        await editor.until(lambda: document.text.endswith(f"{TEXT}\n"))
        (piece,) = await editor.proposed(document, 1)
        assert piece.range.start.line == line
        editor.save(document, path)
    assert b"1 still to decide" in run("status", path).stdout
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        (piece,) = await editor.proposed(document, 1)
        assert piece.range.start.line == line
        await command(editor, document, "reject", "The boats")
        await editor.proposed(document, 0)
        assert document.text.split() == EMPTY.split()


@pytest.mark.parametrize(("name", "left"), [("accept", 1), ("reject", 0)])
async def test_words_of_a_text_that_are_moved_away_from_it_have_a_mark_of_their_own(
    tmp_path: Path, model: fakes.FakeServer, name: str, left: int
) -> None:
    """Cut, or copied, and put in below the author's words; they are kept or removed, saved or not."""
    path, moved = tmp_path / "d.md", "We tied the lines twice and went home wet"
    async with editing(tmp_path) as editor:
        document = await written(editor, path, EMPTY, "## What broke")
        type_over(editor, document, moved, "")
        editor.replace(document, len(document.text), len(document.text), f"\n{moved}.\n")
        line = document.text.count("\n") - 1
        (mark,) = [one for one in await editor.diagnostics(document) if one.code == "unchecked"]
        assert mark.range.start.line == line and "words of a text on offer" in mark.message
        titles = [one.title for one in await editor.actions(document, line)]
        assert titles[:2] == ["Keep these words", "Remove these words"]
        editor.save(document, path)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await editor.proposed(document, 1)
        await command(editor, document, name, moved)
        await editor.until(lambda: document.text.count(moved) == left)
        await asyncio.sleep(0.3)  # to keep them is no edit that could be waited for
        assert "unchecked" not in {one.code for one in await editor.diagnostics(document)}
        await command(editor, document, "reject", "The boats")
        await editor.proposed(document, 0)
        assert document.text.startswith(EMPTY) and document.text.count(moved) == left


@pytest.mark.parametrize(
    "how", ["cut", "copied", "cut and closed", "copied and closed", "copied and rejected"]
)
async def test_a_text_that_is_put_into_another_document_has_a_mark_of_its_own_there(
    tmp_path: Path, model: fakes.FakeServer, run: Run, how: str
) -> None:
    """Its document may be closed before; the mark is there when the other document is opened again."""
    path, draft = tmp_path / "x.md", EMPTY.replace("## What broke\n\n", "").replace("Monday", "Friday")
    path.write_text(draft)
    async with editing(tmp_path) as editor:
        document, other = await written(editor, tmp_path / "d.md", EMPTY, "## What broke"), editor.open(path)
        if how.startswith("cut"):
            type_over(editor, document, f"{TEXT}\n\n", "")
        if how.endswith("rejected"):
            await command(editor, document, "reject", TEXT)
            await editor.proposed(document, 0)
        if how.endswith("closed"):
            closed = types.TextDocumentIdentifier(document.uri)
            editor.client.text_document_did_close(types.DidCloseTextDocumentParams(closed))
        editor.replace(other, len(draft), len(draft), f"\n{TEXT}\n")
        (mark,) = [one for one in await editor.diagnostics(other) if one.code == "unchecked"]
        assert mark.range.start.line == draft.count("\n") + 1 and "words of a text on offer" in mark.message
        editor.save(other, path)
    assert path.read_text().endswith(f"{TEXT}\n") and b"x.md" in run("status").stdout
    async with editing(tmp_path) as editor:
        other = editor.open(path)
        while "unchecked" not in {one.code for one in await editor.diagnostics(other)}:
            await asyncio.sleep(0.02)
        await command(editor, other, "reject", "The boats")
        await editor.until(lambda: TEXT not in other.text)
        assert other.text.strip() == draft.strip()


async def test_a_text_that_was_accepted_is_its_authors_wherever_it_is_copied_to(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """It was cut and put back before that, so it is remembered; a copy loses its mark."""
    path = tmp_path / "x.md"
    path.write_text(EMPTY)
    async with editing(tmp_path) as editor:
        document, other = await written(editor, tmp_path / "d.md", EMPTY, "## What broke"), editor.open(path)
        type_over(editor, document, TEXT, "")
        await editor.proposed(document, 0)
        type_over(editor, document, "broke\n\n", f"broke\n\n{TEXT}")
        await editor.proposed(document, 1)
        editor.replace(other, 0, 0, f"{TEXT}\n")
        assert "unchecked" in {one.code for one in await editor.diagnostics(other)}
        await command(editor, document, "accept", "The boats")
        await editor.proposed(document, 0)
        while "unchecked" in {one.code for one in await editor.diagnostics(other)}:
            await asyncio.sleep(0.02)
        for copy in (document, other):
            editor.replace(copy, len(copy.text), len(copy.text), f"\n{TEXT}\n")
            assert "unchecked" not in {one.code for one in await editor.diagnostics(copy)}


async def test_a_text_that_is_cut_has_no_mark_on_an_empty_line(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """It waits in a lens."""
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", EMPTY, "## What broke")
        type_over(editor, document, TEXT, "")
        await editor.proposed(document, 0)
        titles = [lens.command.title for lens in await editor.lenses(document) if lens.command]
        assert "Insert the text that waits" in titles


async def test_a_point_at_the_cursor_is_written_alone(tmp_path: Path, model: fakes.FakeServer) -> None:
    """The others can be written after it, and the request above them stays."""
    draft = "# Walk\n\nWe walked.\n\nExpand each of these:\n\n- **Wicks.**\n- **Owls.**\n- **Bread.**\n"
    model.answer = lambda request: TEXT if "Owls" in fakes.contents(request)[-1] else OTHER
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", draft, "- **Owls")
        assert document.text == draft.replace("**Owls.**", f"**Owls.** {TEXT}")
        await command(editor, document, "write", "- **Bread")
        await editor.proposed(document, 2)
        await command(editor, document, "accept", "- **Owls")
        await editor.proposed(document, 1)
        assert "Expand each" in document.text and "- **Wicks.**\n" in document.text


async def test_what_a_rejection_leaves_of_a_saved_text_can_be_written_at_once(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """The file still has the text."""
    path = tmp_path / "d.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path, HALF, "We crossed")
        type_over(editor, document, "slowly", "quickly")
        editor.save(document, path)
        await command(editor, document, "reject", "quickly")
        await editor.proposed(document, 0)
        await command(editor, document, "write", "quickly")
        await editor.until(lambda: "quickly because the a loose cleat" in document.text)


async def test_a_text_that_was_changed_and_saved_is_not_retried_elsewhere_in_the_terminal(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    """Its author is told what can be done."""
    path = tmp_path / "d.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path, EMPTY, "## What broke")
        type_over(editor, document, "quay", "pier")
        editor.save(document, path)
    told = run("review", "--plain", path, stdin=b"t\nr\nw\nq\n").stdout
    assert b"you changed this text in your editor; e edits it" in told and len(model.requests) == 1
    assert path.read_text() == EMPTY.replace("broke\n", "broke\n\npier\n")


LISTED = EMPTY.replace(
    "broke\n\n", f"broke\n\n1. Fill the lamps and wipe them.\n2. {NOTE}\n3. Light them all.\n\n"
)
QUOTED = EMPTY.replace(
    "broke\n\n", f"broke\n\n> The latch was iron.\n> {NOTE}\n\nThen we went on uphill.\n\n"
)


@pytest.mark.parametrize(
    ("draft", "old", "new", "left"),
    [
        (EMPTY, f"{TEXT}\n", TEXT.replace(" nobody", "\nnobody").replace(" us ", "\nus ") + "\n", EMPTY),
        (
            LISTED,
            "1. Fill the lamps and wipe them.\n2. ",
            "1. Fill the lamps and wipe them. ",
            LISTED.replace("\n2. ", " "),
        ),
        (QUOTED, "iron.\n> ", "iron. ", QUOTED.replace("iron.\n> ", "iron. ")),
        (MARKER, f"broke\n\n{TEXT}", f"broke\n{TEXT}", MARKER.replace("broke\n\n", "broke\n")),
        (EMPTY, "## What we", f"{OWN}\n\n## What we", EMPTY.replace("## What we", f"{OWN}\n\n## What we")),
    ],
    ids=["filled again", "item", "quote", "line above", "written elsewhere"],
)
async def test_a_text_whose_lines_are_joined_or_filled_again_keeps_its_mark(
    tmp_path: Path, model: fakes.FakeServer, run: Run, draft: str, old: str, new: str, left: str
) -> None:
    """Also where an editor puts in a copy of all lines, behind them or before, and takes the old ones out."""
    async with editing(tmp_path) as editor:
        for name in ("told once", "behind", "before"):
            path = tmp_path / name / "d.md"
            document = await written(editor, path, draft, NOTE if NOTE in draft else "## What broke")
            before, after = document.text, document.text.replace(old, new)
            assert before != after
            if name == "told once":
                editor._become(document, after)
            else:
                size, place = len(before), len(before) if name == "behind" else 0
                editor.replace(document, place, place, after)
                editor.replace(document, (at := len(after) * (not place)), at + size, "")
            assert document.text == after
            (piece,) = await editor.proposed(document, 1)
            assert piece.message.startswith("proposed, not reviewed")
            if name == "behind":
                await command(editor, document, "reject", "The boats")
                await editor.proposed(document, 0)
                assert document.text == left
            editor.save(document, path)
    said = run("status", tmp_path).stdout
    assert said.count(b"1 still to decide") == 2 and b"outdated" not in said
    for name in ("told once", "before"):
        run("review", "--plain", tmp_path / name / "d.md", stdin=b"r\nw\nq\n")
        assert (tmp_path / name / "d.md").read_text() == left


async def test_a_text_that_the_model_gives_again_is_told_as_that(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """It was rejected before; it repeats no request, and the line is that of its heading."""
    line = EMPTY.split("\n").index("## What broke") + 1
    model.answer = lambda request: TEXT
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", EMPTY, "## What broke")
        await command(editor, document, "reject", "The boats")
        await editor.proposed(document, 0)
        await command(editor, document, "write", "## What broke")
        await editor.until(lambda: any("that you turned down" in message for message in said(editor)))
        assert any(f": line {line}: " in message for message in said(editor))


MINE = "We tied the lines twice and went home wet before anybody had asked us where we had been. I was cold."
OTHERS = EMPTY.replace("## What broke\n\n", "").replace("Monday", "Friday")


async def test_a_sentence_of_the_authors_that_a_text_repeats_is_theirs_where_they_move_it(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """It is cut as a line or word by word, in its own file, or copied from there to another."""
    sentence = f" {TEXT.partition('. ')[2]}"
    for how in ("line", "undone", "words", "copied", "closed"):
        folder = tmp_path / how
        folder.mkdir()
        for name, words in (("x", MINE), ("y", "It was late.")):
            (folder / f"{name}.md").write_text(f"{OTHERS}\n{words}\n\nAt home we slept.\n")
        model.requests.clear()
        async with editing(tmp_path) as editor:
            document = await written(editor, folder / "d.md", EMPTY, "## What broke")
            own, other = (editor.open(folder / f"{name}.md") for name in "xy")
            if sentence in document.text:  # while it came: a cleaned text has no such sentence
                type_over(editor, document, sentence, "")
            if how in ("line", "undone"):
                type_over(editor, own, f"{MINE}\n", "")
            elif how == "words":
                at = own.text.index(MINE)
                for word in MINE.split():
                    editor.replace(own, at, at + len(word), "")
                    editor.replace(own, at, at + 1, "")
            elif how == "closed":
                closed = types.TextDocumentIdentifier(own.uri)
                editor.client.text_document_did_close(types.DidCloseTextDocumentParams(closed))
            into = other if how in ("copied", "closed") else own
            at = own.text.index("At home") - 1 if how == "undone" else len(into.text)
            editor.replace(into, at, at, f"{MINE}\n")
            assert "unchecked" not in {one.code for one in await editor.diagnostics(into)}


@pytest.mark.parametrize("how", ["cut", "copied", "in part"])
async def test_half_a_sentence_that_goes_to_another_document_with_its_text_stays_the_authors(
    tmp_path: Path, model: fakes.FakeServer, how: str
) -> None:
    """Only what the model wrote is removed there."""
    path = tmp_path / "x.md"
    path.write_text(OTHERS)
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", HALF, "We crossed")
        other = editor.open(path)
        line = next(one for one in document.text.split("\n") if "We crossed" in one)
        words = line[line.index("bridge" if how == "in part" else "It was") :]
        if how != "copied":
            type_over(editor, document, words, "")
        editor.replace(other, len(OTHERS), len(OTHERS), f"\n{words}\n")
        assert "unchecked" in {one.code for one in await editor.diagnostics(other)}
        await command(editor, other, "reject", words)
        await editor.until(lambda: "on the quay" not in other.text)
        start = "bridge" if how == "in part" else "It was late. We crossed the bridge"
        assert other.text.rstrip() == f"{OTHERS}\n{start} slowly because the"


async def test_a_rejection_in_another_document_leaves_the_authors_blank_line(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """The text was put in above it, as a line; the editor may tell the line end as replaced."""
    path, draft = tmp_path / "x.md", f"{OTHERS}\n- A needle of bone.\n\n## Who came by\n\n\n"
    path.write_text(draft)
    async with editing(tmp_path) as editor:
        document, other = await written(editor, tmp_path / "d.md", EMPTY, "## What broke"), editor.open(path)
        type_over(editor, document, f"{TEXT}\n", "")
        for above, new, size in (("bone.\n", "\n", 1), ("came by\n", "\n", 1), ("came by\n", "", 0)):
            at = draft.index(above) + len(above)
            editor.replace(other, at, at + size, f"{TEXT}\n{new}")
            await command(editor, other, "reject", "The boats")
            await editor.until(lambda: TEXT not in other.text)
            assert other.text == draft


async def test_a_rejection_at_the_end_of_a_file_is_undone(tmp_path: Path, model: fakes.FakeServer) -> None:
    """The text was moved there before; it has its mark again."""
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", EMPTY, "## What broke")
        type_over(editor, document, f"{TEXT}\n", "")
        end = len(document.text)
        editor.replace(document, end - 1, end, f"\n{TEXT}\n")
        await editor.proposed(document, 1)
        await command(editor, document, "reject", "The boats")
        await editor.proposed(document, 0)
        assert document.text.endswith("said so.\n")
        editor.replace(document, end - 1, end - 1, f"\n{TEXT}")
        await editor.proposed(document, 1)


@pytest.mark.parametrize(("cut", "is_marked"), [("tied the lines twice and went home", False), (TEXT, True)])
async def test_a_part_of_a_sentence_that_was_moved_is_its_authors_once_it_is_saved(
    tmp_path: Path, model: fakes.FakeServer, cut: str, is_marked: bool
) -> None:
    """A run that asks nothing takes out what is saved with a mark, and such words may be anybody's."""
    path, around = tmp_path / "x.md", f"{OTHERS}\nThen we " if not is_marked else f"{OTHERS}\n"
    path.write_text(f"{around}\n")
    async with editing(tmp_path) as editor:
        document, other = await written(editor, tmp_path / "d.md", EMPTY, "## What broke"), editor.open(path)
        type_over(editor, document, cut, "")
        editor.replace(other, len(around), len(around), cut)
        assert "unchecked" in {one.code for one in await editor.diagnostics(other)}
        editor.save(other, path)
    async with editing(tmp_path) as editor:
        other = editor.open(path)
        await asyncio.sleep(1)  # that there is none can't be waited for
        codes = {one.code for one in await editor.diagnostics(other)}
        assert bool(codes & {"unchecked", "proposed"}) == is_marked
