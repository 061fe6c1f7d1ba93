"""`estimate`: compare what an experiment will cost with this machine, or with `cluster.json`."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import numpy as np
import psutil

from multiarea.build.pipeline import build_network
from multiarea.build.rates import rates_of
from multiarea.cluster import Job, job_problem, load_cluster
from multiarea.errors import InputError
from multiarea.estimate.costs import Estimate, Workload, estimate
from multiarea.estimate.fit import Place, misfits, procedural_misfits, size_text
from multiarea.estimate.procedural import (
    ProceduralEstimate,
    calibrate,
    estimate_procedural,
    usable_cores,
)
from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import find_experiment
from multiarea.files.project import exists, resolve
from multiarea.network.network import Network
from multiarea.progress import duration
from multiarea.theory import fixed_points

log = logging.getLogger(__name__)


def estimate_experiment(
    name: str, cluster: str | None = None, rate: float | None = None
) -> tuple[str, list[str]]:
    """Predict the cost of an experiment's simulation before anything runs.

    Parameters
    ----------
    name : str
        Experiment file or name.
    cluster : str, optional
        Resources to compare with, such as `cluster.json`; None: this machine. Its tasks x threads
        are the virtual processes of an experiment that does not say.
    rate : float, optional
        Mean rate of all neurons [spikes/s], in place of the theory's.

    Returns
    -------
    tuple
        Report, and the reasons why the simulation cannot run as asked (none: it fits).

    Raises
    ------
    InputError
        If the experiment or the cluster's file is wrong, or there are no rates.
    """
    if rate is not None and not 0 <= rate < math.inf:
        raise InputError(f"--rate: expected a rate of 0 spikes/s or more, got {rate:g}")
    problems = []
    if cluster is None:
        experiment = find_experiment(name)
        processes = int(experiment.simulation.virtual_processes or 1)
        place = Place("this machine", 1, 1, processes, psutil.virtual_memory().available)
    else:
        job = load_cluster(cluster)["simulate"]
        experiment = find_experiment(name, job.virtual_processes)
        problem = job_problem(experiment.simulation, job, cluster)
        problems += [problem] if problem else []
        place = _place(cluster, job)
    network = _network(experiment)
    rates, source = _rates(experiment, network, rate)
    workload = Workload(network, experiment.simulation, rates)
    here = None
    if cluster is None or experiment.simulation.simulator == "procedural":
        threads = usable_cores() if cluster is None else place.threads
        here = estimate_procedural(workload, threads, calibrate(min(threads, usable_cores())))
    if experiment.simulation.simulator == "procedural":
        problems += procedural_misfits(here, place)
        report = _head(experiment.name, workload, source) + _procedural_rows(here)
    else:
        problems += misfits(workload, place)
        report = _report(experiment.name, workload, place, source)
        report += _other_way(experiment, here) if here else ""
    return report, [f"{experiment.name}: {problem}" for problem in problems]


def _procedural_rows(here: ProceduralEstimate) -> str:
    parts = ", ".join(f"{name} {size_text(size)}" for name, size in here.parts.items())
    seconds = here.seconds_run
    rows = {
        "simulator": f"procedural, {here.threads} threads on this machine",
        "memory": f"{size_text(here.memory)} ({parts}), {size_text(here.peak)} in the first "
        "milliseconds",
        "time": f"prepare {duration(here.seconds_build)}, simulation {duration(seconds)} (as fast "
        "as a trial on this machine just now)",
    }
    return _rows(rows)


def _other_way(experiment: Experiment, here: ProceduralEstimate) -> str:
    """Return what the same experiment costs with the procedural simulator, if that can run it."""
    if experiment.simulation.connection_rule != "fixed_total_number":
        return ""
    return "or, with sim_params['simulator'] = 'procedural' (other random numbers):\n" + (
        _procedural_rows(here)
    )


def _place(path: str, job: Job) -> Place:
    memory = math.inf if job.mem_mb is None else job.mem_mb * 2.0**20
    return Place(path, job.nodes, job.tasks, job.cpus_per_task, memory, job.runtime)


def _network(experiment: Experiment) -> Network:
    """Return the network of an experiment, scaled with the full-scale rates if `out` has them."""
    parameters = experiment.network
    rates = Path(load_config().out) / experiment.full_scale_hash / "theory" / "rates.csv"
    is_known = parameters.needs_rates and not parameters.fullscale_rates and exists(rates)
    return build_network(experiment.model, parameters, resolve(rates) if is_known else None)


def _rates(experiment: Experiment, network: Network, rate: float | None) -> tuple[np.ndarray, str]:
    """Return the expected rates, (P,) [spikes/s], and where they come from."""
    if rate is not None:
        return np.full(len(network), rate), "--rate"
    saved = Path(load_config().out) / experiment.network_folder / "theory" / "rates.csv"
    if exists(saved):
        return rates_of(network, resolve(saved)), str(saved)
    if not experiment.network.has_theory:
        raise InputError(
            f"{experiment.name}: the mean-field theory does not cover its neurons; state the mean "
            "rate with --rate"
        )
    points = fixed_points(network, n_random=2, progress=log.info)
    if not len(points.rates):
        raise InputError(f"{experiment.name}: no rates from theory; state the mean with --rate")
    return points.rates[0], "mean-field theory"


def _report(name: str, workload: Workload, place: Place, source: str) -> str:
    one = estimate(workload, place.tasks, place.threads)
    n_tasks = place.tasks_per_node
    rows = {
        "place": _place_text(place),
        "memory": f"{size_text(one.memory)} in each task ({_parts(one)}), "
        f"{size_text(one.memory_of_node(n_tasks))} on a node",
        "": f"a node should have {size_text(one.needed_on_node(n_tasks))}",
        "delays": f"the longest drawn is about {one.longest_delay:.0f} ms; ring buffers are as "
        "long, and sim_params['delay_max'] would cut them",
        "time": f"build {duration(one.seconds_build)}, simulation {duration(one.seconds_run)} "
        "(each thread on a core of its own, communication between ranks not counted); a job "
        f"should have {duration(one.needed_seconds)}",
        "output": size_text(one.output),
    }
    return _head(name, workload, source) + _rows(rows)


def _head(name: str, workload: Workload, source: str) -> str:
    network, t_sim = workload.network, workload.parameters.t_sim
    n_neurons = int(network.n_neurons.sum())
    n_spikes = float(network.n_neurons @ workload.rates) * t_sim / 1e3
    mean = n_spikes / n_neurons / t_sim * 1e3
    rows = {
        "network": f"{n_neurons} neurons, {float(network.synapses.sum()):.4g} synapses",
        "simulated": f"{t_sim:g} ms at {mean:.3g} spikes/s ({source}): {n_spikes:.3g} spikes",
    }
    return f"{name}\n" + _rows(rows)


def _rows(rows: dict[str, str]) -> str:
    return "".join(f"  {key:<10} {text}\n" for key, text in rows.items())


def _parts(one: Estimate) -> str:
    return ", ".join(f"{name} {size_text(size)}" for name, size in one.memory_parts.items())


def _place_text(place: Place) -> str:
    nodes = "1 node" if place.nodes == 1 else f"{place.nodes} nodes"
    memory = "not stated" if math.isinf(place.memory) else size_text(place.memory)
    limit = "" if place.minutes is None else f", time limit {duration(60 * place.minutes)}"
    return (
        f"{place.name}: {nodes}, {place.tasks} MPI tasks x {place.threads} threads = "
        f"{place.virtual_processes} virtual processes, memory of a node {memory}{limit}"
    )
