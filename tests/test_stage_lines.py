"""The lines of `run`: progress of each stage, its parts, and the time that it took."""

import io
import logging
import os
import signal
import time

import pytest

from multiarea.cli.stage_lines import Job, Stage, StageLines
from multiarea.simulation.interruption import interruption

LOG = """\
connect: 0 %  0 of 1 000 synapses
connect: 40 %  400 of 1 000 synapses  ETA 3 s
connect: 100 %  1 000 of 1 000 synapses  in 5 s
simulate: goes on at 300 ms, from a checkpoint
simulate: 50 %  0.50 of 1.00 s  ETA 7 s  2.1 spikes/s
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "simulate.log"
    path.write_text(LOG)
    return path


def job_of(log, begun=0.0):
    return Job("simulate_potentials", {}, [str(log)], begun)


def test_a_stage_took_the_time_in_which_a_job_ran(clock):
    """Two jobs at once for 10 s, one of them 5 s more; 100 s of waiting; one job for 20 s."""
    stage = Stage(total=3)
    stage.start()
    stage.start()
    clock.now += 10
    stage.end()
    clock.now += 5
    stage.end()
    clock.now += 100
    assert stage.took == 15
    stage.start()
    clock.now += 20
    assert stage.took == 35
    stage.end()
    clock.now += 100
    assert stage.took == 35


def test_a_part_of_the_work_is_named(log):
    log.write_text("".join(LOG.splitlines(keepends=True)[:2]))
    progress, share = job_of(log).progress()
    assert (progress, share) == ("connect 40 %  400 of 1 000 synapses  ETA 3 s", 0.0)
    log.write_text(LOG)
    assert job_of(log).progress() == ("50 %  0.50 of 1.00 s  ETA 7 s  2.1 spikes/s", 0.5)


def test_news_are_told_once(log):
    job = job_of(log)
    assert job.news() == [
        "simulate: goes on at 300 ms, from a checkpoint",
        "connect: 100 %  1 000 of 1 000 synapses  in 5 s",
    ]
    assert job.news() == [] and not job.is_told_of
    with log.open("a") as file:
        file.write("simulate: 100 %  1.00 of 1.00 s  in 15 s\n")
    assert job.news() == ["simulate: 100 %  1.00 of 1.00 s  in 15 s"] and job.is_told_of


def test_the_log_of_a_job_before_tells_nothing(log):
    before = time.time() - 10
    os.utime(log, (before, before))
    job = job_of(log, time.time())
    assert job.progress() == ("", 0.0) and job.news() == []


@pytest.mark.parametrize(
    ("said", "is_interrupted"),
    [
        ("interrupted", True),
        (interruption(signal.SIGINT, 100.0, 1e6), True),
        (interruption(signal.SIGTERM, 100.0, 1e6), False),
        ("no space left", False),
    ],
)
def test_jobs_that_were_interrupted(log, said, is_interrupted):
    """Whoever notices first, Snakemake or the job: Ctrl-C is no failure of the job."""
    log.write_text(f"{LOG}error: {said}\n")
    assert job_of(log).is_interrupted == is_interrupted


def test_lines_in_a_file(log, clock):
    """What a stage says is written at once, how far it is every few seconds."""
    stream = io.StringIO()
    lines = StageLines(stream)
    record = logging.makeLogRecord({"stats": {"simulate": 1, "analyse": 2, "total": 3}})
    lines._on_run_info(record)
    started = {"jobid": 1, "rule_name": "simulate", "wildcards": {}, "log": [str(log)]}
    log.write_text("connect: 0 %  0 of 10 synapses\n")
    lines._on_job_info(logging.makeLogRecord(started))
    os.utime(log)
    for _ in range(12):
        clock.now += 1
        lines._look()
    log.write_text(LOG)
    lines._look()
    log.write_text(f"{LOG}simulate: 100 %  1.00 of 1.00 s  in 15 s\n")
    lines._on_job_finished(logging.makeLogRecord({"job_id": 1}))
    assert stream.getvalue().splitlines() == [
        "simulate: connect 0 %  0 of 10 synapses",
        "simulate: connect 0 %  0 of 10 synapses",
        "simulate: goes on at 300 ms, from a checkpoint",
        "connect: 100 %  1 000 of 1 000 synapses  in 5 s",
        "simulate: 100 %  1.00 of 1.00 s  in 15 s",
    ]
