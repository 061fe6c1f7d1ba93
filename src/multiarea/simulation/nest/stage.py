"""The phases of a simulation in their order: build, connect, record, run, write."""

from __future__ import annotations

import logging
import resource
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.guard import Guard, Share
from multiarea.simulation.identity import simulation_identity
from multiarea.simulation.interruption import InterruptedRunError, interruption, signals
from multiarea.simulation.journal import Journal
from multiarea.simulation.kept import Story, copy_kept, find_kept
from multiarea.simulation.nest.connections import connect
from multiarea.simulation.nest.kernel import failing_job, is_first_rank, nest
from multiarea.simulation.nest.neurons import build
from multiarea.simulation.nest.recording import Recorders, record
from multiarea.simulation.recorded import recording
from multiarea.simulation.report import Clock, MakeReporter, Reporter, Silent, SimulationReport
from multiarea.spikes.potentials import write_potentials
from multiarea.spikes.spool import SAMPLE, SPIKE, Spool, spool_path
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import write_spikes

log = logging.getLogger(__name__)

CHUNK = 100.0
"""Longest piece of simulated time between two emptyings of the recorders [ms]."""
CHUNK_RECORDS = 2_000_000
"""Largest number of records that a rank holds in one chunk if neurons fire at 50 spikes/s."""


def simulate(  # noqa: PLR0913
    network: Network,
    parameters: SimulationParameters,
    *,
    virtual_processes: int,
    spikes_path: Path,
    potentials_path: Path | None = None,
    progress: MakeReporter | None = None,
) -> SimulationReport:
    """Simulate a `network` with `parameters`, and write its spikes and recorded potentials.

    With MPI every rank calls this; each keeps its records in a hidden file beside the result, and
    the first one merges them. The failure of any rank ends the whole job. The random numbers depend
    on the number of `virtual_processes` = MPI tasks x threads, but not on how it is split.

    The spike store (`multiarea.spikes.store`) is written to `spikes_path`, the potentials
    (`multiarea.spikes.potentials`) to `potentials_path`, which is needed with a voltmeter.
    `progress`, a function (stage, total, unit) -> Reporter such as the class `Progress`, makes
    the reports; None: no reports.

    What a run that ends early has simulated is kept in `<spikes>_stopped_at_<time>ms.h5`. Where a
    run of the same network, with this simulated time but otherwise the same parameters, has left
    such a file in the folder of the spikes or in a sister folder, it is the result.

    Raises InputError if virtual processes, NEST's limits or values do not fit; RunawayError if an
    area's rate stays above `rate_limit`; InterruptedRunError after SIGTERM or SIGINT.
    """
    if "voltmeter" in parameters.rec_dev and potentials_path is None:
        raise ValueError("a voltmeter needs potentials_path")
    clock = Clock()
    results = [Path(spikes_path)]
    if "voltmeter" in parameters.rec_dev and potentials_path is not None:
        results.append(Path(potentials_path))
    with failing_job():
        engine = f"NEST {nest.__version__}, {virtual_processes} virtual processes"
        identity = simulation_identity(network, parameters, engine)
        kept = find_kept(results, identity, parameters.t_sim)
        if kept is not None:
            return _take(*kept, results, parameters.t_sim)
        reporter = progress if progress is not None and is_first_rank() else Silent
        populations = build(network, parameters, virtual_processes)
        clock.lap("build")
        bar = reporter("connect", float(network.synapses.sum()), "synapses")
        bar.update(0)
        shares = connect(network, parameters, populations, bar.update)
        bar.close()
        recorders = record(network, parameters, populations)
        clock.lap("connect")
        facts = _facts(network, virtual_processes, shares)
        known = {"identity": identity, "ranks": nest.NumProcesses(), "facts": facts}
        with _kept(Story.of(network, parameters, results, **known), results) as journal:
            bar = reporter("simulate", parameters.t_sim / 1e3, "s")
            with _open_spools(results) as spools:
                share = Share(nest.Rank(), nest.NumProcesses(), virtual_processes)
                guard = Guard(network, parameters, share) if is_first_rank() else None
                run(recorders, parameters, spools, bar, guard=guard, journal=journal)
            clock.lap("run")
            n_spikes = _write(network, parameters, recorders, results)
        clock.lap("write")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return SimulationReport(**facts, **clock.seconds, n_spikes=n_spikes, peak_memory=memory)


def _facts(network: Network, virtual_processes: int, shares: tuple[float, float]) -> dict[str, Any]:
    """Return what is known of a simulation before it runs; `shares` are those of `connect`."""
    return {
        "n_neurons": int(network.n_neurons.sum()),
        "n_connections": nest.num_connections,
        "min_delay": nest.min_delay,
        "max_delay": nest.max_delay,
        "share_delay_min": shares[0],
        "share_delay_max": shares[1],
        "virtual_processes": virtual_processes,
        "ranks": nest.NumProcesses(),
        "local_virtual_processes": tuple(nest.GetLocalVPs()),
    }


def run(  # noqa: PLR0913
    recorders: Recorders,
    parameters: SimulationParameters,
    spools: list[Spool],
    progress: Reporter,
    chunk: float = CHUNK,
    *,
    guard: Guard | None = None,
    journal: Journal | None = None,
) -> None:
    """Run the simulation in chunks, after each of which the `recorders` are emptied into `spools`.

    After each chunk the spool files of all ranks, for spikes and with a voltmeter for potentials,
    are complete, which the `journal` notes; `progress` gets the simulated time [s], and the `guard`
    checks the spikes. With MPI the first rank has a guard and a journal, and stops when it is asked
    to; the others wait for it in the next chunk, and end with it.

    The length of a `chunk` [ms] is limited by `parameters`, too. Chunks are multiples of the
    shortest delay, so that their length does not change the order in which random numbers are used.

    Raises RunawayError if the guard stops the run, InterruptedRunError after SIGTERM or SIGINT.
    """
    nest.Prepare()
    nest.Cleanup()
    resolution = parameters.sim_resolution
    n_steps = round(parameters.t_sim / resolution)
    per_chunk = _chunk_steps(recorders, parameters, min(chunk, parameters.t_sim / 20))
    with signals() as asked:
        for start in range(0, n_steps, per_chunk):
            stop = min(start + per_chunk, n_steps)
            progress.update(start * resolution / 1e3)
            nest.Simulate((stop - start) * resolution)
            nodes = recorders.drain(*spools)
            for spool in spools:
                spool.flush()
            nest.SyncProcesses()
            if journal is not None:
                journal.reached(stop)
            if guard is not None:
                guard.check(nodes, start * resolution, stop * resolution)
            if asked and is_first_rank() and stop < n_steps:
                told = interruption(asked[0], stop * resolution, parameters.t_sim)
                raise InterruptedRunError(told)
    progress.close()


def _chunk_steps(recorders: Recorders, parameters: SimulationParameters, longest: float) -> int:
    """Return the steps of a chunk: bounded memory, a multiple of the shortest delay.

    The same on all MPI ranks.
    """
    resolution = parameters.sim_resolution
    neurons = nest.network_size / nest.NumProcesses()
    per_ms = 0.05 * neurons + len(recorders.voltmeter_nodes) / recorders.interval
    slice_steps = max(1, round(nest.min_delay / resolution))
    steps = min(longest, CHUNK_RECORDS / per_ms) / resolution
    return max(1, int(steps / slice_steps)) * slice_steps


@contextmanager
def _kept(story: Story, results: list[Path]) -> Iterator[Journal | None]:
    """Yield the journal of the first rank, with its `story`; if the block fails, it is kept.

    The error then says where the first part of the `results` is.
    """
    journal = Journal(results[0].parent, story) if is_first_rank() else None
    nest.SyncProcesses()
    try:
        yield journal
    except BaseException as error:
        raised = error if journal is None else journal.end_early(error)
        if raised is error:
            raise
        raise raised from None
    if journal is not None:
        journal.remove()
    nest.SyncProcesses()


def _take(kept: Path, facts: dict[str, Any], results: list[Path], t_sim: float) -> SimulationReport:
    """Make the `results` of what is `kept` of a run that ended at `t_sim` [ms]; return `facts`."""
    log.info("simulate: nothing to do, the first %.10g ms of a run are in %s", t_sim, kept)
    if is_first_rank():
        copy_kept(kept, results, t_sim)
    phases = dict.fromkeys(("seconds_build", "seconds_connect", "seconds_run"), 0.0)
    with Spikes(kept) as spikes:
        n_spikes = len(spikes)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return SimulationReport(
        **facts,
        **phases,
        seconds_write=0.0,
        n_spikes=n_spikes,
        peak_memory=memory,
        taken_from=str(kept),
    )


@contextmanager
def _open_spools(results: list[Path]) -> Iterator[list[Spool]]:
    """Open this rank's spool file for each result."""
    with ExitStack() as stack:
        spools = []
        for result, kind in zip(results, (SPIKE, SAMPLE), strict=False):
            path = spool_path(result, nest.Rank())
            spools.append(stack.enter_context(Spool(path, kind, nest.NumProcesses() > 1)))
        yield spools


def _write(
    network: Network, parameters: SimulationParameters, recorders: Recorders, results: list[Path]
) -> int:
    """Merge the spool files of all ranks on the first one; return the number of spikes."""
    n_spikes = 0
    if is_first_rank():
        whole = recording(network, parameters, parameters.t_sim)
        n_spikes = write_spikes(results[0], whole, _spools(results[0]))
        if len(results) > 1:
            sampling = parameters.rec_V_int, _spools(results[1]), parameters.rec_V_start
            write_potentials(results[1], recorders.voltmeter_nodes, *sampling)
    nest.SyncProcesses()
    return n_spikes


def _spools(result: Path) -> list[Path]:
    return [spool_path(result, rank) for rank in range(nest.NumProcesses())]
