"""Values of all populations of the macaque model as a matrix, populations x areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from multiarea.figures.kinds.matrix import draw_matrix, mark_cells, name_cells
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS

NAMES = ("2/3E", "2/3I", "4E", "4I", "5E", "5I", "6E", "6I")


def population_matrix(index: pd.MultiIndex, values: np.ndarray) -> np.ndarray:
    """Return values (P,) as (8, 32), populations x areas; nan where there is no population."""
    order = pd.MultiIndex.from_product([LAYERS, POPULATIONS])
    table = pd.Series(values, index).unstack("area")
    return table.reindex(index=order, columns=AREAS).to_numpy(float)


def draw_populations(
    axes: Axes, values: np.ndarray, norm: Normalize, cmap: str, areas: bool = True
) -> ScalarMappable:
    """Draw a matrix (8, 32) with the names of populations, and of areas; crosses: no population."""
    image = draw_matrix(axes, values, norm, cmap)
    name_cells(axes, NAMES, AREAS if areas else [""] * len(AREAS))
    mark_cells(axes, np.isnan(values), size=3)
    return image
