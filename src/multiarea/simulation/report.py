"""Reports of a simulation: its progress, its phases, its cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from multiarea.files.provenance import Spent


class Reporter(Protocol):
    """Tells a user how far a phase is, such as `multiarea.progress.Progress`."""

    def start(self, done: float) -> None:
        """Report the amount of work that was done before."""

    def update(self, done: float, note: str = "") -> None:
        """Report the amount of work that is `done`, with a `note`."""

    def close(self) -> None:
        """Report that all is done."""


MakeReporter = Callable[[str, float, str], Reporter]
"""(stage, total, unit) -> Reporter"""


class Silent(Reporter):
    """A reporter that reports nothing."""

    def __init__(self, stage: str, total: float, unit: str) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class SimulationReport:
    """Size and cost of a simulation, as the first MPI rank saw them.

    With NEST, `n_connections` are those of this rank, devices included, and the delays [ms] those
    of its kernel; with the procedural simulator all synapses, and the delays that it can draw, and
    `virtual_processes` is the number of threads, on which no result depends. `share_delay_min` and
    `share_delay_max` are the shares of recurrent synapses that these options changed. The phases
    are in wall time; recording devices belong to `connect`. `peak_memory` is the largest resident
    memory of this process so far [MB]. `taken_from` is the file of an earlier run that
    ended early, if nothing was simulated for this one. `earlier` is what processes before this one
    spent on the simulation, if this one went on from a checkpoint that notes it.
    """

    n_neurons: int
    n_connections: int
    n_spikes: int
    min_delay: float
    max_delay: float
    share_delay_min: float
    share_delay_max: float
    virtual_processes: int
    ranks: int
    local_virtual_processes: tuple[int, ...]
    seconds_build: float
    seconds_connect: float
    seconds_run: float
    seconds_write: float
    peak_memory: float
    taken_from: str | None = None
    earlier: Spent | None = None


class Clock:
    """Wall time of consecutive phases, as `seconds_<phase>`."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        """End a phase."""
        now = time.perf_counter()
        self.seconds[f"seconds_{phase}"] = now - self._last
        self._last = now
