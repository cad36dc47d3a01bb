"""Escape the control tokens of chat formats in text that is sent to a model.

A sibling post, a quotation or the draft itself may hold `<|im_start|>system` or `[INST]`. A server that joins
messages as text, as local ones do, would read such a token as the end of the author's words and the beginning
of ours. What is sent has other brackets around these words; the draft stays unchanged.
"""

# ruff: noqa: E501 -- one family of formats a line

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.core.types import Message

_TOKENS = re.compile(
    r"<\|[^|<>\n]{0,40}\|?>"  # ChatML, Llama 3, Phi: <|im_start|>, <|eot_id|>
    r"|<｜[^<>\n]{0,40}｜>"  # DeepSeek
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|IMG|THINK)\]"  # Mistral
    r"|<</?SYS>>|</?s>|<(?:bos|eos|pad|unk|mask)>|<(?:start|end)_of_turn>|<(?:end|start)_of_image>"  # Llama 2, Gemma
    r"|</?(?:think|thinking|reasoning|tool_call|tool_response|tools|function_calls)>"  # Qwen, DeepSeek
    r"|<\|(?:START|END)_[A-Z_]+\|>|<extra_id_\d+>|<endoftext>",  # Cohere, T5, older GPT
    re.I,
)
_HARMLESS = str.maketrans("<>[]|｜", "‹›⟦⟧¦¦")


def escape(text: str) -> str:
    """Return `text` with the control tokens of chat formats in brackets that no format knows."""
    return _TOKENS.sub(lambda token: token[0].translate(_HARMLESS), text)


def escape_messages(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return `messages` with the control tokens in their texts escaped."""
    return tuple(replace(message, content=escape(message.content)) for message in messages)
