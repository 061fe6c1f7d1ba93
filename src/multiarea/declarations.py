"""Literal declarations read from the source of a folder's modules, without importing them.

This is how measures and figures are registered by being there, and why the Snakefile can list
them in milliseconds.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any


def declarations(folder: Path, name: str) -> dict[str, Any]:
    """Return {module: value} for each module of a folder that assigns a literal to `name`.

    Parameters
    ----------
    folder : Path
        Folder of a package; files are read in the order of their names.
    name : str
        Name of a module-level variable.
    """
    found = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
                found[path.stem] = ast.literal_eval(node.value)
    return found


def figure_declarations(folder: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return {figure: (module, entry)} of a folder of figures.

    A module declares ``FIGURE = {...}``, and is named like its figure; or several figures that are
    alike, ``FIGURES = {name: {...}}`` with ``SHARED = {...}`` for what they have in common. Their
    `options` are handed to `plot`; `words` take the place of ``{word}`` in the caption.
    """
    found = {name: (name, entry) for name, entry in declarations(folder, "FIGURE").items()}
    shared = declarations(folder, "SHARED")
    for module, figures in declarations(folder, "FIGURES").items():
        for name, own in figures.items():
            entry = {**shared.get(module, {}), **own}
            entry["caption"] = entry["caption"].format(**entry.pop("words", {}))
            found[name] = module, entry
    return dict(sorted(found.items()))
