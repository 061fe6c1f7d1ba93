"""Units: neurons of one population that one thread updates while they are in its cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST, SMALLEST = 1 << 14, 1 << 8
"""Bounds of the size of the largest unit; a target within a unit has 14 bits."""
N_UNITS = 64
"""Smallest number of units of a network, so that threads can share the work."""
PAD = 16
"""The first element of a unit in the arrays of the state is a multiple of this."""


@dataclass(frozen=True)
class Units:
    """The neurons of a network divided into A units, in the order of the populations.

    This depends only on the network, because synapses are drawn for each unit.

    Attributes
    ----------
    population, size, node : (A,) int64
        Population, number of neurons, first neuron of each unit.
    first : (A + 1,) int64
        First element of each unit in the arrays of the state, a multiple of `PAD`.
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
        """Divide populations, (P,) numbers of neurons, into units of nearly equal size."""
        total = int(np.sum(n_neurons))
        largest = int(np.clip(total // N_UNITS, SMALLEST, LARGEST))
        parts = -(-np.asarray(n_neurons, np.int64) // largest)
        population = np.repeat(np.arange(len(parts)), parts)
        number = np.arange(len(population)) - np.repeat(np.cumsum(parts) - parts, parts)
        share, rest = np.divmod(np.asarray(n_neurons, np.int64), np.maximum(parts, 1))
        size = share[population] + (number < rest[population])
        padded = -(-size // PAD) * PAD
        return cls(
            population, size, np.cumsum(size) - size, np.concatenate([[0], np.cumsum(padded)])
        )

    def with_gap(self, values: np.ndarray, a: int) -> np.ndarray:
        """Return the part for unit `a` of the `values` of its population, and zeros in its gap."""
        before = int(self.node[a] - self.node[np.searchsorted(self.population, self.population[a])])
        size = int(self.size[a])
        filled = np.zeros(int(self.first[a + 1] - self.first[a]), values.dtype)
        filled[:size] = values[before : before + size]
        return filled
