"""How one side of a stage is measured: in a fresh process, time and peak memory of its work only.

A stage is a module of `benchmarks.stages` with `TITLE` and `SIDES`: {name: prepare}, where
`prepare(case)` does what is not timed and returns the work, a function without arguments. It may
return how many times it would have to be done; its time is multiplied by that.
"""

from __future__ import annotations

import csv
import importlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
OURS = "multiarea"
PACKAGES = ("multiarea", "nest-simulator", "numpy", "scipy", "pandas", "matplotlib", "h5py")
#: One thread for linear algebra; NEST's threads wait as the product lets them, on both sides.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "GOMP_SPINCOUNT": "1000"}


@dataclass(frozen=True)
class Case:
    """What a stage works on: a folder with the reference run, and whether to be quick."""

    folder: Path
    quick: bool

    @cached_property
    def network(self) -> Any:
        """The down-scaled human network of the reference run."""
        from multiarea.network.network import load_network

        return load_network(self.folder / "network.h5")


def resident(key: str) -> float:
    """Return VmRSS or VmHWM of this process in bytes."""
    return 1024.0 * int(re.search(rf"{key}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def free_memory() -> float:
    """Return the memory that is free on this machine, in bytes."""
    text = Path("/proc/meminfo").read_text()
    return 1024.0 * int(re.search(r"MemAvailable:\s+(\d+)", text)[1])


def measure(work: Callable[[], float | None]) -> dict[str, float]:
    """Return wall and CPU seconds and the peak memory beyond what was held before (MB)."""
    Path("/proc/self/clear_refs").write_text("5")
    before, cpu, start = resident("VmRSS"), time.process_time(), time.perf_counter()
    times = work() or 1.0
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = (resident("VmHWM") - before) / 1e6
    return {"seconds": times * seconds, "cpu_s": times * cpu, "memory_MB": peak}


def run_child(stage: str, side: str, case: Case) -> None:
    """Measure one side in this process and print the result as the last line."""
    prepare = importlib.import_module(f"stages.{stage}").SIDES[side]
    print(json.dumps(measure(prepare(case))))


def run_side(stage: str, side: str, case: Case) -> dict[str, float]:
    """Measure one side in a fresh process."""
    command = [sys.executable, str(HERE), "--child", stage, side, str(case.folder)]
    if case.quick:
        command.append("--quick")
    output = subprocess.check_output(command, env=child_environment(), text=True, cwd=ROOT)
    return json.loads(output.splitlines()[-1])


def child_environment() -> dict[str, str]:
    """Return the environment of a measured process."""
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": path.rstrip(os.pathsep)}
    environment.pop("OMP_NUM_THREADS", None)
    return environment


def alternate(stage: str, case: Case, repeats: int) -> list[dict[str, Any]]:
    """Measure all sides of a stage in turn, `repeats` times, forwards and backwards."""
    sides = list(importlib.import_module(f"stages.{stage}").SIDES)
    rows = []
    for repeat in range(repeats):
        for side in sides if repeat % 2 == 0 else reversed(sides):
            row = {"stage": stage, "side": side, "repeat": repeat}
            rows.append(row | run_side(stage, side, case))
            print(".", end="", flush=True)
    return rows


def medians(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per stage and side: medians, and the ratio to this project's time."""
    found = []
    for stage, side in dict.fromkeys((row["stage"], row["side"]) for row in rows):
        own = [row for row in rows if (row["stage"], row["side"]) == (stage, side)]
        values = {
            name: statistics.median(row[name] for row in own)
            for name in ("seconds", "cpu_s", "memory_MB")
        }
        found.append({"stage": stage, "side": side, "repeats": len(own)} | values)
    ours = {row["stage"]: row for row in found if row["side"] == OURS}
    for row in found:
        for name, column in (("seconds", "ratio"), ("cpu_s", "ratio_cpu")):
            row[column] = row[name] / max(ours[row["stage"]][name], 1e-9)
    return found


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows with equal keys as a table."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


def facts() -> dict[str, str]:
    """Return what the figures depend on: machine, versions, commit, load."""
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    found = {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cpu": cpu[1] if cpu else platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory_GB": f"{int(memory[1]) / 1e6:.1f}" if memory else "",
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_at_start": f"{os.getloadavg()[0]:.2f}",
        "commit": _commit(),
    }
    return found | {name: version(name) for name in PACKAGES if _installed(name)}


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except ModuleNotFoundError:
        return False


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL).strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
