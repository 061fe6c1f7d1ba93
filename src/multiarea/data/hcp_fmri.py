"""Functional connectivity between areas, Human Connectome Project resting-state fMRI."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.checks import in_area_order
from multiarea.data.tables import read_matrix
from multiarea.errors import InputError


def read_functional_connectivity(path: Path, areas: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a symmetric matrix of functional connectivity.

    Parameters
    ----------
    path : Path
        CSV matrix with area names as first column and header, experimental (Fisher z) or
        simulated (Pearson r); the README beside the file tells which.
    areas : sequence of str, optional
        Areas of the result, in order; by default those of the file.

    Returns
    -------
    DataFrame
        Functional connectivity, shape (n_areas, n_areas), in the unit of the file.

    Raises
    ------
    InputError
        If the file is not such a matrix, is not symmetric or lacks an area.
    """
    matrix = read_matrix(path)
    values = matrix.to_numpy()
    bad = np.argwhere(~np.isclose(values, values.T, rtol=0, atol=1e-5))
    if len(bad):
        row, column = matrix.index[bad[0]]
        raise InputError(
            f"{path}: {matrix.at[row, column]:g} for '{row}', '{column}' but "
            f"{matrix.at[column, row]:g} the other way; expected a symmetric matrix."
        )
    return in_area_order(path, matrix, areas)
