import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests" / "workflow"))

import slurm_machine  # noqa: E402
from small_project import Project, make_project  # noqa: E402

SMALL_JOBS = {
    "__default__": {"time": "00:10:00", "mem": "2G"},
    "simulate": {"ntasks": 1, "cpus-per-task": 2, "time": "00:10:00", "mem": "4G"},
}


class SlurmProject(Project):
    """A project whose jobs go through SLURM."""

    def write_cluster(self, content):
        (self.folder / "cluster.json").write_text(json.dumps(content))

    @property
    def environment(self):
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(CHECKOUT / "src"),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "passive",
            "MULTIAREA_SLURM_CHECK": "2",
        }

    @property
    def log(self):
        return (self.folder / "slurm.log").read_text(errors="replace")

    def start(self, *words, environment=None, log="slurm.log"):
        """Start `bash snakemake_slurm.sh` in a process group of its own."""
        with (self.folder / log).open("w") as log:
            return subprocess.Popen(
                ["bash", "snakemake_slurm.sh", *words],
                cwd=self.folder,
                env={**self.environment, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def slurm(self, *words, **options):
        """Run `bash snakemake_slurm.sh` to its end; return its exit status."""
        return self.start(*words, **options).wait(timeout=1200)


@pytest.fixture
def slurm_project(tmp_path):
    project = SlurmProject(make_project(tmp_path / "project").folder)
    shutil.copy(CHECKOUT / "snakemake_slurm.sh", project.folder)
    project.write_cluster(SMALL_JOBS)
    return project


@pytest.fixture(scope="module")
def machine():
    """A running SLURM on this machine."""
    slurm_machine.start()
    yield slurm_machine
    slurm_machine.stop()
