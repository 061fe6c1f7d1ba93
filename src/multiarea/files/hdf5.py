"""HDF5 files that are complete or absent, also on a full disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from multiarea.files.atomic import atomic_path


@contextmanager
def new_hdf5(path: Path, **options: Any) -> Iterator[h5py.File]:
    """Yield a new HDF5 file under a temporary name; rename it to `path` if the block succeeds.

    The `options` are those of `h5py.File`.

    Raises InputError if the disk is full or cannot be written.
    """
    with atomic_path(path) as temporary, _PatientFile(temporary, "w+") as stream:
        with h5py.File(stream, "w", **options) as file:
            yield file
        if stream.error is not None:
            raise stream.error


class _PatientFile(io.FileIO):
    """A binary file that keeps the first error of writing instead of raising it.

    After a failed write the HDF5 library prints tracebacks and crashes as it closes the file.
    """

    error: OSError | None = None
    """The first error; nothing is written after it."""

    def write(self, data: Any) -> int:
        """Write all of the data, or nothing more after an error."""
        rest = memoryview(data).cast("B")
        length, end = len(rest), self.tell() + len(rest)
        try:
            while len(rest) and self.error is None:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self.error = error
        self.seek(end)
        return length

    def truncate(self, size: int | None = None) -> int:
        """Set the length of the file, unless that fails."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.error = self.error or error
            return size or 0

    def readinto(self, buffer: Any) -> int:
        """Read; what could not be written reads as zeros."""
        view = memoryview(buffer).cast("B")
        found = super().readinto(view)
        if self.error is not None:
            view[found:] = bytes(len(view) - found)
            found = len(view)
        return found
