"""Take a text out of what a model has put it into: a fence, a tag, JSON, HTML, quotes."""

from __future__ import annotations

import functools
import html
import itertools
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from assistant.core.answer.code_answer import is_prose
from assistant.core.answer.expected import LINE_PART, Expected
from assistant.core.answer.talk import without_talk
from assistant.core.text.code import Code, code, replaced
from assistant.core.text.lists import item_mark
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.words import UNIT, count_words, first_word, squeezed

_FEW = 4
"""Words of an item that another one below it doesn't repeat by chance, as it may `Knit one.`"""
_NOTE_LINES = 4
"""Lines of a note that comes again above the text, at most."""
_ANY = "X."
"""Stands for a text, to see whether all around it goes."""
_OPENING = re.compile(r"(?m)^(?:`{3,}|~{3,})\w")
"""A fence of code, by its language."""
_OPENED = re.compile(r"<([A-Za-z_-]+)")
_QUOTED = re.compile(r"(?m)^[ \t]{0,3}>[ \t]?")
"""The mark of a quote before each line."""
_BLOCK_ID = re.compile(r"(?:\A|[ \t])(\^[A-Za-z0-9-]+)\Z")
"""Obsidian's name of the block that a note is, which stays in the draft."""
_SIGN = (
    r"(?P<open>[\[(【（])?[*_]{0,2}(?:%s|TODO|FIXME)"
    r"(?:[*_]{0,2}[ \u00a0]?[:：][*_]{0,2}|(?P<closed>[\])】）])(?![(\[:])|[*_]{0,2} [–—-](?= ))\s*"
)
"""The sign of a note, by the author's word or a common one: `TODO: `, `**TODO:** `, `[FIXME] `, `TODO - `."""
_FOOTNOTE = re.compile(r"\[\^[^\]]+\]:")
_DATA = re.compile(r'\A(?:\{\s*"|\[\s*[{"](?![^\]\n]*\][(\[]))')
"""How JSON begins: `{"text":`, `[{`; prose may begin with a bracket alone, or with a link's quoted words."""
_ASIDE = re.compile(r"(?i)think|thought|reason|note|comment|expla|analysis|plan|title|heading")
"""Keys of JSON whose texts are not the text."""
_HTML = re.compile(r"<(?:p|h[1-6]|[uo]l|li|br|div|blockquote)\b[^<>]*>", re.I)
"""An element that Markdown has signs for; one is enough to tell that a model wrote HTML."""
_BLOCK = r"(?:p|div|[uo]l|section|article|body|html|span|blockquote)"
_MARKDOWN: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"<h([1-6])\b[^>]*>\s*(.*?)\s*</h\1>", lambda tag: f"\n\n{'#' * int(tag[1])} {tag[2]}\n\n"),
    (r"<(strong|b)>(.*?)</\1>", r"**\2**"),
    (r"<(em|i)>(.*?)</\1>", r"*\2*"),
    (r"<code>(.*?)</code>", r"`\1`"),
    (r"<a\b[^>]*\bhref=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", r"[\2](\1)"),
    (r"<li\b[^>]*>\s*(.*?)\s*(?:</li>|(?=<li\b|</[uo]l>))", r"\n- \1"),
    (r"<br\b[^>]*>", "\n"),
    (rf"(?:[ \t]|&nbsp;)*</?{_BLOCK}\b[^>]*>(?:[ \t]|&nbsp;)*", "\n\n"),
    (r"\n(?:[ \t]*\n){2,}", "\n\n"),
)
"""HTML in the words of Markdown, in turn."""

_OLD_OR_NEW = re.compile(r"(?m)^(?:<{5,9}|={5,9}|>{5,9})")
_REPLACEMENT = re.compile(
    r"(?ms)^<{5,9}[^\n]*\n(?P<old>(?:(?!={5}|[<>]{5})[^\n]*\n)*)={5,9}\n(?P<new>.*?)^>{5,9}[^\n]*$"
)
"""A change that names what it replaces, and its marks."""
_PAIRS = {"}": "{", "]": "[", ")": "(（", ">": "<", '"': '"“”„', "”": "“”„", "«": "»", "»": "«»"}
_PAIRS |= dict.fromkeys("\\[{(（「<!", "")
"""What may begin what each sign ends, anywhere before it; of others, the same sign in their paragraph."""
_DOUBLED = "-/=+&"
"""Signs that are a format's only where they are doubled, as a word may have one: `two-fold`, `--`."""
_MARKS = tuple('"“”„«»「」')
_STRING = re.compile(r"[.!?…:。！？][*_\"”»)]*\\n\\n")
"""A string's line ends between two paragraphs: `It rained.\\n\\nThen it cleared.`"""


def unwrapped(text: str, expected: Expected) -> str:
    """Return `text` without what is around the whole of it."""
    own = expected.own_text
    text = _without_marker(_without_container(text, expected), expected)
    text = _without_leavings(text, expected)
    text = _unfenced(text, expected)
    if is_data(text) or (text[:1] == '"' and "\\n" in text):
        text = _from_json(text)
    element = expected.phrases["answer.element"].match(text)
    if element and f"<{element['name']}" not in own and not _HTML.match(text):
        text = element["inside"]
    if not (expected.stub or _QUOTED.search(own) or _wants_quote(expected)):
        text = _unquoted(text, expected)
    if "\n" not in text and "\\n" not in own and "`" not in text and _STRING.search(text):
        text = text.replace("\\n", "\n")
    quotes = text[:1] + text[-1:]
    if quotes in ('""', "“”", "„“", "«»", "「」") and sum(map(text.count, set(quotes))) == 2:
        text = text[1:-1].strip()
    elif quotes[:1] in _MARKS and not (expected.stub or any(mark in text[1:] for mark in _MARKS)):
        text = text[1:]  # `"We left.`
    pair = expected.note[:1] + expected.note[-1:]  # the brackets of the author's note
    if pair in ("[]", "()", "（）", "【】") and not expected.brackets and text[:1] + text[-1:] == pair:
        text = text[1:-1].strip() if text.count(pair[0]) == 1 else text
    return text


def _unquoted(text: str, expected: Expected) -> str:
    """Return what is quoted where that is all of `text`, or all but words to the user above it."""
    above, _, below = text.partition("\n\n")
    for quoted in (text, below):
        if all(map(_QUOTED.match, quoted.split("\n"))):
            is_all = quoted is text or without_talk(f"{above}\n\n{_ANY}", expected) == _ANY
            return _QUOTED.sub("", quoted) if is_all else text
    return text


def _wants_quote(expected: Expected) -> bool:
    """Tell whether a quotation fits: a colon leads to it, `She wrote to me:`, or the place asks for one."""
    asked = "\n".join((*expected.own_headings[-1:], *expected.request[1:]))
    is_asked = expected.phrases["chat.quotation"].search(asked) is not None
    return is_asked or expected.before.endswith((":", "："))


def is_data(text: str) -> bool:
    """Tell whether a text begins as JSON does; a template's `{{` doesn't."""
    return _DATA.match(text) is not None


def is_edit(text: str, expected: Expected) -> bool:
    """Tell whether a text is a change of the draft for a program to make; a post on code may show one."""
    names = ("answer.edit", "answer.fenced diff")
    edit = next(filter(None, (expected.phrases[name].match(text) for name in names)), None)
    if edit is None or edit["mark"] in expected.own_text:
        return False
    at = edit.start("mark")
    is_shown = any(block.fence and block.start <= at < block.end for block in code(text))
    return not (is_shown and expected.may_have_code)


def text_of_edit(text: str) -> str:
    """Return the text that a lone change puts in, `<<<<<<< SEARCH`, what is to be found, `=======`, the text.

    What is to be found may be around the text again. Nothing where an answer has more changes, or others.
    """
    marks = [mark[0][0] for mark in _OLD_OR_NEW.finditer(text)]
    edit = _REPLACEMENT.search(text) if marks.count("<") == 1 else None
    if edit is None or len(marks) != len(_OLD_OR_NEW.findall(edit[0])):
        return ""
    old, new = (edit[name].strip("\n").split("\n") for name in ("old", "new"))
    above = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = (old[above:][::-1], new[above:][::-1])
    below = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(*rest, strict=False)))
    return "\n".join(new[above : len(new) - below]).strip()


def in_markdown(text: str, expected: Expected) -> str:
    """Return `text` with HTML's paragraphs, headings and lists as Markdown has them, but the author's own."""
    tag = _HTML.search(text)
    if expected.code or not tag or tag[0] in expected.own_text:
        return text
    if any(block.start <= tag.start() < block.end for block in code(text)):
        return text
    for pattern, replacement in _MARKDOWN:
        text = re.sub(f"(?is){pattern}", replacement, text)
    return html.unescape(text).strip()


def _without_container(text: str, expected: Expected) -> str:
    """Return `text` without the author's lines and tags around its place: `!!! tip "Pump"`, `<p>` and `</p>`.

    An end of a box without its start may be one of the text's own, and so may a tag without the other one.
    """
    above, below = expected.around
    parts = [part for part in LINE_PART.finditer(text) if part[0].strip()]
    said = tuple(squeezed(part[0]) for part in parts)
    first = _overlap(above, said[:-1])
    if not any(map(str.isalnum, "".join(said[:first]))):  # `$$` or a bare fence above closes what is there
        return text
    last = _overlap(said[first + 1 :], below)
    start, end = parts[first].start(), parts[len(parts) - last - 1].end()
    is_short = not expected.inline and count_words(parts[first - 1][0]) < _FEW
    if is_short and item_mark(parts[first - 1][0]) and item_mark(text[start:]):  # two may be the same
        return text
    is_line = "\n" in text[parts[first - 1].end() : start]
    tag = _OPENED.match(said[first - 1])
    if not is_line and not (last and tag):
        return text
    if tag and f"</{tag[1]}" in text[start:end]:  # its own tags, one after the other
        return text
    return textwrap.dedent(text[start:end]).strip()


def _overlap(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """Return how many parts at the end of `before` are those at the start of `after`."""
    return max((n for n in range(1, min(len(before), len(after)) + 1) if before[-n:] == after[:n]), default=0)


def _without_marker(text: str, expected: Expected) -> str:
    """Return `text` without the sign of the note or footnote that it is in: `TODO:`, `[^1]:`, ` ^tide-1`."""
    above, below = expected.around
    for name in filter(None, map(_BLOCK_ID.search, (expected.note, *below[:1]))):
        text = text.removesuffix(name[1]).rstrip()
    text = _without_note(text, expected)
    mark = item_mark(text)
    rest = text[len(mark) :]
    if above and _FOOTNOTE.fullmatch(above[-1]) and rest.startswith(above[-1]):
        return mark + rest.removeprefix(above[-1]).lstrip()
    sign = re.match(_SIGN % re.escape(expected.marker), rest) if expected.marker else None
    if sign is None:
        return text
    rest = rest[sign.end() :]
    if sign[0].strip() in rest:  # a list of such notes, which the text shows
        return text
    if sign["open"] and not sign["closed"]:  # `[TODO: We left.]`
        is_whole = rest.endswith(("]", ")", "】", "）")) and not re.search(r"[\[\]()【】（）]", rest[:-1])
        return mark + rest[:-1] if is_whole else text
    return mark + rest


def _without_note(text: str, expected: Expected) -> str:
    """Return `text` without the author's note above it: `TODO: veil`, and `Veil` above a new sentence.

    A text may show several notes, and `What to pack` is needed above a list.
    """
    marker, note = (UNIT.findall(words.casefold()) for words in (expected.marker, expected.note))
    lines = text.split("\n")
    for count in range(1, min(len(lines), _NOTE_LINES + 1)) if marker else ():
        rest = itertools.dropwhile(lambda line: not line.strip("> \t"), lines[count:])
        above, below = "\n".join(lines[:count]), "\n".join(rest).strip()
        said = UNIT.findall(above.casefold())
        begins = below[:1] not in ":=-|" and not (item_mark(below) or first_word(below).islower())
        is_name = [*marker, *said] == note and begins and not ends_sentence(above)
        if (said == note or is_name) and expected.marker not in below and UNIT.search(below):
            return below
    return text


def _without_leavings(text: str, expected: Expected) -> str:
    """Return `text` without lines at its ends that only a prompt or a tool has, and the end of a format.

    Marks of sources that a model searched go anywhere. `[FIN]` stays in a text on the word FIN.
    """
    own, names = expected.own_text, ("junk", "source mark", "broken end")
    junk, sources, broken = (expected.phrases[f"answer.{name}"] for name in names)
    if not sources.search(own):
        cites = re.search(r"(?m)^[ \t]*\[\d+\](?::|[ \t])", text)  # `[1]: https://…`
        text = replaced(sources, text, lambda mark: None if cites and mark["numbers"] else "")
    end = broken.search(text)
    if end and not _is_opened(end[0].strip(), f"{expected.stub} {text[: end.start()]}"):
        text = text[: end.start()]

    @functools.cache  # a model in a loop says one line without end
    def is_left(line: str) -> bool:
        if not junk.fullmatch(line) or line in own:
            return not line
        is_said = line[0] == "[" and re.search(rf"(?<![\[/\w]){re.escape(line.strip('[]/'))}(?!\w)", text)
        return not (is_said or (line.startswith("</") and re.search(rf"<{line[2:-1]}\b", text)))

    for step in (1, -1):
        lines = text.split("\n")[::step]
        text = "\n".join([*itertools.dropwhile(lambda line: is_left(line.strip()), lines)][::step])
        is_left.cache_clear()
    return text


def _is_opened(signs: str, before: str) -> bool:
    """Tell whether one of the signs behind a text ends what begins in it: `**`, `}`, a fence."""
    last = before.rpartition("\n\n")[2]
    is_fence = signs[:3] in ("```", "~~~")
    return any(
        start in (before if is_fence or sign in _PAIRS else last)
        for sign in signs
        for start in _PAIRS.get(sign, [sign * 2 if sign in _DOUBLED else sign])
    )


def _unfenced(text: str, expected: Expected) -> str:
    """Return what a fence holds that is around the text, and a text without a lone fence at its end.

    Where the draft has no code, the words around the fence are left, and talk is taken from them later.
    """
    blocks = code(text)
    if blocks and blocks[0].start == 0 and _is_bare(blocks[0]) and _OPENING.search(blocks[0].text):
        text = text.partition("\n")[2]  # around a text with code: the first block ends where that begins
        blocks = code(text)
    if blocks and _is_bare(last := blocks[-1]) and not last.is_closed:
        before, (_, _, inside) = text[: last.start], text[last.start :].partition("\n")
        if not before.strip() or not inside.strip():
            return (before + inside).strip()
    fenced = expected.phrases["answer.fence"].search(text)
    if fenced is None:
        return text
    inside = fenced["inside"].strip("\n")
    if fenced["info"].lower() in ("markdown", "md"):
        if any(f"{fence}{fenced['info']}\n" in expected.own_text for fence in ("```", "~~~")):
            return text  # a post that shows Markdown
        # Fences of the same length may be inside.
        is_text = all(block.is_closed for block in code(inside))
    else:
        is_page = not expected.may_have_code and _HTML.match(inside.lstrip())
        prose = is_prose(_QUOTED.sub("", inside))
        is_text = fenced["fence"] not in inside and bool(prose or is_data(inside) or is_page)
    around = [part.strip() for part in (text[: fenced.start()], text[fenced.end() :])]
    # A post may show a text, "Here is my prompt:". Around that of a model, all is said to the user.
    if is_text and without_talk("\n\n".join((around[0], _ANY, around[1])).strip(), expected) == _ANY:
        return inside.strip()
    is_shown = expected.may_have_code or not is_text or is_data(inside)
    return text if is_shown else "\n\n".join(filter(None, (around[0], inside, around[1])))


def _is_bare(block: Code) -> bool:
    """Tell whether a block has a fence that names no language of code."""
    return bool(block.fence) and block.info.strip().lower() in ("", "markdown", "md", "text", "txt")


def _from_json(text: str) -> str:
    """Return the prose that JSON holds, a paragraph for each text; `text` where it holds none.

    Its end may be missing: `{"text": "We left."`.
    """
    for end in ("", "}", '"}', "]"):
        with suppress(ValueError, RecursionError):
            prose = [leaf for leaf in _texts(json.loads(text + end, strict=False)) if ends_sentence(leaf)]
            return "\n\n".join(prose).strip() or text
    return text


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = [value for key, value in data.items() if not _ASIDE.search(key)]
    if isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif isinstance(data, str):
        yield data
