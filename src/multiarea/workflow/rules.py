"""What the Snakefile asks: targets, inputs and parameters of each rule.

Everything is computed from validated parameters while the Snakefile is parsed, without NEST.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from snakemake.io import ancient, is_flagged
from snakemake_interface_common.exceptions import WorkflowError

from multiarea.analysis import measures
from multiarea.errors import InputError, Problems, show_warnings
from multiarea.experiment.config import check_folder, load_config
from multiarea.experiment.experiment import Experiment, network_spec, simulation_spec
from multiarea.experiment.links import link_results
from multiarea.experiment.results import files, measure_parameters, results
from multiarea.figures import figures
from multiarea.files.project import PROJECT, project_root, require_own_package
from multiarea.forkserver import offer
from multiarea.parameters.config import CONFIG_FILE
from multiarea.workflow.configuration import (
    NOTHING_TO_RUN,
    changed_by,
    refuse,
    tell_of_others,
    told_of,
    warnings_told_of,
)
from multiarea.workflow.folders import Folders
from multiarea.workflow.jobs import Jobs
from multiarea.workflow.selection import Selection, flat
from multiarea.workflow.sources import is_made_from


class Workflow:
    """The experiments of one configuration, as input functions for the rules.

    Parameters
    ----------
    config : mapping
        Content of config.yaml, with what the command line changed.
    running : snakemake.workflow.Workflow, optional
        Where the Snakefile is, and what the command line changed, so that messages can tell it.

    Raises
    ------
    WorkflowError
        With all problems of the configuration and of all experiments, or if the Snakefile is
        that of another checkout than this package.
    """

    def __init__(self, config: Mapping[str, Any], running: Any = None) -> None:
        show_warnings()
        if running is not None:
            os.environ[PROJECT] = str(running.basedir)
            offer()
        try:
            require_own_package(Path(running.basedir if running else project_root()))
            places = changed_by(running and running.config_settings)
        except InputError as error:
            raise WorkflowError(f"{error}") from None
        try:
            with warnings_told_of(places):
                self._read(config)
        except InputError as error:
            raise WorkflowError(told_of(error, places)) from None
        if running is not None and places.get("experiments") != "--config":
            tell_of_others(self.config.experiments, self.experiments.values())
        self.out = self.config.out
        self._folders = Folders(self.experiments.values(), self.out)

    def _read(self, config: Mapping[str, Any]) -> None:
        """Check a `config` and its experiments; raise InputError with all problems."""
        self.config = load_config(dict(config))
        self.experiments: dict[str, Experiment] = {}
        problems = Problems()
        with problems.collected():
            self.selection = Selection(self.config)
            self.experiments = self.selection.experiments
        with problems.collected():
            self._jobs = Jobs(self.config, self.experiments.values())
        problems.raise_any()
        check_folder(self.config.out, f"{CONFIG_FILE}: out")

    @classmethod
    def of_snakefile(cls, config: Mapping[str, Any], running: Any) -> Workflow:
        """Return the experiments of a `config` to the Snakefile that is `running`.

        Snakemake is ended with all problems if something is wrong.
        """
        try:
            return cls(config, running)
        except WorkflowError as error:
            refuse(error)

    def also(self, experiments: Callable[[], list[Experiment]]) -> None:
        """Let rules make results of further `experiments`, a function called when needed."""
        self._folders.also(experiments)

    # -------------------------------------------------------------------------------- targets

    def results(self, wildcards: Any = None) -> list[str]:
        """Return every result file of every experiment, pictures and page excepted.

        There are no `wildcards`. Ends Snakemake if there is no experiment.
        """
        if not self.experiments:
            refuse(NOTHING_TO_RUN)
        wanted: list[str] = []
        for experiment in self.experiments.values():
            for name in self.selection.stages_of(experiment):
                path = Path(self.selection.file(experiment, name))
                wanted += files(path.parent.as_posix(), path.name)
            analysis = f"{self.out}/{experiment.analysis_folder}"
            wanted += files(analysis)
            for measure in self.selection.measures_of(experiment):
                wanted.append(f"{analysis}/{measure.file}")
                wanted.append(self.selection.file(experiment, measure.name))
        return list(dict.fromkeys(wanted))

    def pictures(self) -> list[str]:
        """Return every picture of every experiment, and the page that shows them."""
        wanted: list[str] = []
        for experiment in self.experiments.values():
            for figure in self.selection.figures_of(experiment):
                wanted += self._picture(experiment, figure.name)
            wanted += files(f"{self.out}/{experiment.analysis_folder}/plots")
            wanted.append(f"{self.out}/{experiment.analysis_folder}/experiment.html")
        return list(dict.fromkeys(wanted))

    def chosen(self, figures: Iterable[str], measures: Iterable[str]) -> list[str]:
        """Return the files of the named `figures` and `measures` of every experiment.

        Raises InputError if a name is unknown, or the figure or measure not for an experiment.
        """
        wanted, problems = [], Problems()
        for experiment in self.experiments.values():
            for name in figures:
                with problems.collected():
                    self.selection.require(experiment, "figure", name)
                    wanted += self._picture(experiment, name)
            for name in measures:
                with problems.collected():
                    self.selection.require(experiment, "measure", name)
                    file = results()[name].file
                    wanted.append(f"{self.out}/{experiment.analysis_folder}/{file}")
        Problems(dict.fromkeys(problems)).raise_any()
        return list(dict.fromkeys(wanted))

    def link(self) -> None:
        """Let the links below `out` that have names of experiments lead to their results."""
        link_results(self.experiments.values(), self.out)

    # --------------------------------------------------------------------- inputs of the rules

    def network_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return the tables that a network is built from, and the rates that it needs.

        If the network was made from just these files it does not
        matter that they are newer, as in a fresh checkout: they are marked as `ancient`.
        """
        experiment, parameters = self._folders.network(wildcards.net)
        inputs: dict[str, list[Any]] = self.selection.network_inputs(experiment, parameters)
        if is_made_from(Path(self.out) / wildcards.net, flat(inputs.values())):
            inputs = {name: list(map(ancient, paths)) for name, paths in inputs.items()}
        return inputs

    def network_file(self, wildcards: Any) -> list[str]:
        """Return the network that is simulated, or whose rates are predicted.

        Ends Snakemake if a simulation is to run and needs more memory than there is.
        """
        if "sim" in wildcards.keys():
            self._jobs.check_memory(self._simulated(wildcards))
        path = f"{self.out}/{wildcards.net}/{results()['network'].file}"
        result = Path(self.out) / wildcards.net / wildcards.get("sim", "theory")
        before = flat(self.network_inputs(wildcards).values())
        is_settled = all(is_flagged(one, "ancient") for one in before)
        is_settled = is_settled and is_made_from(result, [path])
        return [ancient(path) if is_settled else path]

    def import_inputs(self, wildcards: Any) -> dict[str, list[Any]]:
        """Return the network and the files that spikes are imported from, whatever their age."""
        files = self.selection.imported(self._simulated(wildcards))
        given = {name: list(map(ancient, paths)) for name, paths in files.items()}
        return {"network": self.network_file(wildcards), **given}

    def analyse_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a measure needs."""
        return self.selection.needs(
            self._folders.measured(wildcards), measures()[wildcards.measure].needs
        )

    def collect_input(self, wildcards: Any) -> str:
        """Return the file that a result of an analysis is a copy of."""
        return self.selection.file(self.analysis(wildcards), Path(wildcards.result).stem)

    def record_inputs(self, wildcards: Any) -> dict[str, str]:
        """Return the files of the stages before an analysis, and of its measures, by name."""
        experiment = self.analysis(wildcards)
        measured = (measure.name for measure in self.selection.measures_of(experiment))
        stages = self.selection.stages_of(experiment)
        return self.selection.needs(experiment, (*stages, *measured))

    def picture_records(self, wildcards: Any) -> dict[str, list[str]]:
        """Return the records of the pictures of an analysis by figure."""
        experiment = self.analysis(wildcards)
        folder = f"{self.out}/{experiment.analysis_folder}/plots/records"
        records = {}
        for figure in self.selection.figures_of(experiment):
            more = figure.further_formats(experiment.analysis.extension)
            ends = ("json", *(f"{kind}.json" for kind in more))
            records[figure.name] = [f"{folder}/{figure.name}.{end}" for end in ends]
        return records

    def plot_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a figure needs."""
        experiment, figure = self.analysis(wildcards), figures()[wildcards.figure]
        return self.selection.needs(experiment, self.selection.needs_of(experiment, figure))

    @staticmethod
    def measures_with(suffix: str) -> str:
        """Return a pattern of the measures whose results have a file suffix."""
        return "|".join(name for name, one in measures().items() if one.file == name + suffix)

    # ----------------------------------------------------------------- parameters of the rules

    def network_spec(self, wildcards: Any) -> str:
        """Return model, version and parameters of a network as JSON."""
        experiment, parameters = self._folders.network(wildcards.net)
        return json.dumps(network_spec(experiment.model, parameters))

    def simulation_spec(self, wildcards: Any) -> str:
        """Return the parameters of a simulation as JSON."""
        return json.dumps(simulation_spec(self._simulated(wildcards).simulation))

    def measure_spec(self, wildcards: Any) -> str:
        """Return the parameters that a measure depends on as JSON."""
        return json.dumps(measure_parameters(self._folders.measured(wildcards), wildcards.measure))

    def analysis_spec(self, wildcards: Any) -> str:
        """Return what decides the results of an analysis as JSON: no plot options."""
        return json.dumps(self.analysis(wildcards).analysis.identity)

    def plot_spec(self, wildcards: Any) -> str:
        """Return what a figure depends on in addition to its inputs as JSON."""
        experiment, figure = self.analysis(wildcards), figures()[wildcards.figure]
        return json.dumps(self.selection.plot_spec(experiment, figure))

    def names(self, wildcards: Any, input: Any = ()) -> list[str]:
        """Return the names of the experiments whose analysis is in the folder of `wildcards`.

        A parameter that is a function of `input`, too, is for Snakemake no reason to run a job
        again: a picture is not drawn again because an experiment has got another name, or shares
        its results with one more.
        """
        folder = Path(wildcards.net, wildcards.sim, wildcards.ana)
        return [e.name for e in self.experiments.values() if e.analysis_folder == folder]

    def guard(self, wildcards: Any) -> str:
        """Return when a simulation is to be stopped as JSON: it changes no finished result."""
        return json.dumps(self._simulated(wildcards).simulation.guard)

    def virtual_processes(self, wildcards: Any) -> int:
        """Return the threads of a simulation on this machine, or of one MPI task on a cluster."""
        return self._jobs.threads(self._simulated(wildcards))

    def resources(self, rule: str) -> dict[str, int | str]:
        """Return what the jobs of a rule ask of a cluster; without one only the launcher."""
        return self._jobs.resources(rule)

    def share(self, rule: str) -> dict[str, int | str]:
        """Return what a measure or picture asks for in the SLURM job of its simulation."""
        made = {"analyse": self.selection.measures_of, "plot": self.selection.figures_of}[rule]
        numbers = [len(made(experiment)) for experiment in self.experiments.values()]
        return self._jobs.share(rule, max(numbers, default=1))

    # ------------------------------------------------------------------------------- internals

    def _picture(self, experiment: Experiment, figure: str) -> list[str]:
        more = figures()[figure].further_formats(experiment.analysis.extension)
        folder = f"{self.out}/{experiment.analysis_folder}/plots"
        return [f"{folder}/{figure}.{kind}" for kind in ("png", "pdf", "md", *more)]

    def analysis(self, wildcards: Any) -> Experiment:
        """Return an experiment whose analysis is in the folder of `wildcards`."""
        return self._folders.experiment(wildcards.net, wildcards.sim, wildcards.ana)

    def _simulated(self, wildcards: Any) -> Experiment:
        return self._folders.experiment(wildcards.net, wildcards.sim)
