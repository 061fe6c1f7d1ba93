"""Processor time from spikes to all figures: jobs forked by the server, and each by itself.

A small experiment is simulated once; then Snakemake makes its measures and pictures from nothing,
in turns with the fork server and without. All processes count, the server's, too.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import OURS, ROOT, child_environment, write_csv

EXPERIMENT = """
net_params = {"N_scaling": 0.0015, "K_scaling": 0.02, "scaling_type": "sqrt"}
sim_params = {"t_sim": 900.0, "master_seed": 12}
"""
ALONE = "each job by itself"
SIDES = {OURS: {}, ALONE: {"MULTIAREA_SNAKEMAKE": "no"}}
"""Variables of the environment of each side."""
PR_SET_CHILD_SUBREAPER = 36


def snakemake(folder: Path, variables: dict[str, str], *targets: str) -> dict[str, float]:
    """Run Snakemake in a folder; return wall time and CPU time of all its processes [s]."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    environment = child_environment() | variables
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [*command, "--cores", "2", "--quiet", "all", "--", *targets],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    seconds = time.perf_counter() - start
    wait_for_all()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": seconds,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }


def wait_for_all() -> None:
    """Wait for what Snakemake has left behind: the server, which then ends."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def prepare(folder: Path) -> Path:
    """Simulate the experiment in a folder; return its folder of results, with spikes alone."""
    (folder / "small.py").write_text(EXPERIMENT)
    (folder / "config.yaml").write_text("experiments: [small.py]\n")
    snakemake(folder, {}, "all")
    for made in [*folder.glob("out/*/*/measures"), *folder.glob("out/*/*/*/plots")]:
        shutil.rmtree(made.parent if made.name == "plots" else made)
    return folder / "out"


def main(folder: Path, quick: bool) -> None:
    """Print and keep the medians of both sides, and their ratios to ours."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        spikes = prepare(work).rename(work / "spikes")
        for repeat in range(1 if quick else 3):
            for side in SIDES if repeat % 2 == 0 else reversed(SIDES):
                shutil.copytree(spikes, work / "out")
                rows.append({"side": side, **snakemake(work, SIDES[side], "all")})
                shutil.rmtree(work / "out")
    print("\nfrom spikes to all figures, all processes, medians")
    found = {}
    for side in SIDES:
        own = [row for row in rows if row["side"] == side]
        found[side] = {
            name: statistics.median(row[name] for row in own) for name in ("seconds", "cpu_s")
        }
    table = [
        {"side": side, **one, "ratio_cpu": one["cpu_s"] / found[OURS]["cpu_s"]}
        for side, one in found.items()
    ]
    write_csv(folder / "jobs.csv", table)
    for row in table:
        print(f"    {row['side']:20s} CPU {row['cpu_s']:6.1f} s, {row['ratio_cpu']:.2f} of ours")
