"""A network on the device that is advanced by kernels."""

from __future__ import annotations

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural.engine import Activity
from multiarea.simulation.procedural.gpu import layout as gpu
from multiarea.simulation.procedural.gpu.arrays import MOST_STEPS, Arrays, download, sizes_of
from multiarea.simulation.procedural.gpu.device import HOW, free_memory, name
from multiarea.simulation.procedural.gpu.launches import Launches
from multiarea.simulation.procedural.gpu.plan import Ring, Work, check_inputs, check_sums
from multiarea.simulation.procedural.gpu.saving import restore, saved
from multiarea.simulation.procedural.gpu.sizes import SHARE
from multiarea.simulation.procedural.layout import NO_MEMORY
from multiarea.simulation.procedural.neurons import initial_potentials
from multiarea.simulation.procedural.sampling import Sampling
from multiarea.simulation.procedural.tables import Plan


class GpuEngine:
    """The state of a simulation on the device; used as `procedural.engine.Engine` is.

    Parameters
    ----------
    plan : Plan
    network : Network
    parameters : SimulationParameters
    most_slots : int, optional
        Largest number of steps of the ring; None: as memory allows.

    Raises
    ------
    InputError
        If the device has too little memory, or a sum could overflow unnoticed.
    """

    device = "gpu"

    def __init__(
        self,
        plan: Plan,
        network: Network,
        parameters: SimulationParameters,
        most_slots: int | None = None,
    ) -> None:
        check_inputs(plan)
        check_sums(plan)
        self.plan = plan
        n_slots = _slots_that_fit(plan)
        if most_slots is not None:
            n_slots = sizes_of(plan).slots(most_slots)
        self.ring = Ring.of(plan.longest, plan.slice_steps, n_slots)
        self._work = Work.of(plan, self.ring)
        self._sampling = Sampling(plan.tables, parameters)
        self._sampled = np.zeros(0, np.int64)
        is_recorded = plan.tables.is_recorded
        self._is_recorded = np.repeat(is_recorded, plan.n_sources[: len(is_recorded)])
        V = initial_potentials(network, parameters, plan.units)
        n = self._sampling.n_neurons
        self.arrays = Arrays.of(plan, self.ring, self._work, V, n)
        self.launches = Launches(plan, self.ring, self._work, self.arrays)
        self.launches.clear()
        self._clock = np.zeros(gpu.N_CLOCK, np.int64)

    @property
    def step(self) -> int:
        """Steps simulated so far."""
        return int(self._clock[gpu.STEP])

    @property
    def is_compiled(self) -> bool:
        """Whether compiled kernels are kept: they are made anew in each process."""
        return False

    def compile(self) -> None:
        """Compile the kernels without simulating."""
        self.launches.start(1)
        self.launches.record()

    @property
    def sampled_steps(self) -> np.ndarray:
        """The stamps of the potentials that the last call returned, (rows,) int [steps]."""
        return self._sampled

    def advance(self, stop: int) -> Activity:
        """Simulate until at least `stop` [steps]: always whole slices, at most `MOST_STEPS`.

        Returns earlier if there are very many spikes.

        Raises
        ------
        InputError
            If more spikes are on their way than there is memory for.
        """
        clock, start, length = self._clock, self.step, self.plan.slice_steps
        stop = min(stop, start + MOST_STEPS)
        rows = self._sampling.rows(start, MOST_STEPS + 4)
        if self._sampling.n_neurons:
            self.arrays.sample_rows.copy_to_device(rows)
        clock[gpu.CALL], clock[gpu.STOP], clock[gpu.N_OUT] = start, stop, 0
        clock[gpu.RUNS] = start < stop
        self.arrays.clock.copy_to_device(clock)
        self.launches.start(max(0, -(-(stop - start) // length)))
        self._clock = self.arrays.clock.copy_to_host()
        if self._clock[gpu.STATUS] == NO_MEMORY:
            raise InputError(
                f"not enough memory on the GPU: more than {len(self.arrays.nodes)} spikes are on "
                f"their way after {self.step} steps. Simulate a smaller network or a weaker drive."
            )
        self._sampled = start + 1 + np.flatnonzero(rows[: self.step - start] >= 0)
        return self._activity()

    def saved(self) -> dict[str, np.ndarray]:
        """Return the arrays from which the state can be restored."""
        return saved(self.arrays, self.plan.slice_steps)

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Set the state to the one of which `saved` returned the `arrays`."""
        restore(arrays, self.arrays, self._work, self.launches)
        self._clock = self.arrays.clock.copy_to_host()

    def _activity(self) -> Activity:
        """Return what was recorded in the last call."""
        n = int(self._clock[gpu.N_OUT])
        nodes, steps = download(self.arrays.out_node, n), download(self.arrays.out_step, n)
        kept = self._is_recorded[nodes] & (steps > self.plan.tables.record_from[0])
        samples = download(self.arrays.samples, len(self._sampled))
        return Activity(nodes[kept], steps[kept], samples)


def _slots_that_fit(plan: Plan) -> int:
    """Return the number of steps of the ring; raise InputError if there is too little memory."""
    sizes, free = sizes_of(plan), free_memory()
    found = sizes.slots_in(free)
    if found is None:
        needed = sizes.fewest / SHARE
        raise InputError(
            f"not enough memory: {name()} has {free / 1e9:.3g} GB free, and the network needs "
            f"{needed / 1e9:.3g} GB. {HOW}"
        )
    return found
