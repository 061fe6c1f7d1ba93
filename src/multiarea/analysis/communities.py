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
        "uses": ("compute_louvain", "seed"),
        "file": "communities.csv",
        "version": 1,
    },
}


def communities(
    *,
    synaptic_currents: Arrays,
    bold: Arrays,
    structural_connectivity: pd.DataFrame,
    parameters: AnalysisParameters,
) -> pd.DataFrame:
    """Return Louvain communities of areas (Blondel et al. 2008), found from a fixed seed.

    Functional connectivity enters without its diagonal and with negative entries set to 0, which
    modularity cannot treat; structural connectivity is directed, weighted by the relative
    in-degree.

    Returns
    -------
    DataFrame
        signal (synaptic_currents, bold, structure), area, community (0 is the largest) and
        modularity of the partition.

    Raises
    ------
    InputError
        If fewer than two samples lie after `compute_louvain.tmin`.
    """
    tmin = parameters.compute_louvain.tmin
    structure = as_matrix(structural_connectivity, "relative_indegree")
    matrices = {
        name: pearson_matrix(from_time(signals, array, "compute_louvain", tmin))
        for name, signals, array in (
            ("synaptic_currents", synaptic_currents, "current"),
            ("bold", bold, "bold"),
        )
    }
    matrices["structure"] = structure.to_numpy()
    rows = []
    for name, matrix in matrices.items():
        areas = structure.index if name == "structure" else synaptic_currents["area"]
        number, modularity = louvain(matrix, parameters.seed, directed=name == "structure")
        rows += [(name, *row, modularity) for row in zip(areas, number, strict=True)]
    return pd.DataFrame(rows, columns=["signal", "area", "community", "modularity"])


def louvain(weights: np.ndarray, seed: int, directed: bool = False) -> tuple[np.ndarray, float]:
    """Return the community of each node, and the modularity of the partition.

    Parameters
    ----------
    weights : (n, n)
        [target, source]; the diagonal, nan and negative entries count as 0.
    seed : int
    directed : bool

    Returns
    -------
    number : (n,) int
        Communities by falling size, ties by their first node.
    modularity : float
        nan without any weight.
    """
    import networkx

    weights = np.nan_to_num(np.maximum(weights, 0) * (1 - np.eye(len(weights))))
    if weights.sum() == 0:
        return np.arange(len(weights)), float("nan")
    graph = _graph(weights, directed)
    found = networkx.community.louvain_communities(graph, weight="weight", seed=seed)
    found = sorted(found, key=lambda members: (-len(members), min(members)))
    number = np.empty(len(weights), dtype=int)
    for position, members in enumerate(found):
        number[list(members)] = position
    return number, modularity(weights, number, directed)


def modularity(weights: np.ndarray, number: np.ndarray, directed: bool) -> float:
    """Return the modularity of a partition (directed: Leicht & Newman 2008, Eq. 3).

    Parameters
    ----------
    weights : (n, n) array
        Not negative, not all 0, [target, source].
    number : (n,) int array
        Community of each node.
    directed : bool
    """
    import networkx

    groups = [set(np.flatnonzero(number == k).tolist()) for k in np.unique(number)]
    graph = _graph(weights, directed)
    return float(networkx.community.modularity(graph, groups, weight="weight"))


def _graph(weights: np.ndarray, directed: bool) -> networkx.Graph:
    import networkx

    kind = networkx.DiGraph if directed else networkx.Graph
    return networkx.from_numpy_array(weights.T, create_using=kind)
