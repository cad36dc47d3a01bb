"""Opens a text in the author's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile


def edit(text: str) -> str | None:
    """Have the author edit `text` in `$VISUAL` or `$EDITOR`; return None when the editor failed.

    The file is one that only the author can read, and is deleted afterwards.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    handle, path = tempfile.mkstemp(prefix="assistant-", suffix=".md")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text + "\n")
        editor = subprocess.run([*shlex.split(command, posix=os.name != "nt"), path], check=False)
        if editor.returncode:
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return None
    finally:
        os.unlink(path)
