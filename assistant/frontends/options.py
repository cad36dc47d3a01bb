"""The arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

Paths = Annotated[list[str], typer.Argument(help="Drafts, or folders of drafts.", metavar="PATH")]
OneDraft = Annotated[str, typer.Argument(help="A draft.", metavar="PATH")]
Draft = Annotated[str, typer.Argument(help="A draft; - reads it from stdin.", metavar="PATH")]
Model = Annotated[
    str, typer.Option(help="A model of the server or of `assistant models`, or a .gguf file.", metavar="NAME")
]
BaseUrl = Annotated[str, typer.Option(help="An OpenAI-compatible server, ending in /v1.", metavar="URL")]
GapIds = Annotated[
    list[str] | None,
    typer.Option("--gap", help="Only this gap, by its ID from locate --json; repeatable.", metavar="ID"),
]
Lines = Annotated[
    list[int] | None,
    typer.Option("--line", help="Only the gap or bullet at this line; repeatable.", min=1, metavar="N"),
]
Instruction = Annotated[str, typer.Option(help="An instruction for every gap.", metavar="TEXT")]
StdinFilename = Annotated[str, typer.Option(help="With -: the path of the draft on stdin.", metavar="PATH")]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--with", help="Notes, web pages or PDFs to write from, or globs; repeatable.", metavar="FILE"
    ),
]
Out = Annotated[str, typer.Option("-o", "--out", help="Write to this file instead.", metavar="FILE")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file that --out names.")]
Diff = Annotated[bool, typer.Option("--diff", help="Print a unified diff; write nothing.")]
JsonLines = Annotated[bool, typer.Option("--json", help="Print JSON Lines; write nothing.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show tokens and cost; send nothing.")]
Strict = Annotated[bool, typer.Option("--strict", help="Offer only texts without warnings.")]
MaxCost = Annotated[
    float | None, typer.Option(help="Spend at most this many US dollars.", min=0, metavar="USD")
]
Mark = Annotated[bool, typer.Option("--mark", help="Note in the draft which words a model wrote.")]


@dataclass(frozen=True)
class Writing:
    """The options of every command that has texts written, by the settings that they are."""

    instruction: Instruction = ""
    sources: Sources = None
    jobs: Annotated[
        int | None, typer.Option(help="Requests at the same time.  [default: 4]", min=1, metavar="N")
    ] = None
    model: Model = ""
    base_url: BaseUrl = ""
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens per answer.", min=1, metavar="N")] = None
    strict: Strict = False
    verify: Annotated[
        bool, typer.Option("--verify", help="Ask the model what it made up: one more request per text.")
    ] = False
    max_cost: MaxCost = None
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again instead of using stored answers.")] = False
    locate: Annotated[
        bool | None,
        typer.Option(
            "--ask/--no-ask",
            help="Let the model look for gaps too.  [default: if it is capable]",
            show_default=False,
        ),
    ] = None

    def settings(self, *, is_whole: bool = True, **options: Any) -> dict[str, Any]:
        """Return the fields of `Settings`; the author who names a place need not have it found."""
        locator = "model" if self.locate else "local"
        locate = "" if self.locate is None and is_whole else locator
        return vars(self) | options | {"sources": tuple(self.sources or ()), "locate": locate}


_SHARED = signature(Writing, eval_str=True).parameters


def with_writing(
    command: Callable[..., int], *, only: Container[str] = _SHARED, but: Container[str] = ()
) -> Callable[..., int]:
    """Give a command the options of `Writing`, or some, behind its own; it takes them as `writing`."""
    shared = {name: parameter for name, parameter in _SHARED.items() if name in only and name not in but}
    parameters = [p for p in signature(command, eval_str=True).parameters.values() if p.name != "writing"]

    @wraps(command)
    def run(**values: Any) -> int:
        writing = Writing(**{name: values.pop(name) for name in shared})
        return command(**values, writing=writing)

    all_parameters = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in (*parameters, *shared.values())]
    run.__signature__ = Signature(all_parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in all_parameters}
    del run.__wrapped__
    return run
