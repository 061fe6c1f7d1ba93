"""Processor time of starting: the command line, parsing all experiments, the network stage.

Each is the fastest of a few fresh processes, beside the import of pandas alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import ROOT, child_environment, write_csv

PARSE = """
import json, sys, time
import snakemake.api, snakemake.exceptions
start = time.process_time()
from pathlib import Path
from multiarea.experiment.config import read_yaml
from multiarea.parameters.config import CONFIG_FILE
from multiarea.workflow.report import Report
from multiarea.workflow.rules import Workflow
from publications.report import PaperReport
from publications.workflow import PaperFigures
config = read_yaml(Path(CONFIG_FILE))
files = [str(path) for path in sorted(Path("experiments").rglob("*.py"))]
flow = Workflow(config | {"experiments": files})
papers = PaperFigures(flow.selection)
Report(flow), PaperReport(papers), flow.results(), flow.pictures(), papers.pictures()
print(time.process_time() - start)
"""


def cpu_seconds(*words: str) -> float:
    """Return user and system time of a Python process."""
    command = [sys.executable, *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=child_environment(), **quiet) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def parse() -> float:
    """Return the time of parsing all experiments, beyond the import of Snakemake."""
    command = [sys.executable, "-c", PARSE]
    done = subprocess.run(
        command, cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def network_stage(folder: Path) -> list[str]:
    """Return the words that build the full-scale human network from its tables."""
    spec = json.dumps({"model": "human", "version": 1, "parameters": {}})
    files = [str(folder / name) for name in ("network.h5", "parameters.json", "provenance.json")]
    return ["-m", "multiarea", "network", "--spec", spec, "--inputs", "--to", *files]


def main(folder: Path, quick: bool) -> None:
    """Print and keep the fastest of a few starts."""
    with tempfile.TemporaryDirectory() as scratch:
        stage = network_stage(Path(scratch))
        starts = {
            "import pandas": lambda: cpu_seconds("-c", "import pandas"),
            "python -m multiarea --help": lambda: cpu_seconds("-m", "multiarea", "--help"),
            "python -m multiarea list": lambda: cpu_seconds("-m", "multiarea", "list"),
            "all experiments parsed, after Snakemake's start": parse,
            "network stage, human model, imports included": lambda: cpu_seconds(*stage),
        }
        rows = [
            {"start": name, "cpu_s": min(run() for _ in range(1 if quick else 5))}
            for name, run in starts.items()
        ]
    write_csv(folder / "start_up.csv", rows)
    print("\nprocessor time of starting, fastest of a few")
    for row in rows:
        ratio = row["cpu_s"] / rows[0]["cpu_s"]
        print(f"    {row['start']:50s} {row['cpu_s']:6.2f} s ({ratio:.2f} imports of pandas)")
