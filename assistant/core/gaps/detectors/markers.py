"""Find marker words such as TODO and TK, and tell those left for the author from those that are spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import SURROUNDINGS, Layout, Leaf
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence, sentence_spans, sentences
from assistant.core.text.words import is_spaceless, tokens
from assistant.core.types import GapKind, Span

_SIGNS = " \t\r\n*_~([{<\"'>#–—-/=:!|\\+.“«„%"
"""Signs around a note that are no part of it: `(when? TODO)`."""
SENTENCE_END = lazy.pattern(r"[.!?…:;。！？：；][)\]\"'”’»*_]*\s*$")
"""The end of the sentence before: `All is well. TODO: more`."""
SENTENCE_INSIDE = lazy.pattern(r"[.!?…]\S{0,3}\s+\S|[。！？．｡]\S")
"""A stop with more text after it; without one, a note is one sentence and need not be split."""
_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "］": "［"}
_CLOSERS = {b"(": b")", b"[": b"]"}
"""Brackets around a note in a tag's text: `<p>We left (TODO: say why).</p>`."""
_CLOSED = _BRACKETS | {">": "<"}
FACTS = frozenset(("TK", "TKTK", "TKTKTK", "XXX", "XXXX", "TBD", "TBA"))
"""Markers that stand for a fact inside a sentence: "founded in TK"."""


_JOINS = frozenset(("and", "or", "of"))
"""After a word for a fact the sentence goes on with these: `The pipes froze on TK and we left.`"""


_ASKED = lazy.pattern(rb"(?P<sign>[\[(])(?P<note>[^\[\]()\n]{2,60})[\])](?![(\[:])")
"""What may ask the author in brackets, without a marker: `We met Anna [when?] in the town.`"""


_DATE = lazy.pattern(
    rb"(?:YYYY|DD|MM|HH|JJJJ|TT|AAAA|JJ)(?:[-./:](?:YYYY|DD|MM|SS|JJJJ|TT|AAAA|JJ))+(?=[ \t]*(?:[\r\n]|\Z))"
)
"""A date or a time of day to be filled in, at a line's end: `Last updated: YYYY-MM-DD`.

It begins with one of few letters, which `re` finds three times as fast as the edge of a word."""


class _Line(NamedTuple):
    """A marker's line: what stands on both sides of it, as text and as words."""

    marker: str
    before: str
    after: str
    words_before: list[str]
    words_after: list[str]


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for every marker in prose."""
    data = layout.data
    spoken: set[tuple[int, str]] = set()
    quoted: list[tuple[str, Candidate]] = []
    for hit in layout.words.marker_pattern.finditer(data):
        start, end = hit.span()
        left = layout.text(max(0, start - 8), start)
        is_name = left[-1:] == "_" and (left[-2:-1] == "_" or left[-2:-1].isalnum())
        if is_name or (left[-1:].isalnum() and not is_spaceless(left[-1:])):
            continue
        if data[start - 2 : start] == b"[[" or _KEY_TAG.search(data, max(start - 20, 0), start):
            continue  # a link to a page of that name, or what is shown as code
        if _WORDS_NEXT.match(data, end) and layout.lists_changes(start):
            continue  # `- TODO list view` in a list of changes
        if data[start - 1 : start] == b"-" and data[start - 2 : start - 1].isalnum():
            continue
        place = layout.prose_at(start)
        if place is None and (candidate := _in_html(layout, start, end)):
            yield candidate
        if place is None or layout.is_in_address(place.leaf, start) or layout.box(place.leaf) in ("x", "X"):
            continue
        if place.leaf.kind == "TableHead" and not _NOTE.match(layout.text(end, end + 4)):
            continue  # a column's name
        marker = hit["first"].decode("utf-8")
        candidate = _weigh(layout, place.leaf_index, place.leaf, marker, start, end)
        if "word-is-spoken-of" in candidate.signals:
            spoken.add((place.leaf_index, marker))
        elif marker in FACTS and (place.leaf_index, marker) in spoken:
            candidate.signals.append("word-is-spoken-of")
        is_sign = hit["first"] in layout.explained and not _NOTE.match(layout.text(end, end + 4))
        candidate.signals += present({"marker-in-link-words": place.is_link, "word-is-spoken-of": is_sign})
        if place.leaf.quoted:
            quoted.append((marker, candidate))
        else:
            yield candidate
    words_spoken = {marker for _, marker in spoken}
    for marker, candidate in quoted:  # a quoted `TODO: milk` shows what a text on TODO lists speaks of
        is_shown = marker in words_spoken
        candidate.signals += present({"word-is-spoken-of": is_shown, "word-in-quotation-marks": is_shown})
        yield candidate
    for hit in _DATE.finditer(data):
        line = layout.line_start(hit.start(), max(hit.start() - SURROUNDINGS, 0))
        is_value = data[line : hit.start()].rstrip(b" *_").endswith(b":")
        if is_value and (place := layout.prose_at(hit.start())):
            signals = ["stands-where-value-belongs", "stands-for-fact"]
            asked, index = hit[0].decode(), place.leaf_index
            yield Candidate(GapKind.MARKER, *hit.span(), signals, asked, fillable=False, leaf=index)
    for hit in _ASKED.finditer(data):
        note = hit["note"].decode("utf-8", "replace")
        if not _asks_author(layout, note, is_round=hit["sign"] == b"("):
            continue
        place = layout.prose_at(hit.start())
        if place and not place.is_link and not layout.words.marker_pattern.search(hit["note"]):
            signals, fillable = ["asks-question"], not note.endswith("?")
            yield Candidate(
                GapKind.MARKER, *hit.span(), signals, note, fillable=fillable, leaf=place.leaf_index
            )


def _asks_author(layout: Layout, note: str, *, is_round: bool) -> bool:
    """Tell whether a note in brackets asks its author: `[since when?]`, `(when?)`, `(to check: in June?)`.

    In round brackets, a longer question may be the text's own: `(who knew?)`.
    """
    head, colon, _ = note.partition(":")
    if colon and any(layout.phrases(purpose).is_whole(tokens(head)) for purpose in ("missing", "alone")):
        return True
    if not note.endswith("?"):
        return False
    facts, words = layout.phrases("asks-fact"), tokens(note)
    return facts.is_whole(words) if is_round else bool(facts.at(words) or facts.ends(words))


def _in_html(layout: Layout, start: int, end: int) -> Candidate | None:
    """Return the marker that a tag's text or value begins with, to the next tag or the line's end.

    In brackets it may stand anywhere.
    """
    index, data = layout.leaf_index(start), layout.data
    if index < 0:
        return None
    leaf = layout.leaves[index]
    if leaf.kind != "HtmlBlock" or layout.is_verbatim(start) or layout.enough(index):
        return None
    first = max(leaf.start, start - SURROUNDINGS)
    opening = data[first:start].rstrip(b" \t{")
    if (closer := _CLOSERS.get(opening[-1:])) and opening.rfind(b">") > opening.rfind(b"<"):
        stop = data.find(closer, end, layout.line_end(end, min(leaf.end, end + SURROUNDINGS)))
        if stop < 0 or not (instruction := instruction_in(layout.text(end, stop))):
            return None
        signals = ["marker-opens-sentence", "marker-set-off-by-sign"]
        return Candidate(GapKind.MARKER, first + len(opening) - 1, stop + 1, signals, instruction, leaf=index)
    in_comment = opening.rfind(b"<!--") > opening.rfind(b"-->")
    opens = not opening or opening[-1] in b">\"'\n"
    ends_line = opening[-1:] in b".!?" and data[end : end + 2] == b"</"  # `<p>Wool was best. TODO</p>`
    if in_comment or not (opens or ends_line) or data[end : end + 1].isalnum():
        return None
    stop = layout.line_end(end, min(leaf.end, end + SURROUNDINGS))
    cuts = [at for sign in (b"<", b'"', b"}") if (at := data.find(sign, end, stop)) >= 0]
    start, stop = layout.trim(start, min([stop, *cuts]))
    signals = ["marker-opens-line", "marker-set-off-by-sign"]
    instruction, is_value = instruction_in(layout.text(end, stop)), opening[-1:] in (b'"', b"'")
    return Candidate(GapKind.MARKER, start, stop, signals, instruction, fillable=not is_value, leaf=index)


def _weigh(layout: Layout, index: int, leaf: Leaf, marker: str, start: int, end: int) -> Candidate:
    line_start = layout.line_start(start, max(leaf.start, start - SURROUNDINGS))
    before = layout.text(line_start, start)
    if leaf.kind == "Heading":
        before = before.lstrip("#")
    bracket = _bracket(layout, leaf, before, start, end) or _framed(layout, leaf, before, start, end)
    stop, is_labelled = min(leaf.end, end + SURROUNDINGS), False
    if bracket and bracket[0] > start:  # `the wall (height: TODO, measure) leans`
        stop, is_labelled, bracket = bracket[1], not ends_sentence(before), None
    after = layout.text(end, layout.line_end(end, stop))
    line = _Line(marker, before, after, tokens(before), tokens(after))
    asks = _asks(layout, after)
    is_begun = _is_begun(before if any(map(str.isalnum, before)) else layout.text(leaf.start, line_start))
    is_led = bool(SENTENCE_END.search(before))
    note_end = bracket[1] if bracket else end + _note_length(layout, stop, end, is_begun, is_led=is_led)
    is_aside = False
    if not bracket and is_begun and (opener := _ASIDE.search(before)):
        aside, closer, _ = layout.text(end, note_end).partition(opener[0].rstrip())
        note_end = end + len(aside.rstrip().encode())
        is_aside = closer > "" and bool(said := tokens(aside)) and said[0] not in _JOINS
    span, fillable = (start, note_end), True
    # `TK people came to watch.` is a sentence that lacks a word, `TK anecdote` and `TK: say why.` are notes.
    is_word = marker in FACTS and not bracket and not asks and re.match(r" [^\W\d_]", after) is not None
    is_amount = layout.phrases("unit").at(line.words_after)
    is_word = is_word and bool(is_amount or is_begun or ends_sentence(layout.text(end, note_end)))
    if not any(map(str.isalnum, re.sub(r"<[^<>]{0,200}>", "", before))):
        signals = _opening_line(layout, line)
        opening = before.lstrip(" \t>") if leaf.quoted else before
        span = (max(line_start, leaf.start, start - len(opening.encode())), note_end)
        if is_word:
            span, fillable = (start, end), False
    elif bracket or SENTENCE_END.search(before) or before.rstrip().endswith(("--", "<!--", "//", "—", " –")):
        is_topic = not asks and not bracket and not _NOTE.match(after) and _is_topic(layout, line)
        signals = present({"marker-opens-sentence": True, "word-is-spoken-of": is_topic})
        if is_word:
            span, fillable = (start, end), False
    else:
        signals = _inside_sentence(layout, line, asks=asks, is_aside=is_aside)
        asks = asks and "word-is-spoken-of" not in signals
        fillable = marker not in FACTS
        if not asks and "marker-opens-sentence" not in signals:
            span = (start, end)
            if "word-is-spoken-of" not in signals and before.rstrip()[-1:] not in _BEFORE_VALUE:
                fillable = False
    if bracket and (marker not in FACTS or span[1] > end):
        span = bracket
    is_open = not (bracket or is_aside or asks) and span[1] == note_end > end
    fillable = fillable and not is_labelled
    quoted = _QUOTE_ENDS.search(after) if _QUOTED.search(before) else None
    goes_on = quoted is not None and any(map(str.isalnum, after[quoted.end() :]))
    evidence = {
        "says-what-to-do": asks,
        "word-in-quotation-marks": quoted,
        "word-is-spoken-of": goes_on and "word-is-spoken-of" not in signals,  # `“TODO”, she said.`
        "inside-quotation": leaf.quoted,
        "banner-word": marker == "WIP",
        "may-be-of-sentence": is_open and _may_be_said(layout, leaf, line, Span(start, note_end)),
        "part-of-name": _is_name(line),
        "heads-list-of-tasks": leaf.kind == "Heading"
        and not line.words_before + line.words_after
        and _has_items(layout, index),
    }
    signals += present(evidence)
    if leaf.kind == "TableCell" and not line.words_after and not line.words_before:
        signals.append("stands-where-value-belongs")
    instruction = instruction_in(layout.text(end, max(span[1], end))) if span[1] > end or asks else ""
    if bracket and not instruction:  # `(when? TODO)`
        instruction = layout.text(bracket[0], start).strip(_SIGNS)
    if layout.phrases("media").within(tokens(instruction)[:6]):
        fillable = False
    return Candidate(GapKind.MARKER, *span, signals, instruction or marker, fillable=fillable, leaf=index)


def _may_be_said(layout: Layout, leaf: Leaf, line: _Line, note: Span) -> bool:
    """Tell whether the words after a marker may be of a sentence, about the marker or around it.

    `I looked for one word. TODO tells me who was tired.`, `The bell rings TODO: why and the door is shut.`
    """
    around = layout.text(max(leaf.start, note.start - SURROUNDINGS), note.start)
    if _is_begun(around):
        return not SENTENCE_END.search(around) and layout.data[note.end : note.end + 3].startswith(_STOPS)
    around += layout.text(note.end, min(leaf.end, note.end + SURROUNDINGS))
    is_apart = any(map(str.isalnum, around))
    is_glued = is_spaceless(line.after[:1]) or _WORDS_NEXT.match(line.after.encode()) is not None
    return is_apart and is_glued and ends_sentence(layout.text(*note))


def _bracket(layout: Layout, leaf: Leaf, before: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the brackets that a marker opens or ends: `we left (TODO: why)`, `we left (when? TODO)`.

    Of a link, return what is inside them; where other words stand before the marker, what is behind it.
    """
    opening, depth = len(before), 0
    for opening in range(len(before) - 1, -1, -1):
        depth += (before[opening] in _BRACKETS) - (before[opening] in _BRACKETS.values())
        if depth < 0:
            break
    else:
        return None
    sign, depth = before[opening], 1
    text = layout.text(end, min(leaf.end, end + SURROUNDINGS))
    for offset, other in enumerate(text):
        depth += (other == sign) - (_BRACKETS.get(other) == sign)
        if not depth:
            if sign == "{" and before[:opening].rstrip("{")[-1:].strip(" *_(“\"'"):
                return None  # `x_{TBD}`, `\\todo{TODO}`
            if before[opening - 1 : opening] == sign == "{" and text[offset + 1 : offset + 2] == "}":
                return start - len(before[opening - 1 :].encode()), end + len(text[: offset + 2].encode())
            label, following = before[opening + 1 :].strip("*_ "), text[offset + 1 : offset + 2]
            if other == "]" and following == ":":
                return None
            if label and (text[:offset].strip("*_ ?!.") or not _is_note(layout, label)):
                return end, end + len(text[:offset].encode())
            if other == "]" and following in ("(", "["):  # a link stays around its words
                return start, end + len(text[:offset].encode())
            return start - len(before[opening:].encode()), end + len(text[: offset + 1].encode())
    return None


def _framed(layout: Layout, leaf: Leaf, before: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the emphasis around a marker and its note inside a sentence; of a line's opening, nothing."""
    frame = _FRAME.search(before)
    if frame is None:
        return None
    closer = f"</{frame[2]}>" if frame[2] else frame[1].replace("<", ">")
    text = layout.text(end, min(leaf.end, end + SURROUNDINGS))
    inside, is_closed, rest = text.partition(closer)
    is_bare = not inside and not any(map(str.isalnum, rest.split("\n")[0]))  # `The door: _TODO_`
    if not is_closed or not (is_bare or inside.strip(": ")):
        return None
    return start - len(frame[0].encode()), end + len((inside + closer).encode())


def _is_begun(before: str) -> bool:
    """Tell whether a sentence begins in the words before a marker and may go on after it."""
    return any(map(str.isalnum, before)) and not ends_sentence(before)


def _is_note(layout: Layout, label: str) -> bool:
    """Tell whether words before a marker in brackets are its note: `when? TODO`, but not `height: TODO`."""
    return label.endswith(("?", "？")) or _asks(layout, label)


def _note_length(layout: Layout, limit: int, end: int, is_begun: bool, *, is_led: bool) -> int:
    """Return how many bytes after a marker belong to its note: to the end of its sentence, over its lines.

    Sentences after it are the author's text, unless they ask for something as well, or are a question:
    `TODO: expand on this. Do we want the figures? In the spring we left.` So is the next line where the
    sentence before the marker `is_begun` and may go on there, and that sentence's stop, unless the marker
    `is_led` up to by a label: `The mill: TODO.`
    """
    first, *others = layout.text(end, limit).split("\n")
    if stop := _STOP.match(first):  # `TODO. The inn opens at noon.`
        return 0 if is_begun and not is_led else len(stop[0].encode())
    note = first
    if not any(map(str.isalnum, first)) and ":" not in first:
        told = sentences("\n".join(others), layout.language)[:1]
        is_begun = is_begun or any(map(ends_sentence, told))  # finished, though in lower case
    for line in others:
        goes_on = not (is_begun or ends_sentence(note)) and (
            line.lstrip(" \t>")[:1].islower() or note.rstrip().endswith(",")
        )
        if not (goes_on or _asks(layout, line, outright=True)):
            break
        note += "\n" + line
    length = len(note.rstrip("\r"))
    if SENTENCE_INSIDE.search(note):
        length = 0
        for begin, stop_at in sentence_spans(note, layout.language):
            sentence = note[begin:stop_at]
            is_more = sentence.rstrip().endswith(("?", "？")) or _IN_BRACKETS.match(sentence)
            if length and not is_more and not _asks(layout, sentence):
                break
            length = stop_at
    note = note[:length]
    return len((note.rstrip().rstrip(".。") if is_begun and not is_led else note).encode())


def _asks(layout: Layout, text: str, *, outright: bool = False) -> bool:
    """Tell whether words open with something to do: `Mention the radio`, `add a map`.

    `outright` asks for more where a line may well be the author's text: `Place names are long.`
    """
    words = tokens(text)
    if layout.phrases("write").at(words):
        return True
    names = any(layout.phrases(purpose).within(words[1:]) for purpose in ("part", "media"))
    return bool(layout.phrases("edit").at(words)) and (names or not outright)


_QUOTED = lazy.pattern(r"(?:(?<!\w)[\"'“«»‘‚‹›„]|[「『])\s?\Z")
_QUOTE_ENDS = lazy.pattern(r"[\"'”»«’“‹›](?!\w)|[」』]")
"""Quotation marks around a marker and its words: `She said “TODO: buy rope” and left.`"""
_STOP = lazy.pattern(r"[.!?…]+[\"'”’»)\]*_]*(?=\s|\Z)|[。！？．｡]")
"""What ends a sentence right after a marker, which has no note then."""
_OWNER = lazy.pattern(r"\A\([^()\n]{1,40}\)[ ]?:?[ ]?(?=\w)")
"""Who or what a note is for, right after its marker: `TODO(anna): …`, `TODO(#12) …`."""
_ENDS = 60
"""Characters at a note's end that are looked at for what is no part of it."""
_FRAME = lazy.pattern(r"(\*{1,3}|_{1,3}|==|~~|\+\+|@@|<(?:([a-z]+)[^<>]*>)?)\Z", re.IGNORECASE)
"""What stands around a note in a sentence: `We met **TODO: when?** on the pier of <TODO: name>.`"""
_KEY_TAG = lazy.pattern(rb"<(?:kbd|code|samp|tt|var)>\Z", re.IGNORECASE)
_STOPS = (b".", "。".encode())
_IN_BRACKETS = lazy.pattern(r"\s*\([a-z]")
"""What goes on in brackets behind a note's question: `TODO: form? (not the phone!)`."""
_ASIDE = lazy.pattern(r"[,、—]\s*\Z|\s[–—-]\s+\Z|–\Z")
"""What opens an aside, which the same sign closes: `we rang him, TODO say when, and he came`."""
_BREAK = lazy.pattern(r"\n[ \t>]*")
"""A line's end in a note, with the marks of a quote."""
_TAIL = lazy.pattern(
    r"(?:</\w+>|=+|\s+\^[\w-]+|[^\w\s.,;:!?…(){}\[\]<>\"'`”’»。！？（）【】］*_~/+%$€£-]|\s)+\Z"
)
"""What ends a note's line and is no part of it: Obsidian's `^name` of a block, a sign such as 🚧."""
_WORDS_NEXT = lazy.pattern(rb" \w")
_NOTE = lazy.pattern(r" ?[:：]")
"""What parts a marker from its note: `TODO: when?`, `TODO : quand ?`."""
_LABEL = lazy.pattern(r", (?:and )?[A-Z]{2,}:")
"""Another label in a row: `TODO: a task for later, DONE: a finished one`."""
_BEFORE_VALUE = ":：=(–—-["
"""Signs before which a value is expected: `Price: TBD`."""


def _opening_line(layout: Layout, line: _Line) -> list[str]:
    is_set_off = line.after.lstrip("*_~>)]}").startswith(
        (":", "(", "：", " -", " –", " —", "!", "...", "…")
    ) or bool(line.before.strip())
    if not line.words_after or _STOP.match(line.after):
        return ["marker-opens-line", "marker-stands-alone"]
    if is_set_off:
        return ["marker-opens-line", "marker-set-off-by-sign"]
    return present({"marker-opens-line": True, "word-is-spoken-of": _is_topic(layout, line)})


def _inside_sentence(layout: Layout, line: _Line, *, asks: bool, is_aside: bool) -> list[str]:
    edit = layout.phrases("edit")
    is_alone = not line.words_after
    signals = present({"marker-inside-sentence": True, "stands-for-fact": line.marker in FACTS})
    opens_note = (
        not is_alone and _NOTE.match(line.after) and not _LABEL.search(line.after)
    )  # `We met TODO: when? And then we left.`
    is_topic = layout.phrases("topic").at(line.words_after) if is_aside else _is_topic(layout, line)
    if (is_topic and not edit.at(line.words_after[1:]) and not opens_note) or _is_named(layout, line):
        signals.append("word-is-spoken-of")
    elif opens_note or is_aside:
        signals[0] = "marker-opens-sentence"
    elif asks:
        pass
    elif is_alone and (line.before.rstrip()[-1:] in _BEFORE_VALUE or not line.after.strip()):
        signals.append("stands-where-value-belongs")
    return signals


def instruction_in(after: str) -> str:
    """Return what stands after a marker without the signs that set it off."""
    told = _BREAK.sub(" ", _OWNER.sub("", after)).strip(" \t:：-–—*_~.,、").strip()
    told = told[:-_ENDS] + _TAIL.sub("", told[-_ENDS:])
    while (opening := _CLOSED.get(told[-1:])) and told.count(told[-1]) > told.count(opening):
        told = told[:-1].rstrip(" *_.")
    return told if any(map(str.isalnum, told)) else ""


def _is_topic(layout: Layout, line: _Line) -> bool:
    """Tell whether the words after a marker say that the word itself is spoken of: `TODO comments`."""
    is_fact_next = any(word.upper() in FACTS for word in line.words_after[1:2])  # `TK und TK`
    is_joined = line.marker in FACTS and (is_fact_next or not _JOINS.isdisjoint(line.words_after[:1]))
    return (bool(layout.phrases("topic").at(line.words_after)) and not is_joined) or _is_in_row(line)


def _is_named(layout: Layout, line: _Line) -> bool:
    """Tell whether the word before a marker says so: `the word TODO`, `a TBD is`, but not `the TK summer`."""
    last, function = len(line.words_before) - 1, layout.phrases("function")
    if last < 0 or not layout.phrases("topic").at(line.words_before, last):
        return False
    if line.marker not in FACTS or not function.at(line.words_before, last):
        return True
    is_noun_after = line.words_after and not function.at(line.words_after) and not _is_topic(layout, line)
    return not (is_noun_after or any(word.upper() in FACTS for word in line.words_before))


def _is_in_row(line: _Line) -> bool:
    """Tell whether a marker is one of several names: `a todo app: TODO, DOING and DONE are its columns`.

    A sentence may lack several facts: `from TK to TK`.
    """
    is_fact, row = line.marker in FACTS, re.match(r", ([A-Z]{2,})\b", line.after)
    is_named = line.marker.lower() in line.words_before and line.marker not in line.before
    return not (is_fact and row and row[1] in FACTS) and (row is not None or (not is_fact and is_named))


def _has_items(layout: Layout, index: int) -> bool:
    """Tell whether a list stands right below a heading: `## TODO` over it is a list's name."""
    following = layout.leaf_after(index)
    return following is not None and following.lists > 0


def _is_name(line: _Line) -> bool:
    """Tell whether letters such as TK begin the name of a firm or a person, as in "TK Maxx"."""
    return line.marker in ("TK", "XXX", "TBD") and re.match(r" [A-ZÄÖÜ][a-z]+", line.after) is not None
