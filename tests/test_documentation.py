"""Every public function with two or more arguments names each of them in its docstring."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path for folder in ("src/multiarea", "publications") for path in (ROOT / folder).rglob("*.py")
)
#: The compiler's own argument of functions that Numba inlines.
NOT_OURS = {"self", "cls", "typingctx"}


def functions(body, private=False):
    """Yield public functions and methods, those of private classes excepted."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node.body, private or node.name.startswith("_"))
        elif isinstance(node, ast.FunctionDef) and not private and node.name[0] != "_":
            yield node


def unnamed(node):
    """Return the arguments that a docstring does not name, if there are two or more."""
    found = node.args
    names = [one.arg for one in (*found.posonlyargs, *found.args, *found.kwonlyargs)]
    names = [name for name in names if name not in NOT_OURS]
    text = ast.get_docstring(node) or ""
    return [name for name in names if not re.search(rf"\b{name}\b", text)] if names[1:] else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arguments_are_named(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert {node.name: unnamed(node) for node in functions(tree.body) if unnamed(node)} == {}


def test_the_look_sees_what_is_missing():
    code = 'class A:\n    def f(self, one, two):\n        """Add `one`."""\n'
    code += "def g(a): pass\ndef _h(a, b): pass\n"
    found = {node.name: unnamed(node) for node in functions(ast.parse(code).body)}
    assert found == {"f": ["two"], "g": []}


def test_galleries_show_figures_that_there_are():
    """Thumbnails are of figures; all those of an experiment have one."""
    from multiarea.figures import figures
    from publications import paper_figures

    folder = ROOT / "docs/images/gallery"
    found = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.*")}
    default = {f"default/{name}" for name in figures()}
    assert default <= found <= default | set(paper_figures())
    pages = " ".join(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))
    assert all(f"{{{{ gallery {name.split('/')[0]} }}}}" in pages for name in found)
