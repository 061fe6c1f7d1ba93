"""Published results of the simulations of Pronold et al. 2024."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data import single_units
from multiarea.data.checks import require_known, require_unique
from multiarea.data.tables import read_table, read_text_table, typed

MEASURES = (
    "similarity_rates",
    "similarity_cv",
    "similarity_lvr",
    "fc_pearson_left",
    "fc_rmse_left",
    "fc_pearson_right",
    "fc_rmse_right",
)


def read_chi_sweep(path: Path) -> pd.DataFrame:
    """Read the published similarities, indexed (variant, chi).

    Returns
    -------
    DataFrame
        One column per measure, all dimensionless: 1 - KS distance of rates, CV and LvR, and the
        Pearson correlation and exp(-RMSE ratio) of functional connectivity per hemisphere.

    Raises
    ------
    InputError
        If the file is not such a table or a (variant, chi) occurs twice.
    """
    keys = ["variant", "chi"]
    columns = {"variant": str, "chi": float, **dict.fromkeys(MEASURES, float)}
    table = read_table(path, columns)
    require_unique(path, table, keys)
    return table.set_index(keys)


def read_rate_distribution(path: Path, variant: str, state: str) -> pd.DataFrame:
    """Read from `path` how often each rate occurs in the published simulation of a `variant`.

    `state` is 'groundstate' or 'bestfit'.

    Returns
    -------
    DataFrame
        Columns rate_spikes_per_s and count.

    Raises
    ------
    InputError
        If the file is not such a table or has no such simulation.
    """
    text = read_text_table(path, ("source", "state", *single_units.RATE_COLUMNS))
    rows = _rows(path, text, {"source": variant, "state": state})
    return single_units.check_rate_distribution(path, typed(path, rows, single_units.RATE_COLUMNS))


def read_quantiles(path: Path, variant: str, state: str, measure: str) -> pd.DataFrame:
    """Read from `path` the quantiles of a `measure`, 'cv' or 'lvr', in a published simulation.

    It is that of a `variant` of the model in a `state`, 'groundstate' or 'bestfit'.

    Returns
    -------
    DataFrame
        Columns n (number of samples), quantile (0 to 1) and value (dimensionless).

    Raises
    ------
    InputError
        If the file is not such a table or has no such simulation.
    """
    text = read_text_table(path, ("source", "state", "measure", *single_units.QUANTILE_COLUMNS))
    rows = _rows(path, text, {"source": variant, "state": state, "measure": measure})
    return single_units.check_quantiles(path, typed(path, rows, single_units.QUANTILE_COLUMNS))


def _rows(path: Path, text: pd.DataFrame, wanted: dict[str, str]) -> pd.DataFrame:
    for column, value in wanted.items():
        require_known(path, pd.Series([value], name=column), sorted(set(text[column]) - {""}))
        text = text[text[column] == value]
    return text
