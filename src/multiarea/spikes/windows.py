"""Time windows and spike trains cut to them, a block of neurons at a time.

A window holds the spikes with start <= t < stop. Spike times are multiples of the resolution up
to rounding; `TOLERANCE` keeps that rounding from moving a spike across an edge.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from multiarea.errors import InputError
from multiarea.spikes.store import Trains

TOLERANCE = 1e-6
"""Rounding of spike times that is forgiven [ms]."""

BLOCK = 1 << 18
"""Spikes handled at once, so that temporary arrays stay in the cache whatever the population."""


def resolve(
    block: str,
    limits: tuple[float, float | None],
    t_sim: float,
    keys: tuple[str, str] = ("t_start", "t_stop"),
) -> tuple[float, float]:
    """Return start and stop [ms] of a window of the analysis parameters.

    Parameters
    ----------
    block : str
        Name of the block of `ana_params`, for the message.
    limits : (start, stop)
        [ms]; stop None means the end of the run.
    t_sim : float
        Length of the run [ms].
    keys : (str, str)
        Names of start and stop in the block, for the message.

    Raises
    ------
    InputError
        If the run is too short for the window.
    """
    start, stop = limits
    if start >= t_sim:
        raise InputError(
            f"ana_params: t_sim = {t_sim:g} ms ends before {block}.{keys[0]} = {start:g} ms; "
            f"choose an earlier {keys[0]} or a longer run."
        )
    if stop is not None and stop > t_sim + TOLERANCE:
        raise InputError(
            f"ana_params: t_sim = {t_sim:g} ms ends before {block}.{keys[1]} = {stop:g} ms; "
            f"choose an earlier {keys[1]}, None for the end of the run, or a longer run."
        )
    return start, t_sim if stop is None else stop


def blocks(trains: Trains, size: int = BLOCK) -> Iterator[tuple[slice, Trains]]:
    """Yield consecutive neurons with together about `size` spikes: their range and trains.

    No array is copied. One neuron is never split.
    """
    offsets, n_neurons, first = trains.offsets, trains.n_neurons, 0
    while first < n_neurons:
        last = int(np.searchsorted(offsets, offsets[first] + size, side="right")) - 1
        last = min(max(last, first + 1), n_neurons)
        part = offsets[first : last + 1]
        yield slice(first, last), Trains(trains.times[part[0] : part[-1]], part - part[0])
        first = last


def inside(times: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """Return which spike times lie in the window, (n_spikes,) of bool."""
    return (times >= window[0] - TOLERANCE) & (times < window[1] - TOLERANCE)


def cut(trains: Trains, window: tuple[float, float]) -> Trains:
    """Return the trains with only the spikes in the window."""
    keep = inside(trains.times, window)
    return Trains(trains.times[keep], _running_total(keep)[trains.offsets])


def counts(trains: Trains, window: tuple[float, float]) -> np.ndarray:
    """Return the number of spikes of each neuron in the window, shape (n_neurons,)."""
    result = np.zeros(trains.n_neurons, dtype=np.int64)
    for neurons, part in blocks(trains):
        result[neurons] = np.diff(_running_total(inside(part.times, window))[part.offsets])
    return result


def bin_index(times: np.ndarray, start: float, width: float) -> np.ndarray:
    """Return the bin of each spike, counted from `start` in steps of `width` [ms]."""
    return np.floor((times - (start - TOLERANCE)) / width).astype(np.int64)


def n_bins(window: tuple[float, float], width: float) -> int:
    """Return how many whole bins of `width` [ms] fit into a window."""
    return int((window[1] - window[0]) / width + TOLERANCE)


def _running_total(keep: np.ndarray) -> np.ndarray:
    total = np.zeros(len(keep) + 1, dtype=np.int64)
    np.cumsum(keep, out=total[1:])
    return total
