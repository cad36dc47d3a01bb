"""Reads case files: documents in which an input and what is expected of it are side by side."""

from __future__ import annotations

import re
from pathlib import Path

CASES = Path(__file__).parent / "cases"


def case_files(folder: str) -> list[Path]:
    """Return the case files of one folder, by name."""
    return sorted((CASES / folder).glob("*.md"))


def parts(path: Path) -> dict[str, str]:
    """Return the parts of a case file by the name after `===`; the claim is under `claim`."""
    pieces = re.split(r"(?m)^=== (\S+)\n", path.read_text("utf-8"))
    named = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return {"claim": pieces[0], **named}
