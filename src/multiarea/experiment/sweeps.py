"""Sweeps: {parameter: [values]} becomes one point per combination of values.

A parameter is a dotted path such as `net_params.connection_params.g`, its end where that is
unique (`connection_params.g`, `g`), or a short name of the model (`chi`).
"""

from __future__ import annotations

import copy
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from multiarea.errors import InputError, Problems, did_you_mean, one_line
from multiarea.experiment.hashing import parameter_hash
from multiarea.experiment.lookup import section_kinds
from multiarea.parameters import key_paths

MOST_POINTS = 10_000
"""Largest number of points of a sweep."""
LONGEST_LABEL = 150
"""Longest name of a point without that of its experiment; the name of a folder has a limit of 255.
"""
DIGITS = ".12g"
"""Format of a number in the name of a point; values are rounded to it, too."""


def expand_sweep(
    module: ModuleType, raw: dict[str, Any], base: tuple[Any, ...], sweep: Any
) -> list[tuple[str, dict[str, Any]]]:
    """Return a label such as `chi=1.5` and the changed sections for each point of a `sweep`.

    `raw` are the sections of the file, {`net_params`: {...}, ...}; `base` are the same, validated;
    `module` is the model. Raises InputError if `sweep` is not {parameter: list of values}.
    """
    if not isinstance(sweep, dict) or not sweep:
        raise InputError("sweep: expected {parameter: [values]}, such as {'chi': [1.0, 1.5]}")
    axes = _axes(module, sweep)
    if math.prod(map(len, axes)) > MOST_POINTS:
        raise InputError(f"sweep: more than {MOST_POINTS} points")
    points: dict[str, dict[str, Any]] = {}
    for combination in itertools.product(*axes):
        label = _label(combination)
        if label in points:
            raise InputError(f"sweep: the point {label} occurs twice")
        points[label] = _point(module, raw, base, [one[:3] for one in combination])
    return list(points.items())


def _label(combination: Iterable[tuple[str, str, Any, str]]) -> str:
    """Return the name of a point; a long one is cut, and ends with the hash of the whole."""
    label = ",".join(f"{name.split('.')[-1]}={text}" for _, name, _, text in combination)
    if len(label) <= LONGEST_LABEL:
        return label
    return f"{label[: LONGEST_LABEL - 9]}-{parameter_hash({'label': label})[:8]}"


def _texts(values: Sequence[Any]) -> list[str]:
    """Return the texts of `values`: of paths as many last parts as tell them apart, at most 9."""
    found = ([value_text(value, n) for value in values] for n in range(1, 10))
    first = next(found)
    return next((some for some in (first, *found) if len(set(some)) == len(some)), first)


def _axes(module: ModuleType, sweep: dict[Any, Any]) -> list[list[tuple[str, str, Any, str]]]:
    """Return (path, name, value, its text) for each value of each parameter."""
    axes, named, problems = [], dict[str, str](), Problems()
    for name, values in sweep.items():
        if not isinstance(values, list | tuple) or not values:
            key, given = one_line(name, 60), one_line(repr(values), 60)
            problems.append(f"sweep: '{key}': expected a list of one or more values, got {given}")
            values = []
        with problems.collected():
            target = _target(module, str(name))
            if target in named:
                problems.append(f"sweep: '{named[target]}' and '{name}' are the same parameter")
            named[target] = name
            _check_numbers(module, str(name), values)
            rounded = [_rounded(value) for value in values]
            both = zip(rounded, _texts(rounded), strict=True)
            axes.append([(target, str(name), value, text) for value, text in both])
    problems.raise_any()
    return axes


def _check_numbers(module: ModuleType, name: str, values: Iterable[Any]) -> None:
    """Raise InputError unless a short name with which others change is given numbers."""
    short = module.SHORT_NAMES.get(name)
    for value in values if short and short.along else ():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"sweep: '{name}': expected numbers, got {one_line(repr(value), 60)}")


def _rounded(value: Any) -> Any:
    """Return a value with its floats rounded to the digits that the name of a point has."""
    if isinstance(value, float):
        return float(format(value, DIGITS))
    if isinstance(value, list | tuple):
        return type(value)(map(_rounded, value))
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    return value


def _point(
    module: ModuleType, raw: dict[str, Any], base: tuple[Any, ...], combination: Any
) -> dict[str, Any]:
    """Return the sections of a point; what changes along with another parameter comes first."""
    point, parameters, ranks = copy.deepcopy(raw), base[0].model_dump(), list(module.SHORT_NAMES)
    for target, name, value in sorted(combination, key=lambda one: [*ranks, one[1]].index(one[1])):
        short = module.SHORT_NAMES.get(name)
        changes = short.changes(parameters, value) if short else {}
        long_names = {f"net_params.{path}": entry for path, entry in changes.items()}
        for path, entry in (long_names or {target: value}).items():
            _set(point, base, path.split("."), entry)
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


def _target(module: ModuleType, name: str) -> str:
    """Return the path of the parameter that a name in a sweep means."""
    if name in module.SHORT_NAMES:
        return f"net_params.{module.SHORT_NAMES[name].path}"
    kinds = section_kinds(module).items()
    keys = [key for section, kind in kinds for key in key_paths(kind, section)]
    paths = [path for path, is_parameter in keys if is_parameter]
    matches = [p for p in paths if p == name] or [p for p in paths if p.endswith("." + name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(f"sweep: '{name}' is ambiguous: {', '.join(matches)}")
    valid = [*module.SHORT_NAMES, *paths, *(p.split(".")[-1] for p in paths)]
    shown = one_line(name, 60)
    raise InputError(f"sweep: unknown parameter '{shown}'.{did_you_mean(name, valid)}")


def value_text(value: Any, n_parts: int = 1) -> str:
    """Return a `value` as part of a name: letters, digits, and `+-._`.

    Of a path these are the last `n_parts` parts, without the suffix.
    """
    if isinstance(value, float):
        return format(value, DIGITS)
    if isinstance(value, dict):
        value = [part for item in value.items() for part in item]
    if isinstance(value, list | tuple):
        return "-".join(value_text(entry, n_parts) for entry in value) or "none"
    text = str(value)
    if isinstance(value, str):
        path = Path(value)
        text = "-".join([*path.parts[-n_parts:-1], path.stem])
    return re.sub(r"[^A-Za-z0-9+._-]", "_", text)
