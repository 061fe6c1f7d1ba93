"""Membrane potentials: how they are read, which neurons are shown, and when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from synthetic_run import Run

from multiarea.errors import InputError
from multiarea.figures.membrane_potentials import trace_of
from multiarea.network.network import LEVELS
from multiarea.spikes.potentials import Potentials, write_potentials
from multiarea.spikes.spool import SAMPLE, SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes
from multiarea.workflow.rules import Workflow

EXC, INH = ("V1", "IV", "E"), ("V1", "IV", "I")


def written(folder: Path) -> Path:
    """Write potentials of the neurons 0, 1 and 4, every 2 ms from 10 ms on: node + step / 10."""
    nodes, steps = np.array([0, 1, 4]), np.arange(6, 11)
    with Spool(folder / "samples", SAMPLE) as spool:
        for step in steps:
            spool.append(node=nodes, step=np.full(3, step), value=-50 + nodes + step / 10)
    path = folder / "membrane_potentials.h5"
    assert write_potentials(path, nodes, 2.0, [folder / "samples"], start=10.0) == 5
    return path


def spikes_of(folder: Path) -> Spikes:
    """Return spikes of 3 E and 2 I neurons: neuron 1 at 15 ms, neuron 2 at 16 ms."""
    with Spool(folder / "spool", SPIKE) as spool:
        spool.append(node=np.array([1, 2]), step=np.array([150, 160]))
    sizes = pd.Series([3, 2], pd.MultiIndex.from_tuples([EXC, INH], names=LEVELS))
    write_spikes(folder / "spikes.h5", Recording(sizes, 30.0, 0.1), [folder / "spool"])
    return Spikes(folder / "spikes.h5")


def test_samples_are_read_with_their_times(tmp_path: Path):
    potentials = Potentials(written(tmp_path))
    assert potentials.nodes.tolist() == [0, 1, 4]
    assert potentials.times.tolist() == [12, 14, 16, 18, 20]
    times, values = potentials.trace(4, (13.0, 18.0))
    assert times.tolist() == [14, 16]
    np.testing.assert_allclose(values, [-46 + 0.7, -46 + 0.8], rtol=1e-6)


def test_the_first_recorded_neuron_that_fires_is_shown(tmp_path: Path):
    """Neuron 2 fires, too, but its potential is not recorded; of I none fires."""
    potentials, spikes = Potentials(written(tmp_path)), spikes_of(tmp_path)
    shown = trace_of(EXC, spikes, potentials, (12.0, 20.0))
    assert shown.spikes.tolist() == [15.0]
    assert shown.potential[0] == pytest.approx(-49 + 0.6)
    before = trace_of(EXC, spikes, potentials, (12.0, 15.0))
    assert len(before.spikes) == 0 and before.potential[0] == pytest.approx(-50 + 0.6)
    assert trace_of(INH, spikes, potentials, (12.0, 20.0)).potential[0] == pytest.approx(-46 + 0.6)


def test_a_file_of_another_kind_is_refused(tmp_path: Path):
    spikes_of(tmp_path).close()
    with pytest.raises(InputError, match=r"spikes\.h5: not a readable membrane potential file"):
        Potentials(tmp_path / "spikes.h5")


def test_what_is_not_recorded_at_the_wanted_time_is_shown_at_the_end(run: Run, tmp_path: Path):
    """Recorded until 20 ms, wanted from 500 ms on: the whole recording."""
    axes = run.draw("membrane_potentials").axes[0]
    assert axes.get_xlim() == pytest.approx((0.5, 0.75))
    keys = [("pericalcarine", "II/III", "E"), ("pericalcarine", "II/III", "I")]
    potentials = Potentials(written(tmp_path))
    axes = run.draw("membrane_potentials", potentials=potentials).axes[0]
    assert axes.get_xlim() == pytest.approx((0.012, 0.02))
    assert [label.get_text() for label in axes.get_yticklabels()] == [" ".join(keys[0][1:])]


def test_only_experiments_with_a_voltmeter_have_the_figure(write_experiment):
    with_it = write_experiment("sim_params = {'rec_dev': ['spike_recorder', 'voltmeter']}")
    without = write_experiment("net_params = {}", "two.py")
    for path, n in ((with_it, 1), (without, 0)):
        flow = Workflow({"experiments": str(path)})
        assert sum(one.endswith("membrane_potentials.png") for one in flow.pictures()) == n
        assert sum(one.endswith("membrane_potentials.h5") for one in flow.results()) == n
