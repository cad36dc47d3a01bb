"""Take away what a reasoning model thinks aloud, and the marks of chat formats, in every form models have."""

from __future__ import annotations

import re
from collections import deque

from assistant.core.answer.expected import Expected
from assistant.core.answer.overlap import labels
from assistant.core.text.code import code
from assistant.core.text.words import count_words

_MOST_PLANNED = 80
"""Words of a paragraph that plans a text, at most."""
_ASKER = re.compile(r"\s*(?:user|human)\b", re.I)


def without_thinking(text: str, expected: Expected) -> str:
    """Return `text` without what a reasoning model writes before its answer, closed or not.

    A lone `</think>` ends what began in the prompt. Marks that the author writes about or that are in code
    are text.
    """
    own, phrases = expected.own_text, expected.phrases
    folded, closed = phrases["answer.folded thoughts"], phrases["answer.thinking ends"]
    opened, ended = (sum(1 for _ in marks.finditer(text)) for marks in (phrases["answer.thinking"], closed))
    is_closed_again = ended > max(opened, 1)
    text = phrases["answer.plain channels"].sub("", text)
    if folded.search(text):
        shown = _shown(text)
        text = folded.sub(lambda hit: hit[0] if hit.start() in shown or hit[1] in own else "", text)
    if (thought := phrases["chat.thought"].match(text)) and not _is_heading(thought[0], expected):
        found = phrases["chat.thought end"].finditer(text, thought.end())
        # A label before words is of the text, `Version: 2`, unless it is in bold as that of the thoughts.
        ends = [one.end() for one in found if one["alone"] or (one["signs"] or "") == thought["signs"] > ""]
        text = text[ends[-1] :] if ends else text
    result, at, shown, closings = "", 0, _shown(text), deque(closed.finditer(text))
    while opening := phrases["answer.thinking"].search(text, at):
        if opening[0] in own or opening.start() in shown:
            result, at = result + text[at : opening.end()], opening.end()
            continue
        while closings and closings[0].start() < opening.end():
            closings.popleft()
        closing = next((one for one in closings if one.start() not in shown), next(iter(closings), None))
        result, at = result + text[at : opening.start()], closing.end() if closing else len(text)
    text = result + text[at:]
    shown = _shown(text)
    closers = [one for one in closed.finditer(text) if one[0] not in own and one.start() not in shown]
    if (
        closers and is_closed_again and not text[closers[-1].end() :].strip()
    ):  # `<think>…</think>Text</think>`
        text = text[: closers.pop().start()]
    return _without_plans(text[closers[-1].end() :] if closers else text, expected)


def _without_plans(text: str, expected: Expected) -> str:
    """Return `text` without paragraphs above it that plan it: `The user wants a section. It is short.`."""
    plan, told = (expected.phrases[f"chat.{name}"] for name in ("plan", "told"))
    while "\n\n" in text.strip():
        first, _, rest = text.strip().partition("\n\n")
        planned = plan.search(first) if count_words(first) <= _MOST_PLANNED else None
        if not planned or planned[0] in expected.own_text or told.search(first):
            break
        text = rest
    return text


def _is_heading(label: str, expected: Expected) -> bool:
    """Tell whether a label above thoughts is the heading that a text is for: `## Plan`."""
    heading = "".join(expected.own_headings[-1:]).casefold()
    return bool(heading) and label.casefold().strip("#>*_:： \t\n") == heading


def _shown(text: str) -> set[int]:
    """Return the characters of `text` in code, where marks are shown: `<think>` in backticks.

    What a model thinks may have a lone backtick or fence: that is no code, nor is a span of several lines.
    """
    pieces = (one for one in code(text) if (one.is_closed if one.fence else "\n" not in one.text))
    return {at for one in pieces if one.fence or not one.is_block for at in range(one.start, one.end)}


def without_turns(text: str, expected: Expected) -> str:
    """Cut where the model writes the next turn of the conversation, or another request in our words."""
    own = expected.own_text
    is_log = _is_log(text, expected)
    text = text if is_log else expected.phrases["answer.opening marks"].sub("", text)
    shown = _shown(text)
    marks = [one for one in expected.phrases["answer.mark between turns"].finditer(text) if one[0] not in own]
    roles = expected.phrases["answer.role behind a text"].finditer(text)
    marks += [one for one in roles if text[one.start() - 1 : one.end()] not in own]
    marks += [] if is_log else expected.phrases["answer.turn"].finditer(text)
    ends = [mark.start() for mark in marks if mark.start() not in shown]
    ends += [at for at in labels(text, expected)[:1] if at > 0]
    return text[: min(ends)] if ends else text


def _is_log(text: str, expected: Expected) -> bool:
    """Tell whether the turns in a text are shown in it, as in a post on what a chat program said.

    The author's posts have such, a colon leads to them, or the text begins with a question of somebody else's
    than ours. A model that continues the conversation does so after its text.
    """
    turn = expected.phrases["answer.turn"]
    turns = list(turn.finditer(text))
    if not turns or any(map(turn.search, expected.own)):
        return bool(turns)
    before, asked = text[: turns[0].start()].strip(), "\n".join(expected.request)
    if before:
        return before.endswith((":", "："))
    question = text[turns[0].end() :].partition("\n")[0].strip()
    return len(turns) > 1 and _ASKER.match(text) is not None and question not in asked
