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
    }
}

SEGMENT = 1024.0
"""Length of a segment [ms]."""
OVERLAP = 1000 / 1024
"""Share of a segment that the next one repeats."""


def power_spectra(*, rate_histograms: Arrays, parameters: AnalysisParameters) -> Arrays:
    """Return the power spectral density of each area's rate in `rate_histograms`.

    Welch's method with segments of 1024 ms (or the whole window if shorter), a Hann window, an
    overlap of 1000 / 1024 and means removed (Schmidt et al. 2018b); `parameters` are not used.

    Returns
    -------
    Arrays
        power (area, frequency), (spikes/s)^2/Hz; frequency (frequency), Hz; area names.
    """
    frequency, power = welch_spectra(
        rate_histograms["area_rate"], float(rate_histograms["binsize"])
    )
    return Arrays(
        {
            "power": (power, ("area", "frequency"), "(spikes/s)^2/Hz"),
            "frequency": (frequency, ("frequency",), "Hz"),
            "area": (rate_histograms["area"], ("area",), ""),
        }
    )


def welch_spectra(signals: np.ndarray, binsize: float) -> tuple[np.ndarray, np.ndarray]:
    """Return frequencies (F,) [Hz] and power (n, F) of `signals` (n, time) in bins of `binsize` ms.

    With the segments and window that `power_spectra` describes.
    """
    from scipy.signal import welch  # slow to import

    length = min(max(2, round(SEGMENT / binsize)), signals.shape[1])
    overlap = min(int(length * OVERLAP), length - 1)
    # row by row: all overlapping segments of one are in memory at once
    spectra = [welch(row, 1000 / binsize, nperseg=length, noverlap=overlap) for row in signals]
    return spectra[0][0], np.array([power for _, power in spectra])
