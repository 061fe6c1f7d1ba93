"""A project in a temporary folder whose jobs go through SLURM."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests" / "workflow"))

import slurm_machine  # noqa: E402
from small_project import Project, make_project  # noqa: E402

from multiarea.experiment.loading import load_experiments  # noqa: E402

SMALL_JOBS = {
    "__default__": {"time": "00:10:00", "mem": "2G"},
    "simulate": {"ntasks": 1, "cpus-per-task": 2, "time": "00:10:00", "mem": "4G"},
}
#: The shape of the publication: HuMAM's names, and no time in the default.
PUBLISHED = {
    "__default__": {
        "account": "jinb33",
        "partition": "dc-cpu",
        "nodes": 1,
        "ntasks": 1,
        "cpus-per-task": 1,
    },
    "createNetwork": {"time": "00:15:00", "mem": "2G"},
    "simulateNetwork": {
        "nodes": 6,
        "ntasks": 192,
        "ntasks-per-node": 32,
        "cpus-per-task": 4,
        "time": "00:10:00",
        "mem": "4G",
    },
    "analyzeNetwork": {"time": "01:00:00", "mem": "2G"},
}
EXPERIMENT = """
net_params = {"N_scaling": 0.001, "K_scaling": 0.01, "scaling_type": "linear"}
sim_params = {"t_sim": 1500.0, "master_seed": 12, "delay_max": 20.0}
"""


class SlurmProject(Project):
    """A project with one tiny experiment, whose jobs go through SLURM."""

    def write_cluster(self, content, name="cluster.json"):
        (self.folder / name).write_text(json.dumps(content))

    def experiment(self, virtual_processes=2):
        return load_experiments([self.folder / "experiments" / "tiny.py"], virtual_processes)[0]

    def spikes_with(self, virtual_processes):
        return f"out/{self.experiment(virtual_processes).simulation_folder}/spikes.h5"

    @property
    def spikes(self):
        return self.spikes_with(2)

    @property
    def simulation(self):
        """The folder of the simulation."""
        return (self.folder / self.spikes).parent

    @property
    def environment(self):
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": f"{CHECKOUT / 'src'}:{Path(__file__).parent / 'quick_looks'}",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "passive",
            "MULTIAREA_SLURM_CHECK": "1",
            **slurm_machine.configuration(),
        }

    @property
    def log(self):
        """What the last call printed."""
        return (self.folder / "slurm.log").read_text(errors="replace")

    def assert_told(self, pattern):
        """Fail, with the end of what the last call printed, where the pattern is not in it."""
        assert re.search(pattern, self.log), self.log[-6000:]

    @property
    def submitted(self):
        """The rules whose jobs the last call submitted."""
        return set(re.findall(r"slurm_logs/rule_(\w+)/", self.log))

    @property
    def groups(self):
        """The logs of the jobs of several rules that the last call submitted."""
        return set(re.findall(r"slurm_logs/group_\S+?\.log", self.log))

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

    def finish(self, *words, **options):
        """Run `bash snakemake_slurm.sh`, which must succeed."""
        assert self.slurm(*words, **options) == 0, self.log[-6000:]

    def wait_for_simulation(self):
        """Wait until the simulation's own report says that time goes by; return its job's ID."""
        log = self.simulation / "logs" / "simulate.log"

        def is_running():
            return log.exists() and re.search(r"simulate: \d+ %", log.read_text())

        slurm_machine.wait_for(is_running, 300, "progress of the simulation")
        return slurm_machine.running_jobs("simulate")[0]

    def assert_no_remains(self):
        """Check that nothing in the simulation's folder looks like a result."""
        found = {path.name for path in self.simulation.iterdir() if path.is_file()}
        found = {name for name in found if "_stopped_at_" not in name}  # kept, as a file of its own
        assert not any(name.endswith((".h5", ".json")) for name in found), found


def make_slurm_project(folder):
    project = SlurmProject(make_project(folder).folder)
    shutil.copy(CHECKOUT / "snakemake_slurm.sh", project.folder)
    project.write_cluster(SMALL_JOBS)
    project.write_experiment("tiny", EXPERIMENT)
    return project
