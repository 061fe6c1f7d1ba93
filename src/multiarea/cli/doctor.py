"""`doctor`: what this machine has, and what is missing for a laptop run and for a cluster."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from multiarea.machine import usable_cores

TIMEOUT = 60
"""Longest time to wait for the answer of a program [s]."""
FOUND = "FOUND:"
"""What the line with the answer of a probe begins with: libraries print lines, too."""
NEST_PROBE = """
import json, nest
info = dict(nest.build_info)
found = {"version": info["version"], "folder": nest.__path__[0]}
found |= {name: bool(info["have_" + name]) for name in ("mpi", "threads")}
print("FOUND:" + json.dumps(found))
"""
NUMBA_PROBE = """
import json, llvmlite.binding, numba
from multiarea.simulation.procedural import out_degrees
out_degrees.poisson_alias(1.0)
found = {"version": numba.__version__, "cpu": llvmlite.binding.get_host_cpu_name()}
found["cache"] = out_degrees.poisson_alias.stats.cache_path
print("FOUND:" + json.dumps(found))
"""
GPU_PROBE = """
import json
from multiarea.errors import InputError
from multiarea.simulation.procedural.gpu import device
try:
    device.require()
    found = f"{device.name()}, {device.free_memory() / 1e9:.1f} GB free"
except InputError as error:
    reason = str(error).removesuffix(device.HOW).removeprefix("device: gpu")
    found = "none: " + reason.strip(" :.")
print("FOUND:" + json.dumps(found))
"""
NO_CONTROLLER = (
    "start SLURM, or ask your site; each start of Snakemake waits about 10 s for it unless you "
    "export SLURM_CONF=/dev/null"
)


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes
    ----------
    what, found : str
    advice : str
        What to do where something is missing; empty: nothing is.
    needed : bool
        Whether nothing runs without it.
    """

    what: str
    found: str
    advice: str = ""
    needed: bool = False


def examine() -> list[Finding]:
    """Look at Python, NEST, Numba, a GPU, MPI, SLURM, memory and the environment."""
    looks = (_machine, _packages, _nest, _numba, _gpu, _launchers, _slurm, _environment)
    return [finding for look in looks for finding in look()]


def report(findings: list[Finding]) -> str:
    """Return the findings as text, what is missing last."""
    width = max(len(finding.what) for finding in findings)
    lines = [f"{finding.what:<{width}}  {finding.found}" for finding in findings]
    missing = [finding for finding in findings if finding.advice]
    lines += ["", "Missing:" if missing else "Nothing is missing."]
    lines += [
        f"  {finding.what}{' (needed for everything)' if finding.needed else ''}: {finding.advice}"
        for finding in missing
    ]
    return "\n".join(lines) + "\n"


def _machine() -> Iterator[Finding]:
    yield Finding("system", platform.platform())
    yield Finding("python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("cpus", f"{usable_cores()} usable of {os.cpu_count()}")
    memory = psutil.virtual_memory()
    yield Finding("memory", f"{memory.available / 1e9:.1f} GB free of {memory.total / 1e9:.1f} GB")
    disk = shutil.disk_usage(".")
    yield Finding("disk", f"{disk.free / 1e9:.0f} GB free here")


def _packages() -> Iterator[Finding]:
    for name, use, needed in (
        ("snakemake", "the workflow", True),
        ("snakemake-executor-plugin-slurm", "snakemake_slurm.sh", False),
    ):
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            advice = f"{use} needs it; make test (or humam.yml) installs all packages"
            yield Finding(name, "not installed", advice, needed)


def _nest() -> Iterator[Finding]:
    info = _probe(NEST_PROBE)
    if info is None:
        advice = "install nest-simulator 3.10 (make setup, or humam.yml), or simulate with "
        yield Finding("nest", "not usable", f"{advice}simulator: procedural, which needs none")
        return
    yield Finding("nest", f"{info['version']} ({info['folder']})")
    for key, name, advice in (
        ("threads", "threads", "NEST runs on one thread only; install it with OpenMP"),
        ("mpi", "MPI", "several MPI tasks need NEST built with MPI (docs/cluster.md)"),
    ):
        yield Finding(f"nest with {name}", *(("yes",) if info[key] else ("no", advice)))


def _numba() -> Iterator[Finding]:
    info = _probe(NUMBA_PROBE)
    if info is None:
        yield Finding("numba", "not usable", "the procedural simulator needs it (make test)")
    else:
        yield Finding("numba", "{version}, {cpu}, cache in {cache}".format(**info))


def _gpu() -> Iterator[Finding]:
    """No advice: the procedural simulator does the same on the CPU."""
    yield Finding("gpu", _probe(GPU_PROBE) or "not usable")


def _probe(code: str) -> Any:
    """Return what code finds in another process, which a broken library may end; None: nothing."""
    lines = (_ask(sys.executable, "-c", code) or "").splitlines()
    found = next((line for line in lines if line.startswith(FOUND)), None)
    return None if found is None else json.loads(found.removeprefix(FOUND))


def _launchers() -> Iterator[Finding]:
    for name in ("mpirun", "srun"):
        yield Finding(name, shutil.which(name) or "not found")


def _slurm() -> Iterator[Finding]:
    if shutil.which("sbatch") is None:
        yield Finding("slurm", "not installed", "snakemake_slurm.sh needs a cluster with SLURM")
        return
    if " UP" not in (_ask("scontrol", "ping") or ""):
        yield Finding("slurm", "controller does not answer", NO_CONTROLLER)
        return
    yield Finding("slurm", (_ask("sbatch", "--version") or "?").strip())
    rows = _ask("sinfo", "--noheader", "--format=%P %D nodes x %c cpus, %m MB, %l") or ""
    for row in rows.strip().splitlines():
        yield Finding("partition", row)
    accounting = _ask("sacct", "--noheader", "--allocations") is not None
    yield Finding("slurm accounting", "yes" if accounting else "no: squeue is asked instead")


def _environment() -> Iterator[Finding]:
    openmp = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OMP_MAX_ACTIVE_LEVELS", "OMP_WAIT_POLICY")
    for name in (*openmp, "SLURM_JOB_ID", "CONDA_DEFAULT_ENV"):
        if name in os.environ:
            yield Finding(name, os.environ[name])


def _ask(*words: str) -> str | None:
    """Return what a command prints, or None if it fails or does not answer."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=TIMEOUT)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
