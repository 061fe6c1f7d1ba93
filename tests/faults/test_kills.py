"""Processes killed with SIGKILL at random moments: the same command then makes the same results."""

import os
import random
import shutil
import signal
import time

import pytest
from faulty_project import copy_of, kill

STAGES = ("network", "theory", "simulate", "analyse", "plot")
MOST_TRIES = 6
LONGEST = 4.0
"""Longest time after which a stage is killed [s]; halved where it ended before."""


def assert_complete_or_absent(project, outputs, expected):
    for path in outputs:
        if (project.folder / path).exists() and path in expected:
            assert project.results()[path] == expected[path], path


def kill_stage(undisturbed, folder, stage, n_kills, rng):
    """Kill a stage again and again; finally let it end, and compare."""
    project = copy_of(undisturbed, folder)
    command, outputs = project.commands[stage]
    longest = LONGEST
    for _ in range(n_kills):
        for _ in range(MOST_TRIES):
            for path in outputs:
                (project.folder / path).unlink(missing_ok=True)
            process = project.start_shell(command)
            time.sleep(rng.uniform(0.1, 1.0) * longest)
            process.kill()
            process.communicate(timeout=60)
            if process.returncode != 0:
                break
            longest /= 2
        else:
            pytest.fail(f"{stage}: never hit")
        assert_complete_or_absent(project, outputs, undisturbed.results())
    status, text = project.shell(command)
    assert status == 0, text
    assert project.results() == undisturbed.results()
    assert project.left_overs() == []
    assert {path for path in outputs if not (project.folder / path).exists()} == set()


def kill_snakemake(project, delay, everything):
    """Run the command and kill Snakemake, or all its processes too, after some seconds."""
    project.unlock_if_told()
    master = project.start()
    time.sleep(delay)
    hit = master.poll() is None
    for victim in project.processes() if everything else [master.pid]:
        kill(victim)
    master.wait(timeout=60)
    return hit


def assert_undisturbed(project, undisturbed):
    """Let the same command end, while processes that outlived a kill may still run."""
    project.finish()
    project.wait_for_orphans()
    assert project.results() == undisturbed.results()
    assert project.left_overs() == []
    verified = project.multiarea("verify").stdout
    told = [line for line in verified.splitlines() if "all are as their records say" not in line]
    assert not [line for line in told if not line.startswith("unrecorded")]


def test_a_killed_simulation_leaves_nothing_half_written(undisturbed, tmp_path):
    kill_stage(undisturbed, tmp_path / "project", "simulate", 1, random.Random(3))


def test_a_second_snakemake_is_told_of_the_lock_also_when_the_first_was_killed(
    undisturbed, tmp_path
):
    project = copy_of(undisturbed, tmp_path / "project")
    next(project.folder.glob("out/*/*/spikes.h5")).unlink()
    first = project.start()
    simulation = project.wait_for("simulate", first)
    os.kill(simulation, signal.SIGSTOP)
    second = project.snakemake("--", *project.targets)
    text = second.stdout + second.stderr
    assert second.returncode != 0
    assert "Directory cannot be locked" in text
    assert "Traceback" not in text
    kill(first.pid)
    first.wait(timeout=60)
    os.kill(simulation, signal.SIGCONT)
    assert_undisturbed(project, undisturbed)


@pytest.mark.long
@pytest.mark.parametrize("stage", STAGES)
def test_kills_of_every_stage(undisturbed, tmp_path, stage):
    kill_stage(undisturbed, tmp_path / "project", stage, 7, random.Random(stage))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_kills_of_snakemake(undisturbed, tmp_path, seed):
    """From nothing to the end with five kills, each at any moment of what is left."""
    rng = random.Random(seed)
    project = copy_of(undisturbed, tmp_path / "project")
    shutil.rmtree(project.folder / "out")
    hits = 0
    while hits < 5:
        hits += kill_snakemake(project, rng.uniform(0.3, 1.0) * project.seconds, rng.random() < 0.5)
        if len(project.results()) == len(undisturbed.results()):
            project.wait_for_orphans()
            shutil.rmtree(rng.choice(sorted(project.folder.glob("out/*"))))
    assert_undisturbed(project, undisturbed)
