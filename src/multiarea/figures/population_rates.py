"""Mean rates of all populations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
    WIDTH,
    Context,
    new_figure,
    note,
    place,
    styled,
    widest,
)
from multiarea.figures.kinds.labels import full, in_model_order, rows
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm, mark_cells, name_cells
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rates",),
    "caption": "Firing rates of all populations, mean over their neurons. Crosses: the area has "
    "no such population, or it was not recorded; grey: no neuron fired.",
}


@styled
def plot(*, rates: pd.DataFrame, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `rates` as a heat map; `parameters`, `context`: see `multiarea.figures`."""
    names, areas = rows(context), in_model_order(rates["area"], context)
    table = rates.set_index(["layer", "population", "area"])["rate_spikes_per_s"]
    table = table.unstack("area").reindex(index=pd.MultiIndex.from_tuples(names), columns=areas)
    values = table.to_numpy(float)
    left, below = widest(map(" ".join, names)) + 3, widest(map(full, areas)) + 2
    cell = min((WIDTH - left - 16) / len(areas), 8.0)
    width = max(left + cell * len(areas) + 16, 80.0)
    figure = new_figure(width, 12 + 5.5 * len(names) + below, context)
    axes = place(figure, (left, 11), (cell * len(areas), 5.5 * len(names)))
    positive = np.where(values > 0, values, np.nan)
    image = draw_matrix(axes, positive, log_norm(positive), palette.SEQUENTIAL)
    name_cells(axes, [" ".join(name) for name in names], [full(area) for area in areas])
    mark_cells(axes, np.isnan(values), size=4)
    colour_bar(axes, image, "Rate (spikes/s)")
    _add_legend(axes, left, width, context.missing)
    if not np.isfinite(positive).any():
        note(axes, "no neuron fired", keep_ticks=True)
    return figure


def _add_legend(axes: Axes, left: float, width: float, missing: str) -> None:
    cross = {"marker": "x", "ls": "none", "color": "#555555", "markersize": 4}
    handles = [
        Line2D([], [], label=missing, **cross),
        Patch(facecolor=palette.EMPTY, edgecolor="#555555", label="no spikes"),
    ]
    corner = (left / width, axes.get_position().y1 + 0.07)
    options = {"loc": "upper left", "ncols": 2, "fontsize": SMALL, "borderpad": 0}
    axes.figure.legend(handles=handles, bbox_to_anchor=corner, **options)
