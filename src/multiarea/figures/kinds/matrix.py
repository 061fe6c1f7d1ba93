"""Drawing kind: matrices of areas or populations, with colour bars, separators and marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import log_axis, place, size_mm

BAR = 2.5
"""Width of a colour bar [mm]."""


def draw_matrix(axes: Axes, values: np.ndarray, norm: Normalize, cmap: str) -> ScalarMappable:
    """Show `values`, (rows, columns), in `axes` with a `norm` and the colour map `cmap`.

    Cells that are nan get the colour `EMPTY`.
    """
    colours = mpl.colormaps[cmap].with_extremes(bad=palette.EMPTY)
    image = axes.imshow(np.ma.masked_invalid(values), norm=norm, cmap=colours, aspect="auto")
    for side in axes.spines.values():
        side.set_visible(True)
    axes.tick_params(length=0)
    return image


def name_cells(axes: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Label every cell of `axes` with the names of its `rows` and `columns`."""
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(range(len(columns)), columns, rotation=90)


def mark_cells(axes: Axes, where: np.ndarray, marker: str = "x", size: float = 3) -> None:
    """Put a `marker` of a `size` [pt] on the cells of `axes` `where` (rows, columns) is true."""
    y, x = np.nonzero(where)
    axes.plot(x, y, marker, color="#555555", markersize=size, markeredgewidth=0.6)


def separate(axes: Axes, sizes: Iterable[int]) -> None:
    """Draw lines between consecutive groups, of these `sizes`, of a square matrix in `axes`."""
    for end in np.cumsum(list(sizes))[:-1]:
        axes.axhline(end - 0.5, color="black", lw=0.6)
        axes.axvline(end - 0.5, color="black", lw=0.6)


def colour_bar(
    axes: Axes, image: ScalarMappable, label: str, gap: float = 2.0, below: bool = False
) -> None:
    """Add the colour bar of `image` with a `label`, at most 60 mm long.

    It is `gap` mm to the right of `axes`, or `below` them.
    """
    figure = axes.figure
    width, height = size_mm(figure)
    box = axes.get_position()
    if below:
        long = min(box.width * width, 60.0)
        corner, size = (box.x1 * width - long, (1 - box.y0) * height + gap), (long, BAR)
    else:
        corner = (box.x1 * width + gap, (1 - box.y1) * height)
        size = (BAR, min(box.height * height, 60.0))
    bar_axes = place(figure, corner, size)
    bar = figure.colorbar(image, cax=bar_axes, orientation="horizontal" if below else "vertical")
    bar.outline.set_linewidth(0.5)
    bar.set_label(label)
    if isinstance(image.norm, LogNorm):
        axis = bar_axes.xaxis if below else bar_axes.yaxis
        log_axis(axis, image.norm.vmin, image.norm.vmax)


def symmetric_norm(values: np.ndarray) -> Normalize:
    """Return a linear norm around 0 that spans the finite values; -1 to 1 if all are 0."""
    limit = float(np.abs(values[np.isfinite(values)]).max(initial=0)) or 1.0
    return Normalize(-limit, limit)


def change_scale(values: np.ndarray) -> tuple[Normalize, str]:
    """Return norm and colours of changes, `values`: around 0, or up to 0 for decreases alone."""
    norm = symmetric_norm(values)
    if np.nanmax(values) > 0.01 * norm.vmax:
        return norm, palette.DIVERGING
    return Normalize(norm.vmin, 0), palette.DECREASE


def log_norm(values: np.ndarray) -> LogNorm:
    """Return a logarithmic norm that spans the positive values, at least a factor of 4."""
    positive = values[np.isfinite(values) & (values > 0)]
    low, high = (positive.min(), positive.max()) if len(positive) else (0.5, 2.0)
    if high < 4 * low:
        low, high = np.sqrt(low * high) / 2, np.sqrt(low * high) * 2
    return LogNorm(float(low), float(high))
