"""Spikes of a few areas."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import WIDTH, Context, new_figure, place, styled, widest
from multiarea.figures.kinds.rasters import add_type_legend, areas_shown, draw_rasters, shown_spikes
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("spikes",),
    "uses": ("plotRasterArea",),
    "caption": "Spikes of a share of the neurons of chosen areas, silent neurons included. Rows "
    "are neurons, the upper layers on top.",
}


@styled
def plot(*, spikes: Spikes, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `spikes`, three areas in a row; `parameters`, `context`: see `multiarea.figures`."""
    raster = parameters.plotRasterArea
    areas = areas_shown(spikes, raster.areas, context)
    columns, left = min(3, len(areas)), widest(context.layers) + 6
    n_rows = -(-len(areas) // columns)
    width = min((WIDTH - 3) / columns, 90.0)
    figure = new_figure(max(columns * width + 3, 70), 6 + 70 * n_rows, context)
    corners = [(left + n % columns * width, 11 + n // columns * 70) for n in range(len(areas))]
    panels = [place(figure, corner, (width - left, 55)) for corner in corners]
    by_area = dict(zip(areas, panels, strict=True))
    draw_rasters(by_area, shown_spikes(spikes, raster, areas), context, lettered=len(areas) > 1)
    add_type_legend(figure, context)
    return figure
