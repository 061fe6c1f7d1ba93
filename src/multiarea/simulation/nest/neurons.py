"""Create the neurons of a network in NEST."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.synapses import lognormal_parameters
from multiarea.parameters import SimulationParameters
from multiarea.simulation.nest.kernel import nest, refusals, reset
from multiarea.simulation.nest.limits import MAX_NEURONS

PLAIN = ("E_L", "C_m", "tau_m", "tau_syn_ex", "tau_syn_in", "t_ref")
"""Columns that both neuron models take as they are."""
MODELS = ("iaf_psc_exp", "mat2_psc_exp")


@dataclass(frozen=True)
class Populations:
    """The populations in NEST."""

    nodes: list[Any]
    """NodeCollection of each population, in the order of the network. Node IDs are contiguous over
    all populations and begin with 1: neuron n (0-based) of the network has the ID n + 1."""


def build(
    network: Network, parameters: SimulationParameters, virtual_processes: int
) -> Populations:
    """Reset NEST and create the neurons of `network`, with parameters and initial potentials.

    There are `virtual_processes` = MPI tasks x threads; resolution, seed and default initial
    potentials are those of `parameters`.

    Raises InputError if the virtual processes cannot be shared among the MPI tasks, are too few for
    so many neurons, or NEST refuses a value.
    """
    reset(parameters, virtual_processes)
    per_process = math.ceil(network.n_neurons.sum() / virtual_processes)
    if per_process > MAX_NEURONS:
        raise InputError(
            f"{per_process} neurons per virtual process, but NEST allows {MAX_NEURONS}: use at "
            f"least {math.ceil(network.n_neurons.sum() / MAX_NEURONS)} virtual processes."
        )
    nodes = []
    for label, row in zip(network.labels, network.populations.to_dict("records"), strict=True):
        with refusals(f"the neurons of {label}"):
            values = neuron_parameters(row, parameters)
            nodes.append(nest.Create(row["neuron_model"], int(row["n_neurons"]), params=values))
    return Populations(nodes)


def neuron_parameters(row: dict[str, Any], parameters: SimulationParameters) -> dict[str, Any]:
    """Return NEST's parameters of one population, a `row` of `Network.populations`.

    Parameters with a relative spread above 0 are drawn from a lognormal distribution whose mean is
    the value of the table; for the threshold that applies to its distance from E_L. The default
    initial potentials are those of `parameters`.
    """
    model = row["neuron_model"]
    if model not in MODELS:
        raise InputError(f"neuron model '{model}': must be one of {', '.join(MODELS)}.")
    values = {name: row[name] for name in PLAIN}
    for name in ("C_m", "tau_m"):
        values[name] = _spread(row[name], row[f"{name}_rel_sd"])
    threshold = _spread(row["V_th"] - row["E_L"], row["V_th_rel_sd"]) + row["E_L"]
    if model == "mat2_psc_exp":
        values["omega"] = threshold
    else:
        values |= {"V_th": threshold, "V_reset": row["V_reset"]}
    mean = row["V0_mean"] if math.isfinite(row["V0_mean"]) else parameters.V0_mean
    sd = row["V0_sd"] if math.isfinite(row["V0_sd"]) else parameters.V0_sd
    values |= {"I_e": row["i_dc"], "V_m": nest.random.normal(mean, sd) if sd > 0 else mean}
    return values


def _spread(mean: float, relative_sd: float) -> Any:
    if not relative_sd > 0:
        return mean
    mu, sigma = lognormal_parameters(mean, relative_sd * mean)
    return nest.random.lognormal(float(mu), float(sigma))
