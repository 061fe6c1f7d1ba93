"""The models: one module or package each, found by being here.

A model module offers

* `VERSION`: an integer, raised with every change that changes its tables,
* `Parameters`: its network parameters, a `multiarea.parameters.NetworkParameters`,
* `AREAS`, `LAYERS`, `POPULATIONS`: the names that its populations may have,
* `SHOWN_AREAS`: the areas that a figure with few panels shows,
* `SHORT_NAMES`: {short name of a network parameter: `multiarea.parameters.ShortName`}, those that
  change others along with them first,
* `COMPARISONS`: {source: path} of the data to compare with or draw on (`workflow.sources`),
* `area_names(parameters)` and `comparisons(parameters)`, if parameters can change them: the areas
  of that network, and those `COMPARISONS` that are for them,
* `source_files(parameters)`: the data files that `build_network` reads,
* `build_network(parameters)`: the full-scale `Network`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from multiarea.errors import InputError, did_you_mean


def model_names() -> list[str]:
    """Return the names of all models."""
    names = (entry.name for entry in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if not name.startswith("_"))


def get_model(name: str) -> ModuleType:
    """Return the module of a model.

    Raises InputError if there is no such model.
    """
    if name not in model_names():
        raise InputError(
            f"model: unknown model {name!r}; expected one of {model_names()}."
            + did_you_mean(str(name), model_names())
        )
    return importlib.import_module(f"{__name__}.{name}")


def areas_of(module: ModuleType, parameters: Any) -> tuple[str, ...]:
    """Return the names that the areas of a model `module` have with its network `parameters`.

    Raises InputError if they are in a table of the user that cannot be read.
    """
    of_parameters = getattr(module, "area_names", None)
    areas: tuple[str, ...] = of_parameters(parameters) if of_parameters else module.AREAS
    return areas


def comparisons_of(module: ModuleType, parameters: Any) -> dict[str, str]:
    """Return the `COMPARISONS` of a model `module` that are for its network `parameters`."""
    of_parameters = getattr(module, "comparisons", None)
    found: dict[str, str] = of_parameters(parameters) if of_parameters else module.COMPARISONS
    return found


def shown_areas(module: ModuleType, areas: Sequence[str]) -> tuple[str, ...]:
    """Return the areas of a figure with few panels: `SHOWN_AREAS` of a model `module`.

    Where its parameters give it other `areas`, they are the first three of these.
    """
    shown: tuple[str, ...] = module.SHOWN_AREAS
    return shown if set(shown) <= set(areas) else tuple(areas[:3])
