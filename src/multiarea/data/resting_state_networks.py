"""Resting-state network of each area, Kabbara et al. 2017."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.tables import read_indexed


def read_networks(path: Path) -> pd.DataFrame:
    """Read the network that each area belongs to.

    Parameters
    ----------
    path : Path
        CSV table with the columns area, left, right.

    Returns
    -------
    DataFrame
        Columns left and right (name of the network in that hemisphere), indexed by area in the
        order of the file, which is the order used in figures.

    Raises
    ------
    InputError
        If the file is not such a table or an area occurs twice.
    """
    return read_indexed(path, ["area"], {"left": str, "right": str})
