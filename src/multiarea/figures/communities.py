"""Communities of areas in functional and structural connectivity."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from multiarea.analysis.structure import as_matrix
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
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
from multiarea.figures.kinds.labels import in_model_order, key, short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm, name_cells, separate
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("communities", "fc_currents", "fc_bold", "structural_connectivity"),
    "caption": "Functional and structural connectivity, areas ordered by their Louvain community, "
    "and the community of each area.",
}

TITLES = {
    "synaptic_currents": "FC of synaptic currents",
    "bold": "FC of BOLD",
    "structure": "Structural connectivity",
}


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
    areas = in_model_order(structure.index, context)
    left, column_width = max(widest(map(short, areas)) + 3, 8.0), (WIDTH - 2) / 2
    side = column_width - left - 3
    step = side + left + 20
    figure = new_figure(WIDTH, 2 + 2 * step, context)
    for n, (signal, matrix) in enumerate(matrices.items()):
        row, column = divmod(n, 2)
        axes = place(figure, (left + column * column_width, 10 + row * step), (side, side))
        entries = communities[communities["signal"] == signal]
        modularity = or_undefined(entries["modularity"].iloc[0])
        heading(axes, "ABC"[n], f"{TITLES[signal]}, modularity {modularity}", outdent=14)
        _draw(axes, matrix, entries.set_index("area")["community"])
    room = widest(map(key, areas)) + 3
    start = column_width + room + 2
    axes = place(figure, (start, 10 + step), (min(WIDTH - start - 3, 40), side))
    heading(axes, "D", "Community", outdent=14)
    _draw_membership(axes, communities, areas)
    return figure


def _draw(axes: Axes, matrix: pd.DataFrame, community: pd.Series) -> None:
    ordered = community.sort_values(kind="stable")
    names = [short(area) for area in ordered.index]
    values = matrix.loc[ordered.index, ordered.index].to_numpy(float)
    is_structure = matrix.index.name == "target"
    norm = log_norm(values) if is_structure else Normalize(-1, 1)
    image = draw_matrix(
        axes, values, norm, palette.SEQUENTIAL if is_structure else palette.DIVERGING
    )
    name_cells(axes, names, names)
    separate(axes, ordered.value_counts(sort=False))
    if not np.isfinite(values).any():
        note(axes, "no connectivity is defined", keep_ticks=True)
    label = "Share of synapses" if is_structure else "Pearson correlation"
    colour_bar(axes, image, label, gap=widest(names) + 3, below=True)


def _draw_membership(axes: Axes, communities: pd.DataFrame, areas: Sequence[str]) -> None:
    table = communities.pivot(index="area", columns="signal", values="community")
    table = table.loc[list(areas), list(TITLES)]
    n = len(palette.CATEGORIES)
    colours = mpl.colors.ListedColormap(palette.CATEGORIES)
    axes.imshow(table % n, cmap=colours, vmin=-0.5, vmax=n - 0.5, aspect="auto")
    axes.set_yticks(range(len(areas)), [key(area) for area in areas])
    axes.set_xticks(range(3), ["currents", "BOLD", "structure"], rotation=90)
    axes.tick_params(length=0)
    for (row, column), value in np.ndenumerate(table.to_numpy(float)):
        if np.isnan(value):
            continue
        is_light = sum(mpl.colors.to_rgb(palette.CATEGORIES[int(value) % n])) > 1.2
        options = {"ha": "center", "va": "center_baseline", "fontsize": SMALL}
        axes.text(column, row, f"{value + 1:g}", color="black" if is_light else "white", **options)
