"""The pages other than the drafts: what was learned of the author, which model writes, and what it cost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.adapters import folders, prices, settings
from assistant.adapters.local_model import catalogue, download
from assistant.app import cost
from assistant.app.draft_pool import DraftPool
from assistant.app.models import choose_local, choose_server, expected_connection, model_to_fetch
from assistant.app.voice_report import voice_report
from assistant.core.text.display import counted, file_size, one_line
from assistant.core.text.words import count_words
from assistant.core.voice.profile.corpus import Snippet
from assistant.errors import UsageError
from assistant.frontends.web.templates import template

_MAX_EDITED = 20
"""Edited pieces that the voice's page shows."""
_MAX_BARS = 12
_BARS = {
    "person": "I, we and you, as counted",
    "connectives": "joining words, as counted",
    "words used more": "times as often as others",
    "words used less": "times as often as others",
}
"""Habits whose counts are drawn as they are, and what the bars say."""


# ---- the voice ----------------------------------------------------------------------------------------


class Plot(NamedTuple):
    """A bar chart: a title, and each bar's name and height."""

    title: str
    bars: Sequence[tuple[str, float]]

    def svg(self) -> str:
        """Return the chart as SVG elements, with nothing in it that a page's policy would forbid."""
        highest = max((value for _, value in self.bars), default=1) or 1
        bars = [(name, value, round(150 * value / highest, 1)) for name, value in self.bars]
        return template("plot.svg").render(title=self.title, bars=bars, height=20 * len(bars) + 2)


def voice(pool: DraftPool) -> dict[str, Any]:
    """Return what the voice page shows."""
    report = voice_report(pool.path)
    corpus = report.corpus
    plots = {
        "sentences": Plot("sentences by their words", _histogram(corpus.sentences, 5)),
        "paragraphs": Plot("paragraphs by their words", _histogram(corpus.paragraphs, 25)),
        "lists": Plot("lists by their marks", corpus.lists.most_common()),
        **{h.name: Plot(_BARS[h.name], list(h.counts.items())) for h in report.habits if h.name in _BARS},
    }
    counts = {"post": len(corpus.sources), "finished section": len(corpus.sections), "word": corpus.words}
    habits = [
        (
            habit.name,
            one_line(habit.value),
            plots[habit.name].svg() if habit.name in plots and plots[habit.name].bars else "",
            [(one_line(e.text), one_line(os.path.basename(e.path)), e.line) for e in habit.examples],
        )
        for habit in report.habits
    ]
    return {
        "path": one_line(report.path),
        "summary": ", ".join(counted(number, noun) for noun, number in counts.items()),
        "edited": [(one_line(e.text), one_line(e.heading)) for e in report.lessons.edits[:_MAX_EDITED]],
        "avoided": [one_line(turn) for turn in report.lessons.avoided_phrases],
        "habits": sorted(habits, key=lambda habit: not habit[2]),
        "sources": [
            (one_line(s.title), one_line(os.path.basename(s.path)), f"{s.words:,}")
            for s in sorted(corpus.sources, key=lambda s: -s.words)
        ],
    }


def _histogram(texts: Iterable[Snippet], step: int) -> list[tuple[str, float]]:
    """Return how many texts are how many words long; those longer than most come last, in one bar."""
    counts = Counter(min(n // step, _MAX_BARS - 1) for text in texts if (n := count_words(text.text)))

    def name(at: int) -> str:
        return f"{max(at * step, 1)}–{at * step + step - 1}" if at < _MAX_BARS - 1 else f"{at * step} or more"

    return [(name(at), counts[at]) for at in range(max(counts, default=-1) + 1)]


# ---- the model ----------------------------------------------------------------------------------------


def settings_of(pool: DraftPool) -> settings.Settings:
    """Return the settings as they are now, with the flags over them."""
    return settings.gather(folders.blog_root(Path(pool.path)), **pool.options)


def model_line(user_settings: settings.Settings) -> str:
    """Return which model will write, and where."""
    connection, entry = expected_connection(user_settings), model_to_fetch(user_settings)
    if entry:
        size = ", ".join(filter(None, (file_size(entry.size), "once")))
        return f"{one_line(entry.name)} will write, on this machine; it is fetched first ({size})."
    if connection.local:
        return f"{one_line(connection.name)} writes, on this machine: nothing leaves it."
    origin = f" (from {user_settings.server_from})" if user_settings.server_from else ""
    name = one_line(connection.name).replace("the server", "The server")
    return f"{name} writes; your text goes to {one_line(connection.base_url)}{origin}."


def model(pool: DraftPool) -> dict[str, Any]:
    """Return what the model page shows; a key that is set is never among it."""
    user_settings, cache = settings_of(pool), settings.cache_folder()
    name = expected_connection(user_settings).name
    rows = [
        (entry, download.is_here(entry, cache=cache), entry.name == name)
        for entry in catalogue.local_models()
    ]
    return {
        "line": model_line(user_settings),
        "entry": entry.name if (entry := model_to_fetch(user_settings)) else "",
        "rows": rows,
        "used": _month(pool),
        "fetched": pool.download.progress,
        "failure": one_line(pool.download.failure),
        "share": pool.download.share,
        "has_key": bool(user_settings.api_key),
        "flags": bool(pool.options.get("model") or pool.options.get("base_url")),
    }


def _month(pool: DraftPool) -> list[tuple[str, str]]:
    """Return what each model was sent this month, in words."""
    user_settings = settings_of(pool)
    lines = []
    for name, usage in pool.store.usage().items():
        local = name.startswith("hf:") or name.endswith(".gguf") or catalogue.find(name) is not None
        price = None if local else prices.estimate(name, base_url=user_settings.base_url, usage=usage)
        lines.append((one_line(name), cost.after(usage, price, local=local)))
    return lines


def change_model(pool: DraftPool, action: str, fields: Mapping[str, Any]) -> str:
    """Choose a local model (`use`), fetch it (`fetch`) or keep a server's key (`server`); return a line."""
    text = {name: str(fields.get(name, "")).strip() for name in ("name", "base_url", "key", "model")}
    name = text.pop("name")
    if action == "use":
        choose_local(name)
        line = f"{one_line(name)} is chosen."
    elif action == "fetch":
        line = pool.download.start(name)
    elif action == "server":
        line = choose_server(**text)
    else:
        raise UsageError("no such change")
    pool.renew()
    return line
