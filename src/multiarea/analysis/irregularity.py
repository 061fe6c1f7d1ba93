"""Irregularity of spike trains: CV of the inter-spike intervals, and LvR."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.errors import InputError
from multiarea.network.network import LEVELS, Network
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons
from multiarea.spikes.store import Spikes

MEASURES = {
    "cv": {"needs": ("spikes",), "uses": ("cv",), "file": "cv.csv", "version": 1},
    "lvr": {"needs": ("network", "spikes"), "uses": ("lvr",), "file": "lvr.csv", "version": 1},
}


def cv(*, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the mean coefficient of variation of inter-spike intervals of each population.

    The mean goes over the neurons with at least `min_spikes` `spikes` in the window; both are
    given by the block `cv` of `parameters`.

    Raises InputError if the run is shorter than the window `cv`.

    Returns
    -------
    DataFrame
        area, layer, population, n_neurons that entered, cv and cv_sd over neurons; nan where no
        neuron has enough spikes.
    """
    block = parameters.cv
    window = windows.resolve(parameters, "cv", spikes.t_stop)
    rows = []
    for key, trains in spikes.items():
        rows.append((*key, *_summary(of_neurons(trains, window, block.min_spikes, cv_of_block))))
    return pd.DataFrame(rows, columns=[*LEVELS, "n_neurons", "cv", "cv_sd"])


def lvr(*, network: Network, spikes: Spikes, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the mean revised local variation of each population.

    As `cv`, of `spikes` in the window `lvr` of `parameters`. The refractoriness constant R is the
    refractory time of the population in `network`.

    Raises InputError if the run is shorter than the window `lvr`, or has a population that the
    network lacks.

    Returns
    -------
    DataFrame
        area, layer, population, n_neurons that entered, lvr and lvr_sd over neurons; nan where no
        neuron has enough spikes.
    """
    block = parameters.lvr
    window = windows.resolve(parameters, "lvr", spikes.t_stop)
    t_ref = network.populations["t_ref"]
    rows = []
    for key, trains in spikes.items():
        if key not in t_ref.index:
            raise InputError(f"spikes.h5: the network has no population {'|'.join(key)}")
        values = of_neurons(trains, window, block.min_spikes, lvr_of_block(float(t_ref.loc[key])))
        rows.append((*key, *_summary(values)))
    return pd.DataFrame(rows, columns=[*LEVELS, "n_neurons", "lvr", "lvr_sd"])


def _summary(values: np.ndarray) -> tuple[int, float, float]:
    valid = values[np.isfinite(values)]
    if len(valid) == 0:
        return 0, float("nan"), float("nan")
    return len(valid), float(valid.mean()), float(valid.std())
