"""Summaries of simulations, read in the form of the measures that they condense."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis.results import LABELS, Arrays, population_labels
from multiarea.errors import InputError, one_line
from multiarea.network.network import LEVELS
from multiarea.spikes.sampled import SampledSpikes
from multiarea.spikes.trains import Trains
from multiarea.summary.areas import BIN
from multiarea.summary.neurons import SHARE
from multiarea.summary.tables import TABLES


def read_summary(paths: Iterable[Path]) -> dict[str, Any]:
    """Return tables of a summary by name, in the form of the measures that they condense.

    Parameters
    ----------
    paths : iterable of Path
        `<folder>/<table>.csv`

    Raises
    ------
    InputError
        If a file is absent, damaged, or not a table of a summary.
    """
    found = {}
    for path in paths:
        try:
            if path.stem not in TABLES:
                raise KeyError(path.stem)
            table = pd.read_csv(path, dtype=dict.fromkeys(LABELS, str), keep_default_na=False,
                                na_values=[""])  # fmt: skip
            found[path.stem] = RESTORED.get(path.stem, _same)(table)
        except Exception as error:
            raise InputError(f"{path}: not a table of a summary ({one_line(error)})") from error
    return found


def _same(table: pd.DataFrame) -> pd.DataFrame:
    return table


def _single_rates(table: pd.DataFrame) -> Arrays:
    """Return the `rates_individual` measure, neurons sorted by rate within their population."""
    bins = [
        np.array([bin.split(":") for bin in text.split()], float) for text in table["histogram"]
    ]
    rates = [np.repeat(rate, number.astype(int)) for rate, number in (part.T for part in bins)]
    sizes = [len(part) for part in rates]
    return Arrays(
        {
            "rate": (np.concatenate(rates).astype(np.float32), ("neuron",), "spikes/s"),
            "offsets": (np.append(0, np.cumsum(sizes)), ("population + 1",), "1"),
            **population_labels(pd.MultiIndex.from_frame(table[LEVELS])),
        }
    )


def _single_units(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return samples of rate [spikes/s], cv and lvr with their numbers and quantiles."""
    found = {name: np.empty(0) for name in ("rate", "cv", "lvr")}
    for name, own in table.groupby("quantity"):
        n = int(own["n"].iloc[0])
        index = np.searchsorted(own["quantile"], (np.arange(n) + 0.5) / n)
        found[str(name)] = own["value"].to_numpy(float)[index]
    return found


def _raster(table: pd.DataFrame) -> SampledSpikes:
    """Return the spikes kept."""
    trains = {}
    for key, own in table.groupby(LEVELS, sort=False):
        times = [np.array(str(text).split(), float) for text in own["times_ms"].fillna("")]
        counts = np.zeros(own["n_rows"].iloc[0], dtype=np.int64)
        counts[own["row"]] = [len(part) for part in times]
        trains[key] = Trains(np.concatenate(times), np.append(0, np.cumsum(counts)))
    first = table.iloc[0]
    return SampledSpikes(trains, (float(first["t_start_ms"]), float(first["t_stop_ms"])), SHARE)


def _differences(table: pd.DataFrame) -> pd.Series:
    """Return the first differences [ms], indexed (area, layer, population)."""
    return table.set_index(LEVELS)["first_difference_ms"]


def _area_rates(table: pd.DataFrame) -> Arrays:
    """Return the area rates of a `rate_histograms` measure: area_rate, time, binsize, area."""
    time = table["time_ms"].to_numpy(float)
    areas = np.array(table.columns[1:], dtype=str)
    return Arrays(
        {
            "area_rate": (table[list(areas)].to_numpy(float).T, ("area", "time"), "spikes/s"),
            "time": (time, ("time",), "ms"),
            "binsize": (np.array(time[1] - time[0] if len(time) > 1 else BIN), (), "ms"),
            "area": (areas, ("area",), ""),
        }
    )


def _spectra(table: pd.DataFrame) -> Arrays:
    """Return power, frequency and area of a `power_spectra` measure."""
    areas = np.array(table.columns[1:], dtype=str)
    power = table[list(areas)].to_numpy(float).T
    return Arrays(
        {
            "power": (power, ("area", "frequency"), "(spikes/s)^2/Hz"),
            "frequency": (table["frequency_Hz"].to_numpy(float), ("frequency",), "Hz"),
            "area": (areas, ("area",), ""),
        }
    )


def _hierarchy(table: pd.DataFrame) -> Arrays:
    """Return lag, position and area of a `temporal_hierarchy` measure."""
    areas = table["area"].to_numpy(str)
    return Arrays(
        {
            "lag": (table[list(areas)].to_numpy(float), ("area", "area"), "ms"),
            "position": (table["position"].to_numpy(float), ("area",), "1"),
            "residual": (table["residual_ms"].to_numpy(float)[0], (), "ms"),
            "area": (areas, ("area",), ""),
        }
    )


RESTORED: dict[str, Callable[[pd.DataFrame], Any]] = {
    "rates_individual": _single_rates,
    "rate_histograms": _area_rates,
    "single_units": _single_units,
    "power_spectra": _spectra,
    "temporal_hierarchy": _hierarchy,
    "raster": _raster,
    "first_differences": _differences,
}
"""Table -> what gives it the form of its measure; the others have it."""
