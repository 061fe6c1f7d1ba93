"""What the jobs of each rule ask of the machine or the cluster, and whether simulations fit it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from multiarea.cluster import Job, job_problem, launcher, load_cluster
from multiarea.cluster.requests import SMALLEST_MEMORY
from multiarea.errors import InputError, Problems
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.results import results
from multiarea.files.project import relative
from multiarea.machine import DEVICE, UNCHECKED
from multiarea.parameters.config import Config
from multiarea.workflow.configuration import refuse

AT_ONCE = 3
"""Measures and pictures that run at once in one SLURM job: `--cores` of snakemake_slurm.sh."""
MORE_TURNS = 3
"""Turns with fewer than these: some measures wait for others, and pictures for measures."""
LEAST = {"runtime": 2, "mem_mb": SMALLEST_MEMORY, "cpus_per_task": 1}
"""What such a measure or picture asks for at least [min, MB]."""
PLACEHOLDER = re.compile(
    r"(your|my)[-_.]?(account|project|partition|budget|group|name)|account|changeme|todo|x{3,}",
    re.IGNORECASE,
)
"""Names that stand for one to be filled in, such as `your-account`."""
ADDED_UP = ("nodes", "tasks")
"""Resources, 1 for all of these, that Snakemake would add up over jobs that run side by side."""


class Jobs:
    """Resources of the rules' jobs.

    Parameters
    ----------
    config : Config
    experiments : iterable of Experiment
        What is going to run, to be compared with the cluster's file.

    Raises
    ------
    InputError
        If the cluster's file, the modules or the path of NEST are wrong, or an experiment cannot
        run with them.
    """

    def __init__(self, config: Config, experiments: Iterable[Experiment]) -> None:
        self._config = config
        self._jobs = {} if config.cluster is None else load_cluster(config.cluster)
        self._check_names()
        self._check_processes(experiments)
        start = config.MPIRUN, config.MPI_MODULES, config.NEST_PATH
        self._launcher = launcher(*start, self.simulate)
        if not config.check_memory:
            self._launcher = f"export {UNCHECKED}=no && {self._launcher}"
        if config.device != "cpu":
            self._launcher = f"export {DEVICE}={config.device} && {self._launcher}"
        self._compared: set[str] = set()

    @property
    def simulate(self) -> Job | None:
        """What a simulation asks of the cluster; None: it runs on this machine."""
        return self._jobs.get("simulate")

    def resources(self, rule: str) -> dict[str, int | str]:
        """Return what the jobs of a rule ask of a cluster; without one only the launcher."""
        resources = self._jobs[rule].resources if self._jobs else {}
        if rule == "simulate":
            resources["launcher"] = self._launcher
            if self._jobs and self._jobs[rule].tasks > 1:
                resources["mpi"] = self._launcher
        return resources

    def share(self, rule: str, n_jobs: int) -> dict[str, int | str]:
        """Return what each of the jobs of a rule asks for that are one SLURM job in a simulation.

        Snakemake adds up memory and processors of `AT_ONCE` jobs, and the times of those that run
        one after the other. So each asks for its part of what the cluster's file says.

        Parameters
        ----------
        rule : str
            "analyse" or "plot".
        n_jobs : int
            Number of measures or pictures of a simulation.
        """
        whole = self.resources(rule)
        parts = {name: whole[name] for name in whole if name not in ADDED_UP}
        turns = -(-n_jobs // AT_ONCE) + MORE_TURNS
        divisors = {"runtime": turns, "mem_mb": AT_ONCE, "cpus_per_task": AT_ONCE}
        for name in divisors.keys() & parts.keys():
            parts[name] = max(LEAST[name], int(parts[name]) // divisors[name])
        return parts

    def threads(self, experiment: Experiment) -> int:
        """Return the threads of a simulation on this machine, or of one MPI task on a cluster.

        The procedural simulator takes all cores that Snakemake may use.
        """
        if self.simulate is not None:
            return self.simulate.cpus_per_task
        simulation = experiment.simulation
        if simulation.simulator == "procedural":
            return os.cpu_count() or 1
        return int(simulation.virtual_processes or self._config.virtual_processes)

    def check_memory(self, experiment: Experiment) -> None:
        """End Snakemake if the simulation of an `experiment` is to run and cannot fit."""
        out = Path(self._config.out)
        is_done = (out / results()["spikes"].path(experiment)).exists()
        is_simulated = experiment.simulation.spikes_from is None
        if is_done or not is_simulated or not self._config.check_memory:
            return
        if experiment.simulation_hash in self._compared:
            return
        self._compared.add(experiment.simulation_hash)
        from multiarea.estimate.memory import check_experiment, here, place_of_job  # slow

        place = here(self.threads(experiment))
        if self.simulate is not None:
            place = place_of_job(self.simulate, str(self._config.cluster))
        try:
            check_experiment(experiment, out / results()["network"].path(experiment), place)
        except InputError as error:
            refuse(error)

    def _check_names(self) -> None:
        """Raise InputError for an account or partition that was never filled in."""
        jobs = self._jobs.values()
        names = [("account", job.account) for job in jobs]
        names += [("partition", job.partition) for job in jobs]
        Problems(
            f"{self._config.cluster}: {key}: '{name}' is a placeholder; write the {key} that your "
            "site gave you, or leave the key out where it needs none"
            for key, name in dict.fromkeys(names)
            if name is not None and PLACEHOLDER.fullmatch(name)
        ).raise_any()

    def _check_processes(self, experiments: Iterable[Experiment]) -> None:
        """Raise InputError if virtual processes of `experiments` are not those of the cluster."""
        problems = {}
        for experiment in experiments if self.simulate is not None else ():
            if experiment.simulation.spikes_from is not None:
                continue
            problem = job_problem(experiment.simulation, self.simulate, self._config.cluster)
            if problem:
                problems[f"{relative(experiment.file)}: {problem}"] = None
        if problems:
            raise InputError("\n".join(problems))
