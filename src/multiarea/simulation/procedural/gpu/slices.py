"""The end of a slice: spikes are counted, written in order, and the next work is shared out."""

from __future__ import annotations

import numpy as np
from numba import cuda, int64

from multiarea.simulation.procedural.gpu.functions import IS_SIMULATED, kernel
from multiarea.simulation.procedural.gpu.layout import (
    FIRST,
    N_OUT,
    N_SPIKES,
    OUT_FIRST,
    RUNS,
    STATUS,
    STEP,
    STOP,
    WORDS,
    WRITES,
)
from multiarea.simulation.procedural.layout import LONGEST_SLICE, NO_MEMORY

THREADS = 2 if IS_SIMULATED else 512
"""Number of threads of the block that counts."""


@cuda.jit(device=True)
def _add_up(values, sums, n, partial):
    """Set `sums`, (n + 1,), to the sums of the first 0, 1, ... n `values`, with all threads.

    `partial` is shared by the threads.
    """
    me, share = cuda.threadIdx.x, (n + THREADS - 1) // THREADS
    total = 0
    for k in range(me * share, min(n, (me + 1) * share)):
        total += values[k]
    partial[me] = total
    cuda.syncthreads()
    # each thread adds the sum of those 1, 2, 4, ... before it
    reach = 1
    while reach < THREADS:
        before = partial[me - reach] if me >= reach else 0
        cuda.syncthreads()
        partial[me] += before
        cuda.syncthreads()
        reach *= 2
    total = partial[me] - total
    for k in range(me * share, min(n, (me + 1) * share)):
        sums[k] = total
        total += values[k]
    if me == THREADS - 1:
        sums[n] = partial[me]
    cuda.syncthreads()


@kernel
def end_slice(  # noqa: PLR0913
    clock, length, n_blocks, room, capacity, counts, block_first, first_block, history, rows,
    row_first, row_begin, row_tasks, tasks,
):  # fmt: skip
    """Count spikes, note where those of each population begin, and share out the next work.

    Parameters
    ----------
    clock, counts, block_first, first_block, history, rows, row_first, row_begin, row_tasks, tasks
        See `arrays.Arrays`.
    length : int
        Steps of a slice.
    n_blocks : int
        Blocks of the network; the others are outside.
    room : int
        Number of spikes for the host after which there might be no memory for another slice.
    capacity : int
        Number of spikes that can be kept.
    """
    partial = cuda.shared.array(THREADS, int64)
    me, n_all = cuda.threadIdx.x, len(counts)
    runs = clock[RUNS]
    cuda.syncthreads()
    if runs == 0:
        if me == 0:
            clock[WRITES] = 0
        return
    _add_up(counts, block_first, n_all, partial)
    begin, before = clock[STEP], clock[N_SPIKES]
    slice_, n_kept = begin // length, len(history)
    mine = slice_ % n_kept
    for p in range(me, len(first_block), THREADS):
        history[mine, p] = before + block_first[first_block[p]]
    cuda.syncthreads()
    for r in range(me, len(tasks) - 1, THREADS):
        row = rows[r]
        age = row.age
        row_tasks[r] = 0
        if slice_ >= age:
            then = (slice_ - age) % n_kept
            first = history[then, row.population]
            row_first[r], row_begin[r] = first, begin - age * length
            row_tasks[r] = (history[then, row.population + 1] - first) * row.n_links
    cuda.syncthreads()
    _add_up(row_tasks, tasks, len(tasks) - 1, partial)
    if me == 0:
        oldest = history[(slice_ + 1) % n_kept, 0] if slice_ + 1 >= n_kept else 0
        clock[FIRST], clock[OUT_FIRST] = before, clock[N_OUT]
        clock[N_SPIKES] = before + block_first[n_all]
        clock[N_OUT] += block_first[n_blocks]
        clock[STEP] = begin + length
        clock[WRITES] = 1
        if clock[N_SPIKES] - oldest > capacity:
            clock[STATUS] = NO_MEMORY
        if clock[STEP] >= clock[STOP] or clock[N_OUT] > room or clock[STATUS] == NO_MEMORY:
            clock[RUNS] = 0


@cuda.jit(device=True)
def _write_word(word, node, offset, step, first, out_first, nodes, offsets, out_node, out_step):  # noqa: PLR0913
    """Write the spikes of 32 neurons from `node` on, a bit of `word` for each."""
    at = 0
    for k in range(32):
        if (word >> np.uint32(k)) & np.uint32(1):
            place = (first + at) % len(nodes)
            nodes[place], offsets[place] = node + k, offset
            out_node[out_first + at], out_step[out_first + at] = node + k, step
            at += 1


@cuda.jit(device=True)
def _write_sources(b, n_blocks, block, node, length, fired, counts, first, nodes, offsets):  # noqa: PLR0913
    """Write the spikes of a block of neurons outside the network, in any order."""
    for q in range(block.first + cuda.threadIdx.x, block.end, cuda.blockDim.x):
        for offset in range(length):
            n = np.int64(fired[b - n_blocks, q - block.first, offset])
            if n > 0:
                at = first + cuda.atomic.add(counts, b, -n) - n
                for k in range(at, at + n):
                    nodes[k % len(nodes)], offsets[k % len(nodes)] = node + q, offset


@kernel
def write_spikes(  # noqa: PLR0913
    clock, length, n_blocks, blocks, units, pulses, bits, fired, counts, block_first, nodes,
    offsets, out_node, out_step,
):  # fmt: skip
    """Write the spikes of a slice by unit, block, step and neuron, and forget the `bits`.

    Parameters
    ----------
    clock, blocks, units, pulses, bits, fired, counts, block_first, nodes, offsets, out_node
        See `arrays.Arrays`.
    out_step
        See `arrays.Arrays`.
    length : int
        Steps of a slice.
    n_blocks : int
        Blocks of the network; the others are outside.
    """
    b, me = cuda.blockIdx.x, cuda.threadIdx.x
    if clock[WRITES] == 0 or counts[b] == 0:
        return
    first, out_first = clock[FIRST] + block_first[b], clock[OUT_FIRST] + block_first[b]
    begin, block = clock[STEP] - length, blocks[b]
    if b >= n_blocks:
        node = pulses[block.unit].node
        _write_sources(b, n_blocks, block, node, length, fired, counts, first, nodes, offsets)
        return
    node, words = units[block.unit].node + block.first, b * LONGEST_SLICE * WORDS
    before = 0
    for w in range(length * WORDS):
        word = bits[words + w]
        if word != 0 and w % cuda.blockDim.x == me:
            offset = w // WORDS
            _write_word(
                word, node + w % WORDS * 32, offset, begin + offset + 1, first + before,
                out_first + before, nodes, offsets, out_node, out_step,
            )  # fmt: skip
        before += cuda.popc(word)
    cuda.syncthreads()
    for w in range(me, length * WORDS, cuda.blockDim.x):
        bits[words + w] = 0
    if me == 0:
        counts[b] = 0
