"""Drawing kind: box plots over areas, a row per layer and type of population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import (
    LIGHT,
    SMALL,
    Context,
    few_ticks,
    new_figure,
    note,
    place,
    type_colour,
    widest,
)
from multiarea.figures.kinds.labels import rows

FEWEST = 5
"""Areas from which on a box is drawn; below, every area is a point."""


@dataclass(frozen=True)
class Quantity:
    """What a box plot shows.

    Attributes
    ----------
    column : str
        Column of the table of populations.
    label : str
        Quantity and unit.
    empty : str
        What to say of a row, or a figure, without a value.
    """

    column: str
    label: str
    empty: str


RATE = Quantity("rate_spikes_per_s", "Rate (spikes/s)", "population absent")
CV = Quantity("cv", "CV of inter-spike intervals", "too few spikes")
LVR = Quantity("lvr", "LvR", "too few spikes")
CORRELATION = Quantity("correlation", "Correlation coefficient", "fewer than 2 active neurons")


def draw_boxes(axes: Axes, table: pd.DataFrame, quantity: Quantity, context: Context) -> None:
    """Draw one row per layer and type; populations that are absent or nan do not enter.

    Boxes span the quartiles, whiskers reach the last value within 1.5 box lengths. The number of
    areas stands at the right.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Columns layer, population and the quantity; one row per population.
    quantity : Quantity
    context : Context
    """
    names = rows(context)
    grouped = table.dropna(subset=[quantity.column]).groupby(["layer", "population"])
    values = {key: group[quantity.column].to_numpy(float) for key, group in grouped}
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(quantity.label)
    if not values:
        note(axes, f"no population has a value: {quantity.empty}")
        return
    if not any(own.any() for own in values.values()):
        axes.set_xlim(-0.02, 1)
    few_ticks(axes, x=5)
    axes.set_yticks(range(len(names)), [" ".join(name) for name in names])
    axes.tick_params(axis="y", length=0)
    for n, name in enumerate(names):
        colour = type_colour(name[1], context.populations)
        shown = values.get(name, np.empty(0))
        _row(axes, n, shown, colour)
        text = f"n = {len(shown)}" if len(shown) else quantity.empty
        axes.annotate(
            text,
            (1, n),
            (2, 0) if len(shown) else (-1, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            ha="left" if len(shown) else "right",
            fontsize=SMALL,
            color="#555555",
        )


def box_figure(table: pd.DataFrame, quantity: Quantity, context: Context) -> Figure:
    """Return a figure of one quantity, one column wide."""
    names = [" ".join(name) for name in rows(context)]
    left, right = widest(names) + 4, 12.0
    figure = new_figure(88, 18 + 5.5 * len(names), context)
    axes = place(figure, (left, 7), (88 - left - right, 5.5 * len(names)))
    draw_boxes(axes, table, quantity, context)
    return figure


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
        box.set(facecolor=LIGHT.get(colour, "white"), edgecolor=colour)
