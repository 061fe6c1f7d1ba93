"""Communities of areas in functional and structural connectivity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from multiarea.analysis.functional_connectivity import from_time, pearson_matrix
from multiarea.analysis.results import Arrays
from multiarea.analysis.structure import as_matrix
from multiarea.parameters import AnalysisParameters

if TYPE_CHECKING:
    import networkx

MEASURES = {
    "communities": {
        "needs": ("synaptic_currents", "bold", "structural_connectivity"),
        "pairs_of_areas": "recorded",
        "uses": ("compute_louvain", "seed"),
        "file": "communities.csv",
        "version": 1,
    }
}


def communities(
    *,
    synaptic_currents: Arrays,
    bold: Arrays,
    structural_connectivity: pd.DataFrame,
    parameters: AnalysisParameters,
) -> pd.DataFrame:
    """Return Louvain communities of areas (Blondel et al. 2008), found from a fixed seed.

    Of the correlations of `synaptic_currents` and `bold`, after `compute_louvain.tmin` of
    `parameters`, the diagonal and negative entries, for which modularity is not defined, are set
    to 0; `structural_connectivity` is directed, weighted by relative in-degree.

    Raises InputError if fewer than two samples lie after `compute_louvain.tmin`.

    Returns
    -------
    DataFrame
        signal (synaptic_currents, bold, structure), area, community (0 is the largest) and
        modularity of the partition.
    """
    structure = as_matrix(structural_connectivity, "relative_indegree")
    current = from_time(synaptic_currents, "current", parameters, "compute_louvain")
    oxygenation = from_time(bold, "bold", parameters, "compute_louvain")
    matrices = {
        "synaptic_currents": (synaptic_currents["area"], pearson_matrix(current)),
        "bold": (bold["area"], pearson_matrix(oxygenation)),
        "structure": (structure.index, structure.to_numpy()),
    }
    tables = []
    for name, (areas, matrix) in matrices.items():
        number, value = louvain(matrix, parameters.seed, directed=name == "structure")
        table = {"signal": name, "area": areas, "community": number, "modularity": value}
        tables.append(pd.DataFrame(table))
    return pd.concat(tables, ignore_index=True)


def louvain(weights: np.ndarray, seed: int, directed: bool = False) -> tuple[np.ndarray, float]:
    """Return Louvain communities of a graph, by falling size (n,), and their modularity.

    In `weights` (n, n) [target, source] the diagonal, nan and negative entries count as 0; if the
    graph is not `directed` they are symmetric. The modularity is nan if all weights are 0; the
    search is randomised by `seed`.
    """
    import networkx

    weights = np.nan_to_num(np.maximum(weights, 0) * (1 - np.eye(len(weights))))
    if weights.sum() == 0:
        return np.arange(len(weights)), float("nan")
    graph = _graph(weights, directed)
    found = networkx.community.louvain_communities(graph, weight="weight", seed=seed)
    labels = np.empty(len(weights), dtype=int)
    for label, members in enumerate(found):
        labels[list(members)] = label
    number = by_falling_size(labels)
    return number, modularity(weights, number, directed)


def by_falling_size(labels: np.ndarray) -> np.ndarray:
    """Return `labels` (n,) as numbers 0, 1, ... by falling frequency, ties by first occurrence."""
    names, first, size = np.unique(labels, return_index=True, return_counts=True)
    number = np.empty(len(names), dtype=int)
    number[np.lexsort((first, -size))] = np.arange(len(names))
    return number[np.searchsorted(names, labels)]


def modularity(weights: np.ndarray, number: np.ndarray, directed: bool) -> float:
    """Return the modularity of a partition (`directed`: Leicht & Newman 2008, Eq. 3).

    `weights` (n, n) [target, source] are not negative and not all 0; `number` (n,) is the
    community of each node.
    """
    import networkx

    groups = [set(np.flatnonzero(number == k).tolist()) for k in np.unique(number)]
    graph = _graph(weights, directed)
    return float(networkx.community.modularity(graph, groups, weight="weight"))


def _graph(weights: np.ndarray, directed: bool) -> networkx.Graph:
    import networkx

    kind = networkx.DiGraph if directed else networkx.Graph
    return networkx.from_numpy_array(weights.T, create_using=kind)
