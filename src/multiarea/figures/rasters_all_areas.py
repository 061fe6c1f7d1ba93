"""Spikes of every area."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import Context, few_ticks, styled
from multiarea.figures.kinds.labels import in_model_order
from multiarea.figures.kinds.panels import area_grid, label_outer
from multiarea.figures.kinds.rasters import add_type_legend, draw_raster, layer_label, shown_spikes
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.sampled import SampledSpikes
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("spikes",),
    "uses": ("plotRasterArea",),
    "caption": "Spikes of a share of the neurons of every area, silent neurons included. Rows are "
    "neurons, the upper layers on top.",
}

COLUMNS = 4


@styled
def plot(
    *, spikes: Spikes | SampledSpikes, parameters: AnalysisParameters, context: Context
) -> Figure:
    """Draw `spikes`, a panel per area; `parameters`, `context`: see `multiarea.figures`."""
    shown = shown_spikes(spikes, parameters.plotRasterArea)
    areas = in_model_order([key[0] for key in shown.trains], context)
    grid = area_grid(areas, COLUMNS, context, own_y=True, tall=21.0)
    for axes, area in zip(grid.axes, areas, strict=True):
        few_ticks(axes)
        draw_raster(axes, shown, area, context)
    label_outer(grid, "Time (s)", layer_label(shown), own_y=True)
    add_type_legend(grid.figure, context)
    return grid.figure
