"""Structural connectivity between areas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.network.network import Network
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "structural_connectivity": {
        "needs": ("network",),
        "pairs_of_areas": "simulated",
        "uses": (),
        "file": "structural_connectivity.csv",
        "version": 1,
    }
}


def structural_connectivity(*, network: Network, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the synapses of `network` between all ordered pairs of areas.

    `parameters` are not used.

    Returns
    -------
    DataFrame
        target, source, synapses; indegree: synapses per neuron of the target area; outdegree:
        synapses per neuron of the source area; relative_indegree: share of all recurrent
        synapses onto the target; delay_ms: mean over synapses, nan where there are none.
    """
    synapses = network.between_areas(network.synapses)
    areas = list(synapses.index)
    neurons = pd.Series(network.n_neurons).groupby(network.area_of).sum().loc[areas].to_numpy()
    count = synapses.to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        delay = network.between_areas(network.synapses * network.delay).to_numpy() / count
        relative = count / count.sum(axis=1, keepdims=True)
    return pd.DataFrame(
        {
            "target": np.repeat(areas, len(areas)),
            "source": np.tile(areas, len(areas)),
            "synapses": count.ravel(),
            "indegree": (count / neurons[:, None]).ravel(),
            "outdegree": (count / neurons[None, :]).ravel(),
            "relative_indegree": relative.ravel(),
            "delay_ms": delay.ravel(),
        }
    )


def as_matrix(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a `column` of `table` as a matrix [target, source], in the order of the table."""
    order = list(dict.fromkeys(table["target"]))
    return table.pivot(index="target", columns="source", values=column).loc[order, order]
