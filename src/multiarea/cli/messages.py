"""Messages of the command line: what is told, and where it is copied to."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TextIO


def say(kind: str, message: object) -> None:
    """Write each line of a message to standard error."""
    sys.stderr.write("".join(f"{kind}: {line}\n" for line in str(message).splitlines()))


def mpi_rank() -> int:
    """Return this process's MPI rank as its launcher tells it, without starting MPI."""
    names = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID")
    return next((int(os.environ[name]) for name in names if name in os.environ), 0)


def copy_messages(log: Path, stack: ExitStack) -> None:
    """Write what goes to standard error into a file, too, until the stack is closed."""
    from multiarea.files.atomic import disk_problems

    with disk_problems(log):
        log.parent.mkdir(parents=True, exist_ok=True)
        if mpi_rank() == 0:
            log.write_bytes(b"")
        file = log.open("a", encoding="utf-8")
    stack.callback(_close, file)
    stack.callback(setattr, sys, "stderr", sys.stderr)
    sys.stderr = Tee(sys.stderr, file)


def _close(file: TextIO) -> None:
    with suppress(OSError):
        file.close()


class Tee:
    """A text stream that also writes to others, as long as these can be written."""

    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        """Write to all streams."""
        first, *others = self.streams
        for stream in others:
            with suppress(OSError):
                stream.write(text)
        return first.write(text)

    def flush(self) -> None:
        """Flush all streams."""
        first, *others = self.streams
        for stream in others:
            with suppress(OSError):
                stream.flush()
        first.flush()
