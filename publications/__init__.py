"""Figures of publications: one folder for each publication, one file for each figure.

A folder declares in its `__init__.py`, as a literal, `PUBLICATION` (see `Publication`), and in its
module `inputs` the `READERS` of what only its figures need: {name: function(paths, spec)}.

A figure is found by being in the folder: a module that declares, as a literal,

``FIGURE = {"title": ..., "published": ..., "caption": ..., "needs": (...), "runs": (...),
"results": (...), "summary": (...), "not_of_summaries": (...), "uses": (...)}``

and defines ``plot(paper) -> matplotlib Figure``. `published` says which published figure it is;
`needs` are names of `publications.inputs.readers`; `runs` says which simulations are drawn
(`Publication.roles`): those of the user, and those at full scale of which a summary comes with
this software. `results` is what is needed of each, except those `not_of_summaries`, and `summary`
which further tables of summaries, where they exist (`multiarea.summary.tables`); `uses` are the
blocks of `AnalysisParameters` that change the picture; what is empty may be left out. Similar
figures may share a module: see `multiarea.declarations.figure_declarations`.

A panel without data is not drawn. `panels` says which ones a run is needed for, so that the
caption can tell what is missing and how to get it: {role: panels}, or {`role@chi`: panels}.
`of_runs` are sentences with which the caption begins where these panels are drawn: {role: text}. A
figure with `needs_run` is not drawn at all without a run. `one_run` leaves out the runs that are
not drawn: "each", where the largest of each role is drawn; "first", where it is that of the first
role that has a run.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.declarations import declarations, figure_declarations

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Publication:
    """What the figures of a publication share.

    Attributes
    ----------
    name : str
        Its folder.
    citation, doi : str
    model : str
        The model that it is about.
    references : mapping
        Name of a state -> the full-scale experiment that defines it.
    variants : mapping
        Name of a variant -> the sweep over chi that repeats it.
    tables : mapping
        Further inputs: name -> file, or folder of .csv files.
    simulations : mapping
        Role -> the experiment that simulates it at full scale on one computer.
    stabilisation : tuple of str
        The references with the low and the high drive between which a network is stabilised.
    chi : tuple of str
        Network parameters that make up the axis of a sweep, `block.name`; the first is chi.
    chi_I : str
        The factor for inhibitory targets.
    """

    name: str
    citation: str
    doi: str
    model: str
    chi: tuple[str, ...]
    chi_I: str
    references: dict[str, str] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    simulations: dict[str, str] = field(default_factory=dict)
    stabilisation: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The largest run of each state; runs on the axis of chi; of any scale; spike pairs."""
        return (*self.references, "sweep", "variants", "scales", "pairs")


@dataclass(frozen=True)
class PaperFigure:
    """What the workflow has to know of a figure of a publication.

    `name` is `<publication>/<figure>`, and the path of the picture below figures/.
    """

    name: str
    module: str
    title: str
    published: str
    caption: str
    needs: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    not_of_summaries: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    panels: Mapping[str, str] = field(default_factory=dict)
    of_runs: Mapping[str, str] = field(default_factory=dict)
    needs_run: bool = False
    one_run: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def publication(self) -> Publication:
        """The publication."""
        return publications()[self.name.partition("/")[0]]

    @property
    def plot(self) -> Callable[..., Figure]:
        """The function that draws it from a `Paper`, with its options."""
        module = importlib.import_module(f"{__name__}.{self.publication.name}.{self.module}")
        return partial(module.plot, **self.options)


@cache
def publications() -> dict[str, Publication]:
    """Return all publications by name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*/__init__.py")):
        folder = path.parent
        for declared in declarations(folder, "PUBLICATION").values():
            found[folder.name] = Publication(folder.name, **declared)
    return found


@cache
def paper_figures() -> dict[str, PaperFigure]:
    """Return all figures of all publications by name."""
    found = {}
    for publication in publications():
        figures = figure_declarations(Path(__file__).parent / publication)
        for figure, (module, entry) in figures.items():
            name = f"{publication}/{figure}"
            found[name] = PaperFigure(name, module, **entry)
    return found
