"""Prices and context windows, from the tables that the package genai-prices carries; nothing is fetched."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.core.types import Usage

if TYPE_CHECKING:
    from genai_prices.types import PriceCalculation


def estimate(model: str, *, base_url: str, usage: Usage) -> Decimal | None:
    """Return the price in US dollars, or None when nobody knows it."""
    price = _look_up(model, base_url, usage)
    return price.total_price if price else None


def context_window(model: str, *, base_url: str) -> int | None:
    """Return how many tokens `model` takes in, or None when nobody knows."""
    price = _look_up(model, base_url, Usage(1))
    return price.model.context_window if price else None


def _look_up(model: str, base_url: str, usage: Usage) -> PriceCalculation | None:
    import genai_prices

    cached = min(usage.cached_tokens, usage.prompt_tokens)
    cache_writes = min(usage.cache_write_tokens, usage.prompt_tokens - cached)
    tokens = genai_prices.Usage(
        input_tokens=usage.prompt_tokens,
        cache_read_tokens=cached,
        cache_write_tokens=cache_writes,
        output_tokens=usage.completion_tokens,
    )
    try:
        return genai_prices.calc_price(tokens, model_ref=model, provider_api_url=base_url)
    except LookupError:
        return None
