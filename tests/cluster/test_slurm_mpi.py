"""One simulation over two pretended nodes: sbatch, srun, MPI and threads together.

Needs NEST built with MPI, like test_mpi.py, and what test_slurm.py needs.
"""

import json
from pathlib import Path

import pytest
from conftest import SMALL_JOBS
from test_mpi import PYTHON, assert_same, nest_with_mpi  # noqa: F401
from test_slurm import QUICK, prepare, wait_for_simulation

pytestmark = [pytest.mark.mpi, pytest.mark.long]

NODES = {"nodes": 2, "ntasks": 2, "ntasks-per-node": 1, "cpus-per-task": 1, "mem": "4G", "time": 10}
SRUN = "MPIRUN=srun --mpi=pmix"


def with_mpi(project):
    """Return an environment in which `python` has NEST with MPI."""
    return {"PATH": f"{Path(PYTHON).parent}:{project.environment['PATH']}"}


def test_two_nodes_give_the_spikes_of_one_process(machine, slurm_project):
    spikes = prepare(slurm_project)
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": NODES})
    environment = with_mpi(slurm_project)
    call = slurm_project.start(*QUICK, SRUN, "--", spikes, environment=environment)
    job = wait_for_simulation(machine, slurm_project, spikes)
    shape = machine.run("scontrol", "show", "job", job)
    assert call.wait(timeout=600) == 0, slurm_project.log[-6000:]
    assert "NumNodes=2" in shape and "NumTasks=2" in shape
    path = slurm_project.folder / spikes
    record = json.loads(path.with_name("provenance.json").read_text())
    assert record["simulation"]["ranks"] == 2
    other = spikes.replace("out/", "here/")
    done = slurm_project.snakemake("--config", "out=here", "--", other)
    assert done.returncode == 0, done.stderr
    record = json.loads((slurm_project.folder / other).with_name("provenance.json").read_text())
    assert record["simulation"]["ranks"] == 1
    assert_same(path, slurm_project.folder / other)


def test_the_message_of_a_failing_rank_reaches_the_user(machine, slurm_project):
    spikes = prepare(slurm_project)
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": NODES})
    folder = (slurm_project.folder / spikes).parent
    (folder / ".spikes.spool-1").mkdir(parents=True)
    status = slurm_project.slurm(*QUICK, SRUN, "--", spikes, environment=with_mpi(slurm_project))
    assert status != 0
    assert "rank 1: IsADirectoryError" in slurm_project.log
    assert not (folder / "spikes.h5").exists()
