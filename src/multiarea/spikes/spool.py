"""Spool files: records appended during a simulation, removed when the result is written."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from multiarea.files.atomic import disk_problems

log = logging.getLogger(__name__)

SPIKE = np.dtype([("node", "<u4"), ("step", "<u4")])
"""A spike: 0-based neuron, time in steps of the resolution."""
SAMPLE = np.dtype([("node", "<u4"), ("step", "<u4"), ("value", "<f4")])
"""A sample: 0-based neuron, time in sampling intervals, membrane potential [mV]."""
BLOCK = 1 << 19
"""Records read at once."""


def spool_path(result: Path, rank: int) -> Path:
    """Return the hidden file next to `result` in which the MPI rank `rank` collects records."""
    return result.with_name(f".{result.stem}.spool-{rank}")


def left_spools(result: Path) -> list[Path]:
    """Return all spool files of `result`, including those of killed runs with more ranks."""
    return sorted(result.parent.glob(f".{result.stem}.spool-*"))


class Spool:
    """A file of records of one type, open for appending by this process only.

    If another process, such as one that outlived a killed workflow, still writes to the file,
    this one waits until it ends; otherwise their records would be mixed.

    Parameters
    ----------
    path : Path
        Overwritten if it exists, except for its first `keep` bytes.
    dtype : numpy dtype
        Type of a record.
    shared : bool
        Whether processes on other machines read the file.
    keep : int
        Bytes to keep at the beginning of the file.
    """

    def __init__(self, path: Path, dtype: np.dtype, shared: bool = False, keep: int = 0) -> None:
        self.path, self.dtype, self._shared = path, dtype, shared
        with disk_problems(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open_alone(path)
            self._file.truncate(keep)

    def append(self, **columns: np.ndarray) -> None:
        """Append one record per element of the columns."""
        records = np.empty(len(next(iter(columns.values()))), self.dtype)
        for name, values in columns.items():
            records[name] = values
        with disk_problems(self.path):
            self._file.write(records.view(np.uint8))

    def flush(self) -> None:
        """Let other processes see what has been appended."""
        if self._shared:
            self.sync()
        else:
            with disk_problems(self.path):
                self._file.flush()

    def sync(self) -> None:
        """Write what has been appended to the disk, so that it survives a crash of the machine."""
        with disk_problems(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Flush and close the file."""
        with disk_problems(self.path):
            self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_alone(path: Path, wait: bool = True) -> BinaryIO | None:
    """Open and lock the file `path` to read and append.

    Where another process holds it, `wait`, or return None.
    """
    while True:
        file = path.open("ab+")
        if not _lock(file, path, wait):
            file.close()
            return None
        with suppress(FileNotFoundError):  # that process may have removed the file it held
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()


def _lock(file: BinaryIO, path: Path, wait: bool) -> bool:
    """Lock a file, if the file system supports locks; return whether no other process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not wait:
            return False
        log.warning(
            "waiting for a process that still simulates into %s, left by a killed run "
            "(`fuser %s` tells which; it can be killed)",
            path.parent,
            path,
        )
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        log.debug("%s: no locks on this file system", path)
    return True


def blocks(paths: list[Path], dtype: np.dtype, size: int = BLOCK) -> Iterator[np.ndarray]:
    """Yield the records, of type `dtype`, of the spool files `paths`, at most `size` at a time."""
    for path in paths:
        with path.open("rb") as file:
            while len(records := np.fromfile(file, dtype, size)):
                yield records
