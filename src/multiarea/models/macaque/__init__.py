"""The macaque multi-area model: 32 visual areas, 254 populations (Schmidt et al. 2018a, b).

Brain Struct Funct 223:1409, doi 10.1007/s00429-017-1554-4, and PLoS Comput Biol 14:e1006359.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.files.project import resolve
from multiarea.models.macaque.parameters import MacaqueNetworkParameters as Parameters
from multiarea.parameters import ShortName

if TYPE_CHECKING:
    from multiarea.network.network import Network

VERSION = 1

AREAS = (
    *("V1", "V2", "VP", "V3", "V3A", "MT", "V4t", "V4", "VOT", "MSTd", "PIP", "PO", "DP", "MIP"),
    *("MDP", "VIP", "LIP", "PITv", "PITd", "MSTl", "CITv", "CITd", "FEF", "TF", "AITv", "FST"),
    *("7a", "STPp", "STPa", "46", "AITd", "TH"),
)
LAYERS = ("II/III", "IV", "V", "VI")
POPULATIONS = ("E", "I")
SHOWN_AREAS = ("V1", "V2", "FEF")
FOLDER = "experimental_data/macaque"

COMPARISONS = {"experimental_fc": f"{FOLDER}/functional_connectivity"}
"""Experimental data that measures and figures compare with; see `multiarea.workflow.sources`."""

SOURCES = {
    "surfaces": f"{FOLDER}/surfaces/surfaces.csv",
    "neun": f"{FOLDER}/neuron_densities/neun.csv",
    "nissl": f"{FOLDER}/neuron_densities/nissl.csv",
    "translation": f"{FOLDER}/neuron_densities/scheme_translation.csv",
    "types": f"{FOLDER}/neuron_densities/architectural_types.csv",
    "total_thickness": f"{FOLDER}/thickness/total.csv",
    "laminar_thickness": f"{FOLDER}/thickness/laminar.csv",
    "microcircuit": "experimental_data/potjans_diesmann/populations.csv",
    "probabilities": f"{FOLDER}/microcircuit/connection_probabilities_rounded.csv",
    "cocomac": f"{FOLDER}/cocomac/connections.csv",
    "distances": f"{FOLDER}/cocomac/distances_mm.csv",
    "tracing": f"{FOLDER}/markov2014/fln.csv",
    "injections": f"{FOLDER}/markov2014/injections.csv",
    "laminar_tracing": f"{FOLDER}/markov2014/sln.csv",
    "overlap": f"{FOLDER}/markov2014/overlap_m132_fv91.csv",
    "cell_types": f"{FOLDER}/binzegger2004/cell_types.csv",
}


def factor_6e_along(net_params: dict[str, Any], kappa: float) -> dict[str, float]:
    """Return the factor on the drive of 6E for a new `kappa`, whatever `net_params` are.

    As in Schuecker et al. (2017).
    """
    return {"connection_params.fac_nu_ext_6E": 10 / 3 * kappa - 7 / 3}


SHORT_NAMES = {
    "kappa": ShortName("connection_params.fac_nu_ext_5E", along=factor_6e_along),
    "chi": ShortName("connection_params.cc_weights_factor"),
    "chi_I": ShortName("connection_params.cc_weights_I_factor"),
    "g": ShortName("connection_params.g"),
}


def tables_of(parameters: Parameters) -> dict[str, Path]:
    """Return the files of `SOURCES`, with a user's own ones in their place, by name."""
    own = {key.removesuffix("_path"): path for key, path in parameters.own_paths.items()}
    return {name: resolve(path) for name, path in (SOURCES | own).items()}


def source_files(parameters: Parameters) -> list[Path]:
    """Return the data files that `build_network` reads."""
    indegrees = parameters.connection_params.K_stable_path
    return [*tables_of(parameters).values(), *([resolve(indegrees)] if indegrees else [])]


def build_network(parameters: Parameters) -> Network:
    """Build the full-scale network; see `multiarea.models.macaque.build`."""
    from multiarea.models.macaque import build

    return build.build_network(parameters)
