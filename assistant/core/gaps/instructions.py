"""Finds lines of bare prose that an author addressed to himself: "Expand each of these", "notebook link!"."""

from __future__ import annotations

import re

from assistant.core.gaps import targets
from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.words import spaceless
from assistant.core.types import GapKind

_LONGEST = 180
_WHOLE_LINK = re.compile(r"!?\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?[.:]?|https?://\S+|\S+")
_READER = frozenset(
    (
        "you",
        "your",
        "you'll",
        "you're",
        "we",
        "we'll",
        "let's",
        "please",
        "us",
        "our",
        "yourself",
        "sie",
        "vous",
        "usted",
        "você",
    )
)
_ENDS = (".", "!", "?", "。", "！", "？", "…", ":", "：")


def weigh(layout: Layout, index: int, leaf: Leaf, words: list[str]) -> Candidate | None:
    """Return a candidate when a short leaf speaks to the author, with the signs for and against it."""
    size = leaf.end - leaf.start
    if size > _LONGEST or not size:
        return None
    phrases = layout.phrases
    first_line_end = layout.line_end(leaf.start, leaf.end)
    text = layout.text(leaf.start, leaf.end)
    if text.startswith(("{{", "{%", "![", "[!", "`", "[[", "<", ":::", "$", "|")) or _WHOLE_LINK.fullmatch(
        text
    ):
        return None
    signals: list[str] = []
    write, edit = phrases("write").at(words), phrases("edit").at(words)
    glued = not text.isascii() and spaceless(text)
    media = phrases("media")
    if write or (glued and phrases("write").glued_in(text)):
        signals.append("note-to-self")
    missing = phrases("missing").within(words) or (glued and phrases("missing").glued_in(text))
    if not missing and len(words) <= 6:
        lacks = phrases("lacks")
        missing = bool(lacks.at(words)) or lacks.ends(words)
    if missing:
        signals.append("something-missing")
    if phrases("draft").within(words) or (glued and phrases("draft").glued_in(text)):
        signals.append("says-draft")
    part = phrases("part").within(words)
    names_media = media.within(words) or (glued and media.glued_in(text) != "")
    if edit and not write and (part or names_media or missing):
        signals.append("begins-with-task")
    if names_media and len(words) <= 7 and not write and not edit:
        last = words[: len(words)]
        if media.ends(last) or media.at(words) or first_line_end < leaf.end or glued:
            signals.append("names-what-belongs-here")
    elif (
        part
        and phrases("part").ends(words)
        and 2 <= len(words) <= 7
        and leaf.quoted
        and not text.endswith(_ENDS)
    ) or ((part or names_media) and 1 < len(words) <= 5 and phrases("here").ends(words) and not edit):
        signals.append("names-what-belongs-here")
    if not signals:
        return None
    if leaf.quoted and "names-what-belongs-here" not in signals:
        return None
    if (write or edit) and part:
        signals.append("names-part-of-text")
    if (write or edit) and names_media:
        signals.append("names-picture-or-link")
    if write and any(phrases(name).within(words[1:]) for name in ("each", "above", "section", "below")):
        signals.append("refers-to-text-around")
    _form(layout, index, leaf, words, text, signals, ending=first_line_end == leaf.end)
    span = (
        leaf.start,
        first_line_end if first_line_end < leaf.end and not leaf.quoted and len(words) > 12 else leaf.end,
    )
    governed = targets.targets(layout, index, words, text)
    return Candidate(
        GapKind.INSTRUCTION,
        *span,
        signals,
        text.strip(),
        governed,
        fillable=not (names_media and not governed),
        leaf=index,
    )


def _form(
    layout: Layout, index: int, leaf: Leaf, words: list[str], text: str, signals: list[str], *, ending: bool
) -> None:
    """Add what the shape of the line and its neighbours say."""
    bare = text.strip(" *_~\"'“”")
    if bare[:1].islower():
        signals.append("begins-in-lower-case")
    if not bare.endswith(_ENDS):
        signals.append("has-no-full-stop")
    elif bare.endswith((":", "：")):
        signals.append("ends-in-colon")
    elif bare.endswith("."):
        signals.append("plain-sentence" if not bare.endswith("...") else "has-no-full-stop")
    if len(words) > 14:
        signals.append("long-line")
    if _READER.intersection(words):
        signals.append("speaks-to-reader")
    if not ending and text.count("\n") > 1:
        signals.append("more-than-one-line")
    leaves = layout.leaves
    following = leaves[index + 1] if index + 1 < len(leaves) else None
    previous = leaves[index - 1] if index else None
    if following is not None and following.kind == "CodeBlock":
        signals.append("code-follows")
    for other in (previous, following):
        if (
            other is not None
            and layout.data[other.start : other.start + 2] in (b"![", b"<i")
            and other.kind != "Heading"
        ):
            signals.append("beside-picture")
            break
    if re.match(r"!?\[[^\]]+\]\([^)]+\)\W*$|https?://\S+$", text) or "](http" in text:
        signals.append("link")
    if text[:1] in "*_" and text[-1:] in "*_" and "names-what-belongs-here" in signals:
        signals.append("set-off-as-whole")
    if re.match(r"[*_]{1,3}[^*_]+[*_]{1,3}[:.]?(?:\s|$)", text) and leaf.lists:
        signals.append("label-in-bold")
    if leaf.lists and b"[ ]" in layout.data[max(0, leaf.start - 5) : leaf.start]:
        signals.append("open-task")
    elif leaf.lists:
        _siblings(layout, index, leaf, signals)
    elif index == 0:
        signals.append("opens-post")


def _siblings(layout: Layout, index: int, leaf: Leaf, signals: list[str]) -> None:
    """Look at up to six other items of the same list: among commands to a reader one more is no note."""
    phrases = layout.phrases
    alike = others = 0
    for step in (-1, 1):
        place, seen = index + step, 0
        while 0 <= place < len(layout.leaves) and seen < 3 and layout.leaves[place].lists:
            if layout.leaves[place].group == leaf.group:
                said = layout.words_of(place)
                alike += bool(phrases("write").at(said) or phrases("edit").at(said))
                others, seen = others + 1, seen + 1
            elif layout.leaves[place].lists < leaf.lists:
                break
            place += step
    if others and alike * 2 >= others:
        signals.append("one-command-among-others")
    elif others:
        signals.append("item-in-list")
