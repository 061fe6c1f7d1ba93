"""The integral of the Siegert formula in closed form, up to one tabulated function.

With exp(s^2) (1 + erf s) = 2 exp(s^2) - erfcx(s), the integral from 0 to y >= 0 is
2 exp(y^2) D(y) - G(y) with Dawson's function D and G(x) = int_0^x erfcx(s) ds; for y < 0 it is
-G(-y).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import dawsn, erfcx

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

FAR = 20.0
"""From here on an asymptotic series of G is exact to 3e-13."""
OVERFLOW = 26.6
"""Argument from which on exp(y^2) overflows."""


def siegert_integral(y_r: np.ndarray, y_th: np.ndarray) -> np.ndarray:
    """Return sqrt(pi) times the integral of exp(s^2) (1 + erf s) from `y_r` to `y_th`.

    Parameters
    ----------
    y_r, y_th : arrays of one shape
        Reset and threshold above the mean input in units of sigma, y_r <= y_th.

    Returns
    -------
    array
        inf where it exceeds the range of double precision.
    """
    limits = np.stack([np.minimum(y_r, OVERFLOW), y_th])
    positive = np.clip(limits, 0, 1.1 * OVERFLOW)
    with np.errstate(over="ignore"):
        growing = 2 * np.sqrt(np.pi) * np.exp(positive**2) * dawsn(positive)
    low, high = growing - _integral_of_erfcx(np.abs(limits))
    return high - low


def _integral_of_erfcx(x: np.ndarray) -> np.ndarray:
    """Return sqrt(pi) G(x) for x >= 0."""
    table, offset = _table()
    far = np.maximum(x, FAR)
    return np.where(x < FAR, np.sqrt(np.pi) * table(np.minimum(x, FAR)), offset + _series(far))


def _series(x: np.ndarray) -> np.ndarray:
    """Return sqrt(pi) G(x) up to a constant for x >= `FAR`."""
    z = 1 / x**2
    return np.log(x) + z * (1 / 4 - z * (3 / 16 - z * (15 / 48 - z * 105 / 128)))


@cache
def _table() -> tuple[PPoly, float]:
    """Return G on [0, `FAR`] as piecewise polynomials, and the constant of the series."""
    from scipy.interpolate import PPoly

    knots = np.linspace(0, FAR, 401)
    nodes = 0.5 * (knots[1] - knots[0]) * (1 - np.cos(np.pi * (np.arange(8) + 0.5) / 8))
    values = erfcx(knots[:-1, None] + nodes)
    table = PPoly(np.linalg.solve(np.vander(nodes), values.T), knots).antiderivative()
    return table, float(np.sqrt(np.pi) * table(FAR) - _series(np.array(FAR)))
