"""Statistics of the populations, with quantiles over their neurons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis.correlation import active_subsample, pair_correlations
from multiarea.network.network import LEVELS
from multiarea.spikes import windows
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
"""Column -> share of the neurons, or pairs, with a smaller value."""
N_PAIRED = 150
"""Most neurons of a population of which all pairs are correlated."""


def _with_quantiles(table: pd.DataFrame, values: Mapping[tuple, np.ndarray]) -> pd.DataFrame:
    """Return the table of a measure with the quantiles of (finite) values of each population."""
    rows = []
    for key in table[LEVELS].itertuples(index=False, name=None):
        own = values[key][np.isfinite(values[key])]
        rows.append(np.quantile(own, list(QUANTILES.values())) if len(own) else [np.nan] * 5)
    return pd.concat([table, pd.DataFrame(rows, columns=list(QUANTILES))], axis=1)


def rates(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return `rates` with quantiles over neurons [spikes/s]."""
    single = inputs["rates_individual"]
    parts = np.split(single["rate"], single["offsets"][1:-1])
    return _with_quantiles(inputs["rates"], dict(zip(single.populations, parts, strict=True)))


def cv(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return `cv` with quantiles over the neurons that have enough spikes."""
    return _irregularity("cv", lambda key: cv_of_block, inputs)


def lvr(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return `lvr` with quantiles over the neurons that have enough spikes, and `lvr_active`.

    `lvr_active` is the mean over the neurons that fired; those with fewer than three spikes count
    as 0, as in Knight & Nowotny 2021.
    """
    t_ref = inputs["network"].populations["t_ref"]
    spikes, parameters = inputs["spikes"], inputs["parameters"]
    window = windows.resolve(parameters, "lvr", spikes.t_stop)

    def statistic(key: tuple) -> Callable:
        return lvr_of_block(float(t_ref.loc[key]))

    means = []
    for key, trains in spikes.items():
        n_active = np.count_nonzero(windows.counts(trains, window))
        values = of_neurons(trains, window, 3, statistic(key))
        means.append(np.nansum(values) / n_active if n_active else np.nan)
    return _irregularity("lvr", statistic, inputs).assign(lvr_active=means)


def _irregularity(name: str, statistic: Callable, inputs: Mapping[str, Any]) -> pd.DataFrame:
    spikes, parameters = inputs["spikes"], inputs["parameters"]
    least = getattr(parameters, name).min_spikes
    window = windows.resolve(parameters, name, spikes.t_stop)
    values = {
        key: of_neurons(trains, window, least, statistic(key)) for key, trains in spikes.items()
    }
    return _with_quantiles(inputs[name], values)


def correlation(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return `correlation` with quantiles over pairs of neurons that fired."""
    spikes, parameters = inputs["spikes"], inputs["parameters"]
    block = parameters.correlation_coefficient
    start, stop = windows.resolve(parameters, "correlation_coefficient", spikes.t_stop)
    window = (start, start + windows.n_bins((start, stop), block.tbin) * block.tbin)
    values = {}
    for n, (key, trains) in enumerate(spikes.items()):
        chosen = active_subsample(trains, window, N_PAIRED, [parameters.seed, n])
        values[key] = pair_correlations(chosen, window, block.tbin)
    return _with_quantiles(inputs["correlation"], values)
