"""Out-degrees: how many synapses each neuron makes in each unit.

A projection of N synapses draws both ends of each one uniformly and independently, so that the
numbers of synapses over (source neuron, unit) are multinomial with N trials, and the targets within
a unit are independent. Poisson numbers given their sum are multinomial: they are drawn with a
slightly smaller mean, and the missing synapses are added one by one.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from multiarea.errors import InputError
from multiarea.simulation.procedural import counters
from multiarea.simulation.procedural.counters import HALF, LOW
from multiarea.simulation.procedural.distributions import alias, pack

MOST_NUMBERS = 1 << 32
"""Counters of random numbers have 32 bits."""
MARGIN = 4.0
"""Standard deviations by which the mean of the sum of the Poisson numbers is reduced."""


@njit(cache=True)
def poisson_alias(mean):
    """Return the smallest number that is drawn, and the alias table of a Poisson distribution.

    Numbers that are left out have a probability below 1e-15.
    """
    reach = np.int64(9 * math.sqrt(mean) + 40)
    mode = np.int64(mean)
    low = max(0, mode - reach)
    weights = np.empty(mode + reach - low + 1)
    weights[mode - low] = 1.0
    for k in range(mode - 1, low - 1, -1):
        weights[k - low] = weights[k - low + 1] * (k + 1) / mean
    for k in range(mode + 1, low + len(weights)):
        weights[k - low] = weights[k - low - 1] * mean / k
    return low, pack(*alias(weights * (len(weights) / weights.sum())))


def fill(  # noqa: PLR0913
    table: np.ndarray, columns: np.ndarray, sizes: np.ndarray, n_synapses: int, seed: int, name: int
) -> None:
    """Draw the out-degrees of one projection.

    Parameters
    ----------
    table : (sources, units that the source population reaches) of unsigned integers
        Its `columns` are filled.
    columns, sizes : (u,) arrays of int
        Columns of the target population's units, and their numbers of neurons.
    n_synapses : int
        Number of synapses of the projection.
    seed, name : int
        Seed of the simulation, and number of the projection: source population x P + target
        population.

    Raises
    ------
    InputError
        If a number does not fit the type of the table, or there are more than 2^32 numbers.
    """
    if len(table) * len(columns) > MOST_NUMBERS:
        raise InputError(
            f"{len(table)} source neurons reach {len(columns)} units of one population: the "
            f"procedural simulator counts to {MOST_NUMBERS}. Choose sim_params['simulator'] = "
            "'nest'."
        )
    used, which = np.unique(sizes, return_inverse=True)
    short = max(n_synapses - MARGIN * math.sqrt(n_synapses) - 1.0, 0.0)
    lows, tables = zip(
        *(poisson_alias(short * size / sizes.sum() / len(table)) for size in used), strict=True
    )
    ends = np.cumsum([0, *map(len, tables)]).astype(np.uint64)
    aliases = np.concatenate(tables)
    limit = np.iinfo(table.dtype).max
    for attempt in range(100):
        key = counters.key_of(seed, counters.OUT_DEGREE, name, attempt)
        total, largest = _poisson(table, columns, which, np.array(lows), aliases, ends, key)
        if total <= n_synapses:
            key = counters.key_of(seed, counters.MISSING, name, attempt)
            owner = np.repeat(columns, sizes)
            added = _throw(table, owner, n_synapses - total, key)
            if max(largest, added) > limit:
                raise InputError(
                    f"a neuron makes {max(largest, added)} synapses in one unit, more than {limit}"
                )
            return
    raise RuntimeError("Poisson numbers exceed the number of synapses again and again")


@njit(cache=True, nogil=True)
def _poisson(table, columns, which, lows, aliases, ends, key):  # noqa: PLR0913
    total, largest = np.int64(0), np.int64(0)
    n = len(columns)
    for q in range(len(table)):
        for k in range(n):
            u = which[k]
            word = counters.philox(np.uint64(q * n + k), key)
            product = (word & LOW) * (ends[u + 1] - ends[u])
            own = product >> HALF
            entry = aliases[ends[u] + own]
            # 32 bits choose the entry, the other 32 whether it or its alias is taken
            is_own = (word >> HALF) < (entry >> HALF)
            number = lows[u] + np.int64(own if is_own else entry & LOW)
            table[q, columns[k]] = number
            total += number
            largest = max(largest, number)
    return total, largest


@njit(cache=True, nogil=True)
def _throw(table, owner, n, key):
    largest = np.int64(0)
    for k in range(n):
        word = counters.philox(np.uint64(k), key)
        source = ((word >> HALF) * np.uint64(len(table))) >> HALF
        target = ((word & LOW) * np.uint64(len(owner))) >> HALF
        column = owner[target]
        table[source, column] += 1
        largest = max(largest, np.int64(table[source, column]))
    return largest
