"""Figures of one experiment, one file each, found by being here.

A figure module declares, as a literal,

``FIGURE = {"needs": (...), "uses": (...), "caption": "..."}``, and if wanted ``"extras": (...)``,

and defines ``plot(*, <each need>, parameters, context) -> matplotlib Figure``. `needs` are
"network", "spikes", "theory" and names of measures; `uses` the blocks of `AnalysisParameters`
that change the picture; `extras` are given only where the model has them; `context` is a
`multiarea.figures.kinds.drawing.Context`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from multiarea.declarations import declarations


@dataclass(frozen=True)
class FigureFile:
    """What the workflow has to know of a figure."""

    name: str
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    caption: str
    extras: tuple[str, ...] = ()


@cache
def figures() -> dict[str, FigureFile]:
    """Return all figures by name."""
    found = declarations(Path(__file__).parent, "FIGURE")
    return {name: FigureFile(name, **entry) for name, entry in found.items()}
