"""Which networks, tables and runs each figure of the publication is drawn from.

Full-scale networks are those of two named experiments. Runs are those of config.yaml, and those
of other files in experiments/ that have been simulated: they are drawn, but never started.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snakemake_interface_common.exceptions import WorkflowError

from multiarea.errors import InputError
from multiarea.experiment import Experiment, network_hash
from multiarea.experiment_files import load_experiments
from multiarea.hashing import canonical_json
from multiarea.models import get_model
from multiarea.paper_figures import PaperFigure, paper_figures
from multiarea.project import project_root, relative, resolve
from multiarea.sources import source_files

if TYPE_CHECKING:
    from multiarea.parameters import NetworkParameters
    from multiarea.workflow import Workflow

MODEL = "human"
FOLDER = "figures"
ROLES = ("base", "best_fit", "sweep", "pairs")
"""The largest run of a state; all runs on a chi axis; pairs with and without an extra spike."""
REFERENCES = {
    "base": "experiments/full_scale/base.py",
    "best_fit": "experiments/full_scale/best_fit.py",
}
VARIANTS = {
    "default": "experiments/sweeps/chi.py",
    "distributed_neuron_parameters": "experiments/sweeps/distributed_parameters.py",
    "smaller_g": "experiments/sweeps/smaller_g.py",
    "lower_e_to_i": "experiments/sweeps/lower_e_to_i.py",
    "chi_inhibitory_10_7": "experiments/sweeps/chi_inhibitory_10_7.py",
}
"""Published variant -> the sweep that repeats it."""
TABLES = {
    "published": "simulated_data/pronold2024",
    "macaque_sln": "experimental_data/macaque/markov2014/sln.csv",
}


class PaperFigures:
    """Inputs and parameters of the figures of the publication.

    Parameters
    ----------
    flow : Workflow
    """

    def __init__(self, flow: Workflow) -> None:
        self._flow = flow

    def pictures(self) -> list[str]:
        """Return all pictures and captions."""
        kinds = ("png", "pdf", "md")
        return [f"{FOLDER}/{name}.{kind}" for name in paper_figures() for kind in kinds]

    def inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a figure is drawn from."""
        figure = paper_figures()[wildcards.paper]
        inputs = {need: self._shared(need) for need in figure.needs}
        for n, experiment in enumerate(self._runs(figure)):
            of_run = self._flow.needs(experiment, figure.results)
            inputs |= {f"run_{n}_{name}": path for name, path in of_run.items()}
        return inputs

    def spec(self, wildcards: Any) -> str:
        """Return what a figure depends on beside its inputs as JSON."""
        figure = paper_figures()[wildcards.paper]
        runs = [self._described(run, figure) for run in self._runs(figure)]
        base = self.references.get("base")
        return json.dumps({"base": base.network.identity if base else {}, "runs": runs})

    @cached_property
    def references(self) -> dict[str, Experiment]:
        """The named full-scale experiments."""
        paths = {name: path for name, path in REFERENCES.items() if resolve(path).is_file()}
        return {name: self._load(path)[0] for name, path in paths.items()}

    @cached_property
    def finished(self) -> list[Experiment]:
        """Experiments that config.yaml does not run, but whose spikes exist."""
        known = {experiment.simulation_folder for experiment in self._flow.experiments.values()}
        found: dict[Path, Experiment] = {}
        for path in sorted((project_root() / "experiments").rglob("*.py")):
            try:
                experiments = self._load(relative(path))
            except InputError:
                continue
            for experiment in experiments:
                folder = experiment.simulation_folder
                spikes = resolve(Path(self._flow.out) / folder / "spikes.h5")
                if folder not in known and spikes.is_file():
                    found.setdefault(folder, experiment)
        return list(found.values())

    @cached_property
    def by_folder(self) -> dict[tuple[str, ...], Experiment]:
        """Experiments that only these figures need, by folder; see `workflow.by_folder`."""
        from multiarea.workflow import by_folder

        return by_folder((*self.references.values(), *self.finished))

    # ------------------------------------------------------------------------------- internals

    def _load(self, path: str) -> list[Experiment]:
        return load_experiments([path], self._flow.config.virtual_processes)

    def _shared(self, need: str) -> Any:
        name, _, kind = need.rpartition("_")
        if name in REFERENCES and name not in self.references:
            raise WorkflowError(f"{REFERENCES[name]}: no such file; this figure needs it")
        if name in REFERENCES:
            folder = f"{self._flow.out}/{self.references[name].full_scale_hash}"
            if kind == "sources":
                module, parameters = get_model(MODEL), self.references[name].network
                return [relative(path) for path in module.source_files(parameters)]
            return f"{folder}/" + {"network": "network.h5", "theory": "theory/rates.csv"}[kind]
        if need in TABLES:
            path = resolve(TABLES[need])
            files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
            return [relative(file) for file in files if file.is_file()]
        files = source_files(get_model(MODEL), self._flow.config.experimental_data)[need]
        return [relative(path) for path in files]

    @cached_property
    def _human(self) -> list[Experiment]:
        every = [*self._flow.experiments.values(), *self.finished]
        return [experiment for experiment in every if experiment.model == MODEL]

    def _runs(self, figure: PaperFigure) -> list[Experiment]:
        usable = [run for run in self._human if self._flow.can(run, figure.results)]
        chosen: dict[Path, Experiment] = {}
        for role in figure.runs:
            for run in self._with_role(usable, role):
                chosen.setdefault(run.analysis_folder, run)
        return list(chosen.values())

    def _with_role(self, runs: list[Experiment], role: str) -> list[Experiment]:
        if role == "sweep":
            return [run for run in runs if self._variant(run) and not _single_spike(run)]
        if role == "pairs":
            return [run for pair in spike_pairs(runs) for run in pair]
        fitting = [run for run in runs if self._role(run) == role]
        return sorted(fitting, key=_size)[-1:]

    @cached_property
    def _signatures(self) -> dict[str, tuple[str, float]]:
        found = {}
        for name, path in VARIANTS.items():
            if resolve(path).is_file():
                found[name] = signature(self._load(path)[-1].network)
        return found

    def _variant(self, run: Experiment) -> str:
        """Return the published variant that a run belongs to, or an empty text."""
        text, ratio = signature(run.network)
        for name, (other, wanted) in self._signatures.items():
            if text == other and (math.isnan(ratio) or math.isclose(ratio, wanted, rel_tol=1e-6)):
                return name
        return ""

    def _role(self, run: Experiment) -> str:
        for role, reference in self.references.items():
            if run.full_scale_hash == reference.full_scale_hash:
                return role
        return ""

    def _described(self, run: Experiment, figure: PaperFigure) -> dict[str, Any]:
        factors = run.network.scaling_factors_recurrent
        return {
            "name": run.name,
            "file": relative(run.file),
            "role": self._role(run),
            "variant": self._variant(run),
            "chi": factors.cc_scalingEtoE,
            "chi_I": factors.cc_scalingEtoI,
            "single_spike": _single_spike(run),
            "pair": network_hash(run.model, _without_spike(run.network)),
            "N_scaling": run.network.N_scaling,
            "K_scaling": run.network.K_scaling,
            "t_sim": run.simulation.t_sim,
            "seed": run.simulation.master_seed,
            "folder": run.analysis_folder.as_posix(),
            "parameters": run.analysis.subset((*figure.uses, "seed")),
        }


def spike_pairs(runs: Iterable[Experiment]) -> list[tuple[Experiment, Experiment]]:
    """Return the pairs of runs (without, with) that differ in the extra spike only."""
    runs = list(runs)
    plain = {run.simulation_folder: run for run in runs if not _single_spike(run)}
    pairs = []
    for run in runs:
        if _single_spike(run):
            partner = network_hash(run.model, _without_spike(run.network))
            other = plain.get(Path(partner) / run.simulation_hash)
            if other is not None:
                pairs.append((other, run))
    return pairs


def signature(network: NetworkParameters) -> tuple[str, float]:
    """Return what two points of one chi axis have in common: their parameters, and chi_I/chi."""
    content = _without_spike(network).full_scale.identity
    factors = content["scaling_factors_recurrent"]
    chi, chi_I = factors.pop("cc_scalingEtoE"), factors.pop("cc_scalingEtoI")
    return canonical_json(content), chi_I / chi if chi else math.nan


def _single_spike(run: Experiment) -> list[Any]:
    return [list(entry) for entry in run.network.single_spike]


def _without_spike(network: NetworkParameters) -> NetworkParameters:
    return network.model_copy(update={"single_spike": ()})


def _size(run: Experiment) -> tuple[float, float, str]:
    network = run.network
    return network.N_scaling * network.K_scaling, run.simulation.t_sim, run.name
