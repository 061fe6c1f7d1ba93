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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pandas as pd

from multiarea.files.provenance import unreadable
from multiarea.network.network import LEVELS
from multiarea.spikes import forms

if TYPE_CHECKING:
    from neo import Block

PARTS = ("spikes/cortex/timestamps", "neurons/offsets", "populations")
ATTRIBUTES = ("t_stop", "resolution")
"""What a measure reads beside `PARTS`."""


@dataclass(frozen=True)
class Trains:
    """Spike trains of the neurons of one population."""

    times: np.ndarray
    """(n_spikes,) float64 [ms], neuron after neuron, sorted within each neuron."""
    offsets: np.ndarray
    """(n_neurons + 1,) int64: neuron n has `times[offsets[n]:offsets[n + 1]]`."""

    @classmethod
    def of(cls, times: np.ndarray, counts: np.ndarray) -> Trains:
        """Return trains from spike `times`, neuron after neuron, and the `counts` of each."""
        return cls(times, np.concatenate([[0], np.cumsum(counts)]))

    @property
    def n_neurons(self) -> int:
        """Number of neurons, silent ones included."""
        return len(self.offsets) - 1

    @property
    def counts(self) -> np.ndarray:
        """Number of spikes of each neuron, (n_neurons,)."""
        return np.diff(self.offsets)

    @property
    def neurons(self) -> np.ndarray:
        """Index of the neuron that fired each spike, (n_spikes,)."""
        return np.repeat(np.arange(self.n_neurons), self.counts)

    def pick(self, neurons: np.ndarray) -> Trains:
        """Return the trains of the neurons with the indices `neurons`, in that order."""
        counts = self.counts[neurons]
        shift = self.offsets[:-1][neurons] - (np.cumsum(counts) - counts)
        return Trains.of(self.times[np.arange(counts.sum()) + np.repeat(shift, counts)], counts)


class Spikes:
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

    def arrays(self, **names: str) -> tuple[np.ndarray, np.ndarray]:
        """Return times [ms] and neurons; `area="V1"` and the like choose: `forms.as_arrays`."""
        return forms.as_arrays(self, **names)

    def table(self, **names: str) -> pd.DataFrame:
        """Return a table with a row for each spike; `names` choose: `forms.as_table`."""
        return forms.as_table(self, **names)

    def neo(self, **names: str) -> Block:
        """Return Neo objects; `names` choose: `forms.as_neo`."""
        return forms.as_neo(self, **names)


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
