"""What of a draft is looked at as a unit."""

from __future__ import annotations

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse

TABS = """# Harbour

We came in March, and the water was grey and still, as it is in most years by the third week.

=== "North"

    TODO: what the wind is like

=== "South"

    The south side is dry.
"""


def test_what_heads_a_tab_is_no_gap() -> None:
    draft = parse(TABS.encode())
    found = [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())]
    assert found == ["TODO: what the wind is like"]
