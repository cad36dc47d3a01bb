"""Text finds its place in a draft as an author would put it there."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import case_files, parts

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.text.draft import parse


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("path", case_files("hunks"), ids=lambda p: p.stem)
def test_case_is_filled_as_written_beside_it(path: Path, end: str) -> None:
    """Each gap of the case's draft takes the case's text, in the draft's line ending."""
    case = parts(path)
    draft = parse(case["draft"].replace("\n", end).encode())
    gaps = find_gaps(draft, words=load_words())
    assert gaps
    hunks = []
    for gap in gaps:
        for target in gap.targets if gap.kind == "instruction" else (None,):
            hunks.append(hunk_for(draft, gap, text=case["text"].strip(), target=target))
        if gap.kind == "instruction":
            hunks.append(removal(draft, gap))
    assert apply(draft.data, hunks) == case["expected"].replace("\n", end).encode()
