"""Time windows and spike trains cut to them, a block of neurons at a time.

A window holds the spikes with start <= t < stop. Spike times are multiples of the resolution up
to rounding; `TOLERANCE` keeps that rounding from moving a spike across an edge.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from multiarea.errors import InputError
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.trains import Trains

TOLERANCE = 1e-6
"""Largest rounding error of a spike time that is tolerated [ms]."""
BLOCK = 1 << 18
"""Spikes processed at once, so that temporary arrays stay in the cache."""


def resolve(parameters: AnalysisParameters, name: str, t_sim: float) -> tuple[float, float]:
    """Return start and stop [ms] of the window of the block `name` of `parameters`.

    Raises InputError if the run, of `t_sim` ms, is too short for the window.
    """
    for block, key, time in parameters.late_windows(t_sim):
        if block == name:
            raise InputError(
                f"ana_params: t_sim = {t_sim:g} ms ends before {name}.{key} = {time:g} ms; "
                f"choose an earlier {key} or a longer run."
            )
    start, stop = getattr(parameters, name).limits
    return start, t_sim if stop is None else stop


def blocks(trains: Trains, size: int = BLOCK) -> Iterator[tuple[slice, Trains]]:
    """Yield consecutive neurons of `trains` with about `size` spikes in total: range and trains.

    No array is copied. A neuron is never split.
    """
    offsets, n_neurons, first = trains.offsets, trains.n_neurons, 0
    while first < n_neurons:
        last = int(np.searchsorted(offsets, offsets[first] + size, side="right")) - 1
        last = min(max(last, first + 1), n_neurons)
        part = offsets[first : last + 1]
        yield slice(first, last), Trains(trains.times[part[0] : part[-1]], part - part[0])
        first = last


def inside(times: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """Return which spike `times` lie in the `window` (start, stop) [ms], (n_spikes,) of bool."""
    return (times >= window[0] - TOLERANCE) & (times < window[1] - TOLERANCE)


def cut(trains: Trains, window: tuple[float, float]) -> Trains:
    """Return the spikes of `trains` in the `window` (start, stop) [ms]."""
    keep = inside(trains.times, window)
    return Trains(trains.times[keep], _running_total(keep)[trains.offsets])


def counts(trains: Trains, window: tuple[float, float]) -> np.ndarray:
    """Return the spikes of each neuron of `trains` in the `window` (start, stop), (n_neurons,)."""
    result = np.zeros(trains.n_neurons, dtype=np.int64)
    for neurons, part in blocks(trains):
        result[neurons] = np.diff(_running_total(inside(part.times, window))[part.offsets])
    return result


def bin_index(times: np.ndarray, window: tuple[float, float], width: float) -> np.ndarray:
    """Return the bin, of `width` [ms], of each of the `times` in a `window` of whole bins."""
    bins = np.floor((times - (window[0] - TOLERANCE)) / width).astype(np.int64)
    return np.minimum(bins, n_bins(window, width) - 1)


def n_bins(window: tuple[float, float], width: float) -> int:
    """Return how many whole bins of `width` [ms] fit into a `window` (start, stop)."""
    return int((window[1] - window[0]) / width + TOLERANCE)


def _running_total(keep: np.ndarray) -> np.ndarray:
    total = np.zeros(len(keep) + 1, dtype=np.int64)
    np.cumsum(keep, out=total[1:])
    return total
