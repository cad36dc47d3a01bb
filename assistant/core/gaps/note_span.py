"""Tell where an author's note begins and ends around its marker: what is around it is text and stays.

A note reaches from its marker to the nearest of these: the closing sign of the pair it is in, the end
of its sentence, the end of its block. A pair of brackets or emphasis that holds nothing else goes with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence, is_finished, sentence_spans
from assistant.core.text.words import CLOSING_QUOTES, tokens

SENTENCE_END = lazy.pattern(rf"[.!?…:;。！？：；।॥؟۔։።။།][)\]{CLOSING_QUOTES}*_~]*\s*$")
"""The end of the sentence before: `All is well. TODO: more`."""
SENTENCE_INSIDE = lazy.pattern(
    r"[.!?…।॥؟۔։።။།](?:\[[^\[\]\n]*\]|<[^<>\n]*>|\{[^{}\n]*\}|\S{0,3})\s+\S|[。！？．｡]\s*\S|…[\u3040-\u9fff]"
)
"""A stop with more text after it; without one, a text is one sentence and need not be split."""
STOP = lazy.pattern(rf"[.!?…।॥؟۔։።။།]+[{CLOSING_QUOTES})\]*_]*(?=\s|\Z)|[。！？．｡]")
"""What ends a sentence right after a marker, which has no note then."""
_OPENERS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "［": "］"}
_CLOSERS = {closer: opener for opener, closer in _OPENERS.items()}
_EMPHASIS = lazy.pattern(
    r"(?i)(\*{1,3}|_{1,3}|==|~~|\+\+|@@|<(?:((?:a|b|del|em|font|i|ins|kbd|mark|s|small|span|strong|sub|sup|u)\b)[^<>]*>)?)\Z"
)
"""What is around a note in a sentence: `We met **TODO: when?** on the pier of <TODO: name>.`"""
_SIGN = lazy.pattern(
    r"(?i)\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|==|~~|\+\+|[\"“”„«»]|</[a-z]+>|<([a-z]+)(?:\s[^<>]*)?>"
)
"""What opens or closes emphasis, a tag or a quotation."""
_CLOSED_BY = {"“": "”", "„": "“", "«": "»"}
_QUOTES = ('"', *_CLOSED_BY)
_COMMAS = ",，、"
_DOTS = ("…", "...")
_ASIDE = lazy.pattern(r"[,，、—―─;；…]\s*\Z|\.{3}\s*\Z|\s(?:--|[–—-])\s+\Z|–\Z")
"""What opens an aside, which the same sign closes: `we rang him, TODO say when, and he came`."""
_CLAUSES_HAVE_COMMAS = ("de", "ru")
"""Languages in which a comma parts `beschreiben, wie sie aussah`."""
_LINE_BREAK = lazy.pattern(r"(?i)<br\b|\\\n")
"""Ends a note as a paragraph's end does: `TODO: say how old<br>It is ours.`"""
_ENTITY = lazy.pattern(r"&#?\w{1,31};\s*\Z")
"""Its semicolon opens nothing: `It is wet.&nbsp;TODO: say why`."""
_OWN_PAIR = lazy.pattern(
    r"[*_]{0,3}[:：]?\s*(?P<pair>\([^()\n]+\)|\[[^\[\]\n]+\](?!\()|(\*{1,2}|_{1,2})(?=\S)[^*_\n]+\2)\s+"
)
"""A marker's note in a pair of its own, which text may follow: `TODO (say why) It went on.`"""
_GLUED = lazy.pattern(r"\([^()\n]*\)|\[[^\[\]\n]*\]")
"""A pair of brackets right behind one, such as a link's target: `[TODO: the map](map.md)`."""
_JOINS = frozenset(("and", "or", "of"))
"""After a word for a fact the sentence continues with these: `The pipes froze on TK, and on TK, we left.`"""
_LAST_WORD = 20
"""Characters at a line's end in which its last word is looked for."""
_MORE = lazy.pattern(r"\s*\([a-z]|[^\n]*[?？]\s*\Z|[a-z]+\.?\s*\Z")
"""What continues behind a note's sentence: `TODO: a ferry? a tram? (not by car!)`, `TODO: tar, oars. etc.`"""


class Note(NamedTuple):
    """The characters of a note on both sides of its marker, and what it is in."""

    before: int
    after: int
    pair: str = ""
    """`whole` where a pair goes with it, `label` where words are before it in brackets: `(height: TODO)`,
    `aside` between commas, semicolons or dashes, `inside` where a pair holds more than it."""
    is_unclear: bool = False
    """True where what is behind it may be of it, too: `TODO: tell of the U.S. Navy came in May.`"""


def note_span(layout: Layout, before: str, after: str, *, is_begun: bool, above: str = "") -> Note:
    """Return where the note of a marker is between what is `before` it in its line and `after` it.

    `is_begun` says that the sentence before it may continue behind it; `above` are the lines above it.
    Where it is unclear whether a stop ends the note, a whole sentence behind it is left out.
    """
    line_break = _LINE_BREAK.search(after)
    limit = min(_closing(above + before, after), line_break.start() if line_break else len(after))
    if note := _bracketed(layout, before, after) or _emphasised(layout, before, after):
        return note._replace(after=min(note.after, limit)) if note.pair == "label" else note
    around = before + after[limit:].split("\n")[0]
    if before.endswith(_QUOTES) and not any(map(str.isalnum, around)):
        return Note(1, min(limit + 1, len(after)), "whole")  # nothing else is said in its line
    after = after[:limit]
    is_led = bool(SENTENCE_END.search(_EMPHASIS.sub("", before)))
    short, end = (
        _sentence(layout, after, is_begun=is_begun, is_led=is_led, at_unclear=at) for at in (True, False)
    )
    if is_unclear := short < end and layout.is_written(after[short:end]):
        end = short
    if (own := _OWN_PAIR.match(after, 0, end)) and layout.is_written(after[own.end() : end]):
        end, is_unclear = own.end("pair"), True
    opener = None if _ENTITY.search(before) else _ASIDE.search(before)
    if opener and (is_begun or opener[0][0] in ";；…."):
        sign = opener[0].rstrip()
        aside, *rest = after[:end].split(sign)
        if sign in ";；" and (
            rest[1:] or layout.purposes("".join(rest)).opens_task
        ):  # a list of things to do
            return Note(0, end)
        while sign in _COMMAS and rest and _is_clause_of(layout, aside, rest[0]):
            aside += sign + rest.pop(0)
        if any(rest) or sign not in _DOTS:  # `We left… TODO: the rain… Then we slept.`
            words = tokens(aside) if rest else []
            pair = "aside" if words and words[0] not in _JOINS else ""
            return Note(0, len(aside.rstrip()), pair, is_unclear)
    return Note(0, end, is_unclear=is_unclear)


def behind_brackets(
    layout: Layout, note: Note, before: str, after: str, *, is_fact: bool, above: str = ""
) -> Note:
    """Return a note with what follows it where it is a marker in brackets that opens its line or sentence.

    `(TODO) say why`, `**[TODO]** Say why`, `[TODO]: the wind`, `(TODO)[say why]`: the brackets set it off as
    a colon does. A finished sentence behind it that asks for nothing stays, and the note waits; so does what
    follows a fact: `(TBD) euros`.
    """
    if not before or after[:1] != _OPENERS.get(before[-1]) or before[-2:-1] == before[-1]:
        return note
    before, after = before[:-1], after[1:]
    bare = before.rstrip("*_")
    is_led = bool(SENTENCE_END.search(bare))
    opens_line = not any(map(str.isalnum, before)) and (not above.strip() or ends_sentence(above))
    told = note_span(layout, before, after, is_begun=False, above=above)
    text = after[: told.after]
    label = text[1:].partition("]")[0].lower() if text[:1] == "[" else ""
    is_alone = not any(map(str.isalnum, text.split("\n")[0]))
    if is_alone or label in layout.definitions or not (is_led or opens_line):  # `[TODO][1]` is a link
        return note
    is_told = layout.purposes(text).opens_task or text.lstrip("*_ ").startswith((":", "：", *_OPENERS))
    if is_told or (opens_line and not is_fact and not is_finished(text, small=True)):
        emphasis = len(before) - len(bare)  # which closes right behind the brackets
        return told._replace(before=max(told.before, emphasis) + 1, after=told.after + 1)
    return note if is_fact else note._replace(is_unclear=True)


def _is_clause_of(layout: Layout, note: str, clause: str) -> bool:
    """Tell whether a note continues behind a comma: `say when, say why`, `sagen, wie es aussah`."""
    questions, words = layout.single_words("question"), tokens(clause)[:3]
    is_clause = layout.language in _CLAUSES_HAVE_COMMAS and not questions.isdisjoint(words)
    return layout.purposes(clause).opens_task_outright or (is_clause and bool(tokens(note)))


def _closing(before: str, after: str) -> int:
    """Return where the emphasis, tag or quotation closes that words before a marker are in, too.

    `*Fig. 3. TODO: when*`, `<u>It was late. TODO: how late</u> when we came`
    """
    opened: list[str] = []
    for hit in _SIGN.finditer(before):
        sign, closer = hit[0], _CLOSED_BY.get(hit[0]) or (f"</{hit[1]}>" if hit[1] else hit[0])
        if sign in opened:
            del opened[opened.index(sign) :]
        elif (
            sign in _QUOTES
            or (hit[1] and not _EMPHASIS.search(sign))
            or (before[hit.end() :].strip(" *_~=") and not before[hit.end()].isspace())
        ):
            opened.append(closer)
    inner = _EMPHASIS.search(before)  # the marker's own: `*It was late. **TODO:** say why*`
    since = after.find(closer := _closer(inner)) + len(closer) if inner and _closes(inner, after) else 0
    closed = (
        re.compile(re.escape(sign) if sign[0] in "»<" else rf"(?<=\S){re.escape(sign)}").search(after, since)
        for sign in set(opened)
    )
    return min((hit.start() for hit in closed if hit), default=len(after))


def _bracketed(layout: Layout, before: str, after: str) -> Note | None:
    """Return the brackets that a marker opens or ends: `we left (TODO: why)`, `we left (when? TODO)`.

    Of a link, return what is inside them; where other words are before the marker, what is behind it.
    """
    opening, depth = len(before), 0
    for opening in range(len(before) - 1, -1, -1):
        depth += (before[opening] in _CLOSERS) - (before[opening] in _OPENERS)
        if depth < 0:
            break
    else:
        return None
    sign, depth = before[opening], 1
    for end, other in enumerate(after):
        depth += (other == sign) - (_CLOSERS.get(other) == sign)
        if depth:
            continue
        label, following = before[opening + 1 :].strip("*_ "), after[end + 1 : end + 2]
        asks = label[-1:] in tuple("?？") or layout.purposes(label).opens_task
        if label and (after[:end].strip("*_ ?!.") or not asks):
            return Note(0, end, "label")
        joined = _GLUED.match(after, end + 1)
        if other == "]" and (joined or before[opening - 1 : opening] == "^"):  # `^[TODO: why]` is a footnote
            return Note(0, end, "whole")
        if following == "[" and joined:  # `(TODO: winter)[say how cold it was]`
            return Note(len(before) - opening, joined.end(), "whole")
        if following == "(" and not after[end + 2 :].split("\n")[0].strip():  # `[TODO: say why](`
            return Note(len(before) - opening, end + 2, "whole")
        is_double = following == other and before[opening - 1 : opening] == sign  # `{{TODO: name}}`
        return Note(len(before) - opening + is_double, end + 1 + is_double, "whole")
    return None


def emphasis_before(before: str, note: str) -> int:
    """Return the length of what opens a marker's emphasis, which its note closes: `We met. **TODO:** why`."""
    opener = _EMPHASIS.search(before)
    return len(opener[0]) if opener and _closes(opener, note) else 0


def _closes(opener: re.Match[str], note: str) -> bool:
    """Tell whether the emphasis that a marker stands in closes right behind it."""
    return note.lstrip(":： ").startswith(_closer(opener))


def _closer(opener: re.Match[str]) -> str:
    return f"</{opener[2]}>" if opener[2] else opener[1].replace("<", ">")


def _emphasised(layout: Layout, before: str, after: str) -> Note | None:
    """Return the emphasis around a marker and its note, not around the marker alone: `**TODO:** say why`.

    Of emphasis with a sentence of the text, too, return what is before that: `**TODO: say why. It went on.**`
    """
    opener = _EMPHASIS.search(before)
    if opener is None:
        return None
    closer = _closer(opener)
    inside, is_closed, rest = after.partition(closer)
    is_bare = not inside and not any(map(str.isalnum, rest.split("\n")[0]))  # `The door: _TODO_`
    if not is_closed or not (is_bare or inside.strip(": ")):
        return None
    note = _sentence(layout, inside, is_begun=False, is_led=True, at_unclear=True)
    if layout.is_written(inside[note:]):
        return Note(0, note, "inside")
    return Note(len(opener[0]), len(inside + closer), "whole")


def _sentence(layout: Layout, after: str, *, is_begun: bool, is_led: bool, at_unclear: bool) -> int:
    """Return how many characters behind a marker are of its note: to its sentence's end, over its lines.

    So are further sentences that ask for something or are a question: `TODO: expand on this. Do we want the
    figures? In the spring we left.` No line below is, nor the stop, where the sentence before the marker
    `is_begun` and may continue there, unless the marker `is_led` up to by a label: `The mill: TODO.`
    """
    goes_on = is_begun and not is_led
    if stop := STOP.match(after):  # `TODO. The inn opens at noon.`
        return 0 if goes_on else stop.end()
    lines, at, end = after.split("\n"), 0, 0
    is_begun = is_begun or (not any(map(str.isalnum, lines[0])) and ":" not in lines[0])
    for line in lines:
        if at and (after[end:at].strip() or not _is_below(layout, after[:end], line, is_begun=is_begun)):
            break
        spans = [(0, len(line))]
        if SENTENCE_INSIDE.search(line):
            spans = sentence_spans(line, layout.language, at_unclear=at_unclear)
        for number, (start, stop_at) in enumerate(spans):
            sentence = line[start:stop_at]
            if number and not _MORE.match(sentence) and not layout.purposes(sentence).opens_task:
                break
            end = at + stop_at
        at += len(line) + 1
    note = after[:end].rstrip("\r")
    return len(note.rstrip().rstrip(".。") if goes_on else note)


def _is_below(layout: Layout, note: str, line: str, *, is_begun: bool) -> bool:
    """Tell whether a note continues in the next line, or asks for more there."""
    note, line = note.rstrip(), line.lstrip(" \t>")
    is_wrapped = line[:1].islower() or note.endswith((",", "，", "、"))
    is_wrapped = is_wrapped or _is_inside(layout, note, line)
    # `wie das`, `Meer klang`
    joins = layout.single_words("function") - layout.single_words("question", "stranded")
    is_wrapped = is_wrapped or not joins.isdisjoint(tokens(note[-_LAST_WORD:])[-1:])
    return (is_wrapped and not is_begun and not ends_sentence(note)) or layout.purposes(
        line
    ).opens_task_outright


def _is_inside(layout: Layout, note: str, line: str) -> bool:
    """Tell whether a line ends, or the next begins, as no sentence does: `写风的` above `声音`."""
    ends, starts, whole = (
        tuple(layout.words.in_all(f"line-{part}")) for part in ("ends-open", "goes-on", "whole")
    )
    is_open = note.endswith(ends) and not note.endswith(whole)
    return is_open or (line.startswith(starts) and not line.startswith(whole))
