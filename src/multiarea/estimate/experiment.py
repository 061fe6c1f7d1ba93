"""`estimate`: compare what an experiment will cost with this machine, or with `cluster.json`."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import numpy as np

from multiarea.build.pipeline import build_network
from multiarea.build.rates import rates_of
from multiarea.cluster import job_problem, load_cluster
from multiarea.errors import InputError
from multiarea.estimate.costs import MEMORY_MARGIN, Workload, estimate
from multiarea.estimate.fit import Place, misfits, size_text
from multiarea.estimate.memory import here, place_of_job
from multiarea.estimate.procedural import (
    ProceduralEstimate,
    calibrate,
    estimate_procedural,
    usable_cores,
)
from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import find_experiment
from multiarea.experiment.results import results
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
    experiment, place, problem = _asked(name, cluster)
    problems = [problem] if problem else []
    network = _network(experiment)
    rates, source = _rates(experiment, network, rate)
    workload = Workload(network, experiment.simulation, rates)
    report = _head(experiment.name, workload, source)
    if experiment.simulation.simulator == "procedural":
        here = _procedural(workload, place.threads)
        report += _procedural_rows(here)
        if MEMORY_MARGIN * here.peak > place.memory:
            problems.append(
                f"needs {size_text(MEMORY_MARGIN * here.peak)}, but {place.name} has "
                f"{size_text(place.memory)}: use a machine with more memory, or a smaller network"
            )
    else:
        report += _nest_rows(workload, place)
        problems += misfits(workload, place)
        if cluster is None and experiment.simulation.connection_rule == "fixed_total_number":
            report += "or, with sim_params['simulator'] = 'procedural' (other random numbers):\n"
            report += _procedural_rows(_procedural(workload, usable_cores()))
    return report, [f"{experiment.name}: {problem}" for problem in problems]


def _asked(name: str, cluster: str | None) -> tuple[Experiment, Place, str | None]:
    """Return an experiment, where it is to run, and what does not fit between them."""
    if cluster is not None:
        job = load_cluster(cluster)["simulate"]
        experiment = find_experiment(name, job.virtual_processes)
        place = place_of_job(job, cluster)
        return experiment, place, job_problem(experiment.simulation, job, cluster)
    experiment = find_experiment(name)
    threads = int(experiment.simulation.virtual_processes or 1)
    if experiment.simulation.simulator == "procedural":
        threads = usable_cores()
    return experiment, here(threads), None


def _procedural(workload: Workload, threads: int) -> ProceduralEstimate:
    return estimate_procedural(workload, threads, calibrate(min(threads, usable_cores())))


def _network(experiment: Experiment) -> Network:
    """Return the network of an experiment, scaled with the full-scale rates if `out` has them."""
    parameters = experiment.network
    rates = Path(load_config().out) / experiment.full_scale_hash / results()["theory"].file
    is_known = parameters.needs_rates and not parameters.fullscale_rates and exists(rates)
    return build_network(experiment.model, parameters, resolve(rates) if is_known else None)


def _rates(experiment: Experiment, network: Network, rate: float | None) -> tuple[np.ndarray, str]:
    """Return the expected rates, (P,) [spikes/s], and where they come from."""
    if rate is not None:
        return np.full(len(network), rate), "--rate"
    saved = Path(load_config().out) / results()["theory"].path(experiment)
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


def _head(name: str, workload: Workload, source: str) -> str:
    n_neurons, n_spikes, t_sim = workload.n_neurons, workload.n_spikes, workload.parameters.t_sim
    mean = n_spikes / n_neurons / t_sim * 1e3
    rows = {
        "network": f"{n_neurons} neurons, {workload.n_synapses:.4g} synapses",
        "simulated": f"{t_sim:g} ms at {mean:.3g} spikes/s ({source}): {n_spikes:.3g} spikes",
    }
    return f"{name}\n" + _rows(rows)


def _nest_rows(workload: Workload, place: Place) -> str:
    one = estimate(workload, place.tasks, place.threads)
    n_tasks = place.tasks_per_node
    return _rows(
        {
            "place": _place_text(place),
            "memory": f"{size_text(one.memory)} in each task ({_parts(one.memory_parts)}), "
            f"{size_text(one.memory_of_node(n_tasks))} on a node",
            "": f"a node should have {size_text(one.needed_on_node(n_tasks))}",
            "delays": f"the longest drawn is about {one.longest_delay:.0f} ms; ring buffers are as "
            "long, and sim_params['delay_max'] would cut them",
            "time": f"build {duration(one.seconds_build)}, simulation {duration(one.seconds_run)} "
            "(each thread on a core of its own, communication between ranks not counted); a job "
            f"should have {duration(one.needed_seconds)}",
            "output": size_text(one.output),
        }
    )


def _procedural_rows(here: ProceduralEstimate) -> str:
    return _rows(
        {
            "simulator": f"procedural, {here.threads} threads on this machine",
            "memory": f"{size_text(here.memory)} ({_parts(here.parts)}), {size_text(here.peak)} in "
            "the first milliseconds",
            "time": f"prepare {duration(here.seconds_build)}, simulation "
            f"{duration(here.seconds_run)} (as fast as a trial on this machine just now)",
        }
    )


def _place_text(place: Place) -> str:
    nodes = "1 node" if place.nodes == 1 else f"{place.nodes} nodes"
    memory = "not stated" if math.isinf(place.memory) else size_text(place.memory)
    limit = "" if place.minutes is None else f", time limit {duration(60 * place.minutes)}"
    return (
        f"{place.name}: {nodes}, {place.tasks} MPI tasks x {place.threads} threads = "
        f"{place.virtual_processes} virtual processes, memory of a node {memory}{limit}"
    )


def _parts(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {size_text(size)}" for name, size in sizes.items())


def _rows(rows: dict[str, str]) -> str:
    return "".join(f"  {key:<10} {text}\n" for key, text in rows.items())
