"""Connectivity between areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from multiarea.analysis.structure import as_matrix
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import Context, new_figure, note, place, styled, widest
from multiarea.figures.kinds.labels import in_model_order, key, short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm, name_cells
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("structural_connectivity",),
    "caption": "Synapses that a neuron of the target area (rows) receives on average from the "
    "source area (columns).",
}


@styled
def plot(
    *, structural_connectivity: pd.DataFrame, parameters: AnalysisParameters, context: Context
) -> Figure:
    """Draw `structural_connectivity`; `parameters`, `context`: see `multiarea.figures`."""
    areas = in_model_order(structural_connectivity["target"], context)
    indegree = as_matrix(structural_connectivity, "indegree").loc[areas, areas].to_numpy(float)
    left, below = widest(map(key, areas)) + 7, widest(map(short, areas)) + 7
    side = float(np.clip(3.4 * len(areas), 30, 122))
    figure = new_figure(max(left + side + 17, 80), 10 + side + below, context)
    axes = place(figure, (left, 9), (side, side))
    positive = np.where(indegree > 0, indegree, np.nan)
    image = draw_matrix(axes, positive, log_norm(positive), palette.SEQUENTIAL)
    name_cells(axes, [key(area) for area in areas], [short(area) for area in areas])
    axes.set_xlabel("Source area")
    axes.set_ylabel("Target area")
    colour_bar(axes, image, "Synapses per target neuron")
    if not np.isfinite(positive).any():
        note(axes, "no synapses", keep_ticks=True)
    figure.legend(
        handles=[Patch(facecolor=palette.EMPTY, edgecolor="#555555", label="no synapses")],
        loc="upper left",
    )
    return figure
