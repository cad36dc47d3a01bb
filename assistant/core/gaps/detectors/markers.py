"""Find marker words such as TODO and TK, and tell those left for the author from those that are spoken of."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.gaps.leaves import Leaf
from assistant.core.gaps.lexicon import WRITE
from assistant.core.gaps.note_span import (
    SENTENCE_END,
    SENTENCE_INSIDE,
    STOP,
    Note,
    behind_brackets,
    emphasis_before,
    note_span,
)
from assistant.core.gaps.parts_of_words import NUMBER, is_part_of_word
from assistant.core.text import lazy
from assistant.core.text.questions import FACTS
from assistant.core.text.sentences import ends_sentence, is_begun
from assistant.core.text.words import CLOSING_QUOTES, is_spaceless, tokens, without_emoji
from assistant.core.types import GapKind

_SIGNS = " \t\r\n*_~([{（【［<\"'>#–—-/=:!|\\+.“«„%"
"""Signs around a note that are no part of it: `(when? TODO)`."""
_CLOSED = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "］": "［", ">": "<"}
_SYMBOLS = lazy.pattern(r"(?:[^\x00-\x7f\w]|#|\s)*")
"""Signs around a banner's words, or an emoji's name made signs: `🚧 **TODO** 🚧`."""
_NOTE_INSIDE = rb"(?P<note>[^\[\]()\n]{2,60})[\])](?![(\[:])"
_ASKED = (
    lazy.pattern(rb"\[" + _NOTE_INSIDE),
    lazy.pattern(rb"\(" + _NOTE_INSIDE),
    lazy.pattern(rb"\xef\xbc\x88(?P<note>(?:[\xe3-\xed][\x80-\xbf]{2}){2,8})\xef\xbc\x89"),
)
"""What may ask the author in brackets, without a marker: `We met Anna [when?] in the town.`, `（要確認）`.

Each begins with one sign, which `re` finds ten times as fast as one of two.
"""
_QUOTED = lazy.pattern(r"(?:(?<!\w)[\"'“«»‘‚‹›„]|[「『])\s?\Z")
_QUOTE_ENDS = lazy.pattern(r"[\"'”»«’“‹›](?!\w)|[」』]")
"""Quotation marks around a marker and its words: `She said “TODO: buy rope” and left.`"""
_OWNER = lazy.pattern(r"\A\([^()\n]{1,40}\)[ ]?:?[ ]?(?=\w)")
"""Who or what a note is for, right after its marker: `TODO(anna): …`, `TODO(#12) …`."""
_ENDS = 60
"""Characters at a note's end that are looked at for what is no part of it."""
_OPENS_BOX = lazy.pattern(rb"[ \t>]*(?::::|!!!|\?\?\?|///)[ \t]*[{\w]")
"""Opens the line in which a box has its title, which nobody else can know: `:::note[TODO]`."""
_BREAK = lazy.pattern(r"(?:\r\n?|\n)[ \t>]*")
"""A line's end in a note, with the marks of a quote."""
_TAIL = lazy.pattern(
    r"(?:</\w+>|=+|\s+\^[\w-]+|[^\w\s.,;:!?…(){}\[\]<>\"'`”’»。！？（）【】［］*_~/+%$€£-]|\s)+\Z"
)
"""What ends a note's line and is no part of it: Obsidian's `^name` of a block, a sign such as 🚧."""
_SAID = lazy.pattern(rf"[.!。！।][{CLOSING_QUOTES}*_)]*(?:\[\^[\w-]+\])?\s*\Z")
"""A sentence's end that is no question's: a question behind a marker is asked of the author."""
_GOES_ON = lazy.pattern(r"(?:[*_]+[,，]?[ ]?|,?[ ])\w")
"""What a sentence goes on with behind a marker, which may be in emphasis, and not a note behind a sign."""
_TAG = lazy.pattern(r"<[^<>]{0,200}>")
_ANY_TAG = lazy.pattern(
    rb"<(?P<closes>/?)(?P<inline>(?:a|b|code|em|i|kbd|mark|s|small|span|strong|sub|sup|u)\b[^<>]{0,200}>)?"
)
"""A tag, and whether it is of single words."""
_NOTE = lazy.pattern(r"[*_]{0,3} ?[:：]")
"""What parts a marker from its note: `TODO: when?`, `TODO : quand ?`."""
_ROW = lazy.pattern(r"(?P<note>: [^:\n]*)?, (?:[^\W\d_]{1,4} )?(?P<name>[A-Z]{2,})\b")
"""Another name in a row: `TODO, DOING`, `TODO: a task for later, DONE: a finished one`."""
_IN_ROW = lazy.pattern(r"\b[A-Z]{2,}, (?:[A-Z]{2,},? )?(?:[^\W\d_]{1,4} )?\Z")
"""Other names in a row before one: `NOTE, HACK, or `."""
_OF_NAME = lazy.pattern(r"['’](?:[sS](?!\w)|[ ][^\W\d_])")
"""What makes a name of a marker: `TK’s ladder`, `TK’ Leiter`."""
_OF_NOUN = lazy.pattern(r"[+\u3041-\u309f\uac00-\ud7af]")
"""What makes a noun of a marker: a particle (`TODOを追加する`, `TODO를 만든다`), a name's sign (`TODO+`)."""
_PARTS = 8
"""Leaves below a heading in which its list begins, behind the headings of its parts."""
_BEFORE_VALUE = ":：=(–—-["
"""Signs before which a value is expected: `Price: TBD`."""
_NOUN = 5
"""Most words of a noun with its article, as a note: `TODO the rest.`, not `TODO The mayor came and …`."""


class _Line(NamedTuple):
    """A marker with what is on both sides of it in its line, as text and as words."""

    marker: str
    before: str
    after: str
    words_before: list[str]
    words_after: list[str]


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for every marker in prose or in a tag's text, and for questions in brackets."""
    data = layout.data
    spoken: set[bytes] = set()
    quoted: list[tuple[bytes, Candidate]] = []
    for hit in layout.markers:
        start, end = hit.span()
        if is_part_of_word(layout, start, end, hit["first"].decode()):
            continue
        what, leaf = layout.what_at(start), layout.leaf_at(start)
        if leaf and what not in ("text", "link"):
            leaf = _tag_text(layout, leaf, start, end) if what == "tag block" else None
        if leaf is None or layout.is_in_address(leaf, start) or layout.box(leaf) in ("x", "X"):
            continue
        is_note = _NOTE.match(layout.text(end, end + 6))
        if not is_note and (leaf.kind == "TableHead" or layout.lists_changes(start)):
            continue  # a column's name, what is new
        candidate = _weigh(layout, leaf, hit["first"].decode("utf-8"), start, end)
        is_link, is_sign = what == "link", hit["first"] in layout.explained
        is_value = what == "tag block" and data[leaf.start - 1 : leaf.start] in (b'"', b"'")
        is_title = _OPENS_BOX.match(data, layout.line_start(start, max(0, start - _ENDS))) is not None
        candidate.fillable = candidate.fillable and not (is_link or is_value or is_title)
        names = is_link and _names_page(hit["first"].decode(), layout.text(end, end + _ENDS))
        candidate.signals += present(
            {"marker-in-link-words": is_link, "word-is-spoken-of": (is_sign or names) and not is_note}
        )
        if "word-is-spoken-of" in candidate.signals:
            spoken.add(hit["first"])
        if leaf.quoted:
            quoted.append((hit["first"], candidate))
        else:
            yield candidate
    for marker, candidate in quoted:  # a quoted `TODO: milk` shows what a text on TODO lists speaks of
        shows = marker in spoken and "marker-opens-line" in candidate.signals
        candidate.signals += present({"word-is-spoken-of": shows, "word-in-quotation-marks": shows})
        yield candidate
    for hit in itertools.chain.from_iterable(asked.finditer(data) for asked in _ASKED):
        note = hit["note"].decode("utf-8", "replace")
        if not _asks_author(layout, note, is_round=data.startswith(b"(", hit.start())):
            continue
        if layout.what_at(hit.start()) == "text" and not layout.words.marker_pattern.search(hit["note"]):
            is_unsure = layout.phrases("unsure").is_whole(tokens(note))
            signals = ["fact-to-confirm"] if is_unsure else ["asks-question"]
            fillable = not (is_unsure or note.endswith("?"))
            yield Candidate(GapKind.MARKER, *hit.span(), signals, note, fillable=fillable)


def _names_page(marker: str, rest: str) -> bool:
    """Tell whether a link's words are a page's name: `[TODO Highlight](…)`, `[TODO](notes/todo.md)`."""
    address = re.match(r"\]\(([^()\s]*)", rest)
    return bool(re.match(r" ?[\w+]", rest)) or bool(
        address and address[1].rpartition("/")[2].lower().startswith(f"{marker.lower()}.")
    )


def _asks_author(layout: Layout, note: str, *, is_round: bool) -> bool:
    """Tell whether a note in brackets asks its author: `[since when?]`, `(when?)`, `(to be checked)`.

    In round brackets, a longer question may be the text's own: `(who knew?)`.
    """
    words = tokens(note)
    if layout.phrases("unsure").is_whole(words):
        return True
    head, colon, _ = note.partition(":")
    if colon and any(layout.phrases(purpose).is_whole(tokens(head)) for purpose in ("missing", "alone")):
        return True
    if not note.endswith("?"):
        return False
    facts = layout.phrases("asks-fact")
    return facts.is_whole(words) if is_round else bool(facts.at(words) or facts.ends(words))


def _closed_by_marker(layout: Layout, marker: str, rest: str) -> int:
    """Return where a note ends that is between two of its marker, `TODO say why TODO`; 0 where it isn't.

    A stop ends it before the second one, which then stands for itself; one behind it is the note's.
    """
    note, sign, behind = rest.split("\n")[0].partition(f" {marker}")
    is_closed = sign and not behind[:1].isalnum() and behind.lstrip()[:1] not in (":", "(", "：")
    is_one = is_closed and not SENTENCE_INSIDE.search(note + " x") and layout.purposes(note).opens_task
    stop = STOP.match(behind)
    return len(note + sign) + (stop.end() if stop else 0) if is_one else 0


def _tag_text(layout: Layout, leaf: Leaf, start: int, end: int) -> Leaf | None:
    """Return the text between tags, or the value of one, that holds a marker and that it begins or ends.

    In brackets it may be anywhere.
    """
    data = layout.data
    first = max(leaf.start, start - SURROUNDINGS)
    opening = data[first:start]
    if opening.rfind(b"<!--") > opening.rfind(b"-->"):
        return None
    if opening.rfind(b"<") > opening.rfind(b">"):  # `<img alt="TODO">`
        signs, bare = b"\"'", opening.rstrip(b" \t{")
        if bare[-1:] not in (b'"', b"'"):
            return None
        first += len(bare)
    else:
        signs, first = b"<", first + opening.rfind(b">") + 1
    last = min(leaf.end, end + SURROUNDINGS)
    if signs == b"<":
        last = _end_of_text(data, end, last)
    last = min([last, *(at for sign in signs.strip(b"<") if (at := data.find(sign, end, last)) >= 0)])
    return leaf._replace(start=first, end=last)


def _end_of_text(data: bytes, start: int, limit: int) -> int:
    """Return where text between tags ends, which tags of single words are part of: `TODO: say <b>why</b>`."""
    opened = 0
    for tag in _ANY_TAG.finditer(data, start, limit):
        opened += -1 if tag["closes"] else 1
        if not tag["inline"] or opened < 0:
            return tag.start()
    return limit


def _weigh(layout: Layout, leaf: Leaf, marker: str, start: int, end: int) -> Candidate:
    line_start = layout.line_start(start, max(leaf.start, start - SURROUNDINGS))
    before = without_emoji(layout.text(line_start, start))
    rest = without_emoji(layout.text(end, min(leaf.end, end + SURROUNDINGS)))
    opens_line = not any(map(str.isalnum, _TAG.sub("", before.lstrip("#"))))
    above = layout.text(max(leaf.start, line_start - SURROUNDINGS), line_start)
    begun = is_begun(above if opens_line else before)
    note = note_span(layout, before, rest, is_begun=begun, above=above)
    if closed := _closed_by_marker(layout, marker, rest):
        note = Note(0, closed, "whole")
    elif layout.what_at(start) != "link":
        note = behind_brackets(layout, note, before, rest, is_fact=marker in FACTS, above=above)
    after = (rest[: note.after] if note.pair == "label" else rest).split("\n")[0].rstrip("\r")
    line = _Line(marker, before, after, tokens(before), tokens(after))
    counts = layout.phrases("unit").at(line.words_after)  # `It weighed TODO kilos.`, `TK Euro`
    names_tasks = layout.are_names_of_tasks(line.words_after)
    note_text, is_whole = rest[: note.after], note.pair == "whole"
    is_request = layout.purposes(after).opens_task and not names_tasks  # `TODO list`
    first, last = note.before, note.after
    is_number = marker in FACTS and NUMBER.match(rest) is not None  # `XXX.XXX`
    fillable = not is_number and (note.pair != "label" or ends_sentence(before))
    is_in_brackets = (is_whole and not before.rstrip().endswith(("*", "_"))) or (first > 0 and not is_whole)
    says_all = layout.language in ("es", "pt") and not is_request and _is_said(line.after)
    is_all = (says_all or before.endswith(("¡", "¿"))) and rest[:1] == " "  # `¡TODO estaba perdido!`
    spoken = is_all or (not is_in_brackets and (_is_spoken_of(layout, line) or _is_term(layout, line)))
    quoted = _QUOTE_ENDS.search(after) if _QUOTED.search(before) else None
    goes_on = quoted is not None and any(map(str.isalnum, after[quoted.end() :]))
    if _lacks_word(layout, line, note.pair, is_begun=begun or ends_sentence(note_text)) and not is_request:
        last, fillable = 0, False
    elif opens_line and not goes_on:
        bare = before.lstrip(" \t>#" if leaf.kind == "Heading" else " \t>")
        tail = rest[last:].split("\n")[0].rstrip()  # in the line in which the note ends
        signs = bare[: len(bare) - note.before], tail
        if note.pair == "inside":
            first = 0
        elif not is_whole:
            is_in_tag = rest.startswith("</", last)
            first = len(bare.rpartition(">")[2] if is_in_tag else bare)
        elif all(map(_SYMBOLS.fullmatch, signs)):
            first, last = len(bare), last + len(tail)
    if opens_line and not goes_on:
        signals = _opening_line(line, spoken=spoken)
    elif (
        is_whole
        or is_in_brackets
        or SENTENCE_END.search(before)
        or before.rstrip().endswith(("--", "<!--", "//", "—", " –"))
    ):
        signals = present({"marker-opens-sentence": True, "word-is-spoken-of": spoken and not is_request})
    else:
        signals = _inside_sentence(line, spoken=spoken, is_request=is_request, is_aside=note.pair == "aside")
        lacks_figure = not (spoken or is_request) and _lacks_figure(layout, line)
        signals += present({"stands-for-fact": marker in FACTS or counts or lacks_figure})
        fillable = fillable and marker not in FACTS
        if signals[0] != "marker-opens-sentence" and not is_request:
            last, fillable = 0, fillable and (spoken or before.rstrip()[-1:] in _BEFORE_VALUE)
    is_caption = _is_caption(layout, line_start, above) and line.after[:1] == " " and not is_request
    is_open = not note.pair and not is_request and last > 0
    behind = rest[note.after :]
    # `**TODO ESTO** lo aprendí en el puerto.`
    leads_sentence = before.rstrip()[-1:] in ("*", "_") and behind.lstrip()[:1].islower() and not is_request
    if marker == "WIP" and not line.words_after and layout.draft.heading_above(start) is None:
        fillable = False  # a banner above all else
    if not marker.strip("X") and not line.words_after and line.words_before and SENTENCE_END.search(before):
        fillable = False  # `See you in June. XXX` ends in kisses
    is_name = re.match(r" [A-ZÄÖÜ][a-z]+", after)
    evidence = {
        "says-what-to-do": is_request,
        "word-in-quotation-marks": quoted,
        "inside-quotation": leaf.quoted,
        "banner-word": marker == "WIP",
        "subject-of-sentence": not is_in_brackets and _is_subject(layout, line),
        "may-be-of-sentence": (opens_line and leads_sentence and not _is_note(line))
        or (is_open and _may_be_said(line, note_text, behind, is_begun=begun)),
        # `“TODO”, she said.`, `*Fig. 3. TBD parts of the bay*`
        "word-is-spoken-of": (goes_on or (is_caption and marker in FACTS))
        and "word-is-spoken-of" not in signals,
        "part-of-name": marker in FACTS and (is_caption or (is_name and not counts)),
        "heads-list-of-tasks": names_tasks
        and not line.words_before
        and (leaf.kind == "Heading" or line.words_after)
        and _has_items(layout, layout.leaf_index(start)),
    }
    signals += present(evidence)
    if leaf.kind == "TableCell" and not line.words_after and not line.words_before:
        signals.append("stands-where-value-belongs")
    instruction = instruction_in(rest[:last]) or before[len(before) - note.before :].strip(_SIGNS)
    if layout.phrases("media").within(tokens(instruction)[:6]):
        fillable = False
    first = max(first, emphasis_before(before, rest[:last]))
    span = (start - len(before[len(before) - first :].encode()), end + len(rest[:last].encode()))
    unclear = note.is_unclear and last == note.after
    return Candidate(
        GapKind.MARKER, *span, signals, instruction or marker, fillable=fillable, unclear=unclear
    )


def _is_caption(layout: Layout, line_start: int, above: str) -> bool:
    """Tell whether a line is a caption by its number, or in emphasis right below a picture."""
    data = layout.data
    if data[line_start : line_start + 1] in (b"*", b"_") and (index := layout.leaf_index(line_start)) > 0:
        picture = above or layout.text(*layout.leaves[index - 1].span)
        if picture.rstrip().rpartition("\n")[2].startswith(("![", "<img", "<figure")):
            return True
    return layout.words.caption.match(data, line_start) is not None


def _is_note(line: _Line) -> bool:
    """Tell whether a sign parts a marker from its note, and not from what it stands for in a row of names."""
    return bool(line.words_after and _NOTE.match(line.after)) and not _ROW.match(line.after)


def _lacks_word(layout: Layout, line: _Line, pair: str, *, is_begun: bool) -> bool:
    """Tell whether a marker replaces a word: `TK people came to watch.`, `TK’s hut`, not `TK anecdote`."""
    if line.marker not in FACTS or pair == "whole":
        return False
    is_word = re.match(r" [^\W\d_]", line.after) is not None
    return (is_word and bool(is_begun or layout.phrases("unit").at(line.words_after))) or _is_name(line)


def _lacks_figure(layout: Layout, line: _Line) -> bool:
    """Tell whether a marker stands where a number does, behind a verb: `The lid weighed TODO pounds`."""
    joins = layout.single_words("function", "particle", "question", "finite", "ordinary")
    verbs = layout.single_words("of-subject", "finite")
    is_noun = re.match(r" [^\W\d_]", line.after) and joins.isdisjoint(line.words_after[:1])
    is_verb = (joins - verbs).isdisjoint(line.words_before[-1:])
    return bool(is_noun and is_verb and ends_sentence(line.after)) and line.marker != "WIP"


def _is_name(line: _Line) -> bool:
    """Tell whether a marker is a name that something belongs to, not the end of a quotation."""
    return _OF_NAME.match(line.after) is not None and _QUOTED.search(line.before) is None


def _may_be_said(line: _Line, note: str, behind: str, *, is_begun: bool) -> bool:
    """Tell whether the words after a marker may be of a sentence, about the marker or around it.

    `TODO tells me who was tired.`, `TODO를 만든다.`, `The bell rings TODO: why and the door is shut.`
    """
    if is_begun:
        return not SENTENCE_END.search(line.before) and STOP.match(behind) is not None
    return note[:1].isalpha() or _is_said(note)


def _is_said(after: str) -> bool:
    """Tell whether what is behind a marker makes a sentence with it, such as `**TODO** was on the wall`."""
    return _GOES_ON.match(after) is not None and _SAID.search(after) is not None


def _opening_line(line: _Line, *, spoken: bool) -> list[str]:
    is_parted = line.after.lstrip("*_~>)]}").startswith((":", "(", "：", " -", " –", " —", "!", "...", "…"))
    if not line.words_after or STOP.match(line.after):
        return ["marker-opens-line", "marker-stands-alone"]
    is_emphasized = line.before.strip(" \t>#") and not (spoken or _is_said(line.after))
    if is_parted or is_emphasized:  # `**TODO lists** are long.`
        return ["marker-opens-line", "marker-set-off-by-sign"]
    return present({"marker-opens-line": True, "word-is-spoken-of": spoken})


def _inside_sentence(line: _Line, *, spoken: bool, is_request: bool, is_aside: bool) -> list[str]:
    signals = ["marker-inside-sentence"]
    if spoken:
        signals.append("word-is-spoken-of")
    elif is_aside or _is_note(line):  # `We met TODO: when? And then we left.`
        signals[0] = "marker-opens-sentence"
    elif not (is_request or line.words_after) and (
        line.before.rstrip()[-1:] in _BEFORE_VALUE or not line.after.strip()
    ):
        signals.append("stands-where-value-belongs")
    return signals


def instruction_in(after: str) -> str:
    """Return what is after a marker without the signs that set it off."""
    text = _BREAK.sub(" ", _OWNER.sub("", after.lstrip(")]}）】］"))).strip(" \t:：-–—*_~.,、").strip()
    text = text.rstrip('"') if text.count('"') % 2 else text
    text = text[:-_ENDS] + _TAIL.sub("", text[-_ENDS:])
    while (opening := _CLOSED.get(text[-1:])) and text.count(text[-1]) > text.count(opening):
        text = text[:-1].rstrip(" *_.")
    return text if any(map(str.isalnum, text)) else ""


def _is_spoken_of(layout: Layout, line: _Line) -> bool:
    """Tell whether words near a marker say that the word itself is meant: `TODO comments`, `the word TODO`.

    So does a row of names, `a todo app: TODO, DOING and DONE are its columns`. A sentence may lack several
    facts, `from TK to TK`, and no article speaks of one: `the TK summer`.
    """
    topic, function = layout.phrases("topic"), layout.phrases("function")
    last = [] if SENTENCE_END.search(line.before) else line.words_before[-1:]
    if line.marker in FACTS:
        # `Trains marked TBC run, those marked TBA don't.`, `a TBD entry`, but `in TBD apps`
        words = {word.upper() for word in (*line.words_before, *line.words_after)}
        is_named = topic.at(last) and not function.at(last)
        joins = function.at(line.words_after) or not (is_named or FACTS.isdisjoint(words))
        is_led = not topic.at(last) and not layout.single_words("function", "particle").isdisjoint(last)
        return not (joins or is_led) and bool(topic.at(line.words_after) or is_named)
    if topic.at(last) or _is_note(line):
        return bool(topic.at(last))
    is_named = line.marker.lower() in line.words_before and line.marker not in line.before
    is_noun = _OF_NOUN.match(line.after) or _ROW.match(line.after) or _IN_ROW.search(line.before)
    nouns, write = layout.phrases("task-noun").glued, layout.phrases("write")  # `TODOリストは壁にあった。`
    is_glued = line.after.lstrip().startswith(nouns) and not write.glued_in(line.after)
    is_short = len(line.words_after) <= _NOUN and line.after.lstrip()[:1].islower()
    speaks = topic.at(line.words_after) and not (is_short and function.at(line.words_after))
    return bool(is_named or is_noun or is_glued or speaks)


def _is_subject(layout: Layout, line: _Line) -> bool:
    """Tell whether a marker is a finished sentence's subject, by a verb: `TBA is a boat.`, or a name in it.

    `TK is the mayor.` lacks a name: journalists write it for nothing else. `TODO is to write …` names a task.
    """
    words, after = layout.words, line.after.lstrip()
    verbs = layout.single_words("of-subject") if layout.language else words.in_all("of-subject")
    word = after[:1] if is_spaceless(after[:1]) else "".join(line.words_after[:1])
    asks = any(layout.lexicon.purposes(line.words_after[at:], "").first & WRITE for at in (1, 2))
    is_told = word in verbs and not (asks or _is_note(line) or line.marker.startswith("TK"))
    is_name = line.marker not in FACTS and _is_name(line)
    return is_name or (is_told and layout.is_written(line.marker + line.after))


def _is_term(layout: Layout, line: _Line) -> bool:
    """Tell whether a marker is a noun of the sentence, as in Kanban: `WIP of three`, `WIP limits`."""
    if line.marker != "WIP" or _is_note(line) or not line.after.startswith(" "):
        return False
    joins = layout.single_words("function", "particle")
    return not joins.isdisjoint(line.words_after[:1]) or bool(layout.phrases("wip").at(line.words_after))


def _has_items(layout: Layout, index: int) -> bool:
    """Tell whether a line names the list below it: `TODO list:`, a heading also that of its first part."""
    leaf, near = layout.leaves[index], layout.leaves[index + 1 : index + _PARTS]
    heading = layout.draft.heading_at(leaf.span)
    text = next((one for one in near if not heading or one.kind != "Heading"), leaf)
    is_title = heading is not None and heading.level == 1 and heading is layout.draft.headings[0]
    is_below = heading is None or text.start < heading.section.end or is_title
    return text.lists > leaf.lists and is_below
