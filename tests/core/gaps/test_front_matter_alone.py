"""Drafts of front matter alone: which ones lack their text, and where it goes."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for
from assistant.core.text.draft import parse

WORDS = load_words()


@pytest.mark.parametrize(
    "draft",
    [
        "---\nlayout: default\n---\n",
        "---\ntitle: Archive\nlayout: archive\n---\n",
        "---\ntitle: Blog\nlayout: posts\npermalink: /blog/\n---\n",
        "---\ntitle: Moved\nredirect_to: /crane\n---\n",
        "---\ntitle: Roast\ningredients:\n- beef\n---\n",
        "---\ntitle: The crane\ndraft: false\n---\n",
        '---\ntitle: "A {{ kind }}"\n---\n',
        "---\ntitle: The crane\n---\n\n![](crane.jpg)\n",
        "",
    ],
)
def test_pages_that_a_site_fills_lack_nothing(draft: str) -> None:
    """A layout, keys of its own, a template's tag or anything shown make a page complete."""
    assert [gap for gap in find_gaps(parse(draft.encode()), words=WORDS) if gap.fillable] == []


@pytest.mark.parametrize(
    ("name", "gaps"),
    [("posts/_index.md", 0), ("_index.de.md", 0), ("posts\\_index.md", 0), ("posts/my_index.md", 1)],
)
def test_a_list_page_lacks_nothing(name: str, gaps: int) -> None:
    """Hugo lists a folder's pages on it; a title is enough."""
    assert len(find_gaps(parse(b"---\ntitle: Boats\n---\n", name=name), words=WORDS)) == gaps


@pytest.mark.parametrize(
    ("draft", "finished"),
    [
        ("---\ntitle: The crane\n---", "---\ntitle: The crane\n---\n\nIt lifts."),
        ("---\ntitle: The crane\n---\n", "---\ntitle: The crane\n---\n\nIt lifts.\n"),
        ("---\ntitle: The crane\n---\n\n", "---\ntitle: The crane\n---\n\nIt lifts.\n\n"),
        ("+++\r\ntitle = 'The crane'\r\n+++\r\n", "+++\r\ntitle = 'The crane'\r\n+++\r\n\r\nIt lifts.\r\n"),
        ("---\ntitle: A\n---\n<!-- more -->", "---\ntitle: A\n---\n<!-- more -->\n\nIt lifts."),
    ],
)
def test_the_text_goes_below_the_front_matter(draft: str, finished: str) -> None:
    """One blank line separates the text from what is above it, and no other byte changes."""
    read = parse(draft.encode())
    (gap,) = find_gaps(read, words=WORDS)
    assert apply(read.data, [hunk_for(read, gap, text="It lifts.")]) == finished.encode()
