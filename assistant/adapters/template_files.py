"""Reads the prompt templates: a blog's own files, or those that come with the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.adapters.files import cause, read_text
from assistant.core.types import GapKind
from assistant.errors import TemplateError, WriteError

TEMPLATES = (
    *("system", "example", "draft", "list", "locate", "sources", "sentence", "verify", "again"),
    *(kind.value for kind in GapKind),
)
"""The names of the prompt templates, which are files `prompts/NAME.md`."""


def loader(root: Path, *, folder: str = "prompts") -> Callable[[str], tuple[str, str]]:
    """Return a function that reads a template by name: the blog's own file, else the one that comes with us.

    It returns the text and the file's name for messages, and raises `KeyError` for an unknown name.
    """
    package = Path(__file__).resolve().parents[1]
    shipped = package / "prompts"  # so in a wheel; in the repository next to the package
    shipped = shipped if shipped.is_dir() else package.parent / "prompts"

    def load(name: str) -> tuple[str, str]:
        if name not in TEMPLATES:
            raise KeyError(name)
        path = root / folder / f"{name}.md"
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            if path.stat().st_size > 100_000:
                raise TemplateError(f"{path}: larger than 100 kB; a prompt template is a page of text")
            return read_text(path, TemplateError), str(path)
        return (shipped / f"{name}.md").read_text("utf-8"), f"prompts/{name}.md"

    return load


def copy(root: Path, *, folder: str = "prompts") -> tuple[list[str], list[str]]:
    """Copy the prompt templates into the blog's folder of prompts, for the author to edit.

    Returns the paths written, and those that were there already and stay as they are. Raises `WriteError`
    when the folder lies outside the blog or can't be written.
    """
    target = root / folder
    if not target.resolve().is_relative_to(root.resolve()):
        raise WriteError(f"{target}: outside the blog {root}; name a folder in it")
    load = loader(target / "shipped only", folder="none")
    new_files, old_files = [], []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in TEMPLATES:
            path = target / f"{name}.md"
            try:
                with open(path, "x", encoding="utf-8") as file:
                    file.write(load(name)[0])
                new_files.append(str(path))
            except FileExistsError:
                old_files.append(str(path))
    except OSError as error:
        raise WriteError(f"{error.filename or target}: can't be written: {cause(error)}") from None
    return new_files, old_files
