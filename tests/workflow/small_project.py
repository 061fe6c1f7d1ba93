"""A project in a temporary folder, run with real Snakemake and real NEST."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

BY_NAME = "by-name"
CHECKOUT = Path(__file__).resolve().parents[2]
TINY = """
net_params = {"N_scaling": 0.0015, "K_scaling": 0.02, "scaling_type": "sqrt"}
sim_params = {"t_sim": 900.0, "master_seed": 12}
ana_params = {}
"""


@dataclass
class Project:
    """A checkout in small: the Snakefile and the data of the product, experiments of its own."""

    folder: Path

    def write_experiment(self, name: str, text: str) -> None:
        """Write an experiment file and let config.yaml run all that are there."""
        (self.folder / "experiments" / f"{name}.py").write_text(text)
        names = sorted(p.name for p in (self.folder / "experiments").glob("*.py"))
        entries = "".join(f"  - experiments/{name}\n" for name in names)
        (self.folder / "config.yaml").write_text(f"experiments:\n{entries}")

    @property
    def environment(self):
        """Variables with which programs find this Python and the code of this checkout."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "PYTHONPATH": str(CHECKOUT / "src")}

    def multiarea(self, *words, folder=None):
        """Run `python -m multiarea` in the project, or in another folder."""
        return subprocess.run(
            [sys.executable, "-m", "multiarea", *words],
            cwd=folder or self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def snakemake(self, *words: str, cores: int = 2) -> subprocess.CompletedProcess:
        """Run Snakemake in the project."""
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if "NEST is not installed" in done.stdout + done.stderr:
            pytest.importorskip("nest")
        return done

    def jobs(self, *words: str) -> dict[str, int]:
        """Return how many jobs of each rule would run now."""
        done = self.snakemake("--dry-run", *words)
        assert done.returncode == 0, done.stderr + done.stdout
        if "Nothing to be done" in done.stdout + done.stderr:
            return {}
        table = re.search(r"Job stats:\n.*?\n-[- ]*\n(.*?)\ntotal", done.stdout + done.stderr, re.S)
        rows = [line.split() for line in table.group(1).splitlines()]
        return {rule: int(count) for rule, count in rows if rule != "all"}

    def result(self, pattern: str) -> Path:
        """Return the one result file that fits a pattern below `out`, links by name excepted."""
        every = sorted((self.folder / "out").glob(pattern))
        found = [path for path in every if BY_NAME not in path.parts]
        assert len(found) == 1, found
        return found[0]


def make_project(folder: Path) -> Project:
    folder.mkdir(parents=True)
    for name in ("Snakefile", "humam.yml"):
        shutil.copy(CHECKOUT / name, folder)
    for name in ("experimental_data", "simulated_data"):
        shutil.copytree(CHECKOUT / name, folder / name)
    (folder / "experiments").mkdir()
    return Project(folder)
