"""Firing rates of populations, constant or as functions of time."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.data.checks import require_unique
from multiarea.data.csv_text import PICKLE_SUFFIXES, require_file
from multiarea.data.published_macaque import read_json_rates, read_npy_rates
from multiarea.data.tables import read_indexed, read_text_table, split_labels, typed
from multiarea.errors import InputError
from multiarea.files.series import npy_rate_files
from multiarea.network.network import LEVELS

HDF5_SUFFIXES = (".h5", ".hdf5")
JSON_SUFFIX = ".json"
NUMPY_SUFFIXES = (".npy", ".npz")
_RATE = re.compile(r"rate(_\d+)?")


def read_rates(path: Path) -> pd.Series:
    """Read one rate per population.

    Parameters
    ----------
    path : Path
        CSV table with the columns area, layer, population and rate (or rate_1, rate_2, ...; the
        first is used), or a JSON file of the published macaque code. For a pickle, the CSV table of
        the same name beside it is read instead.

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
    if path.suffix.lower() == JSON_SUFFIX:
        return read_json_rates(path)
    if path.suffix.lower() in PICKLE_SUFFIXES:
        path = _table_beside(path)
    return read_states(path)[0]


def read_states(path: Path) -> list[pd.Series]:
    """Read the rates of all states in the CSV table `path`: columns rate, or rate_1, rate_2, ...

    Returns a Series as `read_rates` does for each. Raises InputError as `read_rates` does.
    """
    header = read_text_table(path, LEVELS).columns
    names = [name for name in header if _RATE.fullmatch(name)] or ["rate"]
    table = read_indexed(path, LEVELS, dict.fromkeys(names, float))
    return [table[name].rename("rate") for name in names]


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


@dataclass(frozen=True)
class RateSeries:
    """Rates that are constant in each of equally long steps."""

    rates: pd.DataFrame
    """One row per population, indexed (area, layer, population), one column per step [spikes/s]."""
    start: float
    """Start of the first step [ms]."""
    step: float
    """Length of a step [ms]."""


def is_rate_series(path: Path) -> bool:
    """Return whether `path` is that of series: HDF5, .npy, or a CSV table with a column `time`.

    Raises InputError if the file is absent or not a table.
    """
    suffix = Path(path).suffix.lower()
    if npy_rate_files(Path(path)):
        return True
    if suffix in NUMPY_SUFFIXES:
        raise InputError(
            f"{path}: expected the name of files such as het_current-V1-23E.npy, one for each "
            "population, or what their names have in common (het_current)"
        )
    if suffix in (*HDF5_SUFFIXES, JSON_SUFFIX):
        return suffix != JSON_SUFFIX
    return "time" in read_text_table(Path(path)).columns


def read_rate_series(path: Path) -> RateSeries:
    """Read one rate per population and step.

    Parameters
    ----------
    path : Path
        HDF5 file written by the measure `rate_histograms`: `population_rate` (population, time)
        [spikes/s], `time` [ms], the left edges of the steps, and `population_area`,
        `population_layer`, `population_population`. Or a CSV table with the column `time` and a
        column `area|layer|population` for each population. Or one of the .npy files that the
        published macaque code reads, or the part that their names have in common: one for each
        population, in steps of 1 ms from 0 on.

    Raises
    ------
    InputError
        If the file is not as described, steps are not equally long, or a rate is negative.
    """
    path = Path(path)
    if npy_rate_files(path):
        rates = read_npy_rates(path)
        times = np.arange(rates.shape[1], dtype=float)
    else:
        is_hdf5 = path.suffix.lower() in HDF5_SUFFIXES
        rates, times = _read_hdf5(path) if is_hdf5 else _read_csv(path)
    steps = np.diff(times)
    if len(times) < 2 or not np.allclose(steps, steps[0], rtol=0, atol=1e-6) or steps[0] <= 0:
        raise InputError(f"{path}: time: expected at least two times in equal, rising steps")
    values = rates.to_numpy()
    if not (np.isfinite(values).all() and (values >= 0).all()):
        row = int(np.flatnonzero(~(np.isfinite(values) & (values >= 0)).all(axis=1))[0])
        raise InputError(f"{path}: rates of {'|'.join(rates.index[row])}: expected numbers >= 0")
    require_unique(path, rates.index.to_frame(index=False), LEVELS)
    return RateSeries(rates, float(times[0]), float(steps[0]))


def _read_hdf5(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    names = ["population_rate", "time", *(f"population_{level}" for level in LEVELS)]
    require_file(path, "rate series in HDF5")
    try:
        with h5py.File(path, "r") as file:
            missing = [name for name in names if name not in file]
            if missing:
                raise InputError(
                    f"{path}: no dataset '{missing[0]}'; expected {', '.join(names)}, as the "
                    "measure rate_histograms writes them"
                )
            labels = [file[f"population_{level}"].asstr()[()] for level in LEVELS]
            rates, times = file["population_rate"][()], file["time"][()]
    except (OSError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise InputError(f"{path}: not a readable HDF5 file of rate series ({error})") from None
    shapes = {np.shape(values) for values in labels}
    expected = (*shapes.pop(), *np.shape(times))
    numeric = all(np.asarray(values).dtype.kind in "iuf" for values in (rates, times))
    if shapes or len(expected) != 2 or np.shape(rates) != expected or not numeric:
        raise InputError(
            f"{path}: population_rate: expected the shape (populations, times) = {expected}, got "
            f"{np.shape(rates)}; all of these numbers, and as many labels of each level"
        )
    return pd.DataFrame(rates.astype(float), pd.MultiIndex.from_arrays(labels, names=LEVELS)), times


def _read_csv(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    text = read_text_table(path, ["time"])
    index = split_labels(path, list(text.columns.drop("time")), LEVELS)
    table = typed(path, text, dict.fromkeys(text.columns, float))
    return table.drop(columns="time").T.set_axis(index), table["time"].to_numpy()
