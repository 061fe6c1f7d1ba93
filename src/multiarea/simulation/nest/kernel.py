"""NEST itself: a quiet import, the kernel's settings, and the ranks of an MPI run."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from multiarea.errors import InputError
from multiarea.parameters import SimulationParameters

os.environ.setdefault("PYNEST_QUIET", "1")
# Threads that wait release their core after microseconds instead of milliseconds: on a machine that
# is shared with other processes, a run is then slower in proportion, not by a factor of ten.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# Snakemake sets it for every job, and NEST, which ignores it, would say so at every start.
os.environ.pop("OMP_NUM_THREADS", None)
import nest

nest.verbosity = nest.VerbosityLevel.ERROR

log = logging.getLogger(__name__)


def reset(parameters: SimulationParameters, virtual_processes: int) -> None:
    """Reset the kernel, and set resolution and seed from `parameters` and the number of threads.

    This is `virtual_processes` divided by the number of MPI tasks, whatever OMP_NUM_THREADS is.

    Raises InputError if the virtual processes cannot be shared among the MPI tasks, the environment
    forbids so many threads, or NEST refuses a setting.
    """
    ranks = nest.NumProcesses()
    threads, rest = divmod(virtual_processes, ranks)
    if virtual_processes < 1 or rest:
        raise InputError(
            f"sim_params['virtual_processes'] = {virtual_processes}: must be a multiple of the "
            f"number of MPI tasks, {ranks}."
        )
    _check_environment(threads)
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    # NEST logs each change of a buffer's size: shrinking and growing ones fill the memory.
    nest.spike_buffer_shrink_limit = 0.0
    with refusals("the settings of the simulation (sim_params)"):
        nest.resolution = parameters.sim_resolution
        nest.local_num_threads = threads
    nest.verbosity = nest.VerbosityLevel.WARNING
    nest.set(rng_seed=parameters.master_seed, print_time=False)


def _check_environment(threads: int) -> None:
    """Raise InputError if a variable lets NEST start fewer than its `threads`: it would fail."""
    too_few = {
        "OMP_THREAD_LIMIT": range(1, threads),  # OpenMP ignores 0
        "OMP_MAX_ACTIVE_LEVELS": range(min(threads - 1, 1)),
    }
    for name, refused in too_few.items():
        value = os.environ.get(name, "").strip()
        if value.isdecimal() and int(value) in refused:
            raise InputError(
                f"{name} = {value} in the environment: NEST needs {threads} OpenMP threads in "
                "each process (sim_params['virtual_processes'] / MPI tasks). Unset the variable, "
                f"or set it to at least {refused.stop}."
            )


def is_first_rank() -> bool:
    """Return whether this process is the MPI rank that writes results."""
    return nest.Rank() == 0


@contextmanager
def refusals(what: str) -> Iterator[None]:
    """Turn NEST's refusal of a value into an InputError that names what it concerns."""
    try:
        yield
    except nest.NESTError as error:
        raise InputError(f"NEST refuses {what}: {error}") from error


@contextmanager
def failing_job() -> Iterator[None]:
    """Let the failure of one MPI rank end the whole job.

    The other ranks would wait for this one for ever; MPI launchers end a job as soon as one of its
    processes dies without finalising MPI. Does nothing on a single rank.
    """
    # NEST is not asked again after a failure: its calls may wait for the other ranks.
    rank, ranks = nest.Rank(), nest.NumProcesses()
    try:
        yield
    except BaseException as error:
        if ranks == 1:
            raise
        kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        log.critical("error: rank %d: %s%s", rank, kind, error)
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)
