"""Communities of areas by the map equation, compared with chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from multiarea.analysis.communities import by_falling_size, modularity
from multiarea.analysis.structure import as_matrix
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "structure_communities": {
        "needs": ("structural_connectivity",),
        "uses": ("seed",),
        "file": "structure_communities.csv",
        "version": 1,
    }
}

N_SURROGATES = 100
"""Graphs with shuffled targets with which communities are compared."""
TRIALS = 10
"""Searches of which the best is kept."""


class Partition(NamedTuple):
    """Communities of n nodes."""

    number: np.ndarray
    """(n,) of int: communities by falling size, ties by their first node."""
    codelength: float
    """Bits per step of a random walk; nan if all weights are 0."""
    modularity: float
    """Of the directed, weighted graph; nan if all weights are 0."""


def structure_communities(
    *, structural_connectivity: pd.DataFrame, parameters: AnalysisParameters
) -> pd.DataFrame:
    """Return communities of areas in `structural_connectivity` by the map equation.

    Weights are relative out-degrees: the share of the synapses that a source makes in other areas
    (Schmidt et al. 2018a, "Community structure"). The seed is that of `parameters`.

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
    """Return the share of the synapses of a source that end in each other area, (n, n).

    The diagonal of `synapses` (n, n) [target, source] does not count; columns of the result add
    up to 1, or to 0 for areas without projections.
    """
    between = np.where(np.eye(len(synapses), dtype=bool), 0.0, synapses)
    total = between.sum(axis=0)
    return between / np.where(total > 0, total, 1.0)


def map_equation(weights: np.ndarray, seed: int, trials: int = TRIALS) -> Partition:
    """Return the communities that minimise the map equation of a directed graph (Infomap).

    Rosvall & Bergstrom 2008, PNAS 105:1118; two levels, unrecorded teleportation to links.

    In `weights` (n, n) [target, source] the diagonal and negative entries count as 0. The best of
    `trials` searches, randomised by `seed`, is kept.
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


def surrogate_modularity(weights: np.ndarray, n_surrogates: int, seed: int) -> np.ndarray:
    """Return the modularity of the communities of graphs with shuffled targets, (n_surrogates,).

    The graphs are `n_surrogates` results of `shuffled_targets` of `weights`, drawn from `seed`.
    """
    rng = np.random.default_rng(seed)
    graphs = (shuffled_targets(weights, rng) for _ in range(n_surrogates))
    found = [map_equation(graph, seed + s, trials=1).modularity for s, graph in enumerate(graphs)]
    return np.array(found)


def shuffled_targets(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return `weights` (n, n) [target, source] with the targets of each source shuffled by `rng`.

    The diagonal stays 0.
    """
    n = len(weights)
    result = np.zeros_like(weights)
    for source in range(n):
        others = np.flatnonzero(np.arange(n) != source)
        result[others, source] = rng.permutation(weights[others, source])
    return result
