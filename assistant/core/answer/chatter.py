"""Take away what a chat model says around a text: thinking, preambles, closing remarks, invented turns."""

from __future__ import annotations

import re

from assistant.core.answer.expected import Expected
from assistant.core.answer.overlap import labels
from assistant.core.text.code import code

_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_PREAMBLE = re.compile(
    r"""\A(?:
        # "Certainly!" on a line of its own
        (?:sure|certainly|of\ course|absolutely|okay|ok|great|alright)\b[^\n]{0,80}[!.:,]\s*\n\n+
        # "Sure, here is what you asked for:"
      | (?:sure|certainly|of\ course|absolutely|okay|ok)\b[!,.]\s+(?:here|i)\b[^\n]{0,120}:\s*\n*
        # "Here's the expanded section:", but not "Here is what I learned:"
      | here(?:['’]s|\ is|\ are)\b[^\n]{0,100}\b(?:section|paragraph|text|draft|version|expan\w+|continuation|
        rewrit\w+|post|sentences?|bullet|point|code|script|list|example|response|answer|summary|outline)\b[^\n]{0,60}:\s*\n*
        # "I kept your tone. Here is the rewritten paragraph:"
      | [^\n]{0,400}\bhere(?:\ it\ is|(?:['’]s|\ is)\ (?:a|the|my|your)\ (?:\w+\ ){0,2}
        (?:version|draft|text|section|paragraph|post|rewrite)\b[^\n:]{0,60}):\s*\n+
        # "Voici la section :"
      | (?:voici|hier\ ist|hier\ sind|aquí\ (?:está|tienes)|aqui\ está|ecco|claro[,!])\b[^\n]{0,100}:\s*\n+
    )""",
    re.X | re.I,
)
_POSTAMBLE = re.compile(
    r"""\n+(?:
        (?:let\ me\ know|feel\ free|i\ hope\ (?:this|that)|would\ you\ like|do\ you\ want\ me)\b[^\n]*
      | \(?(?:note|word\ count)\s*:[^\n]*
      | (?:-{3,}|\*{3,})\s*
    )\Z""",
    re.X | re.I,
)
_DECLINED = re.compile(
    r"\A(?:i['’]m sorry|i am sorry|sorry,|i can(?:no|['’])t (?:help|assist|write|fulfil)|as an ai\b"
    r"|i(?:['’]m| am) (?:unable|not able)|i(?:['’]m| am) not sure what (?:the author|you)\b)",
    re.I,
)
_TURN = re.compile(r"(?m)^\s*(?:<\|im_\w+\|>|<\|\w+\|>|(?:user|assistant|system|human|ai)\s*:\s)", re.I)
_MARKDOWN = re.compile(r"(`{3,}|~{3,})[ \t]*(?:markdown|md)[ \t]*", re.I)
_LAYERS = 3
"""How often a preamble, a fence and quotes are looked for, one inside the other."""


def without_thinking(text: str, expected: Expected) -> str:
    """Return `text` without what a reasoning model writes between its own tags."""
    return _THINKING.sub("", text)


def without_wrapping(text: str, expected: Expected) -> str:
    """Return `text` without a preamble, a closing remark, a code fence or quotes around the whole of it."""
    for _ in range(_LAYERS):
        before = text
        text = _POSTAMBLE.sub("", _PREAMBLE.sub("", _unfenced(text)).strip()).strip()
        quotes = text[:1] + text[-1:]
        if quotes in ('""', "“”") and text.count(text[0]) + text.count(text[-1]) in (2, 4):
            text = text[1:-1].strip()
        if text == before:
            break
    return text


def without_turns(text: str, expected: Expected) -> str:
    """Cut where the model goes on with a turn of somebody's, or with a request in our words."""
    turn = _TURN.search(text)
    requests = labels(text, expected)
    if requests and requests[0] > 0 and (not turn or requests[0] < turn.start()):
        return text[: requests[0]]
    return text if not turn else (text[: turn.start()] if turn.start() else text[turn.end() :])


def is_declined(text: str) -> bool:
    """Tell whether a model says that it can't write the text."""
    return _DECLINED.search(text) is not None


def _unfenced(text: str) -> str:
    """Return what a fence holds that stands around all of `text` and names no language but Markdown."""
    opening, _, rest = text.partition("\n")
    inside, _, closing = rest.rpartition("\n")
    wrapped = _MARKDOWN.fullmatch(opening)
    if wrapped and closing.strip() == wrapped[1] and all(block.is_closed for block in code(inside)):
        return inside.strip()  # fences of the same length may stand inside
    first = next(iter(code(text)), None)
    if first is None or (first.start, first.end) != (0, len(text)) or not first.fence:
        return text
    return first.text.strip() if first.info.lower() in ("", "markdown", "md", "text") else text
