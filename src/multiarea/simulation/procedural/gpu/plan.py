"""How the work of a simulation is shared out on the device."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multiarea.errors import InputError
from multiarea.simulation.procedural import layout
from multiarea.simulation.procedural.gpu.layout import BLOCK, ROW
from multiarea.simulation.procedural.tables import Plan


@dataclass(frozen=True)
class Ring:
    """The slots for what arrives in the next steps.

    Attributes
    ----------
    n_slots : int
        Number of steps.
    turn : int
        Steps after which the synapses of a spike are drawn again, where it has longer delays.
    n_turns : int
        How often the synapses of a spike are drawn.
    length : int
        Steps of a slice.
    """

    n_slots: int
    turn: int
    n_turns: int
    length: int

    @classmethod
    def of(cls, longest: int, length: int, n_slots: int) -> Ring:
        """Return the ring of `n_slots` for the `longest` delay and slices of a `length` [steps]."""
        turn = (n_slots - length) // length * length
        n_turns = max(1, -(-(longest - length) // turn))
        return cls(n_slots, turn, n_turns, length)

    def window(self, number: int) -> tuple[int, int]:
        """Return which delays are added when synapses are drawn for the time `number` (0, 1, ...).

        The synapses of a spike are drawn after the slice in which it was fired, and again after
        each `turn`: what would be due in the slice that is over by then has been added before.
        """
        low, high = (k * self.turn + self.length for k in (number, number + 1))
        return (low if number else 0), high


@dataclass(frozen=True)
class Work:
    """Tables of the kernels.

    Attributes
    ----------
    blocks : (n,) BLOCK
    n_network : int
        Number of those in the network; the others are outside.
    first_block : (sources + 1,) int64
        First block of each population.
    links : (n,) layout.LINK
        By population of the sources, those with the longest delays first.
    targets : (n,) int64
        Unit of each link.
    reach : (n,) int64
        Steps that are longer than each delay of a link.
    rows : (n,) ROW
    """

    blocks: np.ndarray
    n_network: int
    first_block: np.ndarray
    links: np.ndarray
    targets: np.ndarray
    reach: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, plan: Plan, ring: Ring) -> Work:
        """Share out the work of a `plan` with a `ring`."""
        blocks, population = _blocks(plan)
        sources = np.arange(len(plan.n_sources) + 1)
        n_network = int(np.count_nonzero(population < len(plan.tables.is_recorded)))
        links = plan.tables.links
        reach = (links["shortest"] + links["n_aliases"]).astype(np.int64)
        order = np.lexsort([links["row"], -reach, links["population"]])
        ranges = plan.tables.units["links"]
        unit = np.repeat(np.arange(len(ranges)), ranges[:, 1] - ranges[:, 0])
        return cls(
            blocks,
            n_network,
            np.searchsorted(population, sources),
            links[order],
            unit[order],
            reach[order],
            _all_rows(links["population"][order], reach[order], ring),
        )

    def rows_beyond(self, steps: int, populations: np.ndarray) -> np.ndarray:
        """Return rows of the `populations` with the links that have delays of `steps` or more."""
        found = _rows(self.links["population"], self.reach, steps, populations)
        return np.array([(p, 0, link, n, 0, 0) for p, link, n in found], ROW)


def _blocks(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Return the blocks of neurons, and their populations."""
    made, population, size = [], [], layout.BLOCK
    for a, unit in enumerate(plan.tables.units):
        for k in range(0, int(unit["size"]), size):
            made.append((a, k, min(k + size, int(unit["size"]))))
            population.append(int(unit["population"]))
    for a, pulse in enumerate(plan.tables.pulses):
        for k in range(0, int(pulse["size"]), size):
            made.append((a, k, min(k + size, int(pulse["size"]))))
            population.append(int(pulse["population"]))
    return np.array(made, BLOCK), np.array(population, np.int64)


def _rows(
    population: np.ndarray, reach: np.ndarray, low: int, wanted: np.ndarray
) -> list[tuple[int, int, int]]:
    """Return (population, first link, number of links) of links that have delays of `low` steps.

    Links are sorted by `population`, the longest `reach` first; `wanted` are populations.
    """
    ends = np.searchsorted(population, np.stack([wanted, wanted + 1]))
    before = np.concatenate([[0], np.cumsum(reach > low)])
    numbers = before[ends[1]] - before[ends[0]]
    rows = zip(wanted.tolist(), ends[0].tolist(), numbers.tolist(), strict=True)
    return [row for row in rows if row[2]]


def _all_rows(population: np.ndarray, reach: np.ndarray, ring: Ring) -> np.ndarray:
    rows = []
    for number in range(ring.n_turns):
        low, high = ring.window(number)
        age = number * ring.turn // ring.length
        found = _rows(population, reach, low, np.unique(population))
        rows += [(p, age, link, n, low, high) for p, link, n in found]
    return np.array(rows, ROW)


def _most_spikes(plan: Plan) -> np.ndarray:
    """Return how many spikes a neuron of each source population can fire in a step, (sources,)."""
    pulses, most = plan.tables.pulses, np.ones(len(plan.n_sources))
    numbers = pulses["thresholds"][:, 1] - pulses["thresholds"][:, 0]
    for pulse in pulses:
        at_once = pulses["population"] == pulse["population"]
        at_once &= (pulses["start"] < pulse["stop"]) & (pulses["stop"] > pulse["start"])
        p = int(pulse["population"])
        most[p] = max(most[p], float(numbers[at_once].sum()))
    return most


def check_inputs(plan: Plan) -> None:
    """Raise InputError if a current into a share of the neurons is among the input of a `plan`."""
    if len(plan.tables.injections):
        raise InputError(
            "net_params.stimulation: a current into a fraction of the neurons (also the one that "
            "scaling_type 'sqrt' adds to Poisson spikes into a fraction) is not for a GPU. "
            "Simulate it on the CPU: device: cpu in config.yaml."
        )


def check_sums(plan: Plan) -> None:
    """Raise InputError if a sum of weights that arrive at a neuron in a step could overflow.

    A synapse transmits a spike of a neuron in a step, or as many as a neuron outside the network
    can fire; a neuron has no more synapses than 12 standard deviations above the mean number.
    """
    tables = plan.tables
    largest = np.abs(tables.weights.astype(np.int64)).max(axis=1, initial=0)
    spikes = _most_spikes(plan)
    sizes = tables.units["size"].astype(float)
    totals = np.zeros(len(sizes))
    unit = np.repeat(np.arange(len(sizes)), np.diff(tables.units["links"], axis=1).ravel())
    for p in np.unique(tables.links["population"]).tolist():
        mine = tables.links["population"] == p
        links, n = tables.links[mine], int(plan.n_sources[p])
        base, stride = int(links["row"].min()), int(links["stride"][0])
        table = tables.out_degree[base : base + n * stride].reshape(n, stride)
        synapses = table.sum(axis=0, dtype=np.int64)[links["row"] - base]
        mean = synapses / sizes[unit[mine]]
        most = (mean + 12 * np.sqrt(mean) + 100) * spikes[p]
        np.add.at(totals, unit[mine], most * largest[links["weights"]])
    if (totals >= 2.0**31).any():
        raise InputError(
            "a neuron could receive more than 65 000 times the largest weight in one time "
            "step, which a GPU does not notice in time. Simulate it on the CPU: device: cpu in "
            "config.yaml."
        )
