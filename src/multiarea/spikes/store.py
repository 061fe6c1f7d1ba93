"""The spike store: SONATA `spikes.h5`, sorted by population, neuron and time.

Layout of the file
------------------
/spikes/cortex/timestamps   float64, ms, sorted within each neuron
/spikes/cortex/node_ids     uint64, 0-based, non-decreasing; a population is contiguous
/neurons/offsets            int64, N + 1: neuron n has timestamps[offsets[n]:offsets[n + 1]]
/populations/{area,layer,population,first_node,n_neurons}
attributes of /: t_stop, resolution (ms)

`/spikes` follows the SONATA format, so that libsonata and BMTK can read it; its datasets are not
compressed, for libsonata comes without any filter of HDF5. The rest lets a measure reach one
population without touching the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.files.provenance import unreadable
from multiarea.network.network import LEVELS
from multiarea.spikes.forms import SpikeForms
from multiarea.spikes.trains import Trains

PARTS = ("spikes/cortex/timestamps", "neurons/offsets", "populations")
ATTRIBUTES = ("t_stop", "resolution")
"""What a measure reads beside `PARTS`."""


class Spikes(SpikeForms):
    """Reader of a spike store; a context manager that reads one population at a time.

    Attributes
    ----------
    populations : DataFrame
        Indexed (area, layer, population); columns `first_node`, `n_neurons`.
    t_stop, resolution : float
        Simulated time and resolution [ms].
    """

    def __init__(self, path: Path) -> None:
        """Open the store.

        Raises InputError if the file is absent or not a complete spike store.
        """
        try:
            self._file = h5py.File(path, "r")
            _check_parts(self._file)
            self._times = self._file["spikes/cortex/timestamps"]
            self._offsets = self._file["neurons/offsets"]
            self.t_stop = float(self._file.attrs["t_stop"])
            self.resolution = float(self._file.attrs["resolution"])
            self.populations = _population_table(self._file["populations"])
            ends = self.populations["first_node"] + self.populations["n_neurons"]
            if len(self._offsets) <= ends.max():
                raise ValueError("neurons/offsets lacks neurons of populations")
        except Exception as error:  # h5py raises many kinds on a damaged file
            raise unreadable(Path(path), "spike", error) from error

    def __enter__(self) -> Spikes:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __len__(self) -> int:
        """Return the number of spikes."""
        return len(self._times)

    @property
    def ends(self) -> np.ndarray:
        """Number of spikes of each neuron and of those before it, (N,)."""
        return np.asarray(self._offsets[1:])

    def times(self, rows: slice) -> np.ndarray:
        """Return times [ms] of the spikes `rows` of the file, neuron after neuron."""
        return np.asarray(self._times[rows])

    def trains(self, key: tuple[str, str, str]) -> Trains:
        """Return the spike trains of the population `key` (area, layer, population)."""
        row = self.populations.loc[key]
        first, n_neurons = int(row["first_node"]), int(row["n_neurons"])
        offsets = self._offsets[first : first + n_neurons + 1]
        return Trains(self._times[offsets[0] : offsets[-1]], offsets - offsets[0])

    def items(self) -> Iterator[tuple[tuple[str, str, str], Trains]]:
        """Yield each population and its trains, in the order of the network."""
        for key in self.populations.index:
            yield key, self.trains(key)


def _check_parts(file: h5py.File) -> None:
    """Raise ValueError if a file lacks what a measure has to know about the spikes."""
    lacks = [name for name in PARTS if name not in file]
    lacks += [f"the attribute {name}" for name in ATTRIBUTES if name not in file.attrs]
    if lacks:
        names = list(file["spikes"]) if isinstance(file.get("spikes"), h5py.Group) else []
        spikes = f"SONATA spikes of the populations {', '.join(names)}" if names else "no spikes"
        raise ValueError(
            f"another program wrote it: it has {spikes}, and lacks {', '.join(lacks)}; a measure "
            "must know the area, layer and population of each neuron, and the simulated time"
        )


def _population_table(group: h5py.Group) -> pd.DataFrame:
    text = {level: group[level].asstr()[()].astype(str) for level in LEVELS}
    numbers = {name: group[name][()] for name in ("first_node", "n_neurons")}
    return pd.DataFrame({**text, **numbers}).set_index(LEVELS)
