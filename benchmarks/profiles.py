"""Where the time of a stage goes: its own time by package, and its most expensive functions.

By cProfile, which makes Python's calls dearer than they are; calls into C count as one.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from harness import HERE, OURS, ROOT, Case, child_environment

MOST = 4
"""Packages and functions that are told."""
SITE = re.compile(r"site-packages/([^/.]+)|/src/(multiarea)/|/(benchmarks)/")
COMPILED = re.compile(r"(?:method|function) '?([\w.]+)'? of '?(\w+)|built-in method ([\w.]+)")


def profile(stage: str, case: Case) -> dict[str, str]:
    """Profile this project's side of a stage in a fresh process."""
    command = [sys.executable, str(HERE / "profiles.py"), stage, str(case.folder)]
    output = subprocess.check_output(command, env=child_environment(), text=True, cwd=ROOT)
    return {"stage": stage, **json.loads(output.splitlines()[-1])}


def one(stage: str, case: Case) -> dict[str, str]:
    """Profile in this process; return shares of the time as text."""
    from importlib import import_module

    work = import_module(f"stages.{stage}").SIDES[OURS](case)
    profiler = cProfile.Profile()
    profiler.runcall(work)
    packages: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():
        packages[package(file, name)] += own
        functions[f"{package(file, name)}: {function(name)}"] += own
    return {"packages": shares(packages), "functions": shares(functions)}


def shares(seconds: Counter[str]) -> str:
    """Return the largest shares, such as `numpy 40 %, scipy 12 %`."""
    total = sum(seconds.values())
    return ", ".join(f"{name} {100 * own / total:.0f} %" for name, own in seconds.most_common(MOST))


def package(file: str, name: str) -> str:
    """Return the package of a function; of compiled ones as far as their name tells."""
    found = SITE.search(file)
    if found:
        return next(word for word in found.groups() if word)
    if file == "~":
        compiled = function(name).split(".")[0]
        known = {"nestkernel_api": "NEST kernel", "numpy": "numpy", "ndarray": "numpy"}
        return known.get(compiled, "compiled")
    return "Python's library"


def function(name: str) -> str:
    """Return a readable name of a function."""
    found = COMPILED.search(name)
    if not found:
        return name
    method, kind, builtin = found.groups()
    return builtin or f"{kind.split('.')[-1]}.{method}"


if __name__ == "__main__":
    print(json.dumps(one(sys.argv[1], Case(Path(sys.argv[2]), quick=False))))
