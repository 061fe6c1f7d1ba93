"""What the Snakefile asks: targets, inputs and parameters of each rule.

Everything is computed from validated parameters while the Snakefile is parsed. NEST, NumPy and
pandas are not imported here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from snakemake_interface_common.exceptions import WorkflowError

from multiarea.analysis import measures
from multiarea.cluster import Job, job_problem, launcher, load_cluster
from multiarea.errors import InputError, show_warnings
from multiarea.experiment.config import load_config, read_yaml
from multiarea.experiment.experiment import Experiment, network_hash, network_spec
from multiarea.experiment.results import files, measure_key, measure_parameters, results
from multiarea.figures import figures
from multiarea.files.project import relative
from multiarea.workflow.selection import Selection, by_folder


class Workflow:
    """The experiments of one configuration, as input functions for the rules.

    Parameters
    ----------
    config : mapping
        Content of config.yaml, with what the command line changed.

    Raises
    ------
    WorkflowError
        With all problems of the configuration and of all experiments.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        show_warnings()
        try:
            self.selection = Selection(load_config(dict(config)))
            self.config = self.selection.config
            self.experiments = self.selection.experiments
            self._jobs = self._load_jobs()
            self._launcher = self._simulate_launcher()
        except InputError as error:
            raise WorkflowError(f"{error}") from None
        self.out = self.config.out
        self._by_folder = by_folder(self.experiments.values())
        self._others: list[Callable[[], list[Experiment]]] = []

    def also(self, experiments: Callable[[], list[Experiment]]) -> None:
        """Let rules make the networks and theory of further experiments.

        Parameters
        ----------
        experiments : function without arguments
            Returns the experiments; called when something is asked for that none of config.yaml
            has.
        """
        self._others.append(experiments)

    # -------------------------------------------------------------------------------- targets

    def results(self) -> list[str]:
        """Return every result file of every experiment, pictures excepted."""
        wanted: list[str] = []
        for experiment in self.experiments.values():
            made = self.selection.stages_of(experiment)
            wanted += [path for name in made for path in self._with_records(experiment, name)]
            if "voltmeter" in experiment.simulation.rec_dev:
                wanted.append(f"{self.out}/{experiment.simulation_folder}/membrane_potentials.h5")
            analysis = self._folder(experiment.analysis_folder)
            wanted += files(analysis, "experiment.html")
            for measure in self.selection.measures_of(experiment):
                wanted.append(f"{analysis}/{measure.file}")
                wanted.append(self.selection.file(experiment, measure.name))
        return list(dict.fromkeys(wanted))

    def pictures(self) -> list[str]:
        """Return every picture of every experiment."""
        wanted: list[str] = []
        for experiment in self.experiments.values():
            folder = self._folder(experiment.analysis_folder / "plots")
            formats = dict.fromkeys(("png", "pdf", experiment.analysis.extension))
            for figure in self.selection.figures_of(experiment):
                wanted += [f"{folder}/{figure.name}.{kind}" for kind in formats]
            wanted += files(folder)
        return list(dict.fromkeys(wanted))

    # --------------------------------------------------------------------- inputs of the rules

    def network_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return the tables that a network is built from, and the rates that it needs.

        Those of the full-scale network for scaling it down, and those of the whole network for
        projections that are replaced.
        """
        return self.inputs_of_network(wildcards.net)

    def inputs_of_network(self, network: str) -> dict[str, Any]:
        """Return the same of the network of a hash."""
        experiment = self._experiment(network)
        parameters = self._network_parameters(network)
        tables = [relative(path) for path in experiment.module.source_files(parameters)]
        inputs: dict[str, Any] = {"tables": tables}
        if parameters.needs_rates:
            given = parameters.fullscale_rates
            inputs["rates"] = self._rates(given, experiment.full_scale_hash)
        if parameters.needs_source_rates:
            given = parameters.replace_cc_input_source
            inputs["source_rates"] = self._rates(given, experiment.whole_hash)
        return inputs

    def _rates(self, given: str | None, network_hash: str) -> str:
        """Return a table of rates that is given, or else that of the theory of a network."""
        theory = results()["theory"].file
        return relative(given) if given else f"{self.out}/{network_hash}/{theory}"

    def analyse_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a measure needs."""
        return self.selection.needs(self._keyed(wildcards), measures()[wildcards.measure].needs)

    def collect_input(self, wildcards: Any) -> str:
        """Return the file that a result of an analysis is a copy of."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        return self.selection.file(experiment, Path(wildcards.result).stem)

    def record_inputs(self, wildcards: Any) -> dict[str, str]:
        """Return the files of the stages before an analysis, and of its measures, by name."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        stages = self.selection.stages_of(experiment)
        names = (*stages, *(measure.name for measure in self.selection.measures_of(experiment)))
        return self.selection.needs(experiment, names)

    def picture_records(self, wildcards: Any) -> dict[str, list[str]]:
        """Return the records of the pictures of an analysis by figure."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        folder = self._folder(experiment.analysis_folder / "plots" / "records")
        other = experiment.analysis.extension
        kinds = ("json",) if other in ("png", "pdf") else ("json", f"{other}.json")
        return {
            figure.name: [f"{folder}/{figure.name}.{kind}" for kind in kinds]
            for figure in self.selection.figures_of(experiment)
        }

    def plot_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a figure needs."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        figure = figures()[wildcards.figure]
        return self.selection.needs(experiment, self.selection.needs_of(experiment, figure))

    def simulations(self, potentials: bool) -> str:
        """Return a pattern of the simulations with, or without, membrane potentials."""
        hashes = {
            experiment.simulation_hash
            for experiment in self.experiments.values()
            if ("voltmeter" in experiment.simulation.rec_dev) == potentials
        }
        return "|".join(sorted(hashes)) or "none"

    @staticmethod
    def measures_with(suffix: str) -> str:
        """Return a pattern of the measures whose results have a file suffix."""
        names = [name for name, measure in measures().items() if measure.file == name + suffix]
        return "|".join(names) or "none"

    # ----------------------------------------------------------------- parameters of the rules

    def network_spec(self, wildcards: Any) -> str:
        """Return model, version and parameters of a network as JSON."""
        model = self._experiment(wildcards.net).model
        return json.dumps(network_spec(model, self._network_parameters(wildcards.net)))

    def simulation_spec(self, wildcards: Any) -> str:
        """Return the parameters of a simulation as JSON."""
        return json.dumps(self._experiment(wildcards.net, wildcards.sim).simulation.identity)

    def measure_spec(self, wildcards: Any) -> str:
        """Return the parameters that a measure depends on as JSON."""
        experiment = self._keyed(wildcards)
        return json.dumps(measure_parameters(experiment, wildcards.measure))

    def analysis_spec(self, wildcards: Any) -> str:
        """Return what decides the results of an analysis as JSON: no plot options."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        return json.dumps(experiment.analysis.identity)

    def plot_spec(self, wildcards: Any) -> str:
        """Return what a figure depends on beside its inputs as JSON."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        figure = figures()[wildcards.figure]
        network = experiment.network
        return json.dumps(
            {
                "model": experiment.model,
                "N_scaling": network.N_scaling,
                "K_scaling": network.K_scaling,
                "t_sim": experiment.simulation.t_sim,
                "parameters": experiment.analysis.subset((*figure.uses, "seed", "mplstyles")),
            }
        )

    def guard(self, wildcards: Any) -> str:
        """Return when a simulation is to be stopped as JSON: it changes no finished result."""
        return json.dumps(self._experiment(wildcards.net, wildcards.sim).simulation.guard)

    def virtual_processes(self, wildcards: Any) -> int:
        """Return the threads of a simulation on this machine, or of one MPI task on a cluster.

        The procedural simulator takes all cores that Snakemake may use.
        """
        if self._jobs:
            return self._jobs["simulate"].cpus_per_task
        simulation = self._experiment(wildcards.net, wildcards.sim).simulation
        if simulation.simulator == "procedural":
            return os.cpu_count() or 1
        return int(simulation.virtual_processes or self.config.virtual_processes)

    # ------------------------------------------------------------------------------ resources

    def resources(self, rule: str) -> dict[str, int | str]:
        """Return what the jobs of a rule ask of a cluster; without one only the launcher."""
        resources = self._jobs[rule].resources if self._jobs else {}
        if rule == "simulate":
            resources["launcher"] = self._launcher
            if self._jobs and self._jobs[rule].tasks > 1:
                resources["mpi"] = self._launcher
        return resources

    def _load_jobs(self) -> dict[str, Job]:
        """Read the cluster's file, if one is named, and compare it with the experiments."""
        path = self.config.cluster
        if path is None:
            return {}
        jobs = load_cluster(path)
        problems = []
        for experiment in self.experiments.values():
            problem = job_problem(experiment.simulation, jobs["simulate"], path)
            if problem:
                problems.append(f"{relative(experiment.file)}: {problem}")
        if problems:
            raise InputError("\n".join(dict.fromkeys(problems)))
        return jobs

    def _simulate_launcher(self) -> str:
        config = self.config
        job = self._jobs.get("simulate")
        return launcher(config.MPIRUN, config.MPI_MODULES, config.NEST_PATH, job)

    # ------------------------------------------------------------------------------- internals

    def _with_records(self, experiment: Experiment, name: str) -> list[str]:
        path = Path(self.selection.file(experiment, name))
        return files(path.parent.as_posix(), path.name)

    def _folder(self, folder: Path) -> str:
        return f"{self.out}/{folder.as_posix()}"

    def _experiment(self, *hashes: str) -> Experiment:
        try:
            return self._by_folder.get(hashes) or self._further[hashes]
        except KeyError:
            raise WorkflowError(
                f"{'/'.join([self.out, *hashes])} belongs to no experiment of config.yaml (was an "
                "experiment file edited while its jobs were running?). Run the same command again."
            ) from None

    @cached_property
    def _further(self) -> dict[tuple[str, ...], Experiment]:
        return by_folder(one for experiments in self._others for one in experiments())

    def _keyed(self, wildcards: Any) -> Experiment:
        """Return the experiment of a measure's folder `<measure>-<key>`."""
        for experiments in (lambda: self.experiments, lambda: self._further):
            for experiment in experiments().values():
                if experiment.simulation_folder == Path(wildcards.net, wildcards.sim):
                    key = measure_key(experiment, wildcards.measure)
                    if key == wildcards.key:
                        return experiment
        return self._experiment(wildcards.net, wildcards.sim, wildcards.key)

    def _network_parameters(self, wanted: str) -> Any:
        """Return the parameters of an experiment's network, at full scale, or of the whole one."""
        experiment = self._experiment(wanted)
        own = experiment.network
        return next(
            parameters
            for parameters in (own, own.full_scale, own.whole)
            if network_hash(experiment.model, parameters) == wanted
        )


def checked(path: str) -> str:
    """Return the path of a configuration file that is sound YAML, each key once.

    Raises
    ------
    WorkflowError
        If it is not: Snakemake's own reader takes the last of two values, and follows aliases.
    """
    try:
        read_yaml(Path(path))
    except InputError as error:
        raise WorkflowError(f"{error}") from None
    return path


def named(wildcards: Any, input: Any) -> list[str]:
    """Return the inputs of a rule as `name=path` words."""
    words = []
    for name, value in input.items():
        paths = [value] if isinstance(value, str) else list(value)
        words.extend(f"{name}={path}" for path in paths)
    return words
