"""Experiments by their names, and the files in `experiments/`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from multiarea.errors import InputError, Problems, did_you_mean, one_line
from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.loading import load_experiments, load_valid
from multiarea.experiment.running import read_source
from multiarea.files.project import exists, project_root, relative, resolve

WILDCARDS = frozenset("*?[")


def find_experiment(name: str, virtual_processes: int | None = None) -> Experiment:
    """Return the experiment of a file, or of a `name` such as `base@chi=1.5`.

    The number of `virtual_processes` is for an experiment that does not set it; by default that of
    config.yaml. Raises InputError if there is no such experiment, or several because `name` is a
    sweep without one of its points.
    """
    stem, point = _split(name)
    path, config = experiment_file(stem), load_config()
    processes = virtual_processes or config.virtual_processes
    found = load_experiments([path], processes, config.simulator)
    return found[0] if not point and len(found) == 1 else _point(found, name, point)


def find_experiments(
    names: Iterable[str], virtual_processes: int = 2, simulator: str = "nest"
) -> list[Experiment]:
    """Return the experiments of `names`: all points of a sweep unless one is named.

    A name is that of a file or an experiment, or a pattern of files such as `experiments/*.py`,
    which leaves scripts out that define no experiment. `virtual_processes` and `simulator` are for
    experiments that do not set them.

    Raises InputError with all problems of all names and files.
    """
    wanted: dict[Path, list[str]] = {}
    problems = Problems()
    for name in names:
        stem, point = _split(name)
        with problems.collected():
            for path in _matching(stem) if WILDCARDS & set(stem) else [experiment_file(stem)]:
                wanted.setdefault(Path(relative(path)), []).append(point)
    found, wrong = load_valid(wanted, virtual_processes, simulator)
    problems.extend(wrong)
    problems.raise_any()
    chosen: dict[str, Experiment] = {}
    for path, points in wanted.items():
        own = [experiment for experiment in found if experiment.file == path]
        if "" in points:
            chosen |= {experiment.name: experiment for experiment in own}
            continue
        for point in points:
            with problems.collected():
                one = _point(own, f"{path.stem}@{point}", point)
                chosen[one.name] = one
    problems.raise_any()
    return list(chosen.values())


def experiment_file(name: str) -> Path:
    """Return the file of an experiment, given as file or as name.

    A file is looked for in the project folder, then in the current folder.

    Raises InputError if no experiment in `experiments/` has that name.
    """
    if name.endswith(".py"):
        return Path(written_in_project(name))
    files = {path.stem: path for path in reversed(_files())}
    if name not in files and ("/" in name or exists(name)):
        return Path(name)
    if name not in files:
        shown, file = one_line(name, 100), Path(f"{name}.py")
        here = f" Did you mean '{one_line(file, 100)}', the file in this folder?"
        hint = here if exists(Path.cwd() / file) else did_you_mean(name, files)
        raise InputError(f"{shown}: no such experiment in experiments/.{hint}")
    return files[name]


def written_in_project(name: str) -> str:
    """Return the `name` of an experiment as it is written in the project's folder.

    It changes for a file that is not below the project's folder, but below the current one.
    """
    file, point = _split(name)
    is_here = file.endswith(".py") and Path(file).is_file()
    if (project_root() / file).exists() or not is_here:
        return name
    return relative(Path(file).absolute()) + (f"@{point}" if point else "")


def experiment_files() -> list[Path]:
    """Return the files in `experiments/`, scripts that define no experiment excepted."""
    return [path for path in _files() if is_experiment(path)]


def scripts() -> list[Path]:
    """Return the files in `experiments/` that define no experiment; nothing runs them."""
    return [path for path in _files() if not is_experiment(path)]


def is_experiment(path: Path) -> bool:
    """Return whether the file at `path` defines an experiment, or is one with a mistake."""
    try:
        return read_source(path, str(path)).is_experiment
    except InputError:
        return True


def _files() -> list[Path]:
    return sorted(resolve("experiments").rglob("*.py"))


def _split(name: str) -> tuple[str, str]:
    """Return the name of a sweep and that of its point, which is empty without one."""
    if name.endswith(".py") or "@" not in name:
        return name, ""
    stem, _, point = name.rpartition("@")
    return stem, point


def _matching(pattern: str) -> list[Path]:
    """Return the experiment files that a pattern means, relative to the project."""
    try:
        found = [path for path in sorted(project_root().glob(pattern)) if path.suffix == ".py"]
    except (ValueError, NotImplementedError):
        found = []
    if not found:
        shown = one_line(pattern, 100)
        raise InputError(f"{shown}: no file fits; patterns are relative to the project")
    return [path for path in found if is_experiment(path)]


def _point(found: list[Experiment], name: str, point: str) -> Experiment:
    """Return one of the points `found` of a sweep that `name` means."""
    by_name = {experiment.name: experiment for experiment in found}
    wanted = f"{found[0].file.stem}@{point}"
    if wanted in by_name:
        return by_name[wanted]
    if len(found) == 1 and "@" not in found[0].name:
        raise InputError(f"{name}: {found[0].name} is not a sweep; leave '@{point}' out")
    raise InputError(
        f"{name}: a sweep; name one of its points: {', '.join(by_name)}."
        + (did_you_mean(wanted, by_name) if point else "")
    )
