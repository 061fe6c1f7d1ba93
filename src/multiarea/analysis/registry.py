"""The measures that exist, found by reading the files of this folder without importing them.

A family file declares, as a literal, for each measure

``"name": {"needs": (...), "uses": (...), "file": "name.csv", "version": 1}``

and defines a function of that name, ``name(*, <each need>, parameters)``. `needs` are the inputs
("network", "stimulated_network", which only runs with stimuli have, "spikes", "theory",
"experimental_fc", "experimental_units", or another measure),
`uses` the blocks of `AnalysisParameters` that the result depends on, `file` its file (.csv for a
table, .h5 for arrays). Raise `version` when a measure's definition changes. One that compares areas
adds ``"pairs_of_areas": "recorded"``, or "simulated" where spikes do not matter: runs of a single
area do not have it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.declarations import declarations
from multiarea.errors import InputError
from multiarea.parameters import check_blocks

if TYPE_CHECKING:
    import pandas as pd

    from multiarea.analysis.results import Arrays
    from multiarea.parameters import AnalysisParameters

SOURCES = (
    *("network", "stimulated_network", "spikes", "theory"),
    *("experimental_fc", "experimental_units"),
)
"""Inputs of measures that are not themselves measures."""


@dataclass(frozen=True)
class Measure:
    """What the workflow has to know about a measure."""

    name: str
    module: str
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    file: str
    version: int
    pairs_of_areas: str = ""
    """'simulated' or 'recorded': it compares such areas, of which there must be two."""


@cache
def measures() -> dict[str, Measure]:
    """Return all measures by name, those that others need first.

    Raises InputError if a measure is declared twice, or needs or uses something unknown or, in a
    circle, itself.
    """
    found: dict[str, Measure] = {}
    for module, entries in declarations(Path(__file__).parent, "MEASURES").items():
        for name, entry in entries.items():
            if name in found:
                raise InputError(f"{module}: '{name}' exists in {found[name].module} too")
            found[name] = Measure(name, f"multiarea.analysis.{module}", **entry)
    for measure in found.values():
        check_blocks(f"{measure.module}: '{measure.name}'", measure.uses)
        for need in measure.needs:
            if need not in found and need not in SOURCES:
                raise InputError(f"{measure.module}: '{measure.name}' needs the unknown '{need}'")
    return _needed_first(found)


def all_uses(name: str) -> tuple[str, ...]:
    """Return the parameter blocks that a measure depends on, also through other measures."""
    measure = measures()[name]
    keys = set(measure.uses)
    for need in measure.needs:
        if need not in SOURCES:
            keys.update(all_uses(need))
    return tuple(sorted(keys))


def compute(
    name: str, inputs: Mapping[str, Any], parameters: AnalysisParameters
) -> pd.DataFrame | Arrays:
    """Return the measure `name`, computed from `inputs` with `parameters`.

    `inputs` hold at least what the measure needs.

    Raises InputError if the measure cannot be computed from this run.
    """
    measure = measures()[name]
    function = getattr(importlib.import_module(measure.module), name)
    return function(**{need: inputs[need] for need in measure.needs}, parameters=parameters)


def _needed_first(found: dict[str, Measure]) -> dict[str, Measure]:
    needs = {name: [n for n in one.needs if n in found] for name, one in found.items()}
    return {name: found[name] for name in TopologicalSorter(needs).static_order()}
