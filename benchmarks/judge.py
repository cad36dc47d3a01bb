"""Decide whether an offered expansion is clean, by the definition in docs/clean.md.

It looks at the finished draft as a reader would and shares no code with `assistant.core.answer.cleanup`, so that
what cleaning overlooks is counted here.
"""

# ruff: noqa: E501 -- lists of words

from __future__ import annotations

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from assistant.core.hunks.apply import apply
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap, GapKind, Hunk, Message, Span

LEAST_WORDS = 25
"""Fewest words of a section; fewer are a remark."""
LEAST_INLINE = 5
"""Fewest words of what continues a point or a paragraph."""
_RUN = 12
"""Words in a row that count as an echo of something that was sent."""

_PREAMBLES = (
    "sure,", "sure!", "certainly", "of course", "absolutely", "here is", "here's", "here’s", "here are", "okay",
    "as an ai", "i'm not sure what the author", "as a language model", "i'd be happy", "i would be happy", "i can help", "i'm sorry", "i cannot",
    "voici", "hier ist", "aquí tienes", "aqui está", "ecco",
)  # fmt: skip
_ABOUT_TEXT = re.compile(
    r"\b(section|paragraph|text|draft|version|expansion|continuation|post|sentences?|bullets?|words|rewrite"
    r"|code|script|list|example|response|answer|summary|outline|your)\b"
)
_REQUEST_LINES = re.compile(
    r"(?m)^[ \t>*_#]*(?:Post|Section|Sections|Notes|Task|Instructions?|The author['’]s note|Words|Answer|"
    r"Go on (?:with this point|after|with this sentence\b.*?)|This follows already\b.*?|What you write is followed by"
    r"|Finish this sentence\b.*?)[ \t*_]*:"
)
_CONTROL = re.compile(
    r"<\|\w*\|?>?|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|\{[{%]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_SMALL_WORDS = {
    "en": "the of and to a in is it that for on with as are be this was not have you i",
    "pt": "de que o a e do da em um uma não para é com os no se na por mais",
    "es": "de que el la los las y en un una no es por con para se del lo su",
    "de": "der die das und ist nicht ein eine zu den mit ich auf für es von im dem",
}
"""The commonest words of the corpus' languages, for the judge alone."""
_FILLER = re.compile(r"\b(?:ipsum|dolor sit|consectetur|adipiscing|tempor incididunt)\b", re.I)
_CODE_REQUEST = re.compile(
    r"(?i)\b(?:code|snippets?|commands?|scripts?|examples?|functions?|config\w*|output|syntax|quer(?:y|ies))\b"
)
_MOST_CELL_WORDS = 30
"""A cell of a table with more is a paragraph."""
_OWN_SCRIPTS = {"zh": r"[\u3400-\u9fff]", "ko": r"[\uac00-\ud7af]", "ru": r"[\u0400-\u04ff]"}
_BROKEN_LINK = re.compile(r"\]\(\)|\)\]\(")
_ENDS = re.compile(
    r"[.!?…。．！？:][\"'”’»)\]*_`~]*(?:\[\^?[\w-]+\])*[\s\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]*\Z"
)


@dataclass(frozen=True)
class Offer:
    """An offered text, with what it was asked for."""

    draft: Draft
    gap: Gap
    hunk: Hunk
    sent: Sequence[Message]
    target: Span | None
    language: str
    most: int = 0
    """The most words that were asked for; 0 where that is unknown."""
    others: Sequence[str] = ()
    """Texts that were offered for the same draft before."""

    @property
    def text(self) -> str:
        """The text without blank lines around it."""
        return self.hunk.replacement.decode().replace("\r\n", "\n").replace("\r", "\n").strip()


def faults(offer: Offer) -> list[str]:
    """Return what is unclean about an offered text, a few words each; nothing when it is clean."""
    draft, gap, hunk, target = offer.draft, offer.gap, offer.hunk, offer.target
    text = offer.text
    if (code := _code_language(draft, hunk)) is not None:
        return [] if _is_code(text, code) else ["no code"]
    if _in_table(draft, gap):
        return [] if _is_cell(text) else ["table cell"]
    checks = (
        ("echo", _echoes(_without_own(text, draft, gap), offer.sent)),
        ("preamble", _has_preamble(text)),
        ("heading", _has_heading(draft, gap, hunk)),
        ("heading of the outline", _has_foreign_heading(text, draft, gap, target)),
        ("half a sentence at its start", not _starts_whole(text, draft, hunk, target)),
        ("half a sentence", not _ends_whole(text, draft, hunk)),
        ("lead-in to nothing", _leads_nowhere(text, draft, hunk)),
        ("author's words lost", _author_words_lost(text, draft, gap, target)),
        ("language", _other_language(text, offer.language) or bool(_FILLER.search(text))),
        ("loop", _loops(text)),
        ("broken link", bool(_BROKEN_LINK.search(_without_code(text).replace(" ", "")))),
        ("list numbers", _has_odd_numbers(text)),
        ("said in another proposal", any(_shares_a_run(text, other) for other in offer.others)),
        ("code not asked for", _has_unwanted_code(text, draft, offer.sent[-1].content)),
        ("short", _too_short(text, draft, gap, target)),
        ("long", bool(offer.most) and len(_words(text)) > 2 * max(offer.most, LEAST_WORDS)),
        ("lead-in", _lead_in_lost(draft, hunk, target)),
        ("control marks", bool(_CONTROL.search(_without_code(text)))),
    )
    return [name for name, is_faulty in checks if is_faulty]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _without_blocks(text: str) -> str:
    return re.sub(r"(?ms)^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[`~]*[ \t]*$", " ", text)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", " ", _without_blocks(text))


def _echoes(text: str, sent: Sequence[Message]) -> bool:
    """Tell whether the text says again what was sent: a request's line, or a run of its words.

    Of the author's own posts, the run must be most of its sentence: a phrase may come again in a new one.
    """
    if _REQUEST_LINES.search(_without_blocks(text)):
        return True
    text = re.sub(r"(?<=\])\([^)\s]*\)|https?://\S+", " ", text)  # an address has no words
    for sentence in (text, *re.split(r"(?<=[.!?])\s+|\n", text)):
        words = _words(sentence)
        for message in sent if sentence is text or len(words) <= 2 * _RUN else ():
            if message.role == "assistant" and sentence is text:
                continue
            said = _words(message.content)
            known = {tuple(said[i : i + _RUN]) for i in range(len(said) - _RUN + 1)}
            if any(tuple(words[i : i + _RUN]) in known for i in range(len(words) - _RUN + 1)):
                return True
    asked = {tuple(_words(line)) for line in sent[-1].content.split("\n")}
    lines = (line for line in text.split("\n") if not re.fullmatch(r"\*\*.+:\*\*", line.strip()))
    return any(len(line) >= 4 and tuple(line) in asked for line in map(_words, lines))


def _has_preamble(text: str) -> bool:
    first = text.split("\n")[0].casefold().lstrip("*_> ")
    if re.match(r"as an? (?:ai|(?:large )?language model)\b", first):
        return True
    if first.startswith(_PREAMBLES):
        return bool(_ABOUT_TEXT.search(first[:100])) or "," in first[:13] or "!" in first[:13]
    return first.endswith(":") and bool(re.search(r"\b(?:rewritten|expanded|revised) (?:\w+ )?", first))


def _has_heading(draft: Draft, gap: Gap, hunk: Hunk) -> bool:
    """Tell whether the finished draft has a heading more that is as high as the section's own."""
    own = heading.level if (heading := draft.heading_above(gap.span.start)) else 1
    finished = parse(apply(draft.data, [hunk]))

    def high(headings: Draft) -> Counter[str]:
        return Counter(h.text for h in headings.headings if h.level <= own)

    return bool(high(finished) - high(draft))


def _ends_whole(text: str, draft: Draft, hunk: Hunk) -> bool:
    """Tell whether it ends as a sentence does, or as an item of a list whose items have no full stop."""
    after = draft.data[hunk.span.end :].split(b"\n", 1)[0].strip()
    if after and not hunk.replacement.endswith(
        (b"\n", b"\r")
    ):  # words of the author's go on in the same line
        return bool(re.search(r"[\w.,;:!?)\"'”’`*_]\Z", text))
    if _ENDS.search(text) or text.endswith(("```", "~~~", "|")):
        return True
    if re.match(r"[(（]", hunk.original.decode()) and re.fullmatch(r"(?s)[(（].*[)）]", text):
        return True  # an aside in place of the author's own, which has no stop either
    items = re.findall(r"(?m)^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(.*)$", text)
    return len(items) >= 2 and not any(_ENDS.search(item) for item in items) and text.endswith(items[-1])


def _code_language(draft: Draft, hunk: Hunk) -> str | None:
    """Return the language that the fences around a hunk name; None outside of fences, or where they name none."""
    fences = re.findall(r"(?m)^[ \t]*(?:```+|~~~+)(.*)$", draft.text((0, hunk.span.start)))
    named = fences[-1].strip() if len(fences) % 2 else ""
    return named.split()[0].strip("{.}").casefold() if named else None


def _is_code(text: str, language: str) -> bool:
    """Tell whether it is whole code: Python that parses, or else brackets that close and lines of no prose."""
    if language in ("py", "python", "python3"):
        with suppress(SyntaxError):
            ast.parse(textwrap.dedent(text))
            return True
        return False
    plain = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    prose = [line for line in lines if re.fullmatch(r"(?:[A-Za-z'’,-]+ ){3,}[A-Za-z'’-]+[.!?]", line)]
    return all(plain.count(a) == plain.count(b) for a, b in ("()", "[]", "{}")) and 2 * len(prose) <= len(
        lines
    )


def _other_language(text: str, language: str) -> bool:
    kana = len(re.findall(r"[\u3040-\u30ff]", text))
    if language == "ja":
        return kana < 5
    if kana > 5:
        return True
    if language in _OWN_SCRIPTS:
        return not re.search(_OWN_SCRIPTS[language], text)
    words = _words(_without_code(text))
    if len(words) < 15 or language not in _SMALL_WORDS:
        return False
    shares = {
        code: sum(word in known for word in words) / len(words)
        for code, known in ((code, set(small.split())) for code, small in _SMALL_WORDS.items())
    }
    best = max(shares, key=lambda code: shares[code])
    return best != language and shares[best] > 1.5 * shares[language] + 0.02


def _loops(text: str) -> bool:
    """Tell whether a sentence or a run of eight words comes twice, or few of the words are new."""
    text = _without_blocks(text)  # code says things twice for good reasons
    words = _words(text)
    runs = Counter(tuple(words[i : i + 8]) for i in range(len(words) - 7))
    if any(count > 1 for count in runs.values()):
        return True
    sentences = Counter(tuple(_words(s)) for s in re.split(r"(?<=[.!?。])\s+|\n+", text))
    if any(count > 1 and len(sentence) >= 4 for sentence, count in sentences.items()):
        return True
    return len(words) >= 40 and len(set(words)) < 0.3 * len(words)


def _too_short(text: str, draft: Draft, gap: Gap, target: Span | None) -> bool:
    """Tell whether there are fewer words than a section, or the continuation of a point, needs."""
    count = len(_words(text)) + len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]", text)) // 2
    whole = gap.kind is GapKind.EMPTY_SECTION or (gap.kind is GapKind.INSTRUCTION and target is None)
    return count < (LEAST_WORDS if whole else LEAST_INLINE)


def _lead_in_lost(draft: Draft, hunk: Hunk, target: Span | None) -> bool:
    """Tell whether the author's words of a point are gone, or said twice."""
    if target is None:
        return False
    own = draft.data[target.start : target.end].strip()
    finished = apply(draft.data, [hunk])
    if finished[target.start :].find(own) != 0:
        return True
    lead = re.search(rb"(\*\*|__)(.+?)\1", own)
    said = hunk.replacement.strip(b" .:\n\t*_-").lower()
    return bool(lead and lead[2].strip(b" .:") and said.startswith(lead[2].strip(b" .:").lower()))


def _in_table(draft: Draft, gap: Gap) -> bool:
    return any(
        b.kind == "Table" and b.start <= gap.span.start and gap.span.end <= b.end for b in draft.blocks
    )


def _is_cell(text: str) -> bool:
    """Tell whether a text fits into one cell: one line, no bare pipe, no paragraph."""
    return (
        bool(text)
        and "\n" not in text
        and not re.search(r"(?<!\\)\|", text)
        and len(_words(text)) <= _MOST_CELL_WORDS
    )


def _has_foreign_heading(text: str, draft: Draft, gap: Gap, target: Span | None) -> bool:
    """Tell whether a heading of the outline comes again, or any heading where one line was to be replaced."""
    own = [
        _words(line.strip("# ")) for line in re.findall(r"(?m)^ {0,3}#{1,6}[ \t].*$", _without_blocks(text))
    ]
    outline = [_words(heading.text) for heading in draft.headings]
    is_section = gap.kind is GapKind.EMPTY_SECTION or (gap.kind is GapKind.INSTRUCTION and target is None)
    return any(heading in outline for heading in own) or (bool(own) and not is_section)


def _starts_whole(text: str, draft: Draft, hunk: Hunk, target: Span | None) -> bool:
    """Tell whether it starts as a sentence does, unless the author's words before it go on into it."""
    before = draft.data[: hunk.span.start].rsplit(b"\n", 1)[-1].decode("utf-8", "replace").strip()
    goes_on = bool(re.search(r"\w", before)) and not _ENDS.search(before)
    first = re.sub(r"^[*_\"'“‘(\[]+", "", text)
    if re.match(r"[.,;:!?)\]}%…]", first):
        return target is not None and text[:2] in (". ", ": ")  # our own joint
    author_writes_small = hunk.original.strip()[:1].islower()
    return goes_on or author_writes_small or not re.match(r"[a-zß-ÿа-я’']+[ ,.]", first)


def _leads_nowhere(text: str, draft: Draft, hunk: Hunk) -> bool:
    """Tell whether it ends in a colon with no list, code or other words of the author's behind it."""
    after = draft.data[hunk.span.end :].decode("utf-8", "replace").lstrip()
    continues = bool(re.match(r"[-*+>|`~]|\d+[.)]|!\[", after))
    return bool(re.search(r"[:：][*_]*\Z", text)) and not continues


def _author_words_lost(text: str, draft: Draft, gap: Gap, target: Span | None) -> bool:
    """Tell whether half a sentence of the author's was replaced rather than continued."""
    own = draft.text(gap.span).strip()
    is_sentence = gap.kind is GapKind.NOTES and "\n" not in own and not re.match(r">|[-*+] |\d+[.)] ", own)
    if target is not None or not is_sentence:
        return False
    return not _ENDS.search(own) and _words(text)[: len(_words(own))] != _words(own)


def _without_own(text: str, draft: Draft, gap: Gap) -> str:
    """Return the text without the author's half sentence at its start, which is repeated on purpose."""
    own = draft.text(gap.span).strip(" .…\n")
    return text[len(own) :] if own and text.startswith(own) else text


def _has_odd_numbers(text: str) -> bool:
    """Tell whether a number comes twice in a list of different numbers."""
    plain = _without_blocks(text)
    numbers = re.findall(r"(?m)^(\d{1,3})[.)][ \t]", plain)
    return 1 < len(set(numbers)) < len(numbers) and not re.search(r"(?m)^#{1,6} ", plain)


def _shares_a_run(text: str, other: str) -> bool:
    mine, theirs = _words(text), _words(other)
    runs = {tuple(theirs[i : i + _RUN]) for i in range(len(theirs) - _RUN + 1)}
    return any(tuple(mine[i : i + _RUN]) in runs for i in range(len(mine) - _RUN + 1))


def _has_unwanted_code(text: str, draft: Draft, request: str) -> bool:
    """Tell whether there is a block of code, in a draft with none, where nobody asked for code."""
    fence = re.compile(r"(?m)^[ \t]*(?:```|~~~)[^`\n]*$")
    own = any(block.kind == "CodeBlock" for block in draft.blocks)
    return bool(fence.search(text)) and not own and not _CODE_REQUEST.search(request)
