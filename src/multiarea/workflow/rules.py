"""What the Snakefile asks: targets, inputs and parameters of each rule.

Everything is computed from validated parameters while the Snakefile is parsed. NEST, NumPy and
pandas are not imported here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from snakemake_interface_common.exceptions import WorkflowError

from multiarea.analysis import Measure, measures
from multiarea.cluster import Job, job_problem, launcher, load_cluster
from multiarea.errors import InputError, show_warnings
from multiarea.experiment.config import load_config, read_yaml
from multiarea.experiment.experiment import Experiment, network_hash, network_spec
from multiarea.experiment.loading import load_experiments
from multiarea.figures import FigureFile, figures
from multiarea.files.project import relative, resolve
from multiarea.models import get_model
from multiarea.paper_figures import publications
from multiarea.workflow.paper import PaperFigures
from multiarea.workflow.result_folders import (
    by_folder,
    files,
    measure_folder,
    measure_key,
    measure_parameters,
)
from multiarea.workflow.sources import source_files

FIXED_NEEDS = ("network", "spikes", "theory")


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
            self.config = load_config(dict(config))
            experiments = self.load(self.config.experiments)
            self._files = {
                name: source_files(get_model(name), self.config.experimental_data)
                for name in _models(experiments)
            }
            self._check_rates(experiments)
            self._jobs = self._load_jobs(experiments)
            self._launcher = self._simulate_launcher()
        except InputError as error:
            raise WorkflowError(f"{error}") from None
        self.out = self.config.out
        self.experiments = {experiment.name: experiment for experiment in experiments}
        self._by_folder = by_folder(experiments)
        self.paper = PaperFigures(self)

    def load(self, paths: Iterable[str | Path]) -> list[Experiment]:
        """Return the experiments of files, with the defaults of the configuration."""
        return load_experiments(paths, self.config.virtual_processes, self.config.simulator)

    # -------------------------------------------------------------------------------- targets

    def results(self) -> list[str]:
        """Return every result file of every experiment, pictures excepted."""
        wanted: list[str] = []
        for experiment in self.experiments.values():
            network = self._folder(experiment.network_folder)
            simulation = self._folder(experiment.simulation_folder)
            analysis = self._folder(experiment.analysis_folder)
            wanted += files(network, "network.h5")
            if experiment.network.has_theory:
                wanted += files(f"{network}/theory", "rates.csv")
            wanted += files(simulation, *self._simulated(experiment))
            wanted += files(analysis, "experiment.html")
            for measure in self.measures_of(experiment):
                wanted += [
                    f"{analysis}/{measure.file}",
                    self._measure_file(experiment, measure.name),
                ]
        return list(dict.fromkeys(wanted))

    def pictures(self) -> list[str]:
        """Return every picture of every experiment."""
        wanted: list[str] = []
        for experiment in self.experiments.values():
            folder = self._folder(experiment.analysis_folder / "plots")
            formats = dict.fromkeys(("png", "pdf", experiment.analysis.extension))
            for figure in self.figures_of(experiment):
                wanted += [f"{folder}/{figure.name}.{kind}" for kind in formats]
            wanted += files(folder)
        return list(dict.fromkeys(wanted))

    def measures_of(self, experiment: Experiment) -> list[Measure]:
        """Return the measures that can be made for an experiment's model."""
        return [measure for measure in measures().values() if self.can(experiment, measure.needs)]

    def figures_of(self, experiment: Experiment) -> list[FigureFile]:
        """Return the figures that are asked for and can be drawn for an experiment's model."""
        asked = self.config.figures
        return [
            figure
            for name, figure in figures().items()
            if ("all" in asked or name in asked) and self.can(experiment, figure.needs)
        ]

    def can(self, experiment: Experiment, needs: tuple[str, ...]) -> bool:
        """Return whether the inputs named can be had for an experiment's model."""
        known = measures()
        offered = {*FIXED_NEEDS, *self._files[experiment.model]}
        if not experiment.network.has_theory:
            offered.remove("theory")
        return all(
            self.can(experiment, known[need].needs) if need in known else need in offered
            for need in needs
        )

    def _simulated(self, experiment: Experiment) -> list[str]:
        potentials = "voltmeter" in experiment.simulation.rec_dev
        return ["spikes.h5", *(["membrane_potentials.h5"] if potentials else [])]

    # --------------------------------------------------------------------- inputs of the rules

    def network_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return the tables that a network is built from, and the rates that it needs.

        Those of the full-scale network for scaling it down, and those of the whole network for
        projections that are replaced.
        """
        experiment = self._experiment(wildcards.net)
        parameters = self._network_parameters(wildcards.net)
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
        return relative(given) if given else f"{self.out}/{network_hash}/theory/rates.csv"

    def analyse_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a measure needs."""
        return self.needs(self._keyed(wildcards), measures()[wildcards.measure].needs)

    def collect_input(self, wildcards: Any) -> str:
        """Return the file that a result of an analysis is a copy of."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        return self._measure_file(experiment, Path(wildcards.result).stem)

    def record_inputs(self, wildcards: Any) -> dict[str, str]:
        """Return the files of the stages before an analysis, and of its measures, by name."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        stages = (need for need in FIXED_NEEDS if self.can(experiment, (need,)))
        names = (*stages, *(measure.name for measure in self.measures_of(experiment)))
        return self.needs(experiment, names)

    def picture_records(self, wildcards: Any) -> dict[str, list[str]]:
        """Return the records of the pictures of an analysis by figure."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        folder = self._folder(experiment.analysis_folder / "plots" / "records")
        other = experiment.analysis.extension
        kinds = ("json",) if other in ("png", "pdf") else ("json", f"{other}.json")
        return {
            figure.name: [f"{folder}/{figure.name}.{kind}" for kind in kinds]
            for figure in self.figures_of(experiment)
        }

    def plot_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a figure needs."""
        experiment = self._experiment(wildcards.net, wildcards.sim, wildcards.ana)
        figure = figures()[wildcards.figure]
        return self.needs(experiment, self.needs_of(experiment, figure))

    def needs_of(self, experiment: Experiment, figure: FigureFile) -> tuple[str, ...]:
        """Return the inputs of a figure: its needs, and those extras that the model has."""
        extras = (name for name in figure.extras if self.can(experiment, (name,)))
        return (*figure.needs, *extras)

    def needs(self, experiment: Experiment, needs: tuple[str, ...]) -> dict[str, Any]:
        """Return the files of the inputs named, of one experiment."""
        network = self._folder(experiment.network_folder)
        fixed = {
            "network": f"{network}/network.h5",
            "theory": f"{network}/theory/rates.csv",
            "spikes": f"{self._folder(experiment.simulation_folder)}/spikes.h5",
        }
        inputs: dict[str, Any] = {}
        for need in needs:
            if need in fixed:
                inputs[need] = fixed[need]
            elif need in measures():
                inputs[need] = self._measure_file(experiment, need)
            else:
                inputs[need] = [relative(path) for path in self._files[experiment.model][need]]
        return inputs

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

    def _check_rates(self, experiments: list[Experiment]) -> None:
        """Raise InputError for rates that are a result of the network that they are for."""
        out = resolve(self.config.out).resolve()
        problems = []
        for experiment in experiments:
            for key in ("fullscale_rates", "replace_cc_input_source"):
                given = getattr(experiment.network, key)
                own = out / experiment.network_hash
                if given and resolve(given).resolve().is_relative_to(own):
                    problems.append(
                        f"{relative(experiment.file)}: net_params.{key}: circular: {given} is a "
                        "result of this very network; expected rates at full scale, or None"
                    )
        if problems:
            raise InputError("\n".join(problems))

    def _load_jobs(self, experiments: list[Experiment]) -> dict[str, Job]:
        """Read the cluster's file, if one is named, and compare it with the experiments."""
        path = self.config.cluster
        if path is None:
            return {}
        jobs = load_cluster(path)
        problems = []
        for experiment in experiments:
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

    def _folder(self, folder: Path) -> str:
        return f"{self.out}/{folder.as_posix()}"

    def _experiment(self, *hashes: str) -> Experiment:
        try:
            return self._by_folder.get(hashes) or self.paper.by_folder[hashes]
        except KeyError:
            raise WorkflowError(
                f"{'/'.join([self.out, *hashes])} belongs to no experiment of config.yaml (was an "
                "experiment file edited while its jobs were running?). Run the same command again."
            ) from None

    def _keyed(self, wildcards: Any) -> Experiment:
        """Return the experiment of a measure's folder `<measure>-<key>`."""
        for experiments in (lambda: self.experiments, lambda: self.paper.by_folder):
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

    def _measure_file(self, experiment: Experiment, name: str) -> str:
        return self._folder(measure_folder(experiment, name) / measures()[name].file)


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


def named(wildcards: Any, input: Any) -> list[str]:  # noqa: A002
    """Return the inputs of a rule as `name=path` words."""
    words = []
    for name, value in input.items():
        paths = [value] if isinstance(value, str) else list(value)
        words.extend(f"{name}={path}" for path in paths)
    return words


def _models(experiments: list[Experiment]) -> set[str]:
    """Return the models of experiments, and of the publications whose figures can be drawn."""
    published = {publication.model for publication in publications().values()}
    return published | {experiment.model for experiment in experiments}
