"""The phases of a simulation: prepare, begin or continue, run, write."""

from __future__ import annotations

import logging
import resource
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from multiarea.errors import InputError
from multiarea.files.provenance import clocks
from multiarea.machine import usable_cores
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import touched_shares
from multiarea.simulation.procedural.engine import Engine
from multiarea.simulation.procedural.gpu.device import name as name_of_card
from multiarea.simulation.procedural.gpu.device import require
from multiarea.simulation.procedural.layout import PAGE
from multiarea.simulation.procedural.run import Run, Saving
from multiarea.simulation.procedural.tables import make_plan
from multiarea.simulation.report import Clock, MakeReporter, Silent, SimulationReport

log = logging.getLogger(__name__)

CHECKPOINT_INTERVAL = 600.0
"""Wall time between two checkpoints [s]."""
RESERVE = 0.5e9
"""Memory that is left to other processes [bytes]."""


@dataclass(frozen=True, kw_only=True)
class ProceduralReport(SimulationReport):
    """Size and cost of a simulation by the procedural engine.

    Attributes
    ----------
    simulator : str
    seconds_per_second : float
        Wall time per simulated time, after the transient of 500 ms in longer runs.
    memory_at_end : float
        Resident memory of this process at the end of the run [MB].
    continued_from : float
        Simulated time at which this process began [ms]; 0: from the beginning.
    n_checkpoints : int
        Written by this process before the last one.
    device : str
        'cpu', or the name of the card.
    """

    simulator: str
    seconds_per_second: float
    memory_at_end: float
    continued_from: float
    n_checkpoints: int
    device: str


def simulate(  # noqa: PLR0913
    network: Network,
    parameters: SimulationParameters,
    *,
    virtual_processes: int,
    spikes_path: Path,
    potentials_path: Path | None = None,
    progress: MakeReporter | None = None,
    checkpoint_interval: float = CHECKPOINT_INTERVAL,
    device: str = "cpu",
) -> ProceduralReport:
    """Simulate a network and write its spikes, and its potentials if they are recorded.

    Continues from the checkpoint of an interrupted run next to `spikes_path`, or from the end of a
    shorter run of the same network in a sister folder, with the spikes of an uninterrupted run.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
    virtual_processes : int
        Number of threads; only the time depends on it.
    spikes_path : Path
        Where to write the spike store (`multiarea.spikes.store`).
    potentials_path : Path, optional
        Where to write the potentials (`multiarea.spikes.potentials`); needed with a voltmeter.
    progress : function, optional
        (stage, total, unit) -> Reporter, such as the class `Progress`; None: no reports.
    checkpoint_interval : float
        Wall time between two checkpoints [s].
    device : str
        'cpu', or 'gpu' for an NVIDIA card; the spikes are the same.

    Raises
    ------
    InputError
        If something is asked for that the engine cannot do, memory does not suffice, a
        checkpoint does not fit, or no card can be used.
    RunawayError
        If an area's rate stays above `rate_limit`; the spikes so far are kept in
        `<spikes>_stopped_at_<time>ms.h5`.
    InterruptedRunError
        After SIGTERM or SIGINT; the next call continues from there.
    """
    if "voltmeter" in parameters.rec_dev and potentials_path is None:
        raise ValueError("a voltmeter needs potentials_path")
    make = progress or Silent
    clock, start = Clock(), clocks()
    n_threads = usable_threads(virtual_processes)
    if device == "gpu":
        require()
    engine = _prepare(network, parameters, n_threads, make, device)
    clock.lap("build")
    results = [Path(spikes_path)]
    if "voltmeter" in parameters.rec_dev and potentials_path is not None:
        results.append(Path(potentials_path))
    run = Run(network, parameters, engine, Saving(results, checkpoint_interval, start))
    clock.lap("connect")
    try:
        run.to_the_end(make("simulate", parameters.t_sim / 1e3, "s"))
        run.collector.close()
        memory = psutil.Process().memory_info().rss / 2**20
        clock.lap("run")
        n_spikes = run.write()
    except BaseException as error:
        raised = run.end_early(error)
        if raised is error:
            raise
        raise raised from None
    clock.lap("write")
    raised, lowered = touched_shares(network, parameters)
    links = engine.plan.tables.links
    return ProceduralReport(
        n_neurons=int(network.n_neurons.sum()),
        n_connections=int(np.rint(network.synapses).sum()),
        n_spikes=n_spikes,
        min_delay=float(links["shortest"].min(initial=1)) * parameters.sim_resolution,
        max_delay=engine.plan.longest * parameters.sim_resolution,
        share_delay_min=raised,
        share_delay_max=lowered,
        virtual_processes=n_threads,
        ranks=1,
        local_virtual_processes=(0,),
        **clock.seconds,
        peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        simulator="procedural",
        seconds_per_second=run.seconds_per_second,
        memory_at_end=memory,
        continued_from=run.begun_at,
        earlier=run.earlier,
        n_checkpoints=run.n_checkpoints,
        device=name_of_card() if device == "gpu" else "cpu",
    )


def usable_threads(wanted: int) -> int:
    """Return the number of threads: not more than there are cores for this process.

    Raises
    ------
    InputError
        If it is not positive.
    """
    if wanted < 1:
        raise InputError(f"{wanted} threads: expected at least 1 (virtual_processes, cores)")
    cores = usable_cores()
    if wanted > cores:
        log.warning("%d threads were asked for; this process has %d cores", wanted, cores)
    return min(wanted, cores)


def _prepare(
    network: Network,
    parameters: SimulationParameters,
    n_threads: int,
    make: MakeReporter,
    device: str,
) -> Engine:
    """Make tables and state; the last step compiles, where the cache does not have it."""
    bar = make("prepare", 3, "steps")
    bar.update(0)
    plan = make_plan(network, parameters, n_threads)
    bar.update(1)
    if device == "gpu":
        from multiarea.simulation.procedural.gpu.engine import GpuEngine

        engine = GpuEngine(plan, network, parameters)
        log.info("simulate: on %s, a ring of %d steps", name_of_card(), engine.ring.n_slots)
    else:
        free = psutil.virtual_memory().available - RESERVE
        n_pages = int(min(free / (4 * PAGE + 8), 2**32 / PAGE - 1))
        engine = Engine(plan, network, parameters, n_threads, max(n_pages, 64))
    bar.update(2)
    if not engine.is_compiled:
        often = "in each run" if device == "gpu" else "once"
        log.info("simulate: compiling for this processor, about 20 s, %s", often)
    engine.compile()
    bar.close()
    return engine
