"""How much memory of the device a simulation takes."""

from __future__ import annotations

from dataclasses import dataclass

from multiarea.simulation.procedural.layout import OUT

MOST_SPIKES = 1 << 26
"""Largest number of spikes that are kept until their longest delays have passed."""
LONGEST_RING = 4096
"""Largest number of steps of the ring; memory may allow for fewer."""
SHORTEST_RING = 64
"""Smallest number of steps of a ring that is not as long as the longest delay."""
SHARE = 0.9
"""Part of the free memory that is taken."""
CONTEXT = 0.6e9
"""What the driver takes for a process [bytes]."""


@dataclass(frozen=True)
class Sizes:
    """The numbers on which the memory depends.

    Attributes
    ----------
    neurons : int
        Neurons with the gaps between units.
    sources : int
        Populations, and inputs of neurons outside the network.
    longest : int
        Longest delay [steps].
    length : int
        Steps of a slice.
    tables : float
        Tables, most of them out-degrees [bytes].
    n_sums : int
        Sums for each neuron and step: 2 where weights are summed by sign, else 1.
    source_spikes : int
        Largest number of spikes of neurons outside the network in a step.
    """

    neurons: int
    sources: int
    longest: int
    length: int
    tables: float
    n_sums: int = 1
    source_spikes: int = 0

    @property
    def slices(self) -> int:
        """Number of slices whose spikes are kept."""
        return -(-(self.longest + 1) // self.length) + 2

    @property
    def spikes(self) -> int:
        """Number of spikes that can be kept."""
        in_slice = self.length * (self.neurons + self.source_spikes)
        return max(in_slice, min(MOST_SPIKES, in_slice * self.slices))

    @property
    def beside(self) -> float:
        """Memory of all but the ring [bytes]."""
        kept = 8.0 * self.slices * self.sources + 5.0 * self.spikes
        return self.tables + kept + 13.0 * self.neurons + 8.0 * (OUT + self.length * self.neurons)

    @property
    def slot(self) -> float:
        """Memory of one step of the ring [bytes]."""
        return 4.0 * self.n_sums * self.neurons

    @property
    def fewest(self) -> float:
        """Memory with the shortest ring [bytes]."""
        return self.beside + self.slots(SHORTEST_RING) * self.slot

    def slots(self, most: int) -> int:
        """Return the number of steps of a ring: as many as the longest delay, or at `most`."""
        return max(min(self.longest + self.length, most), 2 * self.length)

    def slots_in(self, memory: float) -> int | None:
        """Return the number of steps for which a `memory` suffices [bytes]; None: for too few."""
        if SHARE * memory < self.fewest:
            return None
        return self.slots(int(min((SHARE * memory - self.beside) / self.slot, LONGEST_RING)))
