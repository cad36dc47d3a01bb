"""A decision on a note holds whatever its author writes around it, and no other text goes into its place."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.accepting import accept_texts
from assistant.app.session import Session, open_session
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.review import decide, events
from assistant.core.types import Expanded, Usage, Verdict

BEGIN = "# Moving\n\nWe moved our shop in the spring, and it took us two evenings and one long Sunday.\n\n"
END = "\n\n## The end\n\nThat was all of it for now.\n"
NOTES = {
    "two in a paragraph": (
        "The pool is old. TODO: say who built it. The pump is loud. TODO: name the pump. Both are ours."
    ),
    "markers alone": "The pool is old. TODO. The pump is loud. TODO. Both are ours.",
    "at a paragraph's end": "The pool is old and the pump is loud. TODO: say who built it",
    "a comment in a paragraph": "The pool is old. <!-- TODO: say who built it --> The pump is loud.",
    "in brackets": "The pool is old. [TODO: say who built it] The pump is loud, and it is ours.",
    "in an item": "- The pool is old. TODO: say who built it\n- The pump is loud.",
    "in a quote": "> The pool is old, said he. TODO: say who built it. So it was.\n>\n> The pump is loud.",
    "half a sentence": (
        "The pump is loud. The pool is dry, and nobody who saw it then said that it was because the"
    ),
    "for the author": "The pool is old and it cost TK euros. The pump is loud, and it is ours.",
    "a paragraph": "The pool is old.\n\nTODO: say who built it.\n\nThe pump is loud.",
    "a list": "TODO: say who built it\n- some men from here\n- the pump\n\nThe pump is loud.",
    "a quote in a quote": "> TODO: say who built it\n>> The pool is old.\n\nThe pump is loud.",
    "an item": "- The pool is old.\n- TODO: say who built it\n- The pump is loud.",
    "an empty section": "The pool is old.\n\n### Pumps\n\n### Barns\n\nThe pump is loud.",
    "points": "The pool is old.\n\nExpand each of these:\n\n- Boots\n- Maps of it\n\nThe pump is loud.",
}
CHANGES: dict[str, Callable[[str], str]] = {
    "other words behind": lambda text: text.replace("loud", "very loud"),
    "other words before": lambda text: text.replace("pool is old", "pond is very old"),
    "a sentence before": lambda text: text.replace("The pool is old", "We like it. The pool is old", 1),
    "a sentence behind": lambda text: text.replace("is loud.", "is loud. We are glad of it.", 1),
    "a sentence less": lambda text: re.sub(r"\n- The pump is loud\.|(?<=[.]) The pump is loud\.", "", text),
    "the first sentence less": lambda text: text.replace("The pool is old. ", ""),
    "a paragraph parted": lambda text: text.replace(". The pump", ".\n\nThe pump"),
    "a paragraph joined": lambda text: re.sub(r"\.\n\n(?=T)", ". ", text.removeprefix(BEGIN)).join(
        [BEGIN, ""]
    ),
    "another heading": lambda text: text.replace("## How", "## How we did it"),
    "a heading less": lambda text: text.replace("## How\n\n", ""),
    "a heading more": lambda text: text.replace("## How\n\n", "## How\n\n### Parts\n\n"),
    "moved": lambda text: re.sub(r"(?s)(## How.*?)(?=## The end)(.*)", r"\2\n\1", text),
    "an item less": lambda text: text.replace("- The pool is old.\n", ""),
    "an item more": lambda text: text.replace("- The pump is loud.", "- Mine is new.\n- The pump is loud."),
    "a list parted and longer": lambda text: text.replace("it\n- some", "it\n\n- some").replace(
        "the pump\n", "the pump\n- my own point\n"
    ),
    "a quote parted": lambda text: text.replace("\n>> ", "\n>\n> > "),
    "wrapped": lambda text: text.replace("TODO: say who", "TODO: say\nwho"),
}


def texts(session: Session, text: str) -> None:
    """Offer a text for whatever is missing, and a question for what only the author knows."""
    missing, draft = set(session.missing()), session.workspace.draft
    for gap in (gap for gap in session.workspace.gaps if gap.fillable):
        targets = [one for one in gap.pieces if decide.key_for(gap, one) in missing]
        hunks = [hunk_for(draft, gap, text=text, target=one) for one in targets]
        hunks += [removal(draft, gap)] if hunks and gap.targets else []
        if hunks:
            session.offer(decide.proposal(Expanded(gap, tuple(hunks), "m", Usage())), draft.data)
    session.ask_facts()


def after_a_run(path: Path, changed: str, verdict: Verdict, text: str) -> tuple[str, int]:
    """Decide on all texts, change the draft, and return what a run leaves that asks nobody.

    How many texts it kept out comes as well.
    """
    with closing(open_store()) as store:
        with closing(open_session(workspace.open_draft(str(path)), store)) as session:
            texts(session, text)
            for piece in session.review.shown:
                session.apply(events.Decided(piece.key, verdict, text.encode()))
        path.write_text(changed)
        with closing(open_session(workspace.open_draft(str(path)), store)) as session:
            texts(session, "This is another text.")
            list(accept_texts(session, session.workspace.gaps, keeps_all=True))
            conflicts = session.write().conflicts
            return path.read_text(), len(conflicts)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("notes", NOTES)
def test_what_is_decided_holds_where_the_words_around_it_change(
    notes: str, change: str, home: Path, tmp_path: Path
) -> None:
    """A rejected place stays as it is, and an accepted text is written or kept out, and never another one."""
    path, draft = tmp_path / "draft.md", f"{BEGIN}## How\n\n{NOTES[notes]}{END}"
    if (changed := CHANGES[change](draft)) == draft:
        pytest.skip("nothing changes")
    path.write_text(draft)
    left, _ = after_a_run(path, changed, Verdict.REJECTED, "We built it.")
    assert left == changed
    path = tmp_path / "other.md"
    path.write_text(draft)
    left, kept_out = after_a_run(path, changed, Verdict.EDITED, "We built it.")
    assert "another text" not in left and "We built it" in left and not kept_out


@pytest.mark.parametrize("seed", range(12))
def test_no_run_fills_what_was_rejected_however_its_draft_changes(
    seed: int, home: Path, tmp_path: Path
) -> None:
    rng, path = random.Random(seed), tmp_path / "draft.md"
    sections = rng.sample(sorted(NOTES), 4)
    draft = BEGIN + "\n\n".join(f"## How {at}\n\n{NOTES[one]}" for at, one in enumerate(sections)) + END
    changed = draft
    for change in rng.sample(sorted(CHANGES), 5):
        changed = CHANGES[change](changed)
    path.write_text(draft)
    verdict = rng.choice([Verdict.REJECTED, Verdict.EDITED])
    left, _ = after_a_run(path, changed, verdict, "We built it.")
    assert "another text" not in left
    assert verdict is Verdict.EDITED or left == changed


ALIKE = "The pool is old. {0}\n\nThe pump is loud. {0} The barn is red."
CUTS: dict[str, Callable[[str, str], str]] = {
    "the first": lambda text, note: text.replace(f"old. {note}", "old.").replace(
        "for now.", f"for now. {note}"
    ),
    "the second": lambda text, note: text.replace(f"loud. {note}", "loud.").replace(
        "long Sunday.", f"long Sunday. {note}"
    ),
    "with its sentence": lambda text, note: text.replace(f"The pool is old. {note}\n\n", "").replace(
        "for now.", f"for now. The pool is old. {note}"
    ),
}


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.EDITED])
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("note", ["TODO: say who built it.", "TODO.", "<!-- TODO: say who built it -->"])
def test_of_two_notes_alike_the_one_that_is_put_in_elsewhere_gets_no_other_text(
    note: str, cut: str, verdict: Verdict, home: Path, tmp_path: Path
) -> None:
    path, draft = tmp_path / "draft.md", f"{BEGIN}## How\n\n{ALIKE.format(note)}{END}"
    path.write_text(draft)
    changed = CUTS[cut](draft, note)
    left, _ = after_a_run(path, changed, verdict, "We built it.")
    assert changed.count(note) == 2 and "another text" not in left
    assert left == changed or verdict is Verdict.EDITED
