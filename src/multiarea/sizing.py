"""`estimate`: compare what an experiment will cost with this machine, or with `cluster.json`."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from multiarea.cluster import Job, geometry_problem, load_cluster
from multiarea.config import load_config
from multiarea.errors import InputError
from multiarea.estimate import Estimate, estimate, limit_problems, smallest_nodes
from multiarea.experiment import Experiment
from multiarea.listing import find_experiment
from multiarea.network import Network, load_network
from multiarea.pipeline import build_network, rates_of
from multiarea.progress import duration
from multiarea.project import exists, resolve
from multiarea.theory import fixed_points

log = logging.getLogger(__name__)

GB = 1e9


@dataclass(frozen=True)
class Place:
    """Where a simulation is to run.

    Attributes
    ----------
    name : str
    nodes, tasks, threads : int
        Nodes, MPI tasks on all of them, threads of each task.
    memory : float or None
        Memory of one node [bytes]; None: not stated.
    minutes : int or None
        Time limit.
    """

    name: str
    nodes: int
    tasks: int
    threads: int
    memory: float | None
    minutes: int | None

    @property
    def tasks_per_node(self) -> int:
        """MPI tasks on the fullest node."""
        return math.ceil(self.tasks / self.nodes)


def estimate_experiment(
    name: str, cluster: str | None = None, rate: float | None = None
) -> tuple[str, list[str]]:
    """Predict the cost of an experiment's simulation before anything runs.

    Parameters
    ----------
    name : str
        Experiment file or name.
    cluster : str, optional
        Resources to compare with, such as `cluster.json`; None: this machine.
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
    experiment = find_experiment(name)
    problems = []
    processes = int(experiment.simulation.virtual_processes or 1)
    if cluster is None:
        place = Place("this machine", 1, 1, processes, psutil.virtual_memory().available, None)
    else:
        job = load_cluster(cluster)["simulate"]
        problem = geometry_problem(processes, job, cluster)
        problems += [problem] if problem else []
        place = _place(cluster, job)
    network = network_of(experiment)
    rates, source = _rates(experiment, network, rate)
    one = estimate(network, experiment.simulation, rates, place.tasks, place.threads)
    problems += limit_problems(network, place.tasks * place.threads)
    problems += _misfits(one, place, network, (experiment, rates))
    return _report(experiment, one, place, f"{_mean(one, experiment):.3g} spikes/s ({source})"), [
        f"{experiment.name}: {problem}" for problem in problems
    ]


def _place(path: str, job: Job) -> Place:
    memory = None if job.mem_mb is None else job.mem_mb * 2.0**20
    return Place(path, job.nodes, job.tasks, job.cpus_per_task, memory, job.runtime)


def network_of(experiment: Experiment) -> Network:
    """Return the network of an experiment: the built one if it exists, else built now."""
    out = Path(load_config().out)
    saved = out / experiment.network_folder / "network.h5"
    if exists(saved):
        return load_network(resolve(saved))
    rates = out / experiment.full_scale_hash / "theory" / "rates.csv"
    known = experiment.network.needs_rates and exists(rates)
    return build_network(experiment.model, experiment.network, resolve(rates) if known else None)


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


def _mean(one: Estimate, experiment: Experiment) -> float:
    return one.n_spikes / one.n_neurons / experiment.simulation.t_sim * 1e3


def _misfits(
    one: Estimate, place: Place, network: Network, run: tuple[Experiment, np.ndarray]
) -> list[str]:
    problems = []
    needed = one.needed_on_node(place.tasks_per_node)
    if place.memory is not None and needed > place.memory:
        parameters = run[0].simulation
        per_node = (place.tasks_per_node, place.threads)
        nodes = smallest_nodes(network, parameters, run[1], place.memory, per_node)
        problems.append(
            f"needs {_gigabytes(needed)} on each node, but {place.name} has "
            f"{_gigabytes(place.memory)}: {_advice(nodes, place)}"
        )
    seconds = one.seconds_build + one.seconds_run
    if place.minutes is not None and seconds > 60 * place.minutes:
        problems.append(
            f"takes about {duration(seconds)}, but {place.name} allows "
            f"{duration(60 * place.minutes)}: raise 'time' of simulate"
        )
    return problems


def _advice(nodes: int | None, place: Place) -> str:
    tasks, threads = place.tasks_per_node, place.threads
    if nodes is None:
        return (
            f"no number of nodes with {tasks} tasks x {threads} threads each makes it fit; take "
            "fewer tasks per node, nodes with more memory, or a smaller network"
        )
    return (
        f"the smallest number of such nodes that fits is {nodes} ({nodes * tasks} tasks x "
        f"{threads} threads: virtual_processes = {nodes * tasks * threads}; another number gives "
        "other spikes)"
    )


def _report(experiment: Experiment, one: Estimate, place: Place, rates: str) -> str:
    parts = ", ".join(f"{name} {_gigabytes(size)}" for name, size in one.memory_parts.items())
    has = "not stated" if place.memory is None else _gigabytes(place.memory)
    limit = "" if place.minutes is None else f", time limit {duration(60 * place.minutes)}"
    rows = {
        "network": f"{one.n_neurons} neurons, {one.n_synapses:.4g} synapses",
        "simulated": f"{experiment.simulation.t_sim:g} ms at {rates}: {one.n_spikes:.3g} spikes",
        "place": f"{place.name}: {place.nodes} nodes, {place.tasks} MPI tasks x {place.threads} "
        f"threads, memory of a node {has}{limit}",
        "memory": f"{_gigabytes(one.memory)} in each task, "
        f"{_gigabytes(one.memory_of_node(place.tasks_per_node))} on a node; a node should have "
        f"{_gigabytes(one.needed_on_node(place.tasks_per_node))}",
        "": parts,
        "delays": f"the longest drawn is about {one.longest_delay:.0f} ms; ring buffers are as "
        "long, and sim_params['delay_max'] would cut them",
        "time": f"build {duration(one.seconds_build)}, simulation {duration(one.seconds_run)} "
        "(each thread on a core of its own)",
        "output": f"{one.output / 1e6:.3g} MB",
    }
    return f"{experiment.name}\n" + "".join(f"  {k:<10} {v}\n" for k, v in rows.items())


def _gigabytes(size: float) -> str:
    return f"{size / GB:.3g} GB" if size >= GB / 10 else f"{size / 1e6:.3g} MB"
