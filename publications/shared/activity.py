"""Rasters of three areas, and box plots of three measures over areas: what a state looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import QUANTITIES, Quantity, draw_boxes
from multiarea.figures.kinds.drawing import TEXT, heading, place, widest, write
from multiarea.figures.kinds.labels import rows
from multiarea.figures.kinds.rasters import add_type_legend, draw_rasters, shown_spikes
from multiarea.models import get_model
from publications.drawn_from import Paper, Run

HEIGHT = 106.0
"""Of the block of one run [mm]."""
BELOW = 0.42
"""Distance of what was published from the middle of the box of its row."""
LVR_OF_ACTIVE = Quantity("lvr_active", "LvR of neurons that fired", "no neuron fired")
"""Of summaries."""


def draw_activity(
    figure: Figure,
    paper: Paper,
    role: str,
    measures: Sequence[str],
    published: Mapping[str, pd.DataFrame] | None = None,
) -> float:
    """Draw a block for each run of a state.

    Parameters
    ----------
    figure : Figure
    paper : Paper
    role : str
        The state.
    measures : sequence of str
        Three of `QUANTITIES`.
    published : mapping, optional
        median, min and max over areas, indexed (layer, population), by measure, drawn in black
        below the boxes; `lvr`, which is that of the neurons that fired, only where there is a
        summary, which has it too.

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
        for m, name in enumerate(measures):
            axes = place(figure, (15 + m * 59, top + 52), (34, 40))
            heading(axes, "DEF"[m] if n == 0 else "")
            _boxes(axes, run, name, (published or {}).get(name))
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


def _boxes(axes: Axes, run: Run, name: str, published: pd.DataFrame | None) -> None:
    """Draw the measure `name` of a `run`, and what was `published` of it where it is the same."""
    table, quantity = run.results[name], QUANTITIES[name]
    if name == "lvr" and published is not None:
        if LVR_OF_ACTIVE.column in table:
            quantity = LVR_OF_ACTIVE
        else:
            published = None
    draw_boxes(axes, table, quantity, run.context)
    if published is not None:
        shown = published.reindex(rows(run.context))
        y = np.arange(len(shown)) + BELOW
        axes.hlines(y, shown["min"], shown["max"], color="black", lw=0.6)
        axes.plot(shown["median"], y, "|", color="black", markersize=4, markeredgewidth=0.9)
    axes.xaxis.get_major_locator().set_params(nbins=3)
