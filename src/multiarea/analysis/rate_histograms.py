"""Rates against time, of populations and of areas."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.results import Arrays, population_labels
from multiarea.errors import InputError
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes
from multiarea.spikes.trains import Trains

MEASURES = {
    "rate_histograms": {
        "needs": ("spikes",),
        "uses": ("rate_histogram",),
        "file": "rate_histograms.h5",
        "version": 1,
    }
}


def rate_histograms(*, spikes: Spikes, parameters: AnalysisParameters) -> Arrays:
    """Return the rate per neuron in each time bin, from `spikes`.

    Window and bins are those of the block `rate_histogram` of `parameters`; an incomplete last
    bin is left out.

    Raises InputError if the run is shorter than the window or than one bin.

    Returns
    -------
    Arrays
        population_rate (population, time) and area_rate (area, time), spikes/s; time (time): left
        edges of the bins [ms]; binsize [ms]; area: names; area_n_neurons (area); labels of the
        populations.
    """
    block = parameters.rate_histogram
    window = windows.resolve(parameters, "rate_histogram", spikes.t_stop)
    n_bins = windows.n_bins(window, block.binsize)
    if n_bins == 0:
        raise InputError(
            f"ana_params: rate_histogram.binsize = {block.binsize:g} ms is longer than the window "
            f"from {window[0]:g} to {window[1]:g} ms."
        )
    whole = (window[0], window[0] + n_bins * block.binsize)
    index = spikes.populations.index
    sizes = spikes.populations["n_neurons"].to_numpy(dtype=float)
    of_area = index.get_level_values("area").to_numpy(dtype=str)
    areas = list(dict.fromkeys(of_area))
    area_sizes = np.array([sizes[of_area == area].sum() for area in areas])
    population_rate = np.empty((len(index), n_bins), dtype=np.float32)
    area_rate = np.zeros((len(areas), n_bins))
    for p, (key, trains) in enumerate(spikes.items()):
        counts = _spike_counts(trains, whole, block.binsize)
        population_rate[p] = counts * (1000 / block.binsize / sizes[p])
        area_rate[areas.index(key[0])] += counts
    area_rate *= 1000 / block.binsize / area_sizes[:, None]
    return Arrays(
        {
            "population_rate": (population_rate, ("population", "time"), "spikes/s"),
            "area_rate": (area_rate, ("area", "time"), "spikes/s"),
            "time": (window[0] + block.binsize * np.arange(n_bins), ("time",), "ms"),
            "binsize": (np.array(block.binsize), (), "ms"),
            "area": (np.array(areas), ("area",), ""),
            "area_n_neurons": (area_sizes, ("area",), "1"),
            **population_labels(index),
        }
    )


def _spike_counts(trains: Trains, window: tuple[float, float], width: float) -> np.ndarray:
    """Return the number of spikes of all neurons in each bin."""
    counts = np.zeros(windows.n_bins(window, width), dtype=np.int64)
    for _, part in windows.blocks(trains):
        times = part.times[windows.inside(part.times, window)]
        counts += np.bincount(windows.bin_index(times, window, width), minlength=len(counts))
    return counts
