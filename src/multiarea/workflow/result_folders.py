"""In which folder each result of an experiment lies, and what that folder's name stands for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from multiarea.analysis import measures
from multiarea.analysis.registry import SOURCES, all_uses
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.hashing import parameter_hash

RECORDS = ("parameters.json", "provenance.json")
KEY_LENGTH = 12


def by_folder(experiments: Iterable[Experiment]) -> dict[tuple[str, ...], Experiment]:
    """Return the first experiment of each folder, given as its hashes."""
    found: dict[tuple[str, ...], Experiment] = {}
    for experiment in experiments:
        parts = experiment.analysis_folder.parts
        for depth in (1, 2, 3):
            found.setdefault(parts[:depth], experiment)
        found.setdefault((experiment.full_scale_hash,), experiment)
        found.setdefault((experiment.whole_hash,), experiment)
    return found


def files(folder: str, *names: str) -> list[str]:
    """Return files of a folder, and the records that explain them."""
    return [f"{folder}/{name}" for name in (*names, *RECORDS)]


def measure_parameters(experiment: Experiment, name: str) -> dict[str, Any]:
    """Return what decides the result of a measure, for a given simulation."""
    versions = {need: measures()[need].version for need in _chain(name)}
    return {
        "model": experiment.model,
        "measure": name,
        "versions": versions,
        "parameters": experiment.analysis.identity_of(all_uses(name)),
    }


def measure_key(experiment: Experiment, name: str) -> str:
    """Return the hash of `measure_parameters`, cut to `KEY_LENGTH` digits."""
    return parameter_hash(measure_parameters(experiment, name))[:KEY_LENGTH]


def measure_folder(experiment: Experiment, name: str) -> Path:
    """`<net_hash>/<sim_hash>/measures/<measure>-<key>`, relative to the output folder."""
    folder = f"{name}-{measure_key(experiment, name)}"
    return experiment.simulation_folder / "measures" / folder


def _chain(name: str) -> list[str]:
    """Return a measure and the measures it rests on, sorted."""
    found = {name}
    for need in measures()[name].needs:
        if need not in SOURCES:
            found.update(_chain(need))
    return sorted(found)
