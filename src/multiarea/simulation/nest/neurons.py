"""Create the neurons of a network in NEST."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.neurons import OWN_PARAMETERS, own_parameters, subtypes
from multiarea.network.synapses import lognormal_parameters
from multiarea.parameters import LIF, MAT2, THRESHOLDS, SimulationParameters
from multiarea.simulation.nest.kernel import nest, refusals, reset
from multiarea.simulation.nest.limits import MAX_NEURONS

PLAIN = ("E_L", "C_m", "tau_m", "tau_syn_ex", "tau_syn_in", "t_ref")
"""Columns that both neuron models take as they are."""
MODELS = (LIF, MAT2)
"""Models whose parameters are columns of the table."""
WITH_PORTS = ("glif_psc",)
"""Models with a port for each time constant of synapses, 1 and 2 here, and without I_e."""


@dataclass(frozen=True)
class Populations:
    """The populations in NEST."""

    nodes: list[Any]
    """NodeCollection of each population, in the order of the network. Node IDs are contiguous over
    all populations and begin with 1: neuron n (0-based) of the network has the ID n + 1."""
    with_ports: tuple[bool, ...]
    """Whether the synapses of each population choose a port."""

    def port(self, population: int, weight: float) -> dict[str, int]:
        """Return what a synapse with a `weight` [pA] onto a `population` has to say of its port."""
        return {"receptor_type": 2 if weight < 0 else 1} if self.with_ports[population] else {}


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
    nodes, with_ports = [], []
    for label, row in zip(network.labels, network.populations.to_dict("records"), strict=True):
        with refusals(f"the neurons of {label}"):
            nodes.append(_created(row, parameters))
        with_ports.append(row["neuron_model"] in WITH_PORTS)
    return Populations(nodes, tuple(with_ports))


def _created(row: dict[str, Any], parameters: SimulationParameters) -> Any:
    """Return the neurons of a population, a `row` of the table, in NEST; other kinds come last."""
    parts, total, taken, shares = [], int(row["n_neurons"]), 0, 0.0
    for share, columns in subtypes(row):
        shares += share
        number = round(shares * total) - taken
        parts.append((number, {**row, OWN_PARAMETERS: "", **columns}))
        taken += number
    nodes = None
    for number, one in [(total - taken, row), *parts]:
        if number:
            values = neuron_parameters(one, parameters)
            made = nest.Create(one["neuron_model"], number, params=values)
            nodes = made if nodes is None else nodes + made
    return nodes


def neuron_parameters(row: dict[str, Any], parameters: SimulationParameters) -> dict[str, Any]:
    """Return NEST's parameters of one population, a `row` of `Network.populations`.

    Parameters with a relative spread above 0 are drawn from a lognormal distribution whose mean is
    the value of the table; for the threshold that applies to its distance from E_L. The default
    initial potentials are those of `parameters`.
    """
    model, own = row["neuron_model"], own_parameters(row)
    if model not in MODELS and not own:
        raise InputError(f"neuron model '{model}': must be one of {', '.join(MODELS)}.")
    values = own or {name: row[name] for name in PLAIN}
    for name in ("C_m", "tau_m"):
        if name in values:
            values[name] = _spread(row[name], row[f"{name}_rel_sd"])
    threshold = _spread(row["V_th"] - row["E_L"], row["V_th_rel_sd"]) + row["E_L"]
    if own:
        values[next(name for name in THRESHOLDS if name in own)] = threshold
    elif model == MAT2:
        values["omega"] = threshold
    else:
        values |= {"V_th": threshold, "V_reset": row["V_reset"]}
    mean = row["V0_mean"] if math.isfinite(row["V0_mean"]) else parameters.V0_mean
    sd = row["V0_sd"] if math.isfinite(row["V0_sd"]) else parameters.V0_sd
    values["V_m"] = nest.random.normal(mean, sd) if sd > 0 else mean
    return values if model in WITH_PORTS else values | {"I_e": row["i_dc"]}


def _spread(mean: float, relative_sd: float) -> Any:
    if not relative_sd > 0:
        return mean
    mu, sigma = lognormal_parameters(mean, relative_sd * mean)
    return nest.random.lognormal(float(mu), float(sigma))
