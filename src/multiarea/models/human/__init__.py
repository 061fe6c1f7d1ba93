"""The human multi-area model HuMAM: 34 areas, 254 populations (Pronold et al. 2024)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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

FIXED_SOURCES = {
    "mapping": "experimental_data/desikan_killiany/to_von_economo.csv",
    "mohan": "experimental_data/synapse_to_cell_body/mohan.csv",
    "binzegger": "experimental_data/synapse_to_cell_body/binzegger.csv",
    "microcircuit": "experimental_data/potjans_diesmann/populations.csv",
    "probabilities": "experimental_data/potjans_diesmann/connection_probabilities.csv",
}
"""Tables that no parameter names."""


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
    cyto = parameters.cytoarchitecture_params
    connectome = parameters.predictive_connectomic_params
    connections = [resolve(connectome.con_path)]
    if connections[0].suffix.lower() != ".mat":
        names = ("streamlines_right.csv", "fiber_length_mm_right.csv")
        connections = [connections[0] / name for name in names]
    named = [cyto.src_path, cyto.ei_ratio_path, connectome.vol_path, *FIXED_SOURCES.values()]
    return [*map(resolve, named), *connections]


def build_network(parameters: Parameters) -> Network:
    """Build the full-scale network; see `multiarea.models.human.build`."""
    from multiarea.models.human import build

    return build.build_network(parameters)
