"""Simulations that need more memory than there is are refused before they start."""

import json
import subprocess
import sys

import pytest

from multiarea import machine
from multiarea.cluster import Job
from multiarea.errors import InputError
from multiarea.estimate.costs import Workload, estimate
from multiarea.estimate.fit import Place
from multiarea.estimate.memory import check_experiment, memory_problem, place_of_job
from multiarea.network.network import load_network, save_network
from multiarea.parameters import SimulationParameters
from multiarea.stages.simulate import simulate_stage

NEST = SimulationParameters()
PROCEDURAL = SimulationParameters(simulator="procedural")
LARGE = "net_params = {'N_scaling': 0.2, 'K_scaling': 0.2, 'scaling_type': 'sqrt'}\n"


def test_a_network_is_compared_with_the_memory_of_its_place(human_network):
    nodes = Place("six nodes", 6, 192, 4, 500e9)
    assert memory_problem(human_network, NEST, nodes) is None
    problem = memory_problem(human_network, NEST, Place("this machine", 1, 1, 2, 24e9))
    assert "needs about 2.3" in problem and " TB of memory, but this machine has 24 GB" in problem
    assert "simulator: procedural, which takes about 4.1" in problem
    assert "check_memory: false in config.yaml" in problem
    assert memory_problem(human_network, PROCEDURAL, Place("this machine", 1, 1, 2, 24e9)) is None
    problem = memory_problem(human_network, PROCEDURAL, Place("this machine", 1, 1, 2, 2e9))
    assert "needs about 4.1" in problem and "simulator: procedural" not in problem


def test_the_comparison_is_with_what_is_predicted_without_margin(human_network):
    alone = estimate(Workload(human_network, NEST, 0 * human_network.n_neurons), 1, 2).memory
    for memory, fits in ((alone * 1.001, True), (alone * 0.999, False)):
        problem = memory_problem(human_network, NEST, Place("it", 1, 1, 2, memory))
        assert (problem is None) == fits


def test_a_job_without_mem_is_not_refused(human_network):
    place = place_of_job(Job(nodes=1, tasks=1, cpus_per_task=2), "cluster.json")
    assert memory_problem(human_network, NEST, place) is None


def test_a_network_that_does_not_exist_yet_is_built_without_rates(load, tmp_path):
    (experiment,) = load(LARGE)
    place = place_of_job(Job(mem_mb=16 * 1024), "cluster.json")
    with pytest.raises(InputError, match=r"one: .*cluster.json has 17.2 GB in mem of simulate"):
        check_experiment(experiment, tmp_path / "network.h5", place)
    check_experiment(experiment, tmp_path / "network.h5", place_of_job(Job(mem_mb=2**20), "it"))


def dry_run(experiment, *config):
    """Return the status and the last words of a dry run in the checkout."""
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "--nolock", "--config"]
    words = [f"experiments={experiment}", f"out={experiment.parent / 'out'}", *config]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_dry_run_tells_what_cannot_fit_and_a_key_of_the_configuration_forces_it(
    write_experiment, tmp_path
):
    experiment, cluster = write_experiment(LARGE), tmp_path / "cluster.json"
    cluster.write_text(json.dumps({"simulate": {"cpus-per-task": 2, "mem": "2G"}}))
    status, text = dry_run(experiment, f"cluster={cluster}")
    assert status != 0 and f"but {cluster} has 2.15 GB in mem of simulate" in text
    assert text.splitlines()[-1].startswith("error: one: the simulation needs about 167 GB")
    for noise in ("Traceback", "Exception", "Wildcards", "rules.py"):
        assert noise not in text
    assert not (tmp_path / "out").exists()
    assert dry_run(experiment, f"cluster={cluster}", "check_memory=False")[0] == 0


def test_a_stage_is_refused_before_nest_builds_anything(human_network, tmp_path):
    path, spikes = tmp_path / "network.h5", tmp_path / "spikes.h5"
    save_network(human_network, path)
    assert machine.available_memory() < 2e12
    outputs = [spikes, tmp_path / "parameters.json", tmp_path / "provenance.json"]
    with pytest.raises(InputError, match=r"simulate: the simulation needs about 2.3.* TB"):
        simulate_stage(path, NEST.identity, outputs)
    assert [file.name for file in tmp_path.iterdir()] == ["network.h5"]
    assert len(load_network(path)) == len(human_network)


def test_limits_of_the_group_that_a_process_belongs_to_are_respected(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "CGROUPS", tmp_path)
    monkeypatch.setattr(machine, "OWN_CGROUPS", tmp_path / "own")
    job = tmp_path / "system" / "job_7"
    job.mkdir(parents=True)
    (tmp_path / "own").write_text("0::/system/job_7\n")
    (job / "memory.max").write_text("max\n")
    (job / "memory.current").write_text("1000\n")
    (job / "memory.stat").write_text("anon 700\ninactive_file 300\n")
    free = machine.available_memory()
    assert free > 1e6
    (job / "memory.max").write_text("5000\n")
    assert machine.available_memory() == 5000 - 1000 + 300
