"""What is needed to expand the gaps of a draft that a test writes down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.adapters import template_files
from assistant.adapters.wordlists import load_lists, load_words
from assistant.app.job import Job
from assistant.core.gaps import find_gaps
from assistant.core.prompt.templates import Templates
from assistant.core.text.draft import parse
from assistant.core.types import Capabilities, Source
from assistant.core.voice import learn

SPELLINGS = (("colour", "color"), ("flavour", "flavor"), ("organised", "organized"))


def job(text: str, *siblings: str) -> Job:
    draft = parse(text.encode())
    gaps = find_gaps(draft, words=load_words())
    others = [
        (other := parse(sibling.encode()), find_gaps(other, words=load_words())) for sibling in siblings
    ]
    return Job(
        draft,
        gaps,
        learn(draft, gaps, siblings=others, spellings=SPELLINGS, patterns=load_lists().patterns),
        Templates(template_files.loader(Path("/nonexistent"))),
        count=lambda text: len(text.split()),
        capabilities=Capabilities(thinks=False),
        series=tuple(Source("other.md", sibling) for sibling in siblings),
        lists=replace(load_lists(), spellings=SPELLINGS),
    )
