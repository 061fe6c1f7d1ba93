"""Whether a simulation's memory fits, asked before it starts or before its job is submitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from multiarea.build.pipeline import build_network
from multiarea.cluster import Job
from multiarea.errors import InputError
from multiarea.estimate.costs import Workload, estimate
from multiarea.estimate.fit import Place, size_text
from multiarea.estimate.procedural import Speed, estimate_procedural
from multiarea.experiment.experiment import Experiment
from multiarea.machine import available_memory
from multiarea.network.network import Network, load_network
from multiarea.parameters import SimulationParameters

SMALL = {"N_scaling": 0.01, "K_scaling": 0.1}
"""Networks up to this scale are compared only when the simulation starts: they take a few GB."""
FORCE = (
    "to try it all the same, set check_memory: false in config.yaml (or --config "
    "check_memory=False)"
)


def here(threads: int) -> Place:
    """Return this machine, with the memory that is free now, as the place of `threads` threads."""
    return Place("this machine", 1, 1, threads, available_memory())


def place_of_job(job: Job, name: str) -> Place:
    """Return the place that a job of the cluster's file `name` asks for."""
    memory = float("inf") if job.mem_mb is None else job.mem_mb * 2.0**20
    return Place(name, job.nodes, job.tasks, job.cpus_per_task, memory, job.runtime)


def memory_problem(network: Network, parameters: SimulationParameters, place: Place) -> str | None:
    """Return why a simulation cannot have the memory that it needs, and what would help, or None.

    The comparison is with the memory predicted, without margins and without what spikes take: what
    is refused is certain to fail or to swap.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
    place : Place
    """
    workload = Workload(network, parameters, np.zeros(len(network)))
    procedural = estimate_procedural(workload, place.threads, Speed(0.0, 0.0)).peak
    if parameters.simulator == "procedural":
        needed, other = procedural, ""
    else:
        one = estimate(workload, place.tasks, place.threads)
        needed = one.memory_of_node(place.tasks_per_node)
        other = f"simulator: procedural, which takes about {size_text(procedural)}; "
    if needed <= place.memory:
        return None
    each = " on each node" if place.nodes > 1 else ""
    free = "free" if place.name == here(1).name else "in mem of simulate"
    return (
        f"the simulation needs about {size_text(needed)} of memory{each}, but {place.name} has "
        f"{size_text(place.memory)} {free}. Ways out: {other}a smaller N_scaling or K_scaling; "
        f"more memory or nodes (python -m multiarea estimate EXPERIMENT, docs/cluster.md); {FORCE}"
    )


def check_experiment(experiment: Experiment, saved: Path, place: Place) -> None:
    """Raise InputError if the simulation of an `experiment` cannot fit its `place`.

    Parameters
    ----------
    experiment : Experiment
    saved : Path
        Its network.h5, which need not exist: then the network is built, without rates.
    place : Place
    """
    if all(getattr(experiment.network, name) <= most for name, most in SMALL.items()):
        return
    network = load_network(saved) if saved.is_file() else _network_without_rates(experiment)
    problem = memory_problem(network, experiment.simulation, place)
    if problem is not None:
        raise InputError(f"{experiment.name}: {problem}")


def _network_without_rates(experiment: Experiment) -> Network:
    """Return a network of the size of an experiment's; weights and currents may differ."""
    parameters = experiment.network
    modes = ("replace_non_simulated_areas", "replace_cc")
    changes = {name: "hom_poisson_stat" for name in modes if getattr(parameters, name) is not None}
    changes |= {"scaling_type": "linear", "fullscale_rates": None}
    return build_network(experiment.model, parameters.model_copy(update=changes))
