"""Drawing kind: values of areas on drawings of the brain's surface."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, place, size_mm
from multiarea.figures.kinds.map_labels import place_labels
from multiarea.figures.kinds.matrix import log_norm

MARGIN = 8.0
"""Around the drawings [their units]."""
CENTRED = {"ha": "center", "va": "center", "fontsize": SMALL}
OUTLINE = "#8C8C8C"
"""Colour of the outline of the hemisphere."""


class BrainMap:
    """Areas of one hemisphere on axes of their own, lateral view on the left, medial on the right.

    Parameters
    ----------
    figure : Figure
    corner : tuple of float
        Upper left corner of the map (left, top) [mm].
    width : float
        Of the map [mm]; its height follows: `height_of`.
    outlines : DataFrame
        Columns view, area, outline, x, y: see `multiarea.data.desikan_killiany.read_area_map`.

    Attributes
    ----------
    axes : Axes
    areas : list of str
        The area of each polygon.
    """

    def __init__(
        self, figure: Figure, corner: tuple[float, float], width: float, outlines: pd.DataFrame
    ) -> None:
        self.axes = _empty_axes(figure, corner, width, outlines)
        polygons = _polygons(outlines)
        shapes = [points for area, points in polygons if area != "hemisphere"]
        around = [points for area, points in polygons if area == "hemisphere"]
        self.areas = [area for area, _ in polygons if area != "hemisphere"]
        style = {"edgecolors": "white", "linewidths": 0.4, "facecolors": palette.EMPTY}
        self._shapes = PolyCollection(shapes, **style)
        self.axes.add_collection(self._shapes)
        style = {"facecolors": "none", "edgecolors": OUTLINE, "linewidths": 0.5}
        self.axes.add_collection(PolyCollection(around, **style))

    def colour(self, colours: Mapping[str, object]) -> None:
        """Give areas their `colours`; others are grey: they have no value."""
        self._shapes.set_facecolors([colours.get(area, palette.EMPTY) for area in self.areas])

    def show(self, values: pd.Series, norm: Normalize, cmap: str) -> ScalarMappable:
        """Colour areas by their `values`, by area, with a `norm` and the colour map `cmap`.

        Areas without a finite value are grey. Returns what `colour_bar` needs.
        """
        mappable = ScalarMappable(norm, mpl.colormaps[cmap])
        finite = values[np.isfinite(values.to_numpy(float))]
        self.colour(dict(zip(finite.index, mappable.to_rgba(finite.to_numpy(float)), strict=True)))
        return mappable

    def name_areas(self) -> None:
        """Draw the areas without a value, and write their abbreviations into or beside them."""
        self._shapes.set(facecolors="white", edgecolors=OUTLINE)
        shapes = [path.vertices for path in self._shapes.get_paths()]
        low, high = np.array([self.axes.get_xlim(), self.axes.get_ylim()]).T
        width = self.axes.get_position().width * size_mm(self.axes.figure)[0]
        for label in place_labels(shapes, self.areas, (low, high), (high[0] - low[0]) / width):
            if label.inside is None:
                self.axes.text(*label.at, label.text, **CENTRED)
                continue
            line = {"arrowstyle": "-", "lw": 0.4, "color": OUTLINE, "shrinkA": 0, "shrinkB": 0}
            self.axes.annotate(label.text, label.inside, label.at, arrowprops=line, **CENTRED)


def height_of(width: float, outlines: pd.DataFrame) -> float:
    """Return the height [mm] of a map of `outlines` that is `width` mm wide."""
    low, high = _limits(outlines)
    return width * (high[1] - low[1]) / (high[0] - low[0])


def fitting_norm(values: np.ndarray, end: float = np.inf) -> Normalize:
    """Return a norm that shows differences of `values`: from 0, or logarithmic if they differ much.

    It goes to the largest value or to `end`, whichever is less, and is logarithmic where all are
    positive and the largest is over ten times the smallest.
    """
    finite = np.minimum(values[np.isfinite(values)], end)
    if len(finite) and finite.min() > 0 and finite.max() > 10 * finite.min():
        return log_norm(finite)
    return Normalize(0, float(finite.max(initial=0)) or 1.0)


def spread(values: np.ndarray) -> Normalize:
    """Return a linear norm from the smallest to the largest of `values`.

    It leaves out those that are farther from nine tenths of them than these are apart.
    """
    low, high = (float(end) for end in np.quantile(values, (0.05, 0.95)))
    reach = high - low
    low, high = max(low - reach, float(values.min())), min(high + reach, float(values.max()))
    return Normalize(low, high) if high > low else Normalize(low - 0.5, high + 0.5)


def scale_of(norm: Normalize) -> str:
    """Return what a label must say of the scale of a `norm`: nothing, or that it is logarithmic."""
    return ", logarithmic" if isinstance(norm, LogNorm) else ""


def _limits(outlines: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    points = outlines[["x", "y"]].to_numpy(float)
    return points.min(axis=0) - MARGIN, points.max(axis=0) + MARGIN


def _polygons(outlines: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    grouped = outlines.groupby(["view", "area", "outline"], sort=False)
    return [(key[1], part[["x", "y"]].to_numpy(float)) for key, part in grouped]


def _empty_axes(
    figure: Figure, corner: tuple[float, float], width: float, outlines: pd.DataFrame
) -> Axes:
    axes = place(figure, corner, (width, height_of(width, outlines)))
    low, high = _limits(outlines)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.axis("off")
    return axes
