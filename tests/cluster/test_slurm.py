"""`bash snakemake_slurm.sh` on a real one-node SLURM: real jobs, real failures.

Takes minutes; run with -m slurm, as root on a machine that has no SLURM of its own.
"""

import json
import os
import signal
from pathlib import Path

import pytest
from slurm_project import PUBLISHED, SMALL_JOBS

pytestmark = pytest.mark.slurm


def processes():
    """Yield number, words and folder of each process of this machine."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_text().split("\0")[:-1]
            yield int(entry.name), words, (entry / "cwd").resolve()
        except OSError:
            continue


def process_of(verb, project):
    """Return the process of a stage in a project."""
    for number, words, folder in processes():
        is_stage = words[1:3] == ["-m", "multiarea"] and verb in words
        if is_stage and folder == project.folder.resolve():
            return number
    raise LookupError(verb)


def stopped_simulation(project):
    """Halt a simulation that is under way; return its job and its process."""
    job = project.wait_for_simulation()
    process = process_of("simulate", project)
    os.kill(process, signal.SIGSTOP)
    return job, process


def sleeping():
    return sum(words == ["sleep", "45"] for _, words, _ in processes())


def test_a_tiny_experiment_runs_to_its_figures(machine, empty_project):
    plots = f"out/{empty_project.experiment().analysis_folder}/plots"
    targets = [f"{plots}/{name}.png" for name in ("theory_and_simulation", "area_rates")]
    empty_project.finish("--", *targets)
    assert empty_project.submitted == {"network", "theory", "simulate"}
    assert len(empty_project.groups) == 1, "measures and pictures are one job"
    pdfs = {path.stem for path in (empty_project.folder / plots).glob("*.pdf")}
    assert pdfs == {"theory_and_simulation", "area_rates"}
    record = json.loads((empty_project.simulation / "provenance.json").read_text())
    assert record["simulation"]["virtual_processes"] == 2
    assert empty_project.jobs("--", *targets) == {}, "moving to this machine runs nothing again"


def test_the_message_of_a_failing_job_reaches_the_user(machine, slurm_project):
    network = slurm_project.simulation.parent / "network.h5"
    network.write_bytes(b"damaged")
    assert slurm_project.slurm("--", slurm_project.spikes) != 0
    assert slurm_project.submitted == {"simulate"}
    message = r"error: \S+network\.h5: .* Delete it and run the same command again\."
    slurm_project.assert_told(message)
    slurm_project.assert_no_remains()
    network.unlink()
    slurm_project.finish("--", slurm_project.spikes)
    assert slurm_project.submitted == {"network", "simulate"}


def test_after_the_time_limit_the_same_command_finishes_the_work(machine, slurm_project):
    limited = SMALL_JOBS["simulate"] | {"time": "00:01:00"}
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": limited})
    call = slurm_project.start("--", slurm_project.spikes)
    job, _ = stopped_simulation(slurm_project)
    assert call.wait(timeout=400) != 0
    assert machine.state(job) == "TIMEOUT"
    slurm_project.assert_told("DUE TO TIME LIMIT")
    last = slurm_project.log.strip().splitlines()[-1]
    assert last.startswith("error: a job of simulate reached its time limit: raise 'time' of sim")
    slurm_project.assert_no_remains()
    slurm_project.write_cluster(SMALL_JOBS)
    slurm_project.finish("--", slurm_project.spikes)
    assert slurm_project.submitted == {"simulate"}
    assert not list(slurm_project.simulation.glob(".*")), "nor do files of the killed job remain"


def test_after_too_much_memory_the_same_command_with_more_finishes(machine, slurm_project):
    little = SMALL_JOBS["simulate"] | {"mem": "300M"}
    slurm_project.write_cluster(SMALL_JOBS | {"simulate": little})
    assert slurm_project.slurm("--", slurm_project.spikes) != 0
    last = slurm_project.log.strip().splitlines()[-1]
    assert last.startswith("error: a job of simulate was killed for too little memory: raise 'mem'")
    slurm_project.assert_no_remains()
    slurm_project.write_cluster(SMALL_JOBS)
    slurm_project.finish("--", slurm_project.spikes)
    assert slurm_project.submitted == {"simulate"}


def test_after_scancel_in_mid_simulation_the_same_command_finishes(machine, slurm_project):
    call = slurm_project.start("--", slurm_project.spikes)
    job = slurm_project.wait_for_simulation()
    machine.run("scancel", job)
    assert call.wait(timeout=300) != 0
    assert machine.state(job) == "CANCELLED"
    slurm_project.assert_no_remains()
    slurm_project.finish("--", slurm_project.spikes)
    assert slurm_project.submitted == {"simulate"}


def test_after_the_master_is_killed_its_running_job_counts(machine, slurm_project):
    call = slurm_project.start("--", slurm_project.spikes)
    job, process = stopped_simulation(slurm_project)
    os.killpg(call.pid, signal.SIGKILL)
    call.wait()
    assert list((slurm_project.folder / ".snakemake" / "locks").iterdir()), "left by the master"
    again = slurm_project.start("--", slurm_project.spikes)
    told = (
        f"Waiting for jobs of a call that was killed (to start them anew instead: scancel {job})\n"
    )
    machine.wait_for(lambda: slurm_project.log == told, 60, "message about the job")
    os.kill(process, signal.SIGCONT)
    assert again.wait(timeout=400) == 0, slurm_project.log[-6000:]
    assert slurm_project.submitted == set(), "the job of the killed call is not repeated"
    assert (slurm_project.folder / slurm_project.spikes).exists()


def test_a_second_call_is_refused_and_an_interrupted_one_cancels_its_jobs(machine, slurm_project):
    call = slurm_project.start("--", slurm_project.spikes)
    job, _ = stopped_simulation(slurm_project)
    assert slurm_project.slurm(log="second.log") != 0
    second = (slurm_project.folder / "second.log").read_text()
    assert second == "error: another snakemake_slurm.sh is running in this folder\n"
    os.killpg(call.pid, signal.SIGINT)
    assert call.wait(timeout=120) != 0
    machine.wait_for(lambda: machine.state(job) == "CANCELLED", 60, "cancelled job")
    slurm_project.assert_no_remains()


def test_a_call_on_another_login_node_is_respected(machine, slurm_project):
    marker = slurm_project.folder.resolve() / ".snakemake" / "slurm.running"
    marker.write_text("login07\n")
    assert slurm_project.slurm() != 0
    assert slurm_project.log == (
        "error: a call on login07 has not ended; give this one there, or delete "
        f"{marker} if that one is gone\n"
    )


def test_a_slurm_that_forgets_its_jobs_is_refused(machine, slurm_project):
    content = machine.CONF.read_text()
    machine.CONF.write_text(content.replace("MinJobAge=3600", "MinJobAge=60"))
    machine.run("scontrol", "reconfigure")
    try:
        assert slurm_project.slurm() != 0
    finally:
        machine.CONF.write_text(content)
        machine.run("scontrol", "reconfigure")
    assert "forgets finished jobs after 60 s; Snakemake needs MinJobAge >= 200" in slurm_project.log


def test_the_published_shape_is_really_allocated(machine, slurm_project):
    """The only test with a stand-in for NEST: 192 processes of sleep."""
    slurm_project.write_cluster(PUBLISHED)
    stand_in = slurm_project.folder / "stand_in"
    stand_in.write_text("#!/bin/sh\nexec sleep 45\n")
    stand_in.chmod(0o755)
    launcher = "MPIRUN=srun -N {nodes} -n {ntasks} -c {cpus_per_task} ./stand_in"
    spikes = slurm_project.spikes_with(768)
    call = slurm_project.start("--config", "virtual_processes=768", launcher, "--", spikes)
    machine.wait_for(lambda: sleeping() == 192 or call.poll(), 400, "192 tasks")
    assert call.poll() is None, slurm_project.log[-6000:]
    job = machine.run("scontrol", "show", "job", machine.running_jobs("simulate")[0])
    for part in ("NumNodes=6", "NumCPUs=768", "NumTasks=192", "CPUs/Task=4", "TimeLimit=00:10:00"):
        assert part in job
    assert call.wait(timeout=300) != 0, "sleep writes no spikes"
    assert not (slurm_project.folder / spikes).exists()
