"""Distributions of rate, CV and LvR of recorded neurons, as measures compare with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data import matlab
from multiarea.data.minxha2020 import RECORDINGS, read_quantiles, read_rate_distribution, trials_of
from multiarea.data.tables import read_table
from multiarea.errors import InputError
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons
from multiarea.spikes.store import Trains


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
    """Fewest spikes of a sample of CV and LvR."""
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
    for name, statistic in (("cv", cv_of_block), ("lvr", lvr_of_block(units.lvr_R))):
        values = of_neurons(trains, (0.0, units.duration), units.min_spikes, statistic)
        samples[name] = values[np.isfinite(values)]
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
