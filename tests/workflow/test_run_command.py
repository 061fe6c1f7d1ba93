"""`python -m multiarea run`: only what is asked for, with few lines, from any folder."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_project import TINY

LIMIT = "900.0, 'rate_limit': 0.001, 'rate_limit_window': 50.0,"
OTHERS = {
    "bad": TINY.replace("900.0,", LIMIT).replace("12", "13"),
    "sw": TINY + "\nsweep = {'chi': [1.5, 2.0]}",
    "long": TINY.replace("900.0", "1e6"),
}
START = "run: reading the experiments, and looking for results that exist\n"
"""What is said before anything that takes long."""


@pytest.fixture
def project(finished):
    """The finished project, with experiments that config.yaml does not name."""
    folder = finished.folder / "experiments"
    others = {folder / f"{name}.py": text for name, text in OTHERS.items()}
    for path, text in others.items():
        path.write_text(text)
    yield finished
    for path in others:
        path.unlink()


def test_a_finished_experiment(project):
    done = project.multiarea("run", "tiny")
    assert (done.returncode, done.stderr) == (0, START)
    pictures, measures, spikes = done.stdout.splitlines()[1:]
    assert pictures.startswith("  pictures  out/by-name/tiny/plots (")
    assert measures == "  measures  out/by-name/tiny/analysis"
    assert spikes == "  spikes    out/by-name/tiny/simulation/spikes.h5"
    assert (project.folder / spikes.split()[1]).is_file()


def test_one_figure_and_one_measure_from_another_folder(project):
    folder = project.folder / "out/by-name/tiny"
    for path in (folder / "plots").glob("cv_boxplot.*"):
        path.unlink()
    (folder / "analysis/cv.csv").unlink()
    (folder / "analysis/lvr.csv").unlink()
    words = ("run", "tiny.py", "--figure", "cv_boxplot", "--measure", "cv")
    done = project.multiarea(*words, folder=project.folder / "experiments")
    assert done.returncode == 0, done.stderr
    made = ["../out/by-name/tiny/plots/cv_boxplot.png", "../out/by-name/tiny/analysis/cv.csv"]
    assert done.stdout.splitlines() == made
    assert all((project.folder / "experiments" / path).is_file() for path in made)
    assert not (folder / "analysis/lvr.csv").exists()
    stages = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert stages.pop(0) == "run" and set(stages) == {"collect", "plot"}
    assert project.multiarea("run", "tiny").returncode == 0
    assert project.jobs() == {}


def test_what_would_run(project):
    done = project.multiarea("run", "sw@chi=1.5", "--figure", "raster_areas", "-n")
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        "jobs that would run:",
        "network: 2",
        "plot: 1",
        "simulate: 1",
        "theory: 1",
    ]
    assert "simulate: 2" in project.multiarea("run", "experiments/s*.py", "-n").stdout
    assert project.multiarea("run", "tiny", "-n").stdout == "nothing to do\n"
    assert project.multiarea("run", "sw", "-n").stderr == START
    assert "rule simulate:" in project.multiarea("run", "sw", "-n", "-v").stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--figure", "raster_area"], "unknown figure 'raster_area'. Did you mean 'raster_areas'?"),
        (["--measure", "cvs"], "unknown measure 'cvs'. Did you mean 'cv'?"),
        (["tin"], "tin: no such experiment in experiments/. Did you mean 'tiny'?"),
        (["sw@chi=7"], "sw@chi=7: a sweep; name one of its points: sw@chi=1.5, sw@chi=2."),
        (["--out", "a{b"], "--out: expected the path of a folder"),
        (["--out", "Snakefile/x"], "--out: the folder for the results cannot be made: "),
        (["--snakemake", "--config", "out=Snakefile"], "--config: out: the folder for the "),
        (["--figure", "cv"], "unknown figure 'cv'. It is a measure: --measure cv. Valid names: "),
        (["--measure", "cv_boxplot"], "unknown measure 'cv_boxplot'. It is a figure: --figure "),
        (["--snakemake", "--jobs", "few"], "Snakemake: Error parsing number of jobs"),
        (["--snakemake", "--config", "figures=x"], "--config: figures: unknown figure 'x'."),
    ],
)
def test_mistakes(project, words, expected):
    done = project.multiarea("run", *words)
    assert (done.returncode, done.stdout) == (1, "")
    line = done.stderr.splitlines()[-1]
    assert line.startswith(f"error: {expected}")


@pytest.mark.parametrize("cores", ["0", "-1", "two", "1.5"])
def test_a_number_of_cores_that_is_none(project, cores):
    done = project.multiarea("run", "tiny", f"--cores={cores}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: argument --cores: expected a number of cores from 1 on, or all: " in done.stderr


def test_nothing_to_run(project):
    config = project.folder / "config.yaml"
    config.write_text("out: out\n")
    done = project.multiarea("run")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{START}error: config.yaml: experiments: no experiment is named")
    assert done.stderr.splitlines()[-1] in project.snakemake("--dry-run").stderr
    config.write_text("experiments: tiny\n")
    said = project.snakemake("--dry-run").stderr
    assert "warning: not run, because config.yaml does not name them under 'experiments': " in said
    assert "experiments/sw.py" in said


def test_a_job_that_fails(project):
    done = project.multiarea("run", "bad", "--measure", "cv")
    assert (done.returncode, done.stdout) == (1, "")
    error, log = done.stderr.splitlines()[-2:]
    assert error.startswith("error: simulate of bad: The simulation was stopped at ")
    assert log.startswith("error: its log: out/") and "Traceback" not in done.stderr
    assert error.removeprefix("error: simulate of bad: ") in Path(
        project.folder, log.removeprefix("error: its log: ")
    ).read_text("utf-8")


def test_what_ran_is_reported(project):
    """Settings that only the command line of Snakemake states; `make run ARGS=` passes them on."""
    out = project.folder / "other"
    (project.folder / "out").rename(out)
    try:
        words = ("--config", "experiments=tiny", "out=other")
        done = project.multiarea("run", "--snakemake", *words)
        assert done.returncode == 0, done.stderr
        assert "\n  spikes    other/by-name/tiny/simulation/spikes.h5\n" in done.stdout
        assert not (project.folder / "out").exists()
        folder = project.folder / "experiments"
        listed = project.multiarea("list", "tiny", "--out", "../other", folder=folder).stdout
        assert "results     ../other/by-name/tiny/analysis\n" in listed
        verified = project.multiarea("verify", "--out", "other").stdout
        assert verified == project.multiarea("verify", "other").stdout and "all are" in verified
        words = ("summarise", "tiny", "--to", "sums", "--only", "rates")
        assert project.multiarea(*words).returncode == 1
        assert project.multiarea(*words, "--out", "other").returncode == 0
        assert project.multiarea("export", "a.zip", "tiny", "--out", "other").returncode == 0
        done = project.multiarea("list", "--out", "othr")
        assert "argument --out: 'othr' is not a folder" in done.stderr
    finally:
        out.rename(project.folder / "out")


def test_an_interrupted_run(project):
    command = [sys.executable, "-m", "multiarea", "run", "long", "--measure", "cv"]
    process = subprocess.Popen(
        command,
        cwd=project.folder,
        env=project.environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 200
    while not simulating(project) and time.monotonic() < deadline:
        time.sleep(0.2)
    subprocess.run(["kill", "-INT", "--", f"-{process.pid}"], check=True)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT, said
    assert said.splitlines()[-1] == "error: interrupted" and "Traceback" not in said
    assert project.multiarea("run", "tiny").returncode == 0, "the folder is not locked"


def simulating(project):
    logs = project.folder.glob("out/*/*/logs/simulate.log")
    return any("of 1 000 s" in log.read_text("utf-8") for log in logs)
