"""Take a draft apart into lines and blocks, each with what its bytes tell at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.core.gaps.layout import Layout
from assistant.core.gaps.leaves import BLANK, Leaf
from assistant.core.text import lazy
from assistant.core.types import Span

PARAGRAPH, LINE, ITEM, ROW, CODE, HTML, INDENTED, HEADING = range(8)
"""The forms of a unit; those up to `ITEM` are text."""
NOTHING, STOP, QUESTION, COLON, OPEN, DOTS, WORD, DIGIT, SIGN = range(9)
"""What a unit ends in, brackets and emphasis aside; `OPEN` is a comma, a dash, an opening bracket."""
LOWER, LINKED, ASKS, LABEL, ROUGH, BARE_LINK, PROSE, EMPTY, PLAIN = (1 << bit for bit in range(9))
"""What a unit's bytes tell: begins in lower case, holds a link, asks, opens with a label, is jotted with
dashes and arrows, is a link and nothing else, is a whole sentence, holds nothing, is written or judged
elsewhere at a glance."""

_SENTENCE = 9
"""Words from which a line that ends in a stop is taken for a sentence of a finished text."""
_LONG = 14
"""Words from which an item that is a sentence is taken for written, as any paragraph of a sentence is."""
_GLYPHS = 6
"""Bytes that count as a word in scripts without spaces: two characters."""
_LONG_LINE = 60
"""Characters from which the longest line of a paragraph is taken for wrapped prose, not for notes."""
_ONLY_MARK = lazy.pattern(rb"\[\d{0,2}\]:?|\d{1,2}(?:\xe3\x80\x81|[.)])|[*_]{0,2}``[*_]{0,2}:?")
"""A mark with nothing after it: `[1]` in a list of sources, an item of nothing but empty code."""
_LONGEST_MARK = 12
_ONLY_TAGS = lazy.pattern(rb"(?i)<[^<>]*>|(?:<details[^<>]*>)?[ \t]*<summary\b.*</summary>")
"""A tag alone, or the title of what a page folds: `<summary>How to get there</summary>`."""
_TEMPLATE = lazy.pattern(rb"\{\{[<%][^{}]*\}\}|\{%[^{}]*%\}")
"""A template's tag alone: `{{< tab >}}`, `{% endtab %}`."""
_MOST_LINES = 200
"""Lines of one paragraph that are looked at one by one."""
_CLOSERS = b" \t\r\n*_~\"')]>`\\"
_CODE = lazy.pattern(rb"[{}();=<>$\\|/_\[\]]|^[#@%]|--|[^.]\.\w|^[a-z]+ [a-z-]+$")
"""What shows that an indented line is code, although it has a note's marks."""
_NOTED = lazy.pattern(rb"^(?:[-*+]|\d+[.)])\s|\*\*|^\*\w|^_\w|^\S+\s+\S+\s+\S")
"""What an indented note to oneself has, marks or three words: `    **roof**`, `    image of the roof`."""
_ARROW = "→".encode()
_LINE_FEED, _SPACE, _BRACE = map(ord, "\n {")
_ORDINARY = bytes(
    byte for byte in range(256) if (chr(byte).isascii() and chr(byte).isalnum()) or byte in b" \t\n\r,'"
) + bytes(range(128, 256))
"""Bytes of words, and signs that tell nothing of them."""
_TAIL = lazy.pattern(
    rb"(?:[ \t]*(?:\xf0\x9f[\x80-\xbf]{2}|\xe2[\x98-\x9e][\x80-\xbf]|\xef\xb8\x8f|\xe2\x80\x8d))+\Z"
    rb"|[ \t]\^[\w-]+\Z"
)
"""What may follow a sentence's stop: pictures such as a smiley, and Obsidian's name of a block, `^tide-1`."""
_PICTURES = (b"\xe2", b"\xef")
"""How the last character of such a tail begins in UTF-8, if it is none of the newer pictures."""
_DEFINES = (b": ", b":\t", b":\n", b":\r")
"""What opens a definition, below the line of its term: `Bowline`, then `: a knot that makes a loop`."""
_UNDERLINED = lazy.pattern(rb"(?P<words>[^\r\n]+)(?:\r\n|\n|\r)(?P<line>-{3,}|={3,})[ \t]*(?=[\r\n]|\Z)")
_SETTING = lazy.pattern(rb":[\w-]+:(?:[ \t].*)?")
"""A setting below the line that opens a box: `:class: tip`."""
_NAME = 40
"""Bytes at a unit's end in which a block's name begins."""
_BRACKETS = b"(*_\xef"
_RARE = frozenset(bytes((byte,)) for byte in b"?!:=[{" + _BRACKETS)
"""The bytes that these, abbreviations and captions in emphasis or brackets begin with."""
_FOOTNOTE = 12
"""Bytes at a unit's end in which a reference to a footnote begins."""
_BOX_LINE = lazy.pattern(
    rb"===[!+]?[ \t]+[\"']|==[ ]\w|\[![A-Za-z][\w-]*\](?![(\[])|(?:\?\?\?\+?|!!!)[ \t]+\w|:::|///"
    rb"|(?:\{\{[<%][^{}\r\n]*[>%]\}\}|\{%[^{}\r\n]*%\})[ \t]*(?=[\r\n]|\Z)"
)
"""What heads a tab, an alert or a box, above its text: `=== "North"`, `== North` in VitePress, `[!NOTE]`,
`!!! tip`, `{{< tab >}}`."""
_FORMS = {"Paragraph": PARAGRAPH, "Item": ITEM, "CodeBlock": CODE, "HtmlBlock": HTML, "Heading": HEADING}
_LINES = {"Paragraph": LINE, "HtmlBlock": HTML, "CodeBlock": INDENTED}
_WIDE_ENDS = {
    "。".encode(): STOP, "！".encode(): STOP, "？".encode(): QUESTION, "：".encode(): COLON,
    "，".encode(): OPEN,
    "、".encode(): OPEN, "；".encode(): OPEN, "–".encode(): OPEN, "—".encode(): OPEN, "…".encode(): DOTS,
    "”".encode(): STOP, "»".encode()[-3:]: SIGN,
}  # fmt: skip
_ENDS = [SIGN] * 128 + [WORD] * 128
for _bytes, _end in (
    (b".!", STOP), (b"?", QUESTION), (b":", COLON), (b",;-&+/=([", OPEN), (b"0123456789", DIGIT),
    (b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", WORD),
):  # fmt: skip
    for _byte in _bytes:
        _ENDS[_byte] = _end


class Unit(NamedTuple):
    """A block or a line of one, with what is known of it without reading its words."""

    form: int
    start: int
    end: int
    leaf: int
    """The index of its leaf in the layout."""
    place: int
    """Which line of its leaf it is, from 0."""
    size: int
    """About how many words it has."""
    last: int
    """What it ends in."""
    flags: int
    section: int
    """The index of the heading that it stands under; -1 above the first."""
    group: int
    """What its list is known by, or its paragraph when it is a line of one; -1 outside both."""

    @property
    def span(self) -> Span:
        """Its bytes."""
        return Span(self.start, self.end)


def units(layout: Layout) -> list[Unit]:
    """Return the units of a draft in document order; none overlaps another."""
    data, verbatim = layout.data, layout.verbatim_starts
    result: list[Unit] = []
    new = tuple.__new__
    headings = layout.draft.headings
    section, border = -1, headings[0].span.start if headings else len(data) + 1
    spaceless = layout.language in ("zh", "ja")
    rare = _RARE | layout.words.caption_bytes
    for index, leaf in enumerate(layout.leaves):
        kind, start, end, _, group, _, _, aside = leaf
        while start >= border:
            section += 1
            border = headings[section + 1].span.start if section + 1 < len(headings) else len(data) + 1
        if aside or start in verbatim:
            continue
        if kind == "Heading" or (group >= 0 and _is_heading(data, start)):
            result.append(new(Unit, (HEADING, start, end, index, 0, 1, NOTHING, PLAIN, section, group)))
            continue
        text, heads_box = data[start:end], False
        if text[:1] in rare:
            if text[:2] == b"*[" or layout.words.caption.match(text):  # an abbreviation, a caption
                continue
            heads_box = _BOX_LINE.match(text) is not None and (text[0] != _BRACE or _LINE_FEED in text)
        if kind in ("TableHead", "TableCell"):
            if not result or result[-1].form != ROW or result[-1].end <= start:
                result += _row(layout, leaf, index, section, result[-1].start if result else 0, spaceless)
        elif not text:
            result += _empty_item(layout, leaf, index, section, result[-1].end if result else 0)
        elif heads_box or (kind != "Item" and _stands_in_lines(layout, leaf, text)):
            result += _line_units(layout, leaf, index, section, heads_box, spaceless)
        elif text[:4] != b"<!--" or kind != "HtmlBlock":
            form = _FORMS[kind]
            look = _look(text, form, group, spaceless)
            result.append(new(Unit, (form, start, end, index, 0, *look, section, group)))
    return result


def _row(
    layout: Layout, leaf: Leaf, index: int, section: int, limit: int, is_spaceless: bool
) -> Iterator[Unit]:
    """Yield a table's row, which is one unit, at its first cell; `limit` is where its line may begin."""
    data = layout.data
    line = layout.line_start(leaf.start, limit)
    start, end = layout.trim(line, max(layout.draft.line_end(leaf.start), leaf.end))
    if start < end:
        size, last, flags = _look(data[start:end], ROW, -1, is_spaceless)
        flags |= 0 if leaf.kind == "TableCell" else PLAIN
        yield Unit(ROW, start, end, index, 0, size, last, flags, section, -1)


def _empty_item(layout: Layout, leaf: Leaf, index: int, section: int, limit: int) -> Iterator[Unit]:
    """Yield the mark of an item that holds nothing."""
    start, end = layout.trim(layout.line_start(leaf.start, limit), layout.draft.line_end(leaf.start))
    if leaf.kind == "Item" and start < end:
        yield Unit(ITEM, start, end, index, 0, 0, NOTHING, EMPTY, section, leaf.group)


def _stands_in_lines(layout: Layout, leaf: Leaf, text: bytes) -> bool:
    """Tell whether each line of a leaf is a unit of its own."""
    if leaf.kind == "HtmlBlock":
        return _LINE_FEED in text and text[:4] != b"<!--"
    if leaf.kind == "Paragraph":
        return _LINE_FEED in text and _is_jotted(text)
    return layout.draft.blocks[leaf.block].is_indented_code


def _line_units(
    layout: Layout, leaf: Leaf, index: int, section: int, heads_box: bool, is_spaceless: bool
) -> Iterator[Unit]:
    """Yield the lines of a leaf; the text below a box's first line is one unit if it is wrapped."""
    data, form, text = layout.data, _LINES.get(leaf.kind, LINE), layout.data[leaf.start : leaf.end]
    if form == INDENTED and layout.words.marker_pattern.search(text):
        return  # a marker in code, as in a fenced block
    if form == INDENTED and _NOTED.search(note := text.strip()) and not _CODE.search(note):
        form = LINE
    lines = [line for line in _lines(layout, leaf) if not _BOX_LINE.match(data, *line)]
    if heads_box:
        lines = [line for line in lines if not _SETTING.fullmatch(data, *line)]
    if heads_box and lines and (len(lines) == 1 or not _is_jotted(data[lines[0][0] : lines[-1][1]])):
        form, lines = PARAGRAPH, [(lines[0][0], lines[-1][1])]
    for place, (first, last) in enumerate(lines):
        below = lines[place + 1][0] if place + 1 < len(lines) else last
        if data[below : below + 2] not in _DEFINES:  # else the term that the line below defines
            look = _look(data[first:last], form, -2 - index, is_spaceless)
            yield Unit(form, first, last, index, place, *look, section, -2 - index)


def _is_heading(data: bytes, start: int) -> bool:
    """Tell whether an item is a numbered heading, which its author underlined: `2. Fence` above `-------`."""
    if start < 2 or data[start - 1] != _SPACE or data[start - 2] not in b".)":
        return False
    hit = _UNDERLINED.match(data, start)
    return hit is not None and len(hit["line"]) >= len(hit["words"].decode("utf-8", "ignore"))


def writes_small(of_draft: Sequence[Unit]) -> bool:
    """Tell whether most whole sentences of a draft begin without a capital, as some authors write."""
    prose = [unit.flags & LOWER for unit in of_draft if unit.flags & PROSE]
    return 2 * sum(prose) > len(prose)


def _look(text: bytes, form: int, group: int, is_spaceless: bool) -> tuple[int, int, int]:
    """Return about how many words a unit has, what it ends in, and its flags."""
    size = text.count(b" ") + 1
    if is_spaceless:
        size = max(size, len(text) // _GLYPHS)
    flags = LOWER if 97 <= text[0] <= 122 else 0
    signs = text.translate(None, _ORDINARY).decode("ascii")  # `in` is faster in text than in bytes
    is_plain = signs == "." and text[-1] == 46 and form <= ITEM  # plain words and one stop
    last = STOP if is_plain else _ending(text, signs)
    if size >= _SENTENCE and last in (STOP, QUESTION) and form <= ITEM:
        flags |= PROSE | (PLAIN if size >= _LONG or group == -1 else 0)
    if is_plain:
        return size, last, flags
    if len(text) < _LONGEST_MARK and form <= ITEM and signs and _ONLY_MARK.fullmatch(text):
        return 0, NOTHING, EMPTY
    is_tag = (form == HTML and _ONLY_TAGS.fullmatch(text)) or (
        text[0] == _BRACE and _TEMPLATE.fullmatch(text)
    )
    if form == CODE or is_tag:
        flags |= PLAIN
    if signs or not text.isascii():
        if "://" in signs or ("](" in signs and b"](" in text):
            flags |= LINKED
            if size < 4 and text.startswith((b"http", b"[", b"<", b"!")):
                flags |= BARE_LINK
        if "?" in signs or (is_spaceless and "？".encode() in text):
            flags |= ASKS
        is_marked = text[0] in b"*_`[" and text.startswith((b"**", b"__", b"`", b"["))
        if is_marked or (":" in signs and text.find(b":", 0, 40) >= 0):
            flags |= LABEL
        if _is_rough(text, signs):
            flags |= ROUGH
    return size, last, flags


def _is_rough(text: bytes, signs: str) -> bool:
    """Tell whether a text is jotted with dashes, arrows and dots; `signs` are those it has."""
    if ("-" in signs and (b" - " in text or b"->" in text)) or "??" in signs:
        return True
    if ("..." in signs and b"..." in text) or ("&" in signs and b" & " in text):
        return True
    return not text.isascii() and text.find(_ARROW) >= 0


def _ending(text: bytes, signs: str) -> int:
    """Return what a text ends in; `signs` are those it has."""
    bare = text.rstrip(_CLOSERS)
    if not bare:
        return NOTHING
    byte = bare[-1]
    if bare[-3:-2] in _PICTURES or bare[-4:-2] == b"\xf0\x9f" or "^" in signs:
        if tail := _TAIL.search(bare, max(0, len(bare) - _NAME)):
            bare = bare[: tail.start()].rstrip(_CLOSERS) or bare
        if b"[^" in bare[-_FOOTNOTE:]:  # `It was foggy.[^1]` ends like a sentence
            bare = bare[: bare.rfind(b"[^")].rstrip(_CLOSERS) or bare
        byte = bare[-1]
    if byte > 127:
        return _WIDE_ENDS.get(bare[-3:], WORD)
    return DOTS if byte == 46 and bare.endswith(b"...") else _ENDS[byte]


def _is_jotted(text: bytes) -> bool:
    """Say whether the lines of a paragraph stand for themselves, not wrapped by an editor."""
    lengths = list(map(len, text.split(b"\n")))
    if len(lengths) > _MOST_LINES:
        return False
    longest = max(lengths)
    if longest < _LONG_LINE:
        return True
    # wrapped lines are about as long as the longest, the last one aside
    full = sum(length > longest * 0.7 for length in lengths[:-1])
    return longest > 200 or full * 2 < len(lengths) - 1


def _lines(layout: Layout, leaf: Leaf) -> list[tuple[int, int]]:
    """Return where the lines of a leaf begin and end, without blanks and the marks of quotes."""
    spans, start = [], leaf.start
    for line in layout.data[leaf.start : leaf.end].splitlines(keepends=True):
        bare = (line.lstrip(b"> \t") if leaf.quoted else line).lstrip(BLANK)
        if text := bare.rstrip(BLANK):
            first = start + len(line) - len(bare)
            spans.append((first, first + len(text)))
        start += len(line)
    return spans
