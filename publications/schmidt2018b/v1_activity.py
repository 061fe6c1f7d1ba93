"""Spectrum and rates of V1 in the states."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, note, place
from multiarea.spikes.windows import resolve
from publications.drawn_from import Paper, Run
from publications.schmidt2018b.states import smooth
from publications.shared.layout import titled

FIGURE = {
    "title": "Activity of V1",
    "published": "Schmidt et al. 2018b, Fig. 4A, and 6D, F without the recordings",
    "runs": ("ground_state", "metastable", "sweep"),
    "results": ("rate_histograms", "power_spectra", "rates_individual"),
    "needs_run": True,
    "caption": "Runs of the macaque model at full scale with this software, and those of the "
    "user. The simulations of the article are not published as tables; the recordings of Chu et "
    "al. 2014 (CRCNS pvc-5) need a registration. 4A: rate of V1 against time, Gaussian kernel of "
    "10 ms. 6D: power spectral density of the rate of V1. 6F: rates of single neurons of V1: "
    "their share of all neurons, by decade of the rate; the legend has the share of silent ones.",
}

AREA = "V1"
BINS = np.geomspace(0.01, 300, 46)
"""Edges of bins of rates [spikes/s]; see `bins_of_counts`."""
FASTEST = 100.0
"""End of the axis of frequencies [Hz]."""


def plot(paper: Paper) -> Figure:
    """Draw the spectra and the distributions of all runs."""
    figure = titled(122, f"Macaque model, area {AREA}")
    series = place(figure, (16, 11), (154, 32))
    spectrum, distribution = (place(figure, (16 + 88 * n, 60), (66, 50)) for n in range(2))
    heading(series, "4A")
    heading(spectrum, "6D")
    heading(distribution, "6F")
    series.set_xlabel("Time (s)")
    series.set_ylabel("Rate (spikes/s)")
    spectrum.set_xlabel("Frequency (Hz)")
    spectrum.set_ylabel("Power ((spikes/s)²/Hz)")
    distribution.set_xlabel("Rate (spikes/s)")
    distribution.set_ylabel("Share of neurons per decade")
    runs = [run for run in paper.runs if AREA in run.results["rate_histograms"]["area"]]
    if not runs:
        figure.clear()
        note(place(figure, (16, 11), (154, 100)), f"{AREA} is not recorded in these runs")
        return figure
    for n, run in enumerate(sorted(runs, key=lambda run: run.chi)):
        colour = palette.CATEGORIES[n % len(palette.CATEGORIES)]
        _rate(series, run, colour)
        _spectrum(spectrum, run, colour)
        _distribution(distribution, run, colour)
    drawn = np.concatenate([line.get_ydata() for line in spectrum.lines])
    low, high = max(drawn.min(), 1e-6 * drawn.max()), drawn.max()
    span = low, high * (high / low) ** (0.15 * len(runs))
    spectrum.set(yscale="log", xlim=(0, FASTEST), ylim=span)
    log_axis(spectrum.yaxis, *span)
    rates = np.concatenate([_individual_rates(run) for run in runs])
    limits = rates[rates > 0].min(initial=1.0) / 1.3, rates.max(initial=2.0) * 1.3
    distribution.set(xscale="log", xlim=limits)
    log_axis(distribution.xaxis, *limits)
    for axes in (series, distribution):
        axes.set_ylim(0, axes.get_ylim()[1] * (1 + 0.12 * len(runs)))
    for axes in (series, spectrum, distribution):
        axes.legend(loc="upper right")
    return figure


def _individual_rates(run: Run) -> np.ndarray:
    """Return the rates of the neurons of V1 [spikes/s]."""
    table = run.results["rates_individual"]
    chosen = np.repeat(np.asarray(table["population_area"]) == AREA, np.diff(table["offsets"]))
    return table["rate"][chosen]


def _rate(axes: Axes, run: Run, colour: str) -> None:
    table = run.results["rate_histograms"]
    rate = table["area_rate"][table["area"] == AREA][0]
    smoothed = smooth(rate, float(table["binsize"]))
    axes.plot(table["time"] / 1000, smoothed, color=colour, label=f"χ = {run.chi:g}, {run.scale}")


def _spectrum(axes: Axes, run: Run, colour: str) -> None:
    table = run.results["power_spectra"]
    power = table["power"][table["area"] == AREA][0]
    chosen = (table["frequency"] > 0) & (table["frequency"] <= FASTEST) & (power > 0)
    axes.plot(table["frequency"][chosen], power[chosen], color=colour, label=f"χ = {run.chi:g}")


def _distribution(axes: Axes, run: Run, colour: str) -> None:
    values = _individual_rates(run)
    start, stop = resolve(run.parameters, "individualFiringRate", run.facts["t_sim"])
    edges = bins_of_counts(BINS, (stop - start) / 1000)
    counts, _ = np.histogram(values[values > 0], edges)
    density = counts / len(values) / np.diff(np.log10(edges))
    silent = np.mean(values == 0)
    label = f"χ = {run.chi:g}, {100 * silent:.0f} % silent"
    axes.stairs(density, edges, color=colour, label=label)


def bins_of_counts(bins: np.ndarray, seconds: float) -> np.ndarray:
    """Return edges near `bins` [spikes/s] between which there is a rate that a count can give.

    Rates over `seconds` are multiples of 1 / `seconds`: bins narrower than that are merged, and
    every edge is halfway between two of them.
    """
    return (np.unique(np.maximum(np.round(bins * seconds), 1)) - 0.5) / seconds
