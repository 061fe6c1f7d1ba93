"""Drawing kind: signals of areas in wider time bins, and scales that a few bins do not stretch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize

from multiarea.figures.kinds.brain_map import fitting_norm

BIN = 20.0
"""Width of the bins [ms]."""
OFTEN = 99.5
"""Percentile of the values up to which a scale goes if the largest is far beyond."""
FAR = 1.3
"""How many times the percentile the largest value must be to be far beyond."""


@dataclass(frozen=True)
class Activity:
    """Means of signals in time bins."""

    values: np.ndarray
    """(rows, bins)"""
    width: float
    """Of a bin [ms]."""
    start: float
    """Of the first bin [ms]."""

    @property
    def span(self) -> tuple[float, float]:
        """Start and end [s]."""
        return self.start / 1000, (self.start + self.width * self.values.shape[1]) / 1000

    @property
    def times(self) -> np.ndarray:
        """Middle of each bin [s], (bins,)."""
        return (self.start + self.width * (np.arange(self.values.shape[1]) + 0.5)) / 1000

    @property
    def z_scored(self) -> np.ndarray:
        """Deviation from the mean of a row in units of its standard deviation, (rows, bins).

        nan where a row is constant.
        """
        away = self.values - self.values.mean(axis=1, keepdims=True)
        sd = self.values.std(axis=1, keepdims=True)
        return np.divide(away, sd, out=np.full(away.shape, np.nan), where=sd > 1e-12)


def in_bins(values: np.ndarray, time: np.ndarray, width: float = BIN) -> Activity:
    """Return the means of `values`, (rows, samples), in bins of `width` ms.

    `time` are the left edges of the samples [ms]. Bins are a whole number of samples, at least one
    and at most all; samples that do not fill a bin at the end are left out.
    """
    step = float(time[1] - time[0]) if len(time) > 1 else width
    n = int(np.clip(round(width / step), 1, len(time)))
    n_bins = values.shape[1] // n
    parts = values[:, : n * n_bins].reshape(len(values), n_bins, n)
    return Activity(parts.mean(axis=2), n * step, float(time[0]))


def cut_off(values: np.ndarray) -> float:
    """Return where a scale of the magnitudes of `values` ends.

    That is the largest, or the percentile `OFTEN` if few lie far beyond it.
    """
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.any():
        return 1.0
    often, largest = float(np.percentile(sizes, OFTEN)), float(sizes.max())
    return often if 0 < often * FAR < largest else largest


def norm_of(values: np.ndarray) -> Normalize:
    """Return a norm for signals, `values` (rows, samples), all at least 0, that ends at `cut_off`.

    It is logarithmic where the means of the rows differ more than tenfold and few values are 0. It
    begins at 0, or where the values do if that is far from 0.
    """
    end, low = cut_off(values), float(np.percentile(values, 100 - OFTEN))
    if low > 0 and isinstance(fitting_norm(values.mean(axis=1)), LogNorm):
        return LogNorm(low, end)
    least = float(values.min())
    return Normalize(least if end / 3 < least < end else 0, end)


def with_ends(image: ScalarMappable, values: np.ndarray) -> ScalarMappable:
    """Return `image`, whose colour bar gets an arrow where `values` lie beyond its end."""
    low, high = np.nanmin(values, initial=np.inf), np.nanmax(values, initial=-np.inf)
    beyond = {(True, True): "both", (True, False): "min", (False, True): "max"}
    ends = beyond.get((bool(low < image.norm.vmin), bool(high > image.norm.vmax)), "neither")
    image.cmap = image.cmap.copy()
    image.cmap.colorbar_extend = ends
    return image


def deviation_norm(activity: Activity) -> Normalize:
    """Return a norm around 0 for the z-scored `activity`."""
    limit = cut_off(activity.z_scored)
    return Normalize(-limit, limit)
