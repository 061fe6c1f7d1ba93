"""Whether a simulation fits a place: memory, time, NEST's limits, and the nodes that it needs."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace

from multiarea.estimate.costs import Workload, estimate
from multiarea.network.network import Network
from multiarea.progress import duration
from multiarea.simulation.nest.limits import FILL, MAX_CONNECTIONS, MAX_NEURONS

LARGEST_CLUSTER = 10_000
"""[nodes]"""
UNITS = {"TB": 1e12, "GB": 1e9, "MB": 1e6, "kB": 1e3}


@dataclass(frozen=True)
class Place:
    """Where a simulation is to run.

    Attributes
    ----------
    name : str
    nodes, tasks, threads : int
        Nodes, MPI tasks on all of them, threads of each task.
    memory : float
        Memory of one node [bytes]; inf: not stated.
    minutes : int or None
        Time limit.
    """

    name: str
    nodes: int
    tasks: int
    threads: int
    memory: float = math.inf
    minutes: int | None = None

    @property
    def tasks_per_node(self) -> int:
        """MPI tasks on the fullest node."""
        return math.ceil(self.tasks / self.nodes)

    @property
    def virtual_processes(self) -> int:
        """Number of tasks times threads of each."""
        return self.tasks * self.threads

    def of_nodes(self, nodes: int) -> Place:
        """Return a place with another number of such nodes."""
        return replace(self, nodes=nodes, tasks=nodes * self.tasks_per_node)


def misfits(workload: Workload, place: Place) -> list[str]:
    """Return why `workload` cannot run in `place`, and what would help; empty: it can."""
    one = estimate(workload, place.tasks, place.threads)
    problems = limit_problems(workload.network, place.virtual_processes)
    needed = one.needed_on_node(place.tasks_per_node)
    if needed > place.memory:
        problems.append(
            f"needs {size_text(needed)} on each node, but {place.name} has "
            f"{size_text(place.memory)}"
        )
    if problems:
        problems.append(_advice(smallest_nodes(workload, place), place))
    if place.minutes is not None and one.needed_seconds > 60 * place.minutes:
        problems.append(
            f"should have {duration(one.needed_seconds)}, but {place.name} allows "
            f"{duration(60 * place.minutes)}: raise 'time' of simulate"
        )
    return problems


def limit_problems(network: Network, virtual_processes: int) -> list[str]:
    """Return which of NEST's hard limits `network` exceeds on `virtual_processes`."""
    problems = []
    n_neurons = int(network.n_neurons.sum())
    if math.ceil(n_neurons / virtual_processes) > MAX_NEURONS:
        problems.append(
            f"{n_neurons} neurons on {virtual_processes} virtual processes: NEST holds at most "
            f"{MAX_NEURONS} on each; use at least {math.ceil(n_neurons / MAX_NEURONS)}"
        )
    largest, usable = float(network.synapses.max(initial=0)), FILL * MAX_CONNECTIONS
    if largest > usable * virtual_processes:
        problems.append(
            f"a projection of {largest:.3g} synapses on {virtual_processes} virtual processes: "
            f"NEST holds at most {MAX_CONNECTIONS} of one synapse model on each; use at least "
            f"{math.ceil(largest / usable)}"
        )
    return problems


def smallest_nodes(workload: Workload, place: Place) -> int | None:
    """Return the fewest nodes like those of `place` on which `workload` fits, or None."""

    def fits(nodes: int) -> bool:
        several = place.of_nodes(nodes)
        one = estimate(workload, several.tasks, several.threads)
        fits_memory = one.needed_on_node(several.tasks_per_node) <= place.memory
        return fits_memory and not limit_problems(workload.network, several.virtual_processes)

    numbers = range(1, LARGEST_CLUSTER + 1)
    index = bisect_left(numbers, True, key=fits)
    return numbers[index] if index < len(numbers) else None


def _advice(nodes: int | None, place: Place) -> str:
    shape = f"{place.tasks_per_node} tasks x {place.threads} threads"
    if nodes is None:
        return (
            f"no number of nodes with {shape} each makes it fit; take fewer tasks per node, nodes "
            "with more memory, or a smaller network"
        )
    processes = place.of_nodes(nodes).virtual_processes
    return (
        f"the smallest number of such nodes that fits is {nodes}, with {shape} each: "
        f"virtual_processes = {processes} (another number gives other spikes)"
    )


def size_text(size: float) -> str:
    """Return a number of bytes as people say it, e.g. `2.37 TB`."""
    unit = next((name for name, factor in UNITS.items() if size >= 0.9995 * factor), "kB")
    return f"{size / UNITS[unit]:.3g} {unit}"
