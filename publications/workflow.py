"""Which networks, tables and runs each figure of a publication is drawn from.

Full-scale networks are those of the experiments that a publication names. Runs are those of
config.yaml, which are started, and those of `publications.runs`, which are only drawn.
"""

from __future__ import annotations

import json
import os
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from snakemake.logging import logger

from multiarea.errors import InputError
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.results import RECORDS, results
from multiarea.files.project import from_here, resolve
from multiarea.workflow.configuration import refuse
from multiarea.workflow.selection import Selection
from publications import PaperFigure, Publication, paper_figures, publications
from publications.lacking import no_run
from publications.runs import PaperRuns

FOLDER = "figures"
"""Where the pictures go."""


class PaperFigures:
    """Inputs and parameters of the figures of publications, as functions for `rules.smk`.

    Parameters
    ----------
    selection : Selection
        What config.yaml runs, and compares with.

    Snakemake is ended if the user's own experimental data, or a summary, cannot be used.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        try:
            self._runs = PaperRuns(selection)
            for publication in publications().values():
                selection.sources(publication.model)
        except InputError as error:
            refuse(error)

    def pictures(self) -> list[str]:
        """Return all pictures and captions, and tell which figures lack the runs they need."""
        for reason in self._left_out.values():
            logger.warning(f"not drawn: {reason}")
        kinds = ("png", "pdf", "md")
        drawn = [name for name in paper_figures() if name not in self._left_out]
        pictures = [f"{FOLDER}/{name}.{kind}" for name in drawn for kind in kinds]
        return pictures + [
            f"{FOLDER}/{name}/{record}" for name in publications() for record in RECORDS
        ]

    def records(self, wildcards: Any) -> dict[str, str]:
        """Return the records of a publication's figures by name."""
        names = [name for name in paper_figures() if name.split("/")[0] == wildcards.publication]
        names = [name for name in names if name not in self._left_out]
        return {name.split("/")[1]: f"{FOLDER}/records/{name}.json" for name in names}

    def inputs(self, wildcards: Any) -> dict[str, Any]:
        """Return what a figure is drawn from."""
        figure = _figure(wildcards.paper)
        if figure.name in self._left_out:
            refuse(self._left_out[figure.name])
        stabilities = {f"{name}_stability": name for name in _sweeps(figure)}
        inputs: dict[str, Any] = {}
        for need in figure.needs:
            if need in stabilities:
                inputs[need] = self._stabilities(figure, stabilities[need])
            else:
                inputs[need] = self._shared(figure.publication, need)
        for n, experiment in enumerate(self._runs.of(figure)):
            of_run = self._runs.results(experiment, figure)
            inputs |= {f"run_{n}_{name}": path for name, path in of_run.items()}
        return inputs

    def spec(self, wildcards: Any) -> str:
        """Return as JSON what a figure depends on in addition to its inputs."""
        figure = _figure(wildcards.paper)
        runs = [self._runs.facts(run, figure) for run in self._runs.of(figure)]
        networks = {
            name: self._reference(figure.publication, name).network.identity
            for name in figure.publication.references
            if f"{name}_sources" in figure.needs
        }
        chi = {name: [chi for chi, _ in self._points(figure, name)] for name in _sweeps(figure)}
        spec = {"networks": networks, "runs": runs} | ({"chi": chi} if chi else {})
        return json.dumps(spec)

    def experiments(self) -> list[Experiment]:
        """Return the experiments that only these figures need."""
        named = [run for states in self._runs.references.values() for run in states.values()]
        for figure in paper_figures().values():
            for name in _sweeps(figure):
                named += [experiment for _, experiment in self._points(figure, name)]
        return [*named, *self._runs.finished, *self._runs.summarised.values()]

    # ------------------------------------------------------------------------------- internals

    @cached_property
    def _left_out(self) -> dict[str, str]:
        """Figures that need a run, and have none -> a sentence on it."""
        return {
            name: f"{FOLDER}/{name}: {no_run(figure, figure.runs[0])}"
            for name, figure in paper_figures().items()
            if figure.needs_run and not self._runs.of(figure)
        }

    def _load(self, path: str) -> list[Experiment]:
        return self._selection.load([path])

    def _reference(self, publication: Publication, name: str) -> Experiment:
        try:
            return self._runs.references[publication.name][name]
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


def _sweeps(figure: PaperFigure) -> list[str]:
    """Return the variants of which a figure needs the stability at every chi."""
    variants = figure.publication.variants
    return [name for name in variants if f"{name}_stability" in figure.needs]
