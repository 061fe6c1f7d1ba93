"""Rasters of three areas, and box plots of three measures over areas: what a state looks like."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import QUANTITIES, draw_boxes
from multiarea.figures.kinds.drawing import TEXT, heading, place, widest, write
from multiarea.figures.kinds.rasters import add_type_legend, draw_rasters, shown_spikes
from multiarea.models import get_model
from publications.drawn_from import Paper, Run

HEIGHT = 106.0
"""Of the block of one run [mm]."""


def draw_activity(figure: Figure, paper: Paper, role: str, measures: Sequence[str]) -> float:
    """Draw a block for each run of a state.

    Parameters
    ----------
    figure : Figure
    paper : Paper
    role : str
        The state.
    measures : sequence of str
        Three of `QUANTITIES`.

    Returns
    -------
    float
        Where the next panel may begin [mm from the top]: see `height`.
    """
    runs = paper.both(role)
    for n, run in enumerate(runs):
        top = 12 + n * HEIGHT
        write(figure, (2, top - 6), named(run), fontsize=TEXT, va="top")
        _rasters(figure, run, top + 2, first=n == 0)
        _boxes(figure, run, measures, top + 52, first=n == 0)
    if runs:
        add_type_legend(figure, runs[0].context, "upper right")
    return height(paper, role)


def height(paper: Paper, role: str) -> float:
    """Return the height [mm] that `draw_activity` takes for the runs of `paper` in a `role`."""
    return 8 + len(paper.both(role)) * HEIGHT


def named(run: Run) -> str:
    """Return name, chi, scale and origin of a `run` as text."""
    whose = "comes with this software" if run.is_summary else "your run"
    return f"{run.name}: χ = {run.chi:g}, {run.scale} ({whose})"


def _rasters(figure: Figure, run: Run, top: float, first: bool) -> None:
    module = get_model(run.context.model)
    left = widest(module.LAYERS) + 6
    panels = {
        area: place(figure, (left + n * 59, top), (59 - left, 34))
        for n, area in enumerate(module.SHOWN_AREAS)
    }
    shown = shown_spikes(run.results["spikes"], run.parameters.plotRasterArea, panels)
    draw_rasters(panels, shown, run.context, lettered=first)


def _boxes(figure: Figure, run: Run, measures: Sequence[str], top: float, first: bool) -> None:
    for n, name in enumerate(measures):
        axes = place(figure, (15 + n * 59, top), (34, 40))
        heading(axes, "DEF"[n] if first else "")
        draw_boxes(axes, run.results[name], QUANTITIES[name], run.context)
        axes.xaxis.get_major_locator().set_params(nbins=3)
