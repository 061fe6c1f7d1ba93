"""A network in memory that is advanced by threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural import kernel, layout, pages
from multiarea.simulation.procedural.layout import BLOCK, OUT, PAGE, Scratch, State
from multiarea.simulation.procedural.memory import large_array
from multiarea.simulation.procedural.neurons import initial_potentials
from multiarea.simulation.procedural.sampling import Sampling
from multiarea.simulation.procedural.tables import Plan

MOST_PAGES = (1 << 32) // PAGE - 1
"""Largest number of pages: positions in the pool have 32 bits."""
MOST_STEPS = 1 << 16
"""Largest number of steps of one call."""
WHOLE = ("step", "V", "current", "refractory", "progress", "lists", "spike_first")
"""Arrays of the state that a checkpoint has as they are."""


@dataclass(frozen=True)
class Activity:
    """What happened in one call.

    Attributes
    ----------
    nodes, steps : (n,) arrays of int
        Recorded spikes, slice after slice: neuron (0-based), and the step at whose end it fired.
    samples : (rows, columns) float32
        Recorded potentials [mV].
    """

    nodes: np.ndarray
    steps: np.ndarray
    samples: np.ndarray


class Engine:
    """The state of a simulation.

    Parameters
    ----------
    plan : Plan
    network : Network
    parameters : SimulationParameters
    n_threads : int
        Number of threads; only the time depends on it.
    n_pages : int
        Number of pages of events that may be used, `PAGE` x 4 bytes each.
    """

    device = "cpu"

    def __init__(
        self,
        plan: Plan,
        network: Network,
        parameters: SimulationParameters,
        n_threads: int,
        n_pages: int = 1 << 20,
    ) -> None:
        self.plan = plan
        self.state = _new_state(plan, min(n_pages, MOST_PAGES))
        self.state.V[:] = initial_potentials(network, parameters, plan.units)
        self._scratch = [_new_scratch(plan) for _ in range(n_threads)]
        self._sampling = Sampling(plan.tables, parameters)

    @property
    def step(self) -> int:
        """Steps simulated so far."""
        return int(self.state.step[0])

    @property
    def is_compiled(self) -> bool:
        """Whether compiled code for any kind of network is in the cache."""
        folder = Path(kernel.work.stats.cache_path)
        return any(folder.glob(f"{Path(kernel.__file__).stem}.work-*.nbc"))

    def compile(self) -> None:
        """Compile the kernel, or load it from the cache, without simulating."""
        self.state.shared[layout.STATUS] = layout.NOTHING
        self.advance(self.step)
        self.state.shared[layout.STATUS] = layout.RUNNING

    @property
    def sampled_steps(self) -> np.ndarray:
        """The stamps of the potentials that the last call returned, (rows,) int [steps]."""
        rows = self.state.sample_row[: self.step - int(self.state.counts[1])]
        return int(self.state.counts[1]) + 1 + np.flatnonzero(rows >= 0)

    def advance(self, stop: int) -> Activity:
        """Simulate until at least `stop` [steps]: always whole slices, at most `MOST_STEPS`.

        Returns earlier if there are very many spikes.

        Raises
        ------
        InputError
            If the events in flight need more memory than there is, or the input of a neuron in one
            step exceeds the fixed point.
        """
        stop = min(stop, self.step + MOST_STEPS)
        self._prepare_samples(stop)
        state = self.state
        state.counts[:] = 0, self.step
        state.shared[layout.DONE] = 0
        n, length = len(self._scratch), self.plan.slice_steps
        arguments = (self.plan.tables, state)
        others = [
            threading.Thread(
                target=kernel.work, args=(*arguments, scratch, length, stop, n), daemon=True
            )
            for scratch in self._scratch[1:]
        ]
        for thread in others:
            thread.start()
        kernel.work(*arguments, self._scratch[0], length, stop, n)
        for thread in others:
            thread.join()
        self._check()
        pages.give_back(state)
        n_out = int(state.counts[0])
        samples = state.samples[: len(self.sampled_steps)]
        return Activity(state.out_node[:n_out], state.out_step[:n_out], samples)

    def _prepare_samples(self, stop: int) -> None:
        """Prepare the memory for the potentials of a call."""
        n = max(stop - self.step + self.plan.slice_steps, 1)
        rows, columns = self._sampling.rows(self.step, n), self._sampling.n_neurons
        samples = np.zeros((max(int(rows.max()) + 1, 1), max(columns, 1)), np.float32)
        self.state = self.state._replace(sample_row=rows, samples=samples)

    def saved(self) -> dict[str, np.ndarray]:
        """Return the arrays from which the state can be restored."""
        state = self.state
        pages.compact(state)
        n, fresh = int(state.spike_first[-1]), int(state.shared[layout.FRESH])
        arrays = {name: getattr(state, name) for name in WHOLE}
        arrays["spike_node"], arrays["spike_offset"] = state.spike_node[:n], state.spike_offset[:n]
        arrays["before"], arrays["events"] = state.before[:fresh], state.events[: fresh * PAGE]
        return {name: np.ascontiguousarray(values) for name, values in arrays.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Set the state to the one of which `saved` returned the `arrays`.

        Raises
        ------
        InputError
            If there are more events than memory.
        """
        fresh = len(arrays["before"])
        if fresh > len(self.state.before):
            raise InputError(
                f"holds {fresh * PAGE * 4 / 1e9:.3g} GB of events, but only "
                f"{len(self.state.before) * PAGE * 4 / 1e9:.3g} GB of memory are free."
            )
        for name, values in arrays.items():
            target = getattr(self.state, name)
            if name in WHOLE:
                target[...] = values
            else:
                target[: len(values)] = values
        self.state.shared[layout.FRESH] = fresh

    def _check(self) -> None:
        status = int(self.state.shared[layout.STATUS])
        if status == layout.NO_MEMORY:
            size = len(self.state.before) * PAGE * 4 / 1e9
            raise InputError(
                f"not enough memory: the spikes on their way need more than the {size:.3g} GB that "
                f"were free, after {self.step} steps. Simulate a smaller network or a weaker "
                "drive, or use a machine with more memory."
            )
        if status == layout.OVERFLOW:
            raise InputError(
                f"after {self.step} steps the input of a neuron in one time step exceeded "
                "65 000 times the largest weight: the activity runs away. Weaken the excitation or "
                "the external drive of the network."
            )


def _new_state(plan: Plan, n_pages: int) -> State:
    tables, units = plan.tables, plan.units
    n, A = int(units.first[-1]), len(units)
    spans = 1 << int(np.ceil(np.log2(plan.longest / plan.slice_steps / layout.SPAN + 3)))
    most = plan.slice_steps * n
    shared = np.zeros(layout.N_SHARED, np.int64)
    shared[layout.FRESH] = 1  # page 0 takes what there is no memory for
    before = large_array(n_pages, np.uint32)
    before[0] = layout.NONE
    progress = np.zeros(A, layout.PROGRESS)
    progress["change"] = tables.units["changes"][:, 0]
    progress["given"] = tables.units["given"][:, 0]
    most_spikes = most + plan.slice_steps * plan.most_source_spikes
    return State(
        step=np.zeros(1, np.int64),
        V=large_array(n, np.float32),
        current=large_array((2 if tables.units["is_general"].any() else 1, n), np.float32),
        refractory=large_array(n, np.uint8),
        progress=progress,
        lists=large_array((A, layout.NEAR + spans), np.uint32),
        events=large_array(n_pages * PAGE, np.uint32),
        before=before,
        free=large_array(n_pages, np.uint32),
        spike_node=large_array(most_spikes, np.uint32),
        spike_offset=large_array(most_spikes, np.uint8),
        spike_first=np.zeros(len(plan.n_sources) + 1, np.int64),
        fired=large_array(most, np.uint32),
        out_node=large_array(most + OUT, np.uint32),
        out_step=large_array(most + OUT, np.uint32),
        samples=np.zeros((1, 1), np.float32),
        sample_row=np.full(1, -1, np.int32),
        counts=np.zeros(2, np.int64),
        shared=shared,
    )


def _new_scratch(plan: Plan) -> Scratch:
    return Scratch(
        word=np.zeros(BLOCK, np.uint64),
        weight_index=np.zeros(BLOCK, np.uint32),
        column=np.zeros(BLOCK, np.uint32),
        weight=np.zeros(BLOCK, np.uint32),
        entry=np.zeros(BLOCK, np.uint64),
        event=np.zeros(BLOCK, np.uint32),
        due=np.zeros(BLOCK, np.uint32),
        place=np.zeros(BLOCK, np.uint32),
        count=np.zeros(BLOCK, np.int32),
        input=np.zeros((2, BLOCK), np.float32),
        fired=np.zeros(BLOCK, np.uint8),
        current=np.zeros(layout.LONGEST_SLICE),
        sum=np.zeros((2, plan.slice_steps << layout.TARGET_BITS), np.int32),
        pages=np.zeros(2 * layout.CACHED + 1, np.uint32),
    )
