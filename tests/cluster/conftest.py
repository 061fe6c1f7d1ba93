import shutil
import subprocess

import pytest
import slurm_machine
from mpi_runs import PROBE, PYTHON
from slurm_project import SlurmProject, make_slurm_project

from multiarea.build.pipeline import build_network
from multiarea.models import human
from multiarea.network.network import save_network


@pytest.fixture
def empty_project(tmp_path):
    """A project without results."""
    return make_slurm_project(tmp_path / "project")


@pytest.fixture(scope="session")
def built_here(tmp_path_factory):
    """A project whose network this machine has built without SLURM."""
    project = make_slurm_project(tmp_path_factory.mktemp("built") / "project")
    network = f"out/{project.experiment().network_folder}/network.h5"
    done = project.snakemake("--", network)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def slurm_project(built_here, tmp_path):
    """A copy of it: only the simulation and what follows is left to do."""
    shutil.copytree(built_here.folder, tmp_path / "project")
    return SlurmProject(tmp_path / "project")


@pytest.fixture(scope="module")
def machine():
    """A running SLURM on this machine."""
    yield from _running(accounting=False)


@pytest.fixture(scope="module")
def accounting_machine():
    """A running SLURM that keeps accounts in a database."""
    yield from _running(accounting=True)


def _running(accounting):
    obstacle = slurm_machine.obstacle()
    if obstacle:
        pytest.skip(obstacle)
    slurm_machine.start(accounting)
    yield slurm_machine
    slurm_machine.stop()


@pytest.fixture(scope="module")
def nest_with_mpi():
    """NEST built with MPI, and mpirun."""
    if shutil.which("mpirun") is None or subprocess.run([PYTHON, "-c", PROBE]).returncode:
        pytest.fail(f"{PYTHON} has no NEST built with MPI, or there is no mpirun", pytrace=False)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """The file of a small network."""
    path = tmp_path_factory.mktemp("network") / "network.h5"
    parameters = human.Parameters(N_scaling=0.0015, K_scaling=0.02, scaling_type="linear")
    save_network(build_network("human", parameters), path)
    return path
