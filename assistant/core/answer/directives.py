"""Take out of an answer what the programs that build or show a page would obey, HTML aside.

kramdown, Obsidian, Templater, MDX and notebooks read commands from what CommonMark takes for plain text. A
model that was led astray could hide a page, show another file or run code with one; the author's own stay.
"""

from __future__ import annotations

import re

from assistant.core.checks.context import Context
from assistant.core.text.code import code, without_code, without_formulas

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
_SIGN = re.compile(r"(%)%")
"""After a word it opens a comment as well, but is meant as a sign: `By 50%% more`."""
_WIKI_LINK = re.compile(r"(?<![!\w])\[\[(?:[^\]|\n]*\|)?([^\]|\n]*)\]\]")
"""Obsidian's link to a note, `[[note|words]]`; the words, or the note's name, are the group."""
_MODULE = re.compile(
    r"(?m)^(?:import\s+(?:[\w*{][^\n]*\bfrom\s*)?[\"'][^\n]*|export\s+(?:default|const|let|var|function|async|class|\{|\*)[^\n]*)\n?"
)
"""MDX runs these lines: `import Chart from './chart'`, `export const x = 1`."""
_EXPRESSION = re.compile(r"(?<!\\)\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
"""MDX runs what is in braces, such as `{props.name}`, and two levels of braces in them."""
_RUN = re.compile(r"\{+\s*[.=]?(?P<name>[\w+-]*)[^}\n]*\}*|(?P<query>dataview(?:js)?|templater|tasks)\b.*")
"""What has a block of code run: `{r, echo=FALSE}` of notebooks, `dataviewjs` of Obsidian."""
_PLAIN = {"dataviewjs": "js", "dataview": "text", "templater": "text", "tasks": "text"}


def without_commands(text: str, context: Context) -> str:
    """Return `text` without commands that aren't the author's; the words of a link to a note stay."""
    text = _with_plain_fences(text, context)
    judged = [_COMMANDS, *((_MODULE, _EXPRESSION) if context.is_mdx else ())]
    for pattern in judged:
        text = _without(pattern, text, context)
    text = _without(_WIKI_LINK, text, context, group=1)
    if "%%" not in context.everything:
        text = _without(_SIGN, text, context, group=1)
    return text


def _with_plain_fences(text: str, context: Context) -> str:
    """Return `text` with blocks of code whose fences name a language and nothing that would run it."""
    for block in reversed(code(text)):
        run = _RUN.match(block.info) if block.is_block else None
        opening, newline, rest = text[block.start :].partition("\n")
        if run and opening.strip() not in context.everything:
            language = _PLAIN.get(run["query"] or "", run["name"] or "")
            text = text[: block.start] + block.fence + language + newline + rest
    return text


def _without(pattern: re.Pattern[str], text: str, context: Context, *, group: int = 0) -> str:
    """Take away what a pattern finds outside of code and formulas, all but its `group`; what is own stays."""
    for match in reversed(list(pattern.finditer(without_formulas(without_code(text))))):
        start, end = match.span()
        if text[start:end].strip() not in context.everything:
            text = text[:start] + (text[slice(*match.span(group))] if group else "") + text[end:]
    return text
