"""Compare how fast the default model writes here and in llama.cpp's own server, on the same file.

    python -m benchmarks.decode [--rounds N]

The sample's requests are sent four at once: to the program's own process, to llama.cpp's server with its
default settings, and to the latter with guesses by n-gram look-up. They take turns, so that what else runs on
the machine slows down all of them. Only writing counts, from the first word to the last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from assistant.adapters import settings
from assistant.adapters.local_model import catalogue
from assistant.adapters.local_model.download import model_file
from assistant.adapters.local_model.model import LocalModel
from assistant.adapters.openai_client import ChatClient
from assistant.app import workspace
from assistant.core.model import Model
from assistant.core.types import Capabilities, Request

SAMPLE = Path(__file__).resolve().parents[1] / "drafts" / "2024-06-03-delegating-without-disappearing.md"
TOGETHER, TOKENS, LEAST = 4, 64, 0.9
"""Requests at once, tokens of each, and the share of llama.cpp's speed that is wanted."""


def serve(path: str, guessing: str) -> None:
    """Run llama.cpp's server with its default settings until stdin closes."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.port, params.n_parallel, params.n_ctx = 0, TOGETHER, 8192 * TOGETHER
    params.verbosity = 1
    if guessing:
        params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    server = xllamacpp.Server(params)
    print(json.dumps(server.listening_address), flush=True)
    sys.stdin.read()


@contextmanager
def serving(path: Path, guessing: str = "") -> Iterator[ChatClient]:
    """Start `serve` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.decode", "serve", str(path), guessing]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        address = next(line for line in iter(process.stdout.readline, b"") if line.startswith(b'"http'))
        yield ChatClient(json.loads(address) + "/v1", "", path.stem)
        process.stdin.close()
        process.kill()


def speed(model: Model, requests: list[Request]) -> float:
    """Return the tokens a second that a model writes, all requests together."""
    first: list[float] = []

    def ask(request: Request) -> int:
        heard = replace(request, on_text=lambda text: first.append(time.perf_counter()))
        return model.answer(heard)[0].usage.completion_tokens

    with ThreadPoolExecutor(len(requests)) as pool:
        tokens = sum(pool.map(ask, requests))
    return tokens / (time.perf_counter() - min(first))


def run(rounds: int = 3) -> None:
    """Print the speeds side by side."""
    entry = catalogue.local_models()[0]
    path = model_file(entry, cache=settings.cache_folder(), report=lambda done, whole: None)
    draft = workspace.open_draft(str(SAMPLE), model=entry.name)
    job = workspace.job(draft)
    capabilities = Capabilities(8192, 700, local=True)
    job.capabilities = capabilities
    prompts = [prompt for gap in draft.gaps for prompt in job.prompts(gap)][:TOGETHER]
    sampling = {**entry.sampling, "ignore_eos": True}
    requests = [Request(p.messages, max_tokens=TOKENS, seed=1, shared=p.shared) for p in prompts]
    with tempfile.TemporaryDirectory() as folder, serving(path) as plain, serving(path, "ngram") as guessing:
        ours = LocalModel(
            path, jobs=TOGETHER, capabilities=capabilities, sampling=sampling, prefix_folder=Path(folder)
        )
        models: dict[str, Model] = {
            "this program": ours,
            "llama.cpp's server": replace(plain, sampling=sampling),
            "the same, guessing": replace(guessing, sampling=sampling),
        }
        for model in models.values():  # read the prompts
            speed(model, [replace(request, max_tokens=2) for request in requests])
        speeds: dict[str, list[float]] = {name: [] for name in models}
        for _ in range(rounds):
            for name, model in models.items():
                speeds[name].append(speed(model, requests))
        ours.close()
    middle = {name: statistics.median(some) for name, some in speeds.items()}
    for name, some in speeds.items():
        print(f"  {name:20} {middle[name]:5.1f} tokens/s ({', '.join(f'{one:.1f}' for one in some)})")
    mine, theirs, guessed = middle.values()
    print(f"  this program / llama.cpp's server {mine / theirs:.2f} (at least {LEAST})")
    print(f"  guessing by n-grams / without     {guessed / theirs:.2f} (kept where it is above 1)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], sys.argv[3])
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("--rounds", type=int, default=3)
        run(parser.parse_args().rounds)
