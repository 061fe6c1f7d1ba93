"""Which runs the figures of publications are drawn from: simulations, and summaries of them.

Runs are those of config.yaml, those of other files in experiments/ that have been simulated, and
those of which a summary comes with this software.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from multiarea.errors import InputError
from multiarea.experiment.experiment import Experiment, network_hash
from multiarea.files.project import from_here, project_root, relative, resolve
from multiarea.summary import RUN, SUMMARIES
from multiarea.workflow.selection import Selection
from publications import PaperFigure, Publication, publications
from publications.points import signature, single_spike, spike_pairs, without_spike
from publications.summaries import read_facts


class PaperRuns:
    """Runs of the figures of publications, and what is known of them.

    Parameters
    ----------
    selection : Selection
        What config.yaml runs.

    Raises
    ------
    InputError
        If a summary does not say which experiment it is of.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        paths = (path for kind in SUMMARIES for path in resolve(kind).glob(f"*/{RUN}"))
        self._told = {path.parent: read_facts(path.parent) for path in sorted(paths)}

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

    @cached_property
    def summarised(self) -> dict[Path, Experiment]:
        """Experiments of which a summary comes with this software, by its folder."""
        found = {}
        for folder, told in self._told.items():
            for experiment in self._load(told["file"]) if resolve(told["file"]).is_file() else ():
                if experiment.name == told["experiment"]:
                    found[folder] = experiment
        return found

    def of(self, figure: PaperFigure) -> list[Experiment]:
        """Return the runs of a `figure`: summaries, then those of the user without a summary."""
        own = [*self._selection.experiments.values(), *self.finished]
        known = {run.simulation_folder for run in own}
        summaries = [
            run
            for folder, run in self.summarised.items()
            if run.simulation_folder not in known and _has(folder, _of_summary(figure))
        ]
        chosen: dict[Path, Experiment] = {}
        for role in figure.runs:
            of_role: list[Experiment] = []
            full = [run for run in summaries if not run.network.is_scaled]
            for every in (summaries if role == "scales" else full, own):
                usable = [run for run in every if run.model == figure.publication.model]
                usable = [run for run in usable if self._selection.can(run, figure.results)]
                of_role += self._with_role(usable, figure.publication, role)
            for run in sorted(of_role, key=_size)[-1:] if figure.one_run else of_role:
                chosen.setdefault(run.analysis_folder, run)
            if figure.one_run == "first" and chosen:
                break
        return list(chosen.values())

    def results(self, run: Experiment, figure: PaperFigure) -> dict[str, Any]:
        """Return the files of the results of a `run`, or of its summary, that a `figure` needs."""
        folder = self._summary(run)
        if folder is None:
            return self._selection.needs(run, figure.results)
        computed = tuple(name for name in figure.results if name == "theory")
        files = self._selection.needs(run, computed)
        for table in sorted(_tables(_of_summary(figure)).union(figure.summary)):
            if (folder / f"{table}.csv").is_file():
                files[table] = from_here(folder / f"{table}.csv")
        return files

    def facts(self, run: Experiment, figure: PaperFigure) -> dict[str, Any]:
        """Return what a `figure` has to know of a `run`: `publications.drawn_from.Run.facts`."""
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

    # ------------------------------------------------------------------------------- internals

    def _load(self, path: str) -> list[Experiment]:
        return self._selection.load([path])

    def _summary(self, run: Experiment) -> Path | None:
        """Return the folder of the summary that stands for a run."""
        return next((path for path, one in self.summarised.items() if one is run), None)

    def _with_role(
        self, runs: list[Experiment], publication: Publication, role: str
    ) -> list[Experiment]:
        if role in ("sweep", "variants", "scales"):
            others = {"", "default"} if role == "variants" else {""}
            plain = [run for run in runs if not single_spike(run)]
            return [run for run in plain if self._variant(publication, run) not in others]
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


def _of_summary(figure: PaperFigure) -> set[str]:
    """Return the results that a `figure` needs of a summary."""
    return set(figure.results) - set(figure.not_of_summaries)


def _tables(names: Iterable[str]) -> set[str]:
    """Return the tables of a summary that stand for results."""
    return {"raster" if name == "spikes" else name for name in names} - {"theory"}


def _has(folder: Path, names: Iterable[str]) -> bool:
    """Whether a summary has what stands for results; none has a network."""
    return all((folder / f"{table}.csv").is_file() for table in _tables(names))


def _size(run: Experiment) -> tuple[float, float, str]:
    network = run.network
    return network.N_scaling * network.K_scaling, run.simulation.t_sim, run.name
