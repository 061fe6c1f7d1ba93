"""Communities of areas in functional and structural connectivity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from multiarea.analysis.bold import too_short
from multiarea.analysis.structure import as_matrix
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.correlations import draw_correlations
from multiarea.figures.kinds.drawing import (
    SMALL,
    TEXT,
    WIDTH,
    Context,
    heading,
    new_figure,
    note,
    or_undefined,
    place,
    styled,
    widest,
    wrapped,
    write,
)
from multiarea.figures.kinds.groups import colour_of, matched
from multiarea.figures.kinds.labels import in_model_order, key, short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm, name_cells, separate
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("communities", "fc_currents", "fc_bold", "structural_connectivity"),
    "uses": ("compute_louvain",),
    "caption": "Functional and structural connectivity, areas ordered by their Louvain community, "
    "and the community of each area. Correlations are on a scale of their own, without the "
    "diagonal; arrows: a few pairs lie beyond. "
    "Communities have the colour and number of those in A with which they share most "
    "areas. BOLD is shown from 60 s of simulated time on.",
}

TITLES = {
    "synaptic_currents": "FC of synaptic currents",
    "bold": "FC of BOLD",
    "structure": "Structural connectivity",
}
SHORT = {"synaptic_currents": "currents", "bold": "BOLD", "structure": "structure"}
STRIP = 1.3
"""Width of the strip with the colours of communities [mm]."""


@styled
def plot(
    *,
    communities: pd.DataFrame,
    parameters: AnalysisParameters,
    context: Context,
    **tables: pd.DataFrame,
) -> Figure:
    """Draw `tables` by `communities`; `parameters`, `context`: see `multiarea.figures`."""
    structure = as_matrix(tables["structural_connectivity"], "relative_indegree")
    matrices = {
        "synaptic_currents": tables["fc_currents"].set_index("area"),
        "bold": tables["fc_bold"].set_index("area"),
        "structure": structure.where(structure > 0),
    }
    missing = too_short(context.t_sim - parameters.compute_louvain.tmin)
    if missing:
        del matrices["bold"]
    areas = in_model_order(structure.index, context)
    numbers = matched_communities(communities, areas)
    left, column_width = max(widest(map(short, areas)) + 3, 8.0), (WIDTH - 2) / 2
    side = column_width - left - 4
    step = side + left + 20
    figure = new_figure(WIDTH, 2 + 2 * step, context)
    for n, (signal, matrix) in enumerate(matrices.items()):
        row, column = divmod(n, 2)
        axes = place(figure, (left + column * column_width, 10 + row * step), (side, side))
        modularity = communities.loc[communities["signal"] == signal, "modularity"].iloc[0]
        text = f"{TITLES[signal]}, modularity {or_undefined(modularity)}"
        heading(axes, "ABC"[n], text, outdent=14)
        _draw(axes, matrix, numbers[signal], STRIP / side)
    row, column = divmod(len(matrices), 2)
    start = column * column_width + widest(map(key, areas)) + 5
    axes = place(figure, (start, 10 + row * step), (14 * len(matrices), side))
    heading(axes, "ABCD"[len(matrices)], "Louvain community", outdent=14)
    _draw_membership(axes, numbers.loc[areas, list(matrices)])
    if missing:
        write(figure, (column_width + left, 10 + step), wrapped(f"{missing}.", side, TEXT))
    return figure


def matched_communities(communities: pd.DataFrame, areas: Sequence[str]) -> pd.DataFrame:
    """Return the number of the community of each of the `areas` for each signal.

    Those of the synaptic currents are the numbers in `communities`, the others are `matched` to
    them.
    """
    table = communities.pivot(index="area", columns="signal", values="community").reindex(areas)
    first = table["synaptic_currents"].dropna()
    return table.apply(lambda own: matched(own.dropna(), first).reindex(areas))


def _draw(axes: Axes, matrix: pd.DataFrame, community: pd.Series, strip: float) -> None:
    """Draw the `matrix` by `community`, with a strip of colours, its width a share of the axes."""
    ordered = community.loc[community.index.isin(matrix.index)].sort_values(kind="stable")
    names = [short(area) for area in ordered.index]
    values = matrix.loc[ordered.index, ordered.index].to_numpy(float)
    gap = widest(names) + 3
    if matrix.index.name == "target":
        image = draw_matrix(axes, values, log_norm(values), palette.SEQUENTIAL)
        colour_bar(axes, image, "Share of synapses", gap, below=True)
    else:
        draw_correlations(axes, values, gap, below=True)
    name_cells(axes, names, names)
    sizes = ordered.value_counts(sort=False)
    separate(axes, sizes)
    first, n = -0.5, len(names)
    for number, size in sizes.items():
        corner = (n - 0.5 + 0.3 * strip * n, first)
        style = {"facecolor": colour_of(number), "edgecolor": "none", "clip_on": False}
        axes.add_patch(Rectangle(corner, strip * n, size, **style))
        first += size
    if not np.isfinite(values).any():
        note(axes, "no connectivity is defined", keep_ticks=True)


def _draw_membership(axes: Axes, numbers: pd.DataFrame) -> None:
    colours = [[to_rgb(_shade(value)) for value in row] for row in numbers.to_numpy(float)]
    axes.imshow(colours, aspect="auto")
    axes.set_yticks(range(len(numbers)), [key(area) for area in numbers.index])
    names = [SHORT[name] for name in numbers.columns]
    axes.set_xticks(range(len(names)), names)
    axes.tick_params(length=0)
    for (row, column), value in np.ndenumerate(numbers.to_numpy(float)):
        if np.isfinite(value):
            is_light = sum(to_rgb(colour_of(value))) > 1.2
            style = {"ha": "center", "va": "center_baseline", "fontsize": SMALL}
            style["color"] = "black" if is_light else "white"
            axes.text(column, row, f"{value + 1:g}", **style)


def _shade(value: float) -> str:
    return colour_of(value) if np.isfinite(value) else palette.EMPTY
