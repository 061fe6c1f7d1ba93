"""Communities of areas by the map equation, and whether they mean more than chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from multiarea.analysis.communities import modularity
from multiarea.analysis.structure import as_matrix
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "structure_communities": {
        "needs": ("structural_connectivity",),
        "uses": ("seed",),
        "file": "structure_communities.csv",
        "version": 1,
    },
}

N_SURROGATES = 100
TRIALS = 10
"""Searches of which the best is kept."""


class Partition(NamedTuple):
    """Communities of n nodes.

    Attributes
    ----------
    number : (n,) int array
        Communities by falling size, ties by their first node.
    codelength : float
        Bits per step of a random walk, nan without any weight.
    modularity : float
        Of the directed, weighted graph, nan without any weight.
    """

    number: np.ndarray
    codelength: float
    modularity: float


def structure_communities(
    *, structural_connectivity: pd.DataFrame, parameters: AnalysisParameters
) -> pd.DataFrame:
    """Return communities of areas in structural connectivity by the map equation.

    Weights are relative out-degrees: the share of the synapses that a source makes in other areas
    (Schmidt et al. 2018a, "Community structure").

    Returns
    -------
    DataFrame
        area, community (0 is the largest), codelength [bit], modularity, and surrogate_mean and
        surrogate_sd: modularity of the communities of 100 graphs with shuffled targets.
    """
    synapses = as_matrix(structural_connectivity, "synapses")
    weights = relative_outdegree(synapses.to_numpy())
    found = map_equation(weights, parameters.seed)
    chance = surrogate_modularity(weights, N_SURROGATES, parameters.seed)
    return pd.DataFrame(
        {
            "area": list(synapses.index),
            "community": found.number,
            "codelength": found.codelength,
            "modularity": found.modularity,
            "surrogate_mean": chance.mean(),
            "surrogate_sd": chance.std(ddof=1),
        }
    )


def relative_outdegree(synapses: np.ndarray) -> np.ndarray:
    """Return the share of the synapses of a source that end in each other area.

    Parameters
    ----------
    synapses : (n, n) array
        [target, source]; the diagonal does not count.

    Returns
    -------
    (n, n) array
        Columns add up to 1, or to 0 for areas that send nothing.
    """
    between = np.where(np.eye(len(synapses), dtype=bool), 0.0, synapses)
    total = between.sum(axis=0)
    return between / np.where(total > 0, total, 1.0)


def map_equation(weights: np.ndarray, seed: int, trials: int = TRIALS) -> Partition:
    """Return the communities that minimise the map equation of a directed graph (Infomap).

    Rosvall & Bergstrom 2008, PNAS 105:1118; two levels, teleportation to links that is not
    recorded.

    Parameters
    ----------
    weights : (n, n) array
        [target, source]; the diagonal and negative entries count as 0.
    seed : int
    trials : int
        Searches of which the best is kept.
    """
    from infomap import Infomap

    n = len(weights)
    weights = np.where(np.eye(n, dtype=bool), 0.0, np.maximum(weights, 0))
    if not weights.any():
        return Partition(np.arange(n), float("nan"), float("nan"))
    search = Infomap(silent=True, directed=True, two_level=True, seed=seed + 1, num_trials=trials)
    for node in range(n):
        search.add_node(node)
    target, source = np.nonzero(weights)
    search.add_links(np.column_stack([source, target, weights[target, source]]))
    result = search.run()
    labels = dict(result.modules())
    number = by_falling_size(np.array([labels[node] for node in range(n)]))
    return Partition(number, float(result.codelength), modularity(weights, number, directed=True))


def by_falling_size(labels: np.ndarray) -> np.ndarray:
    """Return labels (n,) as numbers 0, 1, ... by falling frequency, ties by their first place."""
    names, first, size = np.unique(labels, return_index=True, return_counts=True)
    number = np.empty(len(names), dtype=int)
    number[np.lexsort((first, -size))] = np.arange(len(names))
    return number[np.searchsorted(names, labels)]


def surrogate_modularity(weights: np.ndarray, n_surrogates: int, seed: int) -> np.ndarray:
    """Return the modularity of the communities of graphs with shuffled targets.

    Each source keeps its weights, and gives them to targets drawn anew.

    Parameters
    ----------
    weights : (n, n) array
        [target, source].
    n_surrogates : int
    seed : int

    Returns
    -------
    (n_surrogates,) array
    """
    rng = np.random.default_rng(seed)
    found = np.empty(n_surrogates)
    for s in range(n_surrogates):
        found[s] = map_equation(shuffled_targets(weights, rng), seed + s, trials=1).modularity
    return found


def shuffled_targets(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return weights (n, n), [target, source], with the targets of each source in random order.

    The diagonal stays 0.
    """
    n = len(weights)
    result = np.zeros_like(weights)
    for source in range(n):
        others = np.flatnonzero(np.arange(n) != source)
        result[others, source] = rng.permutation(weights[others, source])
    return result
