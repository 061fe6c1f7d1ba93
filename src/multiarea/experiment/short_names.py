"""Short names in an experiment file: the same parameters as their long names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any


def spell_out(module: ModuleType, net_params: Any) -> Any:
    """Return `net_params`, plain data, with long names in place of the short ones of `module`.

    What a file states itself does not change along with another parameter.
    """
    used = _used(module, net_params)
    if not used:
        return net_params
    given = {key: value for key, value in net_params.items() if key not in used}
    spelt = {key: dict(value) if isinstance(value, dict) else value for key, value in given.items()}
    defaults = module.Parameters().model_dump()
    for name in used:
        changes = module.SHORT_NAMES[name].changes(defaults, net_params[name])
        for changed, value in changes.items():
            block, key = changed.split(".")
            if isinstance(spelt.setdefault(block, {}), dict) and not _has(given, changed):
                spelt[block][key] = value
    return spelt


def given_twice(module: ModuleType, net_params: Any) -> dict[str, str]:
    """Return {short name: problem} of what `net_params` of the model `module` has twice."""
    used = _used(module, net_params).items()
    return {
        name: f".{name}: given twice, also as net_params.{path}"
        for name, path in used
        if _has(net_params, path)
    }


def as_written(module: ModuleType, net_params: Any, problems: Iterable[str]) -> list[str]:
    """Return `problems` that name the short names which `net_params` of the model `module` use."""
    told = []
    for text in problems:
        for name, path in _used(module, net_params).items():
            text = re.sub(rf"^net_params\.{path}: ", f"net_params.{name} ({path}): ", text)
        told.append(text)
    return told


def _used(module: ModuleType, net_params: Any) -> dict[str, str]:
    """Return {short name: path} of the short names in `net_params`, in the order of the model."""
    if not isinstance(net_params, dict):
        return {}
    return {name: one.path for name, one in module.SHORT_NAMES.items() if name in net_params}


def _has(net_params: dict[Any, Any], path: str) -> bool:
    block, key = path.split(".")
    return isinstance(net_params.get(block), dict) and key in net_params[block]
