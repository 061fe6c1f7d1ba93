"""Irregularity of spike trains: CV of the inter-spike intervals, and LvR."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from multiarea.errors import InputError
from multiarea.network.network import LEVELS, Network
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes, Trains

MEASURES = {
    "cv": {"needs": ("spikes",), "uses": ("cv",), "file": "cv.csv", "version": 1},
    "lvr": {"needs": ("network", "spikes"), "uses": ("lvr",), "file": "lvr.csv", "version": 1},
}


def cv(*, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the mean coefficient of variation of inter-spike intervals of each population.

    The mean goes over the neurons with at least `min_spikes` spikes in the window.

    Returns
    -------
    DataFrame
        area, layer, population, n_neurons that entered, cv and cv_sd over neurons; nan where no
        neuron has enough spikes.

    Raises
    ------
    InputError
        If the run is shorter than the window `cv`.
    """
    block = parameters.cv
    window = windows.resolve("cv", (block.t_start, block.t_stop), spikes.t_stop)
    rows = []
    for key, trains in spikes.items():
        rows.append((*key, *_summary(of_neurons(trains, window, block.min_spikes, cv_of_block))))
    return pd.DataFrame(rows, columns=[*LEVELS, "n_neurons", "cv", "cv_sd"])


def lvr(*, network: Network, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the mean revised local variation of each population.

    The refractoriness constant R is the refractory time of the population.

    Returns
    -------
    DataFrame
        area, layer, population, n_neurons that entered, lvr and lvr_sd over neurons; nan where no
        neuron has enough spikes.

    Raises
    ------
    InputError
        If the run is shorter than the window `lvr`, or has a population that the network lacks.
    """
    block = parameters.lvr
    window = windows.resolve("lvr", (block.t_start, block.t_stop), spikes.t_stop)
    t_ref = network.populations["t_ref"]
    rows = []
    for key, trains in spikes.items():
        if key not in t_ref.index:
            raise InputError(f"spikes.h5: the network has no population {'|'.join(key)}")
        values = of_neurons(trains, window, block.min_spikes, lvr_of_block(float(t_ref.loc[key])))
        rows.append((*key, *_summary(values)))
    return pd.DataFrame(rows, columns=[*LEVELS, "n_neurons", "lvr", "lvr_sd"])


def of_neurons(
    trains: Trains,
    window: tuple[float, float],
    min_spikes: int,
    statistic: Callable[[Trains], np.ndarray],
) -> np.ndarray:
    """Return a statistic of the intervals of each neuron, nan with fewer than `min_spikes` spikes.

    Parameters
    ----------
    statistic : callable
        From the trains of a few neurons, each with at least 3 spikes, to one value per neuron.

    Returns
    -------
    (n_neurons,) float64
    """
    result = np.full(trains.n_neurons, np.nan)
    for neurons, part in windows.blocks(trains):
        part = windows.cut(part, window)
        counts = part.counts
        enough = counts >= max(min_spikes, 3)
        if enough.any():
            offsets = np.concatenate([[0], np.cumsum(counts[enough])])
            active = Trains(part.times[np.repeat(enough, counts)], offsets)
            result[neurons][enough] = statistic(active)
    return result


def cv_of_block(trains: Trains) -> np.ndarray:
    """Return population sd / mean of the inter-spike intervals of each neuron."""
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


def _summary(values: np.ndarray) -> tuple[int, float, float]:
    valid = values[np.isfinite(values)]
    if len(valid) == 0:
        return 0, float("nan"), float("nan")
    return len(valid), float(valid.mean()), float(valid.std())
