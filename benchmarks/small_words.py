"""Counts small words in the built-in model's own prose, and writes `assistant/data/small_words.txt`.

    python -m benchmarks.small_words

The model is asked for sections of the labelled corpus' English posts with nothing of an author's to go by.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from assistant.adapters import files, settings
from assistant.app.models import connect
from assistant.core.prompt.templates import Templates
from assistant.core.text.draft import parse
from assistant.core.types import Message
from assistant.core.voice.leaning import counted
from benchmarks import clean, style

TEXTS = 100
_TARGET = Path(__file__).resolve().parents[1] / "assistant" / "data" / "small_words.txt"
_HEAD = """\
# How often the built-in model uses small words by itself, in a thousand words of its own prose.
# Written by `python -m benchmarks.small_words`, from {texts} sections with {words} words.
"""


def run() -> None:
    """Effect: has the sections written, counts, and writes the file."""
    texts = sections()
    counts = counted(texts)
    whole = sum(count for word, count in counts.items() if word.isalpha())
    words = [*(w for w in style.FUNCTION_WORDS if w.isalpha()), ".", ","]
    lines = [f"{word} {1000 * (counts[word] + 0.5) / whole:.3f}" for word in words]
    head = _HEAD.format(texts=len(texts), words=whole)
    _TARGET.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} words in {_TARGET}")


def sections() -> list[str]:
    """Effect: returns what the model writes for some headings, each time with the seed of its number."""
    corpus = clean.folder()
    assert corpus is not None, "set CORPUS to the folder of labelled drafts"
    entries = [e for e in json.loads((corpus / "labels.json").read_text("utf-8")) if e["lang"] == "en"]
    random.Random(1).shuffle(entries)
    drafts = [parse((corpus / "files" / entry["file"]).read_bytes()) for entry in entries]
    asked = [(d.title, h.text) for d in drafts for h in [h for h in d.headings if h.text and h.level > 1][:4]]
    templates = Templates(files.template_loader(Path("/nonexistent")))
    nothing = {"instruction": "", "after": "", "before": "", "language": "", "code": "", "form": "prose"}
    connection = connect(settings.Settings(model=settings.BUILT_IN), progress=lambda done, whole: None)
    try:
        return [
            connection.model.complete(
                [
                    Message("system", templates.render("system", title=post, language="", spelling="")),
                    Message(
                        "user",
                        templates.render(
                            "empty-section", post=post, heading=heading, fewest=80, most=160, **nothing
                        ),
                    ),
                ],
                max_tokens=170,
                seed=number,
                on_text=lambda text: None,
                stopped=lambda: False,
            ).text
            for number, (post, heading) in enumerate(asked[:TEXTS])
        ]
    finally:
        connection.close()


if __name__ == "__main__":
    run()
