"""One run of an experiment at a time in a folder of results.

Snakemake's own lock is looked at before it is made: of two runs that start within seconds both may
see none.
"""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from multiarea.errors import InputError
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.hashing import parameter_hash
from multiarea.files.project import resolve

LOCK = Path(".snakemake/multiarea.lock")
"""File below the project's folder; a byte in it stands for each simulation."""
DIGITS = 15
"""Digits of a hash that tell the byte: their number fits into an offset."""
MOST_NAMES = 3
"""Number of experiments that a message names."""


@contextmanager
def alone(experiments: Iterable[Experiment], out: str, root: Path) -> Iterator[None]:
    """Keep other processes that run one of the `experiments` into `out` away from the block.

    They are the same if their simulations are. `root` is the project's folder. A process that ends,
    however it does, leaves no lock.

    Raises InputError if another process is in such a block.
    """
    (root / LOCK).parent.mkdir(exist_ok=True)
    with (root / LOCK).open("ab") as file:
        busy = [one.name for one in experiments if not _is_free(file.fileno(), _byte(one, out))]
        if busy:
            shown = ", ".join(busy[:MOST_NAMES]) + (", ..." if len(busy) > MOST_NAMES else "")
            raise InputError(
                f"another run of {shown} is going on in {out}; wait until it has ended, or stop it "
                "with Ctrl-C where it was started"
            )
        yield


def _byte(experiment: Experiment, out: str) -> int:
    place = {"out": str(resolve(out).resolve()), "folder": f"{experiment.simulation_folder}"}
    return int(parameter_hash(place)[:DIGITS], 16)


def _is_free(number: int, byte: int) -> bool:
    """Lock a byte of an open file; return whether no other process has it.

    Where the file system has no locks, all is free.
    """
    try:
        fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    return True
