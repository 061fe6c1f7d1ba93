"""Neurons of NEST's models: what their parameters are in the table of populations.

A model of NEST has its own names of parameters; the table has one name for each quantity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from multiarea.network.synapses import alpha_psc_over_psp, psc_over_psp
from multiarea.parameters import NestNeuron, NeuronParameters

OWN_PARAMETERS = "nest_params"
"""Column of populations, JSON: parameters of other models than iaf_psc_exp, with NEST's names."""
SUBTYPES = "subtypes"
"""Column of populations, JSON: [share of the neurons, their columns] of each other kind."""


def is_alpha(neuron_model: str) -> bool:
    """Return whether the synaptic currents of NEST's `neuron_model` are alpha functions."""
    return "alpha" in neuron_model or neuron_model == "glif_psc"


def neuron_columns(neuron_model: str, neuron: NeuronParameters) -> dict[str, Any]:
    """Return the columns of `Network.populations` that describe neurons.

    For alpha functions the columns tau_syn_ex and tau_syn_in are e times the time constant: like
    those of exponential currents they are the charge of a synapse divided by its peak current.

    Parameters
    ----------
    neuron_model : str
        Name of NEST's neuron model.
    neuron : NeuronParameters
        Its parameters.
    """
    factor = np.e if is_alpha(neuron_model) else 1.0
    tau_ex, tau_in = neuron.tau_syn
    columns = {
        "neuron_model": neuron_model,
        "E_L": neuron.E_L,
        "V_th": neuron.threshold,
        "V_reset": np.nan if neuron.V_reset is None else neuron.V_reset,
        "C_m": neuron.C_m,
        "tau_m": neuron.membrane_time_constant,
        "tau_syn_ex": factor * tau_ex,
        "tau_syn_in": factor * tau_in,
        "t_ref": neuron.t_ref,
    }
    if isinstance(neuron, NestNeuron):
        columns[OWN_PARAMETERS] = json.dumps(neuron.own, sort_keys=True)
    return columns


def psc_per_psp(neurons: Mapping[str, Any], kind: str) -> np.ndarray:
    """Return the peak current of a synapse per peak potential [pA/mV].

    Parameters
    ----------
    neurons : mapping
        Columns of `Network.populations`, or values of one of its rows.
    kind : str
        Of the synapses: 'ex' or 'in'.
    """
    membrane, tau_syn = (neurons["C_m"], neurons["tau_m"]), neurons[f"tau_syn_{kind}"]
    alpha = np.vectorize(is_alpha, otypes=[bool])(neurons["neuron_model"])
    exponential = psc_over_psp(*membrane, tau_syn)
    if not alpha.any():
        return exponential
    return np.where(alpha, alpha_psc_over_psp(*membrane, np.divide(tau_syn, np.e)), exponential)


def own_parameters(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with NEST's names of a `row` of populations; {} without any."""
    return json.loads(row.get(OWN_PARAMETERS) or "{}")


def subtypes(row: Mapping[str, Any]) -> list[tuple[float, dict[str, Any]]]:
    """Return the other kinds of neurons in a population, a `row` of `Network.populations`.

    Their shares, and the columns that describe them.
    """
    return [(share, columns) for share, columns in json.loads(row.get(SUBTYPES) or "[]")]
