"""Where a result comes from: `parameters.json` and `provenance.json` of a result folder."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import resource
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import multiarea
from multiarea.errors import InputError, one_line
from multiarea.files.atomic import checksum, write_json
from multiarea.files.project import nearest_file, project_root, relative

PACKAGES = (
    "nest-simulator",
    "numba",
    "numpy",
    "pandas",
    "scipy",
    "h5py",
    "matplotlib",
    "snakemake",
)
"""Packages whose versions are recorded."""
RECORD = "provenance.json"
"""Name of the record of a folder of results."""
REPAIR = "Delete it and run the same command again."
"""What to do with a damaged file that this software made."""
HIDDEN_OPTIONS = ("--spec", "--guard")
"""Options that hold parameters as JSON."""


def clocks() -> tuple[float, float]:
    """Return wall time since some moment, and CPU time of all threads of this process [s]."""
    return time.monotonic(), time.process_time()


@dataclass(frozen=True)
class Spent:
    """What a result took: wall time [s], CPU time of all threads [s], largest memory [bytes]."""

    wall_time_s: float
    cpu_time_s: float
    peak_memory_bytes: int

    @classmethod
    def since(cls, start: tuple[float, float]) -> Spent:
        """Return what this process has spent since its `clocks` showed `start`."""
        wall, cpu = (now - then for now, then in zip(clocks(), start, strict=True))
        return cls(round(wall, 3), round(cpu, 3), _peak_memory())

    def after(self, earlier: Spent | None) -> Spent:
        """Return this together with what an `earlier` process spent on the same result."""
        if earlier is None:
            return self
        times = (self.wall_time_s + earlier.wall_time_s, self.cpu_time_s + earlier.cpu_time_s)
        most = max(self.peak_memory_bytes, earlier.peak_memory_bytes)
        return Spent(*(round(one, 3) for one in times), most)


class Provenance:
    """Record of the rule `stage`: made at its start, written at its end.

    The checksums of the files in `inputs`, which the stage reads, are recorded.

    Raises InputError if an input is not the file that the record in its folder describes.
    """

    def __init__(self, stage: str, inputs: Iterable[Path] = ()) -> None:
        self._started = datetime.datetime.now(datetime.UTC)
        self._clocks = clocks()
        self._stage = stage
        self._inputs = {relative(path): _verified_checksum(Path(path)) for path in inputs}

    def write(self, folder: Path, outputs: Iterable[Path], **more: Any) -> None:
        """Write `record(outputs, **more)` as `provenance.json` into a `folder`."""
        write_json(folder / RECORD, self.record(outputs, **more))

    def record(
        self, outputs: Iterable[Path], earlier: Spent | None = None, **more: Any
    ) -> dict[str, Any]:
        """Return the record of a stage.

        Parameters
        ----------
        outputs : iterable of Path
            They are complete.
        earlier : Spent, optional
            What processes before this one spent on them; the record has the sums, and this apart.
        **more
            Further entries.
        """
        if earlier is not None:
            more["spent_before"] = asdict(earlier)
        return {
            "stage": self._stage,
            "command": command_line(),
            "started": self._started.isoformat(timespec="seconds"),
            **asdict(Spent.since(self._clocks).after(earlier)),
            "virtual_processes": 1,
            **more,
            "inputs": self._inputs,
            "outputs": {Path(path).name: checksum(path) for path in outputs},
            "versions": versions(),
            "git": _git_state(),
            "host": host(),
        }


def _verified_checksum(path: Path) -> str | None:
    """Return the checksum of a file, which is that of its record if it has one; None if absent."""
    if not path.exists():
        return None
    found, expected = checksum(path), _recorded_checksum(path)
    if expected not in (None, found):
        raise InputError(
            f"{one_line(path)}: changed or damaged since it was made: its checksum is not the one "
            f"in {RECORD}. {REPAIR}"
        )
    return found


def _recorded_checksum(path: Path) -> str | None:
    """Return the checksum of a file in the record of its folder; None if it is not in there."""
    try:
        record = json.loads((path.parent / RECORD).read_text("utf-8"))
        return record["outputs"].get(path.name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def is_recorded(path: Path, name: str) -> bool:
    """Return whether the record beside `path` tells of this file, and it is called `name`."""
    return path.name == name and _recorded_checksum(path) is not None


def unreadable(path: Path, kind: str, reason: object) -> InputError:
    """Return the error that says for which `reason` `path` is not a readable file of its `kind`.

    It advises to delete the file only if the record beside it says that this software made it.
    """
    try:
        is_there = path.exists()
    except OSError:
        is_there = False
    if not is_there:
        reason, advice = "no such file", nearest_file(path)
    else:
        advice = "" if _recorded_checksum(path) is None else f" {REPAIR}"
    return InputError(f"{one_line(path)}: not a readable {kind} file ({one_line(reason)}).{advice}")


def command_line() -> str:
    """Return the command of this process without the parameters, which are recorded apart."""
    program = Path(sys.argv[0])
    if program.parent.name != multiarea.__name__ and program.name != multiarea.__name__:
        return shlex.join(["python", *sys.argv])  # a script or notebook that uses the package
    words, skip = [], False
    for word in sys.argv[1:]:
        if not skip and word not in HIDDEN_OPTIONS:
            words.append(word)
        skip = word in HIDDEN_OPTIONS
    return shlex.join(["python", "-m", "multiarea", *words])


def versions() -> dict[str, str]:
    """Return the versions of this package, of Python and of `PACKAGES`.

    `nest` is the NEST that was loaded, which NEST_PATH may have taken from elsewhere.
    """
    nest = {"nest": str(sys.modules["nest"].__version__)} if "nest" in sys.modules else {}
    return {**_installed(), **nest}


@cache
def _installed() -> dict[str, str]:
    found = {"multiarea": multiarea.__version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def _git_state() -> dict[str, Any]:
    """Return the commit of this package and whether tracked files differ from it.

    Of the project folder where the package is not in a checkout; both None without a checkout.
    """
    for folder in (Path(__file__).parent, project_root()):
        try:
            commit = _git(folder, "rev-parse", "HEAD")
            dirty = bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
        except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
            continue
        return {"commit": commit, "dirty": dirty}
    return {"commit": None, "dirty": None}


def host() -> dict[str, Any]:
    """Return the machine this runs on."""
    return {
        "name": platform.node(),
        "system": platform.platform(),
        "cpu": _cpu_model(),
        "n_cpus": os.cpu_count(),
    }


def new_files(folder: Path) -> set[Path]:
    """Return the files below a `folder` that git does not know; all where there is no git."""
    try:
        names = _git(folder, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return set(folder.rglob("*"))
    return {folder / name for name in names if name}


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()


def _cpu_model() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.*)", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor()


def _peak_memory() -> int:
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte
