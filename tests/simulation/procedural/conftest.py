"""Statistics that several tests need; p-values are two-sided, so that a fit too good fails, too."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

P = 1e-4
"""The seeds are fixed: a p-value below this one means a defect, not bad luck."""


def two_sided(statistic, freedom):
    law = stats.chi2(freedom)
    return 2 * min(law.cdf(statistic), law.sf(statistic))


def even(observed, expected):
    """Whether many counts with a given sum scatter about their expectations as multinomial ones.

    The statistic has mean and variance of chi-square for small expectations, too.
    """
    statistic = np.sum((np.ravel(observed) - np.ravel(expected)) ** 2 / np.ravel(expected))
    return two_sided(statistic, np.size(observed) - 1) > P


def fits(observed, expected, fixed=1):
    """Whether counts fit their expectations; rare ones are joined, `fixed` sums are given."""
    observed, expected = np.ravel(observed).astype(float), np.ravel(expected).astype(float)
    rare = expected < 5
    if rare.any():
        observed = np.append(observed[~rare], observed[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
    used = expected > 0
    assert observed[~used].sum() == 0
    statistic = np.sum((observed[used] - expected[used]) ** 2 / expected[used])
    return two_sided(statistic, np.count_nonzero(used) - fixed) > P


def unrelated(x, y, bins=8):
    """Whether two variables are independent: chi-square of the table of their ranks' classes."""
    n, rng = len(x), np.random.default_rng(1)
    classes = np.empty((2, n), int)
    for row, values in zip(classes, (x, y), strict=True):
        row[np.lexsort([rng.random(n), values])] = np.arange(n) * bins // n
    table = np.bincount(bins * classes[0] + classes[1], minlength=bins * bins)
    return fits(table, np.full(bins * bins, n / bins**2), 2 * bins - 1)


def uncorrelated(rows):
    """Whether no two rows of a matrix are correlated: none of them, nor all on average."""
    z = (rows - rows.mean(axis=1, keepdims=True)) / rows.std(axis=1, keepdims=True)
    n = z.shape[1]
    r = (z @ z.T / n)[np.triu_indices(len(z), 1)]
    # for independent rows r^2 has the mean 1 / (n - 1), and a relative sd of about sqrt(2)
    squared = np.mean(r**2) * (n - 1)
    return abs(squared - 1) < 5 * np.sqrt(2 / len(r)) and np.abs(r).max() * np.sqrt(n) < 6


@pytest.fixture
def check():
    return SimpleNamespace(
        P=P,
        two_sided=two_sided,
        even=even,
        fits=fits,
        unrelated=unrelated,
        uncorrelated=uncorrelated,
    )
