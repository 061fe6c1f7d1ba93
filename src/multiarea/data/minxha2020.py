"""Firing of single units in human medial frontal cortex, Minxha et al. 2020."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_non_negative, require_unique
from multiarea.data.tables import read_table
from multiarea.errors import InputError

RATE_COLUMNS = {"rate_spikes_per_s": float, "count": int}
QUANTILE_COLUMNS = {"n": int, "quantile": float, "value": float}


def read_rate_distribution(path: Path) -> pd.DataFrame:
    """Read how often each rate occurs: columns rate_spikes_per_s [spikes/s] and count.

    Raises
    ------
    InputError
        If the file is not such a table, a number is negative or a rate occurs twice.
    """
    return check_rate_distribution(path, read_table(path, RATE_COLUMNS))


def check_rate_distribution(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return `table`, from `path`, if it has no negative number and no rate twice."""
    require_non_negative(path, table)
    require_unique(path, table, ["rate_spikes_per_s"])
    return table


def read_quantiles(path: Path) -> pd.DataFrame:
    """Read the quantiles of a measure of irregularity (CV or LvR).

    Returns
    -------
    DataFrame
        Columns n (number of samples), quantile (0 to 1) and value (dimensionless), as in the file.

    Raises
    ------
    InputError
        If the file is not such a table, a number is negative, a quantile lies outside [0, 1], or
        quantiles or values do not increase from row to row.
    """
    return check_quantiles(path, read_table(path, QUANTILE_COLUMNS))


def check_quantiles(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return `table`, from `path`, if it rises row by row, with quantiles in [0, 1]."""
    require_non_negative(path, table)
    if table["quantile"].max() > 1:
        raise InputError(f"{path}: quantile {table['quantile'].max():g}; expected 0 to 1.")
    require_unique(path, table, ["quantile"])
    for name in ("quantile", "value"):
        if not table[name].is_monotonic_increasing:
            raise InputError(f"{path}: column '{name}' falls; expected it to rise row by row.")
    return table
