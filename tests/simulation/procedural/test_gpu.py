"""The engine on a GPU: its kernels in numba-cuda's simulator and on a card, and its messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from multiarea.network.network import save_network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural.gpu import device

KERNELS = Path(__file__).parent / "on_gpu.py"
SIMULATOR = {"NUMBA_ENABLE_CUDASIM": "1"}


def run_kernels(**environment):
    """Run the tests of the kernels in a process of their own."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(KERNELS)]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-10_000:]
    return done.stdout


def why_not():
    """Return why there is no card to test with, or None."""
    try:
        device.require()
    except device.InputError as error:
        return str(error)
    return None


def test_same_spikes_in_the_simulator():
    pytest.importorskip("numba_cuda")
    assert " passed" in run_kernels(**SIMULATOR)


@pytest.mark.gpu
def test_same_spikes_on_a_card():
    if reason := why_not():
        pytest.skip(reason)
    assert " passed" in run_kernels()


def simulated(tmp_path, *options, **environment):
    """Run the command of the rule on a small network that is in `tmp_path`; return what it did."""
    spec = json.dumps(SimulationParameters(simulator="procedural", t_sim=10.0).identity)
    folder = tmp_path / "net" / "sim"
    folder.mkdir(parents=True, exist_ok=True)
    outputs = [str(folder / n) for n in ("spikes.h5", "parameters.json", "provenance.json")]
    words = ["simulate", "--network", str(tmp_path / "network.h5"), "--spec", spec, *options]
    return subprocess.run(
        [sys.executable, "-m", "multiarea", *words, "--to", *outputs],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )


def test_without_numba_cuda_one_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba_cuda", None)
    with pytest.raises(device.InputError, match=r"pip install 'multiarea\[gpu\]'.*--device cpu"):
        device.require()


def test_without_a_card_one_message(tmp_path, active_network):
    """Before anything is simulated or written."""
    pytest.importorskip("numba_cuda")
    if why_not() is None:
        pytest.skip("this machine has a card")
    save_network(active_network(), tmp_path / "network.h5")
    done = simulated(tmp_path, "--device", "gpu")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "device: gpu: no NVIDIA card can be used" in done.stderr.splitlines()[-1]
    assert list((tmp_path / "net" / "sim").iterdir()) == []
