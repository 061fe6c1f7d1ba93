"""Where the time of the procedural kernel goes: its parts, one after the other, on one core.

Each part works on all units in their turn, so that memory is as cold as in a simulation, with the
spikes and events of one slice; what it draws is thrown away.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit

from multiarea.simulation.procedural import events, kernel, layout, threads
from multiarea.simulation.procedural.pages import Pool


@njit
def draw(tables, state, scratch, pool, length):
    """Draw the synapses of the spikes of the slice before."""
    tables, state = threads.borrowed(tables), threads.borrowed(state)
    scratch, pool = threads.borrowed(scratch), threads.borrowed(pool)
    for a in range(len(tables.units)):
        events.draw_synapses(tables, state, scratch, pool, a, length)


@njit
def add(tables, state, scratch, pool, length):
    """Add the events that are due in this slice; their pages go back to the pool."""
    tables, state = threads.borrowed(tables), threads.borrowed(state)
    scratch, pool = threads.borrowed(scratch), threads.borrowed(pool)
    number = state.step[0] // length
    for a in range(len(tables.units)):
        events.add_due(state.lists[a], number % layout.NEAR, pool, scratch.sum, False)


@njit
def neurons(tables, state, scratch, pool, length):
    """Draw external spikes, and advance the neurons."""
    tables, state = threads.borrowed(tables), threads.borrowed(state)
    scratch, pool = threads.borrowed(scratch), threads.borrowed(pool)
    for a in range(len(tables.units)):
        unit, progress, start = tables.units[a], state.progress[a], state.step[0]
        kernel.advance_neurons(tables, state, scratch, unit, progress, start, length)


def n_events_drawn(tables, state) -> float:
    """Return how many events the spikes of the last slice make."""
    total, first = 0, state.spike_first
    for link in tables.links:
        nodes = state.spike_node[first[link["population"]] : first[link["population"] + 1]]
        rows = link["row"] + (nodes.astype(np.int64) - link["node"]) * link["stride"]
        total += int(tables.out_degree[rows].sum())
    return float(max(total, 1))


def n_events_due(engine) -> float:
    """Return how many events are due in the next slice."""
    state, slot = engine.state, engine.step // engine.plan.slice_steps % layout.NEAR
    total = 0
    for end in state.lists[:, slot].astype(np.int64).tolist():
        while end:
            page = (end - 1) // layout.PAGE
            total += end - page * layout.PAGE
            before = int(state.before[page])
            end = 0 if before == int(layout.NONE) else (before + 1) * layout.PAGE
    return float(max(total, 1))


def profile(engine) -> dict[str, float]:
    """Return the time of each part per event, or per neuron and step [ns]; best of three slices."""
    tables, length, scratch = engine.plan.tables, engine.plan.slice_steps, engine._scratch[0]
    n_updates = float(tables.units["size"].sum()) * length
    parts = {
        "add_ns_per_event": (add, n_events_due),
        "draw_ns_per_event": (draw, lambda engine: n_events_drawn(tables, engine.state)),
        "neuron_ns_per_update": (neurons, lambda engine: n_updates),
    }
    best = dict.fromkeys(parts, np.inf)
    for k in range(4):
        engine.advance(engine.step + length)
        state = engine.state
        pool = Pool(state.events, state.before, state.free, state.shared, scratch.pages)
        for name, (part, count) in parts.items():
            n, begin = count(engine), time.perf_counter()
            part(tables, state, scratch, pool, length)
            seconds = time.perf_counter() - begin
            if k:  # the first one compiles
                best[name] = min(best[name], 1e9 * seconds / n)
    return best
