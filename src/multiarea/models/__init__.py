"""The models: one module or package each, found by being here.

A model module offers

* `VERSION`: an integer, raised with every change that changes its tables,
* `Parameters`: its network parameters, a `multiarea.parameters.NetworkParameters`,
* `AREAS`, `LAYERS`, `POPULATIONS`: the names that its populations may have,
* `SHOWN_AREAS`: the areas that a figure with few panels shows,
* `SHORT_NAMES`: {short name of a network parameter: `multiarea.parameters.ShortName`}, those that
  change others along with them first,
* `COMPARISONS`: {source: path} of the data to compare with or draw on (`workflow.sources`),
* `source_files(parameters)`: the data files that `build_network` reads,
* `build_network(parameters)`: the full-scale `Network`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

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
