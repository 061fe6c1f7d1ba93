"""NEST over MPI: ranks x threads change no spike, and the failure of one rank ends all.

Needs NEST built with MPI (docs/cluster.md tells how): run with -m mpi in that environment, or name
its Python: MULTIAREA_MPI_PYTHON=/path/to/python pytest -m mpi.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import h5py
import numpy as np
import psutil
import pytest
from slurm_machine import wait_for
from slurm_project import CHECKOUT

from multiarea.build.pipeline import build_network
from multiarea.models import human
from multiarea.network.network import save_network
from multiarea.parameters import SimulationParameters

pytestmark = [pytest.mark.mpi, pytest.mark.long]

PYTHON = os.environ.get("MULTIAREA_MPI_PYTHON", sys.executable)
PROBE = "import nest; raise SystemExit(not dict(nest.build_info)['have_mpi'])"
RESULTS = ("spikes.h5", "membrane_potentials.h5", "parameters.json", "provenance.json")


@pytest.fixture(scope="module", autouse=True)
def nest_with_mpi():
    if shutil.which("mpirun") is None or subprocess.run([PYTHON, "-c", PROBE]).returncode:
        pytest.fail(f"{PYTHON} has no NEST built with MPI, or there is no mpirun", pytrace=False)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "network.h5"
    parameters = human.Parameters(N_scaling=0.0015, K_scaling=0.02, scaling_type="linear")
    save_network(build_network("human", parameters), path)
    return path


def command(network, folder, virtual_processes, t_sim=300.0):
    """Return the words of one rank, as the rule has them."""
    parameters = SimulationParameters(
        t_sim=t_sim,
        master_seed=5,
        virtual_processes=virtual_processes,
        rec_dev=("spike_recorder", "voltmeter"),
    )
    words = [PYTHON, "-m", "multiarea", "--log", str(folder / "simulate.log"), "simulate"]
    words += ["--network", str(network), "--spec", json.dumps(parameters.identity), "--to"]
    return [*words, *(str(folder / name) for name in RESULTS)]


def start(folder, *words):
    """Start mpirun; return its process."""
    folder.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT / "src"),
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_mpi_yield_when_idle": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    with (folder / "output").open("w") as output:
        return subprocess.Popen(
            ["mpirun", "--oversubscribe", *words],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def run(network, folder, ranks, virtual_processes):
    """Simulate over MPI to the end; return the exit status."""
    words = command(network, folder, virtual_processes)
    return start(folder, "-n", str(ranks), *words).wait(timeout=600)


def content(path):
    """Return every dataset and attribute of an HDF5 file."""
    found = {}

    def read(name, item):
        found.update({f"{name}@{key}": value for key, value in item.attrs.items()})
        if hasattr(item, "dtype"):
            found[name] = item[()]

    with h5py.File(path, "r") as file:
        read("", file)
        file.visititems(read)
    return found


def assert_same(first, second):
    a, b = content(first), content(second)
    assert a.keys() == b.keys()
    for name in a:
        assert np.array_equal(a[name], b[name]), name


@pytest.mark.parametrize(("processes", "splits"), [(2, (1, 2)), (4, (1, 2, 4))])
def test_spikes_depend_on_virtual_processes_only(network, tmp_path, processes, splits):
    reports = {}
    for ranks in splits:
        folder = tmp_path / str(ranks)
        assert run(network, folder, ranks, processes) == 0, (folder / "output").read_text()
        record = json.loads((tmp_path / str(ranks) / "provenance.json").read_text())
        reports[ranks] = record["simulation"]
        assert record["simulation"]["ranks"] == ranks
        assert len(record["simulation"]["local_virtual_processes"]) == processes // ranks
        assert not list((tmp_path / str(ranks)).glob(".*"))
    assert reports[1]["n_spikes"] > 1000
    for ranks in splits[1:]:
        for name in ("spikes.h5", "membrane_potentials.h5"):
            assert_same(tmp_path / "1" / name, tmp_path / str(ranks) / name)
        own_share = reports[ranks]["n_connections"] * ranks / reports[1]["n_connections"]
        assert own_share == pytest.approx(1, rel=0.05), "each rank builds its part only"


def test_progress_comes_from_the_first_rank_only(network, tmp_path):
    assert run(network, tmp_path, 2, 2) == 0
    log = (tmp_path / "simulate.log").read_text()
    assert log.count("simulate: 0 %") == 1
    assert log.count("connect: 100 %") == 1
    assert log.count(" spikes of ") == 1
    assert (tmp_path / "output").read_text().count("simulate: 0 %") == 1


def test_virtual_processes_must_be_a_multiple_of_the_ranks(network, tmp_path):
    assert run(network, tmp_path, 2, 3) != 0
    assert "must be a multiple of the number of MPI tasks, 2" in (
        (tmp_path / "simulate.log").read_text()
    )
    assert not (tmp_path / "spikes.h5").exists()


def test_an_error_of_one_rank_ends_the_job(network, tmp_path):
    (tmp_path / ".spikes.spool-1").mkdir()
    assert run(network, tmp_path, 2, 2) != 0
    assert "rank 1: IsADirectoryError" in (tmp_path / "simulate.log").read_text()
    assert not any((tmp_path / name).exists() for name in RESULTS)


def test_a_network_that_one_rank_cannot_read_ends_the_job(network, tmp_path):
    good, bad = (command(path, tmp_path, 2) for path in (network, tmp_path / "absent.h5"))
    assert start(tmp_path, "-n", "1", *good, ":", "-n", "1", *bad).wait(timeout=120) != 0
    log = (tmp_path / "simulate.log").read_text()
    assert re.search(r"error: rank 1: .*absent\.h5", log)
    assert not any((tmp_path / name).exists() for name in RESULTS)


def lives(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("victim", ["0", "1"])
def test_the_death_of_one_rank_ends_the_job_at_once(network, tmp_path, victim):
    job = start(tmp_path, "-n", "2", *command(network, tmp_path, 2, t_sim=20_000.0))
    log = tmp_path / "simulate.log"
    wait_for(lambda: log.exists() and "simulate: " in log.read_text(), 120, "progress")
    ranks = {
        process.environ().get("OMPI_COMM_WORLD_RANK"): process
        for process in psutil.Process(job.pid).children(recursive=True)
    }
    ranks[victim].kill()
    began = time.monotonic()
    assert job.wait(timeout=60) != 0
    assert time.monotonic() - began < 20
    wait_for(lambda: not any(map(lives, ranks.values())), 20, "end of the other rank")
    assert not any((tmp_path / name).exists() for name in RESULTS)
    assert run(network, tmp_path, 2, 2) == 0, "the same folder can be used again"
    assert not list(tmp_path.glob(".*"))
