"""Mean pairwise correlation of the spike counts of neurons of one population."""

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
    "correlation": {
        "needs": ("spikes",),
        "uses": ("correlation_coefficient", "seed"),
        "file": "correlation.csv",
        "version": 1,
    }
}


def correlation(*, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the mean Pearson correlation coefficient of pairs of neurons of each population.

    Of the `spikes` in the window `correlation_coefficient` of `parameters`. Neurons without any
    are left out; at most `subsample` of the others are drawn at random.

    Raises InputError if the run is shorter than the window, or the window holds fewer than two
    bins.

    Returns
    -------
    DataFrame
        area, layer, population, n_trains and correlation: nan with fewer than two trains.
    """
    block = parameters.correlation_coefficient
    window = windows.resolve(parameters, "correlation_coefficient", spikes.t_stop)
    n_bins = windows.n_bins(window, block.tbin)
    if n_bins < 2:
        raise InputError(
            f"ana_params: correlation_coefficient.tbin = {block.tbin:g} ms leaves {n_bins} bins "
            f"between {window[0]:g} and {window[1]:g} ms; expected at least 2."
        )
    window = (window[0], window[0] + n_bins * block.tbin)
    rows = []
    for key, trains in spikes.items():
        chosen = active_subsample(
            trains, window, block.subsample, [parameters.seed, zlib.crc32("|".join(key).encode())]
        )
        rows.append((*key, *mean_correlation(chosen, window, block.tbin)))
    return pd.DataFrame(rows, columns=[*LEVELS, "n_trains", "correlation"])


def active_subsample(
    trains: Trains, window: tuple[float, float], size: int, seed: list[int]
) -> Trains:
    """Return the spikes in the `window` [ms] of up to `size` of the `trains` that have any there.

    If there are more, they are drawn with the random `seed`.
    """
    counts = windows.counts(trains, window)
    active = np.flatnonzero(counts)
    if len(active) > size:
        active = np.sort(np.random.default_rng(seed).choice(active, size, replace=False))
    return windows.cut(trains.pick(active), window)


def pair_correlations(trains: Trains, window: tuple[float, float], width: float) -> np.ndarray:
    """Return the Pearson coefficients of the spike counts of all pairs of trains that vary.

    `trains` hold spikes within the `window` (start, stop), a whole number of bins of `width` [ms].
    """
    counts = np.zeros((trains.n_neurons, windows.n_bins(window, width)), dtype=np.float32)
    np.add.at(counts, (trains.neurons, windows.bin_index(trains.times, window, width)), 1)
    counts = counts[np.ptp(counts, axis=1) > 0]
    if len(counts) < 2:
        return np.empty(0)
    return np.corrcoef(counts)[np.triu_indices(len(counts), 1)]


def mean_correlation(
    trains: Trains, window: tuple[float, float], width: float
) -> tuple[int, float]:
    """Return the number of trains that vary, and the mean correlation over pairs of them.

    With z_i the z-scored spike counts of neuron i of n, the variance of their sum is the sum of
    all coefficients r_ij, of which n are 1, so that the mean over pairs is
    (Var(sum_i z_i) - n) / (n (n - 1)); no matrix of pairs is made. `trains` hold spikes within
    the `window` (start, stop), a whole number of bins of `width` [ms].
    """
    total = windows.n_bins(window, width)
    bins = windows.bin_index(trains.times, window, width)
    neurons = trains.neurons
    new = np.ones(len(bins), dtype=bool)
    new[1:] = (np.diff(bins) != 0) | (np.diff(neurons) != 0)
    first = np.flatnonzero(new)
    in_bin = np.diff(np.append(first, len(bins))).astype(float)
    squares = np.bincount(neurons[first], in_bin**2, minlength=trains.n_neurons)
    variance = squares / total - (trains.counts / total) ** 2
    varies = variance > 1e-12
    n = int(np.count_nonzero(varies))
    if n < 2:
        return n, float("nan")
    scale = np.zeros(trains.n_neurons)
    scale[varies] = variance[varies] ** -0.5
    summed = np.bincount(bins[first], in_bin * scale[neurons[first]], minlength=total)
    return n, float((summed.var() - n) / (n * (n - 1)))
