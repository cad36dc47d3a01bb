"""Find sentences that stop in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.words import FOLDED, is_spaceless
from assistant.core.types import GapKind

_CLOSERS = ")]}*_\"'”’»>`~“› \t\r\n"
_STOP_BYTES = frozenset(b".!?;|:")
_STOPS = tuple(".!?:;…。！？：；·|")
_OPEN_END = (",", "，", "、", "(", "[", "–", "—", "&", "+", "“", "„", "«")
_ARROWS = ("--", "---", "]-", "->", "=>", "=")
_FACE = re.compile(r"<3\W*$|[:;][-']?[)(DPp/|*]\W*$|[\U0001f000-\U0001ffff\u2600-\u27bf\ufe0f\u2764]\s*$")
"""An emoji or a smiley, which ends a sentence as a stop does: `:-)`, `<3`."""
_NOT_PROSE = re.compile(
    r"\s*(?:\||\[\[|\$\$|\\\[|\{%|\{\{|\{:|:::|<|https?://\S*$|!\[|!!!|@\w|#\w|\^|\[\^|%%|\*\[|---)"
)
"""How lines begin that are no sentences: tables, formulas, shortcodes, pictures, addresses."""
_LINK_AT_END = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\))?[^()]*\)|\[[^\]]*\])[*_)\s]*$")
"""A link at the end of a paragraph; its words are what the sentence ends in."""
_SEVERAL = re.compile(r"[.!?…]\S*\s|[。！？]")
"""A stop inside the text; without one, it is a single sentence and need not be split."""
_READ = 1500
"""Bytes at a leaf's end in which its last sentence is looked for."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each paragraph, and each item ending in a joining word, without an end."""
    data, verbatim = layout.data, layout.verbatim_starts
    joins = layout.words.triggers(layout.language).joins
    for index, leaf in enumerate(layout.leaves):
        kind, start, end = leaf[0], leaf[1], leaf[2]
        if kind == "Paragraph":
            if end <= start or data[end - 1] in _STOP_BYTES:
                continue
        elif kind != "Item" or joins.isdisjoint(
            data[max(start, end - 16) : end].translate(FOLDED).split()[-1:]
        ):
            continue
        is_told = start not in verbatim and not leaf.quoted and not leaf.aside
        if is_told and (candidate := _weigh(layout, index, leaf)):
            yield candidate


def _weigh(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    following = layout.leaves[index + 1] if index + 1 < len(layout.leaves) else None
    ends_section = following is None or following.aside or following.kind == "Heading"
    is_shown = not ends_section and layout.is_shown(leaf, following)
    if _has_stop(layout, leaf) or (is_shown and not _may_run_on(layout, leaf)):
        return None
    text = layout.text(max(leaf.start, leaf.end - _READ), leaf.end)
    bare = text.rstrip()
    if bare.endswith((")", "]", "*", "_")):
        bare = _LINK_AT_END.sub(r"\1", bare)
    bare = bare.rstrip(_CLOSERS)
    lines = text.split("\n")
    last_words = layout.last_words_of(index)
    if not bare or bare.endswith(_STOPS) or not last_words:
        return None
    if _NOT_PROSE.match(text) or (len(lines) > 1 and _NOT_PROSE.match(lines[-1])):
        return None
    ending = _ending(layout, text, bare, last_words[-1])
    last_sentence = _after_others(layout, text)
    earlier = bool(last_sentence)
    if ending not in _STRONG and not ends_section and (is_shown or not earlier) and len(last_words[-1]) > 2:
        return None
    words = layout.words_of(index)
    if leaf.lists and (ending != "ends-in-joining-word" or not _is_cut_item(layout, bare, words)):
        return None
    signals = [
        "sentence-without-end",
        *filter(None, (ending, layout.paragraph_habit)),
        *_last_sentence(layout, index, text, last_sentence, may_be_letter=ends_section),
        *_surroundings(layout, index, leaf, following),
        *_form(text, words, lines, is_single=not earlier),
        *present({"in-list": leaf.lists, "no-spaces-no-stops": is_spaceless(bare[-1])}),
    ]
    if words[0] in layout.phrases("credit").first and "credit" not in signals:
        signals.append("credit")
    if len(words) < 5 and "only-letter-or-two" not in signals:
        signals.append("few-words")
    start = leaf.start
    if len(lines) > 1 and last_sentence:
        start = leaf.end - len(last_sentence.encode("utf-8"))
        start = layout.line_start(max(start, leaf.start), leaf.start)
    return Candidate(GapKind.NOTES, start, leaf.end, signals, leaf=index)


def _after_others(layout: Layout, text: str) -> str:
    """Return the last sentence of a text that has more than one, else nothing."""
    sentences = sentence_spans(text, layout.language) if _SEVERAL.search(text) else []
    return text[sentences[-1][0] :].strip() if len(sentences) > 1 else ""


def _is_cut_item(layout: Layout, bare: str, words: Sequence[str]) -> bool:
    """Tell whether a list item that ends in a joining word is a sentence: "milk and" may be a list itself."""
    return (
        len(words) >= 4
        and not is_spaceless(bare[-1])
        and words[-1] not in layout.words.lists("conjunction", layout.language)
    )


_STRONG = ("ends-in-comma-or-open-sign", "ends-in-joining-word")


def _has_stop(layout: Layout, leaf: Leaf) -> bool:
    """Tell by its last bytes whether a leaf ends as a sentence does; a bracket may be a link's."""
    close = layout.data[max(leaf.start, leaf.end - 24) : leaf.end].decode("utf-8", "ignore")
    if close.endswith(tuple(f"{stop}{sign}" for stop in ".!?" for sign in ")\"'")):
        return True
    bare = close.rstrip(_CLOSERS)
    return bare.endswith(_STOPS) and not {")", "]"} & set(close[len(bare) :])


def _may_run_on(layout: Layout, leaf: Leaf) -> bool:
    """Tell whether a leaf before a list or code ends in a comma, or in a word that joins or is torn."""
    if layout.data[leaf.end - 1] in b",(":
        return True
    tail = layout.data[max(leaf.start, leaf.end - 24) : leaf.end].decode("utf-8", "ignore").rsplit(None, 1)
    word = tail[-1].strip("*_\"'([").lower() if tail else ""
    return len(word) < 3 or word in layout.words.lists("function", layout.language)


def _ending(layout: Layout, text: str, bare: str, last_word: str) -> str:
    """Return the id of the signal that a leaf's last word or sign gives, or nothing."""
    if text.endswith(_OPEN_END) and not text.rstrip().endswith(_ARROWS):
        return "ends-in-comma-or-open-sign"
    said = bare.rsplit(None, 1)[-1]
    if said.lower().strip("*_\"'([") == last_word and not said.isupper():
        if last_word in layout.words.lists("function", layout.language):
            return "ends-in-joining-word"
        if last_word in layout.words.lists("particle", layout.language):
            return "ends-in-small-word"
    return ""


def _last_sentence(layout: Layout, index: int, text: str, rest: str, *, may_be_letter: bool) -> list[str]:
    """Return the ids of what the last sentence, which is `rest` where others stand before it, tells."""
    words, whole = layout.words_of(index), text.strip()
    opens = index > 0 and layout.leaves[index - 1].kind == "Heading"
    is_alone = not rest and (may_be_letter or opens) and len(words) == 1
    letters = rest or (whole if is_alone else "")
    ends_in_number = words[-1].isdigit() and not whole.endswith(")")
    evidence = {
        "sentences-before-are-whole": rest,
        "as-long-as-whole-sentence": len(rest.split()) > 10,
        "only-letter-or-two": 0 < len(letters) <= 2 and letters.isalpha() and letters.isascii(),
        "ends-in-bare-number": ends_in_number,
        "torn-word": not ends_in_number and len(words) > 3 and _is_torn(layout, whole, words),
    }
    return present(evidence)


def _is_torn(layout: Layout, text: str, words: list[str]) -> bool:
    """Tell whether a letter or two in lower case after an article can hardly be a word: `in the ho`."""
    function = layout.words.lists("function", layout.language)
    particles = layout.words.lists("particle", layout.language)
    said = text.rstrip(_CLOSERS).rsplit(None, 1)[-1]
    is_word = words[-1] in function or words[-1] in particles
    return (
        len(words[-1]) < 3
        and said.islower()
        and said.isascii()
        and said.isalpha()
        and not is_word
        and words[-2] in function
    )


def _surroundings(layout: Layout, index: int, leaf: Leaf, following: Leaf | None) -> list[str]:
    previous = layout.leaves[index - 1] if index else None
    data, marker = layout.data, layout.words.marker_pattern
    before_heading = following is not None and not following.aside and following.kind == "Heading"
    ends_section = following is None or following.aside or before_heading
    blank = data[leaf.end : leaf.end + 2]
    evidence = {
        "section-ends-here": ends_section,
        "marker-follows": following
        and before_heading
        and marker.search(data, following.start, following.end),
        "list-or-code-follows": not ends_section and layout.is_shown(leaf, following),
        "alone-in-section": ends_section and previous is not None and previous.kind == "Heading",
        "beside-picture": previous and data[previous.start : previous.start + 2] in (b"![", b"<i"),
        "opens-post": index == 0,
        "trailing-blank": blank[:1] == b" " and blank != b"  ",
    }
    return present(evidence)


def _form(text: str, words: list[str], lines: list[str], *, is_single: bool) -> list[str]:
    """Return the ids of what the shape of the text tells: links, smiles, labels, credits."""
    tail = text.rstrip()
    close = tail[-300:]
    ends_in_link = tail.endswith("]") or (tail.endswith((")", ">")) and ("](" in close or "://" in close))
    is_open = text.count("(") > text.count(")") or text.count("“") > text.count("”") > 0
    evidence = {
        "ends-in-link": ends_in_link or "://" in close.rsplit(None, 1)[-1],
        "ends-in-code-or-mathematics": tail.endswith(("`", "$", "}", "%")),
        "ends-in-smile": _FACE.search(tail),
        "ends-in-tag": tail.endswith(">"),
        "short-lines": len(lines) > 2 and sum(map(len, lines)) < 60 * len(lines),
        "set-off-as-whole": text.startswith(("*", "_")) and tail.endswith(("*", "_")),
        "left-open": is_open or text.count("`") % 2,
        "begins-with-sign": text.startswith(("-", "–", "—", "*", "•", "→", "#", "|", "+")),
        "label-and-value": (":" in text[:40] and is_single) or " = " in text,
        "fragment": text[:1].islower() and len(words) < 12,
        "credit": text.lstrip("*_\"'“").startswith(("--", "~", "©", "@")),
    }
    return present(evidence)
