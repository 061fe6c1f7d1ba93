"""Units: neurons of one population that one thread updates while they are in its cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST, SMALLEST = 1 << 14, 1 << 8
"""Bounds of the size of the largest unit; a target within a unit has 14 bits."""
N_UNITS = 64
"""Units that a network should have at least, so that threads have something to share."""
PAD = 16


@dataclass(frozen=True)
class Units:
    """The neurons of a network dealt into A units, in the order of the populations.

    Decided by the network alone: the draws of synapses belong to the units.

    Attributes
    ----------
    population, size, node : (A,) int64
        Population, number of neurons, first neuron of each unit.
    first : (A + 1,) int64
        Where its neurons begin in the arrays of the state, a multiple of `PAD`.
    bits : int
        No unit has more than 2^bits neurons.
    """

    population: np.ndarray
    size: np.ndarray
    node: np.ndarray
    first: np.ndarray

    def __len__(self) -> int:
        """Return the number of units A."""
        return len(self.size)

    @classmethod
    def of(cls, n_neurons: np.ndarray) -> Units:
        """Deal populations, (P,) numbers of neurons, into units of nearly equal size."""
        total = int(np.sum(n_neurons))
        largest = int(np.clip(total // N_UNITS, SMALLEST, LARGEST))
        parts = -(-np.asarray(n_neurons, np.int64) // largest)
        population = np.repeat(np.arange(len(parts)), parts)
        number = np.arange(len(population)) - np.repeat(np.cumsum(parts) - parts, parts)
        share, rest = np.divmod(np.asarray(n_neurons, np.int64), np.maximum(parts, 1))
        size = share[population] + (number < rest[population])
        padded = -(-size // PAD) * PAD
        return cls(
            population,
            size,
            np.cumsum(size) - size,
            np.concatenate([[0], np.cumsum(padded)]),
        )

    def with_gap(self, values: np.ndarray, a: int) -> np.ndarray:
        """Return the values of unit a out of those of its population, and zeros in its gap."""
        before = int(self.node[a] - self.node[np.searchsorted(self.population, self.population[a])])
        size = int(self.size[a])
        filled = np.zeros(int(self.first[a + 1] - self.first[a]), values.dtype)
        filled[:size] = values[before : before + size]
        return filled
