"""Take out of an answer what the programs that build or show a page would obey, HTML aside.

kramdown, Obsidian, Templater, MDX and notebooks read commands from what CommonMark takes for plain text. A
model that was led astray could hide a page, show another file or run code with one; the author's own stay.
"""

from __future__ import annotations

from assistant.core.checks.context import Context
from assistant.core.text.code import code, without_code, without_formulas

_PLAIN = {"dataviewjs": "js", "dataview": "text", "templater": "text", "tasks": "text"}


def without_commands(text: str, context: Context) -> str:
    """Return `text` without commands that aren't the author's; the words of a link to a note stay."""
    text = _with_plain_fences(text, context)
    for name in ("command", *(("module", "expression") if context.is_mdx else ())):
        text = _without(name, text, context)
    text = _without("wiki link", text, context, group=1)
    return text if "%%" in context.everything else _without("comment sign", text, context, group=1)


def _with_plain_fences(text: str, context: Context) -> str:
    """Return `text` with blocks of code whose fences name a language and nothing that would run it."""
    for block in reversed(code(text)):
        run = context.pattern("markup.run").match(block.info) if block.is_block else None
        opening, newline, rest = text[block.start :].partition("\n")
        if run and opening.strip() not in context.everything:
            language = _PLAIN.get(run["query"] or "", run["name"] or "")
            text = text[: block.start] + block.fence + language + newline + rest
    return text


def _without(name: str, text: str, context: Context, *, group: int = 0) -> str:
    """Take away what a pattern finds outside of code and formulas, all but its `group`; what is own stays.

    A link to a note is the author's where they link to that note, in whatever words: `[[Fog|the fog]]`.
    """
    matches = context.pattern(f"markup.{name}").finditer(without_formulas(without_code(text)))
    for match in reversed(list(matches)):
        start, end = match.span()
        words = text[start:end].strip()
        note = words.partition("|")[0].removesuffix("]]")
        own = [f"{note}{sign}" for sign in ("]]", "|", "#")] if words.startswith("[[") else [words]
        if not any(one in context.everything for one in own):
            text = text[:start] + (text[slice(*match.span(group))] if group else "") + text[end:]
    return text
