"""Bad input and hostile names through real Snakemake processes."""

import os
import shutil
import subprocess
import sys

import pytest
from bad_configurations import CLUSTERS, CONFIGURATIONS
from bad_experiments import EXPERIMENTS

from multiarea.experiment.loading import load_experiments

HOSTILE = "data $(touch ran) `touch ran`; touch ran 'a' \"b\" & | > ran"
QUICK = ["key twice"]
LONG = [
    "a list",
    "UTF-16",
    "binary",
    "Python tag",
    "billion laughs",
    "line of 1 GB",
    "out with a command",
]


@pytest.fixture
def snakemake(project, checkout):
    """Run Snakemake in the project."""
    for name in ("Snakefile", "humam.yml"):
        shutil.copy(checkout / name, project.folder / name)

    def run(*words):
        environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
        environment["PATH"] = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"  # noqa: PTH120
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "1", *words],
            cwd=project.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


def check(project, done, words):
    """Check that Snakemake ended with one message, and made nothing."""
    text = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in text
    for part in words:
        assert text.count(part) == 1, text
    assert not (project.folder / "out").exists()
    assert not list(project.folder.rglob("ran"))


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in LONG)]
)
def test_configuration(project, snakemake, name):
    path = project.folder / "config.yaml"
    path.unlink()
    CONFIGURATIONS[name].make(path)
    check(project, snakemake(), CONFIGURATIONS[name].words[:1])


@pytest.mark.long
@pytest.mark.parametrize("name", ["raises", "sys.exit(0)", "NaN", "sweep is a list", "binary"])
def test_experiment(project, snakemake, name):
    EXPERIMENTS[name].make(project.folder / "experiments" / "one.py")
    (project.folder / "config.yaml").write_text("experiments: [experiments/one.py]\n")
    check(project, snakemake(), EXPERIMENTS[name].words)


@pytest.mark.long
@pytest.mark.parametrize("name", ["empty", "account with a command", "key twice"])
def test_cluster(project, snakemake, name):
    CLUSTERS[name].make(project.folder / "cluster.json")
    done = snakemake("--config", "cluster=cluster.json")
    check(project, done, CLUSTERS[name].words[:1])


def test_a_hostile_name_of_a_folder_stays_a_name(project, snakemake, checkout):
    folder = project.folder / HOSTILE
    shutil.copytree(checkout / "experimental_data" / "hcp_dti", folder)
    path = project.folder / "experiments" / "good.py"
    connectome = f"'predictive_connectomic_params': {{'con_path': {HOSTILE!r}}}"
    path.write_text(f"net_params = {{'N_scaling': 0.001, 'K_scaling': 0.1, {connectome}}}\n")
    (experiment,) = load_experiments([path])
    done = snakemake("--", f"out/{experiment.network_hash}/network.h5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.folder / "out" / experiment.network_hash / "network.h5").is_file()
    assert not list(project.folder.rglob("ran"))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (f"out/{'0' * 32}/network.h5", "belongs to no experiment of config.yaml"),
        ("figures/pronold2024/bold.png", "figures/pronold2024/bold: no such figure; there are"),
    ],
)
def test_a_target_that_nothing_makes(checkout, target, words):
    command = [sys.executable, "-m", "snakemake", "-n", "--nolock", target]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    assert done.returncode == 1
    assert text.splitlines()[-1].startswith("error: ") and words in text.splitlines()[-1]
    assert "Traceback" not in text and "Exception" not in text
