"""Single neurons: rates, samples compared with recorded neurons, and some of the spikes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis.distributions import activity_samples
from multiarea.network.network import LEVELS
from multiarea.spikes.differences import first_differences
from multiarea.spikes.sampled import sample

EXACT, RATIO = 30, 1.05
"""Spike counts up to which every count is a bin of its own, and the ratio of the bins beyond."""
N_SAMPLES = 1001
"""Quantiles that stand for a sample of single neurons."""
SHARE, WINDOW = 0.003, (500.0, 1500.0)
"""Share of the neurons and time [ms] of the spikes kept."""
MOST_SPIKES = 100_000
"""If there are more, only those of the areas that figures with few panels show are kept."""


def single_rates(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return how many neurons of each population have which rate."""
    single = inputs["rates_individual"]
    positive = single["rate"][single["rate"] > 0]
    one = float(positive.min()) if len(positive) else 1.0  # rate of a neuron with one spike
    rows = []
    for n, key in enumerate(single.populations):
        own = single["rate"][single["offsets"][n] : single["offsets"][n + 1]]
        counts, number = np.unique(np.rint(own / one).astype(np.int64), return_counts=True)
        step = np.floor(np.log(np.maximum(counts / EXACT, 1)) / np.log(RATIO))
        table = pd.DataFrame({"bin": np.where(counts <= EXACT, counts, EXACT + 1 + step)})
        table = table.assign(spikes=counts * number, n_neurons=number).groupby("bin").sum()
        rates = table["spikes"] / table["n_neurons"] * one
        bins = zip(rates, table["n_neurons"], strict=True)
        rows.append((*key, " ".join(f"{rate:.5g}:{n}" for rate, n in bins)))
    return pd.DataFrame(rows, columns=[*LEVELS, "histogram"])


def single_units(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return quantiles of the samples that are compared with recorded neurons."""
    units = inputs["experimental_units"]
    start = inputs["parameters"].individualFiringRate.t_start
    grid = np.linspace(0, 1, N_SAMPLES)
    parts = [
        pd.DataFrame({"quantity": name, "n": len(own), "quantile": grid,
                      "value": np.quantile(own, grid, method="inverted_cdf")})
        for name, own in activity_samples(inputs["spikes"], units, start).items() if len(own)
    ]  # fmt: skip
    return (
        pd.concat(parts) if parts else pd.DataFrame(columns=["quantity", "n", "quantile", "value"])
    )


def raster(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row per neuron that fired, and one for a population in which none did."""
    spikes = inputs["spikes"]
    stop = min(WINDOW[1], spikes.t_stop)
    start = max(0.0, min(WINDOW[0], stop - 500))
    found = sample(spikes, SHARE, (start, stop))
    if sum(len(trains.times) for trains in found.trains.values()) > MOST_SPIKES:
        found = sample(spikes, SHARE, (start, stop), inputs["shown_areas"])
    rows = []
    for key, trains in found.trains.items():
        for row in np.flatnonzero(trains.counts) if trains.counts.any() else [0]:
            times = trains.times[trains.offsets[row] : trains.offsets[row + 1]]
            text = " ".join(f"{time:.1f}" for time in times)
            rows.append((*key, trains.n_neurons, row, start, stop, text))
    columns = [*LEVELS, "n_rows", "row", "t_start_ms", "t_stop_ms", "times_ms"]
    return pd.DataFrame(rows, columns=columns)


def differences(inputs: Mapping[str, Any]) -> pd.DataFrame:
    """Return the first differences to the run without the extra spike."""
    plain, perturbed, start = inputs["spikes_without"], inputs["spikes"], inputs["t_spike"]
    window = (start, min(plain.t_stop, perturbed.t_stop))
    found = first_differences(plain, perturbed, window).rename("first_difference_ms")
    return found.reset_index()
