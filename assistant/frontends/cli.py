"""The commands, their options and their help; what they do stands in the modules beside this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from assistant import __version__
from assistant.errors import AssistantError, UsageError


class _AsItIs:
    """Takes a parameter's texts as the command line has them.

    Typer has pydantic check even plain texts and `--help`, and to import it takes longer than all of
    `locate`. Where a version of Typer does not ask `get_runtime_param`, nothing changes.
    """

    @staticmethod
    def coerce(value: Any, **_: Any) -> Any:
        return list(value) if isinstance(value, tuple) else value

    @classmethod
    def take(cls, parameter: Any) -> Any:
        annotation = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
        if annotation in (str, bool, list[str]):
            parameter.get_runtime_param = lambda: cls
        return parameter


class Command(TyperCommand):
    """A command whose plain texts are taken as they are."""

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters, those of `--help` among them."""
        return [_AsItIs.take(parameter) for parameter in super().get_params(ctx)]


class Commands(TyperGroup):
    """The whole command line, whose own options are taken as they are."""

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters, those of `--help` among them."""
        return [_AsItIs.take(parameter) for parameter in super().get_params(ctx)]


app = typer.Typer(
    name="assistant",
    cls=Commands,
    help="Finishes Markdown drafts in the author's own voice, as diffs to accept or refuse.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


Paths = Annotated[list[str], typer.Argument(help="Drafts or folders of drafts.", metavar="PATH...")]
Draft = Annotated[str, typer.Argument(help="A draft; - reads it from standard input.", metavar="PATH")]
Model = Annotated[
    str, typer.Option(help="A server's name for a model, a .gguf file, or built-in.", metavar="NAME")
]
BaseUrl = Annotated[str, typer.Option(help="An OpenAI-compatible server, up to /v1.", metavar="URL")]
GapIds = Annotated[list[str] | None, typer.Option("--gap", help="Only this gap; may be given again.")]
Line = Annotated[int | None, typer.Option(help="Only the gap at this line.", min=1)]
Instruction = Annotated[str, typer.Option(help="What you ask for besides, in your own words.")]
StdinFilename = Annotated[
    str, typer.Option(help="Where the draft on standard input belongs.", metavar="PATH")
]


def run(arguments: list[str]) -> int:
    """Effect: runs a command line and returns its exit code; every error becomes one line on stderr."""
    try:
        code = app(args=arguments, prog_name="assistant", standalone_mode=True)
        return int(code or 0)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    except AssistantError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted; nothing was written")
        return 130
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            return _reader_gone()
        _say(f"{error.filename or 'the system'}: {(error.strerror or str(error)).lower()}")
        return 2
    except Exception as error:
        if os.environ.get("ASSISTANT_DEBUG"):
            raise
        _say(f"internal error: {error!r}; nothing was written. ASSISTANT_DEBUG=1 shows where it was")
        return 2


def _reader_gone() -> int:
    """Effect: gives stdout another end, since Python would complain once more when it closes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 141


def _say(line: str) -> None:
    from assistant.core.text.display import one_line

    print(f"assistant: {one_line(line)}", file=sys.stderr)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"assistant {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    pass


@app.command(cls=Command)
def locate(
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    form: Annotated[str, typer.Option("--format", help="text, json, github or sarif.")] = "text",
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 while gaps remain.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Doubtful gaps too.")] = False,
) -> None:
    """Show what is unwritten in drafts."""
    from pathlib import Path

    from assistant.adapters import files, settings, wordlists
    from assistant.frontends import locate as command

    chosen = settings.gather(files.blog_root(Path(os.path.abspath(paths[0]))))
    known = wordlists.load_words(markers=chosen.markers, ignore=chosen.ignore)
    shape = "json" if as_json else form
    raise typer.Exit(command.run(paths, format=shape, check=check, show_all=everything, words=known))


@app.command(cls=Command)
def expand(
    path: Draft,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept everything and write it.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print a unified diff; write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines; write nothing.")] = False,
    gap: GapIds = None,
    line: Line = None,
    instruction: Instruction = "",
    out: Annotated[str, typer.Option("-o", "--out", help="Write here instead.", metavar="FILE")] = "",
    jobs: Annotated[int | None, typer.Option(help="Requests at the same time (4).")] = None,
    model: Model = "",
    base_url: BaseUrl = "",
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens of one answer.", min=1)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask nobody; show tokens and cost.")] = False,
    stdin_filename: StdinFilename = "",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what a check warns of.")] = False,
    max_cost: Annotated[
        float | None, typer.Option(help="Send nothing that would cost more US dollars.", min=0, metavar="USD")
    ] = None,
    alternatives: Annotated[
        int | None, typer.Option(help="Texts for each gap to choose from.", min=1, max=9)
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for a server (120).", min=1)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again, whatever was answered before.")] = False,
    context: Annotated[
        str, typer.Option(help="The file that the lines on standard input stand in.", metavar="FILE")
    ] = "",
    lines: Annotated[
        str, typer.Option(help="Which lines of it they are, such as 12:20.", metavar="A:B")
    ] = "",
    pass_through: Annotated[
        bool, typer.Option("--pass-through", help="With -, print the input as it was on errors.")
    ] = False,
) -> None:
    """Have the gaps of a draft written, and accept or refuse each piece."""
    from assistant.frontends import expand as command

    if sum((yes, diff, as_json, dry_run)) > 1:
        raise UsageError("--yes, --diff, --json and --dry-run exclude one another; choose one")
    if path != "-" and (context or lines or pass_through):
        raise UsageError("--context, --lines and --pass-through go with - as the path")
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty() and path != "-"
    is_choosing = as_json or dry_run or (on_terminal and not (yes or diff))
    data = command.read_stdin() if path == "-" else b""
    with command.passed_through(data, wanted=pass_through and not (diff or as_json or dry_run or out)):
        if (alternatives or 1) > 1 and not is_choosing:
            raise UsageError(
                "--alternatives is for choosing: on a terminal without --yes or --diff, or with --json"
            )
        marked = command.selected(context, lines, data) if context or lines else None
        workspace = command.opened(
            path,
            context or stdin_filename,
            data=marked.data if marked else data,
            base_url=base_url,
            model=model,
            jobs=jobs,
            max_tokens=max_tokens,
            strict=strict,
            max_cost=max_cost,
            alternatives=alternatives,
            timeout=timeout,
            fresh=fresh,
        )
        gaps = command.chosen(workspace, gap or [], line, marked=marked)
    if dry_run:
        raise typer.Exit(command.dry_run(workspace, gaps, instruction))
    show: Callable[..., int]
    if as_json:
        show = command.as_json
    elif path == "-" and not diff:
        show = partial(command.as_filter, marked=marked, pass_through=pass_through)
    elif yes or (out and not on_terminal and not diff):
        show = command.accept_all
    elif diff or not on_terminal:
        show = command.as_diff
    else:
        from assistant.frontends import lines as line_by_line

        show = line_by_line.expand
    with command.passed_through(data, wanted=pass_through and not (diff or as_json or out)):
        code = command.run(workspace, gaps, instruction=instruction, out=out, show=show)
    raise typer.Exit(code)


@app.command(cls=Command)
def prompt(
    path: Draft,
    gap: GapIds = None,
    line: Line = None,
    instruction: Instruction = "",
    model: Model = "",
    base_url: BaseUrl = "",
    stdin_filename: StdinFilename = "",
) -> None:
    """Print exactly what would be sent for a draft's gaps, and how many tokens it has."""
    from assistant.frontends import expand as command

    workspace = command.opened(path, stdin_filename, base_url=base_url, model=model)
    raise typer.Exit(command.show_prompts(workspace, command.chosen(workspace, gap or [], line), instruction))


@app.command(cls=Command)
def review(
    paths: Paths,
    plain: Annotated[
        bool, typer.Option("--plain", help="Simple prompts, for screen readers and dumb terminals.")
    ] = False,
    mark: Annotated[
        bool, typer.Option("--mark", help="Note in the draft which words came from a model.")
    ] = False,
    takeover: Annotated[bool, typer.Option("--takeover", help="Take drafts from another session.")] = False,
    jobs: Annotated[int | None, typer.Option(help="Requests at the same time (4).")] = None,
    model: Model = "",
    base_url: BaseUrl = "",
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens of one answer.", min=1)] = None,
) -> None:
    """Decide the pieces of drafts one by one, full screen; nothing is ever lost."""
    from assistant.frontends import review as command

    if plain:
        from assistant.frontends import lines

        view: Callable[[Any], None] = lines.review
    else:
        if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
            raise UsageError(
                "review needs a terminal; use --plain for simple prompts, or assistant expand with --diff, "
                "--json or --yes in scripts"
            )
        from assistant.frontends import screen

        view = screen.review
    options = {"jobs": jobs, "model": model, "base_url": base_url, "max_tokens": max_tokens}
    raise typer.Exit(command.run(paths, view=view, mark=mark, takeover=takeover, options=options))


@app.command(cls=Command)
def status(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Drafts; all that are kept.", metavar="PATH")
    ] = None,
) -> None:
    """Tell what waits to be decided or written."""
    from assistant.frontends import status

    raise typer.Exit(status.status(paths or []))


@app.command(cls=Command)
def history(path: Annotated[str, typer.Argument(help="A draft.", metavar="PATH")]) -> None:
    """Tell what was written into a draft, when, and from which model."""
    from assistant.frontends import status

    raise typer.Exit(status.history(path))


@app.command(cls=Command)
def undo(path: Annotated[str, typer.Argument(help="A draft.", metavar="PATH")]) -> None:
    """Put the last write of a draft back."""
    from assistant.frontends import status

    raise typer.Exit(status.undo(path))


@app.command(cls=Command)
def clean(
    paths: Annotated[list[str] | None, typer.Argument(help="Drafts.", metavar="PATH")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every draft.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
) -> None:
    """Forget what is kept of drafts: proposals, decisions and earlier texts."""
    from assistant.frontends import status

    raise typer.Exit(status.clean(paths or [], everything=everything, yes=yes))


@app.command(cls=Command)
def unmark(paths: Annotated[list[str], typer.Argument(help="Drafts.", metavar="PATH...")]) -> None:
    """Take the note of which words came from a model out of drafts again."""
    from assistant.frontends import status

    raise typer.Exit(status.unmark(paths))


@app.command(cls=Command)
def lsp() -> None:
    """Serve an editor over stdin and stdout (Language Server Protocol)."""
    from assistant.frontends import lsp as command

    raise typer.Exit(command.run())


@app.command(cls=Command)
def acp() -> None:
    """Serve an editor's agent panel over stdin and stdout (Agent Client Protocol)."""
    from assistant.frontends import acp as command

    raise typer.Exit(command.run())


@app.command(cls=Command)
def voice(
    path: Annotated[str, typer.Argument(help="A draft, or a folder of posts.", metavar="PATH")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what was learnt of your voice, from which posts, and where it can be seen."""
    from assistant.app.portrait import portrait
    from assistant.frontends import voice as command

    raise typer.Exit(command.run(portrait(path), as_json=as_json))


_models = typer.Typer(
    cls=Commands, help="List, fetch and choose the models that run on this machine.", rich_markup_mode=None
)
app.add_typer(_models, name="models", invoke_without_command=True)
_ModelName = Annotated[
    str, typer.Argument(help="A name from `assistant models`, or hf:OWNER/REPO:QUANT.", metavar="NAME")
]


@_models.callback()
def models(context: typer.Context) -> None:
    """List, fetch and choose the models that run on this machine."""
    from assistant.frontends import models as command

    if context.invoked_subcommand is None:
        raise typer.Exit(command.table())


@_models.command(cls=Command)
def get(name: _ModelName) -> None:
    """Fetch a model's file."""
    from assistant.frontends import models as command

    raise typer.Exit(command.get(name))


@_models.command(cls=Command)
def remove(name: _ModelName) -> None:
    """Remove a model's file."""
    from assistant.frontends import models as command

    raise typer.Exit(command.remove(name))


@_models.command(cls=Command)
def use(name: _ModelName) -> None:
    """Choose a model: write it into your settings."""
    from assistant.frontends import models as command

    raise typer.Exit(command.use(name))


_prompts = typer.Typer(cls=Commands, help="Work on the prompt templates.", rich_markup_mode=None)
app.add_typer(_prompts, name="prompts", no_args_is_help=True)


@_prompts.callback()
def _prompts_options() -> None:
    pass


@_prompts.command(cls=Command)
def copy(
    path: Annotated[str, typer.Argument(help="The blog, or a draft in it.", metavar="[PATH]")] = ".",
) -> None:
    """Put the prompt templates into the blog's prompts folder, for you to edit."""
    from pathlib import Path

    from assistant.adapters import files, settings

    root = files.blog_root(Path(os.path.abspath(path)))
    written, kept = files.copy_templates(root, folder=settings.gather(root).prompts)
    for name in written:
        typer.echo(os.path.relpath(name))
    if kept:
        _say(f"{len(kept)} left as they were: {', '.join(os.path.basename(name) for name in kept)}")
