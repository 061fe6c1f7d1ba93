"""Connect a network in NEST: recurrent projections, external drive, extra inputs."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits, touched_shares
from multiarea.simulation.nest.draws import SynapseDraws
from multiarea.simulation.nest.inputs import connect_inputs
from multiarea.simulation.nest.kernel import nest, refusals
from multiarea.simulation.nest.limits import FILL, MAX_CONNECTIONS, MAX_NEURONS_SMALL
from multiarea.simulation.nest.neurons import Populations

log = logging.getLogger(__name__)

FEW_PER_STEP = 0.5
"""External spikes per neuron and time step up to which drawing intervals is faster."""


def connect(
    network: Network,
    parameters: SimulationParameters,
    populations: Populations,
    report: Callable[[float], None] = lambda done: None,
) -> tuple[float, float]:
    """Make all connections and inputs of a `network` between the `populations` that `build` made.

    `report` is called with the number of synapses made so far. Return the expected shares of
    recurrent synapses whose delay is raised and lowered by the limits in `parameters`.

    Raises InputError if NEST's limits are exceeded or NEST refuses a value.
    """
    limits = DelayLimits.of(parameters)
    draws = SynapseDraws(network.rules, limits)
    _connect_populations(network, parameters, populations, draws, report)
    _connect_external(network, populations, draws)
    _connect_currents(network, populations, draws)
    connect_inputs(network, populations, draws)
    raised, lowered = touched_shares(network, parameters)
    if limits.lowest > 0 or math.isfinite(limits.highest):
        log.info(
            "delays: delay_min raises %.4g %% of the synapses, delay_max lowers %.4g %%",
            100 * raised,
            100 * lowered,
        )
    return raised, lowered


def _connect_populations(
    network: Network,
    parameters: SimulationParameters,
    populations: Populations,
    draws: SynapseDraws,
    report: Callable[[float], None],
) -> None:
    rule = parameters.connection_rule
    numbers = connection_numbers(network, rule)
    targets, sources = np.nonzero(numbers)
    synapses = numbers[targets, sources]
    if rule == "fixed_indegree":
        synapses = synapses * network.n_neurons[targets]
    columns = [numbers, network.weight, network.weight_sd, network.delay, network.delay_sd]
    columns = [matrix[targets, sources].tolist() for matrix in columns]
    between = network.is_between_areas[targets, sources].tolist()
    models = _synapse_models(network, populations, synapses)
    number_name = "N" if rule == "fixed_total_number" else "indegree"
    done = np.cumsum(synapses).tolist()
    nodes, labels = populations.nodes, network.labels
    for k, (i, j) in enumerate(zip(targets.tolist(), sources.tolist(), strict=True)):
        n, weight, weight_sd, delay, delay_sd = (column[k] for column in columns)
        with refusals(f"the projection {labels[j]} -> {labels[i]}"):
            synapse = {
                "synapse_model": models[k],
                "weight": draws.weight(weight, weight_sd),
                "delay": draws.delay(delay, delay_sd, between[k]),
                **populations.port(i, weight),
            }
            nest.Connect(nodes[j], nodes[i], {"rule": rule, number_name: n}, synapse)
        report(done[k])


def connection_numbers(network: Network, rule: str) -> np.ndarray:
    """Return what NEST's `rule` takes of each projection of `network`, (P, P) of int.

    This is the number of synapses, or the in-degree.
    """
    exact = network.synapses if rule == "fixed_total_number" else network.indegree
    return np.rint(exact).astype(np.int64)


def _synapse_models(network: Network, populations: Populations, synapses: np.ndarray) -> list[str]:
    """Return the name of each projection's synapse model; copies keep within NEST's limit."""
    share = model_shares(synapses, nest.total_num_virtual_procs)
    p_transmit = network.rules.p_transmit
    per_process = network.n_neurons.sum() / nest.total_num_virtual_procs
    if any(populations.with_ports):
        per_process = math.inf  # synapses of the small variant choose no port
    base = synapse_model(p_transmit, per_process)
    defaults = {"p_transmit": p_transmit} if p_transmit < 1 else {}
    for copy in range(share[-1] + 1 if len(share) else 0):
        nest.CopyModel(base, f"recurrent_{copy}", defaults)
    return [f"recurrent_{copy}" for copy in share]


def synapse_model(p_transmit: float, neurons_per_process: float) -> str:
    """Return the synapse model for the probability of transmission `p_transmit`.

    Where `neurons_per_process` are few enough it is the variant that takes 16 bytes less for each
    synapse. Both give the same spikes.
    """
    name = "bernoulli_synapse" if p_transmit < 1 else "static_synapse"
    return f"{name}_hpc" if neurons_per_process <= MAX_NEURONS_SMALL else name


def model_shares(synapses: np.ndarray, virtual_processes: int) -> list[int]:
    """Return which copy of the synapse model each projection with `synapses`, (n,), uses.

    NEST can hold `MAX_CONNECTIONS` connections of a model on each of its `virtual_processes`.

    Raises InputError if one projection alone exceeds the limit.
    """
    capacity = FILL * MAX_CONNECTIONS * virtual_processes
    if len(synapses) and synapses.max() > capacity:
        raise InputError(
            f"a projection has {synapses.max()} synapses, but NEST allows {MAX_CONNECTIONS} per "
            f"virtual process: use at least "
            f"{math.ceil(synapses.max() / FILL / MAX_CONNECTIONS)} virtual processes."
        )
    copies, copy, used = [], 0, 0
    for n in synapses.tolist():
        if used + n > capacity:
            copy, used = copy + 1, 0
        used += n
        copies.append(copy)
    return copies


def _connect_external(network: Network, populations: Populations, draws: SynapseDraws) -> None:
    """Connect a Poisson generator to each population; its spikes differ from neuron to neuron."""
    table = network.populations
    rates = table["rate_ext"].to_numpy() * network.indegree_external
    driven = np.flatnonzero((rates > 0) & (table["weight_ext"].to_numpy() != 0))
    if not len(driven):
        return
    generators = _poisson_generators(rates[driven], draws.limits.resolution)
    rows, labels = table.to_dict("records"), network.labels
    for generator, i in zip(generators, driven.tolist(), strict=True):
        row = rows[i]
        delay = row["delay_ext"] if math.isfinite(row["delay_ext"]) else draws.limits.resolution
        synapse = {
            "weight": draws.weight(row["weight_ext"], row["weight_ext_sd"]),
            "delay": draws.limits.fixed(delay),
            **populations.port(i, row["weight_ext"]),
        }
        with refusals(f"the external input of {labels[i]}"):
            nest.Connect(generator, populations.nodes[i], "all_to_all", synapse)


def _connect_currents(network: Network, populations: Populations, draws: SynapseDraws) -> None:
    """Connect a generator of the constant current to each population of a model without I_e."""
    synapse = {"delay": draws.limits.fixed(draws.limits.resolution)}
    for i, current in enumerate(network.populations["i_dc"].tolist()):
        if populations.with_ports[i] and current != 0:
            generator = nest.Create("dc_generator", params={"amplitude": current})
            nest.Connect(generator, populations.nodes[i], "all_to_all", synapse)


def _poisson_generators(rates: np.ndarray, resolution: float) -> list[Any]:
    """Return a generator for each rate [spikes/s], of the model that is faster at this rate.

    `poisson_generator` draws a number for every neuron in every step, `poisson_generator_ps` an
    interval for every spike.
    """
    few = 1e-3 * rates * resolution < FEW_PER_STEP
    generators: list[Any] = [None] * len(rates)
    for model, chosen in (("poisson_generator_ps", few), ("poisson_generator", ~few)):
        if chosen.any():
            # one call: NEST reads all parameters of a node before it sets some
            made = nest.Create(model, int(chosen.sum()), {"rate": rates[chosen].tolist()})
            for k, generator in zip(np.flatnonzero(chosen).tolist(), made, strict=True):
                generators[k] = generator
    return generators
