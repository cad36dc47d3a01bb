"""Completion of commands and options in the author's shell."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from conftest import command, program
from tmux import Tmux

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_options(shell: str, tmux: Tmux, tmp_path: Path) -> None:
    """After `--install-completion`, a new shell of the author's completes what is typed."""
    program(shell)
    path = f"{Path(command()).parent}:/usr/bin:/bin"
    for line, seen in (("assistant --install-completion", "restart the terminal"), ("echo re''ady", "ready")):
        tmux.press(f"env -i TERM=xterm HOME={tmp_path} PATH={path} {shell}", "Enter", line, "Enter")
        tmux.until(seen)
        tmux.press("C-l")
    for typed, seen in (("assistant exp", "assistant expand"), ("--alt", "assistant expand --alternatives")):
        tmux("send-keys", "-t", tmux.name, "-l", "--", typed)
        if shell == "zsh" and "exp" in typed:
            tmux.press("Tab")  # the first one only loads the completion
            time.sleep(2)
        tmux.press("Tab")
        tmux.until(seen)
