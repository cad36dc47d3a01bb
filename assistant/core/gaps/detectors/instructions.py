"""Find lines of prose that an author addressed to himself: `Expand each of these`, `notebook link!`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.targets import targets
from assistant.core.text.words import is_spaceless, tokens
from assistant.core.types import GapKind

_NO_PROSE = ("{{", "{%", "![", "[!", "`", "[[", "<", ":::", "$", "|")
_WHOLE_LINK = re.compile(r"!?\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?[.:]?|https?://\S+|\S+")
"""A line that is a link, an address or one word."""
_LINK = re.compile(r"!?\[[^\]]+\]\([^)]+\)\W*$|https?://\S+$")
"""A line that ends in a link: what is asked for is there."""
_BOLD_LABEL = re.compile(r"[*_]{1,3}[^*_]+[*_]{1,3}[:.]?(?:\s|$)")
"""`**Add:** …` at the start of an item is a label, and asks for nothing."""
_CODE = re.compile(r"`[^`]*`")
"""Code in a line, whose words are not the author's."""
_ENDS = (".", "!", "?", "。", "！", "？", "…", ":", "：")


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each short line that speaks to the author."""
    for index in layout.note_lines:
        leaf = layout.leaves[index]
        if leaf.kind != "TableCell" and (candidate := _weigh(layout, index, leaf)):
            yield candidate


def _weigh(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    text, words = layout.text(leaf.start, leaf.end), layout.words_of(index)
    if text.startswith(_NO_PROSE) or _WHOLE_LINK.fullmatch(text):
        return None
    line_end = layout.line_end(leaf.start, leaf.end)
    is_one_line = line_end == leaf.end
    signals = _meaning(layout, leaf, text, words, is_one_line=is_one_line)
    if not signals or (leaf.quoted and "names-what-belongs-here" not in signals):
        return None
    signals += ["line-of-bare-prose", *form(text, words)]
    signals += _surroundings(layout, index, leaf, text, is_one_line=is_one_line)
    is_set_off = text[:1] in "*_" and text[-1:] in "*_" and "names-what-belongs-here" in signals
    signals += present({"set-off-as-whole": is_set_off})
    end = line_end if not is_one_line and not leaf.quoted and len(words) > 12 else leaf.end
    governed = targets(layout, index, words, text)
    names_media = layout.phrases("media").within(words) or _glued(layout, "media", text)
    return Candidate(
        GapKind.INSTRUCTION,
        leaf.start,
        end,
        signals,
        text.strip(),
        governed,
        fillable=bool(governed) or not names_media,
        leaf=index,
    )


def _glued(layout: Layout, purpose: str, text: str) -> bool:
    """Tell whether a phrase stands in a text of a script without spaces."""
    return not text.isascii() and is_spaceless(text) and bool(layout.phrases(purpose).glued_in(text))


def _meaning(layout: Layout, leaf: Leaf, text: str, words: list[str], *, is_one_line: bool) -> list[str]:
    """Return the ids of what a line says; none when it says nothing to its author."""
    phrases = layout.phrases
    media, lacks = phrases("media"), phrases("lacks")
    write, edit = phrases("write").at(words), phrases("edit").at(words)
    part = phrases("part").within(words)
    names_media = media.within(words) or _glued(layout, "media", text)
    missing = phrases("missing").within(words) or _glued(layout, "missing", text)
    missing = missing or (len(words) <= 6 and bool(lacks.at(words) or lacks.ends(words)))
    evidence = {
        "note-to-self": write or _glued(layout, "write", text),
        "something-missing": missing,
        "says-draft": phrases("draft").within(words) or _glued(layout, "draft", text),
        "begins-with-task": edit and not write and (part or names_media or missing),
        "names-what-belongs-here": _names_what_belongs(layout, leaf, text, words, is_one_line=is_one_line),
    }
    signals = present(evidence)
    if signals and (write or edit):
        further = {
            "names-part-of-text": part,
            "names-picture-or-link": names_media,
            "refers-to-text-around": write
            and any(phrases(name).within(words[1:]) for name in ("each", "above", "section", "below")),
        }
        signals += present(further)
    return signals


def _names_what_belongs(
    layout: Layout, leaf: Leaf, text: str, words: list[str], *, is_one_line: bool
) -> bool:
    """Tell whether a few words name what is to stand in their place: `notebook link!`, `> better title`."""
    media, part, here = (layout.phrases(name) for name in ("media", "part", "here"))
    edit = layout.phrases("edit").at(words)
    is_glued = not text.isascii() and is_spaceless(text)
    if "`" in text:  # what code is called is the subject: undefined key in `map`
        words = tokens(_CODE.sub(" ", text))
    names_media = media.within(words) or _glued(layout, "media", text)
    if names_media and len(words) <= 7 and not edit and not layout.phrases("write").at(words):
        return bool(media.ends(words) or media.at(words) or not is_one_line or is_glued)
    names_part = part.within(words)
    if leaf.quoted and 2 <= len(words) <= 7 and part.ends(words) and not text.endswith(_ENDS):
        return True
    return (names_part or names_media) and 1 < len(words) <= 5 and here.ends(words) and not edit


def form(text: str, words: list[str]) -> list[str]:
    """Return the ids of what the shape of the line tells."""
    bare = text.strip(" *_~\"'“”")
    is_sentence = bare.endswith(".") and not bare.endswith("...")
    evidence = {
        "begins-in-lower-case": bare[:1].islower(),
        "has-no-full-stop": not bare.endswith(_ENDS) or bare.endswith("..."),
        "ends-in-colon": bare.endswith((":", "：")),
        "plain-sentence": is_sentence,
        "long-line": len(words) > 14,
        "link": _LINK.match(text) or "](http" in text,
    }
    return present(evidence)


def _surroundings(layout: Layout, index: int, leaf: Leaf, text: str, *, is_one_line: bool) -> list[str]:
    leaves, data = layout.leaves, layout.data
    neighbours = [leaves[near] for near in (index - 1, index + 1) if 0 <= near < len(leaves)]
    following = leaves[index + 1] if index + 1 < len(leaves) else None
    is_task = leaf.lists and b"[ ]" in data[max(0, leaf.start - 5) : leaf.start]
    evidence = {
        "speaks-to-reader": layout.phrases("reader").within(layout.words_of(index)),
        "more-than-one-line": not is_one_line and text.count("\n") > 1,
        "code-follows": following is not None and following.kind == "CodeBlock",
        "beside-picture": any(
            data[near.start : near.start + 2] in (b"![", b"<i") and near.kind != "Heading"
            for near in neighbours
        ),
        "label-in-bold": leaf.lists and _BOLD_LABEL.match(text),
        "open-task": is_task,
        "opens-post": not leaf.lists and index == 0,
    }
    return present(evidence) + (_siblings(layout, index, leaf) if leaf.lists and not is_task else [])


def _siblings(layout: Layout, index: int, leaf: Leaf) -> list[str]:
    """Look at up to six other items of the same list: among commands to a reader one more is no note.

    Nor is one more of several terms: `a thought`, `a mantra`, `a mental image`.
    """
    phrases, own = layout.phrases, layout.words_of(index)
    alike = others = 0
    for step in (-1, 1):
        place, seen = index + step, 0
        while 0 <= place < len(layout.leaves) and seen < 3 and layout.leaves[place].lists:
            if layout.leaves[place].group == leaf.group:
                words = layout.words_of(place)
                is_term = bool(words) and (words[0] in own[:1] or words[-1] in own[-1:])
                alike += bool(is_term or phrases("write").at(words) or phrases("edit").at(words))
                others, seen = others + 1, seen + 1
            elif layout.leaves[place].lists < leaf.lists:
                break
            place += step
    if not others:
        return []
    return ["one-command-among-others" if alike * 2 >= others else "item-in-list"]
