"""`estimate`: compare what an experiment will cost with this machine, or with `cluster.json`."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import numpy as np

from multiarea.build.pipeline import build_network
from multiarea.build.rates import states_of
from multiarea.cluster import job_problem, load_cluster
from multiarea.errors import InputError
from multiarea.estimate.costs import MEMORY_MARGIN, Workload
from multiarea.estimate.fit import Place, misfits, size_text
from multiarea.estimate.memory import here, place_of_job
from multiarea.estimate.procedural import (
    ProceduralEstimate,
    calibrate,
    estimate_procedural,
    sizes_on_gpu,
)
from multiarea.estimate.report import (
    head,
    higher_state_rows,
    nest_rows,
    nothing_simulated,
    procedural_rows,
)
from multiarea.experiment.config import load_config, project_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import find_experiment
from multiarea.experiment.results import results
from multiarea.files.project import exists, resolve
from multiarea.machine import usable_cores
from multiarea.network.network import Network
from multiarea.theory import fixed_points

log = logging.getLogger(__name__)


def estimate_experiment(
    name: str, cluster: str | None = None, rate: float | None = None, out: Path | None = None
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
    out : Path, optional
        Folder of the results, whose rates of the theory are used; that of config.yaml.

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
    if (imported := experiment.simulation.spikes_from) is not None:
        return nothing_simulated(experiment.name, resolve(imported.file)), []
    problems = [problem] if problem else []
    results_here = Path(load_config(project_config(out)).out)
    log.info("estimate: building the network; nothing is written")
    network = _network(experiment, results_here)
    states, source = _states(experiment, network, rate, results_here)
    workloads = [Workload(network, experiment.simulation, rates) for rates in states]
    report = head(experiment.name, workloads, source)
    if experiment.simulation.simulator == "procedural":
        costs = _procedural(workloads, place.threads)
        report += procedural_rows(costs, sizes_on_gpu(workloads[0]))
        found = [_procedural_misfits(one, place) for one in costs]
    else:
        report += nest_rows(workloads, place)
        found = [misfits(workload, place) for workload in workloads]
        if cluster is None and experiment.simulation.connection_rule == "fixed_total_number":
            report += "or, with sim_params['simulator'] = 'procedural' (other random numbers):\n"
            costs = _procedural(workloads, usable_cores())
            report += procedural_rows(costs, sizes_on_gpu(workloads[0]))
    problems += found[0]
    if len(states) > 1:
        report += higher_state_rows(workloads[-1], [p for p in found[-1] if p not in found[0]])
    return report, [f"{experiment.name}: {problem}" for problem in problems]


def _asked(name: str, cluster: str | None) -> tuple[Experiment, Place, str | None]:
    """Return an experiment, where it is to run, and what does not fit between them."""
    if cluster is not None:
        job = load_cluster(cluster)["simulate"]
        experiment = find_experiment(name, job.virtual_processes)
        place, is_simulated = place_of_job(job, cluster), experiment.simulation.spikes_from is None
        problem = job_problem(experiment.simulation, job, cluster) if is_simulated else None
        return experiment, place, problem
    experiment = find_experiment(name)
    threads = int(experiment.simulation.virtual_processes or 1)
    if experiment.simulation.simulator == "procedural":
        threads = usable_cores()
    return experiment, here(threads), None


def _procedural(workloads: list[Workload], threads: int) -> list[ProceduralEstimate]:
    log.info("estimate: a trial of the procedural simulator, which is compiled first: 5 to 60 s")
    speed = calibrate(min(threads, usable_cores()))
    return [estimate_procedural(workload, threads, speed) for workload in workloads]


def _procedural_misfits(cost: ProceduralEstimate, place: Place) -> list[str]:
    needed = MEMORY_MARGIN * cost.peak
    if needed <= place.memory:
        return []
    return [
        f"needs {size_text(needed)}, but {place.name} has {size_text(place.memory)}: use a machine "
        "with more memory, or a smaller network"
    ]


def _network(experiment: Experiment, out: Path) -> Network:
    """Return the network of an experiment, scaled with the full-scale rates if `out` has them."""
    parameters = experiment.network
    rates = out / experiment.full_scale_hash / results()["theory"].file
    is_known = parameters.needs_rates and not parameters.fullscale_rates and exists(rates)
    return build_network(experiment.model, parameters, resolve(rates) if is_known else None)


def _states(
    experiment: Experiment, network: Network, rate: float | None, out: Path
) -> tuple[np.ndarray, str]:
    """Return the expected rates, (n, P) [spikes/s], lowest state first, and where they are from."""
    if rate is not None:
        return np.full((1, len(network)), rate), "--rate"
    saved = out / results()["theory"].path(experiment)
    if exists(saved):
        return states_of(network, resolve(saved)), str(saved)
    if not experiment.network.has_theory:
        raise InputError(
            f"{experiment.name}: the mean-field theory does not cover its neurons; state the mean "
            "rate with --rate"
        )
    log.info("theory: the rates of this network, which are not in %s yet; a run keeps them", out)
    points = fixed_points(network, progress=log.info)
    if not len(points.rates):
        raise InputError(f"{experiment.name}: no rates from theory; state the mean with --rate")
    return points.rates, "mean-field theory"
