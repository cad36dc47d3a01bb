"""Takes out of an expansion what the programs that build or show a page would obey, beside HTML.

kramdown, Obsidian, Templater, MDX and notebooks read commands from what CommonMark takes for plain text. A
model that was led astray could hide a page, show another file or run code with one; the author's own stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context

_FENCE = re.compile(r"(?m)^[ \t]*(`{3,}|~{3,})([^\n]*)$")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|(?<![\\$])\$[^$\n]+\$(?!\d)|(?s:\$\$.*?\$\$)")
_COMMANDS = re.compile(
    r"""
    \{::?[^}\n]*\}                              # kramdown's options, comments and attributes
    | (?<!\w)%%.*?(?:%%|\Z)                     # a comment in Obsidian, to the page's end if it is open
    | <%.*?(?:%>|\Z)                            # Templater, ERB
    | ^[ ]{0,3}\*\[[^\]\n]+\]:[^\n]*\n?         # an abbreviation, for every such word of the page
    | !\[\[[^\]\n]*\]\]                         # another file, embedded
    """,
    re.X | re.S | re.M,
)
_WIKI_LINK = re.compile(r"(?<![!\w])\[\[(?:[^\]|\n]*\|)?([^\]|\n]*)\]\]")
_MODULE = re.compile(
    r"(?m)^(?:import\s+(?:[\w*{][^\n]*\bfrom\s*)?[\"'][^\n]*|export\s+(?:default|const|let|var|function|async|class|\{|\*)[^\n]*)\n?"
)
_EXPRESSION = re.compile(r"(?<!\\)\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_RUN = re.compile(r"\{+\s*[.=]?(?P<name>[\w+-]*)[^}\n]*\}*|(?P<query>dataview(?:js)?|templater|tasks)\b.*")
_PLAIN = {"dataviewjs": "js", "dataview": "text", "templater": "text", "tasks": "text"}


def without_commands(text: str, context: Context) -> str:
    """Return `text` without commands that aren't the author's; the words of a link to a note stay."""
    pieces = []
    for part, is_code in _parts(text):
        pieces.append(_plain_fence(part, context) if is_code else _without(part, context))
    return "".join(pieces)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into what stands outside fences, and blocks of code with their fences."""
    position, fence = 0, ""
    for found in _FENCE.finditer(text):
        if not fence:
            yield text[position : found.start()], False
            position, fence = found.start(), found[1]
        elif found[1].startswith(fence) and not found[2].strip():
            yield text[position : found.end()], True
            position, fence = found.end(), ""
    yield text[position:], bool(fence)


def _plain_fence(block: str, context: Context) -> str:
    """Return a block of code whose first line names a language and nothing that would run it."""
    first, newline, rest = block.partition("\n")
    found = _FENCE.match(first)
    run = found and _RUN.match(found[2].strip())
    if not found or not run or first.strip() in context.everything:
        return block
    language = _PLAIN.get(run["query"] or "", run["name"] or "")
    return first[: found.start(2)] + language + newline + rest


def _without(text: str, context: Context) -> str:
    """Take commands away outside of code in a line and of formulas."""

    def judged(found: re.Match[str]) -> str:
        return found[0] if found[0].strip() in context.everything else ""

    def words(found: re.Match[str]) -> str:
        return found[0] if found[0] in context.everything else found[1]

    kept: list[str] = []

    def aside(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    text = _SPAN.sub(aside, text)
    text = _WIKI_LINK.sub(words, _COMMANDS.sub(judged, text))
    if "%%" not in context.everything:
        text = text.replace("%%", "%")  # behind a word it opens a comment as well, but is meant as a sign
    if context.is_mdx:
        text = _EXPRESSION.sub(judged, _MODULE.sub(judged, text))
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)
