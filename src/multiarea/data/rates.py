"""Firing rates of populations, simulated or predicted."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pandas as pd

from multiarea.data.tables import PICKLE_SUFFIXES, read_indexed, read_text_table
from multiarea.errors import InputError
from multiarea.network.network import LEVELS

_RATE = re.compile(r"rate(_\d+)?")


def read_rates(path: Path) -> pd.Series:
    """Read one rate per population.

    Parameters
    ----------
    path : Path
        CSV table with the columns area, layer, population and rate (or rate_1, rate_2, ...; the
        first is used). For a pickle, the CSV table of the same name beside it is read instead.

    Returns
    -------
    Series
        Rate [spikes/s], indexed (area, layer, population), in the order of the file.

    Raises
    ------
    InputError
        If the file is not such a table, a rate is negative or not finite, a population occurs
        twice, or the file is a pickle without a CSV table beside it.

    Warns
    -----
    UserWarning
        If a CSV table is read instead of a pickle.
    """
    path = Path(path)
    if path.suffix.lower() in PICKLE_SUFFIXES:
        path = _table_beside(path)
    header = read_text_table(path, LEVELS).columns
    column = next((name for name in header if _RATE.fullmatch(name)), "rate")
    return read_indexed(path, LEVELS, {column: float})[column].rename("rate")


def _table_beside(path: Path) -> Path:
    table = path.with_suffix(".csv")
    if not table.is_file():
        raise InputError(
            f"{path}: is a Python pickle, which is never read; expected a CSV table with the "
            f"columns {', '.join(LEVELS)}, rate. If you trust the pickle, load its Series as "
            f'`rates` yourself and write the table with: rates.rename("rate")'
            f'.rename_axis({LEVELS}).reset_index().to_csv("{table.name}", index=False)'
        )
    warnings.warn(f"{path}: pickles are never read; reading {table} instead.", stacklevel=3)
    return table
