"""Fit a revised text to the author's: links, code and footnotes stay byte for byte, as line breaks do."""

from __future__ import annotations

import re
from collections.abc import Container
from difflib import SequenceMatcher

from assistant.core.text.code import code

_FIXED = re.compile(
    r"<!--.*?-->"
    r"|!?\[(?P<words>[^\[\]\n]*)\]"
    r"(?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])"
    r"|^\[\^[^\]\s]+\]:[^\n]*(?:\n(?:[ \t]+[^\n]*))*|\[\^[^\]\s]+\]"
    r"|\{\{.*?\}\}|\{%.*?%\}|</?[A-Za-z][^<>]*>|<?https?://[^\s<>()\]]+>?|\$\$.*?\$\$",
    re.S | re.M,
)
"""Comments, links and images, notes and marks of footnotes, template tags, HTML, addresses, formulas."""
_TOKEN = re.compile(r"\s+|\w+(?:['’]\w+)*|[^\w\s]")
"""A word, a sign, or blanks: together they are the text."""

_OPENER = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s|[|#>]|`{3}|~{3}")
"""What opens a line that is no part of the one before: `- `, `12. `, `| `, `# `, `> `, a fence."""


def fixed(text: str) -> list[str]:
    """Return the parts of a text that a revision leaves as they are, in its order."""
    return [text[start:end] for start, end in _spans(text)]


def fitted(old: str, new: str, *, free: Container[str] = ()) -> tuple[str, list[str]]:
    """Return `new` with what is fixed in `old`, as far as its place is known, and what is still missing.

    Parts of a `free` kind (see `kind`) are not put back.
    """
    for part in dict.fromkeys(fixed(old)):
        if kind(part) in free:
            continue
        for _ in range(old.count(part) - new.count(part)):
            new = _restored(part, old, new)
    new = _broken_as(old, new)
    lost = [part for part in dict.fromkeys(fixed(old)) if new.count(part) < old.count(part)]
    return new, [part for part in lost if kind(part) not in free]


def _is_block(part: str) -> bool:
    return any(one.is_block for one in code(part))


def kind(part: str) -> str:
    """Return what a fixed part is: `code`, `note`, `image`, `link`, `comment`, `formula` or `html`."""
    kinds = (
        ("code", ("`", "~~~")),
        ("note", ("[^",)),
        ("image", ("![", "<img")),
        ("link", ("[", "<http", "http", "<a ", "</a")),
        ("comment", ("<!--",)),
        ("formula", ("$",)),
    )
    return next((name for name, starts in kinds if part.startswith(starts)), "html")


def _spans(text: str) -> list[tuple[int, int]]:
    spans = [(one.start, one.end) for one in code(text)]
    for hit in _FIXED.finditer(text):
        if all(hit.end() <= start or end <= hit.start() for start, end in spans):
            spans.append(hit.span())
    return sorted(spans)


def _restored(part: str, old: str, new: str) -> str:
    """Return `new` with a part of `old` that it lacks: around its words, or after the word before it."""
    link = _FIXED.fullmatch(part)
    linked = link["words"] if link else None
    words = linked or part.strip("`<>")
    address = part.rpartition("](")[2] if linked and part.endswith(")") else ""
    fixed_parts, spans = fixed(old), _spans(new)
    if _is_block(part):  # code that was changed goes back as it was
        for one in code(new):
            if one.is_block and new[one.start : one.end] not in fixed_parts:
                return new[: one.start] + part + new[one.end :]
    for start, end in spans:  # the same words lead elsewhere, or other words lead there
        other = new[start:end]
        is_same = other.startswith(f"[{words}]") or (address and other.endswith(address))
        if is_same and other not in fixed_parts:
            return new[:start] + part + new[end:]
    if linked or part.startswith("`"):
        for hit in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", new):
            if all(hit.end() <= start or end <= hit.start() for start, end in spans):
                return new[: hit.start()] + part + new[hit.end() :]
    return new if linked and not part.startswith("!") else _behind_same_word(part, old, new)


def _behind_same_word(part: str, old: str, new: str) -> str:
    """Return `new` with a part of `old` after the word that it follows there; without one, as it is."""
    at = old.index(part)
    lead = old[:at].rstrip()
    blank = old[len(lead) : at]
    if _is_block(part) and not lead:
        return f"{part}\n\n{new}"
    tail = re.search(r"\w+(?:['’]\w+)*\W*\Z", lead)
    following = old[at + len(part) :]
    if tail is None:
        return new if lead or following.strip() else part + following[:1] + new
    new_tokens, lead_tokens = _TOKEN.findall(new), _TOKEN.findall(lead)
    rest = _TOKEN.findall(following)
    matched = SequenceMatcher(None, lead_tokens + rest, new_tokens, autojunk=False)
    last = max(i for i, token in enumerate(lead_tokens) if token[0].isalnum() or token[0] == "_")
    for a, b, size in matched.get_matching_blocks():
        if a <= last < a + size:
            end = b + last - a + 1
            signs = lead_tokens[last + 1 :]
            while signs and end < len(new_tokens) and new_tokens[end] == signs[0]:
                signs, end = signs[1:], end + 1
            after = "".join(new_tokens[end:])
            if _is_block(part):  # kept code and the answer never share a line
                return f"{''.join(new_tokens[:end])}\n\n{part}\n\n{after.lstrip()}".rstrip()
            return "".join(new_tokens[:end]) + blank + part + after
    return new


def _broken_as(old: str, new: str) -> str:
    """Return `new` with the blanks and line ends of `old` between words that stayed next to each other."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    plain_a, plain_b = (_alike(tokens) for tokens in (a, b))
    text = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, plain_a, plain_b, autojunk=False).get_opcodes():
        text += a[a1:a2] if op == "equal" else b[b1:b2]
    return "".join(text)


def _alike(tokens: list[str]) -> list[str]:
    """Return tokens with all blanks the same, except those that end a paragraph or precede an item or row."""
    alike = []
    for at, token in enumerate(tokens, 1):
        opens = "\n" in token and _OPENER.match("".join(tokens[at : at + 3]))
        blank = "\n\n" if token.count("\n") > 1 else " "
        alike.append(blank if token.isspace() and not opens else token)
    return alike
