"""Figures of one experiment: each module of this folder is found by its declaration.

A figure module declares, as a literal,

``FIGURE = {"needs": (...), "caption": "..."}``, and if wanted ``"uses"``, ``"extras"`` and
``"formats": (...)``,

and defines ``plot(*, <each need>, parameters, context) -> matplotlib Figure``. `needs` are
"network", "spikes", "theory" and names of measures; `uses` the blocks of `AnalysisParameters`
that change the picture; `extras` are given only where the model has them; `formats` are
those of its files in addition to png and pdf: "gif" for a figure with the attribute `movie` (a
`multiarea.figures.kinds.movie.Movie`); `context` is a `multiarea.figures.kinds.drawing.Context`.
Similar figures may share a module: see `multiarea.declarations.figure_declarations`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.declarations import figure_declarations
from multiarea.parameters import check_blocks

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class FigureFile:
    """What the workflow has to know of a figure; its attributes are explained above."""

    name: str
    module: str
    needs: tuple[str, ...]
    caption: str
    uses: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plot(self) -> Callable[..., Figure]:
        """The function that draws it, with its options."""
        module = importlib.import_module(f"{__name__}.{self.module}")
        return partial(module.plot, **self.options)

    def further_formats(self, extension: str) -> list[str]:
        """Return its formats beside png and pdf, with the `extension` that an experiment adds."""
        wanted = dict.fromkeys((extension, *self.formats))
        return [kind for kind in wanted if kind not in ("png", "pdf")]


@cache
def figures() -> dict[str, FigureFile]:
    """Return all figures by name.

    Raises InputError if one uses a block of parameters that does not exist.
    """
    declared = figure_declarations(Path(__file__).parent).items()
    found = {name: FigureFile(name, module, **entry) for name, (module, entry) in declared}
    for figure in found.values():
        check_blocks(f"{__name__}.{figure.module}: '{figure.name}'", figure.uses)
    return found
