"""Membrane potentials: `membrane_potentials.h5`, a SONATA report of the cell bodies.

Layout of the file
------------------
/report/cortex/data               float32 [time, neuron], mV
/report/cortex/mapping/node_ids   uint64, 0-based neurons of the columns
/report/cortex/mapping/index_pointers, element_ids   one column per neuron, all of element 0
/report/cortex/mapping/time       float64 [start, stop, step] of the rows, ms; stop is excluded
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from multiarea.files.hdf5 import new_hdf5
from multiarea.files.provenance import unreadable
from multiarea.spikes.spool import SAMPLE, blocks


def write_potentials(
    path: Path, nodes: np.ndarray, interval: float, spools: list[Path], start: float = 0.0
) -> int:
    """Write the report to `path`, complete or absent; return the number of samples per neuron.

    Parameters
    ----------
    path : Path
    nodes : (n,) array of int
        Recorded neurons, in ascending order.
    interval : float
        Sampling interval [ms]; sample k is at the time start + k x interval, k = 1, 2, ...
    spools : list of Path
        One file of `SAMPLE` records per MPI rank, each sorted by time.
    start : float
        When the recording began [ms], a multiple of the interval.
    """
    first = round(start / interval)
    n_rows = max((int(b["step"].max()) - first for b in blocks(spools, SAMPLE)), default=0)
    with new_hdf5(path) as file:
        group = file.create_group("report/cortex")
        data = group.create_dataset(
            "data", (n_rows, len(nodes)), np.float32, fillvalue=np.float32(np.nan)
        )
        data.attrs["units"] = "mV"
        mapping = group.create_group("mapping")
        mapping.create_dataset("node_ids", data=nodes.astype(np.uint64))
        mapping.create_dataset("index_pointers", data=np.arange(len(nodes) + 1, dtype=np.uint64))
        mapping.create_dataset("element_ids", data=np.zeros(len(nodes), np.uint32))
        rows = np.array([first + 1, first + n_rows + 1, 1])
        mapping.create_dataset("time", data=rows * interval).attrs["units"] = "ms"
        for records in blocks(spools, SAMPLE):
            _write_rows(data, nodes, records, first)
    return n_rows


def _write_rows(data: h5py.Dataset, nodes: np.ndarray, records: np.ndarray, before: int) -> None:
    row = records["step"].astype(np.int64) - before - 1
    touched = slice(int(row.min()), int(row.max()) + 1)
    rows = data[touched]
    rows[row - touched.start, np.searchsorted(nodes, records["node"])] = records["value"]
    data[touched] = rows


class Potentials:
    """Reader of recorded membrane potentials.

    Attributes
    ----------
    nodes : (n,) array of int
        Recorded neurons (0-based, as in the spike store), in ascending order.
    times : (samples,) array
        Of the samples [ms].
    """

    def __init__(self, path: Path) -> None:
        """Open the report `path`.

        Raises InputError if the file is absent or not such a report.
        """
        try:
            group = h5py.File(path, "r")["report/cortex"]
            self._data = group["data"]
            self.nodes = group["mapping/node_ids"][()].astype(np.int64)
            start, _, step = group["mapping/time"][()]
            self.times = start + step * np.arange(len(self._data))
        except Exception as error:  # h5py raises many kinds on a damaged file
            raise unreadable(Path(path), "membrane potential", error) from error

    def trace(self, node: int, window: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
        """Return times [ms] and potentials [mV] of the neuron `node` in a `window` [ms]."""
        rows = slice(*np.searchsorted(self.times, window))
        return self.times[rows], self._data[rows, np.searchsorted(self.nodes, node)]
