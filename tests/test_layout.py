"""The order of the folders of the package: imports run downwards only, and there is no circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "multiarea"
PUBLICATIONS = Path(__file__).parents[1] / "publications"
#: Floors from the top down; folders of one floor do not import each other.
FLOORS = (
    ("cli",),
    ("api", "comparison", "export", "summary"),
    ("workflow", "stages"),
    ("estimate",),
    ("cluster",),
    ("experiment",),
    ("figures", "build"),
    ("analysis", "models", "simulation"),
    ("data", "theory"),
    ("spikes",),
    ("network",),
    ("files", "forkserver", "parameters"),
    ("declarations", "errors", "machine", "progress"),
)
FLOOR = {name: n for n, names in enumerate(FLOORS) for name in names}
#: What is imported where it is needed, for the sake of the time of starting: (module, folder).
LATER = {"__main__", "__init__"}


def modules():
    """Yield folder (or name) and path of each module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in LATER:
            yield parts[0], path


def imported(path):
    """Return the folders of the package that a module imports, wherever in its code."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        parts = [name.split(".") for name in names]
        found |= {part[1] for part in parts if part[0] == "multiarea" and len(part) > 1}
    return found & FLOOR.keys()


def top_level_imports(path):
    """Return the packages that a module imports, wherever in its code."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names}


def test_every_module_is_on_a_floor():
    assert {folder for folder, _ in modules()} == FLOOR.keys()
    loose = {path.stem for path in PACKAGE.glob("*.py")} - LATER
    assert loose == set(FLOORS[-1])


@pytest.mark.parametrize("folder", list(FLOOR))
def test_imports_run_downwards(folder):
    for name, path in modules():
        if name == folder:
            upwards = {other for other in imported(path) - {folder} if FLOOR[other] <= FLOOR[name]}
            assert not upwards, path


def test_the_package_stands_without_the_publications():
    assert any("multiarea" in path.read_text("utf-8") for path in PUBLICATIONS.rglob("*.py"))
    for _, path in modules():
        assert "publications" not in top_level_imports(path), path


def test_no_test_module_imports_another():
    files = sorted(Path(__file__).parent.rglob("*.py"))
    assert len(files) > 100
    names = {path.stem for path in files if path.stem.startswith("test_")}
    for path in files:
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        froms = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not froms & names, path


def test_the_look_sees_imports(tmp_path):
    code = "from multiarea.cli import main\nimport multiarea.stages.plot\ndef f():\n"
    code += "    from multiarea import figures\n"
    (tmp_path / "a.py").write_text(code)
    assert imported(tmp_path / "a.py") == {"cli", "stages", "figures"}
    assert top_level_imports(tmp_path / "a.py") == {"multiarea"}
