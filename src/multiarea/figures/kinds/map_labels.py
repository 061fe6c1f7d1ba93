"""Drawing kind: where the names of polygons go, inside where they fit, else beside with a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from multiarea.figures.kinds.drawing import MM_PER_POINT, SMALL, text_width
from multiarea.figures.kinds.labels import short

STEP = 5.0
"""Between the places that are tried [units of the polygons]."""
INSIDE = 0.65
"""Share of a name that must be within its polygon."""
Limits = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Label:
    """A name and where its middle goes."""

    text: str
    at: tuple[float, float]
    inside: tuple[float, float] | None = None
    """End of a line from a name beside its polygon."""


def place_labels(
    shapes: Sequence[np.ndarray], areas: Sequence[str], limits: Limits, unit: float
) -> Iterator[Label]:
    """Yield where the abbreviation of each of the `areas` goes, once for each view of it.

    `shapes` are their polygons, (corners, 2), within the `limits` (low, high); `unit` is how many
    of their units a mm of the page has. A name that does not fit into its polygon goes to the
    nearest place that no polygon and no other name takes; where there is none, it is left out.
    """
    low, high = limits
    x, y = (np.arange(a, b, STEP) for a, b in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    inside = [Path(shape).contains_points(grid.reshape(-1, 2)) for shape in shapes]
    member = np.array(inside).reshape(-1, *grid.shape[:2])
    free = ~member.any(axis=0)
    beside = []
    for shape, area, own in zip(shapes, areas, member, strict=True):
        half = _half_size(short(area), unit)
        share, middle = _share(own, half), shape.mean(axis=0)
        if share.max() >= INSIDE:
            yield Label(short(area), _nearest(grid, share == share.max(), middle))
        elif own.any():
            beside.append((area, half, _nearest(grid, own, middle)))
    for area, half, end in beside:
        room = free & (_share(free, half) == 1)
        if not room.any():
            continue
        at = _nearest(grid, room, np.array(end))
        free &= (np.abs(grid - at) > 2 * half * STEP).any(axis=-1)
        yield Label(short(area), at, end)


def _half_size(text: str, unit: float) -> np.ndarray:
    """Return half the width and height of a name in steps of the grid."""
    size = np.array([text_width(text, SMALL), 0.8 * SMALL * MM_PER_POINT])
    return np.ceil(size * unit / 2 / STEP).astype(int)


def _share(where: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Return, for each grid point, how much of a rectangle of `half` its size is in `where`.

    It is 0 where the rectangle leaves the grid.
    """
    total = np.pad(np.cumsum(np.cumsum(where, axis=0), axis=1), ((1, 0), (1, 0)))
    (a, b), (n, m) = half, where.shape
    share = np.zeros(where.shape)
    if n > 2 * a and m > 2 * b:
        w, h = 2 * a + 1, 2 * b + 1
        count = total[w:, h:] - total[:-w, h:] - total[w:, :-h] + total[:-w, :-h]
        share[a : n - a, b : m - b] = count / (w * h)
    return share


def _nearest(grid: np.ndarray, allowed: np.ndarray, to: np.ndarray) -> tuple[float, float]:
    distance = np.where(allowed, np.linalg.norm(grid - to, axis=-1), np.inf)
    x, y = grid[np.unravel_index(distance.argmin(), distance.shape)]
    return float(x), float(y)
