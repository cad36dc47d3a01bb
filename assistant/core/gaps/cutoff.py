"""Finds sentences that stop in the middle."""

from __future__ import annotations

import re
from functools import cached_property

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.words import spaceless
from assistant.core.types import GapKind

_CLOSERS = ")]}*_\"'”’»>`~“› \t\r\n"
_ENDS = tuple(".!?:;…。！？：；·|")
_OPEN_END = (",", "，", "、", "(", "[", "–", "—", "&", "+", "“", "„", "«")
_EARLIER = re.compile(r"[.!?…。！？](?:(?<=[。！？])|(?:(?<=\w\w\w.)|(?<=[^\w.\s].))[)\]\"'”’*_]*\s+(?=\S))")
_FACE = re.compile(r"<3\W*$|[:;][-']?[)(DPp/|*]\W*$|[\U0001f000-\U0001ffff\u2600-\u27bf\ufe0f\u2764]\s*$")
_NOT_PROSE = re.compile(
    r"\s*(?:\||\[\[|\$\$|\\\[|\{%|\{\{|\{:|:::|<|https?://\S*$|!\[|!!!|@\w|#\w|\^|\[\^|%%|\*\[|---)"
)
_SHOWN = ("CodeBlock", "HtmlBlock", "TableCell")
_SHOWS = re.compile(rb"!\[|\[\[|\$\$|\\\[|\\begin|\{%|\{\{|<|https?://|@|:::|\[!\[|\|")
_LINK_AT_END = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\))?[^()]*\)|\[[^\]]*\])[*_)\s]*$")
_LINK_ENDS = (")", "]", "*", "_")
_ARTICLES_AND = frozenset(
    ("and", "or", "und", "oder", "et", "ou", "y", "o", "u", "e", "of", "en", "и", "или")
)


class Habit:
    """How the author ends paragraphs, counted over the draft when it is first asked for."""

    def __init__(self, layout: Layout) -> None:
        """Keep the layout for later."""
        self._layout = layout

    @cached_property
    def signal(self) -> str:
        """What it says about a paragraph without an end; empty when it says nothing."""
        ended = open_ended = 0
        data = self._layout.data
        for kind, start, end, _, _, lists, quoted, _ in self._layout.leaves:
            if kind == "Paragraph" and end - start > 60 and not quoted and not lists:
                last = data[end - 1]
                if last in b".!?:)\"*_'>" or last > 127:
                    ended += 1
                else:
                    open_ended += 1
        both = ended + open_ended
        if both >= 3 and ended / both >= 0.8:
            return "others-end-with-stop"
        return "author-omits-stops" if open_ended >= 4 and ended / both < 0.5 else ""


def weigh(layout: Layout, index: int, leaf: Leaf, habit: Habit) -> Candidate | None:
    """Return a candidate when a paragraph's last sentence has no end."""
    data = layout.data
    last = data[leaf.end - 1]
    if last in b".!?;|" or leaf.quoted or leaf.aside:
        return None
    if last == 0x3A or data[leaf.end - 3 : leaf.end] == "：".encode():
        return _announcement(layout, index, leaf)
    if last in b")\"'" and data[leaf.end - 2] in b".!?":
        return None
    following = layout.leaves[index + 1] if index + 1 < len(layout.leaves) else None
    ends = following is None or following.aside or following.kind == "Heading"
    shows = not ends and _shows(layout, leaf, following)
    if shows and last not in b",(" and not _joins(layout, leaf):
        return None
    close = data[max(leaf.start, leaf.end - 24) : leaf.end].decode("utf-8", "ignore")
    bare = close.rstrip(_CLOSERS)
    if bare.endswith(_ENDS) and ")" not in (signs := close[len(bare) :]) and "]" not in signs:
        return None
    text = layout.text(max(leaf.start, leaf.end - 1500), leaf.end)
    bare = text.rstrip()
    if bare.endswith(_LINK_ENDS):
        bare = _LINK_AT_END.sub(r"\1", bare)
    bare = bare.rstrip(_CLOSERS)
    if not bare or bare.endswith(_ENDS) or _NOT_PROSE.match(text):
        return None
    lines = text.split("\n")
    opens = index > 0 and layout.leaves[index - 1].kind == "Heading"
    if len(lines) > 1 and _NOT_PROSE.match(lines[-1]):
        return None
    words = layout.last_words_of(index)
    if not words:
        return None
    signals: list[str] = []
    said = bare.rsplit(None, 1)[-1] if bare else ""
    last_word = words[-1]
    tail = text.rstrip()
    cjk = spaceless(bare[-1])
    strong = False
    if text.endswith(_OPEN_END) and not tail.endswith(("--", "---", "]-", "->", "=>", "=")):
        signals.append("ends-in-comma-or-open-sign")
        strong = True
    elif said.lower().strip("*_\"'([") == last_word and not said.isupper():
        if last_word in layout.words.lists("function", layout.language):
            signals.append("ends-in-joining-word")
            strong = True
        elif last_word in layout.words.lists("particle", layout.language):
            signals.append("ends-in-small-word")
    earlier = list(_EARLIER.finditer(text.rstrip()))
    if not strong and not ends and (shows or not earlier) and len(last_word) > 2:
        return None
    words = layout.words_of(index)
    rest = text[earlier[-1].end() :].strip() if earlier else ""
    if leaf.lists:
        if "ends-in-joining-word" not in signals or cjk or len(words) < 4 or last_word in _ARTICLES_AND:
            return None
        signals.append("in-list")
    if earlier and rest:
        signals.append("sentences-before-are-whole")
        if len(rest.split()) > 10:
            signals.append("as-long-as-whole-sentence")
        if len(rest) <= 2 and rest.isalpha() and rest.isascii():
            signals.append("only-letter-or-two")
    elif (
        (ends or opens)
        and len(words) == 1
        and len(text.strip()) <= 2
        and text.strip().isalpha()
        and text.isascii()
    ):
        signals.append("only-letter-or-two")
    if last_word.isdigit() and not tail.endswith(")"):
        signals.append("ends-in-bare-number")
    elif len(words) > 3 and len(last_word) < 3 and _torn(layout, said, words):
        signals.append("torn-word")
    if cjk:
        signals.append("no-spaces-no-stops")
    _surroundings(layout, index, leaf, signals)
    _shape(layout, leaf, text, tail, lines, words, signals, bool(earlier))
    if habit.signal:
        signals.append(habit.signal)
    signals.append("sentence-without-end")
    start = (
        leaf.end - len(text.rstrip()[earlier[-1].end() :].encode("utf-8")) if earlier and rest else leaf.start
    )
    start = layout.line_start(max(start, leaf.start), leaf.start)
    return Candidate(
        GapKind.NOTES, leaf.start if len(lines) == 1 else start, leaf.end, signals, "", leaf=index
    )


def _torn(layout: Layout, said: str, words: list[str]) -> bool:
    """Say whether a letter or two in lower case after an article can hardly be a word."""
    known = layout.words.lists("function", layout.language)
    small = known | layout.words.lists("particle", layout.language)
    return (
        said.islower() and said.isascii() and said.isalpha() and words[-1] not in small and words[-2] in known
    )


def _joins(layout: Layout, leaf: Leaf) -> bool:
    """Say whether a leaf's last word joins, or is so short that it may be a torn one."""
    last = layout.data[max(leaf.start, leaf.end - 24) : leaf.end].decode("utf-8", "ignore").rsplit(None, 1)
    word = last[-1].strip("*_\"'([").lower() if last else ""
    return len(word) < 3 or word in layout.words.lists("function", layout.language)


def _shows(layout: Layout, leaf: Leaf, following: Leaf | None) -> bool:
    """Say whether what follows is shown rather than told, so that the line before may run into it."""
    if following is None:
        return False
    if following.kind in _SHOWN or following.lists > leaf.lists or following.quoted:
        return True
    return _SHOWS.match(layout.data, following.start) is not None


def _surroundings(layout: Layout, index: int, leaf: Leaf, signals: list[str]) -> None:
    leaves = layout.leaves
    following = leaves[index + 1] if index + 1 < len(leaves) else None
    previous = leaves[index - 1] if index else None
    data = layout.data
    if following is None or following.aside:
        signals.append("section-ends-here")
    elif following.kind == "Heading":
        signals.append("section-ends-here")
        if layout.words.marker_pattern.search(data, following.start, following.end):
            signals.append("marker-follows")
    elif _shows(layout, leaf, following):
        signals.append("list-or-code-follows")
    if previous is not None and previous.kind == "Heading" and "section-ends-here" in signals:
        signals.append("alone-in-section")
    if previous is not None and data[previous.start : previous.start + 2] in (b"![", b"<i"):
        signals.append("beside-picture")
    if index == 0:
        signals.append("opens-post")
    if data[leaf.end : leaf.end + 1] == b" " and data[leaf.end : leaf.end + 2] != b"  ":
        signals.append("trailing-blank")


def _shape(
    layout: Layout,
    leaf: Leaf,
    text: str,
    tail: str,
    lines: list[str],
    words: list[str],
    signals: list[str],
    earlier: bool,
) -> None:
    if len(words) < 5 and "only-letter-or-two" not in signals:
        signals.append("few-words")
    close = tail[-300:]
    bracketed = tail.endswith("]") or (tail.endswith((")", ">")) and ("](" in close or "://" in close))
    if bracketed or "://" in close.rsplit(None, 1)[-1]:
        signals.append("ends-in-link")
    if tail.endswith(("`", "$", "}", "%")):
        signals.append("ends-in-code-or-mathematics")
    if _FACE.search(tail):
        signals.append("ends-in-smile")
    if tail.endswith(">"):
        signals.append("ends-in-tag")
    if len(lines) > 2 and sum(len(line) for line in lines) < 60 * len(lines):
        signals.append("short-lines")
    if text.startswith(("*", "_")) and tail.endswith(("*", "_")):
        signals.append("set-off-as-whole")
    if text.count("(") > text.count(")") or text.count("`") % 2 or text.count("“") > text.count("”") > 0:
        signals.append("left-open")
    if text.startswith(("-", "–", "—", "*", "•", "→", "#", "|", "+")):
        signals.append("begins-with-sign")
    if (":" in text[:40] and not earlier) or " = " in text:
        signals.append("label-and-value")
    if words and text[:1].islower() and len(words) < 12:
        signals.append("fragment")
    if text.lstrip("*_\"'“").startswith(("--", "~", "©", "@")) or words[0] in (
        "via",
        "by",
        "from",
        "par",
        "von",
        "por",
    ):
        signals.append("credit")


def _announcement(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    """Return a candidate for a colon with nothing of what it announces."""
    if leaf.lists:
        return None
    leaves = layout.leaves
    following = leaves[index + 1] if index + 1 < len(leaves) else None
    if following is not None and (
        following.kind not in ("Paragraph", "Heading") or following.lists or following.quoted
    ):
        return None
    words = layout.words_of(index)
    phrases = layout.phrases("announce")
    promised = any(phrases.at(words, place) for place in range(max(0, len(words) - 4), len(words)))
    signals = ["nothing-follows-colon"]
    if following is None or following.aside or following.kind == "Heading":
        if layout.is_verbatim(leaf.start) or len(words) < 2:
            return None
        if following is not None and layout.draft.headings:
            mine = layout.section_of(leaf.start)
            deeper = mine + 1 < len(layout.draft.headings) and (
                mine < 0 or layout.draft.headings[mine + 1].level > layout.draft.headings[mine].level
            )
            if deeper:
                return None
        signals.append("section-ends-here")
        if following is None:
            signals.append("nothing-at-all-follows")
    elif not promised or _shows(layout, leaf, following) or not _is_prose(layout, following):
        return None
    if promised:
        signals.append("names-what-must-follow")
    text = layout.text(leaf.start, leaf.end)
    start = leaf.start if "\n" not in text else layout.line_start(leaf.end - 1, leaf.start)
    return Candidate(GapKind.NOTES, start, leaf.end, signals, "", leaf=index)


def _is_prose(layout: Layout, leaf: Leaf) -> bool:
    """Say whether a paragraph goes on telling, so that it is not what a colon announced."""
    whole = leaf.end - leaf.start >= 80 and layout.data[leaf.end - 1] in b".!?)"
    return leaf.kind == "Paragraph" and whole and layout.data[leaf.start] not in b"\"*_'`$"


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


def headings(layout: Layout) -> list[Candidate]:
    """Return the headings that stop in the middle."""
    found = []
    for heading in layout.draft.headings:
        last = heading.text.rsplit(None, 1)[-1] if heading.text else ""
        if last in _ARTICLES and len(heading.text.split()) > 1 and not layout.is_verbatim(heading.span.start):
            found.append(
                Candidate(
                    GapKind.NOTES,
                    *heading.span,
                    ["heading-cut-off"],
                    "",
                    leaf=layout.leaf_index(heading.span.start),
                )
            )
    return found
