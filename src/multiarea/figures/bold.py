"""BOLD signals of all areas against time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.figures.kinds.panels import Series, draw_series
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("bold",),
    "uses": ("plotBOLD", "plotAllBOLDSignalSummary"),
    "caption": "BOLD signal of each area by the Balloon-Windkessel model, driven by the rate of "
    "the area. Each panel has a scale of its own.",
}


@styled
def plot(*, bold: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `bold` in a panel per area; `parameters`, `context`: see `multiarea.figures`."""
    time, block = bold["time"], parameters.plotBOLD
    first = int(np.searchsorted(time, block.tmin - 1e-6))
    first = min(first, max(len(time) - 2, 0))
    step = max(1, round(block.stepSize / (time[1] - time[0]))) if len(time) > 1 else 1
    series = Series(
        bold["area"],
        time[first::step] / 1000,
        100 * bold["bold"][:, first::step],
        "BOLD signal, change from rest (%)",
    )
    columns = parameters.plotAllBOLDSignalSummary.num_col
    return draw_series(series, columns, context)
