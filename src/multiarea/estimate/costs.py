"""What a simulation will cost: memory, time and output, computed from its tables alone.

The unit costs in `Costs` were measured with benchmarks/estimate.py; docs/cluster.md states the
error of the whole. NEST is not imported here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import longest_delay
from multiarea.simulation.nest.limits import MAX_NEURONS_SMALL
from multiarea.simulation.recorded import is_recorded, potentials_per_population
from multiarea.spikes.writer import MEMORY_SPIKES

MEMORY_MARGIN = 1.1
"""Memory that a node should have, relative to the memory predicted."""
TIME_MARGIN = 1.5
"""Time that a job should have, relative to the time predicted."""


@dataclass(frozen=True)
class Costs:
    """Unit costs of NEST 3.10 on one core, times in s, memory in bytes."""

    process: float = 197e6
    """Python, NEST and the libraries in each rank."""
    rank_pair: float = 2_000.0
    """Buffers for each other rank."""
    neuron: float = 12_100.0
    """A neuron with the tables that Prepare makes for it, without ring buffers."""
    slot: float = 32.0
    """A step of a neuron's ring buffers: four doubles."""
    synapse: float = 24.5
    """A synapse of static_synapse_hpc, with its entry in the table of sources."""
    large_neuron: float = 28_500.0
    """A neuron with more than `MAX_NEURONS_SMALL` of them per process."""
    large_synapse: float = 40.5
    """The same of static_synapse, with more than `MAX_NEURONS_SMALL` neurons per process."""
    start_seconds: float = 3.0
    """Start of Python and NEST from a local disk, and reading the network."""
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
    spike_output: float = 16.0
    """A spike in spikes.h5: 8 bytes of time, 8 bytes for the number of the neuron."""


COSTS = Costs()
RECORDS = 2_000_000
"""Records that a rank collects before it writes them: `simulation.nest.stage.CHUNK_RECORDS`."""


@dataclass(frozen=True)
class Workload:
    """What is to be simulated.

    Attributes
    ----------
    network : Network
    parameters : SimulationParameters
    rates : (P,) array
        Expected rate of each population [spikes/s].
    """

    network: Network
    parameters: SimulationParameters
    rates: np.ndarray

    @property
    def n_neurons(self) -> int:
        """Number of neurons."""
        return int(self.network.n_neurons.sum())

    @property
    def n_synapses(self) -> float:
        """Number of synapses."""
        return float(self.network.synapses.sum())

    @property
    def n_spikes(self) -> float:
        """Expected number of spikes of all neurons."""
        return float(self.network.n_neurons @ self.rates) * self.parameters.t_sim / 1e3

    @property
    def n_events(self) -> float:
        """Expected number of spikes that arrive at synapses."""
        return float((self.network.synapses @ self.rates).sum()) * self.parameters.t_sim / 1e3

    @property
    def n_recorded(self) -> float:
        """Expected number of spikes that are recorded."""
        network, parameters = self.network, self.parameters
        neurons = np.where(is_recorded(network, parameters), network.n_neurons, 0)
        seconds = max(parameters.t_sim - parameters.rec_start, 0.0) / 1e3
        return float(neurons @ self.rates) * seconds

    @property
    def n_potentials(self) -> float:
        """Number of membrane potentials that are recorded."""
        parameters = self.parameters
        if "voltmeter" not in parameters.rec_dev:
            return 0.0
        stop = min(parameters.t_sim, parameters.rec_V_stop or parameters.t_sim)
        samples = max(stop - parameters.rec_V_start, 0.0) / parameters.rec_V_int
        return float(potentials_per_population(self.network, parameters).sum()) * samples


@dataclass(frozen=True)
class Estimate:
    """Predicted cost of a simulation.

    Attributes
    ----------
    longest_delay : float
        Median of the longest delay that will be drawn [ms].
    memory_parts : dict of float
        Memory of one rank by what takes it [bytes].
    reserve : float
        More memory of one rank if the longest delay comes out at its 95th percentile [bytes].
    merging : float
        Memory that the first rank needs when it sorts the spikes of all [bytes].
    seconds_start, seconds_build, seconds_run : float
        Wall time [s] where each thread has a core of its own.
    n_exchanges : int
        How often the ranks exchange spikes; 0 for a single one. The time is not in `seconds_run`.
    output : float
        Size of spikes.h5 and of the membrane potentials [bytes].
    """

    longest_delay: float
    memory_parts: dict[str, float]
    reserve: float
    merging: float
    seconds_start: float
    seconds_build: float
    seconds_run: float
    n_exchanges: int
    output: float

    @property
    def memory(self) -> float:
        """Memory of one rank [bytes]."""
        return sum(self.memory_parts.values())

    def memory_of_node(self, tasks: int) -> float:
        """Memory of the node of the first rank and `tasks` - 1 others [bytes]."""
        return tasks * self.memory + self.merging

    def needed_on_node(self, tasks: int) -> float:
        """Memory that this node should have: with the reserve, and a margin for errors [bytes]."""
        return MEMORY_MARGIN * (self.memory_of_node(tasks) + tasks * self.reserve)

    @property
    def needed_seconds(self) -> float:
        """Time that the job should have: with a margin for errors and slower cores [s]."""
        return TIME_MARGIN * (self.seconds_start + self.seconds_build + self.seconds_run)


def estimate(workload: Workload, ranks: int, threads: int, costs: Costs = COSTS) -> Estimate:
    """Predict the cost of a simulation.

    Parameters
    ----------
    workload : Workload
    ranks, threads : int
        MPI tasks, and threads of each.
    costs : Costs
    """
    network, parameters = workload.network, workload.parameters
    n_neurons, n_synapses, recorded = workload.n_neurons, workload.n_synapses, workload.n_recorded
    longest, late = (longest_delay(network, parameters, quantile) for quantile in (0.5, 0.95))
    # A ring buffer covers the shortest and the longest delay.
    slots = n_neurons * (longest / parameters.sim_resolution + 1)
    is_small = n_neurons <= MAX_NEURONS_SMALL * ranks * threads
    build = n_synapses * costs.synapse_seconds + slots * costs.slot_seconds
    build = (build + n_neurons * costs.neuron_seconds) / (ranks * threads)
    build += np.count_nonzero(network.synapses) * costs.projection_seconds
    run = n_neurons * parameters.t_sim / parameters.sim_resolution * costs.update_seconds
    run += workload.n_events * costs.event_seconds
    return Estimate(
        longest_delay=longest,
        memory_parts={
            "process": costs.process + costs.rank_pair * ranks,
            "synapses": n_synapses * (costs.synapse if is_small else costs.large_synapse) / ranks,
            "ring buffers": slots * costs.slot / ranks,
            "neurons": n_neurons * (costs.neuron if is_small else costs.large_neuron) / ranks,
            "spikes": min(recorded / ranks, RECORDS) * costs.record,
        },
        reserve=n_neurons * (late - longest) / parameters.sim_resolution * costs.slot / ranks,
        merging=32.0 * min(recorded, MEMORY_SPIKES),
        seconds_start=costs.start_seconds,
        seconds_build=float(build),
        seconds_run=run / (ranks * threads),
        n_exchanges=_n_exchanges(parameters) if ranks > 1 else 0,
        output=costs.file
        + recorded * costs.spike_output
        + 8.0 * n_neurons
        + 4.0 * workload.n_potentials,
    )


def _n_exchanges(parameters: SimulationParameters) -> int:
    """Return the number of shortest delays in the simulated time."""
    return math.ceil(parameters.t_sim / max(parameters.delay_min, parameters.sim_resolution) - 1e-6)
