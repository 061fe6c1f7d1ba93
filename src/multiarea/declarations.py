"""Literal declarations read from the source of a folder's modules, without importing them.

Measures and figures are registered by their files alone, and listed in milliseconds.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any


def declarations(folder: Path, name: str) -> dict[str, Any]:
    """Return {module: value} of each module in `folder` that assigns a literal to `name`."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
                found[path.stem] = ast.literal_eval(node.value)
    return found


def figure_declarations(folder: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return {figure: (module, entry)} of a folder of figures.

    A module that is named like its figure declares ``FIGURE = {...}``; one of several similar
    figures ``FIGURES = {name: {...}}``, and ``SHARED = {...}`` for what they have in common. Their
    `options` are passed to `plot`; `words` replace ``{word}`` in the caption.
    """
    found = {name: (name, entry) for name, entry in declarations(folder, "FIGURE").items()}
    shared = declarations(folder, "SHARED")
    for module, figures in declarations(folder, "FIGURES").items():
        for name, own in figures.items():
            entry = {**shared.get(module, {}), **own}
            entry["caption"] = entry["caption"].format(**entry.pop("words", {}))
            found[name] = module, entry
    return dict(sorted(found.items()))
