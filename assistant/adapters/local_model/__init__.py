"""The model that needs no server: a GGUF file, run by llama.cpp in a child process.

`model_file` gives the built-in model's file, fetched the first time; `start` runs that file or any other.
"""

from __future__ import annotations

from assistant.adapters.local_model.download import SMOLLM2, PackagedModel, model_file
from assistant.adapters.local_model.grammar import list_grammar, stop_weight
from assistant.adapters.local_model.server import EXTRA, SAMPLING, LocalServer, start

__all__ = [
    "EXTRA",
    "SAMPLING",
    "SMOLLM2",
    "LocalServer",
    "PackagedModel",
    "list_grammar",
    "model_file",
    "start",
    "stop_weight",
]
