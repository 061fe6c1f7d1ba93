"""All synapses of a small network, as the engine draws them at every spike."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numba import njit

from multiarea.errors import InputError
from multiarea.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural import counters, draws
from multiarea.simulation.procedural.counters import HALF
from multiarea.simulation.procedural.tables import make_plan

MOST = 200_000_000
"""Most synapses that are listed."""


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
        One row per synapse: source, target (neurons, 0-based; sources behind the last neuron are
        those of `SourceInput`s), weight [pA], delay [ms].

    Raises
    ------
    InputError
        If there are too many.
    """
    total = float(network.synapses.sum())
    if total > MOST:
        raise InputError(f"{total:.3g} synapses: at most {MOST} can be listed")
    tables = make_plan(network, parameters).tables
    ends = [
        (tables.links["row"][k], tables.links["stride"][k], tables.links["population"][k])
        for k in range(len(tables.links))
    ]
    sizes = _sources(network)
    parts = []
    for a in range(len(tables.units)):
        first, last = tables.units["links"][a]
        for k in range(int(first), int(last)):
            row, stride, population = (int(value) for value in ends[k])
            n = sizes[population]
            degrees = tables.out_degree[row : row + n * stride : stride][:n].astype(np.int64)
            parts.append(_list(tables, a, k, degrees))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    source, target, weight, delay = columns or [np.zeros(0)] * 4
    return pd.DataFrame(
        {
            "source": source.astype(np.int64),
            "target": target.astype(np.int64),
            "weight": weight,
            "delay": delay * parameters.sim_resolution,
        }
    )


def _sources(network: Network) -> list[int]:
    from multiarea.simulation.procedural.projections import Projections

    return Projections.of(network).n_sources.tolist()


def _list(tables, a, k, degrees):  # type: ignore[no-untyped-def]
    unit, link = tables.units[a], tables.links[k]
    key = int(tables.seed[0])
    drawn = _draw(
        degrees,
        np.uint64(key),
        link["stream"],
        link["node"],
        np.uint64(unit["size"]),
        (link["weight"], tables.factors[link["factors"]]),
        (tables.aliases, link["aliases"], link["n_aliases"]),
    )
    source, target, quanta, delay = drawn
    scale = float(unit["scale"])
    return (
        source + int(link["node"]),
        target + int(unit["node"]),
        quanta * scale,
        delay + int(link["shortest"]),
    )


@njit(cache=True)
def _draw(degrees, seed, name, node, n, weights, delays):  # noqa: PLR0913
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
            quanta[at] = draws.weight(product, weights[0], weights[1])
            delay[at] = np.int64(draws.delay(word, delays[0], delays[1], delays[2]))
            at += 1
    return source, target, quanta, delay
