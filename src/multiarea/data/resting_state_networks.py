"""Resting-state network of each area, Kabbara et al. 2017."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_unique
from multiarea.data.tables import read_table


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
    table = read_table(path, {"area": str, "left": str, "right": str})
    require_unique(path, table, ["area"])
    return table.set_index("area")
