"""All synapses of a small network, as the engine draws them at every spike."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numba import njit

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural import counters, draws
from multiarea.simulation.procedural.counters import HALF
from multiarea.simulation.procedural.layout import Tables
from multiarea.simulation.procedural.tables import make_plan

MOST = 200_000_000
"""Largest number of synapses that are listed."""


def synapses(network: Network, parameters: SimulationParameters) -> pd.DataFrame:
    """Return all synapses of a network.

    Parameters
    ----------
    network : Network
        Small: at most `MOST` synapses.
    parameters : SimulationParameters
        Seed, resolution, limits of the delays.

    Returns
    -------
    DataFrame
        One row per synapse: source, target (neurons, 0-based; sources after the last neuron are
        those of `SourceInput`s), weight [pA], delay [ms].

    Raises
    ------
    InputError
        If there are too many.
    """
    total = float(network.synapses.sum())
    if total > MOST:
        raise InputError(f"{total:.3g} synapses: at most {MOST} can be listed")
    plan = make_plan(network, parameters)
    tables, parts = plan.tables, [(np.zeros(0),) * 4]
    for unit in tables.units:
        for link in tables.links[slice(*unit["links"])]:
            n = int(plan.n_sources[link["population"]])
            rows = int(link["row"]) + np.arange(n) * int(link["stride"])
            parts.append(_of_link(tables, unit, link, tables.out_degree[rows]))
    source, target, weight, delay = map(np.concatenate, zip(*parts, strict=True))
    return pd.DataFrame(
        {
            "source": source.astype(np.int64),
            "target": target.astype(np.int64),
            "weight": weight,
            "delay": delay * parameters.sim_resolution,
        }
    )


def _of_link(
    tables: Tables, unit: np.void, link: np.void, out_degrees: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return source, target, weight [pA] and delay [steps] of the synapses of a link."""
    source, target, quanta, delay = _draw(
        out_degrees.astype(np.int64),
        tables.seed[0],
        link["stream"],
        link["node"],
        np.uint64(unit["size"]),
        tables.weights[link["weights"]],
        tables.aliases[link["aliases"] : link["aliases"] + link["n_aliases"]],
    )
    delay += int(link["shortest"])
    return source + int(link["node"]), target + int(unit["node"]), quanta * unit["scale"], delay


@njit(cache=True)
def _draw(degrees, seed, name, node, n, weights, aliases):  # noqa: PLR0913
    total = degrees.sum()
    source, target = np.empty(total, np.int64), np.empty(total, np.int64)
    quanta, delay = np.empty(total, np.int64), np.empty(total, np.int64)
    part = counters.stream(seed, counters.SYNAPSE, name)
    at = 0
    for q in range(len(degrees)):
        key = counters.stream_key(part, node + q)
        for k in range(degrees[q]):
            word = counters.philox(np.uint64(k), key)
            product = draws.scaled(word, n)
            source[at], target[at] = q, np.int64(product >> HALF)
            quanta[at] = weights[draws.weight_index(product)]
            column = draws.column(word, np.uint64(len(aliases)))
            delay[at] = np.int64(draws.delay(column, aliases[column >> HALF]))
            at += 1
    return source, target, quanta, delay
