"""Values of all populations of the macaque model as a matrix, populations x areas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.matrix import draw_matrix, mark_cells, name_cells
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS

NAMES = tuple(f"{layer} {population}" for layer in LAYERS for population in POPULATIONS)
"""Of the kinds of populations, as in all figures: II/III E, II/III I, IV E, ..."""
LOWEST = 0.01
"""Rates below this are drawn like it [spikes/s]."""


class Range(NamedTuple):
    """Limits of a scale of rates [spikes/s], and whether some rates lie below."""

    low: float
    high: float
    is_cut: bool = False


def population_matrix(values: pd.Series) -> np.ndarray:
    """Return `values`, indexed (area, layer, population), as (8, 32), populations x areas.

    Entries without a population are nan.
    """
    order = pd.MultiIndex.from_product([LAYERS, POPULATIONS])
    return values.unstack("area").reindex(index=order, columns=AREAS).to_numpy(float)


def rate_range(*rates: pd.Series) -> Range:
    """Return limits of a logarithmic axis that fit all `rates` [spikes/s]: 1, 2 or 5 times 10ⁿ.

    The lower one is not below `LOWEST`.
    """
    every = np.concatenate([np.asarray(one, float) for one in rates])
    every = every[np.isfinite(every)]
    steps = np.outer(10.0 ** np.arange(-3, 5), (1, 2, 5)).ravel()
    low = steps[steps <= max(every.min(initial=1.0), LOWEST) * (1 + 1e-9)][-1]
    high = steps[steps >= max(every.max(initial=0.0), 2 * low)][0]
    return Range(float(low), float(high), bool((every < low * (1 - 1e-9)).any()))


def draw_rates(axes: Axes, rates: pd.Series, limits: Range, areas: bool = True) -> ScalarMappable:
    """Draw `rates` of populations between `limits` [spikes/s] on a logarithmic scale.

    `axes` get the names of populations, and of `areas` if wanted; crosses: no population. The
    colour bar of the image gets an arrow where the scale is cut.
    """
    low, high, is_cut = limits
    values = np.clip(population_matrix(rates), low, high)
    image = _draw(axes, values, LogNorm(low, high), areas)
    image.get_cmap().colorbar_extend = "min" if is_cut else "neither"
    return image


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
