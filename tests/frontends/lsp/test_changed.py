"""Undecided text that its author changed in the editor, saved like that, and decided on elsewhere."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import Run
from edited import seeds
from editor import Document, Editor, editing

NOTE = "TODO: say how we found it"
FIRST = "We found the mill by the smoke, and nobody had told us that it was still at work."
SECOND = "Every evening the wheel was stopped, and then the whole valley was quiet until the morning."
DRAFT = f"""# The mill

We walk up to the mill each autumn, and we stay for a week or two.

## Finding it

{NOTE}

## Leaving

We go down by the other road.
"""


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        fake.answer = lambda request: f"{FIRST}\n\n{SECOND}"
        yield fake


async def written(editor: Editor, path: Path) -> Document:
    """Have the note of a new draft written, and return the draft as the editor has it."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(DRAFT)
    document = editor.open(path)
    await editor.run(document, "Write what is missing here")
    await editor.proposed(document, 1)
    return document


def become(editor: Editor, document: Document, text: str) -> None:
    """Type until the buffer holds a text, which the editor tells by comparing it with the one before."""
    editor._become(document, text)


def decided(run: Run, path: Path, answer: str) -> str:
    """Decide in the terminal on the one piece there is, and return the draft."""
    told = run("review", "--plain", path, stdin=f"{answer}\nw\nq\n".encode()).stdout
    assert (b"removed the undecided" in told) == (answer == "r")
    return path.read_text()


CHANGES = {
    "the second paragraph is cut": (f"\n\n{SECOND}", "", NOTE),
    "words behind the last": ("until the morning.", "until the morning. Mine.", f"{NOTE}\n\nMine."),
    "a word inside": ("the whole valley", "the whole long valley", f"{NOTE}\n\nlong"),
    "letters of a word for others": ("stopped", "started", f"{NOTE}\n\nstarted,"),
    "a paragraph for another": (
        SECOND,
        "Mine replaced all of morning.",
        f"{NOTE}\n\nMine replaced all of morning.",
    ),
    "a word for the first": ("We found", "Mine found", f"Mine {NOTE}"),
    "the lines are filled again": (
        f"{FIRST}\n\n{SECOND}",
        f"{FIRST} {SECOND}".replace(" and ", "\nand "),
        NOTE,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_text_that_was_changed_and_saved_undecided_is_decided_on_as_the_file_has_it(
    tmp_path: Path, model: fakes.FakeServer, run: Run, change: str
) -> None:
    """To accept it leaves the file alone; to reject it leaves what is the author's, in the editor too."""
    old, new, left = CHANGES[change]
    own = "Mine" not in new or "all of" in new  # what is typed next to a text doesn't change it
    rejected = DRAFT.replace(NOTE, left)
    paths = [tmp_path / str(number) / "mill.md" for number in range(4)]  # they are no siblings
    async with editing(tmp_path) as editor:
        for path in paths:
            document = await written(editor, path)
            text = document.text.replace(old, new)
            become(editor, document, text)
            editor.save(document, path)
            await editor.proposed(document, 1)
    assert decided(run, paths[0], "a") == text
    assert decided(run, paths[1], "r") == rejected
    async with editing(tmp_path) as editor:
        for path, title, outcome in (
            (paths[2], "Reject" + own * ", keep your own words", rejected),
            (paths[3], "Accept" + own * " with your changes", text),
        ):
            document = editor.open(path)
            await editor.proposed(document, 1)
            await editor.run(document, title)
            await editor.proposed(document, 0)
            assert document.text == outcome
            editor.save(document, path)
    assert not re.search(b"decide|outdated|to write", run("status", tmp_path).stdout)


OWN = "Then Ö{} came by, and we saw it."
"""A sentence that the author types somewhere."""


def changed(chance: random.Random, text: str, number: int) -> str:
    """Return a text with a sentence typed before, in or behind what the model wrote, or words of that cut."""
    first, last = text.index("## Finding it\n\n") + 15, text.index("\n\n## Leaving")
    at, own = chance.choice([first, last, chance.randint(first, last)]), OWN.format(number)
    cuts = [m.span() for m in re.finditer(r"(?<=\s)[a-z ]{3,60}\s", f"{FIRST} {SECOND}")]
    words = [f"{FIRST} {SECOND}"[slice(*one)] for one in cuts]
    if (cut := chance.choice(words)) in text[first:last] and chance.random() < 0.4:
        return text[:first] + text[first:].replace(cut, "", 1)
    typed = chance.choice([own, f"{own} ", f" {own}", f"{own}\n\n", f"\n\n{own}"])
    return text[:at] + typed + text[at:]


@pytest.mark.parametrize("seed", seeds(6))
async def test_whatever_is_typed_around_and_inside_a_text_no_word_of_the_authors_is_lost(
    tmp_path: Path, model: fakes.FakeServer, run: Run, seed: int
) -> None:
    """In either way in which an editor may tell it; the terminal decides on what the file has."""
    chance, texts = random.Random(seed), {}
    async with editing(tmp_path) as editor:
        editor.letter_by_letter = chance.random() < 0.3
        for answer in "ar":
            document = await written(editor, tmp_path / answer / "mill.md")
            for number in range(chance.randint(1, 5)):
                become(editor, document, changed(chance, document.text, number))
            await editor.proposed(document, 1)
            editor.save(document, tmp_path / answer / "mill.md")
            texts[answer] = document.text
    assert decided(run, tmp_path / "a/mill.md", "a") == texts["a"]
    rejected = decided(run, tmp_path / "r/mill.md", "r")
    numbers = [number for number in range(5) if OWN.format(number) in texts["r"]]
    left = rejected
    for number in numbers:
        assert OWN.format(number) in rejected
        left = left.replace(OWN.format(number), " ")
    if texts["r"].count("Ö") == 2 * len(numbers):  # none was typed inside another
        assert left.split() == DRAFT.split()
    assert "\n\n## Leaving\n\nWe go down by the other road.\n" in rejected
