"""Which run is drawn where the publication shows the best fit: that one, or the base state."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import SMALL, TEXT, new_figure, size_mm, wrapped, write
from publications.drawn_from import Paper, Run
from publications.shared.layout import missing

NO_RUN = (
    "The publication shows the best fit (χ = 2.5), and no published table holds it. There is no "
    "run of the best fit, nor of the base state: make run draws the base state, "
    "experiments/chi_sweep_downscaled.py both."
)


def best_fit_or_base(paper: Paper, title: str, draw: Callable[[Run], Figure]) -> Figure:
    """Draw the run of the best fit, or that of the base state with a note that it stands in.

    Parameters
    ----------
    paper : Paper
    title : str
        What the figure shows.
    draw : callable
        Draws one run.
    """
    run = paper.run("best_fit") or paper.run("base")
    if run is None:
        figure = new_figure(120, 50)
        missing(figure, title, NO_RUN)
        return figure
    figure = draw(run)
    if run.facts["role"] == "base":
        text = "Base state in place of the best fit (not run)"
        width = size_mm(figure)[0]
        write(figure, (16, 1), wrapped(text, width / 2, SMALL), fontsize=TEXT, color="#D55E00")
    return figure
