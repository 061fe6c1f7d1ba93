"""Experiments by their names."""

from __future__ import annotations

from pathlib import Path

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.loading import load_experiments
from multiarea.files.project import resolve


def find_experiment(name: str, virtual_processes: int | None = None) -> Experiment:
    """Return the experiment of a file, or of a `name` such as `base@chi=1.5`.

    The number of `virtual_processes` is for an experiment that does not set it; by default that of
    config.yaml. Raises InputError if there is no such experiment, or several because `name` is a
    sweep without one of its points.
    """
    stem, _, point = name.partition("@")
    path, config = experiment_file(stem), load_config()
    processes = virtual_processes or config.virtual_processes
    found = load_experiments([path], processes, config.simulator)
    if not point and len(found) == 1:
        return found[0]
    by_name = {experiment.name: experiment for experiment in found}
    wanted = f"{path.stem}@{point}"
    if wanted in by_name:
        return by_name[wanted]
    if len(found) == 1:
        raise InputError(f"{name}: {found[0].name} is not a sweep; leave '@{point}' out")
    raise InputError(
        f"{name}: a sweep; name one of its points: {', '.join(by_name)}."
        + (did_you_mean(wanted, by_name) if point else "")
    )


def experiment_file(name: str) -> Path:
    """Return the file of an experiment, given as file or as name.

    Raises InputError if no experiment in `experiments/` has that name.
    """
    if name.endswith(".py"):
        return Path(name)
    files = {path.stem: path for path in reversed(experiment_files())}
    if name not in files:
        shown = one_line(name, 100)
        raise InputError(f"{shown}: no such experiment in experiments/.{did_you_mean(name, files)}")
    return files[name]


def experiment_files() -> list[Path]:
    """Return all files in `experiments/`."""
    return sorted(resolve("experiments").rglob("*.py"))
