"""Distributions of rate, CV and LvR of recorded neurons, as measures compare with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data import matlab
from multiarea.data.checks import require_non_negative, require_unique
from multiarea.data.tables import read_table
from multiarea.errors import InputError
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons
from multiarea.spikes.trains import Trains

RECORDINGS = "data_mfc"
"""Variable of the original file `mfc.mat`: an array of structs, one for each unit."""
LONGEST_BASELINE = 60.0
"""A time before a stimulus that is as long or longer was not given in seconds [s]."""
RATE_COLUMNS = {"rate_spikes_per_s": float, "count": int}
QUANTILE_COLUMNS = {"n": int, "quantile": float, "value": float}


@dataclass(frozen=True)
class ExperimentalUnits:
    """Samples of recorded neurons, each one neuron in one trial."""

    rate: np.ndarray
    """Rates [spikes/s], (n_rates,)."""
    cv: np.ndarray
    lvr: np.ndarray
    area: str = "caudalanteriorcingulate"
    """The area of the model that the recording stands for."""
    duration: float = 2000.0
    """Length of a trial [ms]."""
    min_rate: float = 0.5
    """Smallest rate kept [spikes/s]."""
    min_spikes: int = 10
    """Fewest spikes of a sample of CV and LvR, which has no interval of 0."""
    lvr_R: float = 2.0
    """Refractoriness constant of LvR [ms]."""
    source: str = "Minxha et al. 2020"
    """What it is, for labels and messages."""

    @property
    def has_zeros(self) -> bool:
        """Whether silent trials are among the rates."""
        return bool((self.rate == 0).any())


def load_experimental_units(path: Path) -> ExperimentalUnits:
    """Read the distributions published for Minxha et al. 2020, or compute them from trials.

    `path` is a folder with ``rate_distribution.csv``, ``cv_quantiles.csv`` and
    ``lvr_quantiles.csv``, or a file of trials; see `read_trials`.

    Raises InputError if a file is missing or damaged.
    """
    path = Path(path)
    if not path.is_dir():
        return _from_trials(*read_trials(path), path.name)
    return ExperimentalUnits(
        rate=from_counts(read_rate_distribution(path / "rate_distribution.csv")),
        cv=from_quantiles(read_quantiles(path / "cv_quantiles.csv")),
        lvr=from_quantiles(read_quantiles(path / "lvr_quantiles.csv")),
    )


def read_trials(path: Path) -> tuple[pd.DataFrame, float]:
    """Read the spikes of single units before each stimulus.

    `path` is a CSV table with the columns unit, trial and time_ms [ms from the start of the
    trial], one row per spike in the 2000 ms before a stimulus, a ``.mat`` file with vectors of
    these names, or the original file ``mfc.mat``. It does not tell of trials without a spike. The
    result has these columns; with it comes the length of a trial [ms].

    Raises InputError if the file is not such a file, or a time lies outside the trial.
    """
    path, duration = Path(path), ExperimentalUnits.duration
    if path.suffix.lower() == ".mat":
        content = matlab.read_mat(path, ("unit", "trial", "time_ms"), (RECORDINGS,))
        if RECORDINGS in content:
            return trials_of(path, content[RECORDINGS])
        size = (content["time_ms"].size,)
        table = pd.DataFrame(
            {name: matlab.numbers(path, name, values, size) for name, values in content.items()}
        )
    else:
        table = read_table(path, {"unit": str, "trial": str, "time_ms": float})
    outside = table[(table["time_ms"] < 0) | (table["time_ms"] >= duration)]
    if len(outside):
        raise InputError(
            f"{path}: time_ms {outside['time_ms'].iloc[0]:g} of unit '{outside['unit'].iloc[0]}'; "
            f"expected 0 to less than {duration:g}."
        )
    return table, duration


def _from_trials(table: pd.DataFrame, duration: float, source: str) -> ExperimentalUnits:
    empty = np.empty(0)
    units = ExperimentalUnits(empty, empty, empty, duration=duration, source=source)
    ordered = table.sort_values(["unit", "trial", "time_ms"])
    counts = ordered.groupby(["unit", "trial"]).size().to_numpy()
    trains = Trains(ordered["time_ms"].to_numpy(), np.concatenate([[0], np.cumsum(counts)]))
    rate = counts * (1000 / units.duration)
    samples = {"rate": rate[rate >= units.min_rate]}
    is_zero = np.diff(trains.times, prepend=-1.0) == 0
    is_zero[trains.offsets[:-1]] = False
    is_usual = np.add.reduceat(is_zero, trains.offsets[:-1], dtype=int) == 0
    for name, statistic in (("cv", cv_of_block), ("lvr", lvr_of_block(units.lvr_R))):
        values = of_neurons(trains, (0.0, units.duration), units.min_spikes, statistic)
        samples[name] = values[np.isfinite(values) & is_usual]
    return replace(units, **samples)


def from_counts(table: pd.DataFrame) -> np.ndarray:
    """Return the samples of a table of rates and their counts, sorted."""
    ordered = table.sort_values("rate_spikes_per_s")
    return np.repeat(
        ordered["rate_spikes_per_s"].to_numpy(dtype=float), ordered["count"].to_numpy()
    )


def from_quantiles(table: pd.DataFrame) -> np.ndarray:
    """Return n samples with the quantiles of a table, linearly interpolated, sorted."""
    levels = (np.arange(table["n"].iloc[0]) + 0.5) / table["n"].iloc[0]
    return np.interp(levels, table["quantile"], table["value"])


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
        If a field is missing or not what it should be, the times before the stimulus differ, or
        there is no spike in them.
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
    if not rows:
        raise InputError(f"{path}: {RECORDINGS} holds no spike before a stimulus; expected some.")
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
    if trials.size and trials.dtype != object:
        raise InputError(f"{where}.ts.stim_on: expected a cell array with the times of each trial.")
    times = [np.asarray(trial).ravel() for trial in trials.ravel()]
    numbers = [baseline.ravel(), *times]
    are_numbers = all(part.dtype.kind in "iuf" for part in numbers)
    if baseline.size != 1 or not are_numbers or not 0 < baseline < LONGEST_BASELINE:
        raise InputError(
            f"{where}.ts: expected times, and one baseline_stim_on between 0 and "
            f"{LONGEST_BASELINE:g}, all in s."
        )
    return [trial.astype(float) for trial in times], float(baseline.ravel()[0])
