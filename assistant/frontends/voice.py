"""The `voice` command: shows what was learned of an author, from which posts, and where it can be seen."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from assistant.app.voice_report import VoiceReport
from assistant.core.text.display import counted, one_line, shortened
from assistant.frontends.progress import tell

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.core.voice import Exemplar

_EXAMPLE = 110
"""Characters of an example that are shown on a terminal."""


def run(report: VoiceReport, *, as_json: bool) -> int:
    """Print a voice report and return the exit code: 1 where there was nothing to learn from."""
    if as_json:
        print(json.dumps(_fields(report), ensure_ascii=True, indent=2))
    elif report.corpus.words:
        _show(report)
    if report.corpus.words:
        return 0
    tell(f"{report.path}: no finished text to learn from")
    return 1


def _show(report: VoiceReport) -> None:
    """Print the report, by Python's own means: Rich would end with 1 where nobody reads it any more."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    with console.capture() as capture:
        _write(report, console)
    print("\n".join(map(str.rstrip, capture.get().rstrip("\n").split("\n"))))


def _write(report: VoiceReport, console: Console) -> None:
    """Write the habits as a table, and the posts under it."""
    from rich.table import Table
    from rich.text import Text

    corpus = report.corpus
    posts = counted(len(corpus.sources), "post")
    sections = counted(len(corpus.sections), "finished section")
    title = Text("The voice of ", "bold").append(one_line(report.path), "bold cyan")
    console.print(
        title.append(f"\nfrom {posts}, {sections}, {counted(corpus.words, 'word')}\n", "not bold dim")
    )
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=12)
    table.add_column(overflow="fold")
    for habit in report.habits:
        cell = Text(one_line(habit.value))
        for example in habit.examples:
            cell.append(f"\n“{shortened(example.text, _EXAMPLE)}”", "italic green")
            cell.append(f"  {one_line(_relative(example.path))}:{example.line}", "dim")
        table.add_row(Text(habit.name, "bold"), cell)
    console.print(table)
    console.print(Text("\nLearned from", "bold"))
    sources = Table.grid(padding=(0, 2, 0, 0))
    sources.add_column(justify="right", no_wrap=True)
    sources.add_column(overflow="fold")
    for source in sorted(corpus.sources, key=lambda s: -s.words)[:20]:
        cell = Text(one_line(source.title)).append(f"  {one_line(_relative(source.path))}", "dim")
        sources.add_row(Text(counted(source.words, "word"), "dim"), cell)
    if len(corpus.sources) > 20:
        sources.add_row("", Text(f"and {len(corpus.sources) - 20} more", "dim"))
    console.print(sources)
    if report.lessons.edits or report.lessons.avoided_phrases:
        console.print(Text("\nLearned from your decisions", "bold"))
    for exemplar in report.lessons.edits[:20]:
        words = f"“{shortened(exemplar.text, _EXAMPLE)}”"
        line = Text("  edited by you: ").append(words, "italic green")
        console.print(line.append(f"  {one_line(exemplar.heading)}", "dim"))
    if report.lessons.avoided_phrases:
        turns = ", ".join(f"“{one_line(turn)}”" for turn in report.lessons.avoided_phrases)
        console.print(Text(f"  avoided, as you turned it down: {turns}"))
    if report.shown:
        console.print(Text("\nShown to the model for this draft", "bold"))
    for exemplar in report.shown:
        console.print(Text(f"  {one_line(exemplar.heading)}  ").append(one_line(exemplar.post), "dim"))


def _fields(report: VoiceReport) -> dict[str, Any]:
    corpus = report.corpus
    habits = {
        habit.name: {
            "value": habit.value,
            "counts": dict(habit.counts),
            "examples": [{"path": p.path, "line": p.line, "text": p.text} for p in habit.examples],
        }
        for habit in report.habits
    }
    return {
        "path": report.path,
        "language": corpus.language,
        "words": corpus.words,
        "sections": len(corpus.sections),
        "posts": [source._asdict() for source in corpus.sources],
        "habits": habits,
        "avoided": list(report.lessons.avoided_phrases),
        "edited": [_exemplar(exemplar) for exemplar in report.lessons.edits],
        "exemplars": [_exemplar(exemplar) for exemplar in report.shown],
    }


def _exemplar(exemplar: Exemplar) -> dict[str, str]:
    return {"post": exemplar.post, "heading": exemplar.heading, "form": exemplar.form, "text": exemplar.text}


def _relative(path: str) -> str:
    """Return a path as a reader in the current folder would write it, where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return relative if len(relative) < len(path) else path
