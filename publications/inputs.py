"""Reading what the figures of publications are drawn from."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from multiarea.figures.kinds.drawing import Context
from multiarea.models import get_model
from multiarea.parameters import AnalysisParameters, scale_words
from multiarea.stages.inputs import load_inputs
from publications import Publication
from publications.drawn_from import Paper, Run
from publications.summaries import read_summary

Reader = Callable[[list[Path], Mapping[str, Any]], Any]


def load_paper(
    publication: Publication, spec: Mapping[str, Any], inputs: Mapping[str, Sequence[Path]]
) -> Paper:
    """Read everything that a figure is drawn from.

    Parameters
    ----------
    publication : Publication
    spec : mapping
        `networks`: parameters of the named networks whose construction is drawn; `runs`: facts
        of the runs.
    inputs : mapping
        Files by name; those of run n begin with `run_<n>_`.

    Raises
    ------
    InputError
        If a file is absent or damaged.
    """
    known = readers(publication)
    shared = {}
    for name, paths in inputs.items():
        if not name.startswith("run_"):
            shared[name] = known[name](list(paths), spec)
    runs = []
    for n, facts in enumerate(spec["runs"]):
        prefix = f"run_{n}_"
        own = {k.removeprefix(prefix): list(v) for k, v in inputs.items() if k.startswith(prefix)}
        parameters = AnalysisParameters.of_record(facts["parameters"])
        results = _results(publication.model, facts, own)
        runs.append(Run(facts, results, parameters, context(publication.model, facts)))
    return Paper(shared, tuple(runs))


def _results(model: str, facts: Mapping[str, Any], files: dict[str, list[Path]]) -> dict[str, Any]:
    """Return the results of a run by name; those of a summary under the names of measures."""
    if not facts["is_summary"]:
        return load_inputs(model, files)
    computed = {name: paths for name, paths in files.items() if name == "theory"}
    tables = [paths[0] for name, paths in files.items() if name not in computed]
    results = load_inputs(model, computed) | read_summary(tables)
    if "raster" in results:
        results["spikes"] = results.pop("raster")
    return results


def context(model: str, facts: Mapping[str, Any]) -> Context:
    """Return the context in which panels of a run of a `model` with these `facts` are drawn."""
    module = get_model(model)
    scale = scale_words(facts["N_scaling"], facts["K_scaling"])
    return Context(
        model=model,
        areas=module.AREAS,
        layers=module.LAYERS,
        populations=module.POPULATIONS,
        shown_areas=module.SHOWN_AREAS,
        scale=f"{facts['name']}: χ = {facts['chi']:g}, {scale}",
        t_sim=facts["t_sim"],
    )


def readers(publication: Publication) -> dict[str, Reader]:
    """Return what the figures of a publication may need -> how its files are read.

    Networks and theory of the publication's references, the experimental data of its model, and
    what the module `inputs` of its folder adds.
    """
    module = get_model(publication.model)
    found: dict[str, Reader] = {}
    for name in publication.references:
        found |= {f"{name}_network": _network, f"{name}_theory": _result}
        found[f"{name}_stability"] = _result
    found |= {f"{name}_stability": _sweep(name) for name in publication.variants}
    if publication.stabilisation:
        found["stabilisation"] = _result
    found |= {name: _source(name, module.AREAS) for name in module.COMPARISONS}
    own = importlib.import_module(f"publications.{publication.name}.inputs")
    return found | own.READERS


def _network(paths: list[Path], spec: Mapping[str, Any]) -> Any:
    from multiarea.network.network import load_network

    return load_network(paths[0])


def _result(paths: list[Path], spec: Mapping[str, Any]) -> Any:
    from multiarea.analysis.results import load

    return load(paths[0])


def _sweep(name: str) -> Reader:
    """Return the reader of the stability of all points of a sweep: {chi: Arrays}."""

    def read(paths: list[Path], spec: Mapping[str, Any]) -> Any:
        from multiarea.analysis.results import load

        found = zip(spec["chi"][name], paths, strict=True)
        return {chi: load(path) for chi, path in found}

    return read


def _source(name: str, areas: Sequence[str]) -> Reader:
    def read(paths: list[Path], spec: Mapping[str, Any]) -> Any:
        from multiarea.data.sources import load_source

        return load_source(name, paths, areas)

    return read
