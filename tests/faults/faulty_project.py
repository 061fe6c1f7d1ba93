"""A small project whose runs are disturbed: its processes, its results, its reference."""

import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests" / "workflow"))

from small_project import Project, make_project  # noqa: E402

EXPERIMENT = """
model = "microcircuit"
net_params = {"N_scaling": 0.005, "K_scaling": 0.02, "scaling_type": "linear"}
sim_params = {"t_sim": 600.0, "master_seed": 12}
"""
SIM = "*/" + 32 * "[0-9a-f]"
ANA = SIM + "/" + 32 * "[0-9a-f]"
#: What the README's command passes on, without the job list.
OPTIONS = ("--rerun-incomplete", "--quiet", "host", "reason")


@dataclass
class FaultyProject(Project):
    """A project with one experiment and a few targets, one at least of each rule."""

    targets: tuple[str, ...] = ()
    commands: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    seconds: float = 0.0

    def targets_of_experiment(self):
        """Return a few results of the experiment, for which each rule has to run."""
        listed = self.multiarea("list", "tiny").stdout.splitlines()
        analysis = next(line.split()[1] for line in listed if line.startswith("  results "))
        simulation = Path(analysis).parent
        names = (f"{simulation.parent}/theory/rates.csv", f"{simulation}/spikes.h5")
        return (*names, f"{analysis}/rates.csv", f"{analysis}/plots/population_rates.png")

    @property
    def command(self):
        words = [*OPTIONS, "--", *self.targets]
        return [sys.executable, "-m", "snakemake", "--cores", "2", *words]

    @property
    def environment(self):
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        ours = {"PATH": path, "PYTHONPATH": str(CHECKOUT / "src"), "SLURM_CONF": os.devnull}
        return {**os.environ, **ours, "GOMP_SPINCOUNT": "1000"}

    def start(self):
        """Start the command; its messages go into `run.log`."""
        with (self.folder / "run.log").open("w") as log:
            return subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self):
        """Run the command to its end; return exit status and messages."""
        status = self.start().wait(timeout=900)
        return status, (self.folder / "run.log").read_text(errors="replace")

    def finish(self):
        """Run the same command again, and unlock first where its message says so."""
        self.unlock_if_told()
        status, text = self.run()
        assert status == 0, text[-5000:]

    def processes(self, verb=None):
        """Return the processes of this project: all, or those of one stage."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").readlink() != self.folder:
                    continue
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            is_stage = words[1:3] == ["-m", "multiarea"] and verb in words
            if verb is None or is_stage:
                found.append(int(entry.name))
        return found

    def stage_commands(self):
        """Return the command of each stage of the experiment, and its outputs."""
        done = self.snakemake("--forceall", "--dry-run", "--printshellcmds", "--", *self.targets)
        assert done.returncode == 0, done.stdout + done.stderr
        found = {}
        for command in re.findall(r"python -m multiarea .*", done.stdout + done.stderr):
            words = shlex.split(command)
            outputs = words[words.index("--to") + 1 :]
            found[words[words.index("--log") + 2]] = (command, outputs)
        return found

    def start_shell(self, command):
        """Start the command of a stage as its rule does, without Snakemake."""
        return subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def shell(self, command):
        """Run the command of a stage to its end; return exit status and messages."""
        process = self.start_shell(command)
        text = process.communicate(timeout=300)[0]
        return process.returncode, text

    def unlock_if_told(self):
        """Do what the message of a run that finds a lock says."""
        locks = self.folder / ".snakemake" / "locks"
        if locks.is_dir() and any(locks.iterdir()):
            status, text = self.run()
            assert status != 0
            assert "--unlock" in text
            assert "Traceback" not in text
            assert self.snakemake("--unlock").returncode == 0

    def wait_for_orphans(self):
        """Wait for processes that outlived Snakemake."""
        deadline = time.monotonic() + 300
        while self.processes():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def wait_for(self, verb, master):
        """Wait for the process of a stage; return its id, or None if the run ends without."""
        while master.poll() is None:
            found = self.processes(verb)
            if found:
                return found[0]
            time.sleep(0.02)
        return None

    def results(self):
        """Return the checksums of all tables and arrays by path, but what killed runs have left."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.glob("out/**/*"))
            if path.suffix in (".h5", ".csv") and not path.name.startswith(".")
            if "_stopped_at_" not in path.name
        }

    def left_overs(self):
        """Return the unfinished files."""
        return [
            p for p in self.folder.glob("out/**/*") if ".unfinished" in p.name or "spool" in p.name
        ]


def kill(process):
    """Kill a process as a power cut would; tell whether it still ran."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def make_faulty_project(folder):
    project = FaultyProject(make_project(folder).folder.resolve())
    project.write_experiment("tiny", EXPERIMENT)
    with (project.folder / "config.yaml").open("a") as file:
        file.write("figures: [population_rates]\n")
    project.targets = project.targets_of_experiment()
    return project


def copy_of(project, folder):
    """Return a copy of a finished project, with Snakemake's records of it."""
    shutil.copytree(project.folder, folder, symlinks=True)
    return replace(project, folder=folder.resolve())
