"""The rule `paper_figure` with real Snakemake: a picture, its caption, and nothing done twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.image import imread


def snakemake(folder: Path, checkout: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_figure_of_structure_needs_no_run(checkout: Path, tmp_path: Path):
    for name in ("Snakefile", "humam.yml"):
        shutil.copy(checkout / name, tmp_path)
    for name in ("experimental_data", "simulated_data", "experiments", "publications"):
        shutil.copytree(checkout / name, tmp_path / name)
    (tmp_path / "config.yaml").write_text("experiments: []\n")
    planned = snakemake(tmp_path, checkout, "--dry-run", "figures")
    assert "rule paper_figure:" in planned and "rule simulate:" not in planned
    target = "figures/pronold2024/multapses_autapses.png"
    snakemake(tmp_path, checkout, target)
    assert imread(tmp_path / target).shape[1] == pytest.approx(180 / 25.4 * 200, abs=1)
    caption = (tmp_path / "figures/pronold2024/multapses_autapses.md").read_text("utf-8")
    assert caption.startswith("# Multapse and autapse counts")
    assert "Nothing to be done" in snakemake(tmp_path, checkout, "--dry-run", target)
