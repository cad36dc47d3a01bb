"""Opens a text in the author's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path


def edit(text: str) -> str | None:
    """Have the author edit `text` in `$VISUAL` or `$EDITOR`; return None when the editor failed.

    The file lies in a folder that only the author can read, and both are deleted afterwards.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        file = Path(folder, "text.md")
        try:
            file.write_text(text + "\n", encoding="utf-8", newline="\n")
            editor = subprocess.run([*shlex.split(command, posix=os.name != "nt"), str(file)], check=False)
            return None if editor.returncode else file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
