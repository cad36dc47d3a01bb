"""List what may be left inside the text for later: words in brackets, rows of signs, letters for a figure."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple
from zlib import crc32

from assistant.core.gaps import metadata
from assistant.core.gaps.advice import names_next_part
from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.credits import is_credit
from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.gaps.lexicon import ASKS_AUTHOR, EDITS, MEDIA, WRITE
from assistant.core.gaps.measures import glyphs, purpose_places, word_places
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.parts_of_words import is_part_of_word
from assistant.core.gaps.survey import Survey
from assistant.core.gaps.units import ROW, Unit
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.words import count_words, tokens
from assistant.core.types import GapKind

_NO_WORDS = lazy.pattern(rb"\s*[xX]?\s*|\^.*|!.*|TOC|toc", re.DOTALL)
"""A task's box, a footnote, a callout's name, a table of contents."""
_DIRECTIVE = lazy.pattern(rb":::[\w -]*\Z")
"""What stands before a box's title: `:::tip[Low tide]`."""
_CENTURY = lazy.pattern("(?i)siècle|siglo|s(?:é|e)culo|secolo|wiek|wiecz|век".encode())
"""Beside it, `XX` is a number, as in `siglo XX`."""
_OF_HTML = lazy.pattern(rb"(?i)(?:figure|image|img|picture|video|audio|map)\b")
"""Tags of HTML that are named after what they show."""
_BEFORE_MARKS = lazy.pattern(r"[.!?…]\s")
"""What parts a question from the sentence before it."""
_ASIDE = lazy.pattern(rb"\+? [a-z]+\b")
"""`+ figures` at the start of a line, after a bracket: the author goes on listing."""
_PAIRED = 2000
"""Bytes in which a shortcode is closed: `[caption]…[/caption]`."""
_AROUND, _NEXT = 60, 24
"""Characters around a remark that are looked at, and those in which the word beside it is."""
_NAMED = frozenset(
    ("layout", "date", "permalink", "published", "draft", "comments", "toc", "lang", "type", "id")
)
_SETTLED = lazy.pattern(r"[\d./:-]+$|true$|false$|https?:|\d{4}-\d\d|[\w/-]*/[\w/.-]*\.\w+$", re.IGNORECASE)
"""A value of the front matter that needs no look: a date, a number, a yes or no, a path."""
_LINK = lazy.pattern(r"https?://\S+|\]\([^()]*\)")
"""Addresses and links' targets, which don't count as words around a remark."""
_NUMBER = " \t-_0123456789０１２３４５６７８９"
"""What a picture's name may have beside its word: `[画像 2]`."""
_HEAD = lazy.pattern(r"([^:：\n]{1,30}?)(?:[ ]?[:：]|[ ]+[-–—])")
"""Who speaks in brackets: `[Ed. note: …]`, `[역자 주 - …]`."""
_COMMAND = lazy.pattern(rb"[ \t>]*(?:[-*+$][ \t]+)?([a-z][\w.-]*)[ \t]")
_IN_CODE = lazy.pattern(rb"`(?<!``)(?:\$ )?([a-z][\w.-]*)[ `]")
_IN_BLOCK = lazy.pattern(rb"(?m)^[ \t]*(?:\$ )?([a-z][\w.-]*)[ \t]")
"""A command at the start of a line, of code between words, and of a line in a block of code."""
_CODE_SIGNS = frozenset(b".|()[]\"'=:$/\\")
"""Signs of a template's expression, as in `{{ page.title }}` and `{{ tag[0] }}`."""
_OF_LINK = frozenset(b"|#")
"""Signs between a note's name and what a link to it shows or leads to."""


def _is_label(layout: Layout, hit: re.Match[bytes]) -> bool:
    """Tell whether square brackets hold a box, a footnote, a title, a link's label or `[Unreleased]`."""
    if _NO_WORDS.fullmatch(hit[1]) or _DIRECTIVE.search(layout.data, max(0, hit.start() - 40), hit.start()):
        return True
    words = hit[1].decode("utf-8", "replace")
    if is_of_command(layout, hit.start()):
        return True
    if layout.data[hit.start() - 1 : hit.start()] == b"[" and (
        not _OF_LINK.isdisjoint(hit[1])
        or layout.words.marker_pattern.fullmatch(hit[1].upper().split(b".")[0])
    ):
        return True  # a link to a note or a file: `[[todo]]`, `[[TODO|my list]]`, `![[TODO.png]]`
    if layout.data.find(b"[/%b]" % hit[1].split()[0], hit.end(), hit.end() + _PAIRED) > 0:
        return True  # `[embed]https://a.org/1[/embed]`
    return words.lower() in layout.definitions or layout.is_unreleased(words) or is_shown(layout, words)


_SHORTCODE = lazy.pattern(r"[a-z][\w-]*(?:=\S.*| (?:\S.* )?[\w-]+=\S.*| https?://\S+| \d{5,}\b.*)")
"""What a site puts something in place of, by its value, its address or its number: `gist https://a.org/1`."""


def is_of_command(layout: Layout, start: int) -> bool:
    """Tell whether brackets stand behind a command, whose name opens some code of the draft, too.

    `git bisect bad [hash of the commit]` where `git log` is in code.
    """
    name = _COMMAND.match(layout.data, layout.line_start(start, max(0, start - _AROUND)), start)
    return name is not None and name[1] in _commands(layout)


@remembered
def _commands(layout: Layout) -> frozenset[bytes]:
    """Return the words with which the draft's code begins, in the text and in blocks."""
    blocks = (layout.data[leaf.start : leaf.end] for leaf in layout.leaves if leaf.kind == "CodeBlock")
    lines = (line for block in blocks for line in _IN_BLOCK.findall(block))
    return frozenset([*_IN_CODE.findall(layout.data), *lines])


def is_shown(layout: Layout, words: str) -> bool:
    """Tell whether words in square brackets are for readers: `['boats', 'tar']`, `[/boats]`, `[sic]`.

    So is what an editor or a translator says behind a sign: `[Anm. d. Übers.: Boote waren aus Holz]`, and
    what asks for nothing where it is a sentence or a shortcode: `[The owner has sold it.]`, `[poll id=12]`.
    """
    if (words[0] in "'\"" and words[-1] == words[0]) or layout.words.patterns[
        "remarks.for readers"
    ].fullmatch(words):
        return True
    if _is_sentence(layout, words) or (_SHORTCODE.fullmatch(words) and not _asks(layout, words)):
        return True
    # a translator may write a note in either language
    editorial, head = layout.words.phrases("editorial", ""), _HEAD.match(words)
    if head is None:
        return editorial.is_whole(tokens(words))
    sign, note = tokens(head[1]), words[head.end() :]
    if len(sign) > 1 and sign[0] in layout.single_words("function"):  # `an update: it is sold`
        del sign[0]
    dated = editorial.at(sign) and (any(map(str.isdigit, head[1])) or "," in head[1])  # `Edit, 3 June: sold`
    return bool(dated or editorial.is_whole(sign)) and not _asks(layout, note)


def _asks(layout: Layout, words: str) -> bool:
    purposes = layout.purposes(words)
    return purposes.asks or purposes.opens_task


def _is_sentence(layout: Layout, words: str) -> bool:
    """Tell whether words in brackets are a sentence for readers: `Note: the boat was sold!`."""
    head = _HEAD.match(words)
    note = words[head.end() :] if head else words
    terms = tokens(note)
    purposes = layout.lexicon.purposes(terms, note)
    asked = purposes.first & (EDITS | MEDIA) or purposes.anywhere & (WRITE | ASKS_AUTHOR)
    asked = asked or any(layout.phrases(purpose).at(terms) for purpose in ("errand", "question"))
    # two words with a stop may be notes: `[Preis nachsehen.]`
    return not asked and count_words(note) > 2 and layout.is_written(words, purposes=purposes)


def _tells_readers(layout: Layout, hit: re.Match[bytes]) -> bool:
    """Tell whether round brackets are a link's or a formula's, or tell readers something."""
    if layout.data[hit.start() - 1 : hit.start()] in (b"]", b"\\") or not layout.lexicon.may_ask(hit[1]):
        return True
    text = hit[1].decode("utf-8", "replace")
    if is_credit(layout, hit.start()):
        return True
    return ("?" not in text and not layout.lexicon.asks(text)) or names_next_part(layout, text)


def _is_surprise(layout: Layout, hit: re.Match[bytes]) -> bool:
    """Tell whether marks end a word or a question, or open a block that a site folds: `??? note "More"`.

    `Really???`, `No!!???`, `How is that possible ???`
    """
    start = hit.start()
    around = layout.text(layout.line_start(start, max(0, start - SURROUNDINGS)), start)
    before = _BEFORE_MARKS.split(around)[-1]
    is_block = not before.strip(" \t>") and before == around and _ASIDE.match(layout.data, hit.end())
    is_question = not layout.single_words("question").isdisjoint(tokens(before)[:1]) and "," not in before
    ends_word = layout.data[start - 1 : start].isalnum() or around.endswith("!")
    return bool(ends_word or is_block or (is_question and count_words(before) > 1))


def _is_latin(layout: Layout, hit: re.Match[bytes]) -> bool:
    """Tell whether a sentence speaks of filler, as `Lorem ipsum is Latin` does."""
    text = hit[0].decode("utf-8", "replace")
    _, _, *rest = tokens(text)
    is_sentence = rest and rest[0] in layout.single_words("particle", "finite") and "dolor" not in rest
    return bool(is_sentence) and ends_sentence(text)


def _is_other_figure(layout: Layout, hit: re.Match[bytes]) -> bool:
    """Tell whether letters are a century's number, or only part of a word."""
    top = max(layout.draft.front_matter.end, hit.start() - _NEXT)
    is_century = _CENTURY.search(layout.data, top, hit.end() + _NEXT)
    return is_century is not None or is_part_of_word(layout, *hit.span(), hit[0][:2].decode())


class _Form(NamedTuple):
    """A form of remarks."""

    name: str
    """That of its pattern, in `data/gaps/patterns/remarks.txt`."""
    signs: str
    """What each has in it: in a draft without these, none is looked for."""
    is_other: Callable[[Layout, re.Match[bytes]], object] = lambda layout, hit: False
    """Tells what only looks like it."""
    hidden: tuple[str, ...] = ("code", "html", "target")
    """Parts of a line where it doesn't count; see `Layout.masks`."""


_FORMS = (
    _Form("square", "[", _is_label),
    _Form("address", "](", hidden=("code", "html")),
    _Form("round", "(", _tells_readers),
    _Form(
        "braces", "{{", lambda layout, hit: layout.words.byte_pattern("remarks.variable").fullmatch(hit[1])
    ),
    _Form(
        "angle",
        "<",
        lambda layout, hit: not (b" " in hit[1] or hit[1].isupper() or layout.lexicon.may_ask(hit[1])),
        hidden=(),
    ),
    _Form("marks", "??", _is_surprise),
    _Form("figure", "", _is_other_figure),
    _Form("small figure", "", _is_other_figure),
    _Form("blank", "__"),
    _Form("lorem", "", _is_latin),
)
"""In the order that a trained model knows: its columns have their numbers."""
SQUARE, BRACES, ANGLE, LETTERS, LOREM, VALUE, _DETECTED = 0, 3, 4, (5, 6, 7, 8), 9, 10, 11
"""Numbers of forms; `LETTERS` stand for what only the author knows, `VALUE` is one of the front matter."""


class Remark(NamedTuple):
    """A place inside a unit, or outside all, that an author may have left for later."""

    form: int
    """The index of its form in `_FORMS`, `VALUE`, or more for what a detector has shown."""
    start: int
    end: int
    inside: tuple[int, int]
    """Where its words are, without brackets."""
    shown: Candidate | None
    """What a detector says of it."""


def remarks(layout: Layout, detected: Sequence[Candidate]) -> list[Remark]:
    """Return every remark in a draft's text; where a detector has shown one, that."""
    listed = [
        Remark(_DETECTED + list(GapKind).index(one.kind), one.start, one.end, (one.start, one.end), one)
        for one in detected
    ]
    taken = sorted((one.start, one.end) for one in detected)
    data, top = layout.data, layout.draft.front_matter.end
    for number, form in enumerate(_FORMS):
        pattern = layout.words.byte_pattern(f"remarks.{form.name}")
        for hit in pattern.finditer(data, top) if form.signs in layout.signs else ():
            start, end = hit.span()
            start -= number == LOREM  # its first letter, of either case
            place = bisect.bisect_right(taken, (end, 0)) - 1
            is_taken = place >= 0 and taken[place][1] > start
            is_none = is_taken or form.is_other(layout, hit)
            if not is_none and layout.what_at(hit.start(1)) not in ("nothing", *form.hidden):
                listed.append(Remark(number, start, end, hit.span(1), None))
    tags = layout.single_words("tags")
    for line in metadata.lines(layout):
        value = line.value
        if line.key in _NAMED or _SETTLED.match(value) or (line.span.start, line.span.end) in taken:
            continue
        inside = (line.span.end - len(value.encode()), line.span.end)
        if (
            metadata.is_unfilled(layout, line.key, value)
            or "{{" in value
            or "??" in value
            # a post is sorted by a word such as `full_post`
            or (
                line.key not in tags
                and layout.lexicon.may_ask(data[slice(*inside)])
                and layout.lexicon.asks(value)
            )
        ):
            listed.append(Remark(VALUE, *line.span, inside, None))
    return listed


def hashes(
    layout: Layout, survey: Survey, remark: Remark, unit: Unit | None, counts: Counter[int]
) -> set[int]:
    """Return the places of a remark's features in a table; `unit` is what it stands in."""
    form = remark.form
    inside = layout.text(remark.inside[0], min(remark.inside[1], remark.inside[0] + 400)).strip()
    words = tokens(_LINK.sub(" ", inside) if "](" in inside or "http" in inside else inside)[:40]
    before = after = ""
    if unit is not None:
        before = layout.data[max(unit.start, remark.start - _AROUND) : remark.start].decode("utf-8", "ignore")
        after = layout.data[remark.end : max(remark.end, min(unit.end, remark.end + _AROUND))].decode(
            "utf-8", "ignore"
        )
    if remark.start < layout.draft.front_matter.end:
        before = layout.text(
            remark.start, remark.inside[0] if form == VALUE else remark.start + 30
        ).partition(":")[0]
    alone = not before.strip(" \t*_~>#-+.0123456789[]") and not after.strip(" \t*_~.:!])")
    size = min(len(words), 12)
    last = inside[-1:] if not inside[-1:].isalnum() else "a"
    start = 1 if inside[:1].islower() else 2 if inside[:1].isupper() else 3
    left, right = before.rstrip()[-1:], after.lstrip()[:1]
    left, right = ("a" if left.isalnum() else left), ("a" if right.isalnum() else right)
    own = {
        f"form{form},{alone}", f"unit{form},{unit.form if unit else -1}", f"size{form},{size}", f"size{size}",
        f"end{form},{last}", f"start{form},{start}", f"shape{form},{start},{last},{min(size, 4)}",
        f"left{form},{left}", f"right{form},{right}", f"gap{form},{before[-1:] == ' '},{after[:1] == ' '}",
        f"ends{form},{not after.strip(' .')}", f"state{survey.draft[9]}",
        f"many{form},{min(counts[form], 8)}",
        f"prose{round(4 * survey.draft[2])}", f"caps{form},{inside.isupper()},{min(size, 3)}",
    }  # fmt: skip
    if size <= 5:
        own.add(f"whole{inside[:20]}")
    index = layout.leaf_index(remark.start)
    if index >= 0:
        own.add(f"quoted{layout.leaves[index].quoted}")
        if form < VALUE:
            own.add(f"mask{form},{layout.mask(index, remark.inside[0])}")
    said_before, said_after = tokens(before[-_NEXT:]), tokens(after[:_NEXT])
    if said_before:
        own.add("before" + said_before[-1])
    if said_after:
        own.add("after" + said_after[0])
    if remark.shown is not None:
        own |= {f"sign{signal}" for signal in remark.shown.signals}
        own.add(f"sure{form},{round(remark.shown.confidence * 5)}")
    places = set(map(crc32, "\0".join(own).encode().split(b"\0")))
    if words:
        places.update(word_places(" ".join(words).encode().split(b" "), 100 + form, 0))
        group = 7 + (form in (0, 2, 3, 4))
        places.update([(crc32(word.encode()) >> group) + 31 * group for word in words])
    if not inside.isascii():
        places |= glyphs(inside[:40])
    return places | purpose_places(layout.lexicon.purposes(words, inside), 200 + form, min(size, 9) // 3)


def is_placeholder(layout: Layout, text: str) -> bool:
    """Tell whether words in brackets only name what is to be put there, in Japanese or so: `画像 2`."""
    return layout.phrases("placeholder").is_whole([text.strip(_NUMBER)])


def _is_phrase(layout: Layout, inside: bytes) -> bool:
    """Tell whether angle brackets hold words and no tag: `<close-up where?>`, `<something about the map>`."""
    words = tokens(inside.decode("utf-8", "replace"))
    joins = layout.single_words("function")
    return len(words) > 1 and (inside.endswith(b"?") or not joins.isdisjoint(words[1:]))


def is_outright(layout: Layout, remark: Remark, unit: Unit | None) -> bool:
    """Tell whether a remark's form says that something is missing: `Costs: ???`, `{{name of the shop}}`.

    So do filler that opens a paragraph, or follows its label, and a picture's name alone in brackets:
    `[step 2 image]`, `<include photo>`, `参考：[リンク]`, but not `[Photo: A. Maas]`, `<video controls>`.
    """
    if remark.form == LOREM:
        label = layout.text(unit.start, remark.start).strip(" *_") if unit else "?"
        return not label or label.endswith((":", "："))
    if remark.form in LETTERS:  # `It was ___ km to the hut.`
        return layout.phrases("unit").at(tokens(layout.text(remark.end, remark.end + _NEXT))) > 0
    inside = layout.data[slice(*remark.inside)]
    if remark.form == ANGLE and _is_phrase(layout, inside):
        return True
    if remark.form == SQUARE or (remark.form == ANGLE and b" " in inside and not _OF_HTML.match(inside)):
        if unit is None or unit.form == ROW or remark.end != unit.end or b":" in inside:
            return False
        lead, words = layout.text(unit.start, remark.start).rstrip(), inside.decode("utf-8", "replace")
        names = is_placeholder(layout, words)
        is_alone = names or layout.phrases("media").within(tokens(words))
        return is_alone if not lead else names and lead[-1] in ":："
    if remark.form == VALUE:
        key = layout.text(remark.start, remark.inside[0]).strip(" \t-:=").lower()
        return metadata.is_unfilled(layout, key, inside.decode("utf-8", "replace"))
    return remark.form == BRACES and inside.count(b" ") > 1 and _CODE_SIGNS.isdisjoint(inside)
