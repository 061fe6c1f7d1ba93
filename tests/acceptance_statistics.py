"""Whether runs of a network show the same activity, as the field tests the microcircuit.

Distributions of rates and of the CV of intervals over neurons, and of correlation coefficients
over pairs, are compared by Kolmogorov-Smirnov distances. Runs that differ in nothing but the seed
say which distances are chance (van Albada et al. 2018, Front Neurosci 12:291).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from multiarea.analysis.correlation import active_subsample, pair_correlations
from multiarea.network.network import LEVELS
from multiarea.spikes import windows
from multiarea.spikes.statistics import cv_of_block, of_neurons
from multiarea.spikes.store import Spikes

STATISTICS = ("rate", "cv", "correlation")
N_TRAINS = 200
"""Neurons of a population whose pairs are correlated."""
BIN = 2.0
"""Bin of the spike counts that are correlated [ms]."""
MIN_SPIKES = 3

Samples = dict[tuple[str, str, str], dict[str, np.ndarray]]
"""Population -> statistic -> its values, over neurons or over pairs of them."""


def activity(spikes: Spikes, t_start: float = 500.0, seed: int = 0) -> Samples:
    """Return rate [spikes/s] and CV of neurons, and correlation of pairs, of each population.

    Parameters
    ----------
    spikes : Spikes
    t_start : float
        Transient that is left out [ms].
    seed : int
        Of the draw of the neurons that are correlated.
    """
    window = (t_start, spikes.t_stop)
    seconds = (window[1] - window[0]) / 1e3
    samples = {}
    for key, trains in spikes.items():
        cv = of_neurons(trains, window, MIN_SPIKES, cv_of_block)
        draw = [seed, zlib.crc32("|".join(key).encode())]
        chosen = active_subsample(trains, window, N_TRAINS, draw)
        samples[key] = {
            "rate": windows.counts(trains, window) / seconds,
            "cv": cv[np.isfinite(cv)],
            "correlation": pair_correlations(chosen, window, BIN),
        }
    return samples


def ks_distances(one: Samples, other: Samples) -> pd.DataFrame:
    """Return the Kolmogorov-Smirnov distance of each statistic, one row per population.

    The largest difference of the two cumulative distributions; nan where either is empty.
    """
    from scipy.stats import ks_2samp

    def distance(a: np.ndarray, b: np.ndarray) -> float:
        return float(ks_2samp(a, b).statistic) if len(a) and len(b) else np.nan

    rows = {key: [distance(one[key][name], other[key][name]) for name in STATISTICS] for key in one}
    index = pd.MultiIndex.from_tuples(rows, names=LEVELS)
    return pd.DataFrame(list(rows.values()), index=index, columns=list(STATISTICS))


def accept(candidate: Samples, references: Sequence[Samples]) -> pd.DataFrame:
    """Compare a run with runs that are known to be right and differ in their seeds.

    Parameters
    ----------
    candidate : dict
        What `activity` returned.
    references : sequence of dict
        At least three.

    Returns
    -------
    DataFrame
        area, layer, population, statistic; `distance`: smallest KS distance from a reference;
        `by_chance`: largest one between two references; `accepted`: whether it is not larger.
    """
    if len(references) < 3:
        raise ValueError("at least three reference runs tell what is chance")
    distance = _stacked(ks_distances(candidate, one) for one in references).groupby(level=0).min()
    pairs = (ks_distances(*pair) for pair in combinations(references, 2))
    by_chance = _stacked(pairs).groupby(level=0).max()
    table = pd.DataFrame({"distance": distance, "by_chance": by_chance})
    table["accepted"] = ~(table["distance"] > table["by_chance"])
    labels = pd.DataFrame(table.index.tolist(), columns=[*LEVELS, "statistic"])
    return labels.join(table.reset_index(drop=True))


def rate_table(runs: Sequence[Samples], published: pd.Series) -> pd.DataFrame:
    """Return the mean rates of populations beside published ones.

    Parameters
    ----------
    runs : sequence of dict
        Runs with different seeds.
    published : Series
        [spikes/s], indexed (layer, population).

    Returns
    -------
    DataFrame
        Indexed (area, layer, population): `rate` and `sd` over runs, `published` and `ratio`.
    """
    rates = pd.DataFrame([{key: run[key]["rate"].mean() for key in run} for run in runs])
    index = pd.MultiIndex.from_tuples(rates.columns, names=LEVELS)
    table = pd.DataFrame({"rate": rates.mean().to_numpy(), "sd": rates.std().to_numpy()}, index)
    table["published"] = published.loc[index.droplevel("area")].to_numpy()
    return table.assign(ratio=table["rate"] / table["published"])


def _stacked(tables: Iterator[pd.DataFrame]) -> pd.Series:
    """Return all entries of tables, indexed by the tuple (area, layer, population, statistic)."""
    entries = [table.stack() for table in tables]
    stacked = pd.concat(entries)
    return pd.Series(
        stacked.to_numpy(), index=pd.Index(stacked.index.tolist(), tupleize_cols=False)
    )
