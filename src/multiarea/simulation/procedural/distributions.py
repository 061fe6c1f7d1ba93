"""Tables of the distributions from which is drawn."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.optimize import brentq
from scipy.special import gammaincc, ndtr, ndtri

from multiarea.errors import InputError
from multiarea.simulation.procedural.draws import GUIDE_BITS, OPEN, WEIGHT_BITS

WORD = 2.0**32
SMALLEST_SPREAD = 1e-6
"""Relative standard deviation below which all weights are equal: rounding is coarser."""
WIDEST_LOGNORMAL = 30.0
"""Largest relative standard deviation of lognormal weights; 2^10 values have less than 32."""


def alias_table(probabilities: np.ndarray) -> np.ndarray:
    """Return Walker's table of a distribution, (n,) uint64: threshold in the upper half, alias.

    Each threshold is exact to 2^-32 (Walker 1977, ACM TOMS 3:253).
    """
    weights = np.asarray(probabilities, float)
    return pack(*alias(weights * (len(weights) / weights.sum())))


@njit(cache=True)
def pack(thresholds, aliases):
    """Return the entries of Walker's table from its `thresholds` and `aliases`."""
    return (thresholds.astype(np.uint64) << np.uint64(32)) | aliases.astype(np.uint64)


@njit(cache=True)
def alias(share):
    """Return thresholds and aliases of a distribution whose mean share is 1."""
    n = len(share)
    threshold = np.full(n, 0xFFFFFFFF, np.int64)
    other = np.arange(n)
    small, large = np.empty(n, np.int64), np.empty(n, np.int64)
    n_small = n_large = 0
    for k in range(n):
        if share[k] < 1.0:
            small[n_small] = k
            n_small += 1
        else:
            large[n_large] = k
            n_large += 1
    while n_small > 0 and n_large > 0:
        n_small -= 1
        poor, rich = small[n_small], large[n_large - 1]
        threshold[poor] = np.int64(share[poor] * 4294967296.0)
        other[poor] = rich
        share[rich] -= 1.0 - share[poor]
        if share[rich] < 1.0:
            n_large -= 1
            small[n_small] = rich
            n_small += 1
    return threshold, other


def weight_quantiles(relative_sd: float, law: str) -> np.ndarray:
    """Return equally likely quantiles of weight / mean weight, (2^10,) float64.

    The table has mean and variance of the `law`, a normal distribution with the standard deviation
    `relative_sd` that is clipped at 0 (`normal_clipped`) or drawn again below 0 (`normal_redrawn`),
    or a `lognormal` distribution with this standard deviation.

    Raises InputError if a lognormal distribution is wider than `WIDEST_LOGNORMAL`.
    """
    n = 1 << WEIGHT_BITS
    if relative_sd < SMALLEST_SPREAD:
        return np.ones(n)
    if law == "lognormal":
        return _lognormal_quantiles(relative_sd, n)
    u = (np.arange(n) + 0.5) / n
    below = ndtr(-1 / relative_sd)
    if law == "normal_redrawn":
        u = below + (1 - below) * u
    values = np.maximum(1 + relative_sd * ndtri(u), 0)
    mean, sd = _moments(relative_sd, law)
    for _ in range(20):
        inside = values > 0
        values[inside] *= sd / values.std()
        values[inside] += (mean - values.mean()) * n / inside.sum()
        values = np.maximum(values, 0)
    return values


def _lognormal_quantiles(relative_sd: float, n: int) -> np.ndarray:
    """Return the means of `n` equally likely parts of a lognormal distribution with the mean 1.

    Parts lack the spread within them, so sigma is enlarged until they have the `relative_sd`.
    """
    if relative_sd > WIDEST_LOGNORMAL:
        raise InputError(
            f"lognormal weights with a standard deviation / mean of {relative_sd:g}: the "
            f"procedural simulator takes at most {WIDEST_LOGNORMAL:g}; choose narrower ones in "
            "net_params.connection_params, or sim_params['simulator'] = 'nest'."
        )
    edges = ndtri(np.arange(n + 1) / n)

    def parts(sigma: float) -> np.ndarray:
        return n * np.diff(ndtr(edges - sigma))

    exact = np.sqrt(np.log1p(relative_sd**2))
    sigma = brentq(lambda s: parts(s).std() - relative_sd, exact / 2, 3 * exact)
    return parts(sigma)


def _moments(r: float, law: str) -> tuple[float, float]:
    """Return mean and sd of 1 + r z, clipped at 0 or drawn again below 0."""
    a = 1 / r
    density, above = np.exp(-a * a / 2) / np.sqrt(2 * np.pi), ndtr(a)
    first = above + r * density
    second = (1 + r * r) * above + r * density
    if law == "normal_redrawn":
        first, second = first / above, second / above
    return float(first), float(np.sqrt(second - first**2))


def poisson_thresholds(mean: float) -> np.ndarray:
    """Return the 32-bit numbers from which on there are 1, 2, ... events, (n,) uint32.

    The probability above the last one is below 2^-32.
    """
    limits = []
    while (at_most := float(gammaincc(len(limits) + 1, mean))) * WORD <= WORD - 1:
        limits.append(round(at_most * WORD))
    return np.array(limits, np.uint32)


def guide_table(thresholds: np.ndarray) -> np.ndarray:
    """Return the number of events for the upper 13 of 32 bits, (2^13,) uint8.

    Where these bits do not decide it, `OPEN` and the smallest possible number, at most 127 (guide
    table: Chen & Asau 1974, AIIE Trans 6:163).
    """
    rest = 32 - GUIDE_BITS
    low = np.arange(1 << GUIDE_BITS, dtype=np.uint64) << np.uint64(rest)
    high = low + np.uint64((1 << rest) - 1)
    fewest, most = (np.searchsorted(thresholds, z, side="right") for z in (low, high))
    fewest = np.minimum(fewest, OPEN - 1)
    return np.where(fewest == most, fewest, OPEN | fewest).astype(np.uint8)
