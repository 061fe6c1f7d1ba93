"""Recording spikes and reading them neuron by neuron, against text files read with pandas.

10 000 neurons that do nothing but pass on Poisson spikes of 100 spikes/s; both sides simulate.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from harness import OURS, Case

from multiarea.network.network import LEVELS
from multiarea.parameters import SimulationParameters
from multiarea.simulation.nest.kernel import nest
from multiarea.simulation.nest.recording import Recorders
from multiarea.simulation.nest.stage import run
from multiarea.spikes.spool import SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes

TITLE = "recording and reading spikes"
NEURONS = 10_000


class Silent:
    """A progress report that reports nothing."""

    def update(self, done: float) -> None:
        pass

    def close(self) -> None:
        pass


def relays() -> object:
    """Return neurons that pass on Poisson spikes."""
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.WARNING
    nest.local_num_threads = 2
    neurons = nest.Create("parrot_neuron", NEURONS)
    nest.Connect(nest.Create("poisson_generator", params={"rate": 100.0}), neurons)
    return neurons


def t_sim(case: Case) -> float:
    """Return the simulated time [ms]: a million spikes per second."""
    return 200.0 if case.quick else 2000.0


def ours(case: Case) -> Callable[[], None]:
    nodes, duration = relays(), t_sim(case)
    recorder = nest.Create("spike_recorder")
    nest.Connect(nodes, recorder)
    recorders = Recorders(recorder, None, np.zeros(0, int), 0.1, 1.0)
    index = pd.MultiIndex.from_tuples([("a", "V", "E")], names=LEVELS)

    def work() -> None:
        with tempfile.TemporaryDirectory() as name:
            spool, store = Path(name) / "spool", Path(name) / "spikes.h5"
            with Spool(spool, SPIKE) as open_spool:
                run(recorders, SimulationParameters(t_sim=duration), [open_spool], Silent())
            sizes = pd.Series([NEURONS], index)
            n = write_spikes(store, Recording(sizes, duration, 0.1), [spool])
            with Spikes(store) as spikes:
                assert len(spikes.trains(("a", "V", "E")).times) == n > 50 * duration

    return work


def published(case: Case) -> Callable[[], None]:
    nodes, duration = relays(), t_sim(case)
    folder = tempfile.TemporaryDirectory()
    nest.set(data_path=folder.name, overwrite_files=True)
    recorder = nest.Create("spike_recorder", params={"record_to": "ascii"})
    nest.Connect(nodes, recorder)

    def work() -> None:
        nest.Simulate(duration)
        parts = [
            pd.read_csv(path, sep="\t", skiprows=3, names=["node", "time"])
            for path in Path(folder.name).glob("*.dat")
        ]
        table = pd.concat(parts).sort_values(["node", "time"])
        trains = [times.to_numpy() for _, times in table.groupby("node")["time"]]
        assert sum(map(len, trains)) > 50 * duration
        folder.cleanup()

    return work


SIDES = {OURS: ours, "published way": published}
