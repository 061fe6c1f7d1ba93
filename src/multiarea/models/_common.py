"""What several models share: the neurons and weights of Potjans & Diesmann 2014, and delays."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from multiarea.network.synapses import psc_over_psp
from multiarea.parameters import (
    Block,
    DelayParameters,
    NetworkParameters,
    NeuronParameters,
    NonNegative,
    Positive,
    p,
)

LIF_NEURON = NeuronParameters(
    E_L=-65.0,
    V_th=-50.0,
    V_reset=-65.0,
    C_m=250.0,
    tau_m=10.0,
    tau_syn_ex=0.5,
    tau_syn_in=0.5,
    t_ref=2.0,
)
"""Neurons of Potjans & Diesmann 2014."""


class ExternalDrive(Block):
    """The drive from outside the network."""

    poisson_input: bool = p(True, "", "Poisson spikes; false: the constant current of equal mean")
    rate_ext: NonNegative = p(8.0, "spikes/s", "rate of each external synapse")
    delay_ext: Positive = p(1.5, "ms", "delay of the external input")


class Strength(Block):
    """Strength of synapses within an area and from outside."""

    g: float = p(-4.0, "1", "inhibitory weight / excitatory weight", le=0)
    PSP_e: Positive = p(0.15, "mV", "excitatory postsynaptic potential")
    PSP_e_23_4: Positive = p(0.3, "mV", "postsynaptic potential of 4E in 2/3E of the same area")
    PSP_ext: Positive = p(0.15, "mV", "postsynaptic potential of external synapses")
    PSC_rel_sd: NonNegative = p(0.1, "1", "standard deviation / mean of weights")


class LifNetworkParameters(NetworkParameters):
    """Parameters of a network of LIF neurons that are all alike."""

    scaling_type: Literal["linear", "sqrt"] = p(
        "sqrt", "", "weights / K_scaling, or weights / sqrt(K_scaling) and a constant current"
    )
    neuron_params: NeuronParameters = LIF_NEURON

    @model_validator(mode="after")
    def _check_neurons(self) -> Self:
        self.neuron_params.check("iaf_psc_exp")
        return self


def population_table(
    numbers: pd.DataFrame, neuron: NeuronParameters, drive: ExternalDrive, psp_ext: float
) -> pd.DataFrame:
    """Return `Network.populations` of neurons that are all alike.

    `numbers` has the columns n_neurons and n_synapses_external, indexed (area, layer, population).
    If `drive` asks for a constant current, it is rate x in-degree x weight x tau_syn_ex of the
    `neuron`. `psp_ext` is the postsynaptic potential of an external synapse [mV].
    """
    table = numbers[["n_neurons", "n_synapses_external"]].copy()
    table["neuron_model"] = "iaf_psc_exp"
    for name, value in neuron.model_dump(exclude={"omega"}).items():
        table[name] = value
    weight = psp_ext * float(psc_over_psp(neuron.C_m, neuron.tau_m, neuron.tau_syn_ex))
    table = table.assign(
        rate_ext=drive.rate_ext, weight_ext=weight, weight_ext_sd=0.0, delay_ext=drive.delay_ext
    )
    table = table.assign(i_dc=0.0, V0_mean=np.nan, V0_sd=np.nan)
    if not drive.poisson_input:
        indegree = table["n_synapses_external"] / table["n_neurons"]
        table["i_dc"] = 1e-3 * drive.rate_ext * indegree * weight * neuron.tau_syn_ex
        table["rate_ext"] = 0.0
    return table.assign(V_th_rel_sd=0.0, C_m_rel_sd=0.0, tau_m_rel_sd=0.0)


def mean_weights(index: pd.MultiIndex, neuron: NeuronParameters, strength: Strength) -> np.ndarray:
    """Return the mean weights [pA] between the P populations of `index`, (P, P) [target, source].

    Postsynaptic potentials, from `strength`, are turned into currents with the time constants of
    the `neuron`: one for excitatory sources, g times that for inhibitory ones, and another one
    from layer IV E to layer II/III E of the same area.
    """
    area, layer, population = (index.get_level_values(i).to_numpy(str) for i in range(3))
    excitatory = population == "E"
    psp = np.where(excitatory, strength.PSP_e, strength.g * strength.PSP_e)
    psp = np.tile(psp, (len(index), 1))
    target, source = excitatory & (layer == "II/III"), excitatory & (layer == "IV")
    within = area[:, None] == area[None, :]
    psp[within & target[:, None] & source[None, :]] = strength.PSP_e_23_4
    tau_syn = np.where(excitatory, neuron.tau_syn_ex, neuron.tau_syn_in)
    return psp * psc_over_psp(neuron.C_m, neuron.tau_m, tau_syn)[None, :]


def mean_delays(
    parameters: DelayParameters, index: pd.MultiIndex, distance: pd.DataFrame
) -> np.ndarray:
    """Return the mean delays [ms] between the P populations of `index`, (P, P).

    Within an area `parameters` give them by source; else they are `distance` (areas x areas, mm)
    / speed.
    """
    area = index.get_level_values("area")
    excitatory = index.get_level_values("population") == "E"
    local = np.where(excitatory, parameters.delay_e, parameters.delay_i)
    within = area.to_numpy()[:, None] == area.to_numpy()[None, :]
    between = distance.loc[area, area].to_numpy() / parameters.interarea_speed
    return np.where(within, local[None, :], between)
