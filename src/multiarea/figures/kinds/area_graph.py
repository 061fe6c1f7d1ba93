"""Drawing kind: areas as the nodes of a graph, coloured by community."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL
from multiarea.figures.kinds.labels import short

SHOWN = 0.02
"""Links below this share of a source's synapses are not drawn."""
WIDEST = 2.5
"""Width of the strongest link [pt]."""
BETWEEN = "#B8B8B8"
"""Colour of links between communities."""


def draw_area_graph(
    axes: Axes, weights: np.ndarray, number: np.ndarray, areas: Sequence[str]
) -> None:
    """Draw `areas` as nodes in `axes`, those of a community close together.

    `weights` are relative out-degrees, (n, n) [target, source], `number` the communities, (n,):
    links within one have its colour, links between two are grey.
    """
    place_of = _positions(weights, number)
    target, source = np.nonzero(weights >= SHOWN)
    order = np.argsort(weights[target, source])
    lines, colours, widths = [], [], []
    for t, s in zip(target[order], source[order], strict=True):
        lines.append(place_of[[s, t]])
        same = number[t] == number[s]
        colour = palette.CATEGORIES[number[t] % len(palette.CATEGORIES)] if same else BETWEEN
        colours.append(to_rgba(colour, 0.6 if same else 0.35))
        widths.append(max(0.2, WIDEST * weights[t, s] / weights.max()))
    axes.add_collection(LineCollection(lines, colors=colours, linewidths=widths, zorder=1))
    for community in range(number.max() + 1):
        chosen = number == community
        colour = palette.CATEGORIES[community % len(palette.CATEGORIES)]
        axes.plot(*place_of[chosen].T, "o", color=colour, ms=8, mec="white", zorder=2)
    for area, (x, y) in zip(areas, place_of, strict=True):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.7}
        options = {"ha": "center", "fontsize": SMALL, "zorder": 3, "bbox": box}
        axes.annotate(short(area), (x, y), (0, 5.5), textcoords="offset points", **options)
    axes.set(xlim=(-1.12, 1.12), ylim=(-1.1, 1.17))
    axes.axis("off")


def _positions(weights: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return coordinates of the nodes, (n, 2), within [-1, 1].

    Communities lie on a circle, strongly linked ones next to each other; the nodes of each lie on a
    smaller circle.
    """
    n_groups = int(number.max()) + 1
    sizes = np.bincount(number, minlength=n_groups)
    if n_groups == 1:
        return _circle(sizes[0])
    order = _ring(weights, number)
    room = np.sqrt(sizes[order]) + 0.6
    middle = (np.cumsum(room) - room / 2) / room.sum() * 2 * np.pi
    points = np.empty((len(number), 2))
    half = room / room.sum() * np.pi
    for group, angle, width in zip(order, middle, half, strict=True):
        centre = np.array([np.sin(angle), np.cos(angle)])
        radius = min(0.5, 0.75 * np.sin(min(width, np.pi / 2)))
        points[number == group] = centre + radius * _circle(sizes[group])
    return points / np.abs(points).max()


def _circle(n: int) -> np.ndarray:
    angle = 2 * np.pi * np.arange(n) / n + 0.4
    return np.column_stack([np.sin(angle), np.cos(angle)]) * (n > 1)


def _ring(weights: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return the communities in an order in which neighbours are strongly linked."""
    member = (number[:, None] == np.arange(number.max() + 1)).astype(float)
    between = member.T @ weights @ member
    between = between + between.T
    order = [0]
    while len(order) < len(between):
        left = [group for group in range(len(between)) if group not in order]
        order.append(max(left, key=lambda group: between[order[-1], group]))
    return np.array(order)
