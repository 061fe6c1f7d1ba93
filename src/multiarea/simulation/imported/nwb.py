"""Spikes of NWB files: the table `units`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.errors import InputError, one_line
from multiarea.network.network import LEVELS
from multiarea.simulation.imported.spike_file import BLOCK, SpikeBlock, SpikeFile

COLUMNS = ("id", "spike_times", "spike_times_index")


def nwb(path: Path, file: h5py.File) -> SpikeFile:
    """Return the spikes of the NWB `file` at `path`, which stays open; times are in s.

    Neurons are the units, by their `id`; columns area, layer and population tell where they are.

    Raises InputError if it has no units with spikes.
    """
    units = file.get("units")
    lacks = [name for name in COLUMNS if not isinstance(units, h5py.Group) or name not in units]
    if lacks:
        raise InputError(f"{one_line(path)}: NWB without units with spikes: no {', '.join(lacks)}")
    ids, ends = units["id"][()].astype(np.int64), units["spike_times_index"][()].astype(np.int64)
    n_spikes = len(units["spike_times"])
    if (
        len(ids) != len(ends)
        or (np.diff(ends, prepend=0) < 0).any()
        or ends.max(initial=0) > n_spikes
    ):
        raise InputError(
            f"{one_line(path)}: units: spike_times_index does not fit the other columns"
        )

    def blocks() -> Iterator[SpikeBlock]:
        times = units["spike_times"]
        for start in range(0, n_spikes, BLOCK):
            stop = min(start + BLOCK, n_spikes)
            rows = np.searchsorted(ends, np.arange(start, stop), side="right")
            rows = rows[rows < len(ids)]
            yield SpikeBlock("", ids[rows], times[start:stop].astype(np.float64)[: len(rows)])

    members = None
    if set(LEVELS) <= set(units):
        text = {level: units[level].asstr()[()].astype(str) for level in LEVELS}
        members = pd.DataFrame({"group": "", "first": ids, "last": ids, **text})
    return SpikeFile(path, blocks, "s", members=members)
