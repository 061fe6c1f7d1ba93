"""What a simulation will cost: memory, time and output, computed from its tables alone.

The unit costs in `Costs` were measured with benchmarks/estimate.py; docs/cluster.md states the
error of the whole. NEST is not imported here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from multiarea.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import longest_delay

MB = 1e6
MAX_NEURONS = 524_287
"""Most neurons of one virtual process in NEST 3.10."""
MAX_CONNECTIONS = 134_217_726
"""Most connections of one virtual process and synapse model in NEST 3.10."""
MARGIN = 1.1
LARGEST_CLUSTER = 10_000


@dataclass(frozen=True)
class Costs:
    """Unit costs of NEST 3.10 on one core, times in s, memory in bytes."""

    process: float = 197e6
    """Python, NEST and the libraries in each rank."""
    rank_pair: float = 2_000.0
    """Buffers for each other rank."""
    neuron: float = 36_700.0
    """A neuron with the tables that Prepare makes for it, without ring buffers."""
    slot: float = 32.0
    """A step of a neuron's ring buffers: four doubles."""
    synapse: float = 40.5
    """A synapse of static_synapse, with its entry in the table of sources."""
    neuron_seconds: float = 30e-6
    """Creating and preparing a neuron."""
    projection_seconds: float = 45e-6
    """A call of Connect; every rank makes all of them."""
    synapse_seconds: float = 0.36e-6
    """Drawing and sorting a synapse."""
    slot_seconds: float = 19e-9
    """First touch of a step of the ring buffers."""
    update_seconds: float = 120e-9
    """A time step of a neuron with its Poisson input."""
    event_seconds: float = 65e-9
    """A spike that arrives at a synapse."""
    record: float = 120.0
    """A spike in a recorder's memory and on its way to the spool."""
    file: float = 60_000.0
    """An empty spikes.h5."""
    spike_output: float = 9.0
    """A spike in spikes.h5: 8 bytes of time, packed number of the neuron."""


COSTS = Costs()
RECORDS = 2_000_000
"""Records that the simulation lets a rank collect before it writes them (simulation.stage)."""
MERGED = 1 << 24
"""Spikes that rank 0 sorts at once (spike_writer)."""


@dataclass(frozen=True)
class Estimate:
    """Predicted cost of a simulation.

    Attributes
    ----------
    n_neurons, n_synapses, n_spikes : float
    longest_delay : float
        Median of the longest delay that will be drawn [ms].
    ranks, threads : int
    memory_parts : dict of float
        Memory of one rank by what takes it [bytes].
    reserve : float
        More memory of one rank if the longest delay comes out at its 95th percentile [bytes].
    merging : float
        Memory that the first rank needs when it sorts the spikes of all [bytes].
    seconds_build, seconds_run : float
        Wall time [s] where each thread has a core of its own.
    output : float
        Size of spikes.h5 and of the membrane potentials [bytes].
    """

    n_neurons: int
    n_synapses: float
    n_spikes: float
    longest_delay: float
    ranks: int
    threads: int
    memory_parts: dict[str, float]
    reserve: float
    merging: float
    seconds_build: float
    seconds_run: float
    output: float

    @property
    def memory(self) -> float:
        """Memory of one rank [bytes]."""
        return sum(self.memory_parts.values())

    def memory_of_node(self, tasks: int) -> float:
        """Memory of the node of the first rank and `tasks` - 1 others [bytes]."""
        return tasks * self.memory + self.merging

    def needed_on_node(self, tasks: int) -> float:
        """Memory that this node should have: with the reserve, and a margin for the errors."""
        return MARGIN * (self.memory_of_node(tasks) + tasks * self.reserve)


def estimate(  # noqa: PLR0913
    network: Network,
    parameters: SimulationParameters,
    rates: np.ndarray,
    ranks: int,
    threads: int,
    costs: Costs = COSTS,
) -> Estimate:
    """Predict the cost of a simulation.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
    rates : (P,) array
        Rate of each population [spikes/s].
    ranks, threads : int
        MPI tasks, and threads of each.
    costs : Costs
    """
    n_neurons, n_synapses = int(network.n_neurons.sum()), float(network.synapses.sum())
    longest = longest_delay(network, parameters)
    late = (longest_delay(network, parameters, 0.95) - longest) / parameters.sim_resolution
    # A ring buffer covers the shortest and the longest delay.
    slots = n_neurons * (longest / parameters.sim_resolution + 1)
    seconds = parameters.t_sim / 1e3
    n_spikes = float(network.n_neurons @ rates) * seconds
    events = float((network.synapses @ rates).sum()) * seconds
    steps = n_neurons * parameters.t_sim / parameters.sim_resolution
    cores = ranks * threads
    build = n_synapses * costs.synapse_seconds + slots * costs.slot_seconds
    build = (build + n_neurons * costs.neuron_seconds) / cores
    build += np.count_nonzero(network.synapses) * costs.projection_seconds
    held = min(n_spikes / ranks, RECORDS)
    return Estimate(
        n_neurons=n_neurons,
        n_synapses=n_synapses,
        n_spikes=n_spikes,
        longest_delay=longest,
        ranks=ranks,
        threads=threads,
        memory_parts={
            "process": costs.process + costs.rank_pair * ranks,
            "synapses": n_synapses * costs.synapse / ranks,
            "ring buffers": slots * costs.slot / ranks,
            "neurons": n_neurons * costs.neuron / ranks,
            "spikes": held * costs.record,
        },
        reserve=n_neurons * late * costs.slot / ranks,
        merging=32.0 * min(n_spikes, MERGED),
        seconds_build=float(build),
        seconds_run=(steps * costs.update_seconds + events * costs.event_seconds) / cores,
        output=costs.file
        + n_spikes * costs.spike_output
        + 8.0 * n_neurons
        + _potentials(network, parameters),
    )


def _potentials(network: Network, parameters: SimulationParameters) -> float:
    if "voltmeter" not in parameters.rec_dev:
        return 0.0
    recorded = np.minimum(network.n_neurons, 100).sum()
    return 4.0 * float(recorded) * parameters.t_sim / parameters.rec_V_int


def limit_problems(network: Network, virtual_processes: int) -> list[str]:
    """Return which of NEST's hard limits a number of virtual processes breaks."""
    problems = []
    n_neurons = int(network.n_neurons.sum())
    if math.ceil(n_neurons / virtual_processes) > MAX_NEURONS:
        problems.append(
            f"{n_neurons} neurons on {virtual_processes} virtual processes: NEST holds at most "
            f"{MAX_NEURONS} on each; use at least {math.ceil(n_neurons / MAX_NEURONS)}"
        )
    largest = float(network.synapses.max(initial=0))
    if largest > MAX_CONNECTIONS * virtual_processes:
        problems.append(
            f"a projection of {largest:.3g} synapses on {virtual_processes} virtual processes: "
            f"NEST holds at most {MAX_CONNECTIONS} of one synapse model on each; use at least "
            f"{math.ceil(largest / MAX_CONNECTIONS)}"
        )
    return problems


def smallest_nodes(
    network: Network,
    parameters: SimulationParameters,
    rates: np.ndarray,
    memory: float,
    per_node: tuple[int, int],
) -> int | None:
    """Return the fewest nodes on which a simulation fits, or None.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
    rates : (P,) array
        [spikes/s]
    memory : float
        Memory of one node [bytes].
    per_node : tuple of int
        MPI tasks on each node, and threads of each.
    """
    tasks, threads = per_node

    def fits(nodes: int) -> bool:
        one = estimate(network, parameters, rates, nodes * tasks, threads)
        limits = limit_problems(network, nodes * tasks * threads)
        return one.needed_on_node(tasks) <= memory and not limits

    high = 1
    while not fits(high):
        high *= 2
        if high > LARGEST_CLUSTER:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high
