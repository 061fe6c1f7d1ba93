"""Order of areas in time, from the lags between their rates."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.results import Arrays
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "temporal_hierarchy": {
        "needs": ("rate_histograms",),
        "pairs_of_areas": "recorded",
        "uses": (),
        "file": "temporal_hierarchy.h5",
        "version": 1,
    }
}

MAX_LAG = 50.0
"""Largest lag of the cross-correlations [ms]."""
N_CHUNKS = 9
"""Parts of the window from which the noise of a cross-correlation is estimated."""
MIN_DISTANCE = 5.0
"""Smallest distance of two peaks [ms]."""
MAX_SPREAD, MAX_SHIFT, MAX_ACCEPTED = 4.0, 3.0, 30.0
"""Limits of an accepted lag [ms]: MAD over chunks, distance to their median, size."""
DECIDED = 0.5
"""Share of the pairs of areas that must have a lag, or there is no order in time."""


def temporal_hierarchy(*, rate_histograms: Arrays, parameters: AnalysisParameters) -> Arrays:
    """Return the lag of each pair of areas, and the position of each area from first to last.

    The lag of a pair is that of a peak in the cross-correlation of their `rate_histograms` which
    also occurs in the parts of the window. Positions h minimise sum (h_i - h_j - lag_ij)^2 over
    the pairs with a lag (Schmidt et al. 2018b). `parameters` are not used.

    Returns
    -------
    Arrays
        lag (area, area), ms: how much later the row's area is, nan where undecided; strength
        (area, area): height of its peak in units of the noise (the published criteria also accept
        some peaks of unrelated rates, with a strength up to about 4); position (area), 0 (first)
        to 1 (last), nan for areas that no chain of lags links to the largest group of areas;
        residual, ms: root mean square of h_i - h_j - lag_ij; area names.
        A window shorter than 9 times 100 ms leaves all lags undecided.
    """
    rate = rate_histograms["area_rate"]
    binsize = float(rate_histograms["binsize"])
    lag, strength = lag_matrices(rate, binsize)
    position, residual = positions(lag)
    return Arrays(
        {
            "lag": (lag, ("area", "area"), "ms"),
            "strength": (strength, ("area", "area"), "1"),
            "position": (position, ("area",), "1"),
            "residual": (np.array(residual), (), "ms"),
            "area": (rate_histograms["area"], ("area",), ""),
        }
    )


def cross_correlations(series: np.ndarray, n_lags: int) -> np.ndarray:
    """Return the cross-correlations of all pairs of z-scored `series`, (n, n, 2 `n_lags` + 1).

    With `series` (n, bins), entry [i, j, n_lags + k] is the mean of z_i(t + k) z_j(t): a peak at
    k > 0 means that i is later. 0 for a constant series.
    """
    n, bins = series.shape
    centred = series - series.mean(axis=1, keepdims=True)
    sd = centred.std(axis=1, keepdims=True)
    scaled = np.divide(centred, sd, out=np.zeros_like(centred), where=sd > 1e-12)
    size = 1 << (bins + n_lags - 1).bit_length()
    transform = np.fft.rfft(scaled, size, axis=1)
    order = np.arange(-n_lags, n_lags + 1)
    result = np.empty((n, n, len(order)))
    for i in range(n):
        result[i] = np.fft.irfft(transform[i] * transform.conj(), size, axis=1)[:, order]
    return result / (bins - np.abs(order))


def lag_matrices(rate: np.ndarray, binsize: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the lag [ms] of each pair of areas, (n, n) antisymmetric, and its strength, (n, n).

    Both are nan where undecided; `rate` (n, bins) has bins of `binsize` [ms]. The strength is the
    height of the peak in units of the noise.
    """
    n, bins = rate.shape
    n_lags = round(MAX_LAG / binsize)
    lag, strength = np.full((2, n, n), np.nan)
    np.fill_diagonal(lag, 0)
    length = bins // N_CHUNKS
    if n_lags < 1 or length < 2 * n_lags:
        return lag, strength
    full = cross_correlations(rate, n_lags)
    parts = rate[:, : length * N_CHUNKS].reshape(n, N_CHUNKS, length)
    chunks = np.stack([cross_correlations(parts[:, k], n_lags) for k in range(N_CHUNKS)])
    for i in range(n):
        for j in range(i):
            lag[i, j], strength[i, j] = pair_lag(full[i, j], chunks[:, i, j], binsize)
            lag[j, i], strength[j, i] = -lag[i, j], strength[i, j]
    return lag, strength


def pair_lag(full: np.ndarray, chunks: np.ndarray, binsize: float) -> tuple[float, float]:
    """Return the lag [ms] of one pair and the strength of its peak, both nan if undecided.

    `full` (2 n_lags + 1,) is the cross-correlation in the whole window, in bins of `binsize` [ms];
    `chunks` (n_chunks, 2 n_lags + 1) those in its parts, whose deviations give the noise.
    """
    noise = float((chunks - chunks.mean(axis=0)).std())
    if noise == 0:
        return float("nan"), float("nan")
    noise_full = noise / np.sqrt(len(chunks))
    found = two_peaks(full, noise_full, binsize)
    in_chunks = np.array([two_peaks(chunk, noise, binsize) for chunk in chunks])[:, :, 0]
    accepted = sorted(
        (height, lag)
        for side, (lag, height) in enumerate(found)
        if _is_consistent(lag, in_chunks[:, side])
    )
    unclear = len(accepted) == 2 and accepted[0][1] != accepted[1][1]
    if not accepted or (unclear and accepted[1][0] - accepted[0][0] <= 2 * noise_full):
        return float("nan"), float("nan")
    height, lag = accepted[-1]
    return lag, height / noise_full


def two_peaks(values: np.ndarray, noise: float, binsize: float) -> list[tuple[float, float]]:
    """Return lag [ms] and height of a peak of `values` at lags <= 0 and one at lags >= 0; or nan.

    `values` (2 n_lags + 1,) is a cross-correlation in bins of `binsize` [ms]. On each side small
    lags are preferred: a peak further away must be higher by `noise`.
    """
    from scipy.signal import find_peaks  # slow to import

    peaks, _ = find_peaks(values, noise, distance=max(1, round(MIN_DISTANCE / binsize)))
    centre = len(values) // 2
    chosen = []
    for sign in (-1, 1):
        best = (float("nan"), float("nan"))
        for peak in sorted(peaks[sign * (peaks - centre) >= 0], key=lambda k: abs(k - centre)):
            if np.isnan(best[1]) or values[peak] > best[1] + noise:
                best = (int(peak - centre) * binsize, float(values[peak]))
        chosen.append(best)
    return chosen


def positions(lag: np.ndarray) -> tuple[np.ndarray, float]:
    """Return positions of areas on a line, 0 ... 1, and the residual [ms], from pairwise lags.

    The positions h minimise sum (h_i - h_j - lag_ij)^2, with `lag` (n, n) [ms] antisymmetric and
    nan where undecided; the residual is the root mean square, nan without any lag.
    """
    from scipy.sparse.csgraph import connected_components  # slow to import

    known = np.isfinite(lag)
    group = connected_components(known, directed=False)[1]
    member = group == np.bincount(group).argmax()
    result = np.full(len(lag), np.nan)
    rows, columns = np.nonzero(np.tril(known & np.outer(member, member), -1))
    if len(rows) == 0:
        return result, float("nan")
    design = np.zeros((len(rows), len(lag)))
    design[np.arange(len(rows)), rows] = 1
    design[np.arange(len(rows)), columns] = -1
    wanted = lag[rows, columns]
    h = np.linalg.lstsq(design, wanted, rcond=None)[0]
    residual = float(np.sqrt(np.mean((design @ h - wanted) ** 2)))
    span = np.ptp(h[member])
    shifted = h[member] - h[member].min()
    result[member] = shifted / span if span > 1e-9 else 0.0
    return result, residual


def _is_consistent(lag: float, in_chunks: np.ndarray) -> bool:
    """Return whether a lag is small, and similar in most chunks."""
    seen = in_chunks[np.isfinite(in_chunks)]
    if not abs(lag) < MAX_ACCEPTED or 2 * len(seen) <= len(in_chunks):
        return False
    median = np.median(seen)
    spread = np.median(np.abs(seen - median))
    return bool(spread <= MAX_SPREAD and abs(lag - median) <= MAX_SHIFT)


def decided_pairs(lag: np.ndarray) -> tuple[int, int]:
    """Return how many pairs of areas have a `lag`, (n, n) [ms], that is not nan, and all pairs."""
    n = len(lag)
    return int(np.isfinite(lag[np.triu_indices(n, 1)]).sum()), n * (n - 1) // 2


def is_decided(lag: np.ndarray) -> bool:
    """Return whether so many pairs of areas have a `lag`, (n, n) [ms], that they have an order."""
    n_decided, n_pairs = decided_pairs(lag)
    return n_decided >= DECIDED * n_pairs > 0
