"""Wall time of connecting: this package against one nest.Connect per projection.

A network like the down-scaled human one (254 populations, about 8 000 projections, 1e6 synapses,
random tables) is connected in two plain ways, and by `multiarea.simulation.connect`:

* `look-ups`: tables of strings indexed by area, layer and population, read cell by cell with
  pandas, and fresh random-parameter objects for each projection;
* `fresh objects`: plain arrays, but fresh random-parameter objects for each projection.

Run: `python benchmarks/connect.py [SYNAPSES] [THREADS]`. Prints medians of three and ratios.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from multiarea.network import LEVELS, Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation import build, connect
from multiarea.simulation.kernel import nest

P, PER_AREA, PROJECTIONS = 254, 8, 8000


def human_like(n_synapses: float) -> Network:
    """Return a network with random tables: 8 populations per area, delays per pair of areas."""
    rng = np.random.default_rng(1)
    area = np.arange(P) // PER_AREA
    layers = np.array(["II/III", "IV", "V", "VI"])[np.arange(P) // 2 % 4]
    index = pd.MultiIndex.from_arrays(
        [[f"area{a}" for a in area], layers, np.array(["E", "I"])[np.arange(P) % 2]], names=LEVELS
    )
    columns = {
        "n_neurons": np.maximum(2, rng.lognormal(4, 0.8, P).astype(int)),
        "n_synapses_external": 0,
        "neuron_model": "iaf_psc_exp",
    }
    columns |= {"E_L": -70.0, "V_th": -45.0, "V_reset": -70.0, "C_m": 220.0, "tau_m": 10.0}
    columns |= {"tau_syn_ex": 2.0, "tau_syn_in": 2.0, "t_ref": 2.0}
    columns |= dict.fromkeys(("V_th_rel_sd", "C_m_rel_sd", "tau_m_rel_sd", "i_dc"), 0.0)
    columns |= dict.fromkeys(("rate_ext", "weight_ext", "weight_ext_sd"), 0.0)
    columns |= dict.fromkeys(("delay_ext", "V0_mean", "V0_sd"), np.nan)
    used = rng.random((P, P)) < PROJECTIONS / P**2
    synapses = np.where(used, rng.lognormal(0, 1.5, (P, P)), 0)
    synapses = np.rint(synapses * n_synapses / synapses.sum())
    between = rng.uniform(2, 40, (area[-1] + 1, area[-1] + 1))[area[:, None], area]
    inhibitory = np.arange(P) % 2 == 1
    weight = np.where(inhibitory[:, None], 25.0, 40.0) * np.where(inhibitory, -5.0, 1.0)
    local = np.where(inhibitory, 0.75, 1.5)
    delay = np.where(area[:, None] == area, np.broadcast_to(local, (P, P)), between)
    return Network(
        pd.DataFrame(columns, index=index),
        synapses,
        weight,
        0.1 * np.abs(weight),
        delay,
        0.5 * delay,
        pd.DataFrame(index=pd.Index(dict.fromkeys(index.get_level_values(0)), name="area")),
    )


def connect_one(nodes: tuple, n: float, weight: tuple, delay: tuple) -> None:
    """Connect one projection with fresh parameter objects."""
    variance = np.log1p((delay[1] / delay[0]) ** 2)
    mu, sigma = np.log(delay[0]) - variance / 2, np.sqrt(variance)
    normal = nest.random.normal(weight[0], weight[1])
    clip = nest.math.max if weight[0] > 0 else nest.math.min
    synapse = {
        "synapse_model": "static_synapse",
        "weight": clip(normal, 0.0),
        "delay": nest.math.max(nest.random.lognormal(mu, sigma), 0.1),
    }
    nest.Connect(nodes[0], nodes[1], {"rule": "fixed_total_number", "N": int(n)}, synapse)


def with_fresh_objects(network: Network, nodes: list) -> None:
    w, w_sd, d, d_sd = network.weight, network.weight_sd, network.delay, network.delay_sd
    for i, j in zip(*np.nonzero(network.synapses), strict=True):
        weight, delay = (w[i, j], w_sd[i, j]), (d[i, j], d_sd[i, j])
        connect_one((nodes[j], nodes[i]), network.synapses[i, j], weight, delay)


def with_look_ups(tables: list[pd.DataFrame], nodes: pd.Series) -> None:
    synapses, w, w_sd, d, d_sd = tables
    for target in synapses.index:
        for source in synapses.columns:
            n = synapses.loc[target, source]
            if n > 0:
                weight = w.loc[target, source], w_sd.loc[target, source]
                delay = d.loc[target, source], d_sd.loc[target, source]
                connect_one((nodes.loc[source], nodes.loc[target]), n, weight, delay)


def tables_of(network: Network) -> list[pd.DataFrame]:
    names = ("synapses", "weight", "weight_sd", "delay", "delay_sd")
    index = network.populations.index
    return [pd.DataFrame(getattr(network, name), index, index) for name in names]


def median_time(network: Network, threads: int, method: Callable) -> float:
    seconds = []
    for _ in range(3):
        populations = build(network, SimulationParameters(), threads)
        start = time.perf_counter()
        method(populations)
        seconds.append(time.perf_counter() - start)
    assert nest.num_connections == network.synapses.sum()
    return statistics.median(seconds)


def main(n_synapses: float = 1e6, threads: int = 2) -> None:
    network = human_like(n_synapses)
    tables = tables_of(network)
    index = network.populations.index
    methods = {
        "look-ups": lambda p: with_look_ups(tables, pd.Series(p.nodes, index)),
        "fresh objects": lambda p: with_fresh_objects(network, p.nodes),
        "multiarea": lambda p: connect(network, SimulationParameters(), p),
    }
    used = (network.synapses > 0).sum()
    print(f"{used} projections, {int(network.synapses.sum())} synapses, {threads} threads")
    seconds = {name: median_time(network, threads, method) for name, method in methods.items()}
    for name, value in seconds.items():
        ratio = value / seconds["multiarea"]
        print(f"{name:14s} {value:7.3f} s  {1e6 * value / used:6.1f} us/projection  {ratio:5.1f} x")


if __name__ == "__main__":
    main(*(float(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else ())
