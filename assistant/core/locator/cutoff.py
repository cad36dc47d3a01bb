"""Finds sentences that stop in the middle."""

from __future__ import annotations

import re

from assistant.core.locator.candidate import Candidate
from assistant.core.locator.page import Leaf, Page
from assistant.core.types import GapKind
from assistant.core.words import spaceless

_CLOSERS = ")]}*_\"'”’»>`~“› \t\r\n"
_ENDS = tuple(".!?:;…。！？：；·|")
_OPEN_END = (",", "，", "、", "(", "[", "–", "—", "-", "/", "&", "+", "=", "“", "„", "«")
_EARLIER = re.compile(r"[.!?…][)\]\"'”’*_]*\s+(?=\S)|[。！？]")
_FACE = re.compile(r"[:;][-']?[)(DPp/|*]\W*$|[\U0001f000-\U0001ffff\u2600-\u27bf\ufe0f\u2764]\s*$")
_NOT_PROSE = re.compile(
    r"\s*(?:\||\[\[|\$\$|\\\[|\{%|\{\{|\{:|:::|<|https?://\S*$|!\[|!!!|@\w|#\w|\^|\[\^|%%|\*\[|---)"
)
_SHOWN = ("CodeBlock", "HtmlBlock", "TableCell")
_SHOWS = re.compile(rb"!\[|\[\[|\$\$|\\\[|\\begin|\{%|\{\{|<|https?://|@|:::|\[!\[|\|")
_COLON = (":", "：")


class Habit:
    """How the author ends paragraphs, counted over the draft."""

    def __init__(self, page: Page) -> None:
        """Count the paragraphs that end as sentences do."""
        ended = open_ended = 0
        data = page.data
        for leaf in page.leaves:
            if leaf.kind == "Paragraph" and not leaf.quoted and not leaf.lists and leaf.end - leaf.start > 60:
                if data[leaf.end - 1] in b".!?:)\"*_'>" or data[leaf.end - 1] > 127:
                    ended += 1
                else:
                    open_ended += 1
        self.paragraphs = ended + open_ended
        self.share = ended / self.paragraphs if self.paragraphs else 0.0


def weigh(page: Page, index: int, leaf: Leaf, habit: Habit) -> Candidate | None:
    """Return a candidate when a paragraph's last sentence has no end."""
    data = page.data
    last = data[leaf.end - 1]
    if last in b".!?;|" or leaf.quoted or leaf.aside:
        return None
    if last == 0x3A or data[leaf.end - 3 : leaf.end] == "：".encode():
        return _announcement(page, index, leaf)
    text = page.text(max(leaf.start, leaf.end - 4000), leaf.end)
    bare = text.rstrip(_CLOSERS)
    if not bare or bare.endswith(_ENDS) or _NOT_PROSE.match(text):
        return None
    lines = text.split("\n")
    words = page.words_of(index)
    if not words:
        return _stray(page, index, leaf, text)
    signals: list[str] = []
    said = bare.rsplit(None, 1)[-1] if bare else ""
    last_word = words[-1]
    tail = text.rstrip()
    cjk = spaceless(bare[-1])
    function = page.words.function_words.get(page.language, frozenset())
    strong = False
    if text.endswith(_OPEN_END) and not tail.endswith(("--", "---", "]-", "->", "=>", "=")):
        signals.append("ends in a comma or an open sign")
        strong = True
    elif (
        last_word in function
        and said.lower().strip("*_\"'([").endswith(last_word)
        and not said.isupper()
        and not said[:1].isdigit()
    ):
        signals.append("ends in a word that joins")
        strong = True
    earlier = list(_EARLIER.finditer(text.rstrip()))
    rest = text[earlier[-1].end() :].strip() if earlier else ""
    if leaf.lists:
        if not strong or cjk or len(words) < 4 or "ends in a word that joins" not in signals:
            return None
        signals.append("in a list")
    if earlier and rest:
        signals.append("sentences before it are whole")
        if len(rest) <= 2 and rest.isalnum():
            signals.append("only a letter or two")
    elif len(words) == 1 and len(text.strip()) <= 2 and text.strip().isalpha():
        signals.append("only a letter or two")
    if last_word.isdigit() and not tail.endswith(")"):
        signals.append("ends in a bare number")
    if cjk:
        signals.append("no spaces, no stops")
    _surroundings(page, index, leaf, signals)
    _shape(page, leaf, text, tail, lines, words, signals)
    if habit.paragraphs >= 3 and habit.share >= 0.75:
        signals.append("other paragraphs end with a stop")
    elif habit.paragraphs >= 3 and habit.share < 0.5:
        signals.append("the author leaves stops out")
    signals.append("no end of the sentence")
    start = (
        leaf.end - len(text.rstrip()[earlier[-1].end() :].encode("utf-8")) if earlier and rest else leaf.start
    )
    start = page.line_start(max(start, leaf.start), leaf.start)
    return Candidate(
        GapKind.NOTES, leaf.start if len(lines) == 1 else start, leaf.end, signals, "", leaf=index
    )


def _surroundings(page: Page, index: int, leaf: Leaf, signals: list[str]) -> None:
    leaves = page.leaves
    following = leaves[index + 1] if index + 1 < len(leaves) else None
    previous = leaves[index - 1] if index else None
    data = page.data
    if following is None or following.aside:
        signals.append("the section ends here")
    elif following.kind == "Heading":
        signals.append("the section ends here")
        if page.words.marker_pattern.search(data, following.start, following.end):
            signals.append("a marker follows")
    elif following.kind in _SHOWN or following.lists > leaf.lists or following.quoted:
        signals.append("a list or code follows")
    elif _SHOWS.match(data, following.start):
        signals.append("a list or code follows")
    if previous is not None and previous.kind == "Heading" and "the section ends here" in signals:
        signals.append("all there is in its section")
    if previous is not None and data[previous.start : previous.start + 2] in (b"![", b"<i"):
        signals.append("beside a picture")
    if index == 0:
        signals.append("opens the post")
    if data[leaf.end : leaf.end + 1] == b" " and data[leaf.end : leaf.end + 2] != b"  ":
        signals.append("a blank waits at the end")


def _shape(
    page: Page, leaf: Leaf, text: str, tail: str, lines: list[str], words: list[str], signals: list[str]
) -> None:
    if len(words) < 5 and "only a letter or two" not in signals:
        signals.append("a few words")
    if tail.endswith((")", ">", "]")) and ("](" in tail[-300:] or "://" in tail[-300:] or tail.endswith("]")):
        signals.append("ends in a link")
    elif "://" in tail[-200:].rsplit(None, 1)[-1]:
        signals.append("ends in a link")
    if tail.endswith(("`", "$", "}", "%")):
        signals.append("ends in code or mathematics")
    if _FACE.search(tail):
        signals.append("ends in a smile")
    if tail.endswith(">"):
        signals.append("ends in a tag")
    if len(lines) > 2 and sum(len(line) for line in lines) < 60 * len(lines):
        signals.append("short lines")
    if text.startswith(("*", "_")) and tail.endswith(("*", "_")):
        signals.append("set off as a whole")
    if text.count("(") > text.count(")") or text.count("`") % 2 or text.count("“") > text.count("”") > 0:
        signals.append("something was opened and not closed")
    if text.startswith(("-", "–", "—", "*", "•", "→", "#", "|", "+")):
        signals.append("begins with a sign")
    if words and text[:1].islower() and len(words) < 12:
        signals.append("a fragment")
    if text.lstrip("*_\"'“").startswith(("--", "~", "©", "@")) or words[0] in (
        "via",
        "by",
        "from",
        "par",
        "von",
        "por",
    ):
        signals.append("a credit")


def _announcement(page: Page, index: int, leaf: Leaf) -> Candidate | None:
    """Return a candidate for a colon with nothing of what it announces."""
    if leaf.lists:
        return None
    words = page.words_of(index)
    leaves = page.leaves
    following = leaves[index + 1] if index + 1 < len(leaves) else None
    phrases = page.words.phrases("announce")
    promised = any(phrases.at(words, place) for place in range(max(0, len(words) - 4), len(words)))
    signals = ["nothing follows its colon"]
    if following is None or following.aside or following.kind == "Heading":
        if page.is_verbatim(leaf.start) or len(words) < 2:
            return None
        if following is not None and page.draft.headings:
            mine = page.section_of(leaf.start)
            deeper = mine + 1 < len(page.draft.headings) and (
                mine < 0 or page.draft.headings[mine + 1].level > page.draft.headings[mine].level
            )
            if deeper:
                return None
        signals.append("the section ends here")
    elif not promised or following.kind != "Paragraph" or following.quoted or following.lists:
        return None
    elif _SHOWS.match(page.data, following.start) or following.end - following.start < 80:
        return None
    elif page.data[following.end - 1] not in b".!?)" or page.data[following.start] in b"\"*_'`$":
        return None
    if promised:
        signals.append("names what must follow")
    text = page.text(leaf.start, leaf.end)
    start = leaf.start if "\n" not in text else page.line_start(leaf.end - 1, leaf.start)
    return Candidate(GapKind.NOTES, start, leaf.end, signals, "", leaf=index)


def _stray(page: Page, index: int, leaf: Leaf, text: str) -> None:
    return None


_ARTICLES = frozenset(
    (
        "the",
        "an",
        "and",
        "or",
        "my",
        "your",
        "der",
        "die",
        "das",
        "und",
        "oder",
        "ein",
        "eine",
        "les",
        "des",
        "une",
        "et",
        "el",
        "los",
        "las",
        "una",
        "il",
        "gli",
        "het",
        "een",
        "en",
    )
)


def headings(page: Page) -> list[Candidate]:
    """Return the headings that stop in the middle."""
    found = []
    for heading in page.draft.headings:
        last = heading.text.rsplit(None, 1)[-1] if heading.text else ""
        if last in _ARTICLES and len(heading.text.split()) > 1 and not page.is_verbatim(heading.span.start):
            found.append(
                Candidate(
                    GapKind.NOTES,
                    *heading.span,
                    ["a heading that stops"],
                    "",
                    leaf=page.leaf_index(heading.span.start),
                )
            )
    return found
