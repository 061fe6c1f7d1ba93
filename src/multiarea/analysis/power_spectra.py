"""Power spectra of the rates of areas."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.results import Arrays
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "power_spectra": {
        "needs": ("rate_histograms",),
        "uses": (),
        "file": "power_spectra.h5",
        "version": 1,
    },
}

SEGMENT = 1024.0
"""Length of a segment [ms]."""
OVERLAP = 1000 / 1024
"""Share of a segment that the next one repeats."""


def power_spectra(*, rate_histograms: Arrays, parameters: AnalysisParameters) -> Arrays:
    """Return the power spectral density of each area's rate by Welch's method.

    Segments of 1024 ms (or the whole window if shorter) with a Hann window, an overlap of
    1000 / 1024 and their means removed (Schmidt et al. 2018b).

    Returns
    -------
    Arrays
        power (area, frequency), (spikes/s)^2/Hz; frequency (frequency), Hz; area names.
    """
    rate = rate_histograms["area_rate"]
    binsize = float(rate_histograms["binsize"])
    length = min(max(2, round(SEGMENT / binsize)), rate.shape[1])
    overlap = min(int(length * OVERLAP), length - 1)
    frequency, power = welch(rate, 1000 / binsize, length, length - overlap)
    return Arrays(
        {
            "power": (power, ("area", "frequency"), "(spikes/s)^2/Hz"),
            "frequency": (frequency, ("frequency",), "Hz"),
            "area": (rate_histograms["area"], ("area",), ""),
        }
    )


def welch(
    series: np.ndarray, sampling_rate: float, length: int, shift: int
) -> tuple[np.ndarray, np.ndarray]:
    """Estimate one-sided power spectral densities (Welch 1967).

    Parameters
    ----------
    series : (n, samples)
    sampling_rate : float
        [Hz]
    length, shift : int
        Length of a segment, and distance of the starts of two segments.

    Returns
    -------
    frequency : (length // 2 + 1,)
        [Hz]
    power : (n, length // 2 + 1)
        Mean over segments, each without its mean and with a Hann window.
    """
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    power = np.zeros((len(series), length // 2 + 1))
    starts = range(0, series.shape[1] - length + 1, shift)
    for start in starts:
        segment = series[:, start : start + length]
        segment = (segment - segment.mean(axis=1, keepdims=True)) * window
        power += np.abs(np.fft.rfft(segment, axis=1)) ** 2
    power /= sampling_rate * (window**2).sum() * len(starts)
    power[:, 1 : (length + 1) // 2] *= 2
    return np.fft.rfftfreq(length, 1 / sampling_rate), power
