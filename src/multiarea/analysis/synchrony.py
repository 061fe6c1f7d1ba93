"""Synchrony of a population: how far its spike count varies more than that of a Poisson process."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from multiarea.errors import InputError
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes
from multiarea.spikes.trains import Trains

MEASURES = {
    "synchrony": {
        "needs": ("spikes",),
        "uses": ("correlation_coefficient", "seed"),
        "file": "synchrony.csv",
        "version": 1,
    }
}

NEURONS = 1000
"""Most neurons of a population whose spikes are counted together."""
BIN = 3.0
"""Width of the bins [ms]."""


def synchrony(*, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the variance of the spike count of each population over time, divided by its mean.

    The count is that of all `spikes` of up to 1000 neurons, silent ones included, drawn with the
    `seed` of `parameters`, in bins of 3 ms within the window `correlation_coefficient`: 1 for
    independent Poisson processes (Potjans & Diesmann 2014, Fig. 6D).

    Raises InputError if the run is shorter than the window, or the window than two bins.

    Returns
    -------
    DataFrame
        area, layer, population; n_neurons whose spikes are counted; synchrony: nan without a spike.
    """
    window = windows.resolve(parameters, "correlation_coefficient", spikes.t_stop)
    n_bins = windows.n_bins(window, BIN)
    if n_bins < 2:
        raise InputError(
            f"ana_params: correlation_coefficient: {window[1] - window[0]:g} ms from tmin to the "
            f"end; synchrony needs at least {2 * BIN:g} ms"
        )
    window = (window[0], window[0] + n_bins * BIN)
    rows = []
    for key, trains in spikes.items():
        seed = [parameters.seed, zlib.crc32("|".join(key).encode())]
        chosen = _some(trains, seed)
        rows.append((*key, chosen.n_neurons, variability(chosen, window)))
    return pd.DataFrame(rows, columns=[*LEVELS, "n_neurons", "synchrony"])


def variability(trains: Trains, window: tuple[float, float]) -> float:
    """Return variance / mean of the spikes of all `trains` per bin in a `window` of whole bins."""
    times = trains.times[windows.inside(trains.times, window)]
    bins = windows.bin_index(times, window, BIN)
    counts = np.bincount(bins, minlength=windows.n_bins(window, BIN))
    return float(counts.var() / counts.mean()) if len(times) else np.nan


def _some(trains: Trains, seed: list[int]) -> Trains:
    if trains.n_neurons <= NEURONS:
        return trains
    chosen = np.random.default_rng(seed).choice(trains.n_neurons, NEURONS, replace=False)
    return trains.pick(np.sort(chosen))
