"""Read which sentences of a text its own model doubts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from assistant.core.text.offsets import byte_span
from assistant.core.text.questions import blanked
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.types import Hunk, Warning

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"unsupported": {"type": "array", "items": {"type": "integer"}}},
    "required": ["unsupported"],
    "additionalProperties": False,
}
"""The JSON schema of an answer."""
_MESSAGE = "the model doubts this itself"
_OBJECT = re.compile(r"\{[^{}]*\}")
"""JSON without braces inside, wherever a model puts it: in a fence, after a sentence."""


def sentences(hunk: Hunk) -> list[tuple[int, int]]:
    """Return the spans of the sentences of a hunk's text, in bytes; questions to the author are left out."""
    text = blanked(hunk.replacement.decode())
    return [byte_span(text, *span) for span in sentence_spans(text) if text[slice(*span)].strip()]


def doubted(hunk: Hunk, reply: str) -> Hunk:
    """Return a hunk with a warning on each sentence that a reply names, but those that have one already.

    Raises `ValueError` for a reply that names none in the form asked for.
    """
    places = sentences(hunk)
    numbers = (number for number in dict.fromkeys(_numbers(reply)) if 0 < number <= len(places))
    doubts = [Warning("doubted", _MESSAGE, *places[number - 1]) for number in numbers]
    fresh = [doubt for doubt in doubts if not any(overlap(doubt, one) for one in hunk.warnings)]
    warnings = sorted((*hunk.warnings, *fresh), key=lambda warning: (warning.start, warning.end))
    return replace(hunk, warnings=tuple(warnings))


def _numbers(reply: str) -> Iterator[int]:
    for match in _OBJECT.findall(reply):
        try:
            named = json.loads(match)["unsupported"]
        except (ValueError, KeyError):
            continue
        if isinstance(named, list):
            yield from (number for number in named if type(number) is int)
            return
    raise ValueError("its answer was no list of sentences")
