"""The human model's network: neurons, synapses, weights, delays and external drive.

Pronold et al. 2024, Cerebral Cortex, doi 10.1093/cercor/bhae409.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multiarea.data import layers, potjans_diesmann
from multiarea.errors import InputError
from multiarea.files.project import resolve
from multiarea.models._common import mean_delays
from multiarea.models.human import FIXED_SOURCES, LAYERS, POPULATIONS, area_names, connectivity
from multiarea.models.human.cytoarchitecture import (
    Cytoarchitecture,
    build_cytoarchitecture,
    drop_small_layers,
)
from multiarea.models.human.parameters import HumanNetworkParameters
from multiarea.models.human.tables import read_connectivity, read_layers, read_volumes
from multiarea.network.network import LEVELS, ConnectionRules, Network
from multiarea.network.neurons import neuron_columns, psc_per_psp
from multiarea.network.stimuli import SpikeInput

UM_PER_MM = 1e3
SINGLE_SPIKE_FACTOR = 1000.0
"""Weight of an extra spike / (external in-degree x external weight)."""
SINGLE_SPIKE_DELAY = 1.0
"""Delay of an extra spike [ms]."""


def build_network(parameters: HumanNetworkParameters) -> Network:
    """Build the full-scale network (254 populations at the default parameters).

    Parameters
    ----------
    parameters : HumanNetworkParameters
        `N_scaling` and `K_scaling` are not applied here.

    Raises
    ------
    InputError
        If a data file is absent or wrong, or `single_spike` names an empty population.
    """
    delays = parameters.delay_params
    cyto = read_cytoarchitecture(parameters)
    areas = _area_table(parameters, cyto)
    _check_columns(parameters, cyto, areas)
    connections = read_connectivity(parameters, areas.index)
    recurrent, external = _synapses(parameters, cyto, areas, connections.streamlines)
    neurons = cyto.n_neurons.to_numpy().ravel()
    exists = neurons > 0
    index = pd.MultiIndex.from_product([areas.index, LAYERS, POPULATIONS], names=LEVELS)[exists]
    populations = _population_table(parameters, index, neurons[exists], external.ravel()[exists])
    weight = _mean_weights(parameters, populations)
    delay = mean_delays(delays, index, connections.fiber_length_mm)
    return Network(
        populations=populations,
        synapses=recurrent.reshape(len(neurons), -1)[np.ix_(exists, exists)],
        weight=weight,
        weight_sd=parameters.connection_params.PSP_rel * np.abs(weight),
        delay=delay,
        delay_sd=delays.delay_rel * delay,
        areas=areas,
        rules=ConnectionRules(
            weight_distribution=parameters.connection_params.weight_distribution,
            delay_distribution=delays.distribution,
            p_transmit=parameters.connection_params.p_transmit,
        ),
        extra_inputs=_spike_inputs(parameters, populations),
    )


def read_cytoarchitecture(parameters: HumanNetworkParameters) -> Cytoarchitecture:
    """Return layers and neurons of each area, without the layers that are too small."""
    chosen = parameters.cytoarchitecture_params
    cyto = build_cytoarchitecture(
        *read_layers(parameters),
        layers.read_fractions(resolve(chosen.ei_ratio_path)),
        area_names(parameters),
        parameters.surface_area,
    )
    return drop_small_layers(cyto, chosen.min_neurons_per_layer, chosen.remove_smaller_layerI)


def _area_table(parameters: HumanNetworkParameters, cyto: Cytoarchitecture) -> pd.DataFrame:
    thickness = cyto.total_thickness
    volumes = read_volumes(parameters, thickness)
    return pd.DataFrame(
        {
            "surface_mm2": parameters.surface_area,
            "thickness_mm": thickness,
            "volume_mm3": volumes,
            "area_surface_mm2": volumes / thickness,
            "n_neurons_layer_1": cyto.n_layer_1,
        },
        index=pd.Index(thickness.index, name="area"),
    )


def _check_columns(
    parameters: HumanNetworkParameters, cyto: Cytoarchitecture, areas: pd.DataFrame
) -> None:
    """Raise InputError unless every column fits into its area and can send to other areas."""
    small = areas["area_surface_mm2"].idxmin()
    surface = areas.at[small, "area_surface_mm2"]
    if surface < parameters.surface_area:
        raise InputError(
            f"net_params.surface_area: {parameters.surface_area:g} mm2 is more than the "
            f"{surface:.4g} mm2 of the area '{small}'"
        )
    neurons = cyto.n_neurons
    senders = (neurons["II/III", "E"] > 0) & (neurons["V", "E"] + neurons["VI", "E"] > 0)
    if not senders.all():
        lost = list(senders.index[~senders])
        raise InputError(
            "net_params.cytoarchitecture_params.min_neurons_per_layer: connections between areas "
            "start in layer II/III E and in layer V E or VI E; without the layers of fewer than "
            f"{parameters.cytoarchitecture_params.min_neurons_per_layer} neurons "
            f"{len(lost)} areas lack one of these: {', '.join(lost[:5])}; lower the limit"
        )


def _synapses(
    parameters: HumanNetworkParameters,
    cyto: Cytoarchitecture,
    areas: pd.DataFrame,
    streamlines: pd.DataFrame,
) -> tuple[np.ndarray, np.ndarray]:
    """Return recurrent (A, 8, A, 8) and external (A, 8) synapse numbers."""
    connectome, surface = parameters.predictive_connectomic_params, parameters.surface_area
    source = {name: resolve(path) for name, path in FIXED_SOURCES.items()}
    local, between = connectivity.synapses_onto_columns(
        cyto, streamlines.to_numpy(), connectome.rho_syn, surface, connectome.FLN
    )
    height = areas["thickness_mm"].to_numpy()
    share = connectivity.share_inside_column(
        radius=UM_PER_MM * np.sqrt(surface / np.pi),
        area_radius=UM_PER_MM * np.sqrt(areas["area_surface_mm2"].to_numpy() / np.pi),
        height=height * UM_PER_MM if connectome.geometry == "consistent_units" else height,
        lmbda=connectome.lmbda,
    )
    n_neurons = cyto.n_neurons.to_numpy()
    circuit = potjans_diesmann.read_populations(source["microcircuit"])
    probability = potjans_diesmann.read_connection_probabilities(source["probabilities"])
    per_pair = connectivity.mean_synapses_per_pair(
        probability.to_numpy(), circuit["n_neurons"].to_numpy()
    )
    cell_body = connectivity.cell_body_probability(
        layers.read_cell_body_probabilities(source["mohan"]),
        layers.read_cell_body_probabilities(source["binzegger"]),
    )
    sln = connectivity.supragranular_fraction(cyto, connectome.a0, connectome.a1)
    recurrent = connectivity.cortico_cortical_synapses(cyto, between, sln, cell_body, connectome)
    area = np.arange(len(share))
    recurrent[area, :, area, :] += connectivity.local_synapses(n_neurons, share * local, per_pair)
    k_ext = circuit["k_ext"].to_numpy()
    return recurrent, connectivity.external_synapses(n_neurons, (1 - share) * local, k_ext)


def _mean_weights(parameters: HumanNetworkParameters, populations: pd.DataFrame) -> np.ndarray:
    """Return the mean recurrent weights [pA], (P, P) [target, source].

    PSP -> PSC with the target's parameters and the time constant of the source's sign; inhibitory
    sources x g; then the factors on single pathways.
    """
    strength, factors = parameters.connection_params, parameters.scaling_factors_recurrent
    area, layer, population = (
        populations.index.get_level_values(level).to_numpy(str) for level in LEVELS
    )
    from_e = population == "E"
    onto = {
        True: psc_per_psp(populations, "ex") * strength.PSP_e,
        False: psc_per_psp(populations, "in") * strength.PSP_e * strength.g,
    }
    weight = np.where(from_e[None, :], onto[True][:, None], onto[False][:, None])
    within = area[:, None] == area[None, :]
    e_to_e, e_to_i = from_e[:, None] & from_e[None, :], ~from_e[:, None] & from_e[None, :]
    from_4_to_23 = (layer[:, None] == "II/III") & (layer[None, :] == "IV")
    factor = np.ones_like(weight)
    for chosen, value in (
        (within & e_to_e & from_4_to_23, factors.local_scaling4Eto23E),
        (within & e_to_i & (layer == "V")[None, :], factors.local_scaling5EtoI),
        (within & e_to_i, factors.local_scalingEtoI),
        (~within & e_to_e, factors.cc_scalingEtoE),
        (~within & e_to_i, factors.cc_scalingEtoI),
    ):
        factor[chosen] *= value
    return weight * factor


def _neuron_columns(parameters: HumanNetworkParameters, kind: str) -> dict[str, Any]:
    """Return the parameters of E or I neurons as columns of `Network.populations`."""
    spread = getattr(parameters, f"neuron_param_dist_{kind}")
    return {
        **neuron_columns(*parameters.neurons[f"_{kind}"]),
        **{f"{name}_rel_sd": getattr(spread, name).rel_sd for name in ("V_th", "C_m", "tau_m")},
    }


def _population_table(
    parameters: HumanNetworkParameters,
    index: pd.MultiIndex,
    n_neurons: np.ndarray,
    n_external: np.ndarray,
) -> pd.DataFrame:
    layer, excitatory = index.get_level_values("layer"), index.get_level_values("population") == "E"
    e, i = (_neuron_columns(parameters, kind) for kind in POPULATIONS)
    e, i = ({**dict.fromkeys({**e, **i}, ""), **own} for own in (e, i))
    table = pd.DataFrame({"n_neurons": n_neurons, "n_synapses_external": n_external}, index)
    table = table.assign(**{name: np.where(excitatory, e[name], i[name]) for name in e})
    weight = parameters.connection_params.PSP_ext * psc_per_psp(table, "ex")
    threshold = (table["V_th"] - table["E_L"]) * table["C_m"]
    indegree = table["n_synapses_external"] / table["n_neurons"]
    drive = indegree * weight * table["tau_m"] * table["tau_syn_ex"]
    table["rate_ext"] = 1e3 * parameters.input_params.eta_ext * threshold / drive
    factor = np.ones(len(index))
    factor[excitatory & (layer == "V")] = parameters.scaling_factors_external.scaling5E
    factor[excitatory & (layer == "VI")] = parameters.scaling_factors_external.scaling6E
    table["weight_ext"] = weight * factor
    # each neuron has one external weight, drawn like all others
    table["weight_ext_sd"] = parameters.connection_params.PSP_rel * table["weight_ext"]
    return table.assign(delay_ext=np.nan, i_dc=0.0, V0_mean=np.nan, V0_sd=np.nan)


def _spike_inputs(
    parameters: HumanNetworkParameters, populations: pd.DataFrame
) -> tuple[SpikeInput, ...]:
    inputs = []
    for area, layer, population, time in parameters.single_spike:
        target = (area, layer, population)
        if target not in populations.index:
            raise InputError(
                f"net_params.single_spike: population {target} has no neurons in this network"
            )
        row = populations.loc[target]
        indegree = row["n_synapses_external"] / row["n_neurons"]
        weight = SINGLE_SPIKE_FACTOR * indegree * row["weight_ext"]
        inputs.append(SpikeInput(target, (time,), weight, SINGLE_SPIKE_DELAY))
    return tuple(inputs)
