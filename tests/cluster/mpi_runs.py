"""Simulations over MPI, and the network that they simulate."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import h5py
import numpy as np
from slurm_project import CHECKOUT

from multiarea.parameters import SimulationParameters

PYTHON = os.environ.get("MULTIAREA_MPI_PYTHON", sys.executable)
PROBE = "import nest; raise SystemExit(not dict(nest.build_info)['have_mpi'])"
RESULTS = ("spikes.h5", "membrane_potentials.h5", "parameters.json", "provenance.json")


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
