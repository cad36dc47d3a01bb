"""Find code blocks that hold nothing, or only a word that says that code is missing."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.draft import Block
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_LONGEST = 400
"""Bytes of a block up to which it may hold a single line."""
_CODE = lazy.pattern(r"[(){}=;$\"'<>/\\.]")
"""Signs of code: with one, a block says something, however short it is."""
_ONLY_SIGNS = lazy.pattern(rb"[ \t]*(?:#+|//+|--|/\*+\s*\*/|;|%|\.{3}|\xe2\x80\xa6|\"\"\")?[ \t]*$")
"""An empty line, or a comment's sign with nothing after it."""
_IN_TAGS = lazy.pattern(
    rb"\{(?P<sign>[%{])[<%-]?[ \t]*(?P<name>highlight|codeblock)\b[^{}\r\n]*\}+\s*"
    rb"\{(?P=sign)[<%-]?[ \t]*(?:end|/[ \t]*)(?P=name)\b[^{}\r\n]*\}+"
)
"""Tags of Jekyll, Hexo or Hugo with no code between them: `{% highlight ruby %}{% endhighlight %}`."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each block without code, in a fence or in tags."""
    yield from _in_tags(layout)
    for block in layout.draft.blocks:
        if block.kind != "CodeBlock" or block.end - block.start > _LONGEST or block.is_indented_code:
            continue
        if (leaf := layout.leaf_at(block.start)) and leaf.lists:
            continue  # a step of a list may well show nothing
        if candidate := _weigh(layout, block):
            yield candidate


def _in_tags(layout: Layout) -> Iterator[Candidate]:
    if b"highlight" not in layout.data and b"codeblock" not in layout.data:
        return
    for tags in _IN_TAGS.finditer(layout.data, layout.draft.front_matter.end):
        index = layout.leaf_index(tags.start())
        is_shown = index >= 0 and (
            layout.leaves[index].kind == "CodeBlock" or layout.mask(index, tags.start()) == "code"
        )
        if not is_shown:
            yield Candidate(GapKind.NOTES, *tags.span(), ["empty-code-block"], fillable=False)


def _weigh(layout: Layout, block: Block) -> Candidate | None:
    data = layout.data[block.start : block.end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = data.strip().split(b"\n")
    fence = lines[0].lstrip(b"> \t")[:1]
    is_closed = len(lines) > 1 and fence in b"`~" and lines[-1].strip(b"> \t").strip(fence) == b""
    inner = lines[1:-1] if is_closed else lines[1:]
    if all(map(_ONLY_SIGNS.fullmatch, inner)):
        if not is_closed and not inner:
            return None
        return Candidate(GapKind.NOTES, *layout.trim(*block.span), ["empty-code-block"])
    written = [line.strip() for line in inner if line.strip()]
    if len(written) != 1:
        return None
    text = written[0].decode("utf-8", "replace").strip().lstrip("#/-;%*<!> ")
    instruction = _placeholder(layout, text)
    if instruction is None or not (instruction or text == written[0].decode("utf-8", "replace")):
        return None  # `# TODO` alone is a comment that the code has
    start = layout.data.find(written[0], block.start, block.end)
    end, signals = start + len(written[0]), ["only-marker-in-code-block"]
    return Candidate(GapKind.MARKER, start, end, signals, instruction or text)


def _placeholder(layout: Layout, text: str) -> str | None:
    """Return what a line asks for if it is no code: `TODO`, `script here`; None when it is code."""
    words, phrases = tokens(text), layout.phrases
    marker = layout.words.marker_at(text)
    after = text[len(marker) :]
    is_marker = marker and not after[:1].isalnum() and after.strip()[:1] not in ("=", "(")
    is_sample = 1 < len(words) <= 5 and phrases("here").ends(words) and not _CODE.search(text)
    is_promise = len(words) > 1 and phrases("alone").is_whole(words)
    return after.strip(" :-") if is_marker or is_sample or is_promise else None
