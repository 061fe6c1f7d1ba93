"""What several models share: the neurons and weights of Potjans & Diesmann 2014, and delays."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from multiarea.network.neurons import neuron_columns, psc_per_psp
from multiarea.parameters import (
    LIF,
    Block,
    DelayParameters,
    NetworkParameters,
    NeuronBlock,
    NeuronParameters,
    NonNegative,
    Positive,
    check_neurons,
    p,
    with_neuron_blocks,
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
    """Parameters of a network whose neurons are all alike, LIF neurons by default."""

    OPTIONAL: ClassVar[frozenset[str]] = NetworkParameters.OPTIONAL | {"neuron_model"}
    LASTING: ClassVar[frozenset[str]] = NetworkParameters.LASTING | {"neuron_model"}

    scaling_type: Literal["linear", "sqrt"] = p(
        "sqrt", "", "weights / K_scaling, or weights / sqrt(K_scaling) and a constant current"
    )
    neuron_model: str = p(LIF, "", "NEST's neuron model of all neurons")
    neuron_params: NeuronBlock = LIF_NEURON

    @property
    def neurons(self) -> dict[str, tuple[str, NeuronParameters]]:
        """Model and parameters of the neurons, by the end of their keys."""
        return {"": (self.neuron_model, self.neuron_params)}

    @property
    def neuron_columns(self) -> dict[str, Any]:
        """Columns of `Network.populations` that describe the neurons."""
        return neuron_columns(self.neuron_model, self.neuron_params)

    @model_validator(mode="before")
    @classmethod
    def _choose_block(cls, data: Any) -> Any:
        return with_neuron_blocks(data, ("",))

    @model_validator(mode="after")
    def _check_neurons(self) -> Self:
        try:
            check_neurons(self.neuron_model, self.neuron_params, None)
        except ValueError as error:
            raise ValueError(f"neuron_params: {error}") from error
        return self


def population_table(
    numbers: pd.DataFrame, neuron: dict[str, Any], drive: ExternalDrive, psp_ext: float
) -> pd.DataFrame:
    """Return `Network.populations` of neurons that are all alike.

    `numbers` has the columns n_neurons and n_synapses_external, indexed (area, layer, population);
    `neuron` are the columns that describe the neurons.
    If `drive` asks for a constant current, it is rate x in-degree x weight x tau_syn_ex of the
    `neuron`. `psp_ext` is the postsynaptic potential of an external synapse [mV].
    """
    table = numbers[["n_neurons", "n_synapses_external"]].copy()
    for name, value in neuron.items():
        table[name] = value
    weight = psp_ext * float(psc_per_psp(neuron, "ex"))
    table = table.assign(
        rate_ext=drive.rate_ext, weight_ext=weight, weight_ext_sd=0.0, delay_ext=drive.delay_ext
    )
    table = table.assign(i_dc=0.0, V0_mean=np.nan, V0_sd=np.nan)
    if not drive.poisson_input:
        indegree = table["n_synapses_external"] / table["n_neurons"]
        table["i_dc"] = 1e-3 * drive.rate_ext * indegree * weight * neuron["tau_syn_ex"]
        table["rate_ext"] = 0.0
    return table.assign(V_th_rel_sd=0.0, C_m_rel_sd=0.0, tau_m_rel_sd=0.0)


def mean_weights(index: pd.MultiIndex, neuron: dict[str, Any], strength: Strength) -> np.ndarray:
    """Return the mean weights [pA] between the P populations of `index`, (P, P) [target, source].

    Postsynaptic potentials, from `strength`, are turned into currents with the time constants of
    the `neuron` (columns of `Network.populations`): one for excitatory sources, g times that for
    inhibitory ones, and another one from layer IV E to layer II/III E of the same area.
    """
    area, layer, population = (index.get_level_values(i).to_numpy(str) for i in range(3))
    excitatory = population == "E"
    psp = np.where(excitatory, strength.PSP_e, strength.g * strength.PSP_e)
    psp = np.tile(psp, (len(index), 1))
    target, source = excitatory & (layer == "II/III"), excitatory & (layer == "IV")
    within = area[:, None] == area[None, :]
    psp[within & target[:, None] & source[None, :]] = strength.PSP_e_23_4
    return psp * np.where(excitatory, psc_per_psp(neuron, "ex"), psc_per_psp(neuron, "in"))[None, :]


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
