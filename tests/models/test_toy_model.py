"""The model of docs/how-to/models.md: taken from the page, put into a copy of the package, run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import pandas as pd
import pytest

BLOCK = re.compile(r'```python title="(.*?)"\n(.*?)```', re.DOTALL)


@pytest.fixture(scope="module")
def project(checkout: Path, tmp_path_factory) -> Path:
    """Copy the package and the Snakefile, and write what the page says."""
    folder = tmp_path_factory.mktemp("toy")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(checkout / "src", folder / "src", ignore=ignored)
    shutil.copytree(checkout / "experimental_data", folder / "experimental_data")
    for name in ("Snakefile", "humam.yml"):
        shutil.copy(checkout / name, folder)
    (folder / "experiments").mkdir()
    (folder / "config.yaml").write_text("experiments:\n  - experiments/toy.py\n")
    for path, code in blocks(checkout).items():
        (folder / path).write_text(code)
    return folder


def blocks(checkout: Path) -> dict[str, str]:
    return dict(BLOCK.findall((checkout / "docs/how-to/models.md").read_text("utf-8")))


def run(project: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(project / "src"), "SLURM_CONF": os.devnull}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_page_has_a_short_model_and_an_experiment(checkout: Path):
    found = blocks(checkout)
    assert list(found) == ["src/multiarea/models/toy.py", "experiments/toy.py"]
    code = [line for line in found["src/multiarea/models/toy.py"].splitlines() if line.strip()]
    assert len(code) <= 40


def test_tables_and_theory(project: Path):
    """0.1 * 80 * 80 synapses within E, 0.02 * 80 * 80 between; nothing from I to other areas."""
    run(project, "multiarea", "tables", "experiments/toy.py", "--to", "tables")
    synapses = pd.read_csv(project / "tables/synapses.csv", index_col="target")
    assert synapses.loc["front|IV|E", "front|IV|E"] == 640
    assert synapses.loc["back|IV|E", "front|IV|E"] == 128
    assert synapses.loc["back|IV|E", "front|IV|I"] == 0
    assert pd.read_csv(project / "tables/populations.csv")["n_neurons"].to_list() == [80, 20] * 2
    run(project, "multiarea", "theory", "experiments/toy.py", "--to", "rates.csv")
    rates = pd.read_csv(project / "rates.csv")["rate_1"]
    assert rates[0] == pytest.approx(rates[2], rel=1e-6)
    assert rates.between(0.5, 30).all()


def test_simulation_fires_as_the_theory_says(project: Path):
    run(project, "snakemake", "--cores", "2", "--until", "theory", "simulate")
    (spikes,) = (project / "out").glob("*/*/spikes.h5")
    (theory,) = (project / "out").glob("*/theory/rates.csv")
    rates = pd.read_csv(theory)["rate_1"]
    expected = 1.5 * (rates * [80, 20, 80, 20]).sum()
    with h5py.File(spikes) as file:
        n_spikes = len(file["spikes/cortex/timestamps"])
    assert n_spikes == pytest.approx(expected, rel=0.3)


@pytest.mark.long
def test_all_measures_and_figures_are_made(project: Path):
    run(project, "snakemake", "--cores", "2")
    pictures = {path.stem for path in (project / "out").glob("*/*/*/plots/*.png")}
    assert {"raster_areas", "population_rates", "theory_and_simulation", "bold"} <= pictures
    assert "functional_connectivity" not in pictures
