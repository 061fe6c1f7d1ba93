"""Sort spooled spikes by neuron and time, in bounded memory, and write `spikes.h5`.

`multiarea.spikes.store` describes the layout of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.files.hdf5 import new_hdf5
from multiarea.network.network import LEVELS
from multiarea.spikes.spool import BLOCK, SPIKE, blocks

MEMORY_SPIKES = 1 << 24
"""Spikes sorted at once: 0.13 GB."""
SONATA_MAGIC = 0x0A7A
"""Attribute `magic` of every SONATA file."""


@dataclass(frozen=True)
class Recording:
    """What the spike store records about a simulation."""

    n_neurons: pd.Series
    """Neurons of each population, indexed (area, layer, population), in network order."""
    t_stop: float
    """Simulated time [ms]."""
    resolution: float
    """Time step [ms]."""
    is_recorded: np.ndarray | None = None
    """(P,) of bool: populations whose spikes were recorded, and which are listed; None: all."""

    @property
    def first_node(self) -> np.ndarray:
        """First neuron of each population (0-based), (P,)."""
        return np.cumsum(self.n_neurons.to_numpy()) - self.n_neurons.to_numpy()


def write_spikes(
    path: Path, recording: Recording, spools: list[Path], limit: int = MEMORY_SPIKES
) -> int:
    """Write the spike store to `path`, complete or absent; return the number of spikes.

    `spools` are files of `SPIKE` records in any order, one per MPI rank; the store does not depend
    on which one holds which spike. About `limit` spikes are held in memory at once. `recording`
    is what the store records about the simulation.
    """
    counts = count_spikes(spools, int(recording.n_neurons.sum()))
    offsets = np.concatenate([[0], np.cumsum(counts)])
    with new_hdf5(path) as file:
        times, nodes = _create(file, recording, offsets)
        position = 0
        for node, step in sorted_spikes(spools, counts, limit):
            end = position + len(node)
            times[position:end] = steps_to_ms(step, recording.resolution)
            nodes[position:end] = node
            position = end
    return int(offsets[-1])


def count_spikes(spools: list[Path], n_neurons: int) -> np.ndarray:
    """Return the number of spikes in `spools` of each neuron, (`n_neurons`,) of int64."""
    counts = np.zeros(n_neurons, np.int64)
    for records in blocks(spools, SPIKE):
        counts += np.bincount(records["node"], minlength=n_neurons)
    return counts


def sorted_spikes(
    spools: list[Path], counts: np.ndarray, limit: int = MEMORY_SPIKES
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (nodes, steps) of the spikes in `spools`, sorted by node, then step.

    At most `BLOCK` spikes at a time. The spools are read once for every `limit` spikes; `counts`
    (n_neurons,) are the spikes of each neuron.
    """
    for low, high in node_ranges(counts, limit):
        keys = np.empty(int(counts[low:high].sum()), np.uint64)
        filled = 0
        for records in blocks(spools, SPIKE):
            inside = records[(records["node"] >= low) & (records["node"] < high)]
            key = inside["node"].astype(np.uint64) << np.uint64(32) | inside["step"]
            keys[filled : filled + len(key)] = key
            filled += len(key)
        keys.sort()
        for start in range(0, len(keys), BLOCK):
            part = keys[start : start + BLOCK]
            yield part >> np.uint64(32), part & np.uint64(0xFFFFFFFF)


def node_ranges(counts: np.ndarray, limit: int) -> Iterator[tuple[int, int]]:
    """Yield ranges [low, high) of neurons with at most `limit` spikes in total.

    `counts` (n_neurons,) are the spikes of each neuron; one with more than `limit` is a range of
    its own. Ranges without spikes are left out.
    """
    total = np.concatenate([[0], np.cumsum(counts)])
    low = 0
    while low < len(counts) and total[low] < total[-1]:
        high = max(int(np.searchsorted(total, total[low] + limit, side="right")) - 1, low + 1)
        if total[high] > total[low]:
            yield low, high
        low = high


def steps_to_ms(steps: np.ndarray, resolution: float) -> np.ndarray:
    """Return the floats nearest to the exact times [ms] of `steps` of the `resolution` [ms].

    123 steps of 0.1 ms are 12.3, not 12.3 plus a rounding error.
    """
    exact = Fraction(resolution).limit_denominator(1_000_000)
    return steps.astype(np.float64) * exact.numerator / exact.denominator


def _create(
    file: h5py.File, recording: Recording, offsets: np.ndarray
) -> tuple[h5py.Dataset, h5py.Dataset]:
    file.attrs["t_stop"] = recording.t_stop
    file.attrs["resolution"] = recording.resolution
    file.attrs["magic"] = np.uint32(SONATA_MAGIC)
    file.attrs["version"] = np.array([0, 1], np.uint32)
    n = int(offsets[-1])
    spikes = file.create_group("spikes/cortex")
    kind = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")
    spikes.attrs.create("sorting", 1, dtype=kind)
    times = spikes.create_dataset("timestamps", (n,), np.float64)
    times.attrs["units"] = "ms"
    nodes = spikes.create_dataset("node_ids", (n,), np.uint64)
    file.create_dataset("neurons/offsets", data=offsets.astype(np.int64))
    _write_populations(file.create_group("populations"), recording)
    return times, nodes


def _write_populations(table: h5py.Group, recording: Recording) -> None:
    kept = slice(None) if recording.is_recorded is None else recording.is_recorded
    numbers = recording.n_neurons[kept]
    for level in LEVELS:
        values = numbers.index.get_level_values(level).to_numpy(dtype=object)
        table.create_dataset(level, data=values, dtype=h5py.string_dtype())
    table.create_dataset("first_node", data=recording.first_node[kept].astype(np.int64))
    table.create_dataset("n_neurons", data=numbers.to_numpy(np.int64))
