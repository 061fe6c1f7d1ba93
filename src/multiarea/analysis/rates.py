"""Firing rates of populations and of single neurons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays, population_labels
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes

MEASURES = {
    "rates": {"needs": ("spikes",), "uses": ("meanFiringRate",), "file": "rates.csv", "version": 1},
    "rates_individual": {
        "needs": ("spikes",),
        "uses": ("individualFiringRate",),
        "file": "rates_individual.h5",
        "version": 1,
    },
}


def rates(*, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the mean rate of each population over all its neurons, silent ones included.

    From `spikes` in the window `meanFiringRate` of `parameters`.

    Raises InputError if the run is shorter than the window `meanFiringRate`.

    Returns
    -------
    DataFrame
        area, layer, population, n_neurons, n_spikes, rate_spikes_per_s and fraction_active, the
        share of neurons with at least one spike in the window.
    """
    window = windows.resolve(parameters, "meanFiringRate", spikes.t_stop)
    seconds = (window[1] - window[0]) / 1000
    rows = []
    for key, trains in spikes.items():
        counts = windows.counts(trains, window)
        n_spikes = int(counts.sum())
        rate = n_spikes / trains.n_neurons / seconds
        active = np.count_nonzero(counts) / trains.n_neurons
        rows.append((*key, trains.n_neurons, n_spikes, rate, active))
    columns = ["n_neurons", "n_spikes", "rate_spikes_per_s", "fraction_active"]
    return pd.DataFrame(rows, columns=[*LEVELS, *columns])


def rates_individual(*, spikes: Spikes, parameters: AnalysisParameters) -> Arrays:
    """Return the rate of every neuron, silent ones included.

    From `spikes` in the window `individualFiringRate` of `parameters`.

    Raises InputError if the run is shorter than the window `individualFiringRate`.

    Returns
    -------
    Arrays
        rate (neuron), spikes/s, population after population; offsets (population + 1): neurons of
        population p are rate[offsets[p]:offsets[p + 1]]; labels of the populations.
    """
    window = windows.resolve(parameters, "individualFiringRate", spikes.t_stop)
    seconds = (window[1] - window[0]) / 1000
    sizes = spikes.populations["n_neurons"].to_numpy(dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    rate = np.empty(offsets[-1], dtype=np.float32)
    for (_, trains), first, last in zip(spikes.items(), offsets[:-1], offsets[1:], strict=True):
        rate[first:last] = windows.counts(trains, window) / seconds
    return Arrays(
        {
            "rate": (rate, ("neuron",), "spikes/s"),
            "offsets": (offsets, ("population + 1",), "1"),
            **population_labels(spikes.populations.index),
        }
    )
