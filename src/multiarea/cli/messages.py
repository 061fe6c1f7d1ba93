"""Messages of the command line, and their copies in a file."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, redirect_stderr, suppress
from pathlib import Path
from typing import TextIO


def say(kind: str, message: object) -> None:
    """Write each line of `message` to standard error, after its `kind`."""
    sys.stderr.write("".join(f"{kind}: {line}\n" for line in str(message).splitlines()))


def mpi_rank() -> int:
    """Return the MPI rank of this process as its launcher states it, without starting MPI."""
    names = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID")
    return next((int(os.environ[name]) for name in names if name in os.environ), 0)


def copy_messages(log: Path, stack: ExitStack) -> None:
    """Copy what goes to standard error to the file `log` until `stack` is closed."""
    from multiarea.files.atomic import disk_problems

    with disk_problems(log):
        log.parent.mkdir(parents=True, exist_ok=True)
        if mpi_rank() == 0:
            log.write_bytes(b"")
        file = log.open("a", encoding="utf-8")
    stack.callback(_close, file)
    stack.enter_context(redirect_stderr(_Tee(sys.stderr, file)))


def _close(file: TextIO) -> None:
    with suppress(OSError):
        file.close()


class _Tee:
    """A text stream that is copied to another one, as long as that can be written."""

    def __init__(self, stream: TextIO, copy: TextIO) -> None:
        self._stream, self._copy = stream, copy

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._copy.write(text)
        return self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._copy.flush()
        self._stream.flush()
