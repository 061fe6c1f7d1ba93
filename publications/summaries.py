"""Summaries of simulations, read in the form of the measures that they condense."""

from __future__ import annotations

import json
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
from multiarea.summary import RUN
from multiarea.summary.areas import BIN
from multiarea.summary.neurons import SHARE
from multiarea.summary.tables import TABLES

NAMES = ("experiment", "file")
"""Facts that tell which experiment a summary is of."""
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "rates": (tuple(LEVELS), ("n_neurons", "n_spikes", "rate_spikes_per_s")),
    "cv": (tuple(LEVELS), ("cv",)),
    "lvr": (tuple(LEVELS), ("lvr", "lvr_active")),
    "correlation": (tuple(LEVELS), ("correlation",)),
    "fc_currents": (("area",), ()),
    "fc_bold": (("area",), ()),
    "fc_similarity": (
        ("signal", "reference", "hemisphere", "subject"),
        ("pearson_r", "similarity_rmse"),
    ),
    "activity_similarity": (("quantity",), ("similarity",)),
}
"""Table that is kept in its form -> columns of labels, and of numbers, that it must have."""


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
            _require_columns(path.stem, table)
            found[path.stem] = RESTORED.get(path.stem, _same)(table)
        except Exception as error:
            raise InputError(f"{path}: not a table of a summary ({one_line(error)})") from error
    return found


def read_facts(folder: Path) -> dict[str, Any]:
    """Return what the summary in a `folder` says of its run.

    Raises InputError if its `RUN` is absent, damaged, or does not say which experiment it is.
    """
    path = folder / RUN
    try:
        told = json.loads(path.read_text("utf-8"))
        if isinstance(told, dict) and all(isinstance(told.get(key), str) for key in NAMES):
            return told
        reason = f"expected an object with the texts {', '.join(NAMES)}"
    except (OSError, ValueError) as error:
        reason = one_line(error)
    raise InputError(f"{one_line(path)}: not the facts of a summary ({reason})")


def _require_columns(name: str, table: pd.DataFrame) -> None:
    """Raise ValueError if the table `name` lacks a column of labels or of numbers."""
    labels, numbers = COLUMNS.get(name, ((), ()))
    for column in (*labels, *numbers):
        if column not in table:
            raise ValueError(f"no column '{column}'")
        if column in numbers and table[column].dtype.kind not in "iuf":
            raise ValueError(f"column '{column}' holds other things than numbers")


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
