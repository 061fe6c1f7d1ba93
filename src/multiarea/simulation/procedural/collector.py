"""Records of a run in spool files with which an interrupted run can be continued."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from multiarea.errors import InputError, one_line
from multiarea.simulation.procedural.checkpoint import checkpoint_path
from multiarea.spikes.spool import SAMPLE, SPIKE, Spool, spool_path


class Collector:
    """The spool files of spikes and potentials, and their checksums so far.

    Parameters
    ----------
    results : list of Path
        spikes.h5, and membrane_potentials.h5 if potentials are recorded.
    keep : sequence of (int, str), optional
        Length [bytes] and SHA-256 of the part of each file that is kept.

    Raises
    ------
    InputError
        If the files do not have these contents.
    """

    def __init__(self, results: list[Path], keep: tuple[tuple[int, str], ...] = ()) -> None:
        self.paths = [spool_path(result, 0) for result in results]
        self._checkpoint = checkpoint_path(results[0])
        self._digests = [hashlib.sha256() for _ in results]
        self._lengths = [0 for _ in results]
        for k, (length, digest) in enumerate(keep):
            self._check(k, length, digest)
        kinds = (SPIKE, SAMPLE)[: len(results)]
        self.spools = [
            Spool(path, kind, keep=length)
            for path, kind, length in zip(self.paths, kinds, self._lengths, strict=True)
        ]

    def _check(self, k: int, length: int, digest: str) -> None:
        path, found = self.paths[k], 0
        if path.exists():
            with path.open("rb") as file:
                while found < length and (block := file.read(min(1 << 20, length - found))):
                    self._digests[k].update(block)
                    found += len(block)
        if found < length or self._digests[k].hexdigest() != digest:
            raise InputError(
                f"{one_line(path)}: absent or damaged; it holds the records of an interrupted "
                f"simulation. Remove {self._checkpoint.name} beside it, and the "
                "simulation begins again."
            )
        self._lengths[k] = length

    def append(self, k: int, **columns: np.ndarray) -> None:
        """Append records with `columns` to the file with the number `k`."""
        records = np.empty(len(next(iter(columns.values()))), self.spools[k].dtype)
        for name, values in columns.items():
            records[name] = values
        self._digests[k].update(records.view(np.uint8).data)
        self._lengths[k] += records.nbytes
        self.spools[k].append(**columns)

    def state(self) -> tuple[tuple[int, str], ...]:
        """Force what was appended to disk; return lengths and checksums."""
        for spool in self.spools:
            spool.sync()
        return tuple(
            (length, digest.hexdigest())
            for length, digest in zip(self._lengths, self._digests, strict=True)
        )

    def flush(self) -> None:
        """Let other processes see what has been appended."""
        for spool in self.spools:
            spool.flush()

    def close(self) -> None:
        """Close the files without removing them."""
        for spool in self.spools:
            spool.close()

    def remove(self) -> None:
        """Remove the files."""
        for path in self.paths:
            path.unlink(missing_ok=True)
