"""Spikes of one column and the statistics of its populations in the published form."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
    WIDTH,
    Context,
    few_ticks,
    heading,
    new_figure,
    place,
    styled,
    type_colour,
    widest,
)
from multiarea.figures.kinds.labels import rows
from multiarea.figures.kinds.rasters import (
    add_type_legend,
    areas_shown,
    draw_raster,
    layer_label,
    shown_spikes,
)
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("spikes", "rates_individual", "cv", "synchrony", "reference_rates"),
    "uses": ("plotRasterArea",),
    "caption": "One column, the upper layers on top, as in Fig. 6 of Potjans & Diesmann 2014. A: "
    "spikes of a share of the neurons. B: rates of all neurons, boxes from quartile to quartile, "
    "whiskers to the last value within 1.5 box lengths, points beyond; stars: the mean; "
    "triangles: the published mean at full scale (reference of the example that comes with NEST). "
    "C: CV of inter-spike intervals, mean over neurons. D: synchrony, the variance of the spike "
    "count of up to 1000 neurons in bins of 3 ms divided by its mean; dashed: independent Poisson "
    "processes.",
}

RASTER, HEIGHT = 68.0, 62.0
"""Width of the raster, and height of all panels [mm]."""
GAP = 5.0
"""Between the panels on the right [mm]."""
REFERENCE = "nest_3"
"""Column of the published rates."""


@styled
def plot(
    *,
    spikes: Spikes,
    rates_individual: Arrays,
    reference_rates: pd.DataFrame,
    parameters: AnalysisParameters,
    context: Context,
    **tables: pd.DataFrame,
) -> Figure:
    """Draw `spikes`, `rates_individual` with `reference_rates`, and `tables` (cv, synchrony).

    `parameters`, `context`: see `multiarea.figures`.
    """
    raster = parameters.plotRasterArea
    area = areas_shown(spikes, raster.areas, context)[0]
    names = rows(context)
    left = widest(context.layers) + 6
    figure = new_figure(WIDTH, HEIGHT + 27, context)
    axes = place(figure, (left, 14), (RASTER - left, HEIGHT))
    shown = shown_spikes(spikes, raster, [area])
    draw_raster(axes, shown, area, context)
    axes.set(xlabel="Time (s)", ylabel=layer_label(shown))
    axes.xaxis.get_major_locator().set_params(nbins=4)
    heading(axes, "A", outdent=14)
    start = RASTER + 4 + widest(map(" ".join, names)) + 3
    width = (WIDTH - 2 - start - 2 * GAP) / 3
    panels = [place(figure, (start + n * (width + GAP), 14), (width, HEIGHT)) for n in range(3)]
    rates = _rates_of(rates_individual, area)
    _draw_rates(panels[0], rates, reference_rates, context)
    for axes, name in zip(panels[1:], ("cv", "synchrony"), strict=True):
        _draw_bars(axes, _column(tables[name], area, name), rates, context)
    panels[2].axvline(1, color="#555555", lw=0.5, ls=(0, (4, 3)))
    labels = "Rate (spikes/s)", "CV of inter-spike\nintervals", "Synchrony"
    titles = "★ mean  ▲ published", "", ""
    for axes, letter, label, title in zip(panels, "BCD", labels, titles, strict=True):
        few_ticks(axes, x=4)
        axes.set(ylim=(len(names) - 0.4, -0.6), xlabel=label, yticks=[])
        heading(axes, letter, title)
    panels[0].set_yticks(range(len(names)), [" ".join(name) for name in names])
    panels[0].tick_params(axis="y", length=0)
    add_type_legend(figure, context)
    return figure


def _rates_of(rates: Arrays, area: str) -> dict[tuple[str, str], np.ndarray]:
    """Return the rates of the neurons of each layer and population of an `area`."""
    parts = np.split(rates["rate"], rates["offsets"][1:-1])
    keyed = zip(rates.populations, parts, strict=True)
    return {key[1:]: part for key, part in keyed if key[0] == area}


def _column(table: pd.DataFrame, area: str, name: str) -> dict[tuple[str, str], float]:
    own = table[table["area"] == area].dropna(subset=[name])
    return {(row.layer, row.population): getattr(row, name) for row in own.itertuples()}


def _draw_rates(
    axes: Axes, rates: dict[tuple[str, str], np.ndarray], published: pd.DataFrame, context: Context
) -> None:
    for n, key in enumerate(rows(context)):
        if key not in rates:
            continue
        colour = type_colour(key[1], context.populations)
        light = palette.LIGHT.get(colour, "white")
        axes.boxplot(
            [rates[key]],
            positions=[n],
            orientation="horizontal",
            widths=0.6,
            patch_artist=True,
            manage_ticks=False,
            boxprops={"facecolor": light, "edgecolor": colour},
            flierprops={"marker": ".", "ms": 1.5, "mew": 0, "mfc": colour, "rasterized": True},
            medianprops={"color": "black", "linewidth": 0.9},
            whiskerprops={"color": colour},
            capprops={"color": colour},
        )
        style = {"color": "black", "mec": "white", "mew": 0.3, "zorder": 4}
        axes.plot(rates[key].mean(), n, "*", ms=6, **style)
        if key in published.index:
            style = {"color": "black", "mew": 0}
            axes.plot(published.loc[key, REFERENCE], n + 0.42, "^", ms=3.5, **style)
    axes.set_xlim(left=0)


def _draw_bars(
    axes: Axes, values: dict[tuple[str, str], float], present: Container, context: Context
) -> None:
    """Draw a bar for each population with a value; say of others that are `present` why not."""
    for n, key in enumerate(rows(context)):
        if key in values:
            colour = type_colour(key[1], context.populations)
            axes.barh(n, values[key], 0.6, facecolor=palette.LIGHT[colour], edgecolor=colour)
        else:
            why = "too few spikes" if key in present else context.missing
            options = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": SMALL}
            axes.annotate(why, (0.04, n), color="#555555", **options)
    axes.set_xlim(left=0)
