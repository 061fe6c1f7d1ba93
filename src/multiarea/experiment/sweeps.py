"""Sweeps: {parameter: [values]} becomes one point per combination of values.

A parameter is a dotted path such as `net_params.connection_params.g`, its end where that is
unique (`connection_params.g`, `g`), or a short name of the model (`chi`).
"""

from __future__ import annotations

import copy
import itertools
import math
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.lookup import section_kinds
from multiarea.parameters import key_paths

MOST_POINTS = 10_000
"""Largest number of points of a sweep."""


def expand_sweep(
    module: ModuleType, raw: dict[str, Any], base: tuple[Any, ...], sweep: Any
) -> list[tuple[str, dict[str, Any]]]:
    """Return a label such as `chi=1.5` and the changed sections for each point of a `sweep`.

    `raw` are the sections of the file, {`net_params`: {...}, ...}; `base` are the same, validated;
    `module` is the model. Raises InputError if `sweep` is not {parameter: list of values}.
    """
    if not isinstance(sweep, dict) or not sweep:
        raise InputError("sweep: expected {parameter: [values]}, such as {'chi': [1.0, 1.5]}")
    axes = []
    for name, values in sweep.items():
        if not isinstance(values, list | tuple) or not values:
            key, given = one_line(name, 60), one_line(repr(values), 60)
            raise InputError(f"sweep: '{key}': expected a list of values, got {given}")
        axes.append([(_target(module, str(name)), str(name), value) for value in values])
    if math.prod(map(len, axes)) > MOST_POINTS:
        raise InputError(f"sweep: more than {MOST_POINTS} points")
    points: dict[str, dict[str, Any]] = {}
    for combination in itertools.product(*axes):
        label = ",".join(f"{name.split('.')[-1]}={_text(value)}" for _, name, value in combination)
        if label in points:
            raise InputError(f"sweep: the point {label} occurs twice")
        points[label] = _point(module, raw, base, combination)
    return list(points.items())


def _point(
    module: ModuleType, raw: dict[str, Any], base: tuple[Any, ...], combination: Any
) -> dict[str, Any]:
    point = copy.deepcopy(raw)
    for target, name, value in combination:
        if callable(target):
            if isinstance(value, bool) or not isinstance(value, int | float):
                given = one_line(repr(value), 60)
                raise InputError(f"sweep: '{name}': expected numbers, got {given}")
            for block, content in target(base[0].model_dump(), value).items():
                point["net_params"].setdefault(block, {}).update(content)
        else:
            _set(point, base, target, value)
    return point


def _set(point: dict[str, Any], base: tuple[Any, ...], target: list[str], value: Any) -> None:
    section, *keys, last = target
    place = point[section]
    default = dict(zip(point, base, strict=True))[section]
    for key in keys:
        default = getattr(default, key, None)
        if key.startswith("neuron_param") and key not in place:
            place[key] = default.model_dump(exclude_none=True)
        place = place.setdefault(key, {})
    place[last] = value


def _target(module: ModuleType, name: str) -> Any:
    """Return the model's function for a short name, or the path of a parameter."""
    if name in module.SWEEP_NAMES:
        return module.SWEEP_NAMES[name]
    kinds = section_kinds(module).items()
    keys = [key for section, kind in kinds for key in key_paths(kind, section)]
    paths = [path for path, is_parameter in keys if is_parameter]
    matches = [p for p in paths if p == name] or [p for p in paths if p.endswith("." + name)]
    if len(matches) == 1:
        return matches[0].split(".")
    if matches:
        raise InputError(f"sweep: '{name}' is ambiguous: {', '.join(matches)}")
    valid = [*module.SWEEP_NAMES, *paths, *(p.split(".")[-1] for p in paths)]
    shown = one_line(name, 60)
    raise InputError(f"sweep: unknown parameter '{shown}'.{did_you_mean(name, valid)}")


def _text(value: Any) -> str:
    """Return a value as part of a name: letters, digits, and `+-._`."""
    if isinstance(value, float):
        return format(value, ".12g")
    if isinstance(value, dict):
        value = [part for item in value.items() for part in item]
    if isinstance(value, list | tuple):
        return "-".join(_text(entry) for entry in value) or "none"
    text = Path(value).stem if isinstance(value, str) else str(value)
    return re.sub(r"[^A-Za-z0-9+._-]", "_", text)
