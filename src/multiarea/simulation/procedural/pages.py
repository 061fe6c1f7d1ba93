"""The pool of pages: put together, given back to the system, and counted."""

from __future__ import annotations

import mmap

import numpy as np
from numba import njit

from multiarea.simulation.procedural.kernel import FREE, FRESH, NONE, PAGE, State

FEWEST_FREE = (256 << 20) // (4 * PAGE)
"""Free pages that are kept in any case: 256 MB."""


def n_used(state: State) -> int:
    """Return the number of pages that hold events."""
    return int(state.shared[FRESH] - 1 - state.shared[FREE])


def give_back(state: State) -> None:
    """Give memory of pages back to the system, if far more of them are free than are used."""
    if state.shared[FREE] > max(FEWEST_FREE, 3 * n_used(state)):
        compact(state)
        release(state)


def release(state: State) -> None:
    """Give all memory behind the last page that was ever used back to the system."""
    memory = state.events.base
    while memory is not None and not isinstance(memory, mmap.mmap):
        memory = memory.obj if isinstance(memory, memoryview) else memory.base
    if memory is None:
        return
    start = -(-int(state.shared[FRESH]) * PAGE * 4 // mmap.PAGESIZE) * mmap.PAGESIZE
    if start < len(memory):
        memory.madvise(mmap.MADV_DONTNEED, start)


@njit(cache=True)
def compact(state):
    """Move all pages that hold events to the beginning of the pool; no result depends on it."""
    fresh, n_free = state.shared[FRESH], state.shared[FREE]
    last = fresh - 1 - n_free
    is_free = np.zeros(fresh, np.bool_)
    for k in range(n_free):
        is_free[state.free[k]] = True
    place = np.arange(fresh).astype(np.uint32)
    hole = 1
    for page in range(last + 1, fresh):
        if not is_free[page]:
            while not is_free[hole]:
                hole += 1
            place[page] = hole
            state.before[hole] = state.before[page]
            state.events[hole * PAGE : (hole + 1) * PAGE] = state.events[
                page * PAGE : (page + 1) * PAGE
            ]
            hole += 1
    for page in range(1, last + 1):
        if state.before[page] != NONE:
            state.before[page] = place[state.before[page]]
    _renumber(state.near, place)
    _renumber(state.far, place)
    state.shared[FREE] = 0
    state.shared[FRESH] = last + 1


@njit(cache=True)
def _renumber(lists, place):
    """Set the ends of lists to the new places of their pages."""
    for a in range(lists.shape[0]):
        for k in range(lists.shape[1]):
            end = np.int64(lists[a, k])
            if end > 0:
                page = (end - 1) // PAGE
                lists[a, k] = np.int64(place[page]) * PAGE + (end - page * PAGE)
