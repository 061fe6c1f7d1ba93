"""How many neurons fire how many spikes."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.results import Arrays, population_labels
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes

MEASURES = {
    "spike_count_distributions": {
        "needs": ("spikes",),
        "uses": ("binned_spikerates_per_neuron", "individualFiringRate"),
        "file": "spike_count_distributions.h5",
        "version": 1,
    },
}


def spike_count_distributions(*, spikes: Spikes, parameters: AnalysisParameters) -> Arrays:
    """Return the number of neurons of each population and area against their spike count.

    Each row has its own bins, all of the same whole number of spikes wide (no bin is empty only
    because no whole number falls into it), from 0 to beyond the largest count. Silent neurons are
    in the first bin.

    Returns
    -------
    Arrays
        population_neurons (population, bin) and area_neurons (area, bin): neurons per bin;
        population_width, area_width: bin width [spikes]; bin b holds the counts from b * width to
        (b + 1) * width - 1; duration [ms] of the window, so that count / duration is a rate.

    Raises
    ------
    InputError
        If the run is shorter than the window `individualFiringRate`.
    """
    block = parameters.individualFiringRate
    window = windows.resolve("individualFiringRate", (block.t_start, block.t_stop), spikes.t_stop)
    n_bins = parameters.binned_spikerates_per_neuron.bins
    index = spikes.populations.index
    fine = [np.bincount(windows.counts(trains, window)) for _, trains in spikes.items()]
    areas: dict[str, np.ndarray] = {}
    for area, histogram in zip(index.get_level_values("area"), fine, strict=True):
        areas[area] = _add(areas.get(area, np.zeros(1, dtype=np.int64)), histogram)
    population_neurons, population_width = _coarse(fine, n_bins)
    area_neurons, area_width = _coarse(list(areas.values()), n_bins)
    return Arrays(
        {
            "population_neurons": (population_neurons, ("population", "bin"), "neurons"),
            "population_width": (population_width, ("population",), "spikes"),
            "area_neurons": (area_neurons, ("area", "bin"), "neurons"),
            "area_width": (area_width, ("area",), "spikes"),
            "area": (np.array(list(areas)), ("area",), ""),
            "duration": (np.array(window[1] - window[0]), (), "ms"),
            **population_labels(index),
        }
    )


def _add(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    total = np.zeros(max(len(first), len(second)), dtype=np.int64)
    total[: len(first)] += first
    total[: len(second)] += second
    return total


def _coarse(histograms: list[np.ndarray], n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Join bins of one spike to `n_bins` bins of equal whole width per histogram."""
    width = np.array([-(-len(histogram) // n_bins) for histogram in histograms])
    joined = np.zeros((len(histograms), n_bins), dtype=np.int64)
    for row, (histogram, size) in enumerate(zip(histograms, width, strict=True)):
        np.add.at(joined[row], np.arange(len(histogram)) // size, histogram)
    return joined, width
