"""Split finished posts into the sentences, items, headings and sections in which habits are counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from assistant.core.text import language
from assistant.core.text.draft import Draft, Heading
from assistant.core.text.lists import without_mark
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Span

Lexicon = Mapping[str, tuple[str, ...]]
"""Purpose -> words of one language, as in `assistant/data/voice/`."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKUP = re.compile(
    r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])?|\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])"
    r"|`[^`\n]*`|<[^<>\n]+>|https?://\S+|\{\{.*?\}\}|\{%.*?%\}|\{:[^}\n]*\}",
    re.S,
)
"""Images, links, code, tags, addresses, shortcodes and kramdown's attributes; the words of a link stay."""
_NOT_OWN = ("BlockQuote", "FootnoteDefinition", "Table", "HtmlBlock")
"""Blocks with the words of other people, or without running text."""
_SAMPLE = 20_000
"""Characters of the posts that are enough to detect their language."""


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The words that show habits."""

    languages: Mapping[str, Lexicon] = field(default_factory=dict)
    """Language code -> purpose -> words."""
    spellings: tuple[tuple[str, str], ...] = ()
    """Words that are spelled in two ways: the British form and the American one."""


class Snippet(NamedTuple):
    """Some of the author's words and their place."""

    path: str
    line: int
    """Of its first word, from 1."""
    text: str
    """As it is written, with its emphasis and without links' addresses, code and shortcodes."""
    raw: str
    """As the file has it."""


class Section(NamedTuple):
    """A finished section."""

    heading: str
    first: Snippet
    """Its first sentence, or its first list item."""
    last: Snippet
    """Its last sentence, or its last list item."""
    opens_with: str
    """The kind of its first block: `Paragraph`, `List`, `BlockQuote`, …"""
    closes_with: str
    words: int
    has_list: bool


class Source(NamedTuple):
    """A post that was read."""

    path: str
    title: str
    words: int


@dataclass
class Corpus:
    """Everything the author finished, in pieces, and the words that show habits."""

    language: str = ""
    """Its code, or empty if unknown."""
    lexicon: Lexicon = field(default_factory=dict)
    """The words of its language."""
    spellings: tuple[tuple[str, str], ...] = ()
    sources: list[Source] = field(default_factory=list)
    paragraphs: list[Snippet] = field(default_factory=list)
    sentences: list[Snippet] = field(default_factory=list)
    items: list[Snippet] = field(default_factory=list)
    lists: Counter[str] = field(default_factory=Counter)
    """The number of lists by the mark of their items, `1` for numbered ones."""
    headings: list[Snippet] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    words: int = 0

    @cached_property
    def prose(self) -> list[Snippet]:
        """Sentences and list items."""
        return [*self.sentences, *self.items]

    @cached_property
    def counts(self) -> Counter[str]:
        """The count of each word, in lower case and with straight apostrophes."""
        texts = (piece.text.casefold().replace("’", "'") for piece in self.prose)
        return Counter(word for text in texts for word in _WORD.findall(text))


def read_posts(posts: Sequence[tuple[str, Draft, Sequence[Gap]]], lexicons: Lexicons) -> Corpus:
    """Split posts into pieces, given their paths and gaps; leave out what touches a gap.

    Posts without a paragraph, such as a list of ideas, are left out where others have some.
    """
    posts = [post for post in posts if _has_prose(post[1], post[2])] or posts
    sample = "\n\n".join(draft.body[:_SAMPLE] for _, draft, _ in posts)[:_SAMPLE]
    code = language.code(posts[0][1].metadata if posts else {}, sample)
    corpus = Corpus(code, lexicons.languages.get(code, {}), lexicons.spellings)
    for path, draft, gaps in posts:
        holes = [hole for gap in gaps for hole in (gap.span, *gap.targets)]
        words = _read_post(corpus, path, draft, holes)
        corpus.words += words
        corpus.sources.append(Source(path, draft.title, words))
    return corpus


def _has_prose(draft: Draft, gaps: Sequence[Gap]) -> bool:
    """Tell whether a post has a paragraph that is finished."""
    holes = [hole for gap in gaps for hole in (gap.span, *gap.targets)]
    blocks = (b for b in draft.blocks if b.kind == "Paragraph" and not any(overlap(h, b.span) for h in holes))
    return any(ends_sentence(draft.text(block.span).rstrip()) for block in blocks)


def sentences(piece: Snippet, code: str) -> list[Snippet]:
    """Split a paragraph into its sentences, each with its own line."""
    pieces = []
    for start, end in sentence_spans(piece.raw, code):
        raw, line = piece.raw[start:end], piece.line + piece.raw.count("\n", 0, start)
        pieces.append(Snippet(piece.path, line, plain(raw), raw))
    return [sentence for sentence in pieces if count_words(sentence.text)]


def plain(text: str) -> str:
    """Return the words of Markdown in one line, without what the author doesn't say aloud."""
    return " ".join(_MARKUP.sub(lambda markup: markup[1] or " ", text).split())


def _read_post(corpus: Corpus, path: str, draft: Draft, holes: Sequence[Span]) -> int:
    """Add a post to what was read, and return how many words it has."""

    def is_whole(place: Span) -> bool:
        return not any(overlap(hole, place) for hole in holes)

    quoted = [b for b in draft.blocks if b.kind in _NOT_OWN]
    pieces: list[tuple[int, Snippet]] = []
    for block in draft.blocks:
        if not is_whole(block.span) or any(q.start <= block.start < q.end for q in quoted):
            continue
        raw = draft.text(block.span).rstrip()
        if block.kind == "List":
            corpus.lists[raw.lstrip()[:1] if block.detail is None else "1"] += 1
        elif block.kind == "Item" or (block.kind == "Paragraph" and block.depth == 0):
            raw = without_mark(raw).strip() if block.kind == "Item" else raw
            piece = Snippet(path, draft.line(block.start), plain(raw), raw)
            pieces.append((block.start, piece))
            if block.kind == "Item":
                corpus.items.append(piece)
            else:
                corpus.paragraphs.append(piece)
                corpus.sentences += sentences(piece, corpus.language)
    for heading in draft.headings:
        if is_whole(Span(heading.span.start, heading.body.end)):
            line = draft.line(heading.span.start)
            corpus.headings.append(Snippet(path, line, heading.text, heading.text))
            _read_section(corpus, draft, heading, pieces)
    return sum(count_words(piece.text) for _, piece in pieces)


def _read_section(
    corpus: Corpus, draft: Draft, heading: Heading, pieces: Sequence[tuple[int, Snippet]]
) -> None:
    body = heading.body
    kinds = [b.kind for b in draft.blocks if b.depth == 0 and body.start <= b.start < body.end]
    content = [piece for start, piece in pieces if body.start <= start < body.end]
    if kinds and content:
        firsts, lasts = (sentences(piece, corpus.language) or [piece] for piece in (content[0], content[-1]))
        words = sum(count_words(piece.text) for piece in content)
        ends = firsts[0], lasts[-1], kinds[0], kinds[-1]
        corpus.sections.append(Section(heading.text, *ends, words, "List" in kinds))
