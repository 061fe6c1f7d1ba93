"""Drawing kind: one small panel per area, with axes labelled only at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
    WIDTH,
    Context,
    few_ticks,
    new_figure,
    note,
    place,
    text_width,
    wrapped,
    write,
)
from multiarea.figures.kinds.labels import full

COLUMNS = 700
"""Points across a panel: more cannot be seen."""
TOP, BOTTOM, LEFT, RIGHT = 10.0, 9.0, 13.5, 3.0
"""Margins [mm]."""


@dataclass(frozen=True)
class Series:
    """A signal of each area."""

    areas: Sequence[str]
    time: np.ndarray
    """(samples,) [s]"""
    values: np.ndarray
    """(areas, samples)"""
    label: str
    """Quantity and unit."""


@dataclass(frozen=True)
class Grid:
    """Panels of one figure, one per area in reading order, and how many there are in a row."""

    figure: Figure
    axes: list[Axes]
    columns: int
    size: tuple[float, float]
    """Width and height with labels [mm]; the facts of the run are below."""


def area_grid(
    areas: Sequence[str], columns: int, context: Context, own_y: bool = False, tall: float = 17.0
) -> Grid:
    """Return empty panels titled with the names of `areas`, at most `columns` per row.

    `own_y` leaves room for tick labels at every panel; `tall` is the height of a panel [mm], more
    if there are few. `context` is written on the figure.
    """
    columns = min(columns, len(areas))
    n_rows = -(-len(areas) // columns)
    gap = 9.0 if own_y else 6.0
    width = (WIDTH - LEFT - RIGHT - (columns - 1) * gap) / columns
    width = float(np.clip(width, 25.0, 110.0))
    height = max(tall, min(45.0, 90.0 / n_rows))
    step = height + 6.0
    size = (LEFT + RIGHT + columns * (width + gap) - gap, TOP + n_rows * step - 6.0 + BOTTOM)
    figure = new_figure(*size, context)
    axes = []
    for n, area in enumerate(areas):
        row, column = divmod(n, columns)
        panel = place(figure, (LEFT + column * (width + gap), TOP + row * step), (width, height))
        panel.set_title(_fitted(full(area), width + gap - 1), fontsize=SMALL, pad=2)
        axes.append(panel)
    return Grid(figure, axes, columns, size)


def label_outer(grid: Grid, x: str, y: str, own_y: bool = False) -> None:
    """Write the labels `x` and `y` once for the whole `grid`, and hide tick labels that repeat.

    With `own_y` each panel keeps the tick labels of its y axis.
    """
    for n, axes in enumerate(grid.axes):
        is_lowest, is_left = n + grid.columns >= len(grid.axes), n % grid.columns == 0
        axes.tick_params(labelbottom=is_lowest, labelleft=own_y or is_left, labelsize=SMALL)
    width, height = grid.size
    write(grid.figure, ((LEFT + width - RIGHT) / 2, height - 1), x, ha="center", va="bottom")
    middle = TOP + (height - TOP - BOTTOM) / 2
    write(grid.figure, (1.0, middle), y, ha="left", va="center", rotation=90)


def draw_series(series: Series, columns: int, context: Context) -> Figure:
    """Draw each signal of `series` against time on its own scale, `columns` panels per row.

    `context` is written on the figure.
    """
    grid = area_grid(series.areas, columns, context, own_y=True)
    for axes, values in zip(grid.axes, series.values, strict=True):
        own = values[np.isfinite(values)]
        axes.set_ylim(_padded(own))
        axes.set_xlim(*_span(series.time))
        few_ticks(axes)
        if len(own) == 0:
            note(axes, "no finite value")
            continue
        if not own.any():
            axes.text(0.5, 0.5, "0 throughout", transform=axes.transAxes, ha="center", color="#555")
        axes.plot(*envelope(series.time, values), color=palette.BLUE, lw=0.6)
    label_outer(grid, "Time (s)", series.label, own_y=True)
    return grid.figure


def smoothed(values: np.ndarray, time: np.ndarray, width: float) -> np.ndarray:
    """Return `values`, (rows, samples), convolved with a Gaussian kernel of SD `width`.

    `time` are the samples' times, in the unit of `width`. Beyond its ends a signal is mirrored.
    """
    from scipy.ndimage import gaussian_filter1d  # slow to import

    if len(time) < 2:
        return values
    return gaussian_filter1d(values.astype(float), width / float(time[1] - time[0]), axis=1)


def envelope(
    time: np.ndarray, values: np.ndarray, columns: int = COLUMNS
) -> tuple[np.ndarray, np.ndarray]:
    """Thin a line of `values` over `time` to the extremes of each of `columns` stretches.

    Its look at print size does not change. Lines with few points are returned unchanged.
    """
    stretch = len(values) // columns
    if stretch < 3:
        return time, values
    n = len(values) // stretch * stretch
    parts = values[:n].reshape(-1, stretch)
    both = np.sort(np.stack([parts.argmin(axis=1), parts.argmax(axis=1)], axis=1), axis=1)
    index = (both + np.arange(0, n, stretch)[:, None]).ravel()
    index = np.concatenate([index, np.arange(n, len(values))])
    return time[index], values[index]


def _padded(values: np.ndarray) -> tuple[float, float]:
    if len(values) == 0:
        return 0.0, 1.0
    low, high = min(float(values.min()), 0.0), float(values.max())
    if values.min() > 0.5 * high:
        low = float(values.min())
    room = 0.05 * (high - low) or 0.5
    return low - (room if low else 0.0), high + room


def _span(time: np.ndarray) -> tuple[float, float]:
    first, last = float(time[0]), float(time[-1])
    return (first, last) if last > first else (first - 0.5, first + 0.5)


def _fitted(name: str, width: float) -> str:
    return name if text_width(name, SMALL) <= width else wrapped(name, width, SMALL).split("\n")[0]
