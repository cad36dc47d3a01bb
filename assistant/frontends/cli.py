"""The commands, their options and their help; what they do is in the modules beside this one."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from copy import copy as copied
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import __version__
from assistant.adapters import files
from assistant.errors import AssistantError, UsageError
from assistant.frontends import options
from assistant.frontends.typer_commands import Command, Commands

if TYPE_CHECKING:
    from assistant.frontends.expand.running import Show


app = typer.Typer(
    name="assistant",
    cls=Commands,
    help="Finish Markdown drafts in your own voice; each text is a diff to accept or reject.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command_line(name: str = "") -> typer.Typer:
    """Return the command line with only the command `name`, where there is one: to build all takes 10 ms."""
    command_app = copied(app)
    command_app.registered_groups = [group for group in app.registered_groups if group.name == name]
    command_app.registered_commands = [
        command
        for command in app.registered_commands
        if (command.name or getattr(command.callback, "__name__", "")) == name
    ]
    return command_app if command_app.registered_groups or command_app.registered_commands else app


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code; every error becomes one line on stderr."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by who started us
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for what the terminal's encoding lacks
    try:
        command = command_line(*arguments[:1])
        code = command(args=arguments, prog_name="assistant", standalone_mode=True)
        return int(code or 0)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    except AssistantError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        _say(f"{error.filename}: {files.cause(error)}" if error.filename else files.cause(error))
        return 2
    except Exception as error:
        if os.environ.get("ASSISTANT_DEBUG"):
            raise
        _say(f"internal error: {error!r}; nothing was written. ASSISTANT_DEBUG=1 shows the traceback")
        return 2


def _say(line: str) -> None:
    from assistant.core.text.display import one_line

    print(f"assistant: {one_line(line)}", file=sys.stderr)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"assistant {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        from assistant.frontends import overview

        if draft := overview.run():
            raise typer.Exit(run(["review", "--", draft]))


@app.command(cls=Command)
def locate(
    paths: options.Paths,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    form: Annotated[
        str, typer.Option("--format", help="text, json, github or sarif.", metavar="NAME")
    ] = "text",
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if there are gaps.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show doubtful and dismissed gaps too.")] = False,
    ask: Annotated[bool, typer.Option("--ask", help="Let the model look for gaps too.")] = False,
    dismiss: Annotated[
        list[str] | None,
        typer.Option(help="Stop listing this gap: nothing is missing there; repeatable.", metavar="ID"),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="List dismissed gaps again.")] = False,
) -> int:
    """List the gaps in drafts: the places still to be written."""
    if dismiss or forget:
        from assistant.frontends.locate import dismissing

        return dismissing.forget(paths) if forget else dismissing.dismiss(paths, dismiss or [])
    from assistant.frontends import locate as command

    return command.run(paths, format="json" if as_json else form, check=check, show_all=everything, ask=ask)


def _terminal_view() -> Show:
    from assistant.frontends import lines

    return lines.expand


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _refuse_for_several(paths: list[str], **given: Any) -> None:
    """Raise `UsageError` for options that make sense for one draft alone."""
    names = ["-"] * ("-" in paths) + [f"--{name.replace('_', '-')}" for name in given if given[name]]
    if names:
        raise UsageError(f"{names[0]} goes with one draft, not with several or a folder")


@app.command(cls=Command)
@options.with_writing
def expand(
    paths: Annotated[
        list[str], typer.Argument(help="A draft, several, or folders; - reads stdin.", metavar="PATH")
    ],
    writing: options.Writing,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Write without asking, leaving out unsupported sentences.")
    ] = False,
    keep_unsupported: Annotated[
        bool,
        typer.Option(
            "--keep-unsupported",
            help="With --yes or -: keep unsupported sentences, and texts that replace your own words.",
        ),
    ] = False,
    diff: options.Diff = False,
    as_json: options.JsonLines = False,
    dry_run: options.DryRun = False,
    out: options.Out = "",
    force: options.Force = False,
    gap: options.GapIds = None,
    line: options.Lines = None,
    alternatives: Annotated[
        int | None,
        typer.Option(help="Texts to choose from for each gap, up to 9.", min=1, max=9, metavar="N"),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            help="Give up a request that is silent for so long.  [default: 120]", min=1, metavar="SECONDS"
        ),
    ] = None,
    stdin_filename: options.StdinFilename = "",
    context: Annotated[
        str, typer.Option(help="With -: the file that the lines on stdin come from.", metavar="FILE")
    ] = "",
    lines: Annotated[
        str,
        typer.Option(
            help="Only gaps in these lines, such as 12:20; with --context, the lines on stdin.", metavar="A:B"
        ),
    ] = "",
    pass_through: Annotated[
        bool, typer.Option("--pass-through", help="With -: print the input unchanged on errors.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but the reason for a failure.")
    ] = False,
) -> int:
    """Write the gaps of a draft and decide on each; texts for several drafts are kept for a review."""
    from assistant.frontends.expand import opening, output
    from assistant.frontends.expand.running import Running
    from assistant.frontends.progress import QUIET, ended

    if quiet:
        QUIET.set()
    path, *further_paths = paths
    are_several = bool(further_paths) or os.path.isdir(path)
    if are_several:
        _refuse_for_several(
            paths,
            gap=gap,
            line=line,
            out=out,
            diff=diff,
            context=context,
            lines=lines,
            pass_through=pass_through,
            stdin_filename=stdin_filename,
        )
    elif path != "-" and (context or pass_through):
        raise UsageError("--context and --pass-through need - as the path")
    on_terminal = _is_terminal() and path != "-" and not are_several
    has_named_gaps = bool(gap or line or lines)
    running = Running(path, on_terminal, yes, diff, as_json, dry_run, out, force, has_named_gaps)
    opts: dict[str, Any] = dict(alternatives=alternatives, timeout=timeout, keep_unsupported=keep_unsupported)
    if are_several:
        from assistant.frontends.expand import blog

        return ended(blog.run(paths, yes=yes, as_json=as_json, dry_run=dry_run, **writing.settings(**opts)))
    data = opening.read_stdin() if path == "-" else b""
    passes = pass_through and not (diff or as_json or dry_run or out)
    with opening.Filter(data, passes=passes) as stdout:
        if (alternatives or 1) > 1 and not (as_json or dry_run or running.asks):
            raise UsageError(
                "--alternatives needs a terminal to choose on (without --yes or --diff), or --json"
            )
        selected = opening.selected(context, lines, data) if context else None
        workspace = opening.open_workspace(
            path,
            context or stdin_filename,
            data=selected.data if selected else data,
            **writing.settings(is_whole=not has_named_gaps, **opts),
        )
        choose = partial(
            opening.choose_gaps, ids=gap or [], lines=line or [], within=selected.span if selected else lines
        )
        show = _terminal_view() if running.asks else None
        if path == "-" and not (diff or as_json):
            show = partial(output.as_filter, put=stdout.put, passes=pass_through, selected=selected)
        code = running.run(workspace, choose, show)
    # An editor's `:%!` puts stderr into the text, too, where a part that is missing can be seen.
    return code if pass_through and stdout.is_filled and code == 1 else ended(code)


@app.command(cls=Command)
@partial(options.with_writing, but=("instruction", "locate"))
def revise(
    path: options.OneDraft,
    writing: options.Writing,
    lines: Annotated[
        str, typer.Option("--lines", "--line", help="The lines to revise, such as 12:20.", metavar="A:B")
    ] = "",
    instruction: Annotated[str, typer.Option(help="What to change there.", metavar="TEXT")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept and write it.")] = False,
    diff: options.Diff = False,
    as_json: options.JsonLines = False,
    dry_run: options.DryRun = False,
    out: options.Out = "",
    force: options.Force = False,
) -> int:
    """Revise finished text as you instruct; accept or reject the change."""
    from assistant.frontends.expand import opening
    from assistant.frontends.expand.running import Running

    if not (lines and instruction.strip()):
        raise UsageError("revise needs --lines A:B and --instruction, which says what to change")
    running = Running(path, _is_terminal(), yes, diff, as_json, dry_run, out, force, named=True)
    workspace = opening.open_workspace(path, "", **writing.settings(is_whole=False))
    choose = partial(opening.choose_lines, lines=lines, instruction=instruction)
    return running.run(workspace, choose, _terminal_view() if running.asks else None)


@app.command(cls=Command)
@partial(options.with_writing, only=("instruction", "sources", "model", "base_url"))
def prompt(
    path: options.Draft,
    writing: options.Writing,
    gap: options.GapIds = None,
    line: options.Lines = None,
    stdin_filename: options.StdinFilename = "",
) -> int:
    """Print the exact request for each gap, and its tokens."""
    from assistant.frontends.expand import opening, preview

    settings = writing.settings(is_whole=not (gap or line))
    workspace = opening.open_workspace(path, stdin_filename, **settings)
    return preview.show_prompts(workspace, opening.choose_gaps(workspace, gap or [], line or []))


@app.command(cls=Command)
@options.with_writing
def review(
    paths: options.Paths,
    writing: options.Writing,
    plain: Annotated[
        bool, typer.Option("--plain", help="Plain prompts, for screen readers and dumb terminals.")
    ] = False,
    mark: options.Mark = False,
    takeover: Annotated[
        bool, typer.Option("--takeover", help="Take drafts over from another session.")
    ] = False,
) -> int:
    """Review drafts full screen; every decision is saved."""
    from assistant.frontends import review as command

    if plain:
        from assistant.frontends import lines

        view: Callable[[Any], None] = lines.review
    else:
        if not _is_terminal() or os.environ.get("TERM") == "dumb":
            raise UsageError(
                "review needs a terminal; use --plain for simple prompts, or assistant expand with --diff, "
                "--json or --yes in scripts"
            )
        from assistant.frontends import screen

        view = screen.review
    return command.run(paths, view=view, takeover=takeover, **writing.settings(mark=mark))


@app.command("open", cls=Command)
@options.with_writing
def open_(
    writing: options.Writing,
    path: Annotated[str, typer.Argument(help="A draft, or a folder of drafts.", metavar="PATH")] = ".",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")
    ] = True,
    mark: options.Mark = False,
) -> int:
    """Review drafts on a page in your browser, on this machine alone."""
    from assistant.frontends import web

    return web.run(path, browser=browser, **writing.settings(mark=mark))


@app.command(cls=Command)
def status(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Drafts or folders; all drafts if none is given.", metavar="PATH"),
    ] = None,
) -> int:
    """List what is left to decide or write."""
    from assistant.frontends import status

    return status.status(paths or [])


@app.command(cls=Command)
def history(path: options.OneDraft) -> int:
    """List what was written into a draft, when and by which model."""
    from assistant.frontends import status

    return status.history(path)


@app.command(cls=Command)
def undo(path: options.OneDraft) -> int:
    """Undo the last write to a draft."""
    from assistant.frontends import status

    return status.undo(path)


@app.command(cls=Command)
def clean(
    paths: Annotated[list[str] | None, typer.Argument(help="Drafts or folders.", metavar="PATH")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete it about all drafts.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
) -> int:
    """Delete what is stored about drafts: texts and decisions."""
    from assistant.frontends import status

    return status.clean(paths or [], everything=everything, yes=yes)


@app.command(cls=Command)
def unmark(paths: Annotated[list[str], typer.Argument(help="Drafts.", metavar="PATH")]) -> int:
    """Remove the note that says which words a model wrote."""
    from assistant.frontends import status

    return status.unmark(paths)


@app.command(cls=Command)
def lsp() -> int:
    """Serve an editor over stdin and stdout (language server, LSP)."""
    from assistant.frontends import lsp as command

    return command.run()


@app.command(cls=Command)
def acp() -> int:
    """Serve an editor's agent panel over stdin and stdout (ACP)."""
    from assistant.frontends import acp as command

    return command.run()


@app.command(cls=Command)
def voice(
    path: Annotated[str, typer.Argument(help="A draft, or a folder of posts.", metavar="PATH")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Show what the assistant learned about your voice."""
    from assistant.app.voice_report import voice_report
    from assistant.frontends import voice as command

    return command.run(voice_report(path), as_json=as_json)


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
def get(name: _ModelName) -> int:
    """Fetch a model's file."""
    from assistant.frontends import models as command

    return command.get(name)


@_models.command(cls=Command)
def remove(name: _ModelName) -> int:
    """Remove a model's file."""
    from assistant.frontends import models as command

    return command.remove(name)


@_models.command(cls=Command)
def use(name: _ModelName) -> int:
    """Choose a model: write it into your settings."""
    from assistant.frontends import models as command

    return command.use(name)


_batch = typer.Typer(cls=Commands, help="Write gaps overnight, for half the price.", rich_markup_mode=None)
app.add_typer(_batch, name="batch", no_args_is_help=True)
_Folder = Annotated[str, typer.Argument(help="A folder of drafts, or one draft.", metavar="PATH")]


@_batch.command(cls=Command)
@partial(options.with_writing, only=("instruction", "sources", "model", "base_url", "max_cost", "strict"))
def send(
    writing: options.Writing,
    path: _Folder = ".",
    file: Annotated[
        str, typer.Option(help="Write the requests here, for vllm run-batch.", metavar="FILE")
    ] = "",
    dry_run: options.DryRun = False,
) -> int:
    """Send the gaps that have no text yet, after showing the price."""
    from assistant.frontends import batch as command

    return command.send(path, file=file, dry_run=dry_run, **writing.settings(is_whole=False))


@_batch.command("status", cls=Command)
def batch_status(path: _Folder = ".") -> int:
    """Show how far each batch is, and what failed."""
    from assistant.frontends import batch as command

    return command.status(path)


@_batch.command(cls=Command)
def fetch(
    path: _Folder = ".",
    file: Annotated[str, typer.Option(help="A file of results, from vllm run-batch.", metavar="FILE")] = "",
) -> int:
    """Fetch the finished texts; each waits for your decision."""
    from assistant.frontends import batch as command

    return command.fetch(path, file=file)


@_batch.command(cls=Command)
def cancel(path: _Folder = ".") -> int:
    """Cancel a batch; texts that are finished can still be fetched."""
    from assistant.frontends import batch as command

    return command.cancel(path)


_prompts = typer.Typer(cls=Commands, help="Customize the prompt templates.", rich_markup_mode=None)
app.add_typer(_prompts, name="prompts", no_args_is_help=True)


@_prompts.command(cls=Command)
def copy(
    path: Annotated[str, typer.Argument(help="The blog, or a draft in it.", metavar="PATH")] = ".",
) -> int:
    """Copy the templates into the blog's prompts folder, to edit them."""
    from assistant.frontends import prompts as command

    return command.copy(path)
