"""What a run asks for in tokens and money, in words for the author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.core.types import Prompt, Usage

TOKENS_PER_WORD = 1.4
"""Tokens of an answer for each word wanted, in English with cl100k, Markdown's marks among them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be sent and what may come back."""

    requests: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0


def estimate(prompts: Iterable[Prompt], *, alternatives: int = 1) -> Estimate:
    """Add up what prompts need when each is asked once, or as often as there are `alternatives`."""
    sent = list(prompts)
    return Estimate(
        len(sent) * alternatives,
        sum(one.tokens for one in sent) * alternatives,
        sum(int(one.words[1] * TOKENS_PER_WORD) for one in sent) * alternatives,
    )


def price_words(price: Decimal | None, *, local: bool) -> str:
    """Return a price as a person reads it; an unknown one says so."""
    if local:
        return "free, on this machine"
    return "price unknown" if price is None else f"about {dollars(price)}"


def dollars(amount: Decimal) -> str:
    """Return US dollars with as many places as a small amount needs."""
    return f"${amount:.4f}" if amount < 1 else f"${amount:.2f}"


def before(estimate: Estimate, price: Decimal | None, *, local: bool) -> str:
    """Return one line on what is about to be sent."""
    requests = "1 request" if estimate.requests == 1 else f"{estimate.requests} requests"
    return (
        f"{requests}, {estimate.prompt_tokens} tokens to send, about {estimate.answer_tokens} to come: "
        f"{price_words(price, local=local)}"
    )


def after(spent: Usage, price: Decimal | None, *, local: bool) -> str:
    """Return one line on what a run has cost."""
    cached = f" ({spent.cached_tokens} of them cached)" if spent.cached_tokens else ""
    return (
        f"{spent.prompt_tokens} tokens sent{cached}, {spent.completion_tokens} received: "
        f"{price_words(price, local=local)}"
    )


def over_budget(price: Decimal | None, *, limit: float) -> str:
    """Return why nothing may be sent under a limit in US dollars; nothing when it may."""
    if price is None:
        return "no price known for this model; --max-cost can't be enforced, nothing was sent"
    if price > Decimal(str(limit)):
        return f"about {dollars(price)} would exceed --max-cost {limit:g}; nothing was sent"
    return ""
