"""The human multi-area model HuMAM: 34 areas, 254 populations (Pronold et al. 2024)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.errors import InputError, one_line
from multiarea.files.project import resolve
from multiarea.models.human.parameters import HumanNetworkParameters as Parameters
from multiarea.parameters import ShortName

if TYPE_CHECKING:
    from multiarea.network.network import Network

VERSION = 2

AREAS = (
    *("bankssts", "caudalanteriorcingulate", "caudalmiddlefrontal", "cuneus", "entorhinal"),
    *("fusiform", "inferiorparietal", "inferiortemporal", "isthmuscingulate", "lateraloccipital"),
    *("lateralorbitofrontal", "lingual", "medialorbitofrontal", "middletemporal"),
    *("parahippocampal", "paracentral", "parsopercularis", "parsorbitalis", "parstriangularis"),
    *("pericalcarine", "postcentral", "posteriorcingulate", "precentral", "precuneus"),
    *("rostralanteriorcingulate", "rostralmiddlefrontal", "superiorfrontal", "superiorparietal"),
    *("superiortemporal", "supramarginal", "frontalpole", "temporalpole", "transversetemporal"),
    "insula",
)
LAYERS = ("II/III", "IV", "V", "VI")
POPULATIONS = ("E", "I")
SHOWN_AREAS = ("caudalanteriorcingulate", "pericalcarine", "fusiform")

COMPARISONS = {
    "experimental_fc": "experimental_data/hcp_fmri",
    "experimental_units": "experimental_data/minxha2020",
    "resting_state_networks": "experimental_data/resting_state_networks/kabbara.csv",
    "area_map": "experimental_data/brain_map/desikan_killiany_right.csv",
}
"""Data that measures and figures compare with, or draw on; see `multiarea.workflow.sources`."""

MAPS = ("area_map",)
"""Those of them that show the right hemisphere only."""

FIXED_SOURCES = {
    "mapping": "experimental_data/desikan_killiany/to_von_economo.csv",
    "mohan": "experimental_data/synapse_to_cell_body/mohan.csv",
    "binzegger": "experimental_data/synapse_to_cell_body/binzegger.csv",
    "microcircuit": "experimental_data/potjans_diesmann/populations.csv",
    "probabilities": "experimental_data/potjans_diesmann/connection_probabilities.csv",
}
"""Tables that no parameter names."""


NAME = re.compile(r"\w([\w .+-]*\w)?")
"""Names that own areas may have."""


def area_names(parameters: Parameters) -> tuple[str, ...]:
    """Return the areas of the network that `parameters` describe: `AREAS`, or own ones.

    Raises InputError if the own table of areas cannot be read or a name is wrong.
    """
    own = parameters.own_tables
    if own is None:
        return AREAS
    from multiarea.data.csv_text import read_rows

    path = resolve(own.areas_path or "")
    header, rows = read_rows(path, ["area"])
    names: list[str] = []
    for line, row in rows.items():
        name = row[header.index("area")]
        if name in names:
            raise InputError(f"{path}, line {line}: area '{name}' occurs twice; expected it once.")
        names.append(name)
        if not NAME.fullmatch(name):
            raise InputError(
                f"{path}, line {line}: '{one_line(name, 60)}' in column 'area'; expected a name of "
                f"letters, digits, '_', '-', '+', '.' and spaces."
            )
    return tuple(names)


def comparisons(parameters: Parameters) -> dict[str, str]:
    """Return those `COMPARISONS` that are there for the areas of `parameters`.

    None is for own areas; the drawings of the map are those of the right hemisphere.
    """
    if parameters.own_tables is not None:
        return {}
    is_left = parameters.hemisphere == "left"
    return {name: path for name, path in COMPARISONS.items() if not (is_left and name in MAPS)}


def ratio_kept(net_params: dict[str, Any], chi: float) -> dict[str, float]:
    """Return chi_I for a new `chi`: its ratio to chi stays that of `net_params`."""
    factors = net_params["scaling_factors_recurrent"]
    ratio = factors["cc_scalingEtoI"] / (factors["cc_scalingEtoE"] or 1.0)
    return {SHORT_NAMES["chi_I"].path: chi * ratio}


SHORT_NAMES = {
    "chi": ShortName("scaling_factors_recurrent.cc_scalingEtoE", along=ratio_kept),
    "chi_I": ShortName("scaling_factors_recurrent.cc_scalingEtoI"),
    "g": ShortName("connection_params.g"),
    "eta_ext": ShortName("input_params.eta_ext"),
}


def source_files(parameters: Parameters) -> list[Path]:
    """Return the data files that `build_network` reads."""
    cyto, fixed = parameters.cytoarchitecture_params, dict(FIXED_SOURCES)
    connectome, own = parameters.predictive_connectomic_params, parameters.own_tables
    if own is not None:
        layers = [] if own.layers_path else [cyto.src_path]
        if own.layers_path or own.mapping_path:
            del fixed["mapping"]
        named = [*own.paths.values(), *layers, cyto.ei_ratio_path, *fixed.values()]
        return [resolve(path) for path in named]
    connections = [resolve(connectome.con_path)]
    if connections[0].suffix.lower() != ".mat":
        side = parameters.hemisphere
        names = (f"streamlines_{side}.csv", f"fiber_length_mm_{side}.csv")
        connections = [connections[0] / name for name in names]
    named = [cyto.src_path, cyto.ei_ratio_path, connectome.vol_path, *fixed.values()]
    return [*map(resolve, named), *connections]


def build_network(parameters: Parameters) -> Network:
    """Build the full-scale network; see `multiarea.models.human.build`."""
    from multiarea.models.human import build

    return build.build_network(parameters)
