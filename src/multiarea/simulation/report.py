"""What is told of a simulation: its progress, its phases, its cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Reporter(Protocol):
    """What tells a user how far a phase is, such as `multiarea.progress.Progress`."""

    def start(self, done: float) -> None:
        """Report the amount of work that was done before."""

    def update(self, done: float, note: str = "") -> None:
        """Report the amount of work that is done."""

    def close(self) -> None:
        """Report that all is done."""


MakeReporter = Callable[[str, float, str], Reporter]
"""(stage, total, unit) -> Reporter"""


class Silent:
    """A reporter that reports nothing."""

    def __init__(self, stage: str, total: float, unit: str) -> None:
        pass

    def start(self, done: float) -> None:
        """Do nothing."""

    def update(self, done: float, note: str = "") -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class SimulationReport:
    """What a simulation was and what it cost, as the first MPI rank saw it.

    Attributes
    ----------
    n_neurons, n_connections, n_spikes : int
        Connections are those of this rank, devices included; spikes are those of all ranks. The
        procedural simulator tells the number of all synapses.
    min_delay, max_delay : float
        Shortest and longest delay in NEST; those that can be drawn by the procedural simulator
        [ms].
    share_delay_min, share_delay_max : float
        Shares of recurrent synapses that the options `delay_min` and `delay_max` changed.
    virtual_processes, ranks : int
        With the procedural simulator the number of threads, on which nothing depends, and 1.
    local_virtual_processes : tuple of int
    seconds_build, seconds_connect, seconds_run, seconds_write : float
        Wall time of the phases [s]; recording devices belong to `connect`.
    peak_memory : float
        Largest resident memory of this process so far [MB].
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
