"""What SLURM writes into the logs of failed jobs, as one sentence."""

import os

import pytest

from multiarea.cluster.ends import ends

TIME = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-11-28T16:00:00 DUE TO TIME LIMIT ***\n"


@pytest.fixture
def write(tmp_path):
    def write_log(rule, text, name="7.log"):
        path = tmp_path / f"rule_{rule}" / "net_sim" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Building DAG of jobs...\n" + text)
        return path

    return write_log


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("simulate", TIME, "a job of simulate reached its time limit: raise 'time' of simulate in"),
        ("simulate_potentials", TIME, "raise 'time' of simulate in"),
        ("analyse_arrays", TIME, "raise 'time' of analyse in"),
        ("stability", TIME, "raise 'time' of theory in"),
        (
            "plot",
            "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0.\n",
            "a job of plot was killed for too little memory: raise 'mem' of plot in",
        ),
        (
            "simulate",
            "Step 7.0 exceeded memory limit (400000000 > 314572800), being killed\n",
            "raise 'mem' of simulate in",
        ),
        ("simulate", "srun: error: n1: task 0: Killed\n", "raise 'mem' of simulate in"),
        (
            "simulate",
            "slurmstepd: error: mpi/pmix_v4: can not load PMIx library\n",
            "did not start: SLURM finds no PMIx library on the node; install it (Debian 12: ",
        ),
    ],
)
def test_a_sentence_says_what_to_raise(write, tmp_path, rule, text, expected):
    write(rule, text)
    (sentence,) = ends(tmp_path, 0.0)
    assert expected in sentence
    assert sentence.endswith("Then give the same command again.")


def test_the_job_of_all_measures_and_pictures_has_a_name(tmp_path):
    path = tmp_path / "group_analysis-0123" / "7.log"
    path.parent.mkdir()
    path.write_text(TIME)
    (sentence,) = ends(tmp_path, 0.0)
    assert sentence.startswith("a job of analysis reached its time limit: raise 'time' of analyse ")


def test_each_reason_is_told_once_and_logs_of_earlier_calls_are_not_read(write, tmp_path):
    write("simulate", TIME)
    write("simulate", TIME, "8.log")
    os.utime(write("plot", TIME), (1000.0, 1000.0))
    write("analyse", "error: a mistake of another kind\n")
    assert len(list(ends(tmp_path, 2000.0))) == 1
    assert list(ends(tmp_path / "nowhere", 0.0)) == []
