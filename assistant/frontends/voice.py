"""The `voice` command: shows what was learnt of an author, from which posts, and where it can be seen."""

from __future__ import annotations

import json
import os
from typing import Any

from assistant.app.portrait import Portrait
from assistant.core.text.display import counted, one_line
from assistant.frontends.progress import tell

_EXAMPLE = 110
"""Characters of an example that are shown on a terminal."""


def run(portrait: Portrait, *, as_json: bool) -> int:
    """Print a portrait and return the exit code: 1 where there was nothing to learn from."""
    if as_json:
        print(json.dumps(_fields(portrait), ensure_ascii=True, indent=2))
    elif portrait.reading.words:
        _show(portrait)
    if portrait.reading.words:
        return 0
    tell(f"{portrait.path}: no finished text to learn from")
    return 1


def _show(portrait: Portrait) -> None:
    """Print the habits as a table, and the posts under it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    reading = portrait.reading
    posts = counted(len(reading.sources), "post")
    sections = counted(len(reading.sections), "finished section")
    title = Text("The voice of ", "bold").append(one_line(portrait.path), "bold cyan")
    console.print(
        title.append(f"\nfrom {posts}, {sections}, {counted(reading.words, 'word')}\n", "not bold dim")
    )
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=12)
    table.add_column(overflow="fold")
    for habit in portrait.habits:
        said = Text(one_line(habit.value))
        for example in habit.examples:
            said.append(f"\n{_shortened(example.text)}", "italic green")
            said.append(f"  {one_line(_relative(example.path))}:{example.line}", "dim")
        table.add_row(Text(habit.name, "bold"), said)
    console.print(table)
    console.print(Text("\nLearned from", "bold"))
    listed = Table.grid(padding=(0, 2, 0, 0))
    listed.add_column(justify="right", no_wrap=True)
    listed.add_column(overflow="fold")
    for source in sorted(reading.sources, key=lambda s: -s.words)[:20]:
        said = Text(one_line(source.title)).append(f"  {one_line(_relative(source.path))}", "dim")
        listed.add_row(Text(counted(source.words, "word"), "dim"), said)
    if len(reading.sources) > 20:
        listed.add_row("", Text(f"and {len(reading.sources) - 20} more", "dim"))
    console.print(listed)
    if portrait.lessons.edited or portrait.lessons.avoided:
        console.print(Text("\nLearned from your decisions", "bold"))
    for exemplar in portrait.lessons.edited[:20]:
        edited = Text("  edited by you: ").append(_shortened(exemplar.text), "italic green")
        console.print(edited.append(f"  {one_line(exemplar.heading)}", "dim"))
    if portrait.lessons.avoided:
        turns = ", ".join(f"“{one_line(turn)}”" for turn in portrait.lessons.avoided)
        console.print(Text(f"  avoided, as you turned it down: {turns}"))
    if portrait.shown:
        console.print(Text("\nShown to the model for this draft", "bold"))
    for exemplar in portrait.shown:
        console.print(Text(f"  {one_line(exemplar.heading)}  ").append(one_line(exemplar.post), "dim"))


def _fields(portrait: Portrait) -> dict[str, Any]:
    reading = portrait.reading
    habits = {
        habit.name: {
            "value": habit.value,
            "counts": dict(habit.counts),
            "examples": [{"path": p.path, "line": p.line, "text": p.text} for p in habit.examples],
        }
        for habit in portrait.habits
    }
    return {
        "path": portrait.path,
        "language": reading.language,
        "words": reading.words,
        "sections": len(reading.sections),
        "posts": [source._asdict() for source in reading.sources],
        "habits": habits,
        "avoided": list(portrait.lessons.avoided),
        "edited": [
            {"post": e.post, "heading": e.heading, "form": e.form, "text": e.text}
            for e in portrait.lessons.edited
        ],
        "exemplars": [
            {"post": e.post, "heading": e.heading, "form": e.form, "text": e.text} for e in portrait.shown
        ],
    }


def _shortened(text: str) -> str:
    text = one_line(text)
    return f"“{text if len(text) <= _EXAMPLE else text[: _EXAMPLE - 1].rsplit(' ', 1)[0] + '…'}”"


def _relative(path: str) -> str:
    """Return a path as a reader in the current folder would write it, where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return relative if len(relative) < len(path) else path
