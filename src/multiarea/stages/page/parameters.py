"""Parameters on the page: value, default, unit and meaning, and which are not the default."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from multiarea.experiment.differences import leaves
from multiarea.experiment.experiment import network_spec
from multiarea.experiment.lookup import section_kinds
from multiarea.models import get_model
from multiarea.parameters import AnalysisParameters, SimulationParameters, inner_block

GIVEN_BY_CONFIGURATION = ("simulator", "virtual_processes")
"""Keys of `sim_params` that have no default of their own."""


class Row(NamedTuple):
    """One parameter, as text."""

    place: str
    """For example `net_params.connection_params.g`."""
    short: str
    """Its short name, or ''."""
    value: str
    default: str
    """Empty: there is none."""
    unit: str
    meaning: str
    differs: bool


def parameter_rows(
    model: str, network: Mapping[str, Any], simulation: Mapping[str, Any], analysis: Mapping
) -> dict[str, list[Row]]:
    """Return the parameters of an experiment by section (`net_params`, ...).

    Parameters
    ----------
    model : str
        Name of the model, whose defaults are compared with.
    network, simulation, analysis : mapping
        What the records of these stages say; `network` has the key `parameters`.
    """
    kinds = section_kinds(get_model(model))
    own = dict(zip(kinds, (network["parameters"], simulation, analysis), strict=True))
    defaults = _defaults(model)
    short = {f"net_params.{one.path}": n for n, one in get_model(model).SHORT_NAMES.items()}
    rows: dict[str, list[Row]] = {}
    for section, kind in kinds.items():
        told, base = dict(_described(kind, section)), defaults[section]
        rows[section] = [
            _row(place, value, base, told.get(place, ("", "")), short.get(place, ""))
            for place, value in leaves(own[section], section)
        ]
    return rows


def shown(value: Any) -> str:
    """Return a `value` as it may be written in an experiment file; large numbers as 6.6e8."""
    if isinstance(value, float):
        mantissa, _, exponent = f"{value:.15g}".partition("e")
        if not exponent and abs(value) >= 1e6:
            mantissa, _, exponent = f"{value:.14e}".partition("e")
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "()"
    return value if isinstance(value, str) else str(value)


def _defaults(model: str) -> dict[str, dict[str, Any]]:
    """Return the defaults of a model by section and place."""
    parameters = get_model(model).Parameters()
    network = dict(leaves(parameters.model_dump(mode="json"), "net_params"))
    with_relative_paths = network_spec(model, parameters)["parameters"]
    simulation = SimulationParameters().model_dump(mode="json")
    analysis = AnalysisParameters().model_dump(mode="json")
    return {
        "net_params": network | dict(leaves(with_relative_paths, "net_params")),
        "sim_params": dict(leaves(simulation, "sim_params")),
        "ana_params": dict(leaves(analysis, "ana_params")),
    }


def _row(place: str, value: Any, base: Mapping[str, Any], told: tuple[str, str], short: str) -> Row:
    key = place.rpartition(".")[2]
    is_given = place.startswith("sim_params") and key in GIVEN_BY_CONFIGURATION
    default = "" if is_given or place not in base else shown(base[place])
    differs = not is_given and json.dumps(value) != json.dumps(base.get(place))
    return Row(place, short, shown(value), default, *told, differs)


def _described(kind: type[BaseModel], place: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the place of each parameter of a class of blocks, with its unit and meaning."""
    for name, field in kind.model_fields.items():
        meaning, _, unit = (field.description or "").partition(" [")
        unit = unit.rstrip("]")
        yield f"{place}.{name}", ("" if unit == "1" else unit, meaning)
        inner = inner_block(field.annotation)
        if inner is not None:
            yield from _described(inner, f"{place}.{name}")
