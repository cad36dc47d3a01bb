"""Turns what a model returned into prose that can stand in the draft, or into the reason why it can't.

Cleaning takes away what isn't the author's post: thinking aloud, chat preambles, wrapping code fences, a
repeated heading, echoes of the request, headings that would break the outline, half a sentence at the
token limit. What it can't mend it refuses. It adds no word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.core.answer.expected import Expected
from assistant.core.prompt.build import TEXT
from assistant.core.text import language
from assistant.core.text.list_style import in_style
from assistant.core.text.words import count_words
from assistant.core.types import Answer, Reply

_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_FENCED = re.compile(
    r"\A(`{3,}|~{3,})[ \t]*(?:markdown|md|text)?[ \t]*\n(.*?)\n?(?:\1[ \t]*)?\Z", re.S | re.I
)
_PREAMBLE = re.compile(
    r"""\A(?:
        (?:sure|certainly|of\ course|absolutely|okay|ok|great|alright)\b[^\n]{0,80}[!.:,]\s*\n+
      | (?:sure|certainly|of\ course|absolutely|okay|ok)\b[!,.]\s+(?:here|i)\b[^\n]{0,120}:\s*\n*
      | here(?:['’]s|\ is|\ are)\b[^\n]{0,100}\b(?:section|paragraph|text|draft|version|expan\w+|continuation|
        rewrit\w+|post|sentences?|bullet|point|code|script|list|example|response|answer|summary|outline)\b[^\n]{0,60}:\s*\n*
      | [^\n]{0,400}\bhere(?:\ it\ is|(?:['’]s|\ is)\ (?:a|the|my|your)\ (?:\w+\ ){0,2}
        (?:version|draft|text|section|paragraph|post|rewrite)\b[^\n:]{0,60}):\s*\n+
      | (?:voici|hier\ ist|hier\ sind|aquí\ (?:está|tienes)|aqui\ está|ecco|claro[,!])\b[^\n]{0,100}:\s*\n+
    )""",
    re.X | re.I,
)
_POSTAMBLE = re.compile(
    r"""\n+(?:
        (?:let\ me\ know|feel\ free|i\ hope\ (?:this|that)|would\ you\ like|do\ you\ want\ me)
        \b[^\n]*
      | \(?(?:note|word\ count)\s*:[^\n]*
      | (?:-{3,}|\*{3,})\s*
    )\Z""",
    re.X | re.I,
)
_REFUSAL = re.compile(
    r"\A(?:i['’]m sorry|i am sorry|sorry,|i can(?:no|['’])t (?:help|assist|write|fulfil)|as an ai\b"
    r"|i(?:['’]m| am) (?:unable|not able))",
    re.I,
)
_HEADING = re.compile(r"(?m)^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"(?m)^[^\n]+\n(?:=+|-{3,})[ \t]*$")
_TURN = re.compile(r"(?m)^\s*(?:<\|im_\w+\|>|<\|\w+\|>|(?:user|assistant|system|human|ai)\s*:\s)", re.I)
_SENTENCE = re.compile(r"""[.!?…。！？]["'”’»)\]*_`]*(?=\s|\Z)|[。！？][」』”’）]*""")
_SAID = re.compile(rf"{_SENTENCE.pattern}|\n(?=[ \t]*(?:[-*+]|\d{{1,2}}[.)])[ \t])")
"""The end of a sentence or of an item of a list."""
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_ITEM = re.compile(r"(?m)^[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]"
)
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_STAMMER = re.compile(r"\b(\w+(?:[ ,]+\w+){0,3})(?:[ ,.]+\1\b){2,}", re.I)
_FENCES = re.compile(r"(?ms)^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)")
_COMMENT = re.compile(r"\s*(?:#|//|--|\*|/\*|;|%|<!--)")
_MARK_AT_END = re.compile(r"(?:\A|\n)[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]*\Z")
_RULE_AT_END = re.compile(r"(?:\n[ \t]*(?:(?:[-*_][ \t]*){3,})?)+\Z")


def clean(reply: Reply, *, expected: Expected) -> Answer:
    """Return the usable text of `reply`, or an expansion with the reason why there is none."""
    notes: list[str] = []
    text = reply.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if expected.code:
        text = _without_thinking(text, expected).strip()
        is_code = not _is_prose(text) and not _labels(text, expected)
        if expected.code != TEXT or _FENCES.search(text) or is_code:
            return _code(text, words_too=expected.code == TEXT, cut=reply.finish == "length")
        expected = replace(expected, inline=True)
    steps: tuple[tuple[Callable[[str, Expected], str], str], ...] = (
        (_without_control, "control characters were taken away"),
        (_without_thinking, "the model's thinking aloud was taken away"),
        (_without_wrapping, "a preamble, a closing remark or a code fence around the text was taken away"),
        (_without_echo, "an echo of the request was taken away"),
        (_without_turns, "an invented turn of the conversation was cut off"),
        (_without_headings, "a heading was taken away"),
        (_without_copies, "sentences that stand in your posts already were taken away"),
        (_without_stub, "the words of the point were not repeated"),
        (_one_paragraph, "paragraphs were joined to fit into the list item"),
    )
    for step, note in steps:
        after = step(text, expected).strip()
        if _squeezed(after) != _squeezed(text):
            notes.append(note)
        text = after
    if not text:
        return Answer("", "the model returned no text", tuple(notes))
    if _REFUSAL.search(text):
        return Answer("", "the model declined to write it", tuple(notes))
    cut = reply.finish == "length"
    looped = _before_loop(text)
    if looped != text:
        notes.append("the text was cut where it began to repeat itself")
        text, cut = looped, True
    if cut or not _ends_whole(text):
        whole = _whole_sentences(text)
        if whole != text:
            notes.append("half a sentence at the end was cut off")
        text = whole
    text = _RULE_AT_END.sub("", _MARK_AT_END.sub("", text))
    styled = text if expected.inline else in_style(text, expected.lists)
    if styled != text:
        notes.append("the items of a list were given your marks")
        text = styled
    if reason := _why_not(text, expected):
        return Answer("", reason, tuple(notes))
    return Answer(text, "", tuple(notes))


def ended(text: str) -> str:
    """Return a text up to where it ends as a text does, when something was taken out of it."""
    return text if _ends_whole(text) else _whole_sentences(text)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _code(text: str, *, words_too: bool, cut: bool) -> Answer:
    """Return the code of an answer for a gap inside a code block: what its own fences hold, if it has any."""
    fenced = re.search(r"(?ms)^(`{3,}|~{3,})[^\n]*\n(.*?)(^\1[`~]*[ \t]*$|\Z)", text)
    code = _CONTROL.sub("", _ESCAPE.sub("", fenced[2] if fenced else text)).strip("\n")
    if not code.strip():
        return Answer("", "the model returned no code")
    if re.search(r"(?m)^\s*(?:`{3,}|~{3,})", code):
        return Answer("", "the answer would end the code block it stands in")
    if not words_too and _is_prose(code):
        return Answer("", "the answer is prose, and its place is a block of code")
    if cut and not (fenced and fenced[3]):
        return Answer("", "the code was cut off before its end")
    return Answer(code, "", ("the code was taken out of the answer",) if fenced else ())


def _is_prose(code: str) -> bool:
    """Tell whether most lines are sentences in some language, comments left aside."""
    lines = [line for line in code.split("\n") if line.strip() and not _COMMENT.match(line)]
    worded = [line for line in lines if len(line.split()) >= 4 and not re.search(r"[=(){}<>\[\]|$@\\]", line)]
    whole = "\n".join(worded)
    return 2 * len(worded) > len(lines) and bool(_SENTENCE.search(whole) and language.guess(whole))


def _without_control(text: str, expected: Expected) -> str:
    """Take away what a terminal or a renderer would obey instead of show."""
    return _CONTROL.sub("", _ESCAPE.sub("", text))


COPIED = 12
"""Words in a row that are no coincidence."""


def _without_copies(text: str, expected: Expected) -> str:
    """Take away sentences that hold twelve words in a row of what the model was shown."""
    shown = [_WORD.findall(part.casefold()) for part in (*expected.shown, *expected.asked)]
    known = {tuple(found[i : i + COPIED]) for found in shown for i in range(len(found) - COPIED + 1)}
    if not known:
        return text
    pieces = []
    for start, sentence in _sentences(text):
        words = _WORD.findall(sentence.casefold())
        if not any(tuple(words[i : i + COPIED]) in known for i in range(len(words) - COPIED + 1)):
            pieces.append(text[start : start + len(sentence)])
    kept = "".join(pieces)
    words = _WORD.findall(kept.casefold())
    if any(tuple(words[i : i + COPIED]) in known for i in range(len(words) - COPIED + 1)):
        return ""  # a copy that runs over the sentences' ends, as a list without full stops does
    return kept if len(kept) < len(text) else text


def _without_thinking(text: str, expected: Expected) -> str:
    return _THINKING.sub("", text)


def _without_wrapping(text: str, expected: Expected) -> str:
    for _ in range(3):
        before = text
        if (fenced := _FENCED.match(text)) and "\n```" not in fenced[2]:
            text = fenced[2].strip()
        text = _PREAMBLE.sub("", text).strip()
        text = _POSTAMBLE.sub("", text).strip()
        quoted = text[:1] + text[-1:]
        if quoted in ('""', "“”") and text.count(text[0]) + text.count(text[-1]) in (2, 4):
            text = text[1:-1].strip()
        if text == before:
            break
    return text


def _without_turns(text: str, expected: Expected) -> str:
    """Cut where the model goes on with a turn of somebody's, or with a request in our words."""
    found = _TURN.search(text)
    asked = _labels(text, expected)
    if asked and asked[0] > 0 and (not found or asked[0] < found.start()):
        return text[: asked[0]]
    return text if not found else (text[: found.start()] if found.start() else text[found.end() :])


def _labels(text: str, expected: Expected) -> list[int]:
    """Return where lines begin as those of the request do, long labels by their first three words.

    Code has labels of its own, and so have lists, but for long ones.
    """
    if not expected.labels:
        return []
    heads = sorted({" ".join(label.split()[:3]).rstrip(",;") for label in expected.labels})
    long = [re.escape(head) + r"[^:\n]{0,60}" for head in heads if head.count(" ") == 2]
    short = [re.escape(head) for head in heads if head.count(" ") < 2]
    listed = rf"[ \t]*(?:[-*+]|\d{{1,2}}[.)])[ \t]+(?:{'|'.join(long)})" if long else r"(?!)"
    line = rf"(?m)^(?:[ \t>#]*[*_]{{0,3}}(?:{'|'.join((*long, *short))})|{listed})[ \t*_]*:"
    plain = _blanked(_FENCES, text).replace("’", "'")
    return [found.start() for found in re.finditer(line, plain)]


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return `text` with blanks in the place of what `pattern` finds, lines and length as they are."""
    return pattern.sub(lambda found: re.sub(r"\S", " ", found[0]), text)


def _without_echo(text: str, expected: Expected) -> str:
    """Take away lines at the start or the end that stand word for word in what was asked."""
    asked = {
        _squeezed(line).lower() for part in expected.asked for line in part.split("\n") if len(line) > 12
    }

    def is_echo(line: str) -> bool:
        return not line.strip() or _squeezed(_ITEM.sub("", line)).lower() in asked

    lines = text.split("\n")
    while lines and is_echo(lines[0]):
        lines.pop(0)
    while lines and is_echo(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _without_headings(text: str, expected: Expected) -> str:
    """Drop a repetition of the own heading, and end the text where a heading would leave the section."""
    wanted = _plain(expected.heading)
    lines = text.split("\n")
    while lines and wanted and (not lines[0].strip() or _plain(lines[0]) == wanted):
        lines.pop(0)
    if lines and wanted and len(lines) > 1 and set(lines[0].strip()) in ({"="}, {"-"}):
        lines.pop(0)
    text = "\n".join(lines).strip()
    for found in list(_HEADING.finditer(text)):
        too_high = len(found[1]) <= expected.level or expected.inline
        if too_high and not _in_fence(text, found.start()):
            kept = text[: found.start()].strip()
            return kept or _without_headings(text[found.end() :].strip(), expected)
    if (setext := _SETEXT.search(text)) and not _in_fence(text, setext.start()) and expected.level >= 2:
        return text[: setext.start()]
    return text


def _in_fence(text: str, offset: int) -> bool:
    return len(re.findall(r"(?m)^ {0,3}(?:```|~~~)", text[:offset])) % 2 == 1


def _plain(line: str) -> str:
    return re.sub(r"[\W_]+", " ", line).strip().casefold()


def _without_stub(text: str, expected: Expected) -> str:
    """Take away a repetition of the words that the text is to continue."""
    if not expected.stub:
        return text
    text = _ITEM.sub("", text, count=1) if _ITEM.match(text) else text
    stub, position = _plain(expected.stub).split(), 0
    lead = re.match(r"\s*(\*\*|__)(.+?)\1", expected.stub)
    for wanted in (stub, _plain(lead[2]).split() if lead else []):
        position = 0
        for word in wanted:
            found = re.compile(r"[\W_]*" + re.escape(word) + r"(?!\w)", re.I).match(text, position)
            if not found:
                break
            position = found.end()
        else:
            if wanted:
                return re.sub(r"\A[\s.:;,!?*_—–-]+", "", text[position:])
    return text


def _one_paragraph(text: str, expected: Expected) -> str:
    """Keep to one paragraph where no more fits."""
    if not expected.inline:
        return text
    lines = [_ITEM.sub("", line).strip() for line in text.split("\n")]
    return " ".join(line for line in lines if line)


def _before_loop(text: str) -> str:
    """Cut where whole sentences or items, or runs of eight words, begin to come again; code may do so."""
    prose = _blanked(_FENCES, text)
    if stammer := _STAMMER.search(prose):
        text, prose = text[: stammer.end(1)].rstrip(), prose[: stammer.end(1)]
    seen: set[str] = set()
    for start, sentence in _sentences(prose, _SAID):
        key = _plain(_ITEM.sub("", sentence.strip()))
        if len(key.split()) >= 4 and key in seen:
            return text[:start].rstrip()
        seen.add(key)
    found = list(_WORD.finditer(prose))
    words = [w[0].casefold() for w in found]
    runs: dict[tuple[str, ...], int] = {}
    for index in range(len(words) - 7):
        run = tuple(words[index : index + 8])
        runs[run] = runs.get(run, 0) + 1
        if runs[run] == 2:
            return text[: found[index].start()].rstrip()
    return text


def _sentences(text: str, end: re.Pattern[str] = _SENTENCE) -> list[tuple[int, str]]:
    """Return sentences with the offset where each begins; `end` is what ends one."""
    sentences, start = [], 0
    for found in end.finditer(text):
        sentences.append((start, text[start : found.end()]))
        start = found.end()
    if text[start:].strip():
        sentences.append((start, text[start:]))
    return sentences


def _whole_sentences(text: str) -> str:
    """Cut the half sentence, or the half list item, that a token limit leaves at the end."""
    ends = [found.end() for found in _SENTENCE.finditer(text)]
    if _in_fence(text, len(text)):
        return text[: text.rfind("```")].rstrip()
    last = ends[-1] if ends else 0
    rest = text[last:].strip()
    if not rest or re.fullmatch(r"\[\^?\w+\](?:\([^)]*\))?|[*_`)\]\"'”’]+", rest):
        return text
    listed = text[text.rfind("\n") + 1 :]
    if _ITEM.match(listed) and len(_ITEM.findall(text)) > 2 and not any(e > text.rfind("\n") for e in ends):
        return text[: text.rfind("\n")].rstrip()
    return text[:last].rstrip() if ends else text


def _ends_whole(text: str) -> bool:
    """Tell whether a text ends as a sentence, a list of phrases, a table or a block of code does."""
    last = text[text.rfind("\n") + 1 :]
    ends = list(_SENTENCE.finditer(text))
    rest = text[ends[-1].end() :].strip() if ends else text
    if (
        not rest
        or re.fullmatch(r"(?:\[\^?[\w-]+\])+|[*_`)\]\"'”’]+", rest)
        or last.rstrip().endswith((":", "```", "~~~", "|"))
    ):
        return True
    items = [line for line in text.split("\n") if _ITEM.match(line)]
    return (
        len(items) >= 2 and bool(_ITEM.match(last)) and not any(_SENTENCE.search(i[-3:]) for i in items[:-1])
    )


def _why_not(text: str, expected: Expected) -> str:
    """Say why cleaned text must not be offered; nothing when it may."""
    words = [w.casefold() for w in _WORD.findall(text)]
    if _labels(text, expected):
        return "the answer repeats the request"
    count = count_words(text)
    if count < expected.least_words:
        return f"the answer was too short ({count} words)"
    if len(words) >= 40 and len(set(words)) / len(words) < 0.3:
        return "the answer repeats itself"
    if _in_fence(text, len(text)):
        return "the answer opens a code block that it does not close"
    own = "\n".join((*expected.asked, *expected.shown))
    if (
        "<|" in text
        or any(mark not in own for mark in _MARKS.findall(text))
        or text.count("{{") != text.count("}}")
    ):
        return "the answer holds template marks instead of prose"
    known = expected.language in language.COMMON or expected.language in language.NAMES
    if known and not language.is_in(text, expected.language):
        return "the answer is in another language than the draft"
    if not known and expected.language_of and not language.same(text, expected.language_of):
        return "the answer is in another language than the draft"
    if not _SENTENCE.search(text) and not _ITEM.search(text):
        return "the answer has no whole sentence"
    return ""
