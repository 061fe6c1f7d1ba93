"""What a user without NEST is told, and what runs: in a Python in which NEST cannot be found."""

import json
import subprocess
import sys

import pytest

from multiarea.experiment.experiment import network_spec
from multiarea.experiment.validation import validate
from multiarea.models import get_model
from multiarea.stages.network import network_stage

#: As on a machine for which there is no NEST: no module of that name is found.
HIDE = """
import importlib.machinery, sys
class Hidden(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name == "nest" else super().find_spec(name, path, target)
at = sys.meta_path.index(importlib.machinery.PathFinder)
sys.meta_path[at] = Hidden
from multiarea.cli import main
sys.exit(main())
"""


def call(*words, cwd):
    command = [sys.executable, "-c", HIDE, *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def network(tmp_path):
    """Return the files of a small network."""
    parameters = {"N_scaling": 0.01, "K_scaling": 0.01, "fullscale_rates": None}
    spec = network_spec("microcircuit", validate(get_model("microcircuit").Parameters, parameters))
    files = [tmp_path / name for name in ("network.h5", "parameters.json", "provenance.json")]
    network_stage(spec, {}, files)
    return files[0]


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_simulate(network, tmp_path, simulator):
    spec = {"t_sim": 10.0, "simulator": simulator, "virtual_processes": 1}
    files = [tmp_path / "s" / n for n in ("spikes.h5", "parameters.json", "provenance.json")]
    words = ["simulate", "--network", network, "--spec", json.dumps(spec), "--to", *files]
    done = call(*words, cwd=tmp_path)
    if simulator == "procedural":
        assert done.returncode == 0, done.stderr
        assert files[0].is_file()
        return
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: NEST is not installed for this Python")
    assert "simulator: procedural" in line
    assert not files[0].exists()
