"""Find what directives, callouts and tags set aside as a task: `> [!todo]`, `!!! todo`, `:::note[TODO]`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.note_span import asks
from assistant.core.gaps.words import Words
from assistant.core.text import lazy
from assistant.core.text.sentences import is_finished, sentences
from assistant.core.types import GapKind

_TAG = rb"(?:BOX[-_]?)?NAME(?:[-_]?BOX)?(?![\w-])"
"""A tag's own name, or its class: `todo_notice`, `note-todo`; a `todo-list` may be what the site shows."""
_TITLE = rb"(?P<title>(?:MARKER)(?=[:\]\"'*<\s]|\xef\xbc\x9a))"
"""Makes a task of a box whose title begins with a marker, unless finished sentences stand in the box."""
_QUOTED = rb"(?:\r?\n[ \t]*>[^\n]*)"
"""A further line of a quote."""
_FENCE = (
    rb"(?m)[ \t>]*(?P<fence>SIGN{3,})[ \t]*"
    rb"(?:\{?NAME(?![\w-])\}?|OPENS[^\n]{0,200}?(?:\}\s*\n#+[ \t]+|[ \t\[|}\"])TITLE)"
    rb"(?P<told>[^\n]*\n(?:[^\n]*\n){0,80}?)[ \t>]*(?P=fence)[ \t\r]*$"
)


_GIVEN = rb"\s[^{}<>\"]{0,200}\"(?P<told>[^\"{}<>]{1,600})\"[^{}<>]{0,200}"
"""The first value that a tag is given."""


def _pattern(pattern: bytes, **parts: bytes) -> bytes:
    own = {"TAG": _TAG, "TITLE": _TITLE, "QUOTED": _QUOTED}
    for name, part in {**parts, **own}.items():
        pattern = pattern.replace(name.encode(), part)
    return pattern


@functools.cache
def _compiled(pattern: bytes, words: Words) -> re.Pattern[bytes]:
    for name, purpose in (("NAME", "task"), ("BOX", "box")):
        names = "|".join(sorted(words.in_all(purpose)))
        pattern = pattern.replace(name.encode(), f"(?i:{names})".encode())
    return re.compile(pattern.replace(b"MARKER", b"|".join(map(re.escape, words.titles))))


_IN_LINES = (
    # > [!todo] Title, > [!note] TODO, > **TODO**, with the lines of the quote below it
    (
        "[!",
        _pattern(rb"[ \t]*>[ \t>]*\[!(?:NAME\][-+]?|[\w-]+\][-+]?[ \t]+TITLE)(?P<told>[^\n]*QUOTED*)"),
    ),
    ("**", _pattern(rb"[ \t]*>[ \t>]*\*\*TITLE(?::|\xef\xbc\x9a)?\*\*:?[ \t]*(?P<told>QUOTED+)")),
    # !!! todo "Title", ??? note "TODO", with the lines below it that are indented
    *(
        (
            sign * 3,
            _pattern(
                rb"[ \t>]*SIGN{3}\+?[ \t]+(?:NAME\b|[\w-]+[ \t]+\"TITLE)"
                rb"(?P<told>[^\n]*(?:\n(?:[ \t\r]*\n)*(?: {4}|\t)[^\n]*)*)",
                SIGN=re.escape(sign.encode()),
            ),
        )
        for sign in "!?"
    ),
    # :::{todo}, ::: todo Title, :::note[TODO], /// note | TODO, ```{note} TODO, to the same fence
    *((sign * 3, _pattern(_FENCE, SIGN=sign.encode(), OPENS=rb"[\w{]")) for sign in ":/"),
    *((sign * 3, _pattern(_FENCE, SIGN=sign.encode(), OPENS=rb"\{")) for sign in "`~"),
)
"""Signs that stand in the first line of each, and the whole from that line's start; `told` is what is asked
for."""
_TASKS = (
    # \todo{text} and \todo[inline]{text}
    ("\\", _pattern(rb"\\todo(?:\[[^\]\n]*\])?\{(?P<told>[^{}]*)\}")),
    # {{< todo >}}text{{< /todo >}}, {{< callout type="todo" >}}, {{% tip title="TODO" %}}
    (
        "{{",
        _pattern(
            rb"(?s)\{\{[<%]\s*(?P<tag>TAG|BOX(?=\s+(?:(?:[^{}]{0,200}?\btype\s*=\s*)?[\"']?NAME[\"']?[\s>%]"
            rb"|[^{}]{0,200}?\btitle\s*=\s*[\"']TITLE)))\b[^{}]*(?<!/)[>%]\}\}"
            rb"(?P<told>(?:(?!\{\{[<%]\s*(?P=tag)\b).){0,2000}?)\{\{[<%]\s*/\s*(?P=tag)\s*[>%]\}\}"
        ),
    ),
    # {% include todo.html content="text" %}, {{< todo "text" >}}, <Todo text="text" />
    # {% todo %}text{% endtodo %}
    # <Todo>text</Todo>, <Tip title="TODO">text</Tip>, <p class="todo">text</p>
    ("{%", _pattern(rb"\{%-?\s*include\s+(?:[\w-]+/){0,4}NAME\.\w+" + _GIVEN + rb"-?%\}")),
    ("{{", _pattern(rb"\{\{[<%]\s*TAG" + _GIVEN + rb"/?[>%]\}\}")),
    ("/>", _pattern(rb"<TAG" + _GIVEN + rb"/>")),
    (
        "{%",
        _pattern(rb"(?s)\{%-?\s*(?P<tag>TAG)[^{}]*%\}(?P<told>.{0,2000}?)\{%-?\s*end(?:(?P=tag))?\s*-?%\}"),
    ),
    (
        "</",
        _pattern(
            rb"(?s)<(?P<tag>TAG|[A-Z]\w*(?=\s[^<>]{0,200}?\b(?:title=[\"']TITLE|(?:type|kind)=[\"']NAME[\"']))"
            rb"|(?:p|div|span|aside|section|em|strong|mark)"
            rb"(?=\s(?:[^<>]{0,200}\s)?class=[\"'](?:[\w-]+ )*TAG))\b[^<>]*>"
            rb"(?P<told>.{0,2000}?)</(?P=tag)>"
        ),
    ),
    # {{< todo >}}, {{ stub_notice(kind="section") }}, <Todo /> alone
    ("{{", _pattern(rb"\{\{(?P<told>)(?:[<%]\s*TAG\s*/?[>%]|\s*TAG\([^(){}]{0,200}\)\s*)\}\}")),
    ("/>", _pattern(rb"<TAG(?P<told>)\s*/>")),
    # <details><summary>TODO</summary>text</details>
    (
        "</",
        _pattern(
            rb"(?s)<details[^<>]*>\s*<summary[^<>]*>\s*TITLE(?P<told>[^<>]*</summary>.{0,2000}?)</details>"
        ),
    ),
)
"""Signs of each, and the whole."""
_MARKS = lazy.pattern(r"(?m)^[ \t]*>?[ \t]*(?::[\w-]+:[^\n]*\n[ \t]*)*|</summary>")
"""A quote's marks and blanks at the start of each line, and a directive's settings: `:class: tip`."""
_SIGNS = " \t\r\n\"'[]{}*:：>%"
"""Signs around a title, or behind it."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the tasks that are set aside, each with all that its container holds."""
    data, words = layout.data, layout.words
    is_ascii = data.isascii()
    titles = (title for title in words.bare_titles if title.isascii() or not is_ascii)
    if not layout.markers and not any(title in data for title in titles):
        folded = data.lower()
        if not any(name.encode() in folded for name in words.in_all("task")):
            return
    tasks = [(pattern, sign.encode()) for sign, pattern in _IN_LINES if sign in layout.signs]
    tasks += [(pattern, b"") for sign, pattern in _TASKS if sign in layout.signs]
    taken: set[int] = set()
    for pattern, sign in tasks:
        for hit in _hits(_compiled(pattern, words), sign, data, layout.draft.front_matter.end):
            start, end = layout.trim(*hit.span())
            if start in taken:
                continue  # the tag that opens a pair
            taken.add(start)
            leaf = layout.leaf_index(start)
            if leaf >= 0 and layout.leaves[leaf].kind == "CodeBlock" and layout.leaves[leaf].start != start:
                continue  # shown in a block of code, not used
            if (
                leaf >= 0
                and data[start : start + 1] in b"\\{<"
                and (layout.enough(leaf) or layout.mask(leaf, start) == "code")
            ):
                continue
            title, _, told = _MARKS.sub("", layout.draft.text(hit.span("told"))).partition("\n")
            parts = [part for part in (title.strip(_SIGNS), " ".join(told.split())) if part]
            if hit.re.groupindex.get("title") and hit["title"] and not _is_request(layout, parts):
                continue  # the box has its text, and lacks a title
            yield Candidate(GapKind.MARKER, start, end, ["set-aside-as-task"], ": ".join(parts), leaf=leaf)


def _hits(pattern: re.Pattern[bytes], sign: bytes, data: bytes, top: int) -> Iterator[re.Match[bytes]]:
    """Yield what a pattern finds below `top`; with a sign, only from the start of lines that have it.

    To look for a sign takes no time; to try a pattern at every line does.
    """
    if not sign:
        yield from pattern.finditer(data, top)
        return
    at = data.find(sign, top)
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        hit = pattern.match(data, start) if start >= top else None
        if hit:
            yield hit
        top = hit.end() if hit else data.find(b"\n", at) + 1
        at = data.find(sign, top) if top else -1


def _is_request(layout: Layout, parts: list[str]) -> bool:
    """Tell whether nothing in a box is a finished sentence that asks for nothing."""
    said = [sentence for part in parts for sentence in sentences(part, layout.language)]
    return bool(said) and all(asks(layout, one) or not is_finished(one) for one in said)
