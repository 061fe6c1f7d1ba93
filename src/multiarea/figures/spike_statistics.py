"""Rasters of three areas, and the statistics of all populations."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import CORRELATION, CV, LVR, RATE, draw_boxes
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    new_figure,
    place,
    styled,
    widest,
)
from multiarea.figures.kinds.labels import full, rows
from multiarea.figures.kinds.rasters import draw_raster
from multiarea.figures.raster_areas import add_type_legend, areas_shown
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("spikes", "rates", "cv", "lvr", "correlation"),
    "uses": ("plotRasterArea",),
    "caption": "Spikes of up to three areas, and box plots over areas of rate, CV of inter-spike "
    "intervals, LvR and mean pairwise correlation. Absent populations and those with too few "
    "spikes do not enter.",
}

RASTER, STEP = 48.0, 5.5
"""Height of a raster and of a row of boxes [mm]."""


@styled
def plot(
    *,
    spikes: Spikes,
    parameters: AnalysisParameters,
    context: Context,
    **tables: pd.DataFrame,
) -> Figure:
    """Draw rasters above box plots."""
    names = [" ".join(name) for name in rows(context)]
    left, height = widest(names) + 4, STEP * len(names)
    figure = new_figure(WIDTH, 11 + RASTER + 15 + 2 * (height + 17), context)
    n_rasters = _draw_rasters(figure, spikes, parameters, context)
    quantities = {"rates": RATE, "cv": CV, "lvr": LVR, "correlation": CORRELATION}
    for n, (name, quantity) in enumerate(quantities.items()):
        row, column = divmod(n, 2)
        corner = (left + column * WIDTH / 2, 11 + RASTER + 16 + row * (height + 17))
        axes = place(figure, corner, (WIDTH / 2 - left - 12, height))
        draw_boxes(axes, tables[name], quantity, context)
        heading(axes, "ABCDEFG"[n_rasters + n])
    add_type_legend(figure, context)
    return figure


def _draw_rasters(
    figure: Figure, spikes: Spikes, parameters: AnalysisParameters, context: Context
) -> int:
    raster, left = parameters.plotRasterArea, widest(context.layers) + 6
    areas = areas_shown(spikes, raster.areas, context)[:3]
    width = (WIDTH - 3) / 3
    for n, area in enumerate(areas):
        axes = place(figure, (left + n * width, 11), (width - left, RASTER))
        draw_raster(axes, spikes, area, raster, context)
        heading(axes, "ABC"[n], full(area))
        axes.set_xlabel("Time (s)")
        axes.xaxis.get_major_locator().set_params(nbins=4)
        if n == 0:
            axes.set_ylabel(f"Layer ({100 * raster.fraction:g} % of neurons)")
    return len(areas)
