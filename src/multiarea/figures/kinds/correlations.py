"""Drawing kind: correlations of areas, on a scale that fits them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix


def draw_correlations(
    axes: Axes, values: np.ndarray, gap: float = 1.5, below: bool = False
) -> None:
    """Draw in `axes` a matrix of correlations r, `values` (n, n), with a colour bar of its own.

    The diagonal is left out, and does not enter the scale, which is symmetric around 0; the bar has
    arrows where a few pairs exceed it. It is `gap` mm to the right of the axes, or `below` them.
    """
    shown = np.where(np.eye(len(values), dtype=bool), np.nan, values)
    limit, is_cut = correlation_limit(shown)
    image = draw_matrix(axes, shown, Normalize(-limit, limit), palette.DIVERGING)
    image.get_cmap().colorbar_extend = "both" if is_cut else "neither"
    colour_bar(axes, image, "Pearson correlation r" if below else "", gap, below)
    bar = axes.figure.axes[-1]
    halves = limit / 2 * np.array([-1, 1] if len(f"{limit / 2:g}") <= len("0.45") else [])
    ticks = np.sort([-limit, 0, limit, *halves])
    axis = bar.xaxis if below else bar.yaxis
    axis.set_ticks(ticks, [f"{tick:g}".replace("-", "−") for tick in ticks])
    if not below:
        bar.set_title("r", loc="center", pad=8 if is_cut else 2)  # above the arrow


def correlation_limit(values: np.ndarray) -> tuple[float, bool]:
    """Return the end of a scale of correlations, and whether some of the `values` lie beyond.

    They do where the largest is more than twice as large as 98 % of them, which would be almost
    white on its scale.
    """
    sizes = np.abs(values[np.isfinite(values)])
    if not len(sizes):
        return 1.0, False
    largest, most = float(sizes.max()), float(np.quantile(sizes, 0.98))
    is_cut = 0 < 2 * most < largest
    return one_digit_above(most if is_cut else largest), is_cut


def one_digit_above(value: float) -> float:
    """Return the smallest number with one significant digit that is not below `value`; 0: 1."""
    if not value > 0:
        return 1.0
    step = 10.0 ** np.floor(np.log10(value))
    return float(f"{np.ceil(value / step - 1e-9) * step:.1g}")
