"""Rasters of three areas, and the statistics of all populations."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import QUANTITIES, draw_boxes
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    new_figure,
    place,
    styled,
    widest,
)
from multiarea.figures.kinds.labels import rows
from multiarea.figures.kinds.rasters import add_type_legend, areas_shown, draw_rasters, shown_spikes
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
STEP_X = (WIDTH - 3) / 3
"""From raster to raster [mm]."""


@styled
def plot(
    *, spikes: Spikes, parameters: AnalysisParameters, context: Context, **tables: pd.DataFrame
) -> Figure:
    """Draw `spikes` above boxes of `tables`; `parameters`, `context`: see `multiarea.figures`."""
    names = [" ".join(name) for name in rows(context)]
    left, height = widest(names) + 4, STEP * len(names)
    figure = new_figure(WIDTH, 11 + RASTER + 15 + 2 * (height + 17), context)
    raster, label = parameters.plotRasterArea, widest(context.layers) + 6
    areas = areas_shown(spikes, raster.areas, context)[:3]
    panels = {
        area: place(figure, (label + n * STEP_X, 11), (STEP_X - label, RASTER))
        for n, area in enumerate(areas)
    }
    draw_rasters(panels, shown_spikes(spikes, raster, panels), context)
    for n, (name, quantity) in enumerate(QUANTITIES.items()):
        row, column = divmod(n, 2)
        corner = (left + column * WIDTH / 2, 11 + RASTER + 16 + row * (height + 17))
        axes = place(figure, corner, (WIDTH / 2 - left - 12, height))
        draw_boxes(axes, tables[name], quantity, context)
        heading(axes, "ABCDEFG"[len(panels) + n])
    add_type_legend(figure, context)
    return figure
