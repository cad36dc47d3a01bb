"""The `prompts` command: copies the prompt templates into a blog."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.adapters import folders, settings, template_files
from assistant.errors import InputError
from assistant.frontends.progress import tell


def copy(path: str) -> int:
    """Copy the templates into the blog of a folder or draft, and name the copies; return the exit code."""
    if not os.path.exists(path):
        raise InputError(f"{path}: no such file or folder")
    root = folders.blog_root(Path(path))
    new_files, old_files = template_files.copy(root, folder=settings.gather(root).prompts)
    for name in new_files:
        print(os.path.relpath(name))
    if old_files:
        tell(f"kept {len(old_files)} existing: {', '.join(os.path.basename(name) for name in old_files)}")
    return 0
