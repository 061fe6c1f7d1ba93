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
    }
}


def spike_count_distributions(*, spikes: Spikes, parameters: AnalysisParameters) -> Arrays:
    """Return the number of neurons of each population and area against their spike count.

    Of `spikes` in the window `individualFiringRate` of `parameters`, in
    `binned_spikerates_per_neuron.bins` bins.

    Each row has its own bins, all of the same whole number of spikes wide (no bin is empty only
    because no whole number falls into it), from 0 to beyond the largest count. Silent neurons are
    in the first bin.

    Raises InputError if the run is shorter than the window `individualFiringRate`.

    Returns
    -------
    Arrays
        population_neurons (population, bin) and area_neurons (area, bin): neurons per bin;
        population_width, area_width: bin width [spikes]; bin b holds the counts from b * width to
        (b + 1) * width - 1; duration [ms] of the window, so that count / duration is a rate; area
        names; labels of the populations.
    """
    window = windows.resolve(parameters, "individualFiringRate", spikes.t_stop)
    n_bins = parameters.binned_spikerates_per_neuron.bins
    index = spikes.populations.index
    counts = [windows.counts(trains, window) for _, trains in spikes.items()]
    of_area: dict[str, list[np.ndarray]] = {}
    for area, one in zip(index.get_level_values("area"), counts, strict=True):
        of_area.setdefault(area, []).append(one)
    population_neurons, population_width = _histograms(counts, n_bins)
    area_neurons, area_width = _histograms(list(map(np.concatenate, of_area.values())), n_bins)
    return Arrays(
        {
            "population_neurons": (population_neurons, ("population", "bin"), "neurons"),
            "population_width": (population_width, ("population",), "spikes"),
            "area_neurons": (area_neurons, ("area", "bin"), "neurons"),
            "area_width": (area_width, ("area",), "spikes"),
            "area": (np.array(list(of_area)), ("area",), ""),
            "duration": (np.array(window[1] - window[0]), (), "ms"),
            **population_labels(index),
        }
    )


def _histograms(counts: list[np.ndarray], n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return histograms of spike counts with `n_bins` bins of one whole width each, and widths."""
    neurons = np.zeros((len(counts), n_bins), dtype=np.int64)
    width = np.array([one.max(initial=0) // n_bins + 1 for one in counts])
    for row, one, size in zip(neurons, counts, width, strict=True):
        row += np.bincount(one // size, minlength=n_bins)
    return neurons, width
