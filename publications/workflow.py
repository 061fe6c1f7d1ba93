"""Which networks, tables and runs each figure of a publication is drawn from.

Full-scale networks are those of the experiments that a publication names. Runs are those of
config.yaml, and those of other files in experiments/ that have been simulated: they are drawn,
but never started.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snakemake_interface_common.exceptions import WorkflowError

from multiarea.errors import InputError
from multiarea.experiment.experiment import Experiment, network_hash
from multiarea.experiment.results import RECORDS, results
from multiarea.files.project import from_here, project_root, relative, resolve
from multiarea.summary import RUN, SUMMARIES
from multiarea.workflow.configuration import refuse
from multiarea.workflow.selection import Selection
from publications import PaperFigure, Publication, paper_figures, publications
from publications.points import signature, single_spike, spike_pairs, without_spike

if TYPE_CHECKING:
    pass

FOLDER = "figures"
"""Where the pictures go."""


class PaperFigures:
    """Inputs and parameters of the figures of publications, as functions for `rules.smk`.

    Parameters
    ----------
    selection : Selection
        What config.yaml runs, and compares with.

    Raises
    ------
    WorkflowError
        If the user's own experimental data cannot be used.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        try:
            for publication in publications().values():
                selection.sources(publication.model)
        except InputError as error:
            raise WorkflowError(f"{error}") from None

    def pictures(self) -> list[str]:
        """Return all pictures and captions."""
        kinds = ("png", "pdf", "md")
        pictures = [f"{FOLDER}/{name}.{kind}" for name in paper_figures() for kind in kinds]
        return pictures + [
            f"{FOLDER}/{name}/{record}" for name in publications() for record in RECORDS
        ]

    def records(self, wildcards: Any) -> dict[str, str]:
        """Return the records of a publication's figures by name."""
        names = [name for name in paper_figures() if name.split("/")[0] == wildcards.publication]
        return {name.split("/")[1]: f"{FOLDER}/records/{name}.json" for name in names}

    def inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a figure is drawn from."""
        figure = _figure(wildcards.paper)
        stabilities = {f"{name}_stability": name for name in _sweeps(figure)}
        inputs: dict[str, Any] = {}
        for need in figure.needs:
            if need in stabilities:
                inputs[need] = self._stabilities(figure, stabilities[need])
            else:
                inputs[need] = self._shared(figure.publication, need)
        for n, experiment in enumerate(self._runs(figure)):
            of_run = self._results_of(experiment, figure)
            inputs |= {f"run_{n}_{name}": path for name, path in of_run.items()}
        return inputs

    def spec(self, wildcards: Any) -> str:
        """Return as JSON what a figure depends on in addition to its inputs."""
        figure = _figure(wildcards.paper)
        runs = [self._described(run, figure) for run in self._runs(figure)]
        networks = {
            name: self._reference(figure.publication, name).network.identity
            for name in figure.publication.references
            if f"{name}_sources" in figure.needs
        }
        chi = {name: [chi for chi, _ in self._points(figure, name)] for name in _sweeps(figure)}
        spec = {"networks": networks, "runs": runs} | ({"chi": chi} if chi else {})
        return json.dumps(spec)

    @cached_property
    def references(self) -> dict[str, dict[str, Experiment]]:
        """The named full-scale experiments of each publication, by publication and name."""
        return {
            name: {
                state: self._load(path)[0]
                for state, path in publication.references.items()
                if resolve(path).is_file()
            }
            for name, publication in publications().items()
        }

    @cached_property
    def finished(self) -> list[Experiment]:
        """Experiments that config.yaml does not run, but whose spikes exist."""
        known = {run.simulation_folder for run in self._selection.experiments.values()}
        found: dict[Path, Experiment] = {}
        for path in sorted((project_root() / "experiments").rglob("*.py")):
            try:
                experiments = self._load(relative(path))
            except InputError:
                continue
            for experiment in experiments:
                folder = experiment.simulation_folder
                spikes = resolve(self._selection.file(experiment, "spikes"))
                if folder not in known and spikes.is_file():
                    found.setdefault(folder, experiment)
        return list(found.values())

    def experiments(self) -> list[Experiment]:
        """Return the experiments that only these figures need."""
        named = [run for states in self.references.values() for run in states.values()]
        for figure in paper_figures().values():
            for name in _sweeps(figure):
                named += [experiment for _, experiment in self._points(figure, name)]
        return [*named, *self.finished, *self.summarised.values()]

    # ------------------------------------------------------------------------------- internals

    def _load(self, path: str) -> list[Experiment]:
        return self._selection.load([path])

    def _reference(self, publication: Publication, name: str) -> Experiment:
        try:
            return self.references[publication.name][name]
        except KeyError:
            path = publication.references[name]
            refuse(f"{path}: no such file; this figure needs it")

    def _points(self, figure: PaperFigure, variant: str) -> list[tuple[float, Experiment]]:
        """Return chi and the experiments of a variant whose full-scale theory a figure needs."""
        path = figure.publication.variants[variant]
        if not resolve(path).is_file():
            return []
        chi = attrgetter(figure.publication.chi[0])
        return [(chi(experiment.network), experiment) for experiment in self._load(path)]

    def _stabilities(self, figure: PaperFigure, variant: str) -> list[str]:
        return [
            f"{self._selection.out}/{experiment.full_scale_hash}/{results()['stability'].file}"
            for _, experiment in self._points(figure, variant)
        ]

    def _shared(self, publication: Publication, need: str) -> Any:
        name, _, kind = need.rpartition("_")
        if need == "stabilisation":
            pair = (self._reference(publication, state) for state in publication.stabilisation)
            low, high = (reference.full_scale_hash for reference in pair)
            return f"{self._selection.out}/{low}/stabilisation/{high}/stabilisation.h5"
        if name in publication.references:
            reference = self._reference(publication, name)
            if kind == "sources":
                tables = reference.module.source_files(reference.network)
                return [from_here(path) for path in tables]
            return f"{self._selection.out}/{reference.full_scale_hash}/{results()[kind].file}"
        if need in publication.tables:
            path = resolve(publication.tables[need])
            files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
            return [from_here(file) for file in files if file.is_file()]
        return [from_here(path) for path in self._selection.sources(publication.model)[need]]

    @cached_property
    def summarised(self) -> dict[Path, Experiment]:
        """Experiments of which a summary comes with this software, by its folder."""
        found = {}
        paths = (path for kind in SUMMARIES for path in resolve(kind).glob(f"*/{RUN}"))
        for path in sorted(paths):
            told = json.loads(path.read_text("utf-8"))
            for experiment in self._load(told["file"]) if resolve(told["file"]).is_file() else ():
                if experiment.name == told["experiment"]:
                    found[path.parent] = experiment
        return found

    def _runs(self, figure: PaperFigure) -> list[Experiment]:
        """Return the runs to draw: summaries, then those of the user that are not summarised."""
        own = [*self._selection.experiments.values(), *self.finished]
        known = {run.simulation_folder for run in own}
        summaries = [
            run
            for folder, run in self.summarised.items()
            if run.simulation_folder not in known and _has(folder, figure.results)
        ]
        chosen: dict[Path, Experiment] = {}
        for role in figure.runs:
            full = [run for run in summaries if not run.network.is_scaled]
            for every in (summaries if role == "scales" else full, own):
                usable = [run for run in every if run.model == figure.publication.model]
                usable = [run for run in usable if self._selection.can(run, figure.results)]
                for run in self._with_role(usable, figure.publication, role):
                    chosen.setdefault(run.analysis_folder, run)
        return list(chosen.values())

    def _summary(self, run: Experiment) -> Path | None:
        """Return the folder of the summary that stands for a run."""
        return next((path for path, one in self.summarised.items() if one is run), None)

    def _results_of(self, run: Experiment, figure: PaperFigure) -> dict[str, Any]:
        """Return the files of the results of a run, or of its summary, that a figure needs."""
        folder = self._summary(run)
        if folder is None:
            return self._selection.needs(run, figure.results)
        computed = tuple(name for name in figure.results if name == "theory")
        files = self._selection.needs(run, computed)
        for table in sorted(_tables(figure.results).union(figure.summary)):
            if (folder / f"{table}.csv").is_file():
                files[table] = from_here(folder / f"{table}.csv")
        return files

    def _with_role(
        self, runs: list[Experiment], publication: Publication, role: str
    ) -> list[Experiment]:
        if role in ("sweep", "scales"):
            plain = [run for run in runs if not single_spike(run)]
            return [run for run in plain if self._variant(publication, run)]
        if role == "pairs":
            return [run for pair in spike_pairs(runs) for run in pair]
        fitting = [run for run in runs if self._role(publication, run) == role]
        return sorted(fitting, key=_size)[-1:]

    @cached_property
    def _signatures(self) -> dict[str, dict[str, tuple[str, float]]]:
        """Signature of each variant, by publication and name."""
        return {
            name: {
                variant: signature(self._load(path)[-1].network, publication)
                for variant, path in publication.variants.items()
                if resolve(path).is_file()
            }
            for name, publication in publications().items()
        }

    def _variant(self, publication: Publication, run: Experiment) -> str:
        """Return the published variant that a run belongs to, or an empty text."""
        text, ratio = signature(run.network, publication)
        for name, (other, wanted) in self._signatures[publication.name].items():
            if text == other and (math.isnan(ratio) or math.isclose(ratio, wanted, rel_tol=1e-6)):
                return name
        return ""

    def _role(self, publication: Publication, run: Experiment) -> str:
        for role, reference in self.references[publication.name].items():
            if run.full_scale_hash == reference.full_scale_hash:
                return role
        return ""

    def _folder(self, run: Experiment) -> str:
        folder = self._summary(run) or Path(self._selection.out, run.analysis_folder)
        return relative(folder)

    def _described(self, run: Experiment, figure: PaperFigure) -> dict[str, Any]:
        publication = figure.publication
        return {
            "name": run.name,
            "file": relative(run.file),
            "role": self._role(publication, run),
            "variant": self._variant(publication, run),
            "chi": attrgetter(publication.chi[0])(run.network),
            "chi_I": attrgetter(publication.chi_I)(run.network),
            "single_spike": single_spike(run),
            "pair": network_hash(run.model, without_spike(run.network)),
            "N_scaling": run.network.N_scaling,
            "K_scaling": run.network.K_scaling,
            "t_sim": run.simulation.t_sim,
            "seed": run.simulation.master_seed,
            "folder": self._folder(run),
            "is_summary": self._summary(run) is not None,
            "parameters": run.analysis.subset((*figure.uses, "seed")),
        }


def let_jobs_find(folder: str) -> None:
    """Let jobs import this package from the `folder` of the Snakefile, wherever they run."""
    if Path(folder) != Path.cwd():
        others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        paths = dict.fromkeys([folder, *filter(None, others)])
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)


def _figure(name: str) -> PaperFigure:
    known = paper_figures()
    if name not in known:
        refuse(f"{FOLDER}/{name}: no such figure; there are {', '.join(known)}")
    return known[name]


def _tables(names: Iterable[str]) -> set[str]:
    """Return the tables of a summary that stand for results."""
    return {"raster" if name == "spikes" else name for name in names} - {"theory"}


def _has(folder: Path, names: Iterable[str]) -> bool:
    """Whether a summary has what stands for results; none has a network."""
    return all((folder / f"{table}.csv").is_file() for table in _tables(names))


def _sweeps(figure: PaperFigure) -> list[str]:
    """Return the variants of which a figure needs the stability at every chi."""
    variants = figure.publication.variants
    return [name for name in variants if f"{name}_stability" in figure.needs]


def _size(run: Experiment) -> tuple[float, float, str]:
    network = run.network
    return network.N_scaling * network.K_scaling, run.simulation.t_sim, run.name
