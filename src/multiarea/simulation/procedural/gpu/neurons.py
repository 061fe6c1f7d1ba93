"""What neurons do in a slice: one thread for each."""

from __future__ import annotations

import numpy as np
from numba import cuda

from multiarea.simulation.procedural import counters
from multiarea.simulation.procedural.counters import HALF, REST
from multiarea.simulation.procedural.draws import OPEN
from multiarea.simulation.procedural.gpu.functions import (
    added,
    general,
    guide_index,
    kernel,
    number,
    philox,
    plain,
    poisson,
    stream,
    stream_key,
)
from multiarea.simulation.procedural.gpu.layout import CALL, RUNS, STEP, WORDS
from multiarea.simulation.procedural.layout import BLOCK, LONGEST_SLICE

TWO = np.uint64(2)
BEFORE_ALL = -(1 << 62)


@cuda.jit(device=True)
def _constant_current(changes, begin, end, step):
    """Return the current at `step`: the last of the `changes` from `begin` to `end` before it."""
    current = 0.0
    for k in range(begin, end):
        if changes[k].step <= step:
            current = changes[k].value
    return np.float32(current)


@cuda.jit(device=True)
def _n_external(key, first, n, k, guide, thresholds):  # noqa: PLR0913
    """Return how many external spikes neuron `k` gets, of 4 n neurons from `first` on."""
    part, word = k // n, philox((first >> TWO) + np.uint64(k % n), key)
    entry = np.int32(guide[np.int64(guide_index(word, part))])
    if entry & OPEN:
        rest = philox(REST | (first + np.uint64(k)), key)
        z = number(word, np.uint64(part), rest)
        return np.int32(poisson(z, thresholds, entry ^ OPEN))
    return entry


@cuda.jit(device=True)
def _driven(  # noqa: PLR0913
    plus, minus, seed, unit, k0, n, k, step, drives, guides, thresholds, drive_weights
):
    """Return the input of neuron `k` of the block from `k0` on with its external spikes."""
    for d in range(unit.drives[0], unit.drives[1]):
        drive = drives[d]
        if drive.start <= step < drive.stop:
            key = stream_key(stream(seed, counters.DRIVE, step), drive.number)
            limits = thresholds[drive.thresholds[0] : drive.thresholds[1]]
            first = np.uint64(unit.first + k0)
            n_spikes = _n_external(key, first, n >> 2, k, guides[drive.guide], limits)
            weight = np.float32(drive.weight)
            if drive.weights >= 0:
                weight = drive_weights[drive.weights + k0 + k]
            if unit.is_general and drive.weight < 0:
                minus = added(minus, n_spikes, weight)
            else:
                plus = added(plus, n_spikes, weight)
    return plus, minus


@cuda.jit(device=True)
def _with_given(plus, minus, unit, target, step, given):  # noqa: PLR0913
    """Return the input of neuron `target` of a unit with the spikes that are due at `step`."""
    low, high = unit.given[0], unit.given[1]
    from_ = step if step > 0 else BEFORE_ALL
    while low < high:
        middle = (low + high) >> 1
        if given[middle].step < from_:
            low = middle + 1
        else:
            high = middle
    while low < unit.given[1] and given[low].step <= step:
        if given[low].target == target:
            if unit.is_general and given[low].weight < 0:
                minus += np.float32(given[low].weight)
            else:
                plus += np.float32(given[low].weight)
        low += 1
    return plus, minus


@cuda.jit(device=True)
def _with_events(plus, minus, unit, ring, slot, i, n_slots, n_state):  # noqa: PLR0913
    """Return currents with what is in a `slot` of the `ring` for neuron `i`, and empty it."""
    place = slot * n_state + i
    if ring[place] != 0:
        plus = added(plus, ring[place], unit.scale)
        ring[place] = np.int32(0)
    if unit.is_general:
        place += n_slots * n_state
        if ring[place] != 0:
            minus = added(minus, ring[place], unit.scale)
            ring[place] = np.int32(0)
    return plus, minus


@cuda.jit(device=True)
def _stepped(v, plus, minus, r, into, into_minus, unit, at, drift, parameters):  # noqa: PLR0913
    """Return potential, currents, refractory steps and whether a neuron fires, after a step.

    Column `at` of `parameters` has those of a neuron with two currents.
    """
    reset, rest = unit.reset, unit.refractory
    if unit.is_general:
        return general(v, plus, minus, r, into, into_minus, parameters, at, drift, reset, rest)
    constants = unit.P22, unit.P11, unit.P21, drift, unit.threshold, reset, rest
    v, plus, r, fires = plain(v, plus, r, into, *constants)
    return v, plus, minus, r, fires


@kernel
def advance(  # noqa: PLR0913
    clock, seed, length, n_slots, blocks, units, drives, guides, thresholds, drive_weights,
    changes, given, parameters, V, currents, refractory, ring, bits, counts, samples, sample_rows,
):  # fmt: skip
    """Advance all neurons by a slice: those that fire are marked and counted.

    Parameters
    ----------
    clock, blocks, units, drives, guides, thresholds, drive_weights, changes, given, parameters
        See `arrays.Arrays`.
    V, currents, refractory, ring, bits, counts, samples, sample_rows
        See `arrays.Arrays`.
    seed : uint64
    length : int
        Steps of a slice.
    n_slots : int
        Steps of the ring.
    """
    if clock[RUNS] == 0:
        return
    b, start, zero = cuda.blockIdx.x, clock[STEP], np.float32(0)
    unit, k0 = units[blocks[b].unit], blocks[b].first
    n = min(BLOCK, unit.end - unit.first - k0)
    for k in range(cuda.threadIdx.x, blocks[b].end - k0, cuda.blockDim.x):
        i = unit.first + k0 + k
        v, r, plus = V[i], np.int32(refractory[i]), currents[0, i]
        minus = currents[1, i] if unit.is_general else zero
        # what came too late for the last step of the slice before
        slot = (start + n_slots - 1) % n_slots
        plus, minus = _with_events(plus, minus, unit, ring, slot, i, n_slots, len(V))
        for offset in range(length):
            step = start + offset
            into, less = _with_events(
                zero, zero, unit, ring, step % n_slots, i, n_slots, len(V)
            )  # fmt: skip
            into, less = _driven(
                into, less, seed, unit, k0, n, k, step, drives, guides, thresholds, drive_weights
            )
            into, less = _with_given(into, less, unit, k0 + k, step, given)
            drift = _constant_current(changes, unit.changes[0], unit.changes[1], step)
            at = unit.parameters + k0 + k
            v, plus, minus, r, fires = _stepped(
                v, plus, minus, r, into, less, unit, at, drift, parameters
            )
            if fires:
                word = (b * LONGEST_SLICE + offset) * WORDS + (k >> 5)
                cuda.atomic.or_(bits, word, np.uint32(1) << np.uint32(k & 31))
                cuda.atomic.add(counts, b, 1)
            row = sample_rows[step - clock[CALL]]
            if row >= 0 and unit.sample[0] + k0 + k < unit.sample[1]:
                samples[row, unit.sample[0] + k0 + k] = v + unit.leak
        V[i], currents[0, i], refractory[i] = v, plus, np.uint8(r)
        if unit.is_general:
            currents[1, i] = minus


@kernel
def fire_sources(clock, seed, length, blocks, n_blocks, pulses, thresholds, fired, counts):  # noqa: PLR0913
    """Draw the spikes of neurons outside the network.

    Parameters
    ----------
    clock, blocks, pulses, thresholds, fired, counts
        See `arrays.Arrays`.
    seed : uint64
    length : int
        Steps of a slice.
    n_blocks : int
        Blocks of the network, which come before.
    """
    if clock[RUNS] == 0:
        return
    b, start = cuda.blockIdx.x, clock[STEP]
    block = blocks[n_blocks + b]
    pulse = pulses[block.unit]
    limits = thresholds[pulse.thresholds[0] : pulse.thresholds[1]]
    for q in range(block.first + cuda.threadIdx.x, block.end, cuda.blockDim.x):
        for offset in range(length):
            step, n = start + offset, 0
            if pulse.start <= step and step < pulse.stop:
                key = stream_key(stream(seed, counters.SOURCE, step), pulse.number)
                n = np.int64(poisson(philox(q, key) >> HALF, limits, 0))
            fired[b, q - block.first, offset] = n
            if n > 0:
                cuda.atomic.add(counts, n_blocks + b, n)
