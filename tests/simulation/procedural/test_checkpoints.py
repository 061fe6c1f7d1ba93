"""Interrupted and continued simulations: the spikes of an undisturbed one, or one message."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

from multiarea.build.pipeline import build_network
from multiarea.errors import InputError
from multiarea.files.provenance import Spent
from multiarea.models import microcircuit
from multiarea.network.network import load_network, save_network
from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.procedural import checkpoint
from multiarea.spikes.spool import SPIKE

PROCEDURAL = SimulationParameters(simulator="procedural", V0_mean=-58.0, V0_sd=5.0)
SMALL = {"N_scaling": 0.03, "K_scaling": 0.03, "scaling_type": "linear"}
CHECKPOINT, SPOOL = ".spikes.checkpoint", ".spikes.spool-0"
RUN = """
import sys
from pathlib import Path
from multiarea.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(network, folder, **changes):
    """Simulate into a folder; return the report."""
    folder.mkdir(parents=True, exist_ok=True)
    parameters = PROCEDURAL.model_copy(update=changes)
    potentials = {"potentials_path": folder / "membrane_potentials.h5"}
    return simulate(
        network, parameters, virtual_processes=1, spikes_path=folder / "spikes.h5", **potentials
    )


def content(folder):
    """Return all datasets of the results of a folder."""
    found = {}
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path) as file:
            file.visititems(
                lambda name, item, stem=path.stem: (
                    found.update({(stem, name): item[()]})
                    if isinstance(item, h5py.Dataset)
                    else None
                )
            )
    return found


def assert_same(one, other):
    assert one.keys() == other.keys() and len(one) > 0
    for name in one:
        assert np.array_equal(one[name], other[name]), name


@pytest.mark.parametrize("ends", [(60.0,), (100.1, 230.3)])
def test_a_longer_run_goes_on_from_the_end_of_a_shorter_one(active_network, tmp_path, ends):
    """Also where the slice of two steps goes beyond the end, and with potentials."""
    network = active_network()
    recorded = {"rec_dev": ("spike_recorder", "voltmeter"), "rec_V_int": 0.1}
    run(network, tmp_path / "alone" / "x", t_sim=300.0, **recorded)
    for number, end in enumerate((*ends, 300.0)):
        report = run(network, tmp_path / "net" / f"{number}", t_sim=end, **recorded)
        assert report.continued_from == pytest.approx([0.0, *ends][number], abs=0.11)
    last = tmp_path / "net" / f"{len(ends)}"
    assert_same(content(last), content(tmp_path / "alone" / "x"))
    assert len(content(last)["spikes", "spikes/cortex/timestamps"]) > 100


def test_a_run_of_other_parameters_is_not_continued(active_network, tmp_path):
    run(active_network(), tmp_path / "net" / "a", t_sim=100.0)
    report = run(active_network(), tmp_path / "net" / "b", t_sim=200.0, master_seed=56)
    assert report.continued_from == 0.0


@pytest.fixture
def job(tmp_path):
    """Return what starts the command of the rule on a small microcircuit, and its folder."""
    chosen = microcircuit.Parameters.model_validate(SMALL)
    save_network(build_network("microcircuit", chosen), tmp_path / "network.h5")

    def start(name, *options, t_sim=3000.0):
        folder = tmp_path / "net" / name
        folder.mkdir(parents=True, exist_ok=True)
        spec = SimulationParameters(simulator="procedural", t_sim=t_sim).identity
        outputs = [str(folder / n) for n in ("spikes.h5", "parameters.json", "provenance.json")]
        words = ["simulate", "--network", str(tmp_path / "network.h5"), "--spec", json.dumps(spec)]
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, *words, *options, "--to", *outputs],
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        return process, folder

    return start


def wait_for(path, process):
    """Wait for a file."""
    for _ in range(3000):
        if path.exists():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    raise AssertionError(f"{path} does not come")


def test_a_killed_run_goes_on(job):
    """SIGKILL after a checkpoint, again after another one; then the same spikes."""
    process, alone = job("alone", t_sim=8000.0)
    assert process.wait(timeout=120) == 0
    expected = content(alone)
    (alone / CHECKPOINT).unlink()  # else the next run would go on from its end
    begun = []
    for _ in range(2):
        process, folder = job("killed", "--checkpoint", "0.001", t_sim=8000.0)
        path = folder / CHECKPOINT
        before = path.stat().st_mtime_ns if path.exists() else 0
        wait_for(path, process)
        while path.stat().st_mtime_ns == before and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert not (folder / "spikes.h5").exists()
        begun.append(checkpoint.read_header(path).step)
    process, folder = job("killed", t_sim=8000.0)
    text = process.communicate(timeout=120)[1]
    assert process.returncode == 0, text
    assert f"goes on at {begun[-1] / 10:g} ms, from a checkpoint" in text
    assert 0 < begun[0] <= begun[1] < 80000
    assert_same(content(folder), expected)
    assert sorted(p.name for p in folder.iterdir() if "spool" in p.name) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_stop_says_where_and_goes_on(job, number):
    process, folder = job("stopped", t_sim=12000.0)
    wait_for(folder / SPOOL, process)
    time.sleep(0.1)
    process.send_signal(number)
    text = process.communicate(timeout=60)[1]
    assert process.returncode == 1, text
    errors = [line for line in text.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and "Traceback" not in text
    assert f"interrupted ({number.name}) at " in errors[0]
    assert "run the same command again" in errors[0]
    before = dataclasses.asdict(checkpoint.read_header(folder / CHECKPOINT).spent)
    process, folder = job("stopped", t_sim=12000.0)
    assert process.wait(timeout=120) == 0
    record = json.loads((folder / "provenance.json").read_text())
    assert 0 < record["simulation"]["continued_from"] < 12000
    assert record["spent_before"] == before and before["cpu_time_s"] > 0
    own = sum(record["simulation"][f"seconds_{phase}"] for phase in ("build", "run", "write"))
    assert record["wall_time_s"] >= before["wall_time_s"] + own
    assert record["cpu_time_s"] > before["cpu_time_s"]
    assert record["peak_memory_bytes"] >= before["peak_memory_bytes"]


def test_the_time_of_a_run_in_three_parts_is_their_sum(active_network, tmp_path):
    reports = [
        run(active_network(), tmp_path / "net" / f"{t}", t_sim=t) for t in (50.0, 60.0, 70.0)
    ]
    first, second = (one.earlier for one in reports[1:])
    assert reports[0].earlier is None
    assert 0 < first.wall_time_s < second.wall_time_s and first.cpu_time_s < second.cpu_time_s
    assert first.peak_memory_bytes <= second.peak_memory_bytes
    both = Spent(1.5, 2.5, 100).after(Spent(10.0, 20.0, 300))
    assert both == Spent(11.5, 22.5, 300)


@pytest.fixture
def interrupted(active_network, tmp_path):
    """A folder as a killed run of 200 ms leaves it at 100 ms, and what goes on there."""
    folder = tmp_path / "net" / "a"
    run(active_network(), folder, t_sim=100.0)
    records = np.array([(1, 5)] * 3, SPIKE).tobytes()
    (folder / SPOOL).write_bytes(records)
    first, arrays = (folder / CHECKPOINT).read_bytes().split(b"\n", 1)
    header = json.loads(first)
    assert header["is_end"]
    header |= {"is_end": False, "spools": [(len(records), hashlib.sha256(records).hexdigest())]}
    (folder / CHECKPOINT).write_bytes(json.dumps(header).encode() + b"\n" + arrays)
    return folder, lambda **changes: run(active_network(), folder, **{"t_sim": 200.0, **changes})


def test_the_fixture_goes_on(interrupted):
    assert interrupted[1]().continued_from == 100.0


def test_a_checkpoint_of_a_version_that_noted_no_time_goes_on(interrupted):
    folder, again = interrupted
    first, arrays = (folder / CHECKPOINT).read_bytes().split(b"\n", 1)
    header = json.loads(first)
    del header["spent"]
    (folder / CHECKPOINT).write_bytes(json.dumps(header).encode() + b"\n" + arrays)
    report = again()
    assert (report.continued_from, report.earlier) == (100.0, None)


def test_a_shorter_run_than_the_interrupted_one(interrupted):
    folder, again = interrupted
    with pytest.raises(InputError, match=r"\.spikes\.checkpoint: .* already further"):
        again(t_sim=50.0)
    assert again().continued_from == 100.0


def flip(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        (CHECKPOINT, flip, "damaged: its checksum is another one"),
        (CHECKPOINT, cut, "damaged: "),
        (CHECKPOINT, lambda path: path.write_bytes(b"nonsense"), "damaged: "),
        (CHECKPOINT, lambda path: path.write_bytes(b""), "damaged: "),
        (SPOOL, flip, "absent or damaged"),
        (SPOOL, cut, "absent or damaged"),
        (SPOOL, lambda path: path.unlink(), "absent or damaged"),
    ],
)
def test_damage_is_refused(interrupted, file, damage, message):
    folder, go_on = interrupted
    damage(folder / file)
    before = (folder / CHECKPOINT).read_bytes()
    with pytest.raises(InputError, match=message) as caught:
        go_on()
    assert str(folder / file) in str(caught.value)
    assert CHECKPOINT in str(caught.value) and "begins again" in str(caught.value)
    assert (folder / CHECKPOINT).read_bytes() == before


@pytest.mark.parametrize("options", [{"master_seed": 99}, {"V0_sd": 6.0}])
def test_other_parameters_are_refused(interrupted, options):
    with pytest.raises(InputError, match="made with other parameters"):
        interrupted[1](**options)


def test_another_version_is_refused(interrupted, monkeypatch):
    monkeypatch.setattr(checkpoint, "VERSION", checkpoint.VERSION + 1)
    with pytest.raises(InputError, match="another version"):
        interrupted[1]()


def test_identity_changes_with_each_part_of_a_network(active_network):
    network = active_network()
    names = {checkpoint.identity(network, PROCEDURAL)}
    delay = network.delay.copy()
    delay[0, 0] += 0.1
    names.add(checkpoint.identity(network.replace(delay=delay), PROCEDURAL))
    rules = dataclasses.replace(network.rules, p_transmit=0.5)
    names.add(checkpoint.identity(network.replace(rules=rules), PROCEDURAL))
    names.add(checkpoint.identity(network, PROCEDURAL.model_copy(update={"rec_start": 5.0})))
    assert len(names) == 4
    longer = PROCEDURAL.model_copy(update={"t_sim": 7.0})
    assert checkpoint.identity(network, longer) in names


def test_a_full_disk_at_a_checkpoint_is_one_message(active_network, tmp_path):
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system")
    small = tmp_path / "net" / "small"
    small.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        with pytest.raises(InputError, match="No space left on device") as caught:
            simulate(
                active_network(),
                PROCEDURAL.model_copy(update={"t_sim": 200.0}),
                virtual_processes=1,
                spikes_path=small / "spikes.h5",
                checkpoint_interval=0.0,
            )
        assert str(small) in str(caught.value)
        assert not (small / "spikes.h5").exists()
        assert not list(small.glob("*.unfinished*"))
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_networks_survive_their_file(active_network, tmp_path):
    """A network that was written and read has the same identity."""
    save_network(active_network(), tmp_path / "network.h5")
    read = load_network(tmp_path / "network.h5")
    assert checkpoint.identity(read, PROCEDURAL) == checkpoint.identity(
        active_network(), PROCEDURAL
    )
