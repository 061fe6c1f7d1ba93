"""The tables of a summary: what each is condensed from.

A table that condenses a measure has its name; what draws a measure can draw a summary
(`publications/summaries.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from multiarea.summary import areas, neurons, populations


@dataclass(frozen=True)
class Table:
    """One table of a summary."""

    needs: tuple[str, ...]
    """Results and data that it is made from."""
    condense: Callable[[Mapping[str, Any]], pd.DataFrame]
    """From these, by name, the `parameters` of the analysis and the `shown_areas` of a figure."""
    about: str
    """Columns and units."""


def _taken(name: str) -> Callable[[Mapping[str, Any]], pd.DataFrame]:
    """Return the condensation of a measure that is a small table already."""
    return lambda inputs: inputs[name]


POPULATION = "one row per population; q05 to q95: quantiles over its "
SMALL = {
    "fc_currents": "functional connectivity: Pearson correlation of synaptic currents of two areas",
    "fc_bold": "functional connectivity: Pearson correlation of the BOLD signals of two areas",
    "fc_similarity": "similarity of simulated and measured functional connectivity",
    "activity_similarity": "similarity (1 - Kolmogorov-Smirnov distance) of rate [spikes/s], CV, "
    "LvR with those of recorded neurons",
}
"""Measures that are small tables already, and are kept."""
TABLES = {
    "rates": Table(
        ("rates", "rates_individual"), populations.rates, POPULATION + "neurons; rates in spikes/s"
    ),
    "cv": Table(
        ("spikes", "cv"),
        populations.cv,
        POPULATION + "neurons with enough spikes; cv and cv_sd: their mean and standard deviation",
    ),
    "lvr": Table(
        ("network", "spikes", "lvr"),
        populations.lvr,
        POPULATION
        + "neurons with enough spikes; lvr and lvr_sd: their mean and standard deviation; "
        "lvr_active: mean over the neurons that fired, 0 for those with fewer than three spikes",
    ),
    "correlation": Table(
        ("spikes", "correlation"),
        populations.correlation,
        f"{POPULATION}pairs of at most {populations.N_PAIRED} neurons that fired; correlation: the "
        "mean over the pairs of n_trains neurons",
    ),
    "rates_individual": Table(
        ("rates_individual",),
        neurons.single_rates,
        "histogram of the rates of single neurons, one row per population: rate [spikes/s] and how "
        f"many neurons have it, joined by a colon; exact up to {neurons.EXACT} spikes, in bins of "
        f"a ratio of {neurons.RATIO:g} beyond",
    ),
    "rate_histograms": Table(
        ("rate_histograms",),
        areas.area_rates,
        f"rate of each area [spikes/s] in bins of {areas.BIN:g} ms that start at time_ms, "
        "three significant digits",
    ),
    "single_units": Table(
        ("spikes", "experimental_units"),
        neurons.single_units,
        "quantiles of the n samples of rate [spikes/s], CV and LvR that activity_similarity "
        "compares",
    ),
    "power_spectra": Table(
        ("power_spectra",),
        areas.spectra,
        "power spectral density of the rate of each area [(spikes/s)^2/Hz] at frequency_Hz; mean "
        f"over {areas.SPECTRUM} bins per factor of ten at high frequencies",
    ),
    "temporal_hierarchy": Table(
        ("temporal_hierarchy",),
        areas.hierarchy,
        "position of each area in time, 0 (first) to 1, residual of all positions, and the lag "
        "[ms] of an area behind that of the column; empty: undecided",
    ),
    "raster": Table(
        ("spikes",),
        neurons.raster,
        f"spikes of a share of {neurons.SHARE:g} of the neurons between t_start_ms and t_stop_ms: "
        "times_ms of the row-th of n_rows neurons; neurons without a spike have no row, "
        "but a population in which none fired has one without times; of all areas, or of three "
        f"where all would have more than {neurons.MOST_SPIKES} spikes",
    ),
    "first_differences": Table(
        ("spikes", "spikes_without", "t_spike"),
        neurons.differences,
        "time after the extra spike [ms] of the first spike of a population that is not in the run "
        "without it",
    ),
}
TABLES |= {name: Table((name,), _taken(name), about) for name, about in SMALL.items()}
