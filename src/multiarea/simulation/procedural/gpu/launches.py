"""How the kernels of a slice are started."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import cuda

from multiarea.simulation.procedural.gpu import delivery, neurons, slices
from multiarea.simulation.procedural.gpu.arrays import Arrays
from multiarea.simulation.procedural.gpu.functions import IS_SIMULATED, kernel
from multiarea.simulation.procedural.gpu.plan import Ring, Work
from multiarea.simulation.procedural.layout import OUT
from multiarea.simulation.procedural.tables import Plan

log = logging.getLogger(__name__)

THREADS = 2 if IS_SIMULATED else 256
"""Number of threads of a block."""
WRITERS = 1 if IS_SIMULATED else 64
"""Number of threads of a block that writes spikes."""
BLOCKS_PER_PROCESSOR = 8
"""Blocks that deliver spikes, for each multiprocessor."""


@kernel
def clear(ring):
    """Set all elements of the `ring` to 0."""
    for k in range(cuda.grid(1), len(ring), cuda.gridsize(1)):
        ring[k] = 0


class Launches:
    """The kernels with their arguments.

    Parameters
    ----------
    plan : Plan
    ring : Ring
    work : Work
    arrays : Arrays
    """

    def __init__(self, plan: Plan, ring: Ring, work: Work, arrays: Arrays) -> None:
        self._plan, self.ring, self._arrays = plan, ring, arrays
        self.stream = cuda.stream()
        self._seed = np.uint64(plan.tables.seed[0])
        self.kernels = self._all(work)
        self._graph: Callable[[], None] | None = None

    def _all(self, work: Work) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return the kernels of a slice, each with its arguments."""
        a, length, slots = self._arrays, self._plan.slice_steps, self.ring.n_slots
        n, n_all = work.n_network, len(work.blocks)
        changed = a.changes, a.given, a.parameters, a.V, a.currents, a.refractory, a.ring, a.bits
        driven = a.units, a.drives, a.guides, a.thresholds, a.drive_weights
        counted = a.counts, a.block_first, a.first_block, a.history, a.rows
        rows = a.row_first, a.row_begin, a.row_tasks, a.tasks
        written = a.counts, a.block_first, a.nodes, a.offsets, a.out_node, a.out_step
        samples = a.counts, a.samples, a.sample_rows
        head = a.clock, self._seed, length
        started = [
            self._delivery(a.rows, a.row_first, a.row_begin, a.tasks, 0),
            self._configured(neurons.advance, n, THREADS)
            + ((*head, slots, a.blocks, *driven, *changed, *samples),),
        ]
        if n_all > n:
            outside = a.blocks, n, a.pulses, a.thresholds, a.fired, a.counts
            started.append(
                self._configured(neurons.fire_sources, n_all - n, THREADS) + ((*head, *outside),)
            )
        limits = n, OUT, len(a.nodes)
        started.append(
            self._configured(slices.end_slice, 1, slices.THREADS)
            + ((a.clock, length, *limits, *counted, *rows),)
        )
        tables = n, a.blocks, a.units, a.pulses, a.bits, a.fired
        started.append(
            self._configured(slices.write_spikes, n_all, WRITERS)
            + ((a.clock, length, *tables, *written),)
        )
        return started

    def _delivery(self, rows: Any, first: Any, begin: Any, tasks: Any, skipped: int) -> Any:
        """Return `delivery.deliver`, and its arguments for some `rows`."""
        a, n_state = self._arrays, int(self._plan.units.first[-1])
        tables = a.links, a.targets, a.units, a.out_degree, a.weights, a.aliases
        work = rows, first, begin, tasks
        sizes = self.ring.n_slots, n_state, skipped
        arguments = a.clock, self._seed, *work, *tables, a.nodes, a.offsets, a.ring, *sizes
        return (*self._configured(delivery.deliver, self._n_blocks(), THREADS), arguments)

    def _n_blocks(self) -> int:
        if IS_SIMULATED:
            return 1
        return BLOCKS_PER_PROCESSOR * cuda.get_current_device().MULTIPROCESSOR_COUNT

    def _configured(self, function: Any, blocks: int, threads: int) -> tuple[Any]:
        with warnings.catch_warnings():
            # one block counts all spikes, and small networks have few
            warnings.filterwarnings("ignore", message="Grid size")
            return (function[blocks, threads, self.stream],)

    @property
    def is_graph(self) -> bool:
        """Whether the kernels of a slice are started together."""
        return self._graph is not None

    @property
    def names(self) -> list[str]:
        """Names of the kernels of a slice."""
        started = (delivery.deliver, neurons.advance, slices.end_slice, slices.write_spikes)
        names = [function.py_func.__name__ for function in started]
        return names if len(self.kernels) == 4 else [*names[:2], "fire_sources", *names[2:]]

    def start_slice(self) -> None:
        """Start the kernels of a slice."""
        for function, arguments in self.kernels:
            function(*arguments)

    def start(self, n: int) -> None:
        """Start the kernels of `n` slices, and wait for them."""
        start = self.start_slice if self._graph is None else self._graph
        for _ in range(n):
            start()
        self.stream.synchronize()

    def clear(self) -> None:
        """Empty the ring."""
        if IS_SIMULATED:
            self._arrays.ring[:] = 0
            return
        blocks = self._n_blocks()
        self._configured(clear, blocks, THREADS)[0](self._arrays.ring)
        self.stream.synchronize()

    def deliver(self, *work: Any) -> None:
        """Deliver the spikes of rows that are given as arrays on the device, for the first time.

        What is due before the slice that comes next is skipped, see `delivery.deliver`.
        """
        function, arguments = self._delivery(*work, 1)
        function(*arguments)
        self.stream.synchronize()

    def record(self) -> None:
        """Join the kernels of a slice in a graph, which takes less time to start, if possible."""
        if IS_SIMULATED:
            return
        try:
            self._graph = _graph(self.stream, self.start_slice)
        except Exception as error:  # whatever driver and bindings say
            log.info("simulate: kernels are started one by one (%s)", error)


def _graph(stream: Any, start: Callable[[], None]) -> Callable[[], None]:
    """Return a function that starts what `start` puts into the `stream`."""
    from cuda.bindings import driver

    def checked(result: tuple[Any, ...]) -> Any:
        if int(result[0]):
            raise RuntimeError(f"CUDA error {result[0]}")
        return result[1] if len(result) > 1 else None

    handle = driver.CUstream(int(stream))
    mode = driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED
    checked(driver.cuStreamBeginCapture(handle, mode))
    try:
        start()
    finally:
        graph = checked(driver.cuStreamEndCapture(handle))
    made = checked(driver.cuGraphInstantiate(graph, 0))
    return lambda: checked(driver.cuGraphLaunch(made, handle))
