"""NEST over MPI: ranks x threads change no spike, and the failure of one rank ends all.

Needs NEST built with MPI (docs/cluster.md tells how): run with -m mpi in that environment, or name
its Python: MULTIAREA_MPI_PYTHON=/path/to/python pytest -m mpi.
"""

import json
import re
import time

import psutil
import pytest
from mpi_runs import RESULTS, assert_same, command, run, start
from slurm_machine import wait_for

pytestmark = [pytest.mark.mpi, pytest.mark.long, pytest.mark.usefixtures("nest_with_mpi")]


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
