"""Values of all populations of the macaque model as a matrix, populations x areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.matrix import draw_matrix, mark_cells, name_cells
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS

NAMES = ("2/3E", "2/3I", "4E", "4I", "5E", "5I", "6E", "6I")
"""`LAYERS` x `POPULATIONS`."""
LOWEST = 0.01
"""Rates below this are drawn like it [spikes/s]."""


def population_matrix(values: pd.Series) -> np.ndarray:
    """Return `values`, indexed (area, layer, population), as (8, 32), populations x areas.

    Entries without a population are nan.
    """
    order = pd.MultiIndex.from_product([LAYERS, POPULATIONS])
    return values.unstack("area").reindex(index=order, columns=AREAS).to_numpy(float)


def draw_rates(axes: Axes, rates: pd.Series, highest: float, areas: bool = True) -> ScalarMappable:
    """Draw `rates` of populations from `LOWEST` to `highest` [spikes/s] on a logarithmic scale.

    `axes` get the names of populations, and of `areas` if wanted; crosses: no population.
    """
    values = np.clip(population_matrix(rates), LOWEST, highest)
    return _draw(axes, values, LogNorm(LOWEST, highest), areas)


def draw_mode(axes: Axes, vector: pd.Series, areas: bool = True) -> ScalarMappable:
    """Draw the real part of the eigenvector `vector`, largest element 1, like `draw_rates`.

    `axes` and `areas` are those of `draw_rates`.
    """
    real = pd.Series(np.real(vector), vector.index)
    values = population_matrix(real / real.iloc[int(np.abs(real).argmax())])
    return _draw(axes, values, Normalize(min(0.0, float(np.nanmin(values))), 1), areas)


def _draw(axes: Axes, values: np.ndarray, norm: Normalize, areas: bool) -> ScalarMappable:
    image = draw_matrix(axes, values, norm, palette.SEQUENTIAL)
    name_cells(axes, NAMES, AREAS if areas else [""] * len(AREAS))
    mark_cells(axes, np.isnan(values), size=3)
    return image
