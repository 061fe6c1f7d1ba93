"""Lags between areas, in the order of the areas in time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.hierarchy import decided_pairs, is_decided
from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    MM_PER_POINT,
    SMALL,
    WIDTH,
    Context,
    new_figure,
    note,
    place,
    styled,
    text_width,
    widest,
    wrapped,
    write,
)
from multiarea.figures.kinds.labels import key, lobe, short
from multiarea.figures.kinds.matrix import (
    colour_bar,
    draw_matrix,
    mark_cells,
    name_cells,
    symmetric_norm,
)
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("temporal_hierarchy",),
    "caption": "How much later the area of the row fires than that of the column, areas in their "
    "order in time, names coloured by lobe. Crosses: undecided. Right: position in time, 0 the "
    "first area, 1 the last. Where fewer than half of the pairs have a lag, no order is drawn, "
    "and the areas are in the order of the model.",
}
LOBE_COLOURS = {
    "frontal": palette.BLUE,
    "parietal": palette.GREEN,
    "temporal": palette.ORANGE,
    "occipital": palette.PURPLE,
    "cingulate": "#7A5195",
    "insula": "#8C6D1F",
}


@styled
def plot(*, temporal_hierarchy: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `temporal_hierarchy`; `parameters`, `context`: see `multiarea.figures`."""
    position = temporal_hierarchy["position"]
    n_decided, n_pairs = decided_pairs(temporal_hierarchy["lag"])
    has_order = is_decided(temporal_hierarchy["lag"])
    order = np.arange(len(position))
    if has_order:
        order = np.argsort(np.where(np.isnan(position), np.inf, position), kind="stable")
    areas = temporal_hierarchy["area"][order]
    lag = temporal_hierarchy["lag"][np.ix_(order, order)]
    left, below = widest(map(key, areas)) + 7, widest(map(short, areas)) + 8
    side = float(np.clip(3.2 * len(areas), 40, max(WIDTH - left - 36, 60)))
    size = max(left + side + 36, 80), side + below + 13
    figure = new_figure(*size, context)
    axes = place(figure, (left, 7), (side, side))
    image = draw_matrix(axes, lag, symmetric_norm(lag), palette.DIVERGING_LAGS)
    name_cells(axes, [key(area) for area in areas], [short(area) for area in areas])
    axes.set_xlabel("Earlier area where the lag > 0")
    axes.set_ylabel("Later area where the lag > 0")
    mark_cells(axes, np.isnan(lag), size=min(3.0, 0.5 * side / len(lag) / MM_PER_POINT))
    if has_order:
        _draw_positions(figure, (left + side + 2, 7), (14, side), position[order])
    colour_bar(axes, image, "Lag (ms)", gap=20 if has_order else 3)
    if not n_decided and len(lag) > 1:
        note(axes, "no pair of areas has a decided lag", keep_ticks=True)
    text = f"Crosses: undecided. Lags decided: {n_decided} of {n_pairs} pairs"
    residual = float(temporal_hierarchy["residual"])
    if not has_order:
        text += ": too few for an order in time; areas in the order of the model."
    elif np.isfinite(residual):
        text += f". Root mean square deviation from one order: {residual:.2g} ms."
    text = wrapped(text, size[0] - 4, SMALL)
    write(figure, (2, size[1] - 1), text, va="bottom", fontsize=SMALL)
    _colour_by_lobe(figure, axes, list(areas))
    return figure


def _colour_by_lobe(figure: Figure, axes: Axes, areas: list[str]) -> None:
    """Colour the names of areas whose lobe is known, and write the lobes at the upper left."""
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        for label, area in zip(labels, areas, strict=True):
            label.set_color(LOBE_COLOURS.get(lobe(area), "black"))
    x = 2.0
    for name in dict.fromkeys(filter(None, map(lobe, areas))):
        write(figure, (x, 1), name, fontsize=SMALL, color=LOBE_COLOURS[name])
        x += text_width(name, SMALL) + 2


def _draw_positions(
    figure: Figure, corner: tuple[float, float], size: tuple[float, float], position: np.ndarray
) -> None:
    axes = place(figure, corner, size)
    axes.plot(position, np.arange(len(position)), "o", color=palette.BLUE, markersize=2)
    axes.set_ylim(len(position) - 0.5, -0.5)
    axes.set_xlim(-0.1, 1.1)
    axes.set_yticks([])
    axes.set_xticks([0, 1])
    axes.set_xlabel("Position\nin time")
