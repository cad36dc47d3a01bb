"""Take of an answer the part that belongs to its place, and give it the form that fits there."""

from __future__ import annotations

from typing import NamedTuple

from assistant.core.answer.expected import Expected
from assistant.core.answer.repeated_words import is_same
from assistant.core.answer.sentence_ends import whole, without_lead_in
from assistant.core.hunks.container import taken
from assistant.core.text import language, lazy
from assistant.core.text.code import code
from assistant.core.text.draft import blocks_of
from assistant.core.text.lists import item_mark, items, without_mark
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import count_words, squeezed

_SLACK = 1.5
"""How many times the most words wanted an answer may have: the author's own longest are no longer."""
_MOST_CELL_WORDS = 30
"""A cell of a table with more would make its row unreadable."""
_FEWEST_COPIED = 5
"""Fewest words of a paragraph that is in the draft as well and is no coincidence."""

_BLANK = lazy.pattern(r"(?<=[。！？]) ")
"""A blank between two Chinese or Japanese sentences, which have none."""


class Part(NamedTuple):
    """A block of an answer with the blank lines below it; all parts together are the answer."""

    kind: str
    """pyromark's name, such as `Paragraph`, `Heading` or `List`."""
    text: str
    level: int = 0
    """A heading's level."""

    @property
    def is_line(self) -> bool:
        """True for a heading, and for a paragraph of one line, which may stand for one."""
        return self.kind == "Heading" or (self.kind == "Paragraph" and "\n" not in self.text.strip())

    @property
    def line(self) -> str:
        """The first line without a heading's or emphasis' marks."""
        return self.text.strip().partition("\n")[0].strip("#*_: \t")


def parts(text: str) -> list[Part]:
    """Return the blocks of a text in order."""
    data = text.encode()
    tops = [block for block in blocks_of(text) if block.depth == 0]
    starts = [0, *(block.start for block in tops[1:]), len(data)]
    return [
        Part(block.kind, data[start:end].decode(), block.detail if block.kind == "Heading" else 0)
        for block, start, end in zip(tops, starts, starts[1:], strict=False)
    ]


def _names(part: Part, heading: str) -> bool:
    """Tell whether a line is a repeated heading; `Well, the lamp.` below `The lamp` is a sentence."""
    is_sentence = part.kind == "Paragraph" and ends_sentence(part.line) and not ends_sentence(heading)
    is_longer = count_words(part.line) > count_words(heading)
    return is_same(part.line, heading) and not (is_sentence and is_longer)


def within_place(text: str, expected: Expected) -> str:
    """Return `text` without a heading above its first words, up to the first that leaves its place.

    That is a heading as high as the section's own, or one that the draft has already, in bold as well. Where
    a model returns the whole draft, the section of the place is taken, and what the draft has is dropped. A
    deeper heading where none may be becomes a line in bold, whose colon leads to what follows.
    """
    blocks = [part for part in parts(text) if part.kind != "MetadataBlock"]
    own = expected.own_headings[-1:]
    at = [i for i, part in enumerate(blocks) if part.level and any(is_same(part.line, o) for o in own)]
    draft = squeezed(expected.draft)
    result: list[Part] = []
    for part in _without_lone_heading(blocks[at[0] + 1 if at else 0 :]):
        is_words = part.kind in ("Paragraph", "List") and count_words(part.text) >= _FEWEST_COPIED
        if is_words and squeezed(part.text) in draft:
            continue
        is_elsewhere = any(_names(part, heading) for heading in (*expected.outline, *expected.own_headings))
        if part.is_line and (is_elsewhere or 0 < part.level <= expected.level):
            if result or is_elsewhere:
                break
            continue
        result.append(part)
    in_bold = not expected.may_have_headings
    result = _without_lone_heading(result)
    return "".join(f"**{part.line}:**\n\n" if part.level and in_bold else part.text for part in result)


def _without_lone_heading(blocks: list[Part]) -> list[Part]:
    """Return blocks without a heading above them all, which names the section once more: `### What I do`."""
    return blocks[1:] if [part.level > 0 for part in blocks] == [True, *[False] * len(blocks[1:])] else blocks


def in_language(text: str, expected: Expected) -> str:
    """Return `text` without paragraphs in another language than the draft's, if most of it is in the draft's.

    A small model changes to English where the author has English terms.
    """
    if expected.language not in language.NAMES:
        return text
    result = "".join(part.text for part in parts(text) if part.level or is_in(part, expected.language))
    return result if 2 * count_words(result) > count_words(text) else text


def is_in(part: Part, code: str) -> bool:
    """Tell whether a block may be in the language `code`, as code and what is too short always may."""
    return part.kind == "CodeBlock" or language.is_in(part.text, code)


def without_unwanted_code(text: str, expected: Expected) -> str:
    """Return `text` without blocks of code where the author has none and asks for none.

    A sentence that only leads to such a block ("It looks like this:") goes with it.
    """
    if expected.may_have_code:
        return text
    for block in reversed(code(text)):
        if block.is_block:
            before = without_lead_in(text[: block.start].rstrip())
            text = before + "\n\n" + text[block.end :].lstrip("\n")
    return text


def without_empty_sections(text: str, expected: Expected) -> str:
    """Return `text` without headings that nothing stands below: an outline is no text for its section."""
    result: list[Part] = []
    for part in reversed(parts(text)):
        below = result[-1].level if result else 1
        if not part.level or not 0 < below <= part.level:
            result.append(part)
    return "".join(part.text for part in reversed(result))


def in_one_paragraph(text: str, expected: Expected) -> str:
    """Return `text` as one paragraph where only one fits; a list of phrases can't be part of one.

    Below a paragraph that it ends, a list, a quotation and footnotes may stand. Elsewhere they go, and so do
    the references to footnotes.
    """
    if not expected.inline:
        return text
    lines, below = list[str](), ""
    for note in (part.text for part in parts(text) if part.kind == "FootnoteDefinition"):
        if not expected.ends_paragraph:
            text = text.replace(note, "").replace(note[: note.index("]") + 1].strip(), "")
    blocks = parts(text)
    is_all = len(blocks) == 1 and not expected.is_cut  # a mark around all of it, as some models add
    if is_all and blocks[0].kind == "BlockQuote":
        blocks = parts(taken(text.removeprefix(">").lstrip(), "> "))
    elif is_all and blocks[0].kind == "List":
        marked = [line for line in text.split("\n") if line[:1].strip() and item_mark(line)]
        if expected.mark and len(marked) > 1:
            return _with_mark(text, expected.mark)
        inner = taken(text.removeprefix(mark := item_mark(text)), " " * len(mark))
        if expected.mark and [part.kind for part in parts(inner)] == ["Paragraph", "List"]:
            return inner  # an item and those below it
        blocks = parts(inner) if len(marked) == 1 else blocks
    for at, part in enumerate(blocks):
        listed = items(part.text) if part.kind == "List" else []
        if expected.is_cut and part is blocks[-1]:
            listed = listed[:-1]  # the token limit ended the last one
        if part.kind not in ("Paragraph", "List") or not all(ends_sentence(item.text) for item in listed):
            rest = "".join(one.text for one in blocks[at:]).strip()
            below = f"\n\n{rest}" if expected.ends_paragraph and lines else ""
            break
        lines += [without_mark(line).strip() for line in part.text.strip().split("\n")]
    return _BLANK.sub("", " ".join(filter(None, lines))) + below


def _with_mark(text: str, own: str) -> str:
    """Return a list with the mark of the author's item that it stands for; further numbers count on."""
    number, lines = own.rstrip()[:-1], list[str]()
    marks = list[str]()
    for line in text.split("\n"):
        old = item_mark(line) if line[:1].strip() else ""
        mark = own.replace(number, str(int(number) + len(marks))) if number.isdigit() else own
        if old:
            marks.append(mark)
        lines.append(mark + line.removeprefix(old) if old else line)
    return "\n".join(lines)


def within_cell(text: str, expected: Expected) -> str:
    """Return the sentences of `text` that a cell of a table has room for; all of it elsewhere."""
    return _within(text, _MOST_CELL_WORDS, expected.language) if expected.is_cell else text


def within_length(text: str, expected: Expected) -> str:
    """Return `text` up to the last paragraph, item or sentence within the length that the author writes."""
    most = round(_SLACK * expected.most_words)
    if not most or count_words(text) <= most:
        return text
    result = ""
    for part in parts(text):
        if count_words(result + part.text) > most:
            break
        result += part.text
    result = without_lead_in(result.rstrip())
    if count_words(result) >= max(expected.least_words, most // 3):
        return result
    return _within(text, most, expected.language)


def _within(text: str, most: int, language: str) -> str:
    """Return the sentences or items of `text` that come to at most `most` words."""
    ends = [end for _, end in sentence_spans(text, language)] + [item.end for item in items(text)]
    fitting = [end for end in ends if count_words(text[:end]) <= most]
    return without_lead_in(whole(text[: max(fitting)], language)) if fitting else ""


def numbered_in_order(text: str) -> str:
    """Return `text` with the numbers of a list counted on where one comes twice; `1. 1. 1.` stays."""
    numbered = [item for item in items(text) if item.is_numbered]
    numbers = [int(item.mark[:-1]) for item in numbered]
    if len(set(numbers)) in (1, len(numbers)) or len(parts(text)) != 1:
        return text
    for number, item in reversed([*enumerate(numbered, numbers[0])]):
        text = f"{text[: item.start]}{number}{item.mark[-1]}{text[item.start + len(item.mark) :]}"
    return text
