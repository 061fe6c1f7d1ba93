"""Events: the synapses by which spikes reach a unit, drawn, kept until they are due, added up."""

from __future__ import annotations

import numpy as np
from numba import njit

from multiarea.simulation.procedural import counters, draws, threads
from multiarea.simulation.procedural.counters import HALF, LOW
from multiarea.simulation.procedural.layout import (
    BLOCK,
    MOST_EVENTS,
    NEAR,
    OVERFLOW,
    SPAN,
    STATUS,
    TARGET_BITS,
    WEIGHT_BITS,
)
from multiarea.simulation.procedural.pages import (
    IN_PAGE,
    LINE,
    ONE,
    PAGE_BITS,
    new_page,
    prefetch_before,
    release,
)

_TWO = np.uint64(2)
_TARGET_BITS, _WEIGHT_BITS = np.uint32(TARGET_BITS), np.uint32(WEIGHT_BITS)
_WEIGHT_SHIFT = np.int32(WEIGHT_BITS)
_PLACE_MASK = np.int32((1 << WEIGHT_BITS) - 1)
_NEAR, _NEAR_MASK = np.uint64(NEAR), np.uint64(NEAR - 1)
_SPAN_BITS = np.uint64(SPAN.bit_length() - 1)


@njit(inline="always")
def draw_synapses(tables, state, scratch, pool, a, length):  # noqa: PLR0913
    """Draw the synapses by which the spikes of the previous slice, of `length`, reach unit `a`.

    The arguments `tables`, `state`, `scratch` and `pool` are those of `work`.
    """
    unit = tables.units[a]
    first = state.spike_first
    start = state.step[0]
    _prefetch(
        tables.links[unit.links[0] : unit.links[1]],
        first,
        state.spike_node,
        tables.out_degree,
        state.lists[a],
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
                tables.weights[link.weights],
                tables.aliases[link.aliases : link.aliases + link.n_aliases],
                state.spike_node[q0:q1],
                state.spike_offset[q0:q1],
                start,
                length,
                np.uint64(unit.size),
                scratch,
                state.lists[a],
                pool,
            )


@njit(nogil=True)
def _prefetch(links, first, nodes, out_degree, lists, events):  # noqa: PLR0913
    """Ask for the out-degrees of the spikes, and for the ends of the lists."""
    for number in range(len(links)):
        link = links[number]
        for q in range(first[link.population], first[link.population + 1]):
            place = link.row + (np.int64(nodes[q]) - link.node) * link.stride
            threads.prefetch(out_degree, np.uint64(place))
    for slot in range(NEAR):
        if lists[slot]:
            threads.prefetch(events, np.uint64(lists[slot]))


@njit(inline="always")
def _draw_link(  # noqa: PLR0913
    link, seed, out_degree, weights, aliases, nodes, offsets, start, length, n, scratch, lists, pool
):
    """Draw the synapses of the spikes of one source population in a unit of n neurons."""
    part = counters.stream(seed, counters.SYNAPSE, link.stream)
    n_columns = np.uint64(len(aliases))
    for q in range(len(nodes)):
        node = np.int64(nodes[q])
        n_synapses = np.int64(out_degree[link.row + (node - link.node) * link.stride])
        key = counters.stream_key(part, node)
        fired = start - length + np.int64(offsets[q])
        for k0 in range(0, n_synapses, BLOCK):
            m = min(BLOCK, n_synapses - k0)
            _draw_words(key, k0, m, n, n_columns, scratch)
            _look_up(weights, aliases, np.uint64(m), scratch)
            due = np.uint64(fired) + link.shortest
            _make_events(due, start, length, len(lists), m, n, n_columns, scratch)
            if link.passes <= LOW:
                m = _keep_passing(link, seed, node, fired, k0, m, scratch)
            _append(np.uint64(m), scratch.event, scratch.due, scratch.place, lists, pool)


@njit(inline="always")
def _draw_words(key, k0, m, n, n_columns, scratch):  # noqa: PLR0913
    """Draw the words of m synapses from k0 on, and the places of their weights and delays."""
    word, weight_index, column = scratch.word, scratch.weight_index, scratch.column
    for k in range(m):
        word[k] = counters.philox(np.uint64(k0 + k), key)
    for k in range(m):
        weight_index[k] = np.uint32(draws.weight_index(draws.scaled(word[k], n)))
        column[k] = np.uint32(draws.column(word[k], n_columns) >> HALF)


@njit(inline="always")
def _look_up(weights, aliases, m, scratch):
    """Look up weights and delays; a loop of its own, since processors gather badly."""
    weight_index, column = scratch.weight_index, scratch.column
    weight, entry = scratch.weight, scratch.entry
    for k in range(m):
        weight[k] = np.uint32(weights[np.uint64(weight_index[k])]) << _WEIGHT_BITS
        entry[k] = aliases[np.uint64(column[k])]


@njit(inline="always")
def _make_events(due0, start, length, n_lists, m, n, n_columns, scratch):  # noqa: PLR0913
    """Make events, and choose their lists."""
    word, weight, entry = scratch.word, scratch.weight, scratch.entry
    event, due_slice, place = scratch.event, scratch.due, scratch.place
    far_mask = np.uint64(n_lists - NEAR - 1)
    first_far = np.uint64((start // length - 1) // SPAN + 2)
    slice_bits = np.uint64(2 if length == 4 else length - 1)
    step_mask = np.uint64(length - 1)
    for k in range(m):
        target = draws.scaled(word[k], n) >> HALF
        due = due0 + draws.delay(draws.column(word[k], n_columns), entry[k])
        event[k] = weight[k] | np.uint32(((due & step_mask) << _TARGET_BITS) | target)
        slice_ = due >> slice_bits
        span = slice_ >> _SPAN_BITS
        due_slice[k] = np.uint32(slice_)
        near, far = slice_ & _NEAR_MASK, _NEAR + (span & far_mask)
        place[k] = np.uint32(near if span < first_far else far)


@njit(inline="always")
def _append(m, event, due, place, lists, pool):  # noqa: PLR0913
    """Append events to their lists."""
    events = pool.events
    for k in range(m):
        slot = np.uint64(place[k])
        position = np.uint64(lists[slot])
        if position & IN_PAGE == 0:
            position = new_page(pool, position)
        # the line that comes after this one in the list is asked for in time
        threads.prefetch(events, position + LINE)
        events[position] = event[k]
        if slot >= _NEAR:
            events[position + ONE] = due[k]
            position += ONE
        lists[slot] = position + ONE


@njit(inline="always")
def _keep_passing(link, seed, node, fired, k0, m, scratch):  # noqa: PLR0913
    """Keep the events of the synapses that transmit this spike; return their number."""
    event, due, place = scratch.event, scratch.due, scratch.place
    part = counters.stream(seed, counters.TRANSMIT, link.stream)
    key = counters.stream_key(counters.mix64(part, node), fired)
    n = 0
    for k in range(m):
        if (counters.philox(np.uint64(k0 + k), key) >> HALF) < link.passes:
            event[n], due[n], place[n] = event[k], due[k], place[k]
            n += 1
    return n


@njit(nogil=True)
def expand(lists, span, pool):
    """Move the events of `span` into the `lists` of its slices, with pages of `pool`."""
    events = pool.events
    slot = _NEAR + (np.uint64(span) & np.uint64(len(lists) - NEAR - 1))
    end = np.uint64(lists[slot])
    lists[slot] = 0
    while end:
        page = np.uint32((end - ONE) >> PAGE_BITS)
        prefetch_before(pool, page)
        for k in range(np.uint64(page) << PAGE_BITS, end, _TWO):
            slot = np.uint64(events[k + ONE]) & _NEAR_MASK
            position = np.uint64(lists[slot])
            if position & IN_PAGE == 0:
                position = new_page(pool, position)
            events[position] = events[k]
            lists[slot] = position + ONE
        end = release(pool, page)


@njit(nogil=True)
def _largest(sums):
    largest = np.int32(0)
    for k in range(len(sums)):
        largest = max(largest, abs(sums[k]))
    return np.int64(largest)


@njit(nogil=True)
def add_due(lists, slot, pool, sums, is_general):
    """Add up the events in the list `slot` of `lists`, and return their pages to `pool`.

    `sums`: (2, steps x targets); the second row has the negative weights if `is_general`.
    """
    events = pool.events
    plus, minus = sums[0], sums[1]
    end = np.uint64(lists[slot])
    lists[slot] = 0
    room = np.int64(MOST_EVENTS)
    while end:
        page = np.uint32((end - ONE) >> PAGE_BITS)
        start = np.uint64(page) << PAGE_BITS
        m = np.int64(end - start)
        prefetch_before(pool, page)
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
        end = release(pool, page)


@njit(nogil=True)
def add_late(unit, current, sums, offset):
    """Add the `sums` of step `offset` of the previous slice to the `current` of `unit`."""
    first, n, scale, at = unit.first, unit.size, unit.scale, offset << TARGET_BITS
    for row in range(2 if unit.is_general else 1):
        for k in range(n):
            current[row, first + k] += np.float32(sums[row, at + k]) * scale
            sums[row, at + k] = 0
