"""What sets an experiment apart: its parameters that differ from the defaults of its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from multiarea.experiment.experiment import Experiment
from multiarea.parameters import SimulationParameters


def differences(experiment: Experiment) -> dict[str, Any]:
    """Return {name: value} of the parameters that differ from the defaults.

    Those of network and simulation that decide results are compared. A parameter with a short name
    comes first, under that name; what follows from it is left out. The others are named by their
    last key, or by their path where several have that key; own tables are one, with the names of
    their files.
    """
    network, simulation = experiment.network, experiment.simulation
    base = type(network)().model_dump(mode="json")
    found = _differing(network.identity, base)
    short_names, named = experiment.module.SHORT_NAMES, {}
    for name, short in short_names.items():
        if short.path in found:
            named[name] = found[short.path]
            for path, value in short.changes(base, found.pop(short.path)).items():
                if found.get(path) == value:
                    del found[path]
    default = SimulationParameters(virtual_processes=simulation.virtual_processes)
    if own := {path: file for path, file in found.items() if path.startswith("own_tables.")}:
        found = {path: value for path, value in found.items() if path not in own}
        found["own_tables"] = [Path(file).stem for file in own.values()]
    found |= _differing(simulation.identity, default.model_dump(mode="json"))
    keys = [path.rpartition(".")[2] for path in found]
    for key, (path, value) in zip(keys, found.items(), strict=True):
        named[key if keys.count(key) == 1 else path] = value
    return named


def _differing(own: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """Return {path: value} of what is in `own`, but not the same in `default`."""
    known = dict(leaves(default))
    return {path: value for path, value in leaves(own) if known.get(path) != value}


def leaves(block: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the place, `place` and the keys joined by dots, and the value of each parameter.

    `block` may hold others; an empty one is a value.
    """
    for key, value in block.items():
        inner = f"{place}.{key}" if place else str(key)
        if isinstance(value, Mapping) and value:
            yield from leaves(value, inner)
        else:
            yield inner, value
