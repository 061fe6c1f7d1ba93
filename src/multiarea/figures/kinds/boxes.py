"""Drawing kind: box plots over areas, a row per layer and type of population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, Context, few_ticks, note, type_colour
from multiarea.figures.kinds.labels import rows

FEWEST = 5
"""Smallest number of areas of which a box is drawn; fewer are drawn as points."""


@dataclass(frozen=True)
class Quantity:
    """What a box plot shows: a column of a table, its label, and what is said of empty rows."""

    column: str
    label: str
    empty: str | None = None
    """None: as the context says of populations without data."""


QUANTITIES = {
    "rates": Quantity("rate_spikes_per_s", "Rate (spikes/s)"),
    "cv": Quantity("cv", "CV of inter-spike intervals", "too few spikes"),
    "lvr": Quantity("lvr", "LvR", "too few spikes"),
    "correlation": Quantity(
        "correlation", "Correlation coefficient", "fewer than 2 active neurons"
    ),
}
"""By the measure whose table holds them."""


def draw_boxes(axes: Axes, table: pd.DataFrame, quantity: Quantity, context: Context) -> None:
    """Draw one row per layer and type; populations that are absent or nan do not enter.

    Boxes span the quartiles, whiskers reach the last value within 1.5 box lengths. The number of
    areas is at the right.
    `table` has a row per population, with the columns layer, population and that of `quantity`;
    `context` has the rows of `axes`.
    """
    names = rows(context)
    grouped = table.dropna(subset=[quantity.column]).groupby(["layer", "population"])
    values = {key: group[quantity.column].to_numpy(float) for key, group in grouped}
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(quantity.label)
    empty = quantity.empty or context.missing
    if not values:
        note(axes, f"no population has a value: {empty}")
        return
    if not any(own.any() for own in values.values()):
        axes.set_xlim(-0.02, 1)
    few_ticks(axes, x=5)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(names)), [" ".join(name) for name in names])
    axes.tick_params(axis="y", length=0)
    options = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    options |= {"va": "center", "fontsize": SMALL, "color": "#555555"}
    for n, name in enumerate(names):
        colour = type_colour(name[1], context.populations)
        shown = values.get(name, np.empty(0))
        _row(axes, n, shown, colour)
        text, shift, side = empty, -1, "right"
        if len(shown):
            text, shift, side = f"n = {len(shown)}", 2, "left"
        axes.annotate(text, (1, n), (shift, 0), ha=side, **options)


def _row(axes: Axes, y: float, values: np.ndarray, colour: str) -> None:
    if len(values) < FEWEST:
        axes.plot(values, np.full(len(values), y), "o", color=colour, markersize=3)
        return
    parts = axes.boxplot(
        [values],
        positions=[y],
        orientation="horizontal",
        widths=0.6,
        patch_artist=True,
        manage_ticks=False,
        flierprops={"marker": "o", "markersize": 1.5, "markeredgewidth": 0, "mfc": colour},
        medianprops={"color": "black", "linewidth": 0.9},
        whiskerprops={"color": colour},
        capprops={"color": colour},
    )
    for box in parts["boxes"]:
        box.set(facecolor=palette.LIGHT.get(colour, "white"), edgecolor=colour)
