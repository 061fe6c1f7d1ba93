"""`bash snakemake_slurm.sh` on a real one-node SLURM: real jobs, real failures.

Takes minutes; run with -m slurm, as root on a machine that has no SLURM of its own.
"""

import json
import os
import re
import signal
from pathlib import Path

import pytest
from conftest import SMALL_JOBS

pytestmark = pytest.mark.slurm

SHORT = """
net_params = {"N_scaling": 0.001, "K_scaling": 0.02, "scaling_type": "linear"}
sim_params = {"t_sim": 900.0, "master_seed": 12, "delay_max": 20.0}
"""
#: Long enough to be met while it runs.
LONG = SHORT.replace("900.0", "2500.0")
QUICK = ("--seconds-between-status-checks", "1", "--config")
FEW_FIGURES = "figures=[population_rates,cv_boxplot]"


def prepare(project, text=SHORT, target="spikes.h5"):
    """Write the only experiment of a project; return the path of a result."""
    project.write_experiment("tiny", text)
    dry = project.snakemake("--dry-run")
    return re.search(rf"out/\w{{32}}/\w{{32}}/{target}", dry.stdout + dry.stderr)[0]


def wait_for_simulation(machine, project, spikes):
    """Wait until the simulation's own report says that time goes by; return its job's ID."""
    log = (project.folder / spikes).parent / "logs" / "simulate.log"

    def is_running():
        return log.exists() and re.search(r"simulate: \d+ %", log.read_text())

    machine.wait_for(is_running, 300, "progress of the simulation")
    return machine.running_jobs("simulate")[0]


def process_of(verb, folder):
    """Return the process of a stage in a project."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_text().split("\0")
            if words[1:3] == ["-m", "multiarea"] and verb in words:
                if (entry / "cwd").resolve() == folder.resolve():
                    return int(entry.name)
        except OSError:
            continue
    raise LookupError(verb)


def submitted(project):
    """Return the rules whose jobs the last call submitted."""
    return set(re.findall(r"slurm_logs/rule_(\w+)/", project.log))


def assert_no_remains(project, spikes):
    folder = (project.folder / spikes).parent
    assert not (project.folder / spikes).exists()
    assert not list(folder.glob("*.tmp*")) + list(folder.glob(".*.tmp*"))


def test_a_tiny_experiment_runs_to_its_figures(machine, slurm_project):
    spikes = prepare(slurm_project)
    assert slurm_project.slurm(*QUICK, FEW_FIGURES) == 0, slurm_project.log[-6000:]
    plots = list(slurm_project.folder.glob("out/*/*/*/plots/*"))
    assert {p.name for p in plots} == {
        f"{name}.{kind}" for name in ("population_rates", "cv_boxplot") for kind in ("png", "pdf")
    }
    rules = {"network", "theory", "simulate", "analyse", "analyse_arrays", "plot"}
    assert rules <= submitted(slurm_project)
    record = json.loads((slurm_project.folder / spikes).with_name("provenance.json").read_text())
    assert record["simulation"]["virtual_processes"] == 2
    assert slurm_project.slurm(*QUICK, FEW_FIGURES) == 0
    assert "Nothing to be done" in slurm_project.log
    local = slurm_project.jobs("--config", FEW_FIGURES)
    assert local == {}, "moving from the cluster to this machine runs nothing again"


def test_the_message_of_a_failing_job_reaches_the_user(machine, slurm_project):
    spikes = prepare(slurm_project)
    network = str(Path(spikes).parent.parent / "network.h5")
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", network) == 0, slurm_project.log[-6000:]
    (slurm_project.folder / network).write_bytes(b"damaged")
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", spikes) != 0
    assert "error: " in slurm_project.log
    assert "network.h5: not a readable network file" in slurm_project.log
    assert "Delete it and run the same command again." in slurm_project.log
    assert_no_remains(slurm_project, spikes)
    (slurm_project.folder / network).unlink()
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", spikes) == 0, slurm_project.log[-6000:]


def test_after_the_time_limit_the_same_command_finishes_the_work(machine, slurm_project):
    spikes = prepare(slurm_project, LONG)
    limited = SMALL_JOBS["simulate"] | {"time": "00:01:00"}
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": limited})
    call = slurm_project.start(*QUICK, FEW_FIGURES, "--", spikes)
    job = wait_for_simulation(machine, slurm_project, spikes)
    # A simulation that hangs: it gets no further, and only the time limit ends its job.
    os.kill(process_of("simulate", slurm_project.folder), signal.SIGSTOP)
    assert call.wait(timeout=400) != 0
    assert "JobState=TIMEOUT" in machine.run("scontrol", "show", "job", job)
    assert re.search(r"TIMEOUT|time limit", slurm_project.log, re.IGNORECASE)
    assert_no_remains(slurm_project, spikes)
    slurm_project.write_cluster(SMALL_JOBS)
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", spikes) == 0, slurm_project.log[-6000:]
    assert submitted(slurm_project) == {"simulate"}
    assert (slurm_project.folder / spikes).exists()
    assert not list((slurm_project.folder / spikes).parent.glob(".spikes.spool*"))


def test_after_scancel_in_mid_simulation_the_same_command_finishes(machine, slurm_project):
    spikes = prepare(slurm_project, LONG)
    call = slurm_project.start(*QUICK, FEW_FIGURES, "--", spikes)
    machine.run("scancel", wait_for_simulation(machine, slurm_project, spikes))
    assert call.wait(timeout=300) != 0
    assert_no_remains(slurm_project, spikes)
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", spikes) == 0, slurm_project.log[-6000:]
    assert submitted(slurm_project) == {"simulate"}


def test_after_the_master_is_killed_its_running_job_counts(machine, slurm_project):
    spikes = prepare(slurm_project, LONG)
    call = slurm_project.start(*QUICK, FEW_FIGURES, "--", spikes)
    job = wait_for_simulation(machine, slurm_project, spikes)
    os.killpg(call.pid, signal.SIGKILL)
    call.wait()
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", spikes) == 0, slurm_project.log[-6000:]
    assert (
        f"Waiting for jobs of a call that was killed (to start them anew instead: scancel {job})"
        in (slurm_project.log)
    )
    assert submitted(slurm_project) == set(), "the job of the killed call is not repeated"
    assert (slurm_project.folder / spikes).exists()


def test_a_second_call_is_refused_and_an_interrupted_one_cancels_its_jobs(machine, slurm_project):
    spikes = prepare(slurm_project, LONG)
    call = slurm_project.start(*QUICK, FEW_FIGURES, "--", spikes)
    job = wait_for_simulation(machine, slurm_project, spikes)
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, log="second.log") != 0
    second = (slurm_project.folder / "second.log").read_text()
    assert second == "error: another snakemake_slurm.sh is running in this folder\n"
    os.killpg(call.pid, signal.SIGINT)
    assert call.wait(timeout=120) != 0
    machine.wait_for(lambda: job not in machine.running_jobs("simulate"), 60, "cancelled job")
    assert "JobState=CANCELLED" in machine.run("scontrol", "show", "job", job)
    assert_no_remains(slurm_project, spikes)
    assert slurm_project.slurm(*QUICK, FEW_FIGURES, "--", spikes) == 0, slurm_project.log[-6000:]
    assert submitted(slurm_project) == {"simulate"}


PUBLISHED = {
    "__default__": {"partition": "dc-cpu", "nodes": 1, "ntasks": 1, "cpus-per-task": 1},
    "createNetwork": {"time": "00:15:00", "mem": "2G"},
    "simulateNetwork": {
        "nodes": 6,
        "ntasks": 192,
        "ntasks-per-node": 32,
        "cpus-per-task": 4,
        "time": "00:10:00",
        "mem": "4G",
    },
    "analyzeNetwork": {"time": "01:00:00", "mem": "2G"},
}


def test_the_published_shape_is_accepted_and_really_allocated(machine, slurm_project):
    """The only test with a stand-in for NEST: 192 processes of sleep."""
    spikes = prepare(slurm_project)
    slurm_project.write_cluster(PUBLISHED)
    assert slurm_project.slurm("-n") != 0
    assert "virtual_processes = 2 must be a multiple of ntasks = 192" in slurm_project.log
    assert slurm_project.slurm("-n", "--config", "virtual_processes=768") == 0
    assert "tasks=192" in slurm_project.log and "cpus_per_task=4" in slurm_project.log
    stand_in = slurm_project.folder / "stand_in"
    stand_in.write_text("#!/bin/sh\nexec sleep 45\n")
    stand_in.chmod(0o755)
    launcher = "MPIRUN=srun -N {nodes} -n {ntasks} -c {cpus_per_task} ./stand_in"
    spikes = re.search(r"out/\w{32}/\w{32}/spikes.h5", slurm_project.log)[0]
    call = slurm_project.start(*QUICK, "virtual_processes=768", launcher, "--", spikes)
    machine.wait_for(lambda: len(sleeping()) == 192 or call.poll(), 400, "192 tasks")
    assert call.poll() is None, slurm_project.log[-6000:]
    job = machine.run("scontrol", "show", "job", machine.running_jobs("simulate")[0])
    for part in ("NumNodes=6", "NumCPUs=768", "NumTasks=192", "CPUs/Task=4", "TimeLimit=00:10:00"):
        assert part in job
    assert call.wait(timeout=300) != 0, "sleep writes no spikes"
    assert not (slurm_project.folder / spikes).exists()


def sleeping():
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cmdline").read_bytes() == b"sleep\x0045\x00":
                found.append(entry.name)
        except OSError:
            continue
    return found
