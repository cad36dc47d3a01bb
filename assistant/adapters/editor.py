"""Lets an author edit a piece of text in the editor of their own."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile


def edit(text: str) -> str | None:
    """Effect: lets the author edit `text`, in a file that only they can read; None when that failed."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    handle, path = tempfile.mkstemp(prefix="assistant-", suffix=".md")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text + "\n")
        try:
            done = subprocess.run([*shlex.split(command, posix=os.name != "nt"), path], check=False)
            if done.returncode:
                return None
            with open(path, encoding="utf-8") as file:
                return file.read()
        except (OSError, ValueError):
            return None
    finally:
        os.unlink(path)
