"""Bullets and notes whose words, links or "not" did not survive their expansion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, address, words
from assistant.core.checks.finding import Finding, quoted
from assistant.core.checks.passage import Passage
from assistant.core.text.language import COMMONEST
from assistant.core.text.lists import item_mark, without_mark
from assistant.core.text.words import is_spaceless

_STEM = 5
"""Letters by which a word is known again in another form: `organise`, `organising`."""

_FEWEST_TOPIC = 3
"""Words of a marker's note that say what its text is about."""
_HEAD = 3
"""Most words of a line that only heads a list of notes: `NOCH ZU SCHREIBEN`."""
_SHORT = 3
"""Letters of words that are skipped where longer ones are next to them."""
_CAPITAL = re.compile(r"\b[A-Z]\w+")
_TARGET = re.compile(r"https?://[^\s<>()\[\]\"`*，。、）」]+|\]\(\s*<?([^)\s>]+)|\[\[([^\[\]\n|]+)")
"""Where a note leads: `https://example.org/mill`, `[the mill](mill.md)`, `[[Mill]]`."""
_SPELLED = re.compile(r"`([^`\n]+)`|(?<![\w/.-])((?:[A-Z][\w&-]*[A-Z]\w*)|[a-z]+[A-Z]\w+)(?![\w/.-])")
"""Code, and names with capitals within: `zeus.toml`, NASA, OpenSSL, iPhone."""
_MARKUP = re.compile(r"\A[ \t>]+|\A(?:[:!?]{3}|===|<).*|\[\^[^\]\s]+\]:?")
"""A quote's marks, a line that opens a box or an element, a note's label: `??? note "Later"`, `[^2]:`."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn when a note that was replaced is lost or denied, or a bullet that stays is denied."""
    if parts := list(dict.fromkeys(_missing(passage, context))):
        message = f"of your notes, this is missing: {quoted(', '.join(parts))}"
        yield Finding("meaning", message, 0, len(passage.text))
    if replaced := passage.replaced or _list(passage.asked):
        asks, lines = context.pattern("meaning.asks"), _without_head(replaced.splitlines())
        notes = [asks.sub("", without_mark(_MARKUP.sub("", line))) for line in lines]
        for note in notes:
            yield from _note(passage, context, note, is_alone=len(notes) == 1)
        missing = set(re.findall(r"\d+", "\n".join(notes))) - set(re.findall(r"\d+", passage.text))
        if missing:
            message = f"of your notes, this figure is missing: {quoted(', '.join(sorted(missing)))}"
            yield Finding("meaning", message, 0, len(passage.text))
    elif passage.asked:
        yield from _topic(passage, context)
    elif passage.target:
        yield from _bullet(passage, context)


def _list(asked: str) -> str:
    """Return what a marker or a comment asks for if it is a list of notes, else nothing."""
    return asked if any(item_mark(line) for line in asked.splitlines()[1:]) else ""


def _without_head(lines: list[str]) -> list[str]:
    """Return the lines of notes without a few words above a list of them: `TODO:`, `- the rope`."""
    head, *listed = [line for line in lines if line.strip()] or [""]
    if not listed or item_mark(head) or not item_mark(listed[0]) or len(words(head)) > _HEAD:
        return lines
    return listed if head.isupper() or head.rstrip(" *_").endswith((":", "：")) else lines


def _missing(passage: Passage, context: Context) -> Iterator[str]:
    """Yield the links, the code and the names with capitals of the notes that are not in the text."""
    kept = passage.text.casefold()
    for hit in _TARGET.finditer(passage.gone):
        target = hit[1] or hit[2] or hit[0]
        if address(target) not in kept:
            yield target
    notes = "\n".join(_without_head(passage.replaced.splitlines())) or passage.asked
    notes = _TARGET.sub(" ", notes)
    for pattern in ("meaning.asks", "meaning.signs"):
        notes = context.pattern(pattern).sub("", notes)
    for hit in _SPELLED.finditer("" if notes.isupper() else notes):
        name = hit[1] or hit[2]
        if name.casefold().rstrip("s") not in kept and (hit[1] or _tells(name.casefold(), context)):
            yield name


def _note(passage: Passage, context: Context, note: str, *, is_alone: bool) -> Iterator[Finding]:
    """Warn when one of the author's notes is not in the text, or its "not" isn't."""
    telling = [word for word in dict.fromkeys(words(note)) if _tells(word, context)]
    content = [word for word in telling if len(word) > _SHORT]
    if not content and not is_spaceless(note):  # `- a cat` says nothing else
        content = telling
    if len(content) < 2 and is_alone:  # of several notes, one word may be a point
        return

    def lost(text: str) -> list[str]:
        return [word for word in content if not _is_said(word, text)]

    if len(missing := lost(passage.text)) > len(content) / 2:
        message = f"of your notes, this is missing: {quoted(', '.join(missing))}"
        yield Finding("meaning", message, 0, len(passage.text))
    elif not note.rstrip().endswith(("?", "？")) and _denies(words(note), context):  # `If not, why not?`
        said = {place: passage.prose[slice(*place)] for place in passage.sentences}
        places = [place for place in said if not lost(said[place])]
        if places and not any(_denies(words(said[place]), context) for place in places):
            yield Finding("meaning", "this turns your own note into its opposite", *places[0])


def _is_said(word: str, text: str) -> bool:
    """Tell whether a text has a word in any form; of a run of Chinese, half of its pairs of signs."""
    if not is_spaceless(word):
        return any(one.startswith(word[:_STEM]) for one in words(text))
    pairs = {word[at : at + 2] for at in range(max(1, len(word) - 1))}
    return 2 * sum(pair in text for pair in pairs) >= len(pairs)


def _topic(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of a text with none of the words of a marker's note: `TODO MAKERS vs. MANAGERS schedule`.

    Fewer than three words may only say what to do, unless they have capitals.
    """
    note = context.pattern("meaning.asks").sub("", passage.asked)
    note = context.pattern("meaning.remarks").sub("", note)
    telling = [word for word in dict.fromkeys(words(note)) if len(word) > _SHORT and _tells(word, context)]
    capitals = {word.casefold() for word in _CAPITAL.findall(note)}
    is_lost = not any(_is_said(word, passage.text) for word in telling)
    if is_lost and (len(telling) >= _FEWEST_TOPIC or len(capitals.intersection(telling)) > 1):
        yield Finding(
            "meaning", f"of your note, this is missing: {quoted(', '.join(telling))}", 0, len(passage.text)
        )


def _bullet(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of a sentence with the bullet's words in which a "not" is said away, or added."""
    own = words(passage.target)
    content = {word for word in own if len(word) > _SHORT and _tells(word, context)}
    negations = context.lists.negations
    for place in passage.sentences:
        said = set(words(passage.prose[slice(*place)]))
        if len(content) < 3 or len(content & said) < 0.8 * len(content):
            continue
        if said.isdisjoint(negations) != negations.isdisjoint(own):
            yield Finding("meaning", "this turns your own point into its opposite", *place)


def _tells(word: str, context: Context) -> bool:
    joins = len(word) <= _SHORT and not context.lists.vocabulary.stem(word)
    return len(word) > 1 and not joins and word not in COMMONEST and word not in context.lists.negations


def _denies(said: list[str], context: Context) -> bool:
    return any(word in context.lists.negations or word.endswith("n't") for word in said)
