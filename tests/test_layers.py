"""The layer rule: who may import whom, read from the imports themselves."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "assistant"
MODULES = sorted(PACKAGE.rglob("*.py"))

CORE_OUTSIDE = {"pyromark", "frontmatter", "jinja2", "merge3", "regex"}
IMPURE = {
    *("pathlib", "os", "io", "tempfile", "shutil", "sqlite3", "subprocess", "socket", "http", "urllib"),
    *("time", "random", "secrets", "uuid", "threading", "asyncio", "signal", "logging", "importlib"),
}


def imports(path: Path) -> list[str]:
    """Return the full names of everything that a module imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def allowed(importer: str, imported: str) -> bool:
    """Tell whether the layer of `importer` may import `imported`."""
    top = imported.split(".")[0]
    layer = importer.split(".")[1] if importer.count(".") else ""
    if top != "assistant":
        if layer != "core":
            return True
        return top in CORE_OUTSIDE or (top in sys.stdlib_module_names and top not in IMPURE)
    ours = imported.split(".")[1] if "." in imported else ""
    values = ours in ("core", "errors", "__version__")
    if layer == "core":
        return values
    if layer == "adapters":
        same = imported.startswith(importer) or importer.startswith(".".join(imported.split(".")[:3]))
        return values or (ours == "adapters" and same)
    if layer == "answering":
        return values
    if layer == "pipeline":
        return values or ours == "answering"
    if layer == "in_process":
        return values or ours == "adapters"
    if layer in ("connection", "workspace"):
        return values or ours in ("adapters", "in_process", "pipeline", "connection")
    if layer in ("session", "writing"):
        return values or ours in ("adapters", "pipeline", "connection", "workspace", "session")
    if layer == "frontends":
        folder = ".".join(importer.split(".")[:3])
        same = imported.startswith(folder + ".") or imported.startswith(folder.rpartition("_")[0] + "_")
        return ours != "frontends" or same or importer == "assistant.frontends.cli"
    return True


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    """Core is pure, adapters don't know one another, and front ends are started by the command line alone."""
    wrong = [i for i in imports(path) if not allowed(name(path), i)]
    if "TYPE_CHECKING" in path.read_text("utf-8"):
        wrong = [i for i in wrong if not _only_for_types(path, i)]
    assert not wrong


def _only_for_types(path: Path, imported: str) -> bool:
    """Tell whether an import stands under `if TYPE_CHECKING:` and so never happens."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for inner in node.body:
                if isinstance(inner, ast.ImportFrom):
                    names = [f"{inner.module}.{alias.name}" for alias in inner.names]
                    if imported in names:
                        return True
    return False


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_has_more_than_400_lines(path: Path) -> None:
    """A file stays small enough to be read in one go."""
    assert path.read_text("utf-8").count("\n") <= 400
