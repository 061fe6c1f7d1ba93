"""Record spikes and membrane potentials in NEST, and take them out of its memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits
from multiarea.simulation.nest.kernel import nest
from multiarea.simulation.nest.limits import MAX_NEURONS_SMALL
from multiarea.simulation.nest.neurons import Populations
from multiarea.simulation.recorded import is_recorded, potentials_per_population, recorded_nodes
from multiarea.spikes.spool import Spool


@dataclass
class Recorders:
    """The recording devices in NEST."""

    spikes: Any
    """A spike recorder of all recorded neurons."""
    voltmeter: Any
    """A voltmeter, or None."""
    voltmeter_nodes: np.ndarray
    """(n,) neurons (0-based) whose potential is recorded."""
    resolution: float
    """Time step [ms]."""
    interval: float
    """Sampling interval of the voltmeter [ms]."""

    def drain(self, spikes: Spool, potentials: Spool | None = None) -> np.ndarray:
        """Move what has been recorded on this rank into the files `spikes` and `potentials`.

        Return the neuron (0-based) of each spike, (n,).
        """
        events = self.spikes.events
        nodes = events["senders"] - 1
        spikes.append(node=nodes, step=np.rint(events["times"] / self.resolution))
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
        return nodes


def smallest_synapse(neurons_per_process: float) -> str:
    """Return NEST's smallest synapse model.

    For its connection to a recorder every neuron gets room for 1024 synapses: 31 kB with
    static_synapse, 6 kB with the one without a weight of its own and a target of 16 bits.
    """
    # A NEST from NEST_PATH may have been built without the model that has no weight of its own.
    models = nest.synapse_models
    name = "static_synapse_hom_w" if "static_synapse_hom_w" in models else "static_synapse"
    return f"{name}_hpc" if neurons_per_process <= MAX_NEURONS_SMALL else name


def record(
    network: Network, parameters: SimulationParameters, populations: Populations
) -> Recorders:
    """Connect the recording devices that `rec_dev` of the `parameters` names to the `populations`.

    Spikes are recorded from all neurons of the recorded areas of `network`, potentials (voltmeter)
    every `rec_V_int` from the first neurons of their populations.
    """
    # The delay of a recorder shifts nothing, but must not lower the network's shortest delay.
    synapse = {"delay": DelayLimits.of(parameters).fixed(parameters.sim_resolution)}
    smallest = smallest_synapse(network.n_neurons.sum() / nest.total_num_virtual_procs)
    spikes = nest.Create("spike_recorder", params={"start": parameters.rec_start})
    for nodes, wanted in zip(populations.nodes, is_recorded(network, parameters), strict=True):
        if wanted:
            nest.Connect(nodes, spikes, "all_to_all", synapse | {"synapse_model": smallest})
    voltmeter, recorded = None, np.zeros(0, np.int64)
    if "voltmeter" in parameters.rec_dev:
        times = {"interval": parameters.rec_V_int, "start": parameters.rec_V_start}
        if parameters.rec_V_stop is not None:
            times["stop"] = parameters.rec_V_stop
        voltmeter = nest.Create("voltmeter", params=times)
        numbers = potentials_per_population(network, parameters)
        for nodes, number in zip(populations.nodes, numbers.tolist(), strict=True):
            if number:
                nest.Connect(voltmeter, nodes[:number], "all_to_all", synapse)
        recorded = recorded_nodes(network.n_neurons, numbers)
    return Recorders(spikes, voltmeter, recorded, parameters.sim_resolution, parameters.rec_V_int)
