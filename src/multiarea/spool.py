"""Spool files: records appended while a simulation runs, removed when the result is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np

SPIKE = np.dtype([("node", "<u4"), ("step", "<u4")])
"""A spike: 0-based neuron, time in steps of the resolution."""
SAMPLE = np.dtype([("node", "<u4"), ("step", "<u4"), ("value", "<f4")])
"""A sample: 0-based neuron, time in sampling intervals, membrane potential [mV]."""
BLOCK = 1 << 21
"""Records read at once."""


def spool_path(result: Path, rank: int) -> Path:
    """Return the hidden file beside a result in which one MPI rank collects its records."""
    return result.with_name(f".{result.stem}.spool-{rank}")


def left_spools(result: Path) -> list[Path]:
    """Return all spool files beside a result, those of killed runs with more ranks included."""
    return sorted(result.parent.glob(f".{result.stem}.spool-*"))


class Spool:
    """A file of records of one type, open for appending.

    Parameters
    ----------
    path : Path
        Overwritten if it exists.
    dtype : numpy dtype
        Type of a record.
    """

    def __init__(self, path: Path, dtype: np.dtype) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.dtype = path, dtype
        self._file = path.open("wb")

    def append(self, **columns: np.ndarray) -> None:
        """Append one record per element of the columns."""
        records = np.empty(len(next(iter(columns.values()))), self.dtype)
        for name, values in columns.items():
            records[name] = values
        records.tofile(self._file)

    def close(self) -> None:
        """Flush and close the file."""
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def blocks(paths: list[Path], dtype: np.dtype, size: int = BLOCK) -> Iterator[np.ndarray]:
    """Yield the records of spool files, at most `size` at a time."""
    for path in paths:
        with path.open("rb") as file:
            while len(records := np.fromfile(file, dtype, size)):
                yield records
