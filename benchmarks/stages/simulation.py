"""Running the same network, against a bare NEST script with one call of Simulate.

Ours includes emptying the recorders into a file every 100 ms and writing the spikes sorted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from harness import OURS, Case

from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.kernel import nest
from stages.building import THREADS, build_bare

TITLE = "simulation, N = K = 0.005"


def t_sim(case: Case) -> float:
    """Return the simulated time [ms]."""
    return 200.0 if case.quick else 1000.0


def ours(case: Case) -> Callable[[], float]:
    network, parameters = case.network, SimulationParameters(t_sim=t_sim(case))

    def work() -> float:
        with tempfile.TemporaryDirectory() as folder:
            report = simulate(
                network,
                parameters,
                virtual_processes=THREADS,
                spikes_path=Path(folder) / "spikes.h5",
            )
        return report.seconds_run + report.seconds_write

    return work


def bare(case: Case) -> Callable[[], float]:
    build_bare(case.network)
    return lambda: nest.Simulate(t_sim(case))


SIDES = {OURS: ours, "bare NEST script": bare}
