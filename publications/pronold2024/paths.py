"""Shortest paths between populations, and how a perturbation travels along them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.network.network import Network


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
    """Return the smallest of `values` of each area in `area_of`, in order; nan if all are nan."""
    return pd.Series(values).groupby(area_of, sort=False).min()
