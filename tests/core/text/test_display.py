"""What a terminal would obey is shown instead."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.display import one_line, visible


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    """Nothing below blank but tab and newline, nothing of C1, no mark that turns writing around."""
    assert not set(visible(text)) & {chr(c) for c in (*range(9), 0x1B, 0x7F, 0x9B, 0x202E, 0x2066)}
    assert "\n" not in one_line(text)


def test_escape_codes_become_pictures() -> None:
    """A reader sees that there was something."""
    assert visible("\x1b[31mred\x07") == "␛[31mred␇"
    assert visible("a\u202eb") == "a<U+202E>b"
    assert visible("👩\u200d💻 ok\ttab\n") == "👩\u200d💻 ok\ttab\n"
