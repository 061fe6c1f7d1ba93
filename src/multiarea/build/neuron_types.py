"""Neurons that differ from the others of a model. Pure functions Network -> Network."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from multiarea.build.operations import belonging_to
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.neurons import OWN_PARAMETERS, SUBTYPES, neuron_columns
from multiarea.parameters import NetworkParameters, NeuronParameters

Neuron = tuple[str, NeuronParameters]
"""A neuron model and its parameters."""


def with_neuron_types(network: Network, parameters: NetworkParameters) -> Network:
    """Return `network` with the neurons that `neuron_types` of the `parameters` name.

    Numbers of synapses, weights and external drive stay as they are.

    Raises InputError if an entry fits no population, or shares do not fit.
    """
    if not parameters.neuron_types:
        return network
    neurons, kinds = _neurons(network, parameters), [[] for _ in range(len(network))]
    for number, one in enumerate(parameters.neuron_types):
        chosen = belonging_to(network, one).nonzero()[0]
        key = f"net_params.neuron_types[{number}]"
        if not len(chosen):
            raise InputError(f"{key}: fits no population that has neurons")
        for i in chosen.tolist():
            changed = _changed(one.of(*neurons[i]))
            if one.share < 1:
                kinds[i].append((one.share, neuron_columns(*changed)))
                _check_kinds(key, network.labels[i], neurons[i][0], kinds[i])
            else:
                neurons[i] = changed
    table = _with_columns(network.populations, [neuron_columns(*neuron) for neuron in neurons])
    if any(kinds):
        table[SUBTYPES] = [json.dumps(some) if some else "" for some in kinds]
    return network.replace(populations=table)


def _neurons(network: Network, parameters: NetworkParameters) -> list[Neuron]:
    """Return the neurons of each population as the model has them."""
    populations = network.populations.index.get_level_values("population")
    known = parameters.neurons
    return [known[""] if "" in known else known[f"_{name}"] for name in populations]


def _changed(given: tuple[str, Any]) -> Neuron:
    model, block = given
    if isinstance(block, dict):
        block = NeuronParameters.model_validate(block)
    return model, block


def _check_kinds(key: str, label: str, model: str, kinds: list[tuple[float, Any]]) -> None:
    if sum(share for share, _ in kinds) > 1 + 1e-9:  # sums of floats
        raise InputError(f"{key}: share: the shares of the neurons of {label} exceed 1 together")
    models = {model, *(columns["neuron_model"] for _, columns in kinds)}
    if "glif_psc" in models and len(models) > 1:
        raise InputError(
            f"{key}: neurons of glif_psc, whose synapses choose a port, and others cannot share "
            f"the population {label}"
        )


def _with_columns(populations: pd.DataFrame, columns: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the table of `populations` with the `columns` of each."""
    new = pd.DataFrame(columns, index=populations.index)
    if OWN_PARAMETERS in new:
        new[OWN_PARAMETERS] = new[OWN_PARAMETERS].fillna("")
    return populations.assign(**{name: new[name] for name in new})
