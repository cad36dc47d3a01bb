"""Estimates what requests cost, from the price tables that the package genai-prices carries."""

from __future__ import annotations

from decimal import Decimal


def estimate(
    model: str, *, base_url: str, prompt_tokens: int, answer_tokens: int, cached_tokens: int = 0
) -> Decimal | None:
    """Return the price in US dollars, or None when nobody knows it; nothing is fetched."""
    from genai_prices import Usage, calc_price

    cached = min(cached_tokens, prompt_tokens)
    usage = Usage(input_tokens=prompt_tokens, cache_read_tokens=cached, output_tokens=answer_tokens)
    try:
        return calc_price(usage, model_ref=model, provider_api_url=base_url).total_price
    except LookupError:
        return None


def context_window(model: str, *, base_url: str) -> int | None:
    """Return how many tokens `model` takes in, or None when nobody knows."""
    from genai_prices import Usage, calc_price

    try:
        price = calc_price(Usage(input_tokens=1), model_ref=model, provider_api_url=base_url)
    except LookupError:
        return None
    return price.model.context_window
