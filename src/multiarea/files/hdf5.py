"""HDF5 files that are complete or absent, also on a full disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import h5py

from multiarea.files.atomic import atomic_path


@contextmanager
def new_hdf5(path: Path, **options: Any) -> Iterator[h5py.File]:
    """Yield a new HDF5 file under a temporary name; rename it to `path` if the block succeeds.

    Parameters
    ----------
    path : Path
    **options
        Of `h5py.File`.

    Raises
    ------
    InputError
        If the disk is full or cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("w+b", buffering=0) as raw:
        stream = PatientFile(raw)
        with h5py.File(stream, "w", **options) as file:
            yield file
        if stream.error is not None:
            raise stream.error


class PatientFile:
    """A binary file that keeps the first error of writing instead of raising it.

    After a failed write the HDF5 library prints tracebacks and crashes as it closes the file.

    Attributes
    ----------
    error : OSError or None
        The first error; nothing is written after it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        """Write all of the data, or nothing more after an error."""
        rest = memoryview(data).cast("B")
        length, end = len(rest), self._file.tell() + len(rest)
        try:
            while len(rest) and self.error is None:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.error = error
        self._file.seek(end)
        return length

    def truncate(self, size: int | None = None) -> int:
        """Set the length of the file, unless that fails."""
        try:
            return self._file.truncate(size)
        except OSError as error:
            self.error = self.error or error
            return size or 0

    def readinto(self, buffer: Any) -> int:
        """Read; what could not be written reads as zeros."""
        view = memoryview(buffer).cast("B")
        found = self._file.readinto(view)  # type: ignore[attr-defined]
        if self.error is not None:
            view[found:] = bytes(len(view) - found)
            found = len(view)
        return found

    def read(self, size: int = -1) -> bytes:
        """Read; h5py takes no file without this."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""
