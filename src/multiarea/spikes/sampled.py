"""The spikes of some neurons in a short time, as a raster plot shows them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from multiarea.spikes import windows
from multiarea.spikes.store import Spikes
from multiarea.spikes.trains import Trains

Key = tuple[str, str, str]


@dataclass(frozen=True)
class SampledSpikes:
    """Spikes of evenly spaced neurons of each population, silent ones included."""

    trains: dict[Key, Trains]
    """(area, layer, population) -> the spikes of the neurons chosen."""
    window: tuple[float, float]
    """Start and stop [ms]."""
    share: float
    """Neurons chosen, as a share of all; at least one of each population."""


def sample(
    spikes: Spikes, share: float, window: tuple[float, float], areas: Container[str] | None = None
) -> SampledSpikes:
    """Return `spikes` of each population of the `areas`, by default all.

    They are those of a `share` of the neurons in a `window`; see `evenly_spaced`.
    """
    chosen = {
        key: evenly_spaced(spikes.trains(key), share, window)
        for key in spikes.populations.index
        if areas is None or key[0] in areas
    }
    return SampledSpikes(chosen, window, share)


def evenly_spaced(trains: Trains, share: float, window: tuple[float, float]) -> Trains:
    """Return the spikes in the `window` [ms] of a `share` of the neurons, at least one.

    The neurons of `trains` are chosen at equal distances, whether they fire or not, so that the
    share of silent ones stays what it is.
    """
    n = max(1, round(share * trains.n_neurons))
    neurons = np.linspace(0, trains.n_neurons, n, endpoint=False).astype(np.int64)
    return windows.cut(trains.pick(neurons), window)
