"""Titles, letters and labels that the figures of all publications share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import (
    MM_PER_INCH,
    SMALL,
    WIDTH,
    heading,
    new_figure,
    text_width,
    wrapped,
    write,
)

COVERED = 0.6
"""Largest part of a label that may be covered by others [mm2]."""


def titled(height: float, title: str, width: float = WIDTH) -> Figure:
    """Return an empty figure, `width` x `height` mm, with its `title` at the upper left."""
    figure = new_figure(width, height)
    write(figure, (2, 1), wrapped(title, width - 4, SMALL), fontsize=SMALL, color="#555555")
    return figure


def every_second(
    axes: Axes, names: Sequence[str], columns: bool = True, positions: Sequence[float] | None = None
) -> None:
    """Label the rows, and the columns, of a matrix alternately on opposite sides.

    Parameters
    ----------
    axes : Axes
    names : sequence of str
    columns : bool
        Label the columns too.
    positions : sequence of float, optional
        Of the names; default: one name for each row.
    """
    at = range(len(names)) if positions is None else positions
    axes.set_yticks(at[::2], names[::2])
    other = axes.twinx()
    other.set_ylim(axes.get_ylim())
    other.set_yticks(at[1::2], names[1::2])
    _bare(other)
    if columns:
        axes.set_xticks(at[::2], names[::2], rotation=90)
        upper = axes.twiny()
        upper.set_xlim(axes.get_xlim())
        upper.set_xticks(at[1::2], names[1::2], rotation=90)
        _bare(upper)
    else:
        axes.set_xticks([])


def panel_letter(axes: Axes, letter: str, above: bool = False, title: str = "") -> None:
    """Write a panel's `letter` left of `axes` and its `title`, `above` the labels of columns."""
    heading(axes, letter, title, lift=25 if above else 3, outdent=14)


def label_points(axes: Axes, x: pd.Series, y: pd.Series) -> None:
    """Write the name of each point, its index, next to it, where there is room for it.

    `x` and `y` have the same index; the limits of `axes` must be set.
    """
    points = axes.transData.transform(np.column_stack([x, y])) / axes.figure.dpi * MM_PER_INCH
    taken = [(px, py, 1.2, 1.2) for px, py in points]
    for name, (px, py) in zip(x.index, points, strict=True):
        width, high = text_width(str(name), SMALL), 2.2
        offsets = [
            (dx * (1.1 + width / 2), dy * 1.9)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
        ]
        boxes = [(px + dx, py + dy, width, high) for dx, dy in offsets]
        covered = [sum(_overlap(box, other) for other in taken) for box in boxes]
        best = int(np.argmin(covered))
        if covered[best] > COVERED:
            continue
        taken.append(boxes[best])
        at = np.array(boxes[best][:2]) / MM_PER_INCH * axes.figure.dpi
        position = axes.transData.inverted().transform(at)
        axes.text(*position, str(name), fontsize=SMALL, ha="center", va="center")


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the area that two boxes (x, y of the middle, width, height) share."""
    x = (a[2] + b[2]) / 2 - abs(a[0] - b[0])
    y = (a[3] + b[3]) / 2 - abs(a[1] - b[1])
    return max(x, 0.0) * max(y, 0.0)


def _bare(axes: Axes) -> None:
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
