"""The compiled part: what each thread does for each slice of time.

A slice is as long as the shortest time from a spike to its effect on another one, so that within
it all neurons are independent. For each unit of neurons, one thread

1. draws the synapses by which the spikes of the previous slice reach the unit, and appends each as
   an event to the list of the slice in which it is due (`events`);
2. adds up the events that are due, and for each block of neurons and each step draws the external
   spikes, updates the neurons, and lists those that fire (`dynamics`).

The thread that finishes last collects the spikes; then the next slice begins. No result depends on
which thread does what.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from multiarea.simulation.procedural import counters, draws, threads
from multiarea.simulation.procedural.dynamics import inject, list_fired, set_input, update
from multiarea.simulation.procedural.events import add_due, add_late, draw_synapses, expand
from multiarea.simulation.procedural.layout import (
    ARRIVED,
    BLOCK,
    DONE,
    GENERATION,
    NEAR,
    NEXT_UNIT,
    NO_MEMORY,
    NOTHING,
    RUNNING,
    SPAN,
    STATUS,
)
from multiarea.simulation.procedural.pages import Pool, put_back


@njit(inline="always")
def _process(tables, state, scratch, pool, a, length):  # noqa: PLR0913
    """Advance one unit by a slice."""
    unit, progress, lists = tables.units[a], state.progress[a], state.lists[a]
    start = state.step[0]
    number = start // length
    if start > 0:
        draw_synapses(tables, state, scratch, pool, a, length)
        slot = (number - 1) % NEAR
        if lists[slot]:
            add_due(lists, slot, pool, scratch.sum, unit.is_general)
            add_late(unit, state.current, scratch.sum, length - 1)
        if number % SPAN == 0:
            expand(lists, number // SPAN + 1, pool)
    if lists[number % NEAR]:
        add_due(lists, number % NEAR, pool, scratch.sum, unit.is_general)
    advance_neurons(tables, state, scratch, unit, progress, start, length)


@njit(inline="always")
def advance_neurons(tables, state, scratch, unit, progress, start, length):  # noqa: PLR0913
    """Advance the neurons of `unit` by a slice, and list those that fire, block after block.

    The slice begins at step `start` and has `length` steps; `progress` is that of the unit, and
    `tables`, `state` and `scratch` are those of `work`.
    """
    _set_currents(tables.changes, unit, progress, start, length, scratch.current)
    given = progress.given
    while progress.given < unit.given[1] and tables.given[progress.given].step < start + length:
        progress.given += 1
    progress.n_fired = 0
    per_neuron = len(state.fired) // len(state.V)
    listed = state.fired[unit.first * per_neuron : unit.end * per_neuron]
    padded = unit.end - unit.first
    for k0 in range(0, padded, BLOCK):
        m = min(BLOCK, padded - k0)
        for offset in range(length):
            step = start + offset
            set_input(tables, scratch, unit, k0, m, step, offset)
            if given < progress.given:
                due = tables.given[given : progress.given]
                _add_given(unit, due, k0, m, offset, step, scratch.input)
            if unit.injections[0] < unit.injections[1]:
                inject(tables, state, unit, k0, m, step)
            if update(tables, state, scratch, unit, k0, m, offset):
                n = min(m, unit.size - k0)
                name = (offset << 24) + k0
                progress.n_fired = list_fired(scratch.fired, n, name, listed, progress.n_fired)
            if unit.sample[1] > unit.sample[0]:
                _sample(unit, state, k0, m, step)


@njit(nogil=True)
def _set_currents(changes, unit, progress, start, length, current):  # noqa: PLR0913
    """Set the constant current of each step of a slice."""
    for offset in range(length):
        while progress.change < unit.changes[1]:
            change = changes[progress.change]
            if change.step > start + offset:
                break
            progress.current = change.value
            progress.change += 1
        current[offset] = progress.current


@njit(nogil=True)
def _add_given(unit, due, k0, m, offset, step, into):  # noqa: PLR0913
    """Add spikes at given times that are due in a step at the m neurons from k0 on."""
    for k in range(len(due)):
        given = due[k]
        is_now = given.step == step or (offset == 0 and given.step < step)
        if is_now and k0 <= given.target < k0 + m:
            row = 1 if unit.is_general and given.weight < 0 else 0
            into[row, given.target - k0] += np.float32(given.weight)


@njit(nogil=True)
def _sample(unit, state, k0, m, step):
    """Store the potentials of the recorded neurons among m from k0 on, if it is time."""
    row = state.sample_row[step - state.counts[1]]
    if row >= 0:
        for k in range(k0, min(k0 + m, unit.sample[1] - unit.sample[0])):
            state.samples[row, unit.sample[0] + k] = state.V[unit.first + k] + unit.leak


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
        thresholds = tables.thresholds[pulse.thresholds[0] : pulse.thresholds[1]]
        for step in range(max(start, pulse.start), min(start + length, pulse.stop)):
            part = counters.stream(tables.seed[0], counters.SOURCE, step)
            key = counters.stream_key(part, pulse.number)
            for q in range(pulse.size):
                z = counters.philox(np.uint64(q), key) >> counters.HALF
                for _ in range(draws.poisson(z, thresholds, 0)):
                    if n == len(state.spike_node):
                        state.shared[STATUS] = NO_MEMORY
                        return
                    state.spike_node[n] = pulse.node + q
                    state.spike_offset[n] = step - start
                    n += 1
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


@njit(nogil=True, cache=True)
def work(tables, state, scratch, length, stop, n_threads):  # noqa: PLR0913
    """Advance `state` until `stop` [steps], or until the memory for spikes is full.

    All `n_threads` call this at the same time with the same `tables` and `length` of a slice, each
    with its own `scratch`.
    """
    tables, state = threads.borrowed(tables), threads.borrowed(state)
    scratch = threads.borrowed(scratch)
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
    put_back(pool, np.int64(scratch.pages[0]))
