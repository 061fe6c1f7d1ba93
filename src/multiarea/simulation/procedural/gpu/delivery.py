"""Spikes on their way to targets: one warp for each spike and each unit that it reaches."""

from __future__ import annotations

import numpy as np
from numba import cuda

from multiarea.simulation.procedural import counters
from multiarea.simulation.procedural.counters import HALF, LOW
from multiarea.simulation.procedural.gpu.functions import (
    IS_SIMULATED,
    column,
    delay,
    kernel,
    mix64,
    philox,
    scaled,
    stream,
    stream_key,
    weight_index,
)
from multiarea.simulation.procedural.gpu.layout import RUNS, STEP

WARP = 2 if IS_SIMULATED else 32
"""Number of threads that draw the synapses of one spike in one unit."""


@cuda.jit(device=True)
def _row_of(ends, n, task):
    """Return the row of a task: the last of `n` rows that begins, in `ends`, before `task` ends."""
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) >> 1
        if ends[middle] <= task:
            low = middle
        else:
            high = middle
    return low


@kernel
def deliver(  # noqa: PLR0913
    clock,
    seed,
    rows,
    first,
    begin,
    tasks,
    links,
    targets,
    units,
    out_degree,
    weights,
    aliases,
    nodes,
    offsets,
    ring,
    n_slots,
    n_state,
    skipped,
):
    """Draw synapses of the spikes of all rows, and add their weights to the ring.

    Parameters
    ----------
    clock, rows, links, targets, units, out_degree, weights, aliases, nodes, offsets, ring
        See `arrays.Arrays`.
    seed : uint64
    first, begin : (rows,) int64
        First spike of each row, and the step at which their slice began.
    tasks : (rows + 1,) int64
        Number of spikes times links before each row, and of all.
    n_slots, n_state : int
        Steps of the ring, neurons of each.
    skipped : int
        What is due earlier, counted in steps from the end of the slice before, is left out.
    """
    if clock[RUNS] == 0:
        return
    lane = cuda.threadIdx.x % WARP
    warp = (cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x) // WARP
    n_warps = cuda.gridDim.x * cuda.blockDim.x // WARP
    n_rows = len(tasks) - 1
    last = clock[STEP] - 1
    last_slot = last % n_slots
    for task in range(warp, tasks[n_rows], n_warps):
        at = _row_of(tasks, n_rows, task)
        row = rows[at]
        spike = (task - tasks[at]) // row.n_links
        number = row.link + task - tasks[at] - spike * row.n_links
        link, unit = links[number], units[targets[number]]
        place = (first[at] + spike) % len(nodes)
        node = np.int64(nodes[place])
        fired = begin[at] + np.int64(offsets[place])
        n_synapses = np.int64(out_degree[link.row + (node - link.node) * link.stride])
        key = stream_key(stream(seed, counters.SYNAPSE, link["stream"]), node)
        pass_key = np.uint64(0)
        if link.passes <= LOW:
            part = stream(seed, counters.TRANSMIT, link["stream"])
            pass_key = stream_key(mix64(part, node), fired)
        for k in range(lane, n_synapses, WARP):
            word = philox(k, key)
            chosen = column(word, link.n_aliases)
            entry = aliases[np.int64(link.aliases + (chosen >> HALF))]
            steps = np.int64(link.shortest + delay(chosen, entry))
            ahead = fired + steps - last
            if steps < row.low or steps >= row.high or ahead < skipped:
                continue
            if link.passes <= LOW and (philox(k, pass_key) >> HALF) >= link.passes:
                continue
            product = scaled(word, np.uint64(unit["size"]))
            weight = np.int32(weights[link.weights, np.int64(weight_index(product))])
            slot = last_slot + ahead
            if slot >= n_slots:
                slot -= n_slots
            if weight < 0 and unit.is_general:
                slot += n_slots
            cuda.atomic.add(ring, slot * n_state + unit.first + np.int64(product >> HALF), weight)
