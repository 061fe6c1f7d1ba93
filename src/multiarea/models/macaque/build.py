"""The macaque model's network: neurons, synapses, weights, delays and external drive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.checks import require_names
from multiarea.data.macaque import read_indegrees
from multiarea.data.published_macaque import read_npy_indegrees
from multiarea.errors import InputError
from multiarea.files.project import resolve
from multiarea.models._common import mean_delays, mean_weights, population_table
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS, sln, tables_of
from multiarea.models.macaque.area_connectivity import AreaConnectivity, connect_areas
from multiarea.models.macaque.cytoarchitecture import Cytoarchitecture, build_cytoarchitecture
from multiarea.models.macaque.laminar_patterns import (
    Rules,
    cell_body_probability,
    cortico_cortical_synapses,
    known_patterns,
)
from multiarea.models.macaque.local_connectivity import SURFACE, LocalSynapses, local_synapses
from multiarea.models.macaque.parameters import Connectome, MacaqueNetworkParameters
from multiarea.models.macaque.tables import Tables, read_tables
from multiarea.network.network import LEVELS, ConnectionRules, Network

SMALLEST_INDEGREE = 1e-8
"""In-degrees below this are no connections."""

LARGEST = 1e15
"""Numbers from here on are no numbers of neurons or synapses."""


@dataclass(frozen=True)
class Anatomy:
    """What the tables say, before anything is rounded."""

    cyto: Cytoarchitecture
    local: LocalSynapses
    areas: AreaConnectivity
    sln: np.ndarray
    """Share of supragranular neurons of each connection, (A, A); 0 where there is none."""
    synapses: np.ndarray
    """Recurrent synapses, (A, 8, A, 8), [target, source]."""
    external_indegree: np.ndarray
    """External synapses per neuron, (A,), without the factors of the parameters."""


@dataclass(frozen=True)
class Numbers:
    """Neurons and synapses of the 254 populations, not rounded."""

    index: pd.MultiIndex
    """(area, layer, population), area-major."""
    neurons: np.ndarray
    """Neurons, (P,)."""
    indegree: np.ndarray
    """Recurrent synapses per neuron, (P, P) [target, source]."""
    external_indegree: np.ndarray
    """External synapses per neuron, (P,)."""

    @property
    def synapses(self) -> np.ndarray:
        """Recurrent synapses, (P, P)."""
        return self.indegree * self.neurons[:, None]


def build_network(parameters: MacaqueNetworkParameters) -> Network:
    """Build the full-scale network of 254 populations.

    Numbers of neurons and synapses are truncated to integers, as when the published code hands
    them to NEST.

    Raises InputError if a data file is absent or wrong.
    """
    tables = read_tables(tables_of(parameters))
    anatomy = build_anatomy(tables, parameters.connectome_params)
    exact = population_numbers(anatomy, parameters)
    _check_numbers(anatomy.cyto.n_neurons, exact, parameters)
    strength, delays = parameters.connection_params, parameters.delay_params
    numbers = pd.DataFrame(
        {
            "n_neurons": exact.neurons.astype(np.int64),
            "n_synapses_external": (exact.external_indegree * exact.neurons).astype(np.int64),
        },
        exact.index,
    )
    populations = population_table(
        numbers, parameters.neuron_columns, parameters.input_params, strength.PSP_ext
    )
    weight = _recurrent_weights(parameters, exact.index)
    delay = mean_delays(parameters.delay_params, exact.index, tables.distances)
    return Network(
        populations=populations,
        synapses=exact.synapses.astype(np.int64),
        weight=weight,
        weight_sd=strength.PSC_rel_sd * np.abs(weight),
        delay=delay,
        delay_sd=delays.delay_rel * delay,
        areas=_area_table(tables, anatomy),
        rules=ConnectionRules(
            weight_distribution=strength.weight_distribution, delay_distribution=delays.distribution
        ),
    )


def _check_numbers(
    neurons: np.ndarray, numbers: Numbers, parameters: MacaqueNetworkParameters
) -> None:
    """Raise InputError for numbers that cannot be: own tables of `parameters` may give such."""
    found = {
        "neurons": (AREAS, neurons.sum(axis=1)),
        "synapses": (numbers.index, numbers.synapses.min(axis=1)),
        "synapses in all": (numbers.index, numbers.synapses.sum(axis=1)),
        "external synapses": (numbers.index, numbers.external_indegree),
    }
    for what, (places, values) in found.items():
        wrong = np.flatnonzero(~((values >= 0) & (values < LARGEST)))
        if len(wrong):
            files = ", ".join(parameters.own_paths.values()) or "the tables"
            place = places[wrong[0]]
            name = place if isinstance(place, str) else "|".join(place)
            raise InputError(
                f"{files}: {values[wrong[0]]:g} {what} of '{name}'; expected tables from "
                "which sensible numbers of 0 or more follow for each area."
            )


def build_anatomy(tables: Tables, connectome: Connectome) -> Anatomy:
    """Return neurons and synapses of all areas by the rules of `connectome`; nothing is rounded.

    `tables` are those of `read_tables`.
    """
    published = connectome.as_published
    cyto = build_cytoarchitecture(tables, published)
    local = local_synapses(
        tables, cyto, connectome.av_indegree_V1, connectome.FLN_intrinsic, published
    )
    shares = connectome.FLN_intrinsic, connectome.FLN_subcortical
    areas = connect_areas(tables, shares, published)
    is_fitted = connectome.SLN_fit == "scipy"
    fit = sln.fit_sln(tables.laminar_tracing) if is_fitted else sln.PUBLISHED
    values = sln.complete_sln(sln.measured_sln(tables, published), areas.exists, cyto, fit)
    cell_body = cell_body_probability(
        tables.cell_types,
        cyto.n_neurons[AREAS.index("V1")],
        ss4_in_layer_4=connectome.ss4_dendrites == "layer_IV",
    )
    rules = Rules(cell_body, connectome.Z_i, published)
    numbers = areas.fln.to_numpy() * local.total[:, None]
    synapses = cortico_cortical_synapses(cyto, numbers, values, known_patterns(tables), rules)
    between = synapses.sum(axis=(1, 2, 3))
    external = local.total * (1 - local.intrinsic_share) - between
    every = np.arange(len(AREAS))
    synapses[every, :, every, :] = local.synapses
    per_neuron = external / cyto.n_neurons.sum(axis=1)
    return Anatomy(cyto, local, areas, values, synapses, per_neuron)


def population_numbers(anatomy: Anatomy, parameters: MacaqueNetworkParameters) -> Numbers:
    """Return neurons and in-degrees of `anatomy`, with what `parameters` multiply or replace.

    Raises InputError if the table of in-degrees lacks a population.
    """
    neurons = anatomy.cyto.n_neurons.ravel()
    exists = neurons > 0
    index = pd.MultiIndex.from_product([AREAS, LAYERS, POPULATIONS], names=LEVELS)[exists]
    neurons = neurons[exists]
    synapses = anatomy.synapses.reshape(len(exists), -1)[np.ix_(exists, exists)]
    external = np.repeat(anatomy.external_indegree, 8)[exists]
    indegree = synapses / neurons[:, None]
    path = parameters.connection_params.K_stable_path
    if path is not None:
        indegree = _replaced_indegrees(path, index)
    return Numbers(index, neurons, indegree, external * _external_factors(parameters, index))


def _external_factors(parameters: MacaqueNetworkParameters, index: pd.MultiIndex) -> np.ndarray:
    """Return the factors on external in-degrees, (P,)."""
    strength = parameters.connection_params
    area, layer, population = (index.get_level_values(level).to_numpy(str) for level in LEVELS)
    excitatory = population == "E"
    factors = np.ones(len(index))
    factors[excitatory & (layer == "V")] *= strength.fac_nu_ext_5E
    factors[excitatory & (layer == "VI")] *= strength.fac_nu_ext_6E
    in_th = excitatory & (area == "TH") & np.isin(layer, ("II/III", "V"))
    factors[in_th] *= strength.fac_nu_ext_TH
    return factors


def _recurrent_weights(parameters: MacaqueNetworkParameters, index: pd.MultiIndex) -> np.ndarray:
    """Return the mean weights [pA], (P, P) [target, source]: between areas with chi and chi_I."""
    strength = parameters.connection_params
    weight = mean_weights(index, parameters.neuron_columns, strength)
    area = index.get_level_values("area").to_numpy(str)
    between = area[:, None] != area[None, :]
    inhibitory = index.get_level_values("population") == "I"
    factor = strength.cc_weights_factor * np.where(inhibitory, strength.cc_weights_I_factor, 1.0)
    return np.where(between, weight * factor[:, None], weight)


def _replaced_indegrees(path: str, index: pd.MultiIndex) -> np.ndarray:
    file = resolve(path)
    is_array = file.suffix.lower() == ".npy"
    table = read_npy_indegrees(file, index) if is_array else read_indegrees(file)
    wanted, found = (["|".join(key) for key in keys] for keys in (index, table.index))
    require_names(Path(path), found, wanted, "population")
    indegree = table.loc[list(index), list(index)].to_numpy()
    return np.where(indegree < SMALLEST_INDEGREE, 0.0, indegree)


def _area_table(tables: Tables, anatomy: Anatomy) -> pd.DataFrame:
    cyto = anatomy.cyto
    return pd.DataFrame(
        {
            "surface_mm2": SURFACE,
            "area_surface_mm2": tables.surfaces.loc[list(AREAS)].to_numpy(),
            "thickness_mm": cyto.total_thickness,
            "neuron_density_per_mm3": cyto.density["overall"].to_numpy(),
            "architectural_type": cyto.types.to_numpy(),
            "intrinsic_share": anatomy.local.intrinsic_share,
        },
        index=pd.Index(AREAS, name="area"),
    )
