"""Firing of single units in human medial frontal cortex, Minxha et al. 2020."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.checks import require_non_negative, require_unique
from multiarea.data.tables import read_table
from multiarea.errors import InputError

RECORDINGS = "data_mfc"
"""Variable of the original file `mfc.mat`: an array of structs, one for each unit."""
RATE_COLUMNS = {"rate_spikes_per_s": float, "count": int}
QUANTILE_COLUMNS = {"n": int, "quantile": float, "value": float}


def read_rate_distribution(path: Path) -> pd.DataFrame:
    """Read how often each rate occurs: columns rate_spikes_per_s [spikes/s] and count.

    Raises InputError if the file is not such a table, a number is negative or a rate occurs twice.
    """
    return check_rate_distribution(path, read_table(path, RATE_COLUMNS))


def check_rate_distribution(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return `table`, from `path`, if it has no negative number and no rate twice."""
    require_non_negative(path, table)
    require_unique(path, table, ["rate_spikes_per_s"])
    return table


def read_quantiles(path: Path) -> pd.DataFrame:
    """Read the quantiles of a measure of irregularity (CV or LvR).

    Raises InputError if the file is not such a table, a number is negative, a quantile lies outside
    [0, 1], or quantiles or values do not increase from row to row.

    Returns
    -------
    DataFrame
        Columns n (number of samples), quantile (0 to 1) and value (dimensionless), as in the file.
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


def trials_of(path: Path, recordings: np.ndarray) -> tuple[pd.DataFrame, float]:
    """Return the spikes before each stimulus, and how long that is.

    Parameters
    ----------
    path : Path
        The file, for messages.
    recordings : structured array
        `RECORDINGS` of the original file. Of each unit, `ts.stim_on` holds the spike times [s] of
        each trial, and the stimulus begins at `ts.baseline_stim_on` [s].

    Returns
    -------
    trials : DataFrame
        unit (from 1), trial (from 1), time_ms [ms from the start of the trial].
    duration : float
        Time before the stimulus [ms].

    Raises
    ------
    InputError
        If a field is missing or not what it should be, or the times before the stimulus differ.
    """
    rows: list[tuple[int, int, float]] = []
    duration = np.nan
    for unit, record in enumerate(recordings.ravel(), 1):
        trials, baseline = _unit(f"{path}: {RECORDINGS}({unit})", record)
        if unit > 1 and abs(baseline - duration) > 1e-6:
            raise InputError(
                f"{path}: {RECORDINGS}({unit}).ts.baseline_stim_on is {baseline:g} s, of the units "
                f"before it {duration:g} s; expected one length."
            )
        duration = baseline
        for trial, times in enumerate(trials, 1):
            rows += [(unit, trial, 1000 * time) for time in times[times < baseline]]
    return pd.DataFrame(rows, columns=["unit", "trial", "time_ms"]), 1000 * duration


def _unit(where: str, record: np.void) -> tuple[list[np.ndarray], float]:
    """Return the spike times of each trial [s], and the length of the baseline [s]."""
    names = record.dtype.names or ()
    inner = np.asarray(record["ts"]).ravel() if "ts" in names else np.empty(0)
    fields = inner.dtype.names or ()
    if len(inner) != 1 or not {"stim_on", "baseline_stim_on"} <= set(fields):
        raise InputError(
            f"{where}.ts: expected a struct with the fields stim_on, baseline_stim_on."
        )
    trials, baseline = (np.asarray(inner[0][name]) for name in ("stim_on", "baseline_stim_on"))
    if trials.dtype != object:
        raise InputError(f"{where}.ts.stim_on: expected a cell array with the times of each trial.")
    times = [np.asarray(trial).ravel() for trial in trials.ravel()]
    numbers = [baseline.ravel(), *times]
    if baseline.size != 1 or not all(n.dtype.kind in "iuf" for n in numbers) or not baseline > 0:
        raise InputError(f"{where}.ts: expected times, and one baseline_stim_on > 0, all in s.")
    return [trial.astype(float) for trial in times], float(baseline.ravel()[0])
