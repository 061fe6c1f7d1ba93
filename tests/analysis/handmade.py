"""Spike stores and networks made by hand."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.network.network import LEVELS, POPULATION_COLUMNS, Network
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.trains import Trains

Key = tuple[str, str, str]


def make_trains(spike_times: list[list[float]]) -> Trains:
    """Return trains from one list of times per neuron."""
    offsets = np.concatenate([[0], np.cumsum([len(times) for times in spike_times])])
    flat = [time for times in spike_times for time in times]
    return Trains(np.array(flat, dtype=float), offsets.astype(np.int64))


def write_store(path: Path, trains: dict[Key, list[list[float]]], t_stop: float) -> Path:
    """Write the documented layout of a spike store."""
    sizes = [len(neurons) for neurons in trains.values()]
    lengths = [len(times) for neurons in trains.values() for times in neurons]
    times = [np.asarray(times) for neurons in trains.values() for times in neurons]
    with h5py.File(path, "w") as file:
        file["spikes/cortex/timestamps"] = np.concatenate([*times, []]).astype(float)
        file["spikes/cortex/node_ids"] = np.repeat(np.arange(sum(sizes)), lengths).astype("u8")
        file["neurons/offsets"] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        for position, level in enumerate(LEVELS):
            names = [key[position] for key in trains]
            file[f"populations/{level}"] = np.array(names, dtype=h5py.string_dtype())
        file["populations/first_node"] = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
        file["populations/n_neurons"] = np.array(sizes, dtype=int)
        file.attrs["t_stop"] = t_stop
        file.attrs["resolution"] = 0.1
    return path


def make_network(
    n_neurons: dict[Key, int],
    synapses: np.ndarray,
    weight: np.ndarray,
    **columns: float | list[float],
) -> Network:
    """Return a network; columns not given are 0, t_ref 2 ms and tau_syn 0.5 ms."""
    index = pd.MultiIndex.from_tuples(list(n_neurons), names=LEVELS)
    empty = {"i": 0, "f": 0.0, "s": "iaf_psc_exp"}
    table = pd.DataFrame(
        {name: empty[kind] for name, (kind, _, _) in POPULATION_COLUMNS.items()}, index=index
    )
    table["n_neurons"] = list(n_neurons.values())
    for name, values in {"t_ref": 2.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, **columns}.items():
        table[name] = values
    zero = np.zeros(np.shape(synapses))
    areas = pd.DataFrame(index=pd.Index(dict.fromkeys(key[0] for key in n_neurons), name="area"))
    return Network(table, synapses, weight, zero, zero + 1.5, zero, areas)


def parameters(**blocks: dict) -> AnalysisParameters:
    """Return analysis parameters that start at 0 ms unless told otherwise."""
    zero = {
        "rate_histogram": {"t_start": 0.0},
        "meanFiringRate": {"t_start": 0.0},
        "individualFiringRate": {"t_start": 0.0},
        "correlation_coefficient": {"tmin": 0.0},
        "cv": {"t_start": 0.0},
        "lvr": {"t_start": 0.0},
        "plotConnectivities": {"tmin": 0.0},
        "compute_louvain": {"tmin": 0.0},
    }
    for name, block in blocks.items():
        zero[name] = {**zero.get(name, {}), **block} if isinstance(block, dict) else block
    return AnalysisParameters.model_validate(zero)


def poisson_trains(rng: np.random.Generator, n: int, rate: float, t_stop: float) -> list:
    """Return n Poisson trains of `rate` spikes/s on [0, t_stop) ms."""
    counts = rng.poisson(rate * t_stop / 1000, n)
    return [np.sort(rng.uniform(0, t_stop, count)).tolist() for count in counts]
