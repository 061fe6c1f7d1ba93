"""Rates or synaptic input currents of all areas over time as heat maps."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.activity import deviation_norm, in_bins, norm_of, with_ends
from multiarea.figures.kinds.brain_map import scale_of
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    new_figure,
    place,
    styled,
    widest,
)
from multiarea.figures.kinds.labels import in_model_order, key
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix
from multiarea.figures.kinds.panels import Series, draw_series
from multiarea.parameters import AnalysisParameters

SHARED = {
    "caption": "{what} against time, in bins of 20 ms. A: the value; an arrow at the colour bar: "
    "the largest 0.5 % of the bins lie beyond its end. B: the same, z-scored: the deviation from "
    "the row's mean in units of its standard deviation (SD). Areas are in the order of the model; "
    "of a model with one area, the rates of its populations are shown."
}
FIGURES = {
    "area_activity": {
        "needs": ("rate_histograms",),
        "words": {"what": "Rate, averaged over the neurons of an area,"},
    },
    "area_currents": {
        "needs": ("synaptic_currents",),
        "words": {
            "what": "Magnitude of the recurrent synaptic input current, excitatory and inhibitory "
            "added, averaged over the neurons of an area,"
        },
    },
}
DRAWN = {
    "rate_histograms": ("area_rate", "Rate", "spikes/s"),
    "synaptic_currents": ("current", "Synaptic input per neuron, |E| + |I|", "pA"),
}
"""Measure -> its array, what it is, and its unit."""
ROW, LEAST = 2.7, 22.0
"""Height of a row, and least height of a panel [mm]."""
TOP, GAP, BOTTOM, RIGHT = 9.0, 8.0, 8.0, 19.0
"""Margins, and between the panels [mm]."""


@styled
def plot(*, parameters: AnalysisParameters, context: Context, **measure: Arrays) -> Figure:
    """Draw one `measure` as a heat map; `parameters`, `context`: see `multiarea.figures`."""
    ((name, data),) = measure.items()
    rows, values = _rows(name, data, context)
    shown = in_bins(values, data["time"])
    _, quantity, unit = DRAWN[name]
    if len(rows) == 1:
        series = Series(rows, shown.times, shown.values, f"{quantity} ({unit})")
        return draw_series(series, 1, context)
    left, height = widest(rows) + 4, max(ROW * len(rows), LEAST)
    figure = new_figure(WIDTH, TOP + 2 * height + GAP + BOTTOM, context)
    size = WIDTH - left - RIGHT, height
    above = place(figure, (left, TOP), size)
    below = place(figure, (left, TOP + height + GAP), size)
    norm = norm_of(shown.values)
    label = f"{unit}{scale_of(norm)}"
    _draw(above, shown.values, norm, palette.SEQUENTIAL, label)
    norm = deviation_norm(shown)
    _draw(below, shown.z_scored, norm, palette.DIVERGING, "Deviation (SD)")
    titles = f"{quantity} ({unit}), bins of {shown.width:g} ms", "The same, z-scored row by row"
    for axes, letter, title in zip((above, below), "AB", titles, strict=True):
        axes.images[0].set_extent((*shown.span, len(rows) - 0.5, -0.5))
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(axis="x", length=2)
        heading(axes, letter, title, outdent=14)
    below.set_xlabel("Time (s)")
    return figure


def _rows(name: str, data: Arrays, context: Context) -> tuple[list[str], np.ndarray]:
    """Return names and signals, (rows, samples), of the areas, or of the populations of one."""
    areas = list(data["area"])
    if len(areas) == 1 and name == "rate_histograms":
        rows = [" ".join(key[1:]) for key in data.populations]
        return rows, data["population_rate"].astype(float)
    order = in_model_order(areas, context)
    return [key(area) for area in order], data[DRAWN[name][0]][[areas.index(a) for a in order]]


def _draw(axes: Axes, values: np.ndarray, norm: Normalize, cmap: str, label: str) -> None:
    image = draw_matrix(axes, values, norm, cmap)
    colour_bar(axes, with_ends(image, values), label)
