"""Show the author's finished text as earlier turns: a request, and the text as its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from assistant.core.text.list_style import ANY, style_of
from assistant.core.text.words import count_words
from assistant.core.types import Message
from assistant.core.voice import Exemplar

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

Counter = Callable[[str], int]
"""Counts the tokens of a text."""
PER_MESSAGE = 4
"""Tokens that a chat format adds to each message (https://github.com/openai/openai-cookbook)."""
Pair = tuple[Message, Message]
"""A request and its answer."""


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
        mark=style.mark,
        stub=exemplar.stub,
        words=max(round(count_words(exemplar.text), -1), 10),
    )
    under = "" if exemplar.form == "item" else f"## {exemplar.heading}\n\n"
    return Message("user", question), Message("assistant", under + exemplar.text)


def count_tokens(messages: Iterable[Message], count: Counter) -> int:
    """Return the number of tokens in messages, including those of the chat format."""
    return sum(count(message.content) + PER_MESSAGE for message in messages)
