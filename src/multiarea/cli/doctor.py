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

import psutil

TIMEOUT = 60
NO_CONTROLLER = (
    "start SLURM, or ask your site; each start of Snakemake waits about 10 s for it unless you "
    "export SLURM_CONF=/dev/null"
)
NEST_PROBE = """
import json, nest
info = dict(nest.build_info)
found = {"version": info["version"], "folder": nest.__path__[0]}
found |= {name: bool(info["have_" + name]) for name in ("mpi", "threads")}
print("NEST:" + json.dumps(found))
"""


NUMBA_PROBE = """
import json, llvmlite.binding, numba
from multiarea.estimate.procedural import usable_cores
from multiarea.simulation.procedural import out_degrees
out_degrees.poisson_alias(1.0)
found = {"version": numba.__version__, "cores": usable_cores()}
found["cpu"] = llvmlite.binding.get_host_cpu_name()
found["cache"] = out_degrees.poisson_alias.stats.cache_path
print("NUMBA:" + json.dumps(found))
"""


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes
    ----------
    what, found : str
    advice : str
        What to do where something is missing; empty: nothing.
    needed : bool
        Whether nothing runs without it.
    """

    what: str
    found: str
    advice: str = ""
    needed: bool = False


def examine() -> list[Finding]:
    """Look at Python, NEST, Numba, MPI, SLURM, memory and the environment."""
    return [
        *_machine(),
        *_packages(),
        *_nest(),
        *_numba(),
        *_launchers(),
        *_slurm(),
        *_environment(),
    ]


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
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("cpus", f"{usable} usable of {os.cpu_count()}")
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
    """Ask NEST in a process of its own: a broken MPI would take this one down."""
    done = _ask(sys.executable, "-c", NEST_PROBE)
    line = next((row for row in (done or "").splitlines() if row.startswith("NEST:")), None)
    if line is None:
        yield Finding("nest", "not usable", "install nest-simulator 3.10 (make test)", True)
        return
    info = json.loads(line.removeprefix("NEST:"))
    yield Finding("nest", f"{info['version']} ({info['folder']})")
    for key, name, advice in (
        ("threads", "threads", "NEST runs on one thread only; install it with OpenMP"),
        ("mpi", "MPI", "several MPI tasks need NEST built with MPI (docs/cluster.md)"),
    ):
        yield Finding(f"nest with {name}", *(("yes",) if info[key] else ("no", advice)))


def _numba() -> Iterator[Finding]:
    """Compile something in a process of its own, into the cache that simulations use."""
    line = next(
        (
            row
            for row in (_ask(sys.executable, "-c", NUMBA_PROBE) or "").splitlines()
            if row.startswith("NUMBA:")
        ),
        None,
    )
    if line is None:
        yield Finding("numba", "not usable", "the procedural simulator needs it (make test)")
        return
    info = json.loads(line.removeprefix("NUMBA:"))
    text = f"{info['version']}, {info['cores']} cores ({info['cpu']}), cache in {info['cache']}"
    yield Finding("numba", text)


def _launchers() -> Iterator[Finding]:
    for name in ("mpirun", "srun"):
        path = shutil.which(name)
        yield Finding(name, path or "not found")


def _slurm() -> Iterator[Finding]:
    if shutil.which("sbatch") is None:
        yield Finding("slurm", "not installed", "snakemake_slurm.sh needs a cluster with SLURM")
        return
    if not _controller_answers():
        yield Finding("slurm", "controller does not answer", NO_CONTROLLER)
        return
    version = (_ask("sbatch", "--version") or "?").strip()
    yield Finding("slurm", version)
    rows = (_ask("sinfo", "--noheader", "--format=%P %D nodes x %c cpus, %m MB, %l") or "").strip()
    for row in rows.splitlines():
        yield Finding("partition", row)
    accounting = _ask("sacct", "--noheader", "--allocations") is not None
    yield Finding("slurm accounting", "yes" if accounting else "no: squeue is asked instead")


def _controller_answers() -> bool:
    answer = _ask("scontrol", "ping")
    return answer is not None and " UP" in answer


def _environment() -> Iterator[Finding]:
    for name in ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "SLURM_JOB_ID", "CONDA_DEFAULT_ENV"):
        if name in os.environ:
            yield Finding(name, os.environ[name])


def _ask(*words: str) -> str | None:
    """Return what a command prints, or None if it fails or does not answer."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=TIMEOUT)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
