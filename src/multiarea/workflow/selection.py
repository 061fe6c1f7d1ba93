"""The experiments of one configuration, and what can be made of each."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from multiarea.analysis import Measure, measures
from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.differences import differences
from multiarea.experiment.experiment import Experiment, network_hash
from multiarea.experiment.finding import find_experiments
from multiarea.experiment.results import results
from multiarea.figures import FigureFile, figures
from multiarea.files.project import from_here, relative, resolve
from multiarea.files.series import npy_rate_files
from multiarea.models import comparisons_of, get_model
from multiarea.parameters import NetworkParameters
from multiarea.parameters.config import Config
from multiarea.workflow.sources import source_files


class Selection:
    """The experiments that a configuration runs, and the data that they are compared with.

    Parameters
    ----------
    config : Config

    Raises
    ------
    InputError
        With all problems of the experiments.
    """

    def __init__(self, config: Config) -> None:
        self.config, self.out, self._measures = config, config.out, measures()
        self.experiments = {one.name: one for one in self.load(config.experiments)}
        self._sources: dict[str, dict[str, list[Path]]] = {}
        for experiment in self.experiments.values():
            self.sources(experiment.model)
        self._check_rates()
        self._tell_what_is_left_out()

    def load(self, names: Iterable[str]) -> list[Experiment]:
        """Return the experiments of files or `names`, with the defaults of the configuration."""
        return find_experiments(names, self.config.virtual_processes, self.config.simulator)

    def sources(self, model: str) -> dict[str, list[Path]]:
        """Return the files of each source that a model is compared with; see `source_files`."""
        if model not in self._sources:
            self._sources[model] = source_files(get_model(model), self.config.experimental_data)
        return self._sources[model]

    def sources_of(self, experiment: Experiment) -> dict[str, list[Path]]:
        """Return the files of each source that an `experiment` can be compared with."""
        offered = comparisons_of(experiment.module, experiment.network)
        return {n: files for n, files in self.sources(experiment.model).items() if n in offered}

    def measures_of(self, experiment: Experiment) -> list[Measure]:
        """Return the measures that can be made for an experiment's model."""
        return [one for one in self._measures.values() if self.can_measure(experiment, one)]

    def figures_of(self, experiment: Experiment) -> list[FigureFile]:
        """Return the figures that are asked for and can be drawn for an experiment's model."""
        asked = self.config.figures
        return [
            figure
            for name, figure in figures().items()
            if ("all" in asked or name in asked) and self.can(experiment, figure.needs)
        ]

    def can(self, experiment: Experiment, needs: tuple[str, ...]) -> bool:
        """Return whether the inputs `needs` can be made or are there for an `experiment`."""
        known = self._measures
        offered = {*self.stages_of(experiment), *self.sources_of(experiment)}
        return all(
            self.can_measure(experiment, known[need]) if need in known else need in offered
            for need in needs
        )

    def can_measure(self, experiment: Experiment, measure: Measure) -> bool:
        """Return whether a `measure` is defined for an `experiment`, and can be made."""
        kind = measure.pairs_of_areas
        has_pairs = not kind or len(experiment.areas_that_are(kind)) > 1
        return has_pairs and self.can(experiment, measure.needs)

    def require(self, experiment: Experiment, kind: str, name: str) -> None:
        """Raise InputError if there is no such figure or measure, or not for an `experiment`.

        `kind` is "figure" or "measure", `name` the name of one.
        """
        kinds: dict[str, Mapping[str, Any]] = {"figure": figures(), "measure": self._measures}
        known = kinds.pop(kind)
        if name not in known:
            ((other, others),) = kinds.items()
            hint = f" It is a {other}: --{other} {name}." if name in others else ""
            raise InputError(
                f"unknown {kind} '{one_line(name, 60)}'.{hint or did_you_mean(name, known)} "
                f"Valid names: {', '.join(sorted(known))}"
            )
        needs = (name,) if kind == "measure" else known[name].needs
        if not self.can(experiment, needs):
            imported = experiment.simulation.spikes_from is not None
            pairs = ["two areas or more"] if getattr(known[name], "pairs_of_areas", "") else []
            offered = comparisons_of(experiment.module, experiment.network).keys()
            own = offered != experiment.module.COMPARISONS.keys()
            raise InputError(
                f"{kind} '{name}': not for {experiment.name}: it needs "
                f"{', '.join((*known[name].needs, *pairs))}, and not all of these exist for this "
                f"experiment{' and spikes of a file' if imported else ''}"
                f"{' and its areas' if own else ''}"
            )

    def stages_of(self, experiment: Experiment) -> tuple[str, ...]:
        """Return the results of an experiment that measures are computed from."""
        theory = ("theory",) if experiment.network.has_theory else ()
        potentials = ("potentials",) if experiment.simulation.has_potentials else ()
        stimulated = ("stimulated_network",) if experiment.network.is_stimulated else ()
        return ("network", *stimulated, "spikes", *potentials, *theory)

    def needs_of(self, experiment: Experiment, figure: FigureFile) -> tuple[str, ...]:
        """Return the inputs of a `figure`: its needs, and the extras that an `experiment` has."""
        extras = (name for name in figure.extras if self.can(experiment, (name,)))
        return (*figure.needs, *extras)

    def needs(self, experiment: Experiment, needs: tuple[str, ...]) -> dict[str, Any]:
        """Return the files of the inputs `needs` of an `experiment`."""
        return {
            need: self.file(experiment, need)
            if need in results()
            else [from_here(path) for path in self.sources_of(experiment)[need]]
            for need in needs
        }

    def networks_before(self, parameters: NetworkParameters) -> dict[str, NetworkParameters]:
        """Return the networks whose theory the network of `parameters` needs, by input.

        The full-scale network for scaling it down, and the whole one for projections that are
        replaced, each only where no table of rates is given.
        """
        found = {}
        if parameters.needs_rates and not parameters.fullscale_rates:
            found["rates"] = parameters.full_scale
        if parameters.needs_source_rates and not parameters.replace_cc_input_source:
            found["source_rates"] = parameters.whole
        return found

    def network_inputs(
        self, experiment: Experiment, parameters: NetworkParameters
    ) -> dict[str, list[str]]:
        """Return the tables that a network of an `experiment` is built from, and its rates.

        The network is that of `parameters`: the one that is simulated, or the same at full scale,
        or the whole one.
        """
        tables = experiment.module.source_files(parameters)
        inputs = {"tables": [from_here(path) for path in tables]}
        before = self.networks_before(parameters)
        given = {
            "rates": parameters.needs_rates and parameters.fullscale_rates,
            "source_rates": parameters.needs_source_rates and parameters.replace_cc_input_source,
        }
        for name, path in given.items():
            if name in before:
                network = network_hash(experiment.model, before[name])
                inputs[name] = [f"{self.out}/{network}/{results()['theory'].file}"]
            elif path:
                files = npy_rate_files(resolve(path)) if name == "source_rates" else []
                inputs[name] = [from_here(one) for one in files or [path]]
        return inputs

    def simulations(self, potentials: bool = False, imported: bool = False) -> str:
        """Return a pattern of the simulations with, or without, membrane `potentials`.

        They are those that are simulated, or those whose spikes are `imported`.
        """
        hashes = {
            experiment.simulation_hash
            for experiment in self.experiments.values()
            if experiment.simulation.has_potentials == potentials
            and (experiment.simulation.spikes_from is not None) == imported
        }
        return "|".join(sorted(hashes)) or "none"

    def imported(self, experiment: Experiment) -> dict[str, list[str]]:
        """Return the files that the spikes of an `experiment` are imported from, by input.

        The hash of the simulation knows their content: their age does not matter.
        """
        spikes_from = experiment.simulation.spikes_from
        paths = {} if spikes_from is None else spikes_from.paths
        names = {"file": "spikes", "neurons": "neurons"}
        return {names[key]: [from_here(path)] for key, path in paths.items()}

    def plot_spec(self, experiment: Experiment, figure: FigureFile) -> dict[str, Any]:
        """Return what a `figure` of an `experiment` depends on in addition to its inputs."""
        network = experiment.network
        is_imported = experiment.simulation.spikes_from is not None
        return {
            **({"is_imported": True} if is_imported else {}),
            **({} if experiment.areas == experiment.module.AREAS else {"areas": experiment.areas}),
            "model": experiment.model,
            "N_scaling": network.N_scaling,
            "K_scaling": network.K_scaling,
            "t_sim": experiment.simulation.t_sim,
            "differences": {
                name: value
                for name, value in differences(experiment).items()
                if name not in ("N_scaling", "K_scaling", "t_sim")
            },
            "parameters": experiment.analysis.subset((*figure.uses, "seed", "mplstyles")),
        }

    def file(self, experiment: Experiment, result: str) -> str:
        """Return the file of a `result` of an `experiment`."""
        return f"{self.out}/{results()[result].path(experiment).as_posix()}"

    def _tell_what_is_left_out(self) -> None:
        """Warn of measures and figures that are left out for lack of data on own areas."""
        told: dict[tuple[str, ...], list[str]] = {}
        for experiment in self.experiments.values():
            offered, known = self.sources_of(experiment), self.sources(experiment.model)
            if lacking := set(known) - set(offered):
                every = {**self._measures, **figures()}
                left = (name for name, one in every.items() if lacking & self._data_of(one.needs))
                told.setdefault(tuple(left), []).append(experiment.name)
        for left, names in told.items():
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            warnings.warn(
                f"{names[0]}{more}: left out, for they need data that do not exist for these "
                f"areas or this hemisphere: {', '.join(left)}",
                stacklevel=2,
            )

    def _data_of(self, needs: Iterable[str]) -> set[str]:
        """Return the sources among the inputs `needs`, and among those of measures in them."""
        found = set(needs)
        for name in needs:
            if name in self._measures:
                found |= self._data_of(self._measures[name].needs)
        return found

    def _check_rates(self) -> None:
        """Raise InputError for given rates that are a result of the same network."""
        out = Path(self.config.out).resolve()
        problems = []
        for experiment in self.experiments.values():
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


def named(wildcards: Any, input: Any) -> list[str]:
    """Return the files `input` of a rule as `name=path` words; `wildcards` do not matter."""
    return [f"{name}={path}" for name, value in input.items() for path in flat([value])]


def flat(values: Iterable[Any]) -> list[str]:
    """Return the paths in `values`, each a path or several."""
    return [path for value in values for path in ([value] if isinstance(value, str) else value)]
