"""Spikes of a few areas."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    new_figure,
    place,
    styled,
    type_colour,
    widest,
)
from multiarea.figures.kinds.labels import full
from multiarea.figures.kinds.rasters import draw_raster
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("spikes",),
    "uses": ("plotRasterArea",),
    "caption": "Spikes of a share of the neurons of chosen areas, silent neurons included. Rows "
    "are neurons, the upper layers on top.",
}


def areas_shown(spikes: Spikes, wanted: tuple[str, ...], context: Context) -> list[str]:
    """Return the wanted areas, else the model's choice, else the first three of the run."""
    present = list(dict.fromkeys(spikes.populations.index.get_level_values("area")))
    for names in (wanted, context.shown_areas):
        found = [name for name in dict.fromkeys(names) if name in present]
        if found:
            return found
    return present[:3]


@styled
def plot(*, spikes: Spikes, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a raster per area, three beside each other."""
    raster = parameters.plotRasterArea
    areas = areas_shown(spikes, raster.areas, context)
    columns, left = min(3, len(areas)), widest(context.layers) + 6
    n_rows = -(-len(areas) // columns)
    width = min((WIDTH - 3) / columns, 90.0)
    figure = new_figure(max(columns * width + 3, 70), 6 + 70 * n_rows, context)
    for n, area in enumerate(areas):
        row, column = divmod(n, columns)
        corner = (left + column * width, 11 + 70 * row)
        axes = place(figure, corner, (width - left, 55))
        draw_raster(axes, spikes, area, raster, context)
        heading(axes, chr(ord("A") + n) if len(areas) > 1 else "", full(area))
        axes.set_xlabel("Time (s)")
        axes.xaxis.get_major_locator().set_params(nbins=4)
        if column == 0:
            axes.set_ylabel(f"Layer ({100 * raster.fraction:g} % of neurons)")
    add_type_legend(figure, context)
    return figure


def add_type_legend(figure: Figure, context: Context, corner: str = "upper left") -> None:
    """Explain the colours of the types of population in a corner of a figure."""
    handles = [
        Line2D([], [], ls="none", marker="s", ms=3, label=name, color=colour)
        for name in context.populations
        for colour in [type_colour(name, context.populations)]
    ]
    figure.legend(handles=handles, loc=corner, ncols=len(handles))
