"""Typer's commands, made to start at once and to return exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup


class _AsItIs:
    """Takes a parameter's texts as the command line has them, and keeps Python's types out of the help.

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
        elif annotation in (int, float, list[int]):
            parameter.get_runtime_param = lambda: _Number(parameter)
            parameter._get_number_range_help_str = lambda: None  # `[x>=1]`, which the error tells in words
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda **_: ""
            pieces = parameter.get_usage_pieces  # `{PATH}`; as in other programs, only `[PATH]` has a sign
            parameter.get_usage_pieces = lambda ctx: [re.sub("[{}]", "", one) for one in pieces(ctx)]
        return parameter


class _Number:
    """Reads a number, or several, and says in plain words what is wrong with one."""

    def __init__(self, parameter: Any) -> None:
        self._kind = float if parameter.type_descriptor.annotation is float else int
        self._least, self._most = parameter.min, parameter.max

    def coerce(self, value: Any, **_: Any) -> Any:
        return [*map(self._read, value)] if isinstance(value, tuple | list) else value and self._read(value)

    def _read(self, text: str) -> float:
        try:
            number = self._kind(text)
        except ValueError:
            raise BadParameter(f"{text} is not a {'whole ' * (self._kind is int)}number") from None
        if self._least is not None and not number >= self._least:
            raise BadParameter(f"{text}: must be {self._least} or more")
        if self._most is not None and number > self._most:
            raise BadParameter(f"{text}: must be {self._most} or less")
        return number


class Command(TyperCommand):
    """A command whose plain texts are taken as they are, and whose function returns the exit code."""

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters, those of `--help` among them."""
        return [_AsItIs.take(parameter) for parameter in super().get_params(ctx)]

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and end with the exit code that it returns."""
        ctx.exit(super().invoke(ctx) or 0)


@contextmanager
def _exit_codes() -> Iterator[None]:
    """End with 130 on Ctrl-C, and once nobody reads what is printed with 141.

    Typer would end the latter with 1, and leave the shell's prompt behind `^C`.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("\n" * sys.stderr.isatty(), end="", file=sys.stderr)
        raise SystemExit(130) from None
    except BrokenPipeError:
        # Another end for stdout, since Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(141) from None


class Commands(TyperGroup):
    """The whole command line, whose own options are taken as they are."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Read the arguments; `--help` and `--version` are printed here."""
        with _exit_codes():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _exit_codes():
            return super().invoke(ctx)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands with their whole lines: where the terminal is narrow, they wrap."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.get_short_help_str(1000)) for name, command in commands if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters, those of `--help` among them."""
        return [_AsItIs.take(parameter) for parameter in super().get_params(ctx)]
