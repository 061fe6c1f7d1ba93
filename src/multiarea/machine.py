"""What this process may use: memory of the machine, the job or the container, and devices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

UNCHECKED = "MULTIAREA_CHECK_MEMORY"
"""Variable of the environment that is `no` where `check_memory` of config.yaml is false."""
DEVICE = "MULTIAREA_DEVICE"
"""Variable of the environment that is `gpu` where `device` of config.yaml is."""
CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUPS = Path("/proc/self/cgroup")
FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)
"""Limit, use, and the part of the use that is only a cache of files: versions 2 and 1."""


def available_memory() -> float:
    """Return the memory that this process may still use [bytes]."""
    free = float(psutil.virtual_memory().available)
    return min([free, *(left for folder in _cgroups() for left in _left(folder))])


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_memory_checked() -> bool:
    """Return whether a simulation that needs more memory than there is shall be refused."""
    return os.environ.get(UNCHECKED) != "no"


def _cgroups() -> Iterator[Path]:
    """Yield the folders of the groups that this process belongs to, and of those above them."""
    try:
        lines = OWN_CGROUPS.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root = CGROUPS / "memory" if controllers else CGROUPS
        folder = root / path.strip("/")
        yield from (parent for parent in (folder, *folder.parents) if parent.is_relative_to(root))


def _left(folder: Path) -> Iterator[float]:
    """Yield what a group's limit leaves, if it has one [bytes]."""
    for limit, use, cache in FILES:
        try:
            most, used = (folder / limit).read_text().strip(), int((folder / use).read_text())
            rows = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        except (OSError, ValueError):
            continue
        if most.isdecimal():
            yield float(int(most) - used + int(rows.get(cache, 0)))
