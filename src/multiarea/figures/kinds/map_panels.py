"""Drawing kind: several measures of areas on maps of the brain's surface, with a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from multiarea.analysis.hierarchy import is_decided
from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.activity import with_ends
from multiarea.figures.kinds.brain_map import BrainMap, fitting_norm, height_of, scale_of, spread
from multiarea.figures.kinds.drawing import WIDTH, Context, heading, new_figure
from multiarea.figures.kinds.groups import colour_of
from multiarea.figures.kinds.labels import full
from multiarea.figures.kinds.matrix import colour_bar, symmetric_norm

COLUMN, BELOW = WIDTH / 2, 23.0
"""From map to map across; room below a map for its colour bar and the title of the next [mm]."""
MAP = 84.0
"""Width of a map [mm]."""
SEED = "black"
"""Colour of the area with which functional connectivity is shown."""


@dataclass(frozen=True)
class Values:
    """What a map shows."""

    title: str
    label: str
    """Quantity and unit."""
    values: pd.Series
    """By area."""
    norm: Normalize
    cmap: str = palette.SEQUENTIAL
    seed: str = ""
    """An area that is marked."""


@dataclass(frozen=True)
class Groups:
    """Communities on a map: the number of each area's."""

    title: str
    number: pd.Series


def draw_maps(
    shown: Sequence[Values | Groups], area_map: pd.DataFrame, context: Context | None
) -> Figure:
    """Draw a key to the areas of `area_map`, and what is `shown` in two columns below it.

    `context`, if given, is written on the figure.
    """
    n_rows, key = -(-len(shown) // 2), height_of(WIDTH - 4, area_map)
    step = height_of(MAP, area_map) + BELOW
    figure = new_figure(WIDTH, 7 + key + 4 + n_rows * step, context)
    drawn = BrainMap(figure, (2, 6), WIDTH - 4, area_map)
    drawn.name_areas()
    heading(drawn.axes, "A", "Areas")
    for n, one in enumerate(shown):
        row, column = divmod(n, 2)
        corner = 3 + column * COLUMN, 6 + key + 13 + row * step
        drawn = BrainMap(figure, corner, MAP, area_map)
        heading(drawn.axes, "BCDEFGHIJKLM"[n], one.title)
        if isinstance(one, Values):
            _show(drawn, one)
        else:
            _show_groups(drawn, one.number)
    return figure


def rate_values(rates: Arrays, title: str = "Mean rate") -> Values:
    """Return the means over time of `rates` (`rate_histograms`) for a map with a `title`."""
    rate = pd.Series(rates["area_rate"].mean(axis=1), rates["area"])
    norm = fitting_norm(rate.to_numpy())
    return Values(title, f"Rate (spikes/s{scale_of(norm)})", rate, norm)


def cv_values(table: pd.DataFrame, title: str = "Irregularity") -> Iterator[Values]:
    """Yield, with a `title`, the mean CV over neurons from a `table` of populations, if any is."""
    table = table.dropna(subset=["cv"])
    sums = (table["cv"] * table["n_neurons"]).groupby(table["area"]).sum()
    cv = sums / table.groupby("area")["n_neurons"].sum()
    if len(cv):
        yield Values(title, "Mean CV of inter-spike intervals", cv, spread(cv.to_numpy()))


def input_values(indegree: pd.DataFrame) -> Values:
    """Return the synapses per neuron from other areas, from a matrix [target, source]."""
    others = indegree.sum(axis=1) - np.diag(indegree)
    norm = fitting_norm(others.to_numpy())
    label = f"Synapses per neuron{scale_of(norm)}"
    return Values("Input from other areas", label, others, norm)


def fc_values(fc: pd.DataFrame, seed: str, title: str = "") -> Iterator[Values]:
    """Yield the correlations of the area `seed` with the others in the matrix `fc`, if any is one.

    The `title` names the seed by default.
    """
    values = fc[seed].drop(seed)
    if np.isfinite(values).any():
        label = "Pearson correlation (black: the area itself)"
        norm = symmetric_norm(values.to_numpy(float))
        title = title or f"FC with {full(seed)}"
        yield Values(title, label, values, norm, palette.DIVERGING, seed)


def order_values(hierarchy: Arrays, title: str = "Order of the areas in time") -> Iterator[Values]:
    """Yield, with a `title`, the positions of a `hierarchy` if enough pairs of areas have a lag."""
    if is_decided(hierarchy["lag"]):
        position = pd.Series(hierarchy["position"], hierarchy["area"])
        yield Values(title, "Position, 0: first, 1: last", position, Normalize(0, 1))


def _show(drawn: BrainMap, shown: Values) -> None:
    image = drawn.show(shown.values, shown.norm, shown.cmap)
    image = with_ends(image, shown.values.to_numpy(float))
    if shown.seed:
        colours = dict(zip(shown.values.index, image.to_rgba(shown.values), strict=True))
        drawn.colour({**colours, shown.seed: SEED})
    colour_bar(drawn.axes, image, shown.label, below=True)


def _show_groups(drawn: BrainMap, number: pd.Series) -> None:
    drawn.colour({area: colour_of(k) for area, k in number.items()})
    handles = [
        Patch(facecolor=colour_of(k), label=f"{k + 1}: {size} area{'s' if size > 1 else ''}")
        for k, size in number.value_counts().sort_index().items()
    ]
    place = {"loc": "upper left", "bbox_to_anchor": (0, 0), "ncols": 5, "columnspacing": 0.9}
    drawn.axes.legend(handles=handles, **place)
