"""Communities of areas in structural connectivity, by the map equation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.map_equation import relative_outdegree
from multiarea.analysis.structure import as_matrix
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.area_graph import draw_area_graph
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    new_figure,
    note,
    or_undefined,
    place,
    styled,
    widest,
)
from multiarea.figures.kinds.labels import short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm, name_cells, separate
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("structure_communities", "structural_connectivity"),
    "caption": "Communities of areas by the map equation (Infomap) on relative out-degrees, the "
    "share of the synapses that a source makes in other areas. A: areas coloured by community; "
    "links above 2 % of a source's synapses. B: relative out-degrees, areas ordered by community. "
    "Modularity is compared with that of 100 graphs in which each source has shuffled targets, "
    "mean ± SD; it is 0 where the map equation finds all areas to be one community.",
}


@styled
def plot(
    *,
    structure_communities: pd.DataFrame,
    structural_connectivity: pd.DataFrame,
    parameters: AnalysisParameters,
    context: Context,
) -> Figure:
    """Draw `structural_connectivity` as a graph and a matrix by `structure_communities`.

    `parameters`, `context`: see `multiarea.figures`.
    """
    synapses = as_matrix(structural_connectivity, "synapses")
    table = structure_communities.set_index("area").loc[synapses.index]
    weights = relative_outdegree(synapses.to_numpy())
    figure = new_figure(WIDTH, 104, context)
    left = place(figure, (2, 14), (80, 80))
    right = place(figure, (90 + widest(map(short, synapses.index)), 14), (70, 70))
    heading(left, "A", _modularities(table.iloc[0]))
    heading(right, "B", "Relative out-degrees")
    if not weights.any():
        note(left, "no connections between areas")
        note(right, "no connections between areas")
        return figure
    number = table["community"].to_numpy()
    draw_area_graph(left, weights, number, synapses.index)
    _draw_ordered(right, weights, number, synapses.index)
    return figure


def _modularities(found: pd.Series) -> str:
    """Return the modularity, and that of shuffled graphs, in which there may be no communities."""
    text = f"Map equation: modularity {or_undefined(found['modularity'])}"
    if not np.isfinite(found["modularity"]):
        return text
    if max(abs(found["surrogate_mean"]), found["surrogate_sd"]) < 1e-6:
        return f"{text}; no communities with shuffled targets"
    chance = [or_undefined(found[f"surrogate_{name}"], ".2g") for name in ("mean", "sd")]
    return f"{text}, shuffled targets {chance[0]} ± {chance[1]}"


def _draw_ordered(axes: Axes, weights: np.ndarray, number: np.ndarray, areas: pd.Index) -> None:
    """Draw relative out-degrees with areas ordered by community, and a colour bar."""
    order = np.argsort(number, kind="stable")
    values = weights[np.ix_(order, order)]
    image = draw_matrix(
        axes, np.where(values > 0, values, np.nan), log_norm(values), palette.SEQUENTIAL
    )
    names = [short(areas[n]) for n in order]
    name_cells(axes, names, names)
    axes.set_xlabel("Source")
    axes.set_ylabel("Target")
    separate(axes, np.bincount(number))
    colour_bar(axes, image, "Share of the source's synapses")
