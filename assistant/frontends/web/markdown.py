"""Markdown as HTML that is safe to show: raw HTML is text, links lead to the web or nowhere.

Words may be marked as new, gone or doubtful. The marks are three pairs of private-use characters in the
Markdown source, which the renderer turns into `<ins>`, `<del>` and `<mark>` around runs of text, so that they
are well nested wherever they are. Doubtful words are followed by the number of their question or warning,
which is one more such character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.core.hunks.diff import Stretch
from assistant.core.text.display import visible

SIGNS = {"new": ("\ue000", "\ue001"), "gone": ("\ue002", "\ue003"), "doubt": ("\ue004", "\ue005")}
_TAGS = {"new": "ins", "gone": "del", "doubt": "mark"}
_NUMBERS = 0xE010
"""The sign of number 0."""
_MAX_NUMBER = 0x3F
_SIGN = re.compile("([\ue000-\ue005\ue010-\ue04f])")
_WEB = re.compile(r"(?:https?://|mailto:)", re.I)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.I)
_LEAD = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6}|>)\s+)*")
"""What makes a line a list item, a heading or a quotation; a mark before it would hide that."""
_MAX_LINE = 20_000
"""Characters of a line from which a text is shown as it is: the parser takes minutes for a megabyte."""

_BLOCKS = frozenset(
    ("paragraph_open", "heading_open", "list_item_open", "blockquote_open", "th_open", "td_open")
)
Env = MutableMapping[str, Any]


def clean(text: str) -> str:
    """Return text with `\\n` line ends, its control characters visible and our own signs taken out."""
    return _SIGN.sub("\ufffd", visible(text.replace("\r\n", "\n").replace("\r", "\n")))


def parse(text: str, env: Env) -> list[Token]:
    """Return the tokens of a text that was cleaned.

    `env` carries link definitions from one text to the next, `images`, the address that serves images, and
    `down`: how many levels headings go down, since the page has a title of its own.
    """
    if any(len(line) > _MAX_LINE for line in text.split("\n")):
        token = Token("code_block", "", 0, map=[0, text.count("\n") + 1])
        token.content = text
        return [token]
    tokens = _parser().parse(text, env)
    for token in tokens:
        if token.type in _BLOCKS:
            token.attrSet("dir", "auto")
        if token.type == "table_open":  # a wide one scrolls, and must do so by the keys as well
            token.attrSet("tabindex", "0")
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + env.get('down', 1), 6)}"
        if "style" in token.attrs:  # a column's alignment, which the policy forbids in this form
            token.attrSet("class", str(token.attrs.pop("style")).rpartition(":")[2])
    return tokens


def html(tokens: Sequence[Token], env: Env) -> str:
    """Return tokens as HTML."""
    env["open"] = []
    parser = _parser()
    return _SIGN.sub("", str(parser.renderer.render(tokens, parser.options, env)))


def render(text: str, env: Env) -> str:
    """Return a text that was cleaned as HTML."""
    return html(parse(text, env), env)


def card(content: str) -> Token:
    """Return a token for HTML that we made ourselves."""
    token = Token("card", "", 0)
    token.content = content
    return token


def marked(pieces: Iterable[Stretch], doubts: Sequence[tuple[int, int]]) -> str:
    """Return the pieces of a word diff as one text with signs.

    `doubts` are half-open ranges of characters of the new text (what is `same` and `new`).
    """
    edges = sorted({edge for doubt in doubts for edge in doubt})
    runs: list[tuple[str, frozenset[str], str]] = []
    at = 0
    for op, text in pieces:
        kinds = {"same": frozenset(), "new": frozenset(("new",)), "gone": frozenset(("gone",))}[op]
        if op == "gone":
            runs.append((clean(text), kinds, ""))
            continue
        cuts = [at, *(edge for edge in edges if at < edge < at + len(text)), at + len(text)]
        for start, end in pairwise(cuts):
            is_doubt = any(first <= start and end <= last for first, last in doubts)
            numbers = [
                n for n, (first, last) in enumerate(doubts, 1) if first < last == end and n <= _MAX_NUMBER
            ]
            signs = "".join(chr(_NUMBERS + n) for n in numbers) if start < end else ""
            runs.append(
                (clean(text[start - at : end - at]), kinds | ({"doubt"} if is_doubt else set()), signs)
            )
        at += len(text)
    out: list[str] = []
    line = ""
    for text, marks, signs in runs:
        parts = re.split("(?<=\n)", text)
        for number, part in enumerate(parts):
            line = "" if number else line
            is_last = number == len(parts) - 1
            out.append(_signed(part, marks, signs if is_last else "", at_start=not line.strip()))
            line = "" if part.endswith("\n") else line + part
    return "".join(out)


def _signed(part: str, marks: frozenset[str], number: str, *, at_start: bool) -> str:
    """Put signs around a part of a line, behind what makes it an item; a line without words gets none."""
    if not marks or not re.search(r"\w", part) or re.match(r"\s*(?:```|~~~)", part):
        return part
    lead = (_LEAD.match(part) or part)[0] if at_start else part[: len(part) - len(part.lstrip())]
    middle = part[len(lead) :].rstrip()
    tail = part[len(lead) + len(middle) :]
    before = "".join(SIGNS[mark][0] for mark in sorted(marks))
    after = "".join(SIGNS[mark][1] for mark in sorted(marks))
    cells = re.split(r"((?<!\\)\|)", middle)  # a mark must not reach over the border of a table's cell
    signed = [f"{before}{c}{after}" if re.search(r"\w", c) else c for c in cells]
    return lead + "".join(signed) + number * (cells[-1] != "") + tail


# ---- the renderer -------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": 40}).enable(
        ["table", "strikethrough"]
    )
    parser.validateLink = lambda url: bool(_WEB.match(url)) or not _SCHEME.match(url)  # type: ignore[method-assign]
    normalize = parser.normalizeLink
    parser.normalizeLink = lambda url: normalize(_SIGN.sub("", url))  # type: ignore[method-assign]
    rules = {
        "text": lambda r, tokens, at, options, env: _tinted(tokens[at].content, env),
        "code_inline": lambda r, t, at, o, env: f"<code>{_tinted(t[at].content, env)}</code>",
        "fence": _code,
        "code_block": _code,
        "softbreak": lambda *_: "\n",
        "link_open": _link,
        "image": _image,
        "card": lambda r, tokens, at, options, env: tokens[at].content,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _tinted(content: str, env: Env) -> str:
    """Return text as HTML, each run of it within the tags of the marks that are open there."""
    marks: list[str] = env["open"]
    starts = {on: kind for kind, (on, _) in SIGNS.items()}
    ends = {off: kind for kind, (_, off) in SIGNS.items()}
    out = []
    for part in _SIGN.split(content):
        if part in starts:
            marks.append(starts[part])
        elif part in ends:
            if ends[part] in marks:
                marks.remove(ends[part])
        elif _SIGN.match(part):
            out.append(f'<sup class="ref">{ord(part) - _NUMBERS}</sup>')
        elif part:
            kinds = sorted(set(marks))
            before = "".join(f"<{_TAGS[kind]}>" for kind in kinds)
            after = "".join(f"</{_TAGS[kind]}>" for kind in reversed(kinds))
            out.append(f"{before}{escape(part)}{after}")
    return "".join(out)


def _code(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    return f'<pre tabindex="0"><code>{_tinted(tokens[at].content, env)}</code></pre>\n'


def _link(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    """Lead to the web in a tab of its own; a link within the blog is shown and leads nowhere."""
    url = str(tokens[at].attrGet("href") or "")
    if not _WEB.match(url):
        return f'<a title="{escape(unquote(url))}">'
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'


def _image(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    """Show an image of the blog; one of the web is named, since nothing is fetched from there."""
    token = tokens[at]
    source = str(token.attrGet("src") or "")
    alt = escape(_SIGN.sub("", renderer.renderInlineAsText(token.children or [], options, env)))
    if _SCHEME.match(source) or source.startswith("//") or not env.get("images"):
        return f'<span class="image">{alt or "image"}</span>'
    return f'<img src="{env["images"]}?src={quote(unquote(source), safe="")}" alt="{alt}" loading="lazy">'
