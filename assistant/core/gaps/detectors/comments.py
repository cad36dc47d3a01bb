"""Find comments that tell what to write, hold all there is of a section, or tell this program to write."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.directives import Comment, comments, directive
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.words import count_words, tokens
from assistant.core.types import GapKind

_TWO_WORDS = lazy.pattern(r"[^\W\d_]+ [^\W\d_]|[^\x00-\x7f]")
"""Words that continue, unlike `OUTLINE - delete this when you write`."""
_VERB_LAST = ("de", "nl")
"""Languages in which what to do may come last, where `here` is first: `hier den Frost beschreiben`."""
_PHRASE = 3
"""Fewest words of a comment that says what its section is to tell."""
_READ = 600
"""Characters of a comment that are read."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the comments that ask for text, and those that are the notes for a section without any."""
    taken: set[Comment] = set()
    for several in _only_in_section(layout):
        taken.update(several)
        text = "\n".join(comment.text for comment in several)
        whole = Comment(several[0].start, several[-1].end, text)
        if candidate := _weigh(layout, whole, is_section=True):
            yield candidate
    for comment in comments(layout):
        if comment in taken:
            continue
        command = directive(comment)
        if command is None:
            is_note = comment.text and not _is_setting(layout, comment.text)
            candidate = _weigh(layout, comment) if is_note else None
        elif command[0] == "expand":
            candidate = _candidate(comment, ["told-by-author"], command[1])
            candidate.certain = True
        else:
            candidate = None
        if candidate:
            yield candidate


def _only_in_section(layout: Layout) -> Iterator[list[Comment]]:
    """Yield the comments of each section that holds nothing else: what its author means to say there."""
    for heading, some in itertools.groupby(
        sorted(comments(layout)), key=lambda comment: layout.draft.heading_above(comment.start)
    ):
        inside = list(some)
        if heading is None:
            continue
        starts = [heading.body.start, *(one.end for one in inside)]
        ends = [*(one.start for one in inside), heading.body.end]
        is_all = not any(layout.data[slice(*between)].strip() for between in zip(starts, ends, strict=True))
        is_taken_out = all(layout.is_written(one.text) for one in inside)  # a text, not notes for one
        if is_all and not is_taken_out and all(_is_phrase(layout, one) for one in inside):
            yield inside


def _is_phrase(layout: Layout, comment: Comment) -> bool:
    """Tell whether a comment speaks in words, and not to a tool: `markdownlint-disable MD033`, `vale off`."""
    text = comment.text
    speaks = _TWO_WORDS.match(text) is not None and count_words(text) >= _PHRASE
    is_tool = layout.words.patterns["sections.filled"].search(f"<!--{text}-->")
    return (
        (speaks or not text.isascii())
        and not is_tool
        and directive(comment) is None
        and not _is_setting(layout, text)
    )


def _is_setting(layout: Layout, text: str) -> bool:
    """Tell whether all lines of a comment set something and ask nothing: `title: Map`, not `photo: us`."""
    patterns = layout.words.patterns
    if patterns["comments.metadata"].fullmatch(text):
        return True
    if layout.words.marker_pattern.search(text[:_READ].encode()):
        return False
    return all(patterns["comments.setting"].fullmatch(line.strip()) for line in text[:_READ].split("\n"))


def _weigh(layout: Layout, comment: Comment, *, is_section: bool = False) -> Candidate | None:
    text, phrases = comment.text, layout.phrases
    marker = layout.words.marker_at(text[:40].upper())
    opens = bool(marker) and not text[len(marker) : len(marker) + 1].isalnum()
    words = tokens(text[len(marker) : _READ] if opens else text[:_READ])
    several = len(words) > 1
    media, alone = phrases("media"), phrases("alone")
    led, write = words[phrases("here").at(words) :], phrases("write")
    is_last = len(led) < len(words) and layout.language in _VERB_LAST and write.ends(led)
    asks = bool(((write.at(led) or is_last) and several) or write.glued_in(text))
    names_media = media.says(words[:12], text)
    evidence = {
        "all-of-section": is_section,
        "begins-with-marker": opens,
        "holds-marker": not opens and layout.words.marker_pattern.search(text.encode("utf-8")),
        "says-what-to-do": asks,
        "may-say-what-to-do": not asks and several and phrases("edit").at(words),
        "names-picture-or-link": names_media,
        "names-part-of-text": not names_media and phrases("part").within(words[:12]),
        "something-missing": phrases("missing").says(words, text),
        "text-to-come": alone.is_whole(words) or alone.glued_in(text[:40]),
        "asks-question": text.rstrip().endswith("?") and (len(words) > 2 or phrases("asks-fact").at(words)),
        "holds-markup-or-code": layout.words.patterns["comments.markup"].search(text),
        "long-text-taken-out": len(words) > 40 or "\n\n" in text,
    }
    signals = present(evidence)
    if not signals:
        return None
    instruction = text[len(marker) :].lstrip(" :：-–—()") if marker else text
    if not (asks and _TWO_WORDS.match(text)):  # `describe the second attempt` speaks to nobody else
        signals = ["comment", *signals]
    candidate = _candidate(comment, signals, instruction.strip())
    candidate.fillable = not media.within(words[:4])
    return candidate


def _candidate(comment: Comment, signals: list[str], instruction: str) -> Candidate:
    return Candidate(GapKind.COMMENT, comment.start, comment.end, signals, instruction)
