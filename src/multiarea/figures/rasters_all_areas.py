"""Spikes of every area."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import Context, few_ticks, styled
from multiarea.figures.kinds.labels import in_model_order
from multiarea.figures.kinds.panels import area_grid, label_outer
from multiarea.figures.kinds.rasters import add_type_legend, draw_raster, layer_label
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("spikes",),
    "uses": ("plotRasterArea",),
    "caption": "Spikes of a share of the neurons of every area, silent neurons included. Rows are "
    "neurons, the upper layers on top.",
}

COLUMNS = 4


@styled
def plot(*, spikes: Spikes, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `spikes`, a panel per area; `parameters`, `context`: see `multiarea.figures`."""
    raster = parameters.plotRasterArea
    areas = in_model_order(spikes.populations.index.get_level_values("area"), context)
    grid = area_grid(areas, COLUMNS, context, own_y=True, tall=21.0)
    for axes, area in zip(grid.axes, areas, strict=True):
        few_ticks(axes)
        draw_raster(axes, spikes, area, raster, context)
    label_outer(grid, "Time (s)", layer_label(raster), own_y=True)
    add_type_legend(grid.figure, context)
    return grid.figure
