"""Record spikes and membrane potentials in NEST, and take them out of its memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from multiarea.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits
from multiarea.simulation.kernel import nest
from multiarea.simulation.neurons import Populations
from multiarea.spool import Spool

POTENTIALS_PER_POPULATION = 100
"""Neurons of each population whose potential is recorded: the first ones."""


@dataclass
class Recorders:
    """The recording devices in NEST.

    Attributes
    ----------
    spikes : NodeCollection
        A spike recorder of all neurons.
    voltmeter : NodeCollection or None
    voltmeter_nodes : (n,) array of int
        Neurons (0-based) whose potential is recorded.
    resolution, interval : float
        Time step, and sampling interval of the voltmeter [ms].
    """

    spikes: Any
    voltmeter: Any
    voltmeter_nodes: np.ndarray
    resolution: float
    interval: float

    def drain(self, spikes: Spool, potentials: Spool | None = None) -> None:
        """Move what has been recorded on this rank into spool files."""
        events = self.spikes.events
        spikes.append(node=events["senders"] - 1, step=np.rint(events["times"] / self.resolution))
        self.spikes.n_events = 0
        if self.voltmeter is not None and potentials is not None:
            events = self.voltmeter.events
            order = np.argsort(events["times"], kind="stable")
            potentials.append(
                node=events["senders"][order] - 1,
                step=np.rint(events["times"][order] / self.interval),
                value=events["V_m"][order],
            )
            self.voltmeter.n_events = 0


def record(
    network: Network, parameters: SimulationParameters, populations: Populations
) -> Recorders:
    """Connect the recording devices that `rec_dev` names.

    Spikes are recorded from all neurons, potentials (voltmeter) every `rec_V_int` from the first
    `POTENTIALS_PER_POPULATION` neurons of each population.
    """
    # The delay of a recorder shifts nothing, but must not lower the network's shortest delay.
    synapse = {"delay": DelayLimits.of(parameters).fixed(parameters.sim_resolution)}
    spikes = nest.Create("spike_recorder")
    for nodes in populations.nodes:
        nest.Connect(nodes, spikes, "all_to_all", synapse)
    voltmeter, recorded = None, np.zeros(0, np.int64)
    if "voltmeter" in parameters.rec_dev:
        voltmeter = nest.Create("voltmeter", params={"interval": parameters.rec_V_int})
        for nodes in populations.nodes:
            some = nodes[: min(len(nodes), POTENTIALS_PER_POPULATION)]
            nest.Connect(voltmeter, some, "all_to_all", synapse)
        recorded = recorded_nodes(network.n_neurons)
    return Recorders(spikes, voltmeter, recorded, parameters.sim_resolution, parameters.rec_V_int)


def recorded_nodes(n_neurons: np.ndarray) -> np.ndarray:
    """Return the neurons (0-based) whose potential is recorded."""
    first = np.cumsum(n_neurons) - n_neurons
    some = np.minimum(n_neurons, POTENTIALS_PER_POPULATION)
    return np.concatenate([np.arange(f, f + n) for f, n in zip(first, some, strict=True)])
