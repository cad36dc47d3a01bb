"""Reads an author's material for a text: notes, transcripts, saved web pages, PDFs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.adapters.files import cause, is_inside, is_same, stamp
from assistant.core.types import Source
from assistant.errors import InputError

MAX_FILES = 50
"""Most files of a glob: more are a mistake, and take long to read."""
MAX_BYTES = 20 << 20
"""Most bytes of a file of notes."""
MAX_CHARACTERS = 2_000_000
"""Most characters read of one file; a long book has less."""


def from_paths(patterns: Iterable[str]) -> tuple[Source, ...]:
    """Return the texts of the files that paths and globs name, as the author typed them.

    Raises `InputError` for a file that can't be read, and for a name that no file has.
    """
    files: list[Path] = []
    for pattern in patterns:
        paths = sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else [pattern]
        matches = [path for path in paths if os.path.isfile(path)]
        if not matches and any(map(os.path.isdir, paths)):
            raise InputError(
                f"--with {pattern}: a folder; name files in it, such as {paths[0].rstrip('/')}/*.md"
            )
        if not matches:
            raise InputError(f"--with {pattern}: no such file")
        files += map(Path, matches)
    return tuple(map(_read, _few(files)))


def of_draft(metadata: Mapping[str, Any], *, path: Path, root: Path) -> tuple[list[Source], list[str]]:
    """Return the texts of the files that a draft's `sources` name, and a line on each entry left out.

    Entries are paths or globs from the draft's folder. A draft may come from anybody, so hidden files and
    those outside the blog's folder `root`, even behind a symbolic link, are left out. So is the draft itself,
    which a glob may name: it can't support its own claims.
    """
    value = metadata.get("sources")
    entries = [value] if isinstance(value, str) else value or []
    real_root, files, left_out = Path(os.path.realpath(root)), list[Path](), list[str]()
    if not (isinstance(entries, list) and all(isinstance(entry, str) for entry in entries)):
        return [], [f"{path.name}: sources: not a list of files; left out"]
    for entry in entries:
        matches = [file for file in _inside(entry, path.parent, real_root) if not is_same(file, path)]
        files += matches
        if not matches:
            left_out.append(f"{path.name}: sources: {entry}: no such file inside the blog; left out")
    texts: list[Source] = []
    for file in _few(files):
        try:
            texts.append(_read(file))
        except InputError as error:
            left_out.append(f"{path.name}: sources: {error}; left out")
    return texts, left_out


def _inside(pattern: str, folder: Path, root: Path) -> Iterator[Path]:
    """Yield the files inside `root` that a pattern from `folder` names."""
    if os.path.isabs(pattern) or "\0" in pattern:
        return
    base = os.path.relpath(os.path.join(os.path.realpath(folder), pattern), root)
    if not is_inside(base):
        return
    # A draft in the home folder makes no blog of everything below it: `.ssh/id_rsa`, `letters/a.txt`.
    is_home = str(root) == os.path.realpath(os.path.expanduser("~"))
    for name in sorted(glob.iglob(base, root_dir=root, recursive=True)):
        file = root / name
        real = Path(os.path.realpath(file))
        if not file.is_file() or not real.is_relative_to(root):
            continue
        parts = (*Path(name).parts, *real.relative_to(root).parts)
        if not any(part.startswith(".") for part in parts) and not (is_home and real.parent != root):
            yield file


def _few(files: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(files))[:MAX_FILES]


def _read(file: Path) -> Source:
    """Return a file's text with its name. Raises `InputError`."""
    return Source(name_from_here(file), _text(file, stamp(file))[:MAX_CHARACTERS])


def name_from_here(file: Path) -> str:
    """Return a file's path from the current folder, or its name alone where it is outside."""
    name = os.path.relpath(file).replace(os.sep, "/")
    return file.name if name.startswith("../") else name


@lru_cache(MAX_FILES)
def _text(file: Path, _stamp: tuple[int, ...]) -> str:
    """Return a file's text; a PDF takes seconds, and drafts of one run share their material."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{file}: can't be read: {cause(error)}") from None
    if len(data) > MAX_BYTES:
        raise InputError(f"{file}: larger than {MAX_BYTES >> 20} MB; give the part that matters")
    if data.startswith(b"%PDF-"):
        return _pdf(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if file.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"{file}: not UTF-8 text, and no PDF") from None
        text = data.decode("cp1252", "replace")  # what browsers take for the rest of the web
    if "\0" in text:
        raise InputError(f"{file}: not text")
    is_page = file.suffix.lower() in (".html", ".htm") or text[:500].lstrip().lower().startswith(
        "<!doctype html"
    )
    if is_page:
        from assistant.adapters import web_page

        return web_page.text(text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _pdf(file: Path) -> str:
    """Return the text of a PDF; a page's last line and the next page's first are separate."""
    try:
        import pypdf
    except ImportError:
        raise InputError(
            f"{file}: PDFs need the package pypdf: pipx inject writing-assistant pypdf"
        ) from None
    try:
        return "\n\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    except Exception as error:  # a damaged or locked file fails in many ways
        raise InputError(f"{file}: can't be read as a PDF: {error}") from None
