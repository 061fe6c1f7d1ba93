"""Random numbers from counters: the one place that defines which number is used for what.

A stream is named by its purpose and by two numbers; its words are numbered. Word c of a stream
is Philox2x32 with 7 rounds (Salmon et al. 2011, SC '11):

    counter = (c, high half of the stream's key)      key = low half of the stream's key
    key of a stream = mix64(mix64(mix64(mix64(0, seed), purpose), first), second)

| purpose    | first      | second        | c                      | word                      |
|------------|------------|---------------|------------------------|---------------------------|
| SYNAPSE    | unit (1)   | source neuron | synapse                | target and weight, delay  |
| TRANSMIT   | unit (1)   | neuron, step  | synapse                | whether a spike passes    |
| OUT_DEGREE | projection | attempt       | source neuron and unit | number of synapses        |
| MISSING    | projection | attempt       | missing synapse        | source neuron, unit       |
| DRIVE      | step       | drive         | four neurons           | four Poisson numbers (2)  |
| SOURCE     | step       | pulse         | source neuron          | Poisson number            |
| NEURON     | property   | population    | neuron                 | quantile                  |

(1) and, where several projections join the same populations, the number of those before it.
(2) of 32 bits each, of which it has the upper 16; the lower ones, where they matter, are the
highest ones of word `REST` + neuron.

There is no state, so that nothing depends on the order of the work, on threads or on
interruptions. The functions take and return 64-bit words that hold 32 bits, which vector units
multiply fastest.
"""

from __future__ import annotations

import numpy as np
from numba import njit

SYNAPSE, TRANSMIT, OUT_DEGREE, MISSING, DRIVE, SOURCE, NEURON = range(1, 8)
POTENTIAL, THRESHOLD, CAPACITANCE, TIME_CONSTANT, DRIVE_WEIGHT = range(1, 6)
"""Properties of neurons that are drawn (NEURON)."""

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
REST = np.uint64(1 << 31)
_MULTIPLIER = np.uint64(0xD256D193)
_WEYL = np.uint64(0x9E3779B9)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@njit(inline="always")
def mix64(state, number):
    """Return a 64-bit hash of the hash `state` and `number` (the finaliser of SplitMix64)."""
    z = (np.uint64(state) ^ np.uint64(number)) + _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def stream(seed, purpose, first):
    """Return the `part` for `stream_key` that depends on `seed`, `purpose` and `first`."""
    return mix64(mix64(mix64(np.uint64(0), seed), purpose), first)


@njit(inline="always")
def stream_key(part, second):
    """Return the 64-bit key of a stream from the `part` of `stream`, and `second`."""
    return mix64(part, second)


@njit(inline="always")
def philox(counter, key):
    """Return word `counter` of the stream with a `key`, uniform on 64 bits.

    The upper halves of the intermediate numbers are not cleared: each round uses only the lower
    half.
    """
    k0 = key & LOW
    k1 = k0 + _WEYL
    k2 = k1 + _WEYL
    k3 = k2 + _WEYL
    k4 = k3 + _WEYL
    k5 = k4 + _WEYL
    k6 = k5 + _WEYL
    m = (np.uint64(counter) & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ (k0 ^ (key >> HALF))
    y = m
    m = (x & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ y ^ k1
    y = m
    m = (x & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ y ^ k2
    y = m
    m = (x & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ y ^ k3
    y = m
    m = (x & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ y ^ k4
    y = m
    m = (x & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ y ^ k5
    y = m
    m = (x & LOW) * _MULTIPLIER
    x = (m >> HALF) ^ y ^ k6
    return (x << HALF) | (m & LOW)


def key_of(seed: int, purpose: int, first: int, second: int) -> np.uint64:
    """Return the key of the stream `seed`, `purpose`, `first`, `second` outside compiled code."""
    part = np.uint64(stream(np.uint64(seed), np.uint64(purpose), np.uint64(first)))
    return np.uint64(stream_key(part, np.uint64(second)))


@njit(cache=True)
def words(counters, key):
    """Return the words `counters` of the stream with a `key`, an array of uint64."""
    drawn = np.empty(len(counters), np.uint64)
    for k in range(len(counters)):
        drawn[k] = philox(counters[k], key)
    return drawn
