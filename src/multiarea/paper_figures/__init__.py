"""Figures of the publication of the human model (Pronold et al. 2024), found by being here.

A module declares, as a literal,

``FIGURE = {"title": ..., "published": ..., "needs": (...), "runs": (...), "results": (...),
"uses": (...), "caption": ...}``

and defines ``plot(paper) -> matplotlib Figure``. `published` says which published figure it is;
`needs` are names of `multiarea.paper_figures.inputs.READERS`; `runs` says which of the user's
simulations are drawn (`multiarea.paper.ROLES`), and `results` what is needed of each; `uses` are
the blocks of `AnalysisParameters` that change the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from multiarea.declarations import declarations


@dataclass(frozen=True)
class PaperFigure:
    """What the workflow has to know of a figure of the publication."""

    name: str
    title: str
    published: str
    needs: tuple[str, ...]
    runs: tuple[str, ...]
    results: tuple[str, ...]
    uses: tuple[str, ...]
    caption: str


@cache
def paper_figures() -> dict[str, PaperFigure]:
    """Return all figures of the publication by name."""
    found = declarations(Path(__file__).parent, "FIGURE")
    return {name: PaperFigure(name, **entry) for name, entry in found.items()}
