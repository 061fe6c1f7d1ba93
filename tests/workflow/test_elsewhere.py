"""Snakemake started in another folder than that of the Snakefile, with a read-only checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from small_project import CHECKOUT, TINY, make_project

#: As root, a process without this right cannot write what is read-only either.
RIGHTS = "-dac_override,-dac_read_search"
PLAIN = ["setpriv", f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}"]


@pytest.fixture
def read_only(tmp_path):
    """Return a checkout in small that cannot be written, and an empty folder beside it."""
    project = make_project(tmp_path / "checkout")
    for name in ("publications", "experiments/full_scale", "experiments/stabilisation"):
        shutil.copytree(CHECKOUT / name, project.folder / name)
    project.write_experiment("tiny", TINY)
    subprocess.run(["chmod", "-R", "a-w", project.folder], check=True)
    (tmp_path / "here").mkdir()
    yield project.folder, tmp_path / "here"
    subprocess.run(["chmod", "-R", "u+w", project.folder], check=True)


def run(folder, *words):
    """Run Snakemake in a folder, without the rights of root."""
    plain = PLAIN if os.geteuid() == 0 else []
    if plain and shutil.which("setpriv") is None:
        pytest.skip("root can write read-only files")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "src")}
    environment["PATH"] = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"  # noqa: PTH120
    command = [*plain, sys.executable, "-m", "snakemake", "--cores", "1", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def target(project, pattern):
    return str(project.result(pattern).relative_to(project.folder))


def test_results_are_those_of_the_checkout_below_the_current_folder(finished, read_only):
    """Spikes are there; a network, a measure with data of the checkout and a picture are made."""
    checkout, here = read_only
    assert run(checkout, "--version").returncode == 0
    wanted = [
        target(finished, "*/*/measures/activity_similarity-*/activity_similarity.csv"),
        target(finished, "*/*/*/plots/cv_boxplot.png"),
    ]
    spikes = finished.result("*/*/spikes.h5")
    place = here / spikes.parent.relative_to(finished.folder)
    shutil.copytree(spikes.parent.parent, place.parent, ignore=shutil.ignore_patterns("measures"))
    (full,) = (
        p for p in (finished.folder / "out").glob("*/network.h5") if p.parent.name not in str(place)
    )
    wanted.append(str(full.relative_to(finished.folder)))
    for name in wanted:
        (here / name).unlink(missing_ok=True)
    wanted.append("figures/pronold2024/model_overview.png")
    words = ("-s", str(checkout / "Snakefile"), "--configfile", str(checkout / "config.yaml"))
    done = run(here, *words, "--", *wanted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (here / wanted[3]).is_file()
    for name in wanted[:2]:
        assert (here / name).read_bytes() == (finished.folder / name).read_bytes()
    for name in (wanted[0], wanted[2]):
        ours, theirs = (
            json.loads((folder / name).with_name("provenance.json").read_text())
            for folder in (here, finished.folder)
        )
        assert ours["inputs"] == theirs["inputs"]


def test_the_configuration_beside_the_snakefile_is_used(read_only):
    checkout, here = read_only
    done = run(here, "-n", "-s", str(checkout / "Snakefile"), "figures", "all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "paper_figure" in done.stdout + done.stderr


def test_a_configuration_and_an_experiment_of_the_current_folder_come_first(read_only):
    checkout, here = read_only
    (here / "mine.py").write_text(TINY.replace("900.0", "901.0"))
    (here / "config.yaml").write_text("experiments: [mine.py]\nout: results\n")
    done = run(here, "-n", "-s", str(checkout / "Snakefile"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"t_sim": 901.0' in run(here, "-n", "-p", "-s", str(checkout / "Snakefile")).stdout
    assert "results/" in done.stdout
