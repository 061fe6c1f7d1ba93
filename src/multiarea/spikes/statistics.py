"""Statistics of the inter-spike intervals of single neurons."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from multiarea.spikes import windows
from multiarea.spikes.trains import Trains


def of_neurons(
    trains: Trains,
    window: tuple[float, float],
    min_spikes: int,
    statistic: Callable[[Trains], np.ndarray],
) -> np.ndarray:
    """Return a `statistic` of the inter-spike intervals of each neuron of `trains`, (n_neurons,).

    `statistic` turns trains with at least 3 spikes each into one value per neuron; neurons with
    fewer than `min_spikes` in the `window` (start, stop) [ms], or fewer than 3, get nan.
    """
    result = np.full(trains.n_neurons, np.nan)
    for neurons, part in windows.blocks(trains):
        part = windows.cut(part, window)
        counts = part.counts
        enough = counts >= max(min_spikes, 3)
        if enough.any():
            active = Trains.of(part.times[np.repeat(enough, counts)], counts[enough])
            result[neurons][enough] = statistic(active)
    return result


def cv_of_block(trains: Trains) -> np.ndarray:
    """Return the standard deviation / mean of the inter-spike intervals of each neuron."""
    times, starts, counts = trains.times, trains.offsets[:-1], trains.counts
    mean = (times[trains.offsets[1:] - 1] - times[starts]) / (counts - 1)
    deviation = np.zeros(len(times))
    deviation[:-1] = np.diff(times)
    deviation -= np.repeat(mean, counts)
    deviation[trains.offsets[1:] - 1] = 0
    np.square(deviation, out=deviation)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(np.add.reduceat(deviation, starts) / (counts - 1)) / mean


def lvr_of_block(t_ref: float) -> Callable[[Trains], np.ndarray]:
    """Return the statistic LvR for the refractoriness constant R = `t_ref` [ms].

    For n intervals I_k, LvR = 3/(n-1) sum_k (1 - 4 I_k I_k+1 / S_k^2) (1 + 4 R / S_k) with
    S_k = I_k + I_k+1 (Shinomoto et al. 2009, Eq. 3).
    """

    def statistic(trains: Trains) -> np.ndarray:
        times, ends = trains.times, trains.offsets[1:]
        terms = np.zeros(len(times))
        spans = times[2:] - times[:-2]
        with np.errstate(invalid="ignore", divide="ignore"):
            terms[:-2] = ((times[2:] - 2 * times[1:-1] + times[:-2]) / spans) ** 2
            terms[:-2] *= 1 + 4 * t_ref / spans
            terms[ends - 1] = 0
            terms[ends - 2] = 0
            return 3 * np.add.reduceat(terms, trains.offsets[:-1]) / (trains.counts - 2)

    return statistic
