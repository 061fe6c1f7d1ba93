"""Make the extra inputs of a network in NEST: spikes, Poisson spikes, currents, source neurons."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import (
    CurrentInput,
    ExtraInput,
    Key,
    PoissonInput,
    PulsedCurrent,
    PulsedPoisson,
    SourceInput,
    SpikeInput,
)
from multiarea.simulation.nest.draws import SynapseDraws
from multiarea.simulation.nest.kernel import nest, refusals
from multiarea.simulation.nest.neurons import Populations


class Nodes(dict[Key, Any]):
    """Neurons of each population in NEST."""

    def __init__(self, network: Network, populations: Populations) -> None:
        """Name the neurons of `populations` by the index of the `network`."""
        keys = network.populations.index
        super().__init__(zip(keys, populations.nodes, strict=True))
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._populations = populations

    def synapse(self, target: Key, weight: float, delay: float) -> dict[str, Any]:
        """Return a synapse onto a `target` for NEST, with its `weight` [pA] and `delay` [ms]."""
        return {"weight": weight, "delay": delay, **self.port(target, weight)}

    def port(self, target: Key, weight: float) -> dict[str, int]:
        """Return the port of a synapse with a `weight` [pA] onto a `target`, if it needs one."""
        return self._populations.port(self._numbers[target], weight)


def connect_inputs(network: Network, populations: Populations, draws: SynapseDraws) -> None:
    """Connect the extra inputs of `network` to its `populations`; `draws` has weights and delays.

    Raises InputError if a time precedes the first time step, or NEST refuses a value.
    """
    nodes = Nodes(network, populations)
    for extra in network.extra_inputs:
        _connect(extra, nodes, draws)


@singledispatch
def _connect(extra: ExtraInput, nodes: Nodes, draws: SynapseDraws) -> None:
    raise TypeError(f"no such input: {extra!r}")


@_connect.register(SpikeInput)
def _(extra: SpikeInput, nodes: Nodes, draws: SynapseDraws) -> None:
    times = ", ".join(f"{time}" for time in extra.times)
    what = f"the spike at {times} ms into {'|'.join(extra.target)}"
    if min(extra.times) < draws.limits.resolution:
        raise InputError(f"{what}: must not come before the first time step.")
    with refusals(what):
        generator = nest.Create(
            "spike_generator",
            params={"spike_times": sorted(extra.times), "allow_offgrid_times": True},
        )
        synapse = nodes.synapse(extra.target, extra.weight, draws.limits.fixed(extra.delay))
        some = nodes[extra.target][: min(extra.n_targets, len(nodes[extra.target]))]
        nest.Connect(generator, some, "all_to_all", synapse)


@_connect.register(PoissonInput)
def _(extra: PoissonInput, nodes: Nodes, draws: SynapseDraws) -> None:
    with refusals(f"the Poisson input of {'|'.join(extra.target)}"):
        generator = nest.Create("poisson_generator", params={"rate": extra.rate})
        synapse = nodes.synapse(extra.target, extra.weight, draws.limits.fixed(extra.delay))
        nest.Connect(generator, nodes[extra.target], "all_to_all", synapse)


@_connect.register(CurrentInput)
def _(extra: CurrentInput, nodes: Nodes, draws: SynapseDraws) -> None:
    _connect_current(extra.target, (extra.times, extra.amplitudes), nodes[extra.target], draws)


@_connect.register(PulsedCurrent)
def _(extra: PulsedCurrent, nodes: Nodes, draws: SynapseDraws) -> None:
    chosen = _chosen(extra, nodes)
    _connect_current(extra.target, extra.course(extra.amplitude), chosen, draws)


def _connect_current(
    target: Key, course: tuple[np.ndarray, np.ndarray], neurons: Any, draws: SynapseDraws
) -> None:
    step = draws.limits.resolution
    times, amplitudes = on_grid(*course, step)
    with refusals(f"the current into {'|'.join(target)}"):
        generator = nest.Create(
            "step_current_generator",
            params={"amplitude_times": times.tolist(), "amplitude_values": amplitudes.tolist()},
        )
        nest.Connect(generator, neurons, "all_to_all", {"delay": draws.limits.fixed(step)})


@_connect.register(PulsedPoisson)
def _(extra: PulsedPoisson, nodes: Nodes, draws: SynapseDraws) -> None:
    step = draws.limits.resolution
    times, rates = extra.course(extra.rate)
    # a rate counts from the step that ends at its time, in other generators from the next one
    times, rates = on_grid(times + step, rates, step)
    with refusals(f"the stimulus of {'|'.join(extra.target)}"):
        generator = nest.Create(
            "inhomogeneous_poisson_generator",
            params={"rate_times": times.tolist(), "rate_values": rates.tolist()},
        )
        synapse = nodes.synapse(extra.target, extra.weight, draws.limits.fixed(extra.delay))
        nest.Connect(generator, _chosen(extra, nodes), "all_to_all", synapse)


def _chosen(extra: PulsedPoisson | PulsedCurrent, nodes: Nodes) -> Any:
    """Return the neurons that get an input, in NEST."""
    every = nodes[extra.target]
    return every if extra.fraction == 1 else every[extra.neurons(len(every)).tolist()]


@_connect.register(SourceInput)
def _(extra: SourceInput, nodes: Nodes, draws: SynapseDraws) -> None:
    synapse = {"delay": draws.limits.fixed(draws.limits.resolution)}
    with refusals("the source neurons"):
        sources = nest.Create("parrot_neuron", extra.n_neurons)
        for start, stop in extra.pulses:
            timing = {"rate": extra.rate, "start": start, "stop": stop}
            generator = nest.Create("poisson_generator", params=timing)
            nest.Connect(generator, sources, "all_to_all", synapse)
        for one in extra.projections:
            rule = {"rule": "fixed_total_number", "N": one.synapses}
            synapses = {
                "weight": draws.weight(one.weight, one.weight_sd),
                "delay": draws.delay(one.delay, one.delay_sd, is_between_areas=False),
                **nodes.port(one.target, one.weight),
            }
            if one.synapses:
                nest.Connect(sources, nodes[one.target], rule, synapses)


def on_grid(
    times: np.ndarray, amplitudes: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return `times` and `amplitudes` on NEST's grid with a `step`, from the first step on.

    Of equal times the last one counts.
    """
    steps = np.maximum(np.rint(times / step), 1)
    last = np.append(np.diff(steps) > 0, True)
    return np.round(steps[last] * step, 9), amplitudes[last]
