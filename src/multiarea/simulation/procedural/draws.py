"""What one random word means: a target, a weight, a delay, a number of external spikes.

These functions work on single numbers, so that any kind of processor can use them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from multiarea.simulation.procedural.counters import HALF, LOW

WEIGHT_BITS = 10
"""A weight is one of 2^10 equally likely quantiles of its distribution."""
GUIDE_BITS = 13
"""A Poisson number is read from a table of 2^13 entries, if that decides it."""
OPEN = 128
"""Bit of entries that do not decide it; their other bits are the smallest possible number."""
_WEIGHT_SHIFT = np.uint64(32 - WEIGHT_BITS)
_WEIGHT_MASK = np.uint64((1 << WEIGHT_BITS) - 1)
_PART_BITS = 16
_GUIDE_SHIFT = _PART_BITS - GUIDE_BITS
_GUIDE_MASK = np.uint64((1 << GUIDE_BITS) - 1)
_PART = np.uint64(_PART_BITS)
_PART_MASK = np.uint64((1 << _PART_BITS) - 1)
_REST_SHIFT = np.uint64(64 - _PART_BITS)
_SIGN = np.int64(63)


@njit(inline="always")
def scaled(word, n):
    """Return the upper half of `word` times `n`: its upper half is uniform on 0 .. n - 1."""
    return (word >> HALF) * n


@njit(inline="always")
def weight_index(product):
    """Return which of the 2^10 quantiles is the weight.

    Parameters
    ----------
    product : uint64
        What `scaled` returned; its lower half is independent of the target.
    """
    return (product >> _WEIGHT_SHIFT) & _WEIGHT_MASK


@njit(inline="always")
def column(word, n):
    """Return the lower half of `word` times `n`: its upper half is the column of `n` delays."""
    return (word & LOW) * n


@njit(inline="always")
def delay(product, entry):
    """Return a delay minus the shortest one [steps], by Walker's alias method without branches.

    Parameters
    ----------
    product : uint64
        What `column` returned.
    entry : uint64
        That column: threshold in the upper half, alias below.
    """
    own, alias = product >> HALF, entry & LOW
    is_own = np.uint64((np.int64(product & LOW) - np.int64(entry >> HALF)) >> _SIGN)
    return alias ^ ((alias ^ own) & is_own)


@njit(inline="always")
def guide_index(word, part):
    """Return the entry of a guide table for the quarter `part` (0 .. 3) of `word`."""
    return (word >> np.uint64(_PART_BITS * part + _GUIDE_SHIFT)) & _GUIDE_MASK


@njit(inline="always")
def number(word, part, rest):
    """Return a 32-bit number: the quarter `part` of `word`, then the highest 16 bits of `rest`."""
    return (((word >> (_PART * part)) & _PART_MASK) << _PART) | (rest >> _REST_SHIFT)


@njit(inline="always")
def poisson(z, thresholds, at_least):
    """Return how many sorted `thresholds` the 32-bit number `z` reaches, `at_least` or more."""
    n = np.uint64(at_least)
    while n < np.uint64(len(thresholds)) and z >= np.uint64(thresholds[n]):
        n += np.uint64(1)
    return n
