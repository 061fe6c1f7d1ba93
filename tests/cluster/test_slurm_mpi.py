"""One simulation over two pretended nodes: sbatch, srun, MPI and threads together.

Needs NEST built with MPI, like test_mpi.py, and what test_slurm.py needs.
"""

import json
from pathlib import Path

import pytest
from mpi_runs import PYTHON, assert_same
from slurm_project import SMALL_JOBS

pytestmark = [pytest.mark.mpi, pytest.mark.long, pytest.mark.usefixtures("nest_with_mpi")]

NODES = {"nodes": 2, "ntasks": 2, "ntasks-per-node": 1, "cpus-per-task": 1, "mem": "4G", "time": 10}
SRUN = "MPIRUN=srun --mpi=pmix"


def with_mpi(project):
    """Return an environment in which `python` has NEST with MPI."""
    return {"PATH": f"{Path(PYTHON).parent}:{project.environment['PATH']}"}


def test_two_nodes_give_the_spikes_of_one_process(machine, slurm_project):
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": NODES})
    environment = with_mpi(slurm_project)
    words = ("--config", SRUN, "--", slurm_project.spikes)
    call = slurm_project.start(*words, environment=environment)
    job = slurm_project.wait_for_simulation()
    shape = machine.run("scontrol", "show", "job", job)
    assert call.wait(timeout=600) == 0, slurm_project.log[-6000:]
    assert "NumNodes=2" in shape and "NumTasks=2" in shape
    path = slurm_project.folder / slurm_project.spikes
    record = json.loads(path.with_name("provenance.json").read_text())
    assert record["simulation"]["ranks"] == 2
    other = slurm_project.spikes.replace("out/", "here/")
    done = slurm_project.snakemake("--config", "out=here", "--", other)
    assert done.returncode == 0, done.stderr
    record = json.loads((slurm_project.folder / other).with_name("provenance.json").read_text())
    assert record["simulation"]["ranks"] == 1
    assert_same(path, slurm_project.folder / other)


def test_the_message_of_a_failing_rank_reaches_the_user(machine, slurm_project):
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": NODES})
    (slurm_project.simulation / ".spikes.spool-1").mkdir(parents=True)
    own_nest = f"NEST_PATH={Path(PYTHON).parents[1]}"
    assert slurm_project.slurm("--config", SRUN, own_nest, "--", slurm_project.spikes) != 0
    assert "rank 1: IsADirectoryError" in slurm_project.log
    slurm_project.assert_no_remains()
