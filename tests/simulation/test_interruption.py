"""Runs that end early: what was simulated is kept, and is the first part of the whole run."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from multiarea.errors import InputError
from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.interruption import InterruptedRunError
from multiarea.simulation.journal import recover
from multiarea.simulation.report import Silent
from multiarea.spikes import windows
from multiarea.spikes.spool import SPIKE
from multiarea.spikes.store import Spikes

T_SIM = 400.0
#: Runs the simulation that its words name, and kills itself after 200 ms of simulated time.
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conftest import active
from test_interruption import At, run
run(active(), Path(sys.argv[2]), At(0.2, lambda: os.kill(os.getpid(), signal.SIGKILL)),
    simulator=sys.argv[3])
"""


class At(Silent):
    """A reporter that does something when a simulated time [s] is reached."""

    def __init__(self, time, what):
        self.time, self.what, self.stage = time, what, None

    def __call__(self, stage, total, unit):
        self.stage = stage
        return self

    def update(self, done, note=""):
        if self.stage == "simulate" and done >= self.time:
            self.time = np.inf
            self.what()


def run(network, folder, progress=None, processes=2, **options):
    parameters = SimulationParameters(**{"t_sim": T_SIM, "simulator": "nest", **options})
    voltmeter = "voltmeter" in parameters.rec_dev
    return simulate(
        network,
        parameters,
        virtual_processes=processes,
        spikes_path=folder / "spikes.h5",
        potentials_path=folder / "membrane_potentials.h5" if voltmeter else None,
        progress=progress,
    )


def interrupt(number=signal.SIGTERM, at=0.2):
    return At(at, lambda: signal.raise_signal(number))


def assert_first_part(kept, whole):
    """Check that the kept spikes are those of the whole run up to the time of the kept file."""
    with Spikes(kept) as part, Spikes(whole) as spikes:
        assert kept.name == f"spikes_stopped_at_{part.t_stop:g}ms.h5"
        assert 0 < part.t_stop < spikes.t_stop
        assert len(part) > 50
        for key, trains in spikes.items():
            expected = windows.cut(trains, (0.0, part.t_stop + 0.05)).times
            assert np.array_equal(part.trains(key).times, expected), key


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_simulated_is_kept(active_network, tmp_path, number):
    folder = tmp_path / "sim"
    with pytest.raises(InterruptedRunError) as caught:
        run(active_network(), folder, interrupt(number))
    (kept,) = folder.glob("*.h5")
    assert {path.name for path in folder.iterdir()} == {kept.name, kept.with_suffix(".json").name}
    message = str(caught.value)
    assert message.startswith(f"the simulation was interrupted ({number.name}) at 2")
    assert f"The spikes so far are in {kept}." in message
    with Spikes(kept) as spikes:
        assert f'With "t_sim": {spikes.t_stop:g} in sim_params' in message
    run(active_network(), folder)
    assert_first_part(kept, folder / "spikes.h5")


def test_a_run_of_just_that_time_takes_them(active_network, tmp_path):
    network, folders = active_network(), [tmp_path / name for name in ("a", "b", "c", "d")]
    devices = {"rec_dev": ["spike_recorder", "voltmeter"], "rec_V_int": 1.0}
    with pytest.raises(InterruptedRunError):
        run(network, folders[0], interrupt(), **devices)
    (kept,) = folders[0].glob("spikes*.h5")
    with Spikes(kept) as spikes:
        t_stop = spikes.t_stop
    report = run(network, folders[1], t_sim=t_stop, **devices)
    assert report.taken_from == str(kept)
    other = tmp_path / "elsewhere" / "sim"
    simulated = run(network, other, t_sim=t_stop, **devices)
    assert simulated.taken_from is None
    assert simulated.n_spikes == report.n_spikes
    assert simulated.n_connections == report.n_connections
    for name in ("spikes.h5", "membrane_potentials.h5"):
        assert (folders[1] / name).read_bytes() == (other / name).read_bytes(), name
    # not with another seed, another number of processes, or another network
    assert run(network, folders[2], t_sim=t_stop, master_seed=9, **devices).taken_from is None
    assert run(network, folders[2], processes=1, t_sim=t_stop, **devices).taken_from is None
    louder = network.replace(weight=1.1 * network.weight)
    assert run(louder, folders[2], t_sim=t_stop, **devices).taken_from is None
    # and not once it is damaged
    with h5py.File(kept, "r+") as file:
        file["spikes/cortex/timestamps"][0] += 0.1
    assert run(network, folders[3], t_sim=t_stop, **devices).taken_from is None


def test_potentials_are_kept_too(active_network, tmp_path):
    devices = {"rec_dev": ["spike_recorder", "voltmeter"], "rec_V_int": 1.0}
    with pytest.raises(InterruptedRunError):
        run(active_network(), tmp_path, interrupt(), **devices)
    (kept,) = tmp_path.glob("membrane_potentials_stopped_at_*.h5")
    run(active_network(), tmp_path, **devices)
    whole = tmp_path / "membrane_potentials.h5"
    with h5py.File(kept) as part, h5py.File(whole) as all_of_it:
        data, expected = part["report/cortex/data"][()], all_of_it["report/cortex/data"][()]
    assert 200 <= len(data) < len(expected)
    assert np.array_equal(data, expected[: len(data)])


def test_an_error_keeps_them_too(active_network, tmp_path, caplog):
    def fail():
        raise OSError("a network card burnt")

    with caplog.at_level(logging.WARNING), pytest.raises(OSError, match="a network card burnt"):
        run(active_network(), tmp_path, At(0.2, fail))
    (kept,) = tmp_path.glob("*.h5")
    assert f"The spikes so far are in {kept}." in caplog.text
    assert not list(tmp_path.glob(".*"))


def test_nothing_is_left_of_a_run_that_has_not_begun(active_network, tmp_path):
    def fail():
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        run(active_network(), tmp_path, At(0.0, fail))
    assert not list(tmp_path.iterdir())


def killed(folder, simulator):
    """Let a simulation kill itself; then add what the next chunk had written of its records."""
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", KILLED, here, folder, simulator],
        env={**os.environ, "PYTHONPATH": f"{here.parents[1] / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    (spool,) = folder.glob(".spikes.spool-0")
    with spool.open("ab") as file:
        np.array([(3, 3999), (1, 3990)], SPIKE).tofile(file)
        file.write(b"half")


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_the_next_start_keeps_what_a_killed_run_has_left(
    active_network, tmp_path, caplog, simulator
):
    killed(tmp_path, simulator)
    with caplog.at_level(logging.WARNING):
        run(active_network(), tmp_path, simulator=simulator)
    (kept,) = tmp_path.glob("spikes_stopped_at_*.h5")
    assert f"an earlier run was killed; its spikes are kept in {kept}" in caplog.text
    assert_first_part(kept, tmp_path / "spikes.h5")
    assert not list(tmp_path.glob(".*spool*"))


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_a_command_keeps_what_a_killed_run_has_left(active_network, tmp_path, simulator):
    folder = tmp_path / "out" / "net" / "sim"
    folder.mkdir(parents=True)
    killed(folder, simulator)
    (kept,) = recover(tmp_path / "out")
    assert {path.name for path in folder.iterdir()} == {kept.name, kept.with_suffix(".json").name}
    assert json.loads(kept.with_suffix(".json").read_text())["outputs"].keys() == {kept.name}
    run(active_network(), folder, simulator=simulator)
    assert_first_part(kept, folder / "spikes.h5")


def test_the_command_leaves_a_run_alone_that_goes_on(active_network, tmp_path):
    def recover_now():
        with pytest.raises(InputError, match="a simulation writes into this folder now"):
            list(recover(tmp_path))

    report = run(active_network(), tmp_path, At(0.2, recover_now))
    assert report.n_spikes > 100
