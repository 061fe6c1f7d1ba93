"""The pool of pages that hold events: given to threads, compacted, returned.

A position counts the events of the pool; the end of a list is the position after its last event,
0 for an empty list.
"""

from __future__ import annotations

import mmap
from typing import NamedTuple

import numpy as np
from numba import njit

from multiarea.simulation.procedural import threads
from multiarea.simulation.procedural.layout import (
    CACHED,
    FREE,
    FRESH,
    NO_MEMORY,
    NONE,
    PAGE,
    POOL_LOCK,
    STATUS,
    State,
)

FEWEST_FREE = (256 << 20) // (4 * PAGE)
"""Number of free pages that are kept in any case: 256 MB."""
PAGE_BITS = np.uint64(PAGE.bit_length() - 1)
IN_PAGE = np.uint64(PAGE - 1)
LINE = np.uint64(16)
"""Number of events in a cache line."""
ONE = np.uint64(1)


class Pool(NamedTuple):
    """The pages, and those that a thread has taken from the pool."""

    events: np.ndarray
    before: np.ndarray
    free: np.ndarray
    shared: np.ndarray
    pages: np.ndarray


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
def put_back(pool, n):
    """Return the last `n` pages of a thread to the `pool`."""
    shared, pages = pool.shared, pool.pages
    threads.lock(shared, POOL_LOCK)
    for k in range(n):
        pool.free[shared[FREE] + k] = pages[pages[0] - k]
    shared[FREE] += n
    threads.unlock(shared, POOL_LOCK)
    pages[0] -= np.uint32(n)


@njit(nogil=True)
def new_page(pool, position):
    """Return the position of a new page of `pool` after a full one that ends at `position`, or 0.

    Without free memory it is page 0, whose content is lost, and the status is `NO_MEMORY`.
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
        NONE if position == 0 else np.uint32((position - ONE) >> PAGE_BITS)
    )
    # the one that comes next is asked for
    following = np.uint64(pages[np.uint64(pages[0])]) << PAGE_BITS
    threads.prefetch(pool.events, following)
    threads.prefetch(pool.events, following + LINE)
    return np.uint64(page) << PAGE_BITS


@njit(nogil=True)
def release(pool, page):
    """Return `page` to `pool`; return the end of the page before it in its list, 0: none."""
    if page == 0:  # what there was no memory for
        return np.uint64(0)
    before = pool.before[np.uint64(page)]
    pages = pool.pages
    if pages[0] == 2 * CACHED:
        put_back(pool, CACHED)
    pages[0] += np.uint32(1)
    pages[np.uint64(pages[0])] = page
    return np.uint64(0) if before == NONE else np.uint64(before + 1) << PAGE_BITS


@njit(nogil=True)
def prefetch_before(pool, page):
    """Prefetch the page of `pool` before `page` in its list, which is read after it."""
    start = np.uint64(pool.before[np.uint64(page)]) << PAGE_BITS
    if start < np.uint64(len(pool.events)):
        for k in range(start, start + np.uint64(PAGE), LINE):
            threads.prefetch(pool.events, k)


def n_used(state: State) -> int:
    """Return the number of pages that hold events."""
    return int(state.shared[FRESH] - 1 - state.shared[FREE])


def give_back(state: State) -> None:
    """Return memory of pages to the system if far more of them are free than used."""
    if state.shared[FREE] > max(FEWEST_FREE, 3 * n_used(state)):
        compact(state)
        unmap(state)


def unmap(state: State) -> None:
    """Return all memory after the last page that was ever used to the system."""
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
    _renumber(state.lists, place)
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
