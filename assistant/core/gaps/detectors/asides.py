"""Find what a directive, a callout or a tag sets aside as a task: `> [!todo]`, `!!! todo`, `:::{todo}`."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.types import GapKind

_NAME = rb"(?i:to-?do|fixme|tbd|stub)"
_NAMES = (b"todo", b"to-do", b"fixme", b"tbd", b"stub")
"""One of the names stands in each task."""
_TASKS = (
    # > [!todo] Title, with the lines of the quote below it
    ("[!", lazy.pattern(rb"\[!" + _NAME + rb"\][-+]?([^\n]*(?:\n[ \t]*>[^\n]*)*)")),
    # !!! todo "Title", with the lines below it that are indented
    ("!!!", lazy.pattern(rb"!!![ \t]+" + _NAME + rb"\b([^\n]*(?:\n(?:[ \t]*\n)*(?: {4}|\t)[^\n]*)*)")),
    # :::{todo}, ```{todo} and ::: todo Title, to the same fence
    *(
        (
            sign * 3,
            lazy.pattern(
                rb"(?sm)(%b+)[ \t]*\{?%b(?![\w-])\}?([^\n]*\n.{0,4000}?)^[ \t]*\1[ \t\r]*$"
                % (sign.encode() * 3, _NAME)
            ),
        )
        for sign in ":`~"
    ),
    # \todo{text} and \todo[inline]{text}
    ("\\", lazy.pattern(rb"\\todo(?:\[[^\]\n]*\])?\{([^{}]*)\}")),
    # {{< todo >}}text{{< /todo >}}, {{% notice todo %}}, {{< callout type="todo" >}},
    # {% todo %}text{% endtodo %}, <Todo>text</Todo>
    (
        "{{",
        lazy.pattern(
            rb"(?s)\{\{[<%%]\s*(todo|(?:admonition|alert|aside|box|callout|hint|notice)"
            rb"(?=\s+(?:[^{}]{0,200}?\btype\s*=\s*)?[\"']?%b[\"']?[\s>%%]))\b[^{}]*(?<!/)[>%%]\}\}"
            rb"((?:(?!\{\{[<%%]\s*\1\b).){0,2000}?)\{\{[<%%]\s*/\s*\1\s*[>%%]\}\}" % _NAME
        ),
    ),
    ("{%", lazy.pattern(rb"(?s)\{%\s*todo\b[^{}]*%\}(.{0,2000}?)\{%\s*endtodo\s*%\}")),
    ("</", lazy.pattern(rb"(?s)<[Tt]odo>(.{0,2000}?)</[Tt]odo>")),
)
"""Signs of each, without which it isn't looked for, and the whole; the last group is what is asked for."""
_MARKS = lazy.pattern(r"(?m)^[ \t]*>?[ \t]*")
"""A quote's marks and blanks at the start of each line."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the tasks that are set aside, each with all that its container holds."""
    data, tasks = layout.data, [pattern for signs, pattern in _TASKS if signs in layout.signs]
    folded = data.lower() if tasks else b""
    if not any(name in folded for name in _NAMES):
        return
    for pattern in tasks:
        for hit in pattern.finditer(data, layout.draft.front_matter.end):
            line = layout.line_start(hit.start(), max(0, hit.start() - 80))
            if data[line : hit.start()].strip(b" \t>") and data[hit.start() : hit.start() + 1] in b"[!:`~":
                continue  # only what opens its line is a container
            start, end = layout.trim(line if data[line : hit.start()].strip() else hit.start(), hit.end())
            leaf = layout.leaf_index(start)
            if leaf >= 0 and layout.leaves[leaf].kind == "CodeBlock" and layout.leaves[leaf].start != start:
                continue  # shown in a block of code, not used
            if leaf >= 0 and data[start : start + 1] in b"\\{<" and layout.mask(leaf, start) == "code":
                continue
            told = _MARKS.sub("", layout.draft.text(hit.span(hit.lastindex or 0))).strip().partition("\n")
            instruction = ": ".join(filter(None, (part.strip(" \n\"'") for part in told)))
            yield Candidate(GapKind.MARKER, start, end, ["set-aside-as-task"], instruction, leaf=leaf)
