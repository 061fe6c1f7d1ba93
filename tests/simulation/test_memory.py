"""Memory does not grow with simulated time."""

from __future__ import annotations

import nest
import psutil
import pytest

from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes


class Memory:
    """Resident memory [MB] at each report of the run phase."""

    runs: list[Memory] = []

    def __init__(self, stage, total, unit):
        self.stage, self.seconds, self.used = stage, [], []
        Memory.runs.append(self)

    def update(self, done):
        self.seconds.append(done)
        self.used.append(psutil.Process().memory_info().rss / 2**20)

    def close(self):
        pass


def run(network, path, seconds):
    parameters = SimulationParameters(t_sim=1e3 * seconds, master_seed=3)
    report = simulate(
        network, parameters, virtual_processes=1, spikes_path=path / "spikes.h5", progress=Memory
    )
    return report, next(m for m in reversed(Memory.runs) if m.stage == "simulate")


def test_nest_does_not_log_each_time_step(active_network, tmp_path):
    report, _ = run(active_network(), tmp_path, 2.0)
    assert report.n_spikes > 5000
    assert len(nest.spike_buffer_resize_log["times"]) < 20, (
        "20 000 steps, of which half have spikes"
    )


@pytest.mark.long
def test_a_hundred_seconds(active_network, tmp_path):
    """100 s of a network of 80 neurons and 2200 synapses, which fires half a million spikes."""
    report, memory = run(active_network(), tmp_path, 100.0)
    assert report.n_spikes > 400_000
    after = {second: memory.used[memory.seconds.index(float(second))] for second in (10, 50, 99)}
    assert after[50] - after[10] < 1.0
    assert after[99] - after[10] < 1.0
    with Spikes(tmp_path / "spikes.h5") as spikes:
        assert spikes.t_stop == 100_000.0
        assert len(spikes) == report.n_spikes
        last = max(trains.times.max() for _, trains in spikes.items())
        assert last > 99_900.0
