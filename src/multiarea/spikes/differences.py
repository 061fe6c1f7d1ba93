"""When two runs of one network diverge: the first spike that only one of them has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.spikes import windows
from multiarea.spikes.store import Spikes
from multiarea.spikes.trains import Trains


def first_differences(plain: Spikes, perturbed: Spikes, window: tuple[float, float]) -> pd.Series:
    """Return when the spikes of each population first differ between two runs.

    Parameters
    ----------
    plain, perturbed : Spikes
        Runs of one network, without and with a perturbation.
    window : (start, stop)
        [ms]

    Returns
    -------
    Series
        Time after `start` [ms] of the first spike that only one run has, indexed
        (area, layer, population); nan where there is none.
    """
    times = {}
    for key in plain.populations.index:
        a, b = (_codes(run.trains(key), window, run.resolution) for run in (plain, perturbed))
        n_neurons = int(plain.populations.loc[key, "n_neurons"])
        differing = np.setxor1d(a, b, assume_unique=True)
        step = differing.min() // n_neurons if len(differing) else np.nan
        times[key] = step * plain.resolution - window[0]
    return pd.Series(times).rename_axis(plain.populations.index.names)


def _codes(trains: Trains, window: tuple[float, float], resolution: float) -> np.ndarray:
    """Return one integer per spike, increasing with time."""
    shown = windows.cut(trains, window)
    steps = np.rint(shown.times / resolution).astype(np.int64)
    return steps * trains.n_neurons + shown.neurons
