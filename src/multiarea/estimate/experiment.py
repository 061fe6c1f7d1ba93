"""`estimate`: compare what an experiment will cost with this machine, or with `cluster.json`."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import numpy as np
import psutil

from multiarea.cluster import Job, geometry_problem, load_cluster
from multiarea.config import load_config
from multiarea.errors import InputError
from multiarea.estimate.costs import Estimate, Workload, estimate
from multiarea.estimate.fit import Place, misfits, size_text
from multiarea.experiment import Experiment
from multiarea.listing import find_experiment
from multiarea.network import Network
from multiarea.pipeline import build_network, rates_of
from multiarea.progress import duration
from multiarea.project import exists, resolve
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
        processes = int(experiment.simulation.virtual_processes or 1)
        problem = geometry_problem(processes, job, cluster)
        problems += [problem] if problem else []
        place = _place(cluster, job)
    network = _network(experiment)
    rates, source = _rates(experiment, network, rate)
    workload = Workload(network, experiment.simulation, rates)
    problems += misfits(workload, place)
    return _report(experiment.name, workload, place, source), [
        f"{experiment.name}: {problem}" for problem in problems
    ]


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
    t_sim, n_tasks = workload.parameters.t_sim, place.tasks_per_node
    mean = one.n_spikes / one.n_neurons / t_sim * 1e3
    rows = {
        "network": f"{one.n_neurons} neurons, {one.n_synapses:.4g} synapses",
        "simulated": f"{t_sim:g} ms at {mean:.3g} spikes/s ({source}): {one.n_spikes:.3g} spikes",
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
    return f"{name}\n" + "".join(f"  {key:<10} {text}\n" for key, text in rows.items())


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
