"""Spike trains of the neurons of one population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trains:
    """Spike trains of the neurons of one population."""

    times: np.ndarray
    """(n_spikes,) float64 [ms], neuron after neuron, sorted within each neuron."""
    offsets: np.ndarray
    """(n_neurons + 1,) int64: neuron n has `times[offsets[n]:offsets[n + 1]]`."""

    @classmethod
    def of(cls, times: np.ndarray, counts: np.ndarray) -> Trains:
        """Return trains from spike `times`, neuron after neuron, and the `counts` of each."""
        return cls(times, np.concatenate([[0], np.cumsum(counts)]))

    @property
    def n_neurons(self) -> int:
        """Number of neurons, silent ones included."""
        return len(self.offsets) - 1

    @property
    def counts(self) -> np.ndarray:
        """Number of spikes of each neuron, (n_neurons,)."""
        return np.diff(self.offsets)

    @property
    def neurons(self) -> np.ndarray:
        """Index of the neuron that fired each spike, (n_spikes,)."""
        return np.repeat(np.arange(self.n_neurons), self.counts)

    def pick(self, neurons: np.ndarray) -> Trains:
        """Return the trains of the neurons with the indices `neurons`, in that order."""
        counts = self.counts[neurons]
        shift = self.offsets[:-1][neurons] - (np.cumsum(counts) - counts)
        return Trains.of(self.times[np.arange(counts.sum()) + np.repeat(shift, counts)], counts)
