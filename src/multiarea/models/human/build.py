"""The human model's network: neurons, synapses, weights, delays and external drive.

Pronold et al. 2024, Cerebral Cortex, doi 10.1093/cercor/bhae409.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.data import (
    desikan_killiany,
    fraction_excitatory,
    hcp_dti,
    potjans_diesmann,
    synapse_to_cell_body,
    von_economo_koskinas,
)
from multiarea.errors import InputError
from multiarea.files.project import resolve
from multiarea.models._delays import mean_delays
from multiarea.models.human import AREAS, FIXED_SOURCES, POPULATIONS, connectivity
from multiarea.models.human.cytoarchitecture import (
    LAYERS,
    Cytoarchitecture,
    LayerLimits,
    build_cytoarchitecture,
    drop_small_layers,
)
from multiarea.models.human.parameters import Connectome, HumanNetworkParameters
from multiarea.network.network import LEVELS, ConnectionRules, Network
from multiarea.network.stimuli import SpikeInput
from multiarea.network.synapses import psc_over_psp

SINGLE_SPIKE_FACTOR = 1000.0
"""Weight of an extra spike / (external in-degree x external weight)."""
SINGLE_SPIKE_DELAY = 1.0


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
    volumes = desikan_killiany.read_volumes(resolve(_connectome(parameters).vol_path))
    if list(volumes.index) != list(AREAS):
        volumes = _in_model_order(volumes, parameters)
    cyto = read_cytoarchitecture(parameters)
    _check_columns(parameters, cyto, volumes)
    connections = hcp_dti.read_connectivity(resolve(_connectome(parameters).con_path), AREAS)
    recurrent, external = build_synapses(parameters, cyto, volumes, connections.streamlines)
    neurons = cyto.n_neurons.to_numpy().ravel()
    exists = neurons > 0
    index = pd.MultiIndex.from_product([AREAS, LAYERS, POPULATIONS], names=LEVELS)[exists]
    populations = _population_table(parameters, index, neurons[exists], external.ravel()[exists])
    synapses = recurrent.reshape(len(neurons), -1)[np.ix_(exists, exists)]
    weight, weight_sd = recurrent_weights(parameters, populations)
    delay = mean_delays(parameters.delay_params, index, connections.fiber_length_mm)
    return Network(
        populations=populations,
        synapses=synapses,
        weight=weight,
        weight_sd=weight_sd,
        delay=delay,
        delay_sd=parameters.delay_params.delay_rel * delay,
        areas=_area_table(parameters, cyto, volumes),
        rules=ConnectionRules(
            delay_distribution=parameters.delay_params.distribution,
            p_transmit=parameters.connection_params.p_transmit,
        ),
        extra_inputs=_spike_inputs(parameters, populations),
    )


def read_cytoarchitecture(parameters: HumanNetworkParameters) -> Cytoarchitecture:
    """Return layers and neurons of each area, without the layers that are too small."""
    cyto_params = parameters.cytoarchitecture_params
    cyto = build_cytoarchitecture(
        von_economo_koskinas.read_layers(resolve(cyto_params.src_path)),
        desikan_killiany.read_mapping(resolve(FIXED_SOURCES["mapping"])),
        fraction_excitatory.read_fractions(resolve(cyto_params.ei_ratio_path)),
        AREAS,
        parameters.surface_area,
    )
    return drop_small_layers(
        cyto, LayerLimits(cyto_params.min_neurons_per_layer, cyto_params.remove_smaller_layerI)
    )


def build_synapses(
    parameters: HumanNetworkParameters,
    cyto: Cytoarchitecture,
    volumes: pd.Series,
    streamlines: pd.DataFrame,
) -> tuple[np.ndarray, np.ndarray]:
    """Return recurrent (A, 8, A, 8) and external (A, 8) synapse numbers."""
    connectome = _connectome(parameters)
    local, between = connectivity.synapses_onto_columns(
        cyto,
        streamlines.to_numpy(),
        (connectome.rho_syn, parameters.surface_area, connectome.FLN),
    )
    share = connectivity.share_inside_column(_geometry(parameters, cyto, volumes))
    n_neurons = cyto.n_neurons.to_numpy()
    circuit = potjans_diesmann.read_populations(resolve(FIXED_SOURCES["microcircuit"]))
    probability = potjans_diesmann.read_connection_probabilities(
        resolve(FIXED_SOURCES["probabilities"])
    )
    per_pair = connectivity.mean_synapses_per_pair(
        probability.to_numpy(), circuit["n_neurons"].to_numpy()
    )
    mohan, binzegger = (
        synapse_to_cell_body.read_probabilities(resolve(FIXED_SOURCES[name]))
        for name in ("mohan", "binzegger")
    )
    recurrent = connectivity.cortico_cortical_synapses(
        cyto,
        between,
        connectivity.supragranular_fraction(cyto, connectome.a0, connectome.a1),
        connectivity.cell_body_probability(mohan, binzegger),
        connectivity.LaminarRules(connectome.SLN_FF, connectome.SLN_FB, connectome.Z_i),
    )
    area = np.arange(len(share))
    recurrent[area, :, area, :] += connectivity.local_synapses(n_neurons, share * local, per_pair)
    k_ext = circuit["k_ext"].to_numpy()
    return recurrent, connectivity.external_synapses(n_neurons, (1 - share) * local, k_ext)


def recurrent_weights(
    parameters: HumanNetworkParameters, populations: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of the recurrent weights [pA], (P, P) [target, source].

    PSP -> PSC with the target's parameters and the time constant of the source's sign; inhibitory
    sources x g; then the factors on single pathways.
    """
    strength = parameters.connection_params
    C_m, tau_m = (populations[name].to_numpy() for name in ("C_m", "tau_m"))
    excitatory = populations.index.get_level_values("population") == "E"
    onto = {
        True: psc_over_psp(C_m, tau_m, populations["tau_syn_ex"]) * strength.PSP_e,
        False: psc_over_psp(C_m, tau_m, populations["tau_syn_in"]) * strength.PSP_e * strength.g,
    }
    weight = np.where(excitatory[None, :], onto[True][:, None], onto[False][:, None])
    weight = weight * pathway_factors(parameters, populations.index)
    return weight, strength.PSP_rel * np.abs(weight)


def pathway_factors(parameters: HumanNetworkParameters, index: pd.MultiIndex) -> np.ndarray:
    """Return the factors on recurrent weights, (P, P) [target, source]."""
    factors = parameters.scaling_factors_recurrent
    area, layer, population = (index.get_level_values(level).to_numpy(str) for level in LEVELS)
    within = area[:, None] == area[None, :]
    e_to_i = (population[:, None] == "I") & (population[None, :] == "E")
    e_to_e = (population[:, None] == "E") & (population[None, :] == "E")
    from_4_to_23 = (layer[:, None] == "II/III") & (layer[None, :] == "IV")
    result = np.ones((len(index), len(index)))
    for chosen, factor in (
        (within & e_to_e & from_4_to_23, factors.local_scaling4Eto23E),
        (within & e_to_i & (layer == "V")[None, :], factors.local_scaling5EtoI),
        (within & e_to_i, factors.local_scalingEtoI),
        (~within & e_to_e, factors.cc_scalingEtoE),
        (~within & e_to_i, factors.cc_scalingEtoI),
    ):
        result[chosen] *= factor
    return result


def _population_table(
    parameters: HumanNetworkParameters,
    index: pd.MultiIndex,
    n_neurons: np.ndarray,
    n_external: np.ndarray,
) -> pd.DataFrame:
    kind = index.get_level_values("population")
    table = pd.DataFrame({"n_neurons": n_neurons, "n_synapses_external": n_external}, index)
    for name in ("E_L", "C_m", "tau_m", "tau_syn_ex", "tau_syn_in", "t_ref"):
        table[name] = [getattr(getattr(parameters, f"neuron_params_{k}"), name) for k in kind]
    for k in "EI":
        neuron = getattr(parameters, f"neuron_params_{k}")
        spread = getattr(parameters, f"neuron_param_dist_{k}")
        table.loc[kind == k, "neuron_model"] = getattr(parameters, f"neuron_model_{k}")
        table.loc[kind == k, "V_th"] = neuron.threshold
        table.loc[kind == k, "V_reset"] = np.nan if neuron.V_reset is None else neuron.V_reset
        for name in ("V_th", "C_m", "tau_m"):
            table.loc[kind == k, f"{name}_rel_sd"] = getattr(spread, name).rel_sd
    weight = parameters.connection_params.PSP_ext * psc_over_psp(
        table["C_m"], table["tau_m"], table["tau_syn_ex"]
    )
    threshold = (table["V_th"] - table["E_L"]) * table["C_m"]
    indegree = table["n_synapses_external"] / table["n_neurons"]
    drive = indegree * weight * table["tau_m"] * table["tau_syn_ex"]
    table["rate_ext"] = 1e3 * parameters.input_params.eta_ext * threshold / drive
    layer = index.get_level_values("layer")
    external = parameters.scaling_factors_external
    factor = np.where(
        (layer == "V") & (kind == "E"),
        external.scaling5E,
        np.where((layer == "VI") & (kind == "E"), external.scaling6E, 1.0),
    )
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


def _geometry(
    parameters: HumanNetworkParameters, cyto: Cytoarchitecture, volumes: pd.Series
) -> connectivity.Geometry:
    um_per_mm = 1e3
    connectome = _connectome(parameters)
    thickness = cyto.total_thickness.to_numpy()
    consistent = connectome.geometry == "consistent_units"
    return connectivity.Geometry(
        radius=um_per_mm * np.sqrt(parameters.surface_area / np.pi),
        area_radius=um_per_mm * np.sqrt(volumes.to_numpy() / thickness / np.pi),
        height=thickness * um_per_mm if consistent else thickness,
        lmbda=connectome.lmbda,
    )


def _area_table(
    parameters: HumanNetworkParameters, cyto: Cytoarchitecture, volumes: pd.Series
) -> pd.DataFrame:
    thickness = cyto.total_thickness
    return pd.DataFrame(
        {
            "surface_mm2": parameters.surface_area,
            "thickness_mm": thickness,
            "volume_mm3": volumes,
            "area_surface_mm2": volumes / thickness,
            "n_neurons_layer_1": cyto.n_layer_1,
        },
        index=pd.Index(AREAS, name="area"),
    )


def _check_columns(
    parameters: HumanNetworkParameters, cyto: Cytoarchitecture, volumes: pd.Series
) -> None:
    """Raise InputError unless every column fits into its area and can send to other areas."""
    surface = volumes / cyto.total_thickness
    if (small := surface.idxmin()) and surface[small] < parameters.surface_area:
        raise InputError(
            f"net_params.surface_area: {parameters.surface_area:g} mm2 is more than the "
            f"{surface[small]:.4g} mm2 of the area '{small}'"
        )
    neurons = cyto.n_neurons
    senders = (neurons["II/III", "E"] > 0) & (neurons["V", "E"] + neurons["VI", "E"] > 0)
    if not senders.all():
        lost = [area for area, keeps in senders.items() if not keeps]
        raise InputError(
            "net_params.cytoarchitecture_params.min_neurons_per_layer: connections between areas "
            "start in layer II/III E and in layer V E or VI E; without the layers of fewer than "
            f"{parameters.cytoarchitecture_params.min_neurons_per_layer} neurons "
            f"{len(lost)} areas lack one of these: {', '.join(lost[:5])}; lower the limit"
        )


def _connectome(parameters: HumanNetworkParameters) -> Connectome:
    return parameters.predictive_connectomic_params


def _in_model_order(volumes: pd.Series, parameters: HumanNetworkParameters) -> pd.Series:
    missing = sorted(set(AREAS) - set(volumes.index))
    if missing:
        raise InputError(f"{_connectome(parameters).vol_path}: no volume for the areas {missing}")
    return volumes.loc[list(AREAS)]
