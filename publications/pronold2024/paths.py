"""Shortest paths between populations, and how a perturbation travels along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from multiarea.network.network import Network

if TYPE_CHECKING:
    from multiarea.spikes.store import Spikes, Trains


def path_delays(network: Network) -> np.ndarray:
    """Return the shortest sums of mean delays along synapses, by Dijkstra's algorithm.

    Returns
    -------
    (P, P) array, [target, source], ms
        0 on the diagonal, inf where no path leads.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    joined = np.where(network.synapses > 0, network.delay, 0.0)
    return dijkstra(csr_array(joined.T)).T


def path_steps(network: Network) -> np.ndarray:
    """Return the fewest synapses from population to population, (P, P) [target, source]."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    return dijkstra(csr_array((network.synapses > 0).T.astype(float)), unweighted=True).T


def first_per_area(values: np.ndarray, area_of: np.ndarray) -> pd.Series:
    """Return the smallest value of each area, nan where all are nan, in the order of the areas."""
    return pd.Series(values).groupby(area_of, sort=False).min()


def first_differences(plain: Spikes, perturbed: Spikes, window: tuple[float, float]) -> pd.Series:
    """Return when the spikes of each population first differ between two runs.

    Parameters
    ----------
    plain, perturbed : Spikes
        Runs of one network, without and with a perturbation.
    window : (start, stop)
        [ms]

    Returns
    -------
    Series
        Time after `start` [ms] of the first spike that only one run has, indexed
        (area, layer, population); nan where there is none.
    """
    times = {}
    for key in plain.populations.index:
        a, b = (_codes(run.trains(key), window, run.resolution) for run in (plain, perturbed))
        n_neurons = int(plain.populations.loc[key, "n_neurons"])
        differing = np.setxor1d(a, b, assume_unique=True)
        step = differing.min() // n_neurons if len(differing) else np.nan
        times[key] = step * plain.resolution - window[0]
    return pd.Series(times).rename_axis(plain.populations.index.names)


def _codes(trains: Trains, window: tuple[float, float], resolution: float) -> np.ndarray:
    """Return one integer per spike, rising with time."""
    shown = trains.window(*window)
    steps = np.rint(shown.times / resolution).astype(np.int64)
    return steps * trains.n_neurons + shown.neurons
