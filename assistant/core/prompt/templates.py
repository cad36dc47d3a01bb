"""Render prompt templates: Markdown files, which may come from a stranger's repository.

Jinja2's sandbox hides the program's objects from a template. This module also limits endless loops and huge
strings: it counts the turns of loops and calls of macros, and no operator makes a text longer than a prompt
can be.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from assistant.core.text import front_matter
from assistant.errors import TemplateError

MOST_STEPS = 100_000
MOST_CHARACTERS = 1_000_000
"""A template with more of either is an attack, not a prompt."""
_FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError, MemoryError)
"""Errors that a template's expressions may raise."""
_UNBOUNDED_FILTERS = ("center", "format", "indent", "wordwrap", "pprint", "tojson", "xmlattr")


class _Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates for all drafts of a run: compiling the six for one takes 30 ms."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class _Bounded(SandboxedEnvironment):
    intercepted_binops = frozenset(("*", "+", "%", "**"))

    steps = 0

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise SecurityError(f"the operator {operator} is not offered here")
        if operator == "*":
            size = len(left) * right if isinstance(left, str | list | tuple) else 0
            size = max(size, len(right) * left if isinstance(right, str | list | tuple) else 0)
            if size > MOST_CHARACTERS:
                raise SecurityError(f"a text grows beyond {MOST_CHARACTERS:,} characters")
        return _limited(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        loops: Any = tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock))
        for loop in loops:
            tick = nodes.Call(nodes.Name("_tick", "load"), [], [], None, None)
            loop.body.insert(0, nodes.Output([tick]).set_lineno(loop.lineno))
        for concat in tree.find_all(nodes.Concat):  # the operator `~`, which the sandbox does not watch
            concat.nodes = [nodes.Call(nodes.Name("_join", "load"), concat.nodes, [], None, None)]
            concat.set_lineno(concat.lineno)
        tree.set_environment(self)
        return tree

    def tick(self) -> str:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise SecurityError(f"it loops more than {MOST_STEPS:,} times")
        return ""


def _limited(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > MOST_CHARACTERS:
        raise SecurityError(f"a text grows beyond {MOST_CHARACTERS:,} characters")
    return value


def _join(*parts: Any) -> Any:
    return _limited("".join(map(str, parts)))


_SET = re.compile(r"(?m)^(?!---|#)\S")
"""A line of front matter that sets something."""
_LABEL = re.compile(r"(?m)^([^\W\d_][^:{}\n]{2,80}):(?=\s*\{[{%])")
"""`Section: {{ heading }}`: the words before a value, which a model may repeat."""


class Templates:
    """A set of prompt templates by name, such as `system` or `empty-section`."""

    def __init__(self, load: Callable[[str], tuple[str, str]]) -> None:
        """Take `load`, which returns a template's text and file by its name, or raises `KeyError`."""
        self._load = load
        self._files: dict[str, str] = {}
        self._offsets: dict[str, int] = {}
        self._environment = _Bounded(
            undefined=jinja2.StrictUndefined,
            loader=jinja2.FunctionLoader(self._source),
            bytecode_cache=_COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        for name in _UNBOUNDED_FILTERS:
            self._environment.filters.pop(name, None)
        self._environment.globals = {
            "range": self._environment.globals["range"],
            "_tick": self._environment.tick,
            "_join": _join,
        }

    def labels(self, name: str) -> frozenset[str]:
        """Return the words before a colon and a value at the start of a line of the template."""
        text, _ = self._text(name)
        return frozenset(_LABEL.findall(text[_body_start(text) :]))

    def whole_number(self, name: str, key: str, default: int) -> int:
        """Return the number that the front matter of the template `name` sets for `key`, or `default`.

        Raises `TemplateError` for anything but a whole number from 1 to 5,000, and for front matter that
        can't be read.
        """
        text, file = self._text(name)
        block = text[: _body_start(text)]
        values = front_matter.read(block)
        if not values and _SET.search(block):
            raise TemplateError(f"{file}: its front matter can't be read; it is YAML, such as fewest: 80")
        value = values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 5000:
            raise TemplateError(f"{file}: {key} must be a whole number from 1 to 5000")
        return value

    def render(self, name: str, /, **values: object) -> str:
        """Return the template `name` with `values` filled in, without blank lines around it.

        Raises `TemplateError`, which names the file, the line and the available values.
        """
        self._environment.steps = 0
        try:
            text = _limited(self._environment.get_template(name).render(**values))
        except (jinja2.TemplateError, *_FAULTS) as error:
            raise self._explained(name, error, values) from None
        return str(text).strip()

    def _text(self, name: str) -> tuple[str, str]:
        try:
            return self._load(name)
        except KeyError:
            raise TemplateError(f"there is no prompt template {name}.md") from None

    def _source(self, name: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            text, file = self._load(name)
        except KeyError:
            raise jinja2.TemplateNotFound(name, f"there is no prompt template {name}.md") from None
        start = _body_start(text)
        self._files[name], self._offsets[name] = file, text[:start].count("\n")
        return text[start:], name, lambda: True

    def _explained(self, name: str, error: Exception, values: Mapping[str, object]) -> TemplateError:
        template, line = name, getattr(error, "lineno", None)
        for frame, number in traceback.walk_tb(error.__traceback__):
            if "__jinja_template__" in frame.f_globals or frame.f_code.co_filename in self._files:
                template, line = frame.f_code.co_filename, number
        if isinstance(error, jinja2.TemplateSyntaxError):
            template, line = error.name or name, error.lineno
        file = self._files.get(template, self._files.get(name, name))
        at = f", line {line + self._offsets.get(template, 0)}" if line else ""
        message = str(error).split("\n")[0] or type(error).__name__
        if isinstance(error, RecursionError):
            message = "it includes or calls itself without end"
        hint = ""
        if isinstance(error, jinja2.UndefinedError | jinja2.TemplateSyntaxError):
            hint = "; it may use: " + ", ".join(sorted(values))
        return TemplateError(f"{file}{at}: {message}{hint}")


def _body_start(text: str) -> int:
    """Return where the text after the front matter begins."""
    if not text.startswith("---\n"):
        return 0
    end = text.find("\n---\n", 3)
    return end + 5 if end >= 0 else 0
