"""A marker's span is the note itself: what stands around it is the author's text and stays."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse

AROUND = (
    "# Harbour\n\nWe moved here in March, and the tide table was wrong.\n\n{}\n\n## Later\n\n"
    "We sold it in autumn to a man from the next town, who wanted it for his sons.\n"
)


@pytest.mark.parametrize(
    ("paragraph", "note"),
    [
        ("We left (TODO: explain why) and nobody minded.", "(TODO: explain why)"),
        ("We left [TODO: when?] and nobody minded.", "[TODO: when?]"),
        ("The house was cold (TODO). In the spring we left it.", "(TODO)"),
        ("TODO explain why. In the spring we left the house.", "TODO explain why."),
        (
            "TODO: add the stove. Mention the pipes. We left in May.",
            "TODO: add the stove. Mention the pipes.",
        ),
        ("TODO: describe the stove,\nthe pipes and the man.\nWe left in May.", None),
        ("TODO: say (in short) how cold it was", "TODO: say (in short) how cold it was"),
        ("> TODO: describe the stove", "TODO: describe the stove"),
        ("It was cold. TODO: by how much? We left in May.", "TODO: by how much?"),
    ],
)
def test_the_span_ends_with_the_note(paragraph: str, note: str | None) -> None:
    """It reaches to the closing bracket, or to the end of its sentence, over all its lines."""
    draft = parse(AROUND.format(paragraph).encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == (note or "TODO: describe the stove,\nthe pipes and the man.")


@pytest.mark.parametrize("opener", ['=== "Linux"', '!!! note "Winter"', "??? tip"])
def test_the_text_of_a_box_is_no_code(opener: str) -> None:
    """Its text is indented, which CommonMark takes for code after a blank line."""
    draft = parse(AROUND.format(f"{opener}\n\n    TODO: describe the stove").encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == "TODO: describe the stove"
