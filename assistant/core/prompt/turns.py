"""Show finished text of the author's as earlier turns: a request, and the author's text as its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from assistant.core.text.draft import Draft
from assistant.core.text.list_style import ANY, style_of
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Message
from assistant.core.voice import Exemplar, finished_sections

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

Counter = Callable[[str], int]
"""Counts the tokens of a text."""
PER_MESSAGE = 4
"""Tokens that a chat format adds to each message (https://github.com/openai/openai-cookbook)."""
Pair = tuple[Message, Message]
"""A request and its answer."""


class OwnTurn(NamedTuple):
    """A section of the draft itself, shown as a request and its answer."""

    pair: Pair
    heading: str
    start: int
    """The byte where its heading begins; turns are shown in the order of the draft."""
    text: str


def example(exemplar: Exemplar, templates: Templates) -> Pair:
    """Return a finished piece as a request in the words of the requests for gaps, and its answer."""
    style = style_of([exemplar.text]) if exemplar.form == "list" else ANY
    question = templates.render(
        "example",
        post=exemplar.post,
        heading=exemplar.heading,
        form=exemplar.form,
        numbered=style.numbered,
        lead_ins=style.lead_ins,
        stub=exemplar.stub,
        words=max(round(count_words(exemplar.text), -1), 10),
    )
    under = "" if exemplar.form == "item" else f"## {exemplar.heading}\n\n"
    return Message("user", question), Message("assistant", under + exemplar.text)


def own_turns(draft: Draft, gaps: Sequence[Gap], templates: Templates) -> list[OwnTurn]:
    """Return the draft's finished sections: good examples before others, each sort by nearness to a gap."""
    starts = {(h.level, h.text): h.span.start for h in draft.headings}
    places = [gap.span.start for gap in gaps] or [0]
    exemplary = finished_sections(draft, gaps)

    def turn(one: Exemplar) -> OwnTurn:
        start = starts.get((one.level, one.heading), 0)
        return OwnTurn(example(one, templates), one.heading, start, one.text)

    def order(one: Exemplar) -> tuple[bool, int]:
        start = starts.get((one.level, one.heading), 0)
        return one not in exemplary, min(abs(start - place) for place in places)

    return [turn(one) for one in sorted(finished_sections(draft, gaps, everything=True), key=order)]


def count_tokens(messages: Iterable[Message], count: Counter) -> int:
    """Return the tokens of messages, those of the chat format around them included."""
    return sum(count(message.content) + PER_MESSAGE for message in messages)
