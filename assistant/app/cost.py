"""What a run asks for in tokens and money, in words for the author."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from assistant.core.text.display import counted
from assistant.core.types import Usage

VERDICT_TOKENS = 20
"""Tokens of a short list of sentences in JSON."""
TOKENS_PER_WORD = 1.4
"""Tokens of an answer for each word wanted, in English with cl100k, Markdown's marks among them."""


class Sent(NamedTuple):
    """The tokens of a request, and those expected in its answer."""

    tokens: int
    answer: int


def estimate(requests: Iterable[Sent], *, thinking_tokens: int = 0) -> tuple[int, Usage]:
    """Return how many requests there are, and their tokens; `thinking_tokens` are added to each answer."""
    sent = list(requests)
    thinking = len(sent) * thinking_tokens
    answers = sum(one.answer for one in sent)
    return len(sent), Usage(sum(one.tokens for one in sent), answers + thinking, reasoning_tokens=thinking)


def price_words(price: Decimal | None, *, local: bool) -> str:
    """Return a price as a person reads it; an unknown one says so."""
    if local:
        return "free, on this machine"
    if price is None:
        return "price unknown"
    return f"about {dollars(price)}" if price else "no cost"


def dollars(amount: Decimal) -> str:
    """Return US dollars with as many places as a small amount needs."""
    return f"${amount:.4f}" if amount < 1 else f"${amount:.2f}"


def before(requests: int, tokens: Usage, price: Decimal | None, *, local: bool) -> str:
    """Return one line on what is about to be sent."""
    if not requests:
        return "nothing to send"
    return (
        f"{counted(requests, 'request')}, {tokens.prompt_tokens:,} tokens to send, about "
        f"{tokens.completion_tokens:,} to come{_thinking(tokens)}: {price_words(price, local=local)}"
    )


def after(spent: Usage, price: Decimal | None, *, local: bool) -> str:
    """Return one line on what a run has cost."""
    parts = ((spent.cached_tokens, "of them cached"), (spent.cache_write_tokens, "written to the cache"))
    cache = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    return (
        f"{spent.prompt_tokens:,} tokens sent{f' ({cache})' * bool(cache)}, {spent.completion_tokens:,} "
        f"received{_thinking(spent)}: {price_words(price, local=local)}"
    )


def _thinking(tokens: Usage) -> str:
    return f" ({tokens.reasoning_tokens:,} of them for thinking)" if tokens.reasoning_tokens else ""


def over_budget(price: Decimal | None, *, limit: float) -> str:
    """Return why nothing may be sent under a limit in US dollars; nothing when it may."""
    if price is None:
        return (
            "no price known for this model, so --max-cost can't be kept and nothing was sent; leave it out "
            "(max_cost in your settings), or use a model with a price"
        )
    if price > Decimal(str(limit)):
        return f"about {dollars(price)} would exceed --max-cost {limit:g}; nothing was sent"
    return ""
