"""Find headings with nothing under them, and front matter."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator

from assistant.core.gaps import credits, metadata
from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.draft import Heading
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_NO_WORDS = lazy.pattern(rb"#+[ \t#]*|<h\d[^<>]*>\s*</h\d\s*>\s*")
"""A heading without words, or a picture: `##`, `<h2></h2>`."""
_ONLY_LINK = lazy.pattern(rb"#+[ \t]*(?:\d+[.)][ \t]*)?(?:!?\[.*\]\((?!#).*\)|\[\[.*\]\])[ \t#]*$")
"""A heading that is a link, and not to itself."""
_NO_TEXT = lazy.pattern(rb"\s*+(?:<!--[ \t]*(?:more|truncate)[ \t]*-->\s*+)?\Z")
"""Nothing, or the sign that parts a summary from the rest: `<!--more-->`."""
_INDENTED = lazy.pattern(rb"(?: {4}| {0,3}\t)[ \t]*[^\s]")
"""A tag's line that would be code below a text and its blank line."""
_LAYOUTS = ("post", "posts", "blog", "article", "note")
"""Layouts and types of a post; another one, such as `archive`, may fill its page."""
_LISTS = frozenset(("posts", "blog"))
"""Those of them that a list of all posts has as well, which has an address and no date."""
_TEMPLATE = ("{{", "{%", "<%")
_LIST_PAGE = lazy.pattern(r"(?:.*[/\\])?_index(?:\.[\w-]+)?\.\w+", re.DOTALL)
"""Hugo's list pages, which need no text of their own: `posts/_index.md`, `_index.de.md`."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the headings that have no body before the next heading of their level or a higher one.

    Front matter alone, of a post with a title, yields the place below it.
    """
    if _is_post_without_text(layout):
        end = layout.draft.line_end(len(layout.data.rstrip()))
        yield Candidate(GapKind.EMPTY_SECTION, end, end, ["no-text-at-all"])
    headings, data = layout.draft.headings, layout.data
    if not headings:
        return
    bodies = _bodies(layout)
    links = [_ONLY_LINK.match(data, *heading.span) is not None for heading in headings]
    are_alone = 2 * sum(map(operator.gt, links, bodies)) > sum(links)
    for index, heading in enumerate(headings):
        following = headings[index + 1] if index + 1 < len(headings) else None
        raw = data[heading.span.start : heading.span.end]
        is_nothing = not bodies[index] and (following is None or following.level <= heading.level)
        is_untitled = bodies[index] and (_NO_WORDS.fullmatch(raw) or _breaks_off(layout, heading))
        if not (is_nothing or is_untitled) or layout.is_verbatim(heading.span.start):
            continue
        if is_untitled:
            yield Candidate(GapKind.MARKER, *heading.span, ["title-missing"], fillable=False)
            continue
        is_first = index == 0 and following is not None
        evidence = {
            "title-of-post": is_first and following and _is_title(layout, heading, following, bodies),
            "section-filled-by-site": layout.is_column(heading.text)
            or layout.words.byte_pattern("sections.filled").search(data, *heading.body),
            # `### [Tar](tar.md)` lists what it links to, unless most of such headings have a text
            "list-of-links-as-headings": links[index] and are_alone,
        }
        signals = ["nothing-stands-below", *_words(layout, heading, raw, is_last=following is None)]
        is_code = _INDENTED.match(data, heading.body.start) is not None and raw.lstrip().startswith(b"<")
        yield Candidate(
            GapKind.EMPTY_SECTION, *heading.span, signals + present(evidence), fillable=not is_code
        )


def _breaks_off(layout: Layout, heading: Heading) -> bool:
    """Tell whether a heading stops at a word that ends none, before a blank for the next: `## Mending the `.

    Without the blank it may be whole: `## What I do`.
    """
    line = layout.data[heading.span.start : layout.draft.line_end(heading.span.start)].rstrip(b"\r\n")
    if not line.endswith((b" ", b"\t")) or not heading.text[-1:].isalpha():
        return False
    return tokens(heading.text)[-1] in layout.single_words("function", "particle", "cut")


def _is_post_without_text(layout: Layout) -> bool:
    draft = layout.draft
    if not draft.front_matter.end or not _NO_TEXT.match(layout.data, draft.front_matter.end):
        return False
    values = {str(key).lower(): value for key, value in draft.metadata.items()}
    layouts = [value for key in ("layout", "type") if (value := values.get(key))]
    return (
        bool(values.get("title"))
        and layout.words.in_all("key-of-post").issuperset(values)
        and all(value in _LAYOUTS for value in layouts)
        and not (_LISTS.intersection(layouts) and "permalink" in values and "date" not in values)
        and metadata.state(layout) != "finished"
        and not any(sign in draft.text(draft.front_matter) for sign in _TEMPLATE)
        and not _LIST_PAGE.fullmatch(draft.name)
    )


def _words(layout: Layout, heading: Heading, raw: bytes, *, is_last: bool) -> list[str]:
    """Return the ids of the signals that a heading's own words give."""
    words, contents = tokens(heading.text), layout.phrases("contents")
    is_contents = contents.is_whole(words) or contents.glued_in(heading.text[:8])
    is_farewell = layout.phrases("closing").is_whole(words) or heading.text.rstrip().endswith(("!", "！"))
    is_underlined = raw.lstrip()[:1] not in b"#<" and bool(
        ends_sentence(heading.text) or len(words) > 10 or b"![" in raw
    )
    evidence = {
        "section-filled-by-site": is_contents,
        "generated-contents": not is_contents
        and layout.words.byte_pattern("sections.contents").search(layout.data, *heading.body),
        "heading-without-words": not words and not any(char.isalnum() for char in heading.text),
        "filled-by-changes": "unreleased" in words
        or any(map(layout.is_unreleased, layout.draft.path(heading.span.start))),
        "farewell": is_last and is_farewell,
        "credit-as-heading": credits.is_heading(layout, heading.text),
        "sentence-underlined-as-heading": is_underlined,
        "sentence-as-heading": not is_underlined and len(words) > 14,
    }
    return present(evidence)


def _is_title(layout: Layout, heading: Heading, following: Heading, bodies: list[bool]) -> bool:
    if heading.level != 1 or any(leaf.start < heading.span.start for leaf in layout.leaves[:1]):
        return False
    if any(line.key == "title" for line in metadata.lines(layout)):
        return False
    return any(bodies) and (following.level == 1 or len(bodies) > 2)


def _bodies(layout: Layout) -> list[bool]:
    """Say for each heading whether something that a reader sees is right below it."""
    headings = layout.draft.headings
    bodies = [False] * len(headings)
    current = -1
    for kind, start, end, _, _, _, _, aside in layout.leaves:
        while current + 1 < len(headings) and headings[current + 1].span.start < end:
            current += 1
            if kind == "HtmlBlock":  # one block may hold a heading, its text, and more headings
                last = min(end, headings[current].body.end)
                bodies[current] = _is_body(layout, kind, headings[current].body.start, last)
        if kind in ("Heading", "HtmlBlock") and current >= 0 and headings[current].span.end > start:
            continue
        if current >= 0 and not bodies[current] and not aside and end > start:
            bodies[current] = _is_body(layout, kind, start, end)
    return bodies


def _is_body(layout: Layout, kind: str, start: int, end: int) -> bool:
    start, end = layout.trim(start, end)
    if end <= start:
        return False
    if kind in ("CodeBlock", "TableHead", "TableCell") or (end - start > 400 and kind != "HtmlBlock"):
        return True
    first = layout.data[start]
    if first not in b"<{[*%\\&t" and first < 128:
        return True
    return layout.words.patterns["sections.no body"].fullmatch(layout.text(start, end)) is None
