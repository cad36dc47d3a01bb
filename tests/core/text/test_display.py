"""What a terminal would obey is shown instead."""

from __future__ import annotations

import os
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.core.text.display import command, file_size, one_line, shortened, visible


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


def test_a_line_keeps_the_blanks_of_names() -> None:
    """So that a terminal finds the file; the ends of lines go with the blanks around."""
    assert (
        one_line(" my  draft\u3000一\u00a0x.md  \n\n\tand\r\nmore ") == "my  draft\u3000一\u00a0x.md and more"
    )


@given(st.text(), st.integers(2, 80))
def test_a_shortened_text_is_one_line_that_fits(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most and "\n" not in short
    assert short == one_line(text) or (short.endswith("…") and one_line(text).startswith(short[:-1]))


@pytest.mark.parametrize(
    "text, short",
    [
        ("as it was", "as it was"),
        ("cut between two words", "cut between…"),
        ("何を渡すかを決めることについて", "何を渡すかを決めることに…"),
    ],
)
def test_a_text_is_cut_between_words_where_it_has_blanks(text: str, short: str) -> None:
    assert shortened(text, 13) == short


def test_a_size_is_told_in_the_larger_unit() -> None:
    assert [file_size(size) for size in (0, 98_000_000, 1_117_000_000)] == ["", "98 MB", "1.1 GB"]


@pytest.mark.parametrize(
    "path, shown",
    [
        ("drafts/one.md", "drafts/one.md"),
        ("my draft.md", "'my draft.md'"),
        ("-n.md", "./-n.md"),
        ("où ça.md", "'où ça.md'"),
        ("what's up.md", "'what'\"'\"'s up.md'"),
        ("two  blanks.md", r"$'two \040blanks.md'"),
    ],
)
def test_a_path_is_shown_as_a_shell_takes_it(path: str, shown: str) -> None:
    assert command("review", path) == f"assistant review {shown}"


@given(st.lists(st.text(min_size=1).filter(lambda path: "\0" not in path), min_size=1, max_size=3))
@example(["two  blanks.md", "a\u3000b\u00a0c.md", "tab\t\\ and 'quotes'.md"])
@example(["-n.md", '~/$HOME `id` "x" !! é.md', "line\nends \x1b[31m.md", "no \udcff UTF-8.md"])
def test_a_command_can_be_copied_into_a_shell(paths: list[str]) -> None:
    """Whatever its files are called, and though what is said goes into one line."""
    said = one_line(command("review", *paths))
    shell = subprocess.run(
        ["bash", "-c", f"assistant() {{ printf '%s\\0' \"$@\"; }}; {said}"], capture_output=True
    )
    own = [f"./{path}" if path.startswith("-") else path for path in paths]
    assert shell.stdout == b"".join(os.fsencode(word) + b"\0" for word in ("review", *own)), said
