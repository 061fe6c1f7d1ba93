"""What one random word means: a target, a weight, a delay, a number of external spikes.

These functions work on single numbers, so that every processor can share them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from multiarea.simulation.procedural.counters import HALF, LOW

FACTOR_BITS = 10
"""A weight is one of 2^10 equally likely quantiles of its distribution."""
FACTOR_ONE = 1 << 14
"""The number that stands for the mean weight in a table of weight factors."""
_FACTOR_SHIFT = np.uint64(32 - FACTOR_BITS)
_FACTOR_MASK = np.uint64((1 << FACTOR_BITS) - 1)
MEAN_BITS = 10
"""Bits behind the point of a mean weight in fixed point; an event has none."""
_ROUND = np.int64((FACTOR_ONE << MEAN_BITS) // 2)
_POINT = np.int64(14 + MEAN_BITS)
_SIGN = np.int64(63)


@njit(inline="always")
def scaled(word, n):
    """Return upper half of a word times n: its upper half is uniform on 0 .. n - 1."""
    return (word >> HALF) * n


@njit(inline="always")
def weight(product, mean, factors):
    """Return a weight in fixed point.

    Parameters
    ----------
    product : uint64
        What `scaled` returned; its lower half is independent of the target.
    mean : int64
        Mean weight in fixed point, with `MEAN_BITS` bits behind the point.
    factors : (2^10,) int32
        Quantiles of weight / mean, `FACTOR_ONE` for 1.
    """
    factor = np.int64(factors[(product >> _FACTOR_SHIFT) & _FACTOR_MASK])
    return (mean * factor + _ROUND) >> _POINT


@njit(inline="always")
def delay(word, aliases, first, length):
    """Return a delay in steps less its shortest one, by Walker's alias method, without a branch.

    Parameters
    ----------
    word : uint64
        Only its lower half is used.
    aliases : (n,) uint64
        Tables one after the other; entry k: threshold of k in the upper half, its alias below.
    first, length : uint64
        The table.
    """
    product = (word & LOW) * length
    own = product >> HALF
    entry = aliases[first + own]
    is_own = np.uint64((np.int64(product & LOW) - np.int64(entry >> HALF)) >> _SIGN)
    alias = entry & LOW
    return alias ^ ((alias ^ own) & is_own)
