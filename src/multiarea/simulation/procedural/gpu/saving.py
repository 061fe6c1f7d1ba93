"""The state on the device as a checkpoint holds it: without the ring, which is drawn again."""

from __future__ import annotations

import numpy as np

from multiarea.simulation.procedural.gpu import layout as gpu
from multiarea.simulation.procedural.gpu.arrays import Arrays, download, upload
from multiarea.simulation.procedural.gpu.launches import Launches
from multiarea.simulation.procedural.gpu.plan import Ring, Work

STATE = {"V": "V", "current": "currents", "refractory": "refractory"}
"""Names of arrays in a checkpoint and on the device."""


def saved(arrays: Arrays, length: int) -> dict[str, np.ndarray]:
    """Return the state as arrays, with the spikes whose delays have not passed.

    Parameters
    ----------
    arrays : Arrays
    length : int
        Steps of a slice.
    """
    clock, history = arrays.clock.copy_to_host(), arrays.history.copy_to_host()
    done = int(clock[gpu.STEP]) // length
    kept = np.arange(max(0, done - len(history)), done)
    first = history[kept % len(history)]
    oldest = int(first[0, 0]) if len(kept) else 0
    places = np.arange(oldest, int(clock[gpu.N_SPIKES])) % len(arrays.nodes)
    n = min(int(clock[gpu.N_SPIKES]), len(arrays.nodes))
    return {
        "step": clock[gpu.STEP : gpu.STEP + 1],
        **{name: getattr(arrays, own).copy_to_host() for name, own in STATE.items()},
        "kept_first": first - oldest,
        "kept_node": download(arrays.nodes, n)[places],
        "kept_offset": download(arrays.offsets, n)[places],
    }


def restore(state: dict[str, np.ndarray], arrays: Arrays, work: Work, launches: Launches) -> None:
    """Set the state on the device to one that `saved` returned.

    Parameters
    ----------
    state : dict of arrays
    arrays : Arrays
    work : Work
    launches : Launches
    """
    for name, own in STATE.items():
        getattr(arrays, own).copy_to_device(state[name])
    first, step = state["kept_first"], int(state["step"][0])
    ring = launches.ring
    done = step // ring.length
    kept = np.arange(done - len(first), done)
    history = np.zeros(arrays.history.shape, np.int64)
    history[kept % len(history)] = first
    arrays.history.copy_to_device(history)
    n = len(state["kept_node"])
    if n:
        arrays.nodes[:n].copy_to_device(state["kept_node"])
        arrays.offsets[:n].copy_to_device(state["kept_offset"])
    clock = np.zeros(gpu.N_CLOCK, np.int64)
    clock[gpu.STEP], clock[gpu.N_SPIKES], clock[gpu.RUNS] = step, n, 1
    arrays.clock.copy_to_device(clock)
    launches.clear()
    launches.deliver(*(upload(values) for values in _on_their_way(first, kept, work, ring)))
    for target, values in zip(
        (arrays.row_first, arrays.row_begin, arrays.tasks),
        _next(history, done, work, ring),
        strict=True,
    ):
        target.copy_to_device(values)


def _on_their_way(
    first: np.ndarray, kept: np.ndarray, work: Work, ring: Ring
) -> tuple[np.ndarray, ...]:
    """Return the rows of `delivery.deliver` for what the ring holds, and what belongs to them.

    `first` has the number of the first spike of each population in the slices `kept`.
    """
    rows, starts, begins = [np.zeros(0, gpu.ROW)], [], []
    done = int(kept[-1]) + 1 if len(kept) else 0
    for k, slice_ in enumerate(kept[:-1].tolist()):
        turns = min((done - 2 - slice_) * ring.length // ring.turn, ring.n_turns - 1)
        populations = np.flatnonzero(np.diff(first[k]))
        made = work.rows_beyond((done - slice_ - 1) * ring.length, populations)
        made["high"] = ring.window(turns)[1]
        rows.append(made)
        starts.append(first[k][made["population"]])
        begins.append(np.full(len(made), slice_ * ring.length))
    made = np.concatenate(rows)
    numbers = [np.concatenate([np.zeros(0, np.int64), *parts]) for parts in (starts, begins)]
    place = np.searchsorted(kept, numbers[1] // ring.length)
    n_spikes = first[place, made["population"] + 1] - numbers[0]
    return made, *numbers, np.concatenate([[0], np.cumsum(n_spikes * made["n_links"])])


def _next(history: np.ndarray, done: int, work: Work, ring: Ring) -> tuple[np.ndarray, ...]:
    """Return `row_first`, `row_begin` and `tasks` of the next slice, as `end_slice` sets them."""
    slice_ = done - 1 - work.rows["age"]
    then, population = slice_ % len(history), work.rows["population"]
    first = np.where(slice_ >= 0, history[then, population], 0)
    n_spikes = np.where(slice_ >= 0, history[then, population + 1] - first, 0)
    tasks = np.concatenate([[0], np.cumsum(n_spikes * work.rows["n_links"])])
    return first, slice_ * ring.length, tasks
