"""The spikes of a share of the neurons in a short time: what a raster shows."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from multiarea.spikes import windows
from multiarea.spikes.store import Spikes, Trains

Key = tuple[str, str, str]


@dataclass(frozen=True)
class SampledSpikes:
    """Spikes of evenly spaced neurons of each population, silent ones included.

    Attributes
    ----------
    trains : dict
        (area, layer, population) -> the spikes of the neurons chosen.
    window : (start, stop)
        [ms]
    share : float
        Neurons chosen, as a share of all; of each population at least one.
    """

    trains: dict[Key, Trains]
    window: tuple[float, float]
    share: float


def sample(
    spikes: Spikes,
    share: float,
    window: tuple[float, float],
    areas: Container[str] | None = None,
) -> SampledSpikes:
    """Return the spikes of a share of the neurons.

    The neurons are evenly spaced in the population, so that the share of silent rows in a raster
    is that of silent neurons.

    Parameters
    ----------
    spikes : Spikes
    share : float
        0 to 1.
    window : (start, stop)
        [ms]
    areas : container of str, optional
        Areas to read; all by default.
    """
    chosen = {}
    for key in spikes.populations.index:
        if areas is None or key[0] in areas:
            trains = spikes.trains(key)
            n = max(1, round(share * trains.n_neurons))
            neurons = np.linspace(0, trains.n_neurons, n, endpoint=False).astype(np.int64)
            chosen[key] = windows.cut(pick(trains, neurons), window)
    return SampledSpikes(chosen, window, share)


def pick(trains: Trains, neurons: np.ndarray) -> Trains:
    """Return the trains of some of the `neurons` of `trains`, given by index, in that order."""
    lengths = trains.counts[neurons]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    shift = trains.offsets[:-1][neurons] - offsets[:-1]
    return Trains(trains.times[np.arange(offsets[-1]) + np.repeat(shift, lengths)], offsets)
