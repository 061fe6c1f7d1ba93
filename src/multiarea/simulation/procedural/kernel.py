"""The compiled part: what each thread does for each slice of time.

A slice is as long as the shortest way from a spike to a threshold, so that within it all units of
neurons are independent. For each unit, one thread

1. draws the synapses by which the spikes of the slice before reach the unit, and appends each as an
   event to the list of the slice in which it is due;
2. for each step adds the events that are due, draws the external spikes, updates the neurons, and
   lists those that fire.

The thread that is last collects the spikes; then the next slice begins. No result depends on which
thread does what.

An event is 32 bits: the weight in fixed point (16), the step within the slice in which it is due
(2), the target within the unit (14). There is a list for each unit and slice, a chain of pages of
one pool. Events that are due in more than one or two spans of `SPAN` slices wait, each with its due
slice, in one list for each span.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from multiarea.simulation.procedural import counters, draws, threads
from multiarea.simulation.procedural.counters import HALF, LOW

PAGE = 256
"""Events of a page, 1 kB."""
SPAN = 32
"""Slices of a list of distant events."""
NEAR = 2 * SPAN
"""Lists of single slices of a unit."""
BLOCK = 512
"""Synapses drawn, and neurons that get external spikes, at once; two neurons of a block share a
word, so that spikes depend on it."""
CACHED = 64
"""Pages that a thread takes from the pool at once."""
GROUP = 8
"""Thresholds of Poisson numbers that are compared at once."""

# Elements of `State.shared`, each in a cache line of its own.
GENERATION, ARRIVED, NEXT_UNIT, POOL_LOCK, STATUS = 0, 8, 16, 24, 32
DONE = 40
FRESH, FREE = 48, 49  # guarded by POOL_LOCK
N_SHARED = 56
RUNNING, NO_MEMORY, OVERFLOW, NOTHING = range(4)

TARGET_BITS, STEP_BITS = 14, 2
LONGEST_SLICE = 1 << STEP_BITS
"""Most steps of a slice."""
WEIGHT_BITS = TARGET_BITS + STEP_BITS
"""Bits below the weight."""
LARGEST_WEIGHT = (1 << (31 - WEIGHT_BITS)) - 1
MOST_EVENTS = 1 << WEIGHT_BITS
"""Events that can be added to a sum of 0 without overflow."""
_TARGET_BITS = np.uint32(TARGET_BITS)
_WEIGHT_BITS, _WEIGHT_SHIFT = np.uint32(WEIGHT_BITS), np.int32(WEIGHT_BITS)
_PLACE_MASK = np.int32((1 << WEIGHT_BITS) - 1)
_b = threads.borrowed
NONE = np.uint32(0xFFFFFFFF)
_NONE = NONE
_ONE, _TWO = np.uint64(1), np.uint64(2)
_LINE = np.uint64(16)
_IN_PAGE = np.uint64(PAGE - 1)
_PAGE_BITS = np.uint64(8)
_NEAR_MASK = np.uint64(NEAR - 1)
_SPAN_BITS = np.uint64(5)
_FLIP = np.uint64(0x80000000)


UNIT = np.dtype(
    [
        ("first", "i8"),  # first element in the arrays of the state
        ("end", "i8"),  # the same of the next unit
        ("size", "i8"),  # neurons
        ("node", "i8"),  # first neuron
        ("population", "i8"),
        ("links", "i8", 2),  # range of `links`
        ("drives", "i8", 2),
        ("changes", "i8", 2),
        ("given", "i8", 2),
        ("sample", "i8", 2),  # columns of its recorded potentials
        ("parameters", "i8"),  # column of its first neuron in `parameters`
        ("is_general", "i8"),  # two currents, or parameters that differ between neurons
        ("refractory", "i4"),  # steps
        ("scale", "f4"),  # pA of one unit of a weight in fixed point
        ("P22", "f4"),
        ("P11", "f4"),
        ("P21", "f4"),
        ("threshold", "f4"),  # relative to E_L [mV]
        ("reset", "f4"),
        ("leak", "f4"),  # E_L
    ],
    align=True,
)
LINK = np.dtype(
    [
        ("population", "i8"),  # of the sources
        ("node", "i8"),  # their first neuron
        ("row", "i8"),  # out-degree of that neuron in this unit
        ("stride", "i8"),  # units that the sources reach
        ("stream", "i8"),  # first name of the stream of the synapses
        ("weight", "i8"),  # mean, in fixed point with `MEAN_BITS` bits behind the point
        ("factors", "i8"),  # row of `factors`
        ("aliases", "u8"),  # first entry of the table of delays
        ("n_aliases", "u8"),
        ("shortest", "u8"),  # shortest delay [steps]
        ("passes", "u8"),  # below which a 32-bit number lets a spike pass; 2^32: always
    ]
)
DRIVE = np.dtype(
    [
        ("start", "i8"),  # first step
        ("thresholds", "i8"),  # first of its thresholds
        ("groups", "i8"),  # groups of thresholds
        ("weights", "i8"),  # first of the neurons' weights, -1: all have the same
        ("number", "i8"),  # name of the stream
        ("weight", "f8"),  # [pA]
    ]
)
CHANGE = np.dtype([("step", "i8"), ("value", "f8")])
"""From a step on: P20 x I [mV] of a plain unit, I [pA] of a general one."""
GIVEN = np.dtype([("step", "i8"), ("target", "i8"), ("weight", "f8")])
"""A spike at a given time: the step in which it is due, neuron within the unit, weight [pA]."""
PULSE = np.dtype(
    [
        ("population", "i8"),  # of sources, after those of the network
        ("node", "i8"),  # first neuron
        ("size", "i8"),
        ("start", "i8"),  # first step in which they may fire
        ("stop", "i8"),  # the step after the last one
        ("thresholds", "i8"),
        ("groups", "i8"),
        ("number", "i8"),  # name of the stream
    ]
)
"""Neurons outside the network that fire Poisson spikes for some time, ordered by population."""
PROGRESS = np.dtype([("change", "i8"), ("given", "i8"), ("n_fired", "i8"), ("current", "f8")])
"""What a unit has passed of its changes and given spikes, its spikes in a slice, its current."""


class Tables(NamedTuple):
    """What does not change during a simulation."""

    seed: np.ndarray  # (1,) uint64
    order: np.ndarray  # (A,) int64: units, costly ones first
    units: np.ndarray  # (A,) UNIT
    links: np.ndarray  # LINK, ordered by unit
    drives: np.ndarray  # DRIVE, ordered by unit
    changes: np.ndarray  # CHANGE, ordered by unit and step
    given: np.ndarray  # GIVEN, ordered by unit and step
    pulses: np.ndarray  # PULSE
    parameters: np.ndarray  # (7, n) float32: P22, P11ex, P11in, P21ex, P21in, P20, threshold
    thresholds: np.ndarray  # int32
    drive_weights: np.ndarray  # float32 [pA]
    out_degree: np.ndarray  # of each source neuron in each unit that its population reaches
    factors: np.ndarray  # (F, 2^10) int32
    aliases: np.ndarray  # uint64
    is_recorded: np.ndarray  # (P,) bool
    record_from: np.ndarray  # (1,) int64: spikes later than this step are recorded


class State(NamedTuple):
    """Everything that changes. A checkpoint has all of it but what one call writes or returns."""

    step: np.ndarray  # (1,) int64: first step of the slice
    V: np.ndarray  # float32: relative to E_L [mV]
    current: np.ndarray  # (1 or 2, n) float32: synaptic currents [pA]
    refractory: np.ndarray  # uint8: steps left
    progress: np.ndarray  # (A,) PROGRESS
    near: np.ndarray  # (A, NEAR) uint32: end of the list of each slice
    far: np.ndarray  # (A, spans) uint32
    events: np.ndarray  # uint32: the pages
    before: np.ndarray  # uint32: page before a page in its list
    free: np.ndarray  # uint32: stack of pages that were used and are free
    spike_node: np.ndarray  # uint32: spikes of the slice before, ordered by population
    spike_offset: np.ndarray  # uint8: their step within that slice
    spike_first: np.ndarray  # (sources + 1,) int64: those of each population
    fired: np.ndarray  # (n x steps of a slice,) uint32: spikes of each unit
    out_node: np.ndarray  # uint32: spikes of this call
    out_step: np.ndarray  # uint32
    samples: np.ndarray  # (rows, n) float32 [mV]
    sample_row: np.ndarray  # int32: row of each step of this call, -1: no sample
    counts: np.ndarray  # (2,) int64: spikes of this call, first step of this call
    shared: np.ndarray  # int64, see above


class Scratch(NamedTuple):
    """Memory of one thread."""

    word: np.ndarray  # (BLOCK,) uint64
    number: np.ndarray  # (BLOCK,) int32
    count: np.ndarray  # (BLOCK,) int32
    input: np.ndarray  # (2, largest unit) float32
    fired: np.ndarray  # (largest unit,) uint8
    sum: np.ndarray  # (2, steps of a slice x 2^TARGET_BITS) int32
    pages: np.ndarray  # (2 * CACHED + 1,) uint32; the first element counts them


class Pool(NamedTuple):
    """The pages, and those that a thread has at hand."""

    events: np.ndarray
    before: np.ndarray
    free: np.ndarray
    shared: np.ndarray
    pages: np.ndarray


# ------------------------------------------------------------------------------------ the pool


@njit(nogil=True)
def _refill(pool):
    """Take pages from the pool: those that were used before, else fresh ones."""
    shared, pages = pool.shared, pool.pages
    threads.lock(shared, POOL_LOCK)
    n = min(CACHED, shared[FREE])
    if n > 0:
        for k in range(n):
            pages[n - k] = pool.free[shared[FREE] - n + k]
        shared[FREE] -= n
    else:
        n = min(CACHED, len(pool.before) - shared[FRESH])
        for k in range(n):
            pages[n - k] = shared[FRESH] + k
        shared[FRESH] += n
    threads.unlock(shared, POOL_LOCK)
    pages[0] = n


@njit(nogil=True)
def _give_back(pool, n):
    """Put the last n pages of a thread back into the pool."""
    shared, pages = pool.shared, pool.pages
    threads.lock(shared, POOL_LOCK)
    for k in range(n):
        pool.free[shared[FREE] + k] = pages[pages[0] - k]
    shared[FREE] += n
    threads.unlock(shared, POOL_LOCK)
    pages[0] -= np.uint32(n)


@njit(nogil=True)
def _new_page(pool, position):
    """Return the position of a new page behind a full one, or behind none.

    Where there is no memory that is page 0, whose content is lost, as the status tells.
    """
    pages = pool.pages
    if pages[0] == 0:
        _refill(pool)
        if pages[0] == 0:
            pool.shared[STATUS] = NO_MEMORY
            return np.uint64(0)
    page = pages[np.uint64(pages[0])]
    pages[0] -= np.uint32(1)
    pool.before[np.uint64(page)] = (
        _NONE if position == 0 else np.uint32((position - _ONE) >> _PAGE_BITS)
    )
    return np.uint64(page) << _PAGE_BITS


@njit(nogil=True)
def _release(pool, page):
    """Give a page back; return the end of the page before it in its list, 0: there is none."""
    if page == 0:  # what there was no memory for
        return np.uint64(0)
    before = pool.before[np.uint64(page)]
    pages = pool.pages
    if pages[0] == 2 * CACHED:
        _give_back(pool, CACHED)
    pages[0] += np.uint32(1)
    pages[np.uint64(pages[0])] = page
    return np.uint64(0) if before == _NONE else np.uint64(before + 1) << _PAGE_BITS


# ------------------------------------------------------------------------------------ synapses


@njit(inline="always")
def _draw_synapses(tables, state, scratch, pool, a, length):  # noqa: PLR0913
    """Draw the synapses by which the spikes of the slice before reach a unit."""
    unit = tables.units[a]
    first = state.spike_first
    start = state.step[0]
    _prefetch(
        tables.links[unit.links[0] : unit.links[1]],
        first,
        state.spike_node,
        tables.out_degree,
        state.near[a],
        state.events,
    )
    for number in range(unit.links[0], unit.links[1]):
        link = tables.links[number]
        population = link.population
        q0, q1 = first[population], first[population + 1]
        if q0 < q1:
            _draw_link(
                link,
                tables.seed[0],
                tables.out_degree,
                tables.factors[link.factors],
                tables.aliases,
                state.spike_node[q0:q1],
                state.spike_offset[q0:q1],
                start,
                length,
                np.uint64(unit.size),
                scratch.word,
                scratch.number,
                state.near[a],
                state.far[a],
                pool,
            )


@njit(nogil=True)
def _prefetch(links, first, nodes, out_degree, near, events):  # noqa: PLR0913
    """Ask for the out-degrees of the spikes, and for the ends of the lists."""
    for number in range(len(links)):
        link = links[number]
        for q in range(first[link.population], first[link.population + 1]):
            place = link.row + (np.int64(nodes[q]) - link.node) * link.stride
            threads.prefetch(out_degree, np.uint64(place))
    for slot in range(NEAR):
        if near[slot]:
            threads.prefetch(events, np.uint64(near[slot]))


@njit(nogil=True)
def _draw_link(  # noqa: PLR0913
    link,
    seed,
    out_degree,
    factors,
    aliases,
    nodes,
    offsets,
    start,
    length,
    n,
    word,
    number,
    near,
    far,
    pool,
):
    """Draw the synapses of the spikes of one source population in a unit of n neurons."""
    part = counters.stream(seed, counters.SYNAPSE, link.stream)
    events = pool.events
    far_mask = np.uint64(len(far) - 1)
    last_near = np.uint64((start // length - 1) // SPAN + 1)
    slice_bits = np.uint64(2 if length == 4 else length - 1)
    step_mask = np.uint64(length - 1)
    mean, passes = link.weight, link.passes
    table, n_aliases = link.aliases, link.n_aliases
    row, stride, node0 = link.row, link.stride, link.node
    for q in range(len(nodes)):
        node = np.int64(nodes[q])
        n_synapses = np.int64(out_degree[row + (node - node0) * stride])
        key = counters.stream_key(part, node)
        fired = start - length + np.int64(offsets[q])
        due0 = np.uint64(fired) + link.shortest
        for k0 in range(0, n_synapses, BLOCK):
            m = min(BLOCK, n_synapses - k0)
            if passes <= LOW:
                _draw_passing(link, seed, node, fired, k0, m, number)
            for k in range(m):
                word[k] = counters.philox(np.uint64(k0 + k), key)
            for k in range(np.uint64(m)):
                if passes <= LOW and number[k] == 0:
                    continue
                product = draws.scaled(word[k], n)
                weight = draws.weight(product, mean, factors)
                due = due0 + draws.delay(word[k], aliases, table, n_aliases)
                place = (np.uint32(due & step_mask) << _TARGET_BITS) | np.uint32(product >> HALF)
                event = (np.uint32(weight) << _WEIGHT_BITS) | place
                due_slice = due >> slice_bits
                if due_slice >> _SPAN_BITS <= last_near:
                    slot = due_slice & _NEAR_MASK
                    position = np.uint64(near[slot])
                    if position & _IN_PAGE == 0:
                        position = _new_page(pool, position)
                    events[position] = event
                    near[slot] = position + _ONE
                else:
                    slot = (due_slice >> _SPAN_BITS) & far_mask
                    position = np.uint64(far[slot])
                    if position & _IN_PAGE == 0:
                        position = _new_page(pool, position)
                    events[position] = event
                    events[position + _ONE] = np.uint32(due_slice)
                    far[slot] = position + _TWO


@njit(nogil=True)
def _draw_passing(link, seed, node, fired, k0, m, number):  # noqa: PLR0913
    """Set `number` to whether each synapse transmits this spike."""
    part = counters.stream(seed, counters.TRANSMIT, link.stream)
    key = counters.stream_key(counters.mix64(part, node), fired)
    for k in range(m):
        number[k] = np.int32((counters.philox(np.uint64(k0 + k), key) >> HALF) < link.passes)


@njit(nogil=True)
def _expand(near, far, span, pool):
    """Move the events of a span into the lists of its slices."""
    events = pool.events
    slot = np.uint64(span) & np.uint64(len(far) - 1)
    end = np.uint64(far[slot])
    far[slot] = 0
    while end:
        page = np.uint32((end - _ONE) >> _PAGE_BITS)
        for k in range(np.uint64(page) << _PAGE_BITS, end, _TWO):
            due = np.uint64(events[k + _ONE])
            slot = due & _NEAR_MASK
            position = np.uint64(near[slot])
            if position & _IN_PAGE == 0:
                position = _new_page(pool, position)
            events[position] = events[k]
            near[slot] = position + _ONE
        end = _release(pool, page)


# ------------------------------------------------------------------------------ what is due


@njit(nogil=True)
def _largest(sums):
    largest = np.int32(0)
    for k in range(len(sums)):
        largest = max(largest, abs(sums[k]))
    return np.int64(largest)


@njit(nogil=True)
def _add_due(near, slot, pool, sums, is_general):
    """Add up the events of one slice by step and target, and give their pages back.

    sums: (2, steps x targets); the second row is for negative weights, where they are kept apart.
    """
    events = pool.events
    plus, minus = sums[0], sums[1]
    end = np.uint64(near[slot])
    near[slot] = 0
    room = np.int64(MOST_EVENTS)
    while end:
        page = np.uint32((end - _ONE) >> _PAGE_BITS)
        start = np.uint64(page) << _PAGE_BITS
        m = np.int64(end - start)
        # the next page is asked for while this one is added up
        following = np.uint64(pool.before[np.uint64(page)]) << _PAGE_BITS
        if following < np.uint64(len(events)):
            for k in range(following, following + np.uint64(PAGE), _LINE):
                threads.prefetch(events, k)
        if m > room:
            room = (np.int64(0x7FFFFFFF) - max(_largest(plus), _largest(minus))) >> np.int64(15)
            if m > room:
                pool.shared[STATUS] = OVERFLOW
                return
        room -= m
        if is_general:
            for k in range(start, end):
                event = np.int32(events[k])
                if event >= 0:
                    plus[np.uint64(event & _PLACE_MASK)] += event >> _WEIGHT_SHIFT
                else:
                    minus[np.uint64(event & _PLACE_MASK)] += event >> _WEIGHT_SHIFT
        else:
            for k in range(start, end):
                event = np.int32(events[k])
                plus[np.uint64(event & _PLACE_MASK)] += event >> _WEIGHT_SHIFT
        end = _release(pool, page)


@njit(nogil=True)
def _add_late(unit, current, sums, offset):
    """Add events that were due in the last step of the slice before to the currents."""
    first, n, scale, at = unit.first, unit.size, unit.scale, offset << TARGET_BITS
    for row in range(2 if unit.is_general else 1):
        for k in range(n):
            current[row, first + k] += np.float32(sums[row, at + k]) * scale
            sums[row, at + k] = 0


# -------------------------------------------------------------------------------- the neurons


@njit(nogil=True)
def _add_external(  # noqa: C901, PLR0913
    drive, key, first, padded, thresholds, weights, into, word, number, count
):
    """Add the external spikes of a step to the input of a unit whose first element is `first`."""
    weight, groups, at = np.float32(drive.weight), drive.groups, drive.thresholds
    for k0 in range(0, padded, BLOCK):
        m = min(BLOCK, padded - k0)
        half = m >> 1
        pair = np.uint64((first + k0) >> 1)
        for k in range(half):
            word[k] = counters.philox(pair + np.uint64(k), key)
        for k in range(half):
            number[k] = np.int32((word[k] >> HALF) ^ _FLIP)
        for k in range(half):
            number[half + k] = np.int32((word[k] & LOW) ^ _FLIP)
        largest = np.int32(-0x80000000)
        for k in range(m):
            largest = max(largest, number[k])
            count[k] = 0
        for limit in range(at, at + groups * GROUP, GROUP):
            if largest > thresholds[limit]:
                _count(number, thresholds[limit : limit + GROUP], count, m)
        if len(weights):
            for k in range(m):
                into[k0 + k] += weights[k0 + k] * np.float32(count[k])
        else:
            for k in range(m):
                into[k0 + k] += weight * np.float32(count[k])


@njit(nogil=True)
def _count(number, limits, count, m):
    """Add how many of the limits each number exceeds."""
    l0, l1, l2, l3 = limits[0], limits[1], limits[2], limits[3]
    l4, l5, l6, l7 = limits[4], limits[5], limits[6], limits[7]
    for k in range(m):
        z = number[k]
        c = count[k]
        c = np.int32(c + np.int32(z > l0))
        c = np.int32(c + np.int32(z > l1))
        c = np.int32(c + np.int32(z > l2))
        c = np.int32(c + np.int32(z > l3))
        c = np.int32(c + np.int32(z > l4))
        c = np.int32(c + np.int32(z > l5))
        c = np.int32(c + np.int32(z > l6))
        c = np.int32(c + np.int32(z > l7))
        count[k] = c


@njit(nogil=True)
def _take_sums(sums, scale, into, m):
    """Turn sums of events into currents [pA], and empty them."""
    for k in range(m):
        into[k] = np.float32(sums[k]) * scale
        sums[k] = 0


@njit(nogil=True)
def _update_plain(unit, drift, V, current, refractory, into, fired, m):  # noqa: PLR0913
    """Advance neurons with one current and equal parameters by a step; whether any fired."""
    P22, P11, P21, threshold, reset = unit.P22, unit.P11, unit.P21, unit.threshold, unit.reset
    n_refractory = unit.refractory
    any_fired = np.int32(0)
    for k in range(m):
        v = V[k] * P22 + current[k] * P21 + drift
        current[k] = current[k] * P11 + into[k]
        r = np.int32(refractory[k])
        v = V[k] if r > 0 else v
        f = np.int32(v >= threshold)
        V[k] = reset if f else v
        refractory[k] = np.uint8(n_refractory if f else (r - 1 if r > 0 else 0))
        fired[k] = np.uint8(f)
        any_fired |= f
    return any_fired


@njit(nogil=True)
def _update_general(unit, current, p, V, ex, in_, refractory, into, fired, m):  # noqa: PLR0913
    """Advance neurons with two currents and parameters of their own by a step."""
    reset, n_refractory = unit.reset, unit.refractory
    into_ex, into_in = into[0], into[1]
    P22, P11ex, P11in, P21ex, P21in, P20, threshold = p[0], p[1], p[2], p[3], p[4], p[5], p[6]
    any_fired = np.int32(0)
    for k in range(m):
        v = V[k] * P22[k] + ex[k] * P21ex[k] + in_[k] * P21in[k] + P20[k] * current
        ex[k] = ex[k] * P11ex[k] + into_ex[k]
        in_[k] = in_[k] * P11in[k] + into_in[k]
        r = np.int32(refractory[k])
        v = V[k] if r > 0 else v
        f = np.int32(v >= threshold[k])
        V[k] = reset if f else v
        refractory[k] = np.uint8(n_refractory if f else (r - 1 if r > 0 else 0))
        fired[k] = np.uint8(f)
        any_fired |= f
    return any_fired


@njit(inline="always")
def _set_input(tables, scratch, unit, step, offset):
    """Set `scratch.input` to what arrives at a unit in a step."""
    padded, at = unit.end - unit.first, offset << TARGET_BITS
    for row in range(2 if unit.is_general else 1):
        sums = scratch.sum[row, at : at + padded]
        _take_sums(sums, unit.scale, scratch.input[row], padded)
    for number in range(unit.drives[0], unit.drives[1]):
        drive = tables.drives[number]
        if step >= drive.start:
            part = counters.stream(tables.seed[0], counters.DRIVE, step)
            key = counters.stream_key(part, drive.number)
            own, n = max(drive.weights, 0), padded if drive.weights >= 0 else 0
            _add_external(
                drive,
                key,
                unit.first,
                padded,
                tables.thresholds,
                tables.drive_weights[own : own + n],
                scratch.input[1 if unit.is_general and drive.weight < 0 else 0],
                scratch.word,
                scratch.number,
                scratch.count,
            )


@njit(nogil=True)
def _add_given(unit, given, into):
    """Add a spike at a given time."""
    row = 1 if unit.is_general and given.weight < 0 else 0
    into[row, given.target] += np.float32(given.weight)


@njit(inline="always")
def _update(tables, state, scratch, unit, progress, step, offset):  # noqa: PLR0913
    """Advance a unit by a step and list the neurons that fire."""
    first, end = unit.first, unit.end
    current = np.float32(progress.current)
    into, fired = scratch.input, scratch.fired
    V, refractory = state.V[first:end], state.refractory[first:end]
    if unit.is_general:
        p = tables.parameters[:, unit.parameters : unit.parameters + end - first]
        ex, in_ = state.current[0, first:end], state.current[1, first:end]
        any_fired = _update_general(
            unit, current, p, V, ex, in_, refractory, into, fired, end - first
        )
    else:
        plain = state.current[0, first:end]
        any_fired = _update_plain(unit, current, V, plain, refractory, into[0], fired, end - first)
    if any_fired:
        steps = len(state.fired) // len(state.V)
        listed = state.fired[first * steps : end * steps]
        progress.n_fired = _list(fired, unit.size, offset << 24, listed, progress.n_fired)


@njit(nogil=True)
def _list(fired, m, name, listed, n):
    """Append the neurons that fire to a list of n; return its new length."""
    for k0 in range(0, m, 64):
        any_fired = np.uint8(0)
        for k in range(k0, min(k0 + 64, m)):
            any_fired |= fired[k]
        if any_fired:
            for k in range(k0, min(k0 + 64, m)):
                if fired[k]:
                    listed[n] = np.uint32(name + k)
                    n += 1
    return n


@njit(nogil=True)
def _sample(unit, state, step):
    """Store the potentials of the unit's recorded neurons, if it is time."""
    row = state.sample_row[step - state.counts[1]]
    if row >= 0:
        for k in range(unit.sample[1] - unit.sample[0]):
            state.samples[row, unit.sample[0] + k] = state.V[unit.first + k] + unit.leak


# ---------------------------------------------------------------------------------- the slices


@njit(inline="always")
def _process(tables, state, scratch, pool, a, length):  # noqa: PLR0913
    """Advance one unit by a slice."""
    unit, progress, near = tables.units[a], state.progress[a], state.near[a]
    start = state.step[0]
    number = start // length
    if start > 0:
        _draw_synapses(tables, state, scratch, pool, a, length)
        slot = (number - 1) % NEAR
        if near[slot]:
            _add_due(near, slot, pool, scratch.sum, unit.is_general)
            _add_late(unit, state.current, scratch.sum, length - 1)
        if number % SPAN == 0:
            _expand(near, state.far[a], number // SPAN + 1, pool)
    if near[number % NEAR]:
        _add_due(near, number % NEAR, pool, scratch.sum, unit.is_general)
    progress.n_fired = 0
    for offset in range(length):
        step = start + offset
        while progress.change < unit.changes[1] and tables.changes[progress.change].step <= step:
            progress.current = tables.changes[progress.change].value
            progress.change += 1
        _set_input(tables, scratch, unit, step, offset)
        while progress.given < unit.given[1] and tables.given[progress.given].step <= step:
            _add_given(unit, tables.given[progress.given], scratch.input)
            progress.given += 1
        _update(tables, state, scratch, unit, progress, step, offset)
        if unit.sample[1] > unit.sample[0]:
            _sample(unit, state, step)


@njit(nogil=True)
def _collect(tables, state, length):
    """List the spikes of all units in order, and record them."""
    n, population, per_neuron = 0, 0, len(state.fired) // len(state.V)
    start, first = state.step[0], state.spike_first
    nodes, offsets, fired = state.spike_node, state.spike_offset, state.fired
    out_node, out_step, n_out = state.out_node, state.out_step, state.counts[0]
    for a in range(len(tables.units)):
        unit = tables.units[a]
        while population < unit.population:
            population += 1
            first[population] = n
        is_recorded = tables.is_recorded[population]
        at = unit.first * per_neuron
        for q in range(at, at + state.progress[a].n_fired):
            offset = np.int64(fired[q] >> np.uint32(24))
            node = unit.node + np.int64(fired[q] & np.uint32(0xFFFFFF))
            nodes[n] = node
            offsets[n] = offset
            n += 1
            if is_recorded and start + offset + 1 > tables.record_from[0]:
                out_node[n_out] = node
                out_step[n_out] = start + offset + 1
                n_out += 1
    state.counts[0] = n_out
    for p in range(population + 1, len(tables.is_recorded) + 1):
        first[p] = n
    _fire_sources(tables, state, n, length)


@njit(nogil=True)
def _fire_sources(tables, state, n, length):
    """Append the spikes of the neurons outside the network to the n spikes of a slice."""
    population = len(tables.is_recorded)
    first, start = state.spike_first, state.step[0]
    for k in range(len(tables.pulses)):
        pulse = tables.pulses[k]
        while population < pulse.population:
            population += 1
            first[population] = n
        for step in range(max(start, pulse.start), min(start + length, pulse.stop)):
            part = counters.stream(tables.seed[0], counters.SOURCE, step)
            key = counters.stream_key(part, pulse.number)
            for q in range(pulse.size):
                z = np.int32((counters.philox(np.uint64(q), key) >> HALF) ^ _FLIP)
                at = pulse.thresholds
                while at < pulse.thresholds + pulse.groups * GROUP and z > tables.thresholds[at]:
                    if n == len(state.spike_node):
                        state.shared[STATUS] = NO_MEMORY
                        return
                    state.spike_node[n] = pulse.node + q
                    state.spike_offset[n] = step - start
                    n += 1
                    at += 1
    for p in range(population + 1, len(first)):
        first[p] = n


@njit(nogil=True)
def _end_slice(tables, state, length, stop):
    """Finish a slice (one thread); return whether it was the last one."""
    _collect(tables, state, length)
    state.step[0] += length
    state.shared[NEXT_UNIT] = 0
    is_full = len(state.out_node) - state.counts[0] < len(state.fired)
    return state.step[0] >= stop or is_full or state.shared[STATUS] != RUNNING


@njit(inline="always")
def _borrow_tables(tables):
    return Tables(
        _b(tables.seed),
        _b(tables.order),
        _b(tables.units),
        _b(tables.links),
        _b(tables.drives),
        _b(tables.changes),
        _b(tables.given),
        _b(tables.pulses),
        _b(tables.parameters),
        _b(tables.thresholds),
        _b(tables.drive_weights),
        _b(tables.out_degree),
        _b(tables.factors),
        _b(tables.aliases),
        _b(tables.is_recorded),
        _b(tables.record_from),
    )


@njit(inline="always")
def _borrow_state(state):
    return State(
        _b(state.step),
        _b(state.V),
        _b(state.current),
        _b(state.refractory),
        _b(state.progress),
        _b(state.near),
        _b(state.far),
        _b(state.events),
        _b(state.before),
        _b(state.free),
        _b(state.spike_node),
        _b(state.spike_offset),
        _b(state.spike_first),
        _b(state.fired),
        _b(state.out_node),
        _b(state.out_step),
        _b(state.samples),
        _b(state.sample_row),
        _b(state.counts),
        _b(state.shared),
    )


@njit(inline="always")
def _borrow_scratch(scratch):
    return Scratch(
        _b(scratch.word),
        _b(scratch.number),
        _b(scratch.count),
        _b(scratch.input),
        _b(scratch.fired),
        _b(scratch.sum),
        _b(scratch.pages),
    )


@njit(nogil=True, cache=True)
def work(tables, state, scratch, length, stop, n_threads):  # noqa: PLR0913
    """Advance the network until `stop` [steps], or until the memory for spikes is full.

    All threads call this at the same time, each with a `scratch` of its own.
    """
    tables, state, scratch = _borrow_tables(tables), _borrow_state(state), _borrow_scratch(scratch)
    shared = state.shared
    pool = Pool(state.events, state.before, state.free, shared, scratch.pages)
    n_units = len(tables.order)
    while shared[STATUS] != NOTHING:
        generation = threads.load(shared, GENERATION)
        k = threads.fetch_add(shared, NEXT_UNIT, 1)
        while k < n_units:
            _process(tables, state, scratch, pool, tables.order[k], length)
            k = threads.fetch_add(shared, NEXT_UNIT, 1)
        if threads.fetch_add(shared, ARRIVED, 1) == n_threads - 1:
            is_last = _end_slice(tables, state, length, stop)
            shared[ARRIVED] = 0
            threads.exchange(shared, DONE, 1 if is_last else 0)
            threads.exchange(shared, GENERATION, generation + 1)
        else:
            threads.wait_for(shared, GENERATION, generation)
        if threads.load(shared, DONE):
            break
    _give_back(pool, np.int64(scratch.pages[0]))
