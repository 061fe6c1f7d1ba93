"""Neurons, connections, input and recorders in NEST, against one Connect call per projection.

`published way`: tables of strings indexed by area, layer and population, read cell by cell with
pandas, fresh random-parameter objects for each projection, spikes recorded as text.
`without look-ups`: plain arrays, but fresh random-parameter objects: what a bare script does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from harness import OURS, Case

from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.nest import build, connect, record
from multiarea.simulation.nest.kernel import nest

TITLE = "building in NEST, N = K = 0.005"
THREADS = 2
SEED = 50
"""One whose longest delay is within a tenth of ours; running costs depend on it."""
NEURON = ("E_L", "C_m", "tau_m", "tau_syn_ex", "tau_syn_in", "t_ref", "V_th", "V_reset")
MATRICES = ("synapses", "weight", "weight_sd", "delay", "delay_sd")


def reset() -> None:
    """Empty NEST."""
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.WARNING
    nest.set(local_num_threads=THREADS, resolution=0.1, rng_seed=SEED)


def build_ours(network: Network) -> Any:
    """Build with this package; return its recorders."""
    parameters = SimulationParameters()
    populations = build(network, parameters, THREADS)
    connect(network, parameters, populations)
    return record(network, parameters, populations)


def create(rows: Iterable[Any]) -> list[Any]:
    """Create populations from mappings with neuron parameters and size."""
    nodes = []
    for row in rows:
        values = {name: row[name] for name in NEURON} | {"I_e": row["i_dc"]}
        values["V_m"] = nest.random.normal(-65.0, 5.0)
        nodes.append(nest.Create(row["neuron_model"], int(row["n_neurons"]), params=values))
    return nodes


def drive(rows: Iterable[Any], nodes: list[Any]) -> None:
    """Connect one Poisson generator to each population."""
    for row, own in zip(rows, nodes, strict=True):
        rate = row["rate_ext"] * row["n_synapses_external"] / row["n_neurons"]
        generator = nest.Create("poisson_generator", params={"rate": rate})
        nest.Connect(generator, own, syn_spec={"weight": row["weight_ext"], "delay": 1.5})


def connect_one(nodes: tuple, n: float, weight: tuple, delay: tuple) -> None:
    """Connect one projection with fresh parameter objects."""
    variance = math.log1p((delay[1] / delay[0]) ** 2)
    mu, sigma = math.log(delay[0]) - variance / 2, math.sqrt(variance)
    normal = nest.random.normal(weight[0], weight[1])
    clip = nest.math.max if weight[0] > 0 else nest.math.min
    synapse = {"synapse_model": "static_synapse", "weight": clip(normal, 0.0)}
    synapse["delay"] = nest.math.max(nest.random.lognormal(mu, sigma), 0.1)
    nest.Connect(*nodes, {"rule": "fixed_total_number", "N": int(n)}, synapse)


def build_bare(network: Network) -> Any:
    """Build as a bare NEST script does; return the spike recorder."""
    reset()
    rows = network.populations.to_dict("records")
    nodes = create(rows)
    arrays = [getattr(network, name) for name in MATRICES]
    for i, j in zip(*np.nonzero(network.synapses), strict=True):
        n, w, w_sd, d, d_sd = (array[i, j] for array in arrays)
        connect_one((nodes[j], nodes[i]), n, (w, w_sd), (d, d_sd))
    drive(rows, nodes)
    recorder = nest.Create("spike_recorder")
    for own in nodes:
        nest.Connect(own, recorder)
    return recorder


def build_published(tables: list[pd.DataFrame], table: pd.DataFrame) -> None:
    """Build with look-ups by name."""
    reset()
    nodes = pd.Series(create(table.loc[key] for key in table.index), table.index)
    synapses, w, w_sd, d, d_sd = tables
    for target in synapses.index:
        for source in synapses.columns:
            n = synapses.loc[target, source]
            if n > 0:
                weight = w.loc[target, source], w_sd.loc[target, source]
                delay = d.loc[target, source], d_sd.loc[target, source]
                connect_one((nodes.loc[source], nodes.loc[target]), n, weight, delay)
    drive((table.loc[key] for key in table.index), list(nodes))
    recorder = nest.Create("spike_recorder", params={"record_to": "ascii"})
    for own in nodes:
        nest.Connect(own, recorder)


def ours(case: Case) -> Callable[[], None]:
    network = case.network
    return lambda: build_ours(network) and None


def bare(case: Case) -> Callable[[], None]:
    network = case.network
    return lambda: build_bare(network) and None


def published(case: Case) -> Callable[[], None]:
    network, index = case.network, case.network.populations.index
    tables = [pd.DataFrame(getattr(network, name), index, index) for name in MATRICES]
    return lambda: build_published(tables, network.populations)


SIDES = {OURS: ours, "published way": published, "without look-ups": bare}
