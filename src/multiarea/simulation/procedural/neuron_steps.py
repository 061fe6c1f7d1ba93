"""What one neuron does in one step, on single numbers, for any kind of processor.

All numbers are 32-bit floats. So that every processor rounds alike, each sum and each product is
rounded by itself: the functions are made from a `product` that a compiler does not join with an
addition (fused multiply-add), which compilers for graphics processors do and those for others do
not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit


def make_plain(product: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return the step of a neuron with one current and the parameters of its population.

    Parameters
    ----------
    product : function
        Product of two 32-bit floats, rounded to one.
    """

    def plain(  # noqa: PLR0913
        V, current, refractory, into, P22, P11, P21, drift, threshold, reset, n_refractory
    ):
        """Return potential, current, refractory steps, and whether the neuron fires (0, 1)."""
        v = product(V, P22) + product(current, P21) + drift
        v = V if refractory > 0 else v
        fires = np.int32(v >= threshold)
        left = np.int32(n_refractory if fires else (refractory - 1 if refractory > 0 else 0))
        return reset if fires else v, product(current, P11) + into, left, fires

    return plain


def make_general(product: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return the step of a neuron with two currents, or with parameters of its own.

    Parameters
    ----------
    product : function
        Product of two 32-bit floats, rounded to one.
    """

    def general(V, ex, in_, refractory, into_ex, into_in, p, k, drift, reset, n_refractory):  # noqa: PLR0913
        """Return potential, currents, refractory steps, and whether the neuron fires (0, 1).

        Column `k` of `p` has its parameters (`layout.Tables.parameters`).
        """
        v = product(V, p[0, k]) + product(ex, p[3, k]) + product(in_, p[4, k])
        v += product(p[5, k], drift)
        v = V if refractory > 0 else v
        fires = np.int32(v >= p[6, k])
        left = np.int32(n_refractory if fires else (refractory - 1 if refractory > 0 else 0))
        ex = product(ex, p[1, k]) + into_ex
        in_ = product(in_, p[2, k]) + into_in
        return reset if fires else v, ex, in_, left, fires

    return general


def make_added(product: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return the function that adds a number of times a weight to a current.

    Parameters
    ----------
    product : function
        Product of two 32-bit floats, rounded to one.
    """

    def added(current, number, weight):
        """Return `current` [pA] and the integer `number` times `weight`."""
        return current + product(np.float32(number), weight)

    return added


@njit(inline="always")
def _product(a, b):
    return a * b


plain = njit(inline="always")(make_plain(_product))
general = njit(inline="always")(make_general(_product))
added = njit(inline="always")(make_added(_product))
