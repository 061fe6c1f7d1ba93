"""From pydantic's verdicts to messages with key path, expectation and nearest valid name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.checks import mode_problems
from multiarea.files.project import exists, resolve
from multiarea.parameters import (
    PLOT_ONLY,
    AnalysisParameters,
    Block,
    NetworkParameters,
    SimulationParameters,
    is_multiple,
    is_path,
)

MOST_VALUES = 100_000
"""Values of a section; a few YAML aliases or references can stand for billions."""
START_KEYS = ("t_start", "tmin")
BlockType = TypeVar("BlockType", bound=Block)


def plain(value: Any) -> Any:
    """Return nested data with NumPy's scalars and arrays as Python's.

    Raises
    ------
    InputError
        If the data contain themselves or an iterator, or have more than `MOST_VALUES` values.
    """
    try:
        return _plain(value, itertools.count())
    except RecursionError:
        raise InputError("the data are nested too deeply, or contain themselves") from None


def _plain(value: Any, count: Iterator[int]) -> Any:
    if next(count) > MOST_VALUES:
        raise InputError(f"more than {MOST_VALUES} values")
    if isinstance(value, Iterator):
        raise InputError(f"expected plain values, got {_shown(value)}")
    if isinstance(value, dict):
        return {_plain(key, count): _plain(entry, count) for key, entry in dict.items(value)}
    if type(value) in (list, tuple):
        return type(value)(_plain(entry, count) for entry in value)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        if getattr(value, "size", 1) > MOST_VALUES:
            raise InputError(f"more than {MOST_VALUES} values")
        converted = value.tolist()
        return converted if type(converted) is type(value) else _plain(converted, count)
    return value


def validate(kind: type[BlockType], content: Any) -> BlockType:
    """Validate plain data as a block of parameters.

    Raises
    ------
    InputError
        With a line `.key.path: problem` for each problem.
    """
    if not isinstance(content, dict):
        raise InputError(f": expected a dictionary, got {_shown(content)}")
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise InputError("\n".join(_line(kind, entry) for entry in error.errors())) from None


def problems_of(
    module: ModuleType,
    network: NetworkParameters,
    simulation: SimulationParameters,
    analysis: AnalysisParameters,
) -> Iterator[str]:
    """Yield what is wrong between the sections, and names that the model does not have."""
    for entry in getattr(network, "single_spike", ()):
        key = f"net_params.single_spike: {one_line(tuple(entry[:3]), 120)}"
        for value, level in zip(entry, ("AREAS", "LAYERS", "POPULATIONS"), strict=False):
            yield from _unknown_name(key, level, value, module)
        if entry[3] >= simulation.t_sim:
            yield f"{key}: time {entry[3]} ms lies beyond sim_params.t_sim = {simulation.t_sim} ms"
        if not is_multiple(entry[3], simulation.sim_resolution):
            yield (
                f"{key}: time {entry[3]} ms must be a multiple of sim_params.sim_resolution = "
                f"{simulation.sim_resolution} ms"
            )
    for area in analysis.plotRasterArea.areas:
        yield from _unknown_name("ana_params.plotRasterArea.areas", "AREAS", area, module)
    if network.needs_rates and not network.has_theory and network.fullscale_rates is None:
        yield (
            "net_params.fullscale_rates: expected a table of rates: scaling_type 'sqrt' needs the "
            "rates at full scale, and the mean-field theory covers iaf_psc_exp neurons only"
        )
    yield from mode_problems(module, network, simulation, analysis)
    yield from _late_windows(analysis, simulation.t_sim)
    yield from _missing_files(network)


def _late_windows(analysis: AnalysisParameters, t_sim: float) -> Iterator[str]:
    """Yield the windows of measures that the simulation does not reach."""
    for name, block in analysis:
        if name in PLOT_ONLY or not isinstance(block, Block):
            continue
        for key in ("t_start", "tmin", "t_stop", "tmax"):
            time = getattr(block, key, None)
            if time is not None and (time > t_sim or (time == t_sim and key in START_KEYS)):
                yield (
                    f"ana_params.{name}.{key} = {time:g} ms lies beyond the end of the simulation, "
                    f"sim_params.t_sim = {t_sim:g} ms"
                )


def _unknown_name(key: str, level: str, value: str, module: ModuleType) -> Iterator[str]:
    valid = getattr(module, level)
    if value not in valid:
        kind = level[:-1].lower()
        few = f"; expected one of {list(valid)}" if len(valid) <= 8 else ""
        shown = one_line(value, 60)
        yield f"{key}: unknown {kind} '{shown}'{few}.{did_you_mean(value, valid)}"


def _missing_files(network: NetworkParameters) -> Iterator[str]:
    for key, value in _paths(network.model_dump(), "net_params"):
        kind = "any" if key.endswith("_path") else "file"
        if set(value) & set("{}"):
            yield f"{key}: expected a path without braces, got {_shown(value)}"
        elif not value or not exists(value, kind):
            folder = resolve(value).parent
            beside = [p.name for p in folder.iterdir()] if exists(folder, "dir") else []
            nearest = did_you_mean(Path(value).name, beside)
            yield f"{key}: no such file {_shown(value)}.{nearest}"


def _paths(content: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}.{key}")
        elif isinstance(value, str) and is_path(key):
            yield f"{prefix}.{key}", value


def _line(kind: type[BaseModel], entry: Any) -> str:
    location = [part for part in entry["loc"] if not str(part).startswith("function-before[")]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return f"{one_line(path, 200)}: {_problem(kind, entry)}"


def _problem(kind: type[BaseModel], entry: Any) -> str:
    code, context, given = entry["type"], entry.get("ctx", {}), _shown(entry["input"])
    if code == "extra_forbidden":
        valid = list(_block_at(kind, entry["loc"][:-1]).model_fields)
        return f"unknown key.{did_you_mean(str(entry['loc'][-1]), valid)} Valid keys: " + ", ".join(
            valid
        )
    if code == "missing":
        return "missing; this block replaces the default block as a whole"
    if code == "literal_error":
        choices = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        best = did_you_mean(str(entry["input"]), choices)
        return f"expected {context['expected']}, got {given}.{best}"
    if code == "value_error":
        return one_line(context["error"])
    limits = {"greater_than": ">", "greater_than_equal": ">=", "less_than": "<"}
    limits["less_than_equal"] = "<="
    if code in limits:
        limit = next(iter(context.values()))
        return f"expected a value {limits[code]} {limit:g}, got {given}"
    return f"expected {_EXPECTED.get(code, entry['msg'])}, got {given}"


_EXPECTED = {
    "float_type": "a number",
    "int_type": "an integer",
    "bool_type": "True or False",
    "string_type": "a text",
    "finite_number": "a finite number",
    "model_type": "a dictionary",
    "model_attributes_type": "a dictionary",
    "dict_type": "a dictionary",
    "tuple_type": "a list",
    "list_type": "a list",
    "invalid_key": "a text as key",
    "recursion_loop": "data that do not contain themselves",
}


def _block_at(kind: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel]:
    for part in location:
        annotation = kind.model_fields[part].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            kind = annotation
    return kind


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:  # the value is the user's object
        text = "something"
    return f"{one_line(text, 60)} ({type(value).__name__})"
