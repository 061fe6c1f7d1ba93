"""Experiment files: load, expand sweeps, validate; all problems of all files in one message.

An experiment file is a Python module with the dictionaries `net_params`, `sim_params` and
`ana_params` (only what differs from the defaults), and optionally `model` (default 'human') and
`sweep` = {parameter: [values]}.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from multiarea.errors import InputError, Problems, did_you_mean, nearest_name, one_line, prefixed
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.lookup import SECTIONS, Lookup
from multiarea.experiment.old_names import MODULES, OLD_SCRIPT
from multiarea.experiment.running import Source, check_file_name, read_source, run_file
from multiarea.experiment.sections import Checked, Sections, check_sections
from multiarea.experiment.short_names import as_written, given_twice, spell_out
from multiarea.experiment.sweeps import expand_sweep
from multiarea.experiment.validation import plain
from multiarea.files.project import relative
from multiarea.models import get_model, model_names

NAMES = ("model", "sweep", *SECTIONS)
"""Names that an experiment file may define."""
OWN_NAMES = " (Begin the names of your own variables with '_'.)"
NO_EXPERIMENT = (
    f"not an experiment: it defines none of {', '.join(SECTIONS)} and sweep; with "
    "net_params = {} it is the model with its defaults, at full scale"
)


def load_experiments(
    paths: Iterable[str | Path], virtual_processes: int = 2, simulator: str = "nest"
) -> list[Experiment]:
    """Load and validate experiment files; a sweep becomes one experiment per point.

    The `paths` are relative to the project folder. `virtual_processes` and `simulator` are for
    experiments whose `sim_params` do not set them.

    Raises InputError with all problems of all files.
    """
    experiments, problems = load_valid(paths, virtual_processes, simulator)
    problems.raise_any()
    return experiments


def load_valid(
    paths: Iterable[str | Path], virtual_processes: int = 2, simulator: str = "nest"
) -> tuple[list[Experiment], Problems]:
    """Return the experiments of those files that are right, and the problems of the others.

    `paths`, `virtual_processes` and `simulator` are those of `load_experiments`.
    """
    experiments: list[Experiment] = []
    defaults = {"virtual_processes": virtual_processes, "simulator": simulator}
    problems = Problems()
    for path in map(Path, paths):
        with problems.collected():
            model, points = _load_file(path, one_line(relative(path)))
            experiments += _experiments(path, model, points, defaults)
    problems.extend(_repeated_names(experiments))
    return experiments, problems


def experiment_of(content: dict[str, Any], name: str, defaults: dict[str, Any]) -> Experiment:
    """Return the experiment that `content`, the names of an experiment file, describes.

    `name` is its name, `defaults` the virtual_processes and simulator where it sets none.

    Raises InputError with all problems.
    """
    file = Path(f"{name}.py")
    check_file_name(file, one_line(name, 60))
    model, points = _points_of(content, name, name)
    return _experiments(file, model, points, defaults)[0]


def _experiments(
    file: Path, model: str, points: dict[str, Sections], defaults: dict[str, Any]
) -> list[Experiment]:
    found = []
    for name, (network, simulation, analysis) in points.items():
        unset = {k: v for k, v in defaults.items() if getattr(simulation, k) is None}
        simulation = simulation.model_copy(update=unset)
        found.append(Experiment(name, file, model, network, simulation, analysis))
    return found


def _load_file(path: Path, shown: str) -> tuple[str, dict[str, Sections]]:
    """Return the model of an experiment file, and {name: validated sections}."""
    source = read_source(path, shown)
    content = run_file(path, shown) if source.is_experiment else source.literals
    return _points_of(content, path.stem, shown, source)


def _points_of(
    content: dict[str, Any], name: str, shown: str, source: Source | None = None
) -> tuple[str, dict[str, Sections]]:
    """Return the model of what an experiment file defines, and {name: validated sections}."""
    problems = Problems()
    model = _model_name(shown, content, problems)
    module = get_model(model)
    if source is not None:
        if not source.is_experiment:
            problems.raise_any()
        problems.extend(_strays(shown, Lookup(module), source, content))
    base = _base(shown, module, content, problems)
    points = {name: base.sections}
    if (sweep := content.get("sweep")) is not None:
        with problems.collected(), prefixed(f"{shown}: "):
            expanded = expand_sweep(module, base.raw, base.sections, plain(sweep))
            points = _points(f"{shown}@", module, base, expanded, problems)
            points = {f"{name}@{label}": point for label, point in points.items()}
    problems.raise_any()
    return model, points


def _points(
    start: str, module: ModuleType, base: Checked, expanded: list[Any], problems: Problems
) -> dict[str, Sections]:
    """Return the sections of the points of a sweep; what is told of `base` is not repeated."""
    points = {}
    for label, raw in expanded:
        point = check_sections(f"{start}{label}", module, raw)
        problems.extend(f"{start}{label}: {line}" for line in point.problems if base.is_news(line))
        points[label] = point.sections
    return points


def _base(shown: str, module: ModuleType, content: dict[str, Any], problems: Problems) -> Checked:
    """Return what is right in the sections that a file states, with long names."""
    raw: dict[str, Any] = {}
    for section in SECTIONS:
        raw[section] = {}
        with problems.collected(), prefixed(f"{shown}: {section}: "):
            raw[section] = plain(content.get(section, {}))
    written = raw["net_params"]
    twice = given_twice(module, written)
    problems.extend(f"{shown}: net_params{line}" for line in twice.values())
    if twice:
        written = {key: value for key, value in written.items() if key not in twice}
    raw["net_params"] = spell_out(module, written)
    checked = check_sections(shown, module, raw)
    problems.extend(f"{shown}: {line}" for line in as_written(module, written, checked.problems))
    return checked


def _strays(shown: str, lookup: Lookup, source: Source, values: dict[str, Any]) -> Problems:
    """Return a problem for each of `values` that looks like a part of the experiment, but is none.

    What the file uses itself is a variable of its own.

    Raises InputError if the file is not an experiment.
    """
    found = Problems()
    for name, value in values.items():
        if name in NAMES or name.startswith("_") or name not in source.defined:
            continue
        means_model = isinstance(value, str) and value in model_names()
        if means_model and nearest_name(name, NAMES):
            hint = f"{did_you_mean(name, NAMES)}{OWN_NAMES}"
            found.append(f"{shown}: unknown name '{one_line(name, 60)}'.{hint}")
        elif isinstance(value, dict | int | float | str) and name not in source.read:
            if hint := lookup.stray(name, value, NAMES):
                own = "" if hint.startswith((" Write ", " Leave ")) else OWN_NAMES
                found.append(f"{shown}: unknown name '{one_line(name, 60)}'.{hint}{own}")
    if not source.is_experiment:
        old = sorted(source.imported & MODULES)
        what = OLD_SCRIPT.format(old[0]) if old else NO_EXPERIMENT
        raise InputError("\n".join(found or [f"{shown}: {what}"]))
    return found


def _model_name(shown: str, content: dict[str, Any], problems: Problems) -> str:
    """Return the model; after a problem with its name, the one whose name is nearest.

    Raises InputError if none is near: what else is wrong depends on the model.
    """
    model = content.get("model", "human")
    if isinstance(model, str) and model in model_names():
        return model
    nearest = nearest_name(str(model), model_names())
    problems.append(
        f"{shown}: model: expected one of {model_names()}, got {one_line(repr(model), 60)}."
        + did_you_mean(str(model), model_names())
    )
    if nearest is None:
        problems.raise_any()
    return str(nearest)


def _repeated_names(experiments: list[Experiment]) -> Iterator[str]:
    files: dict[str, Path] = {}
    for experiment in experiments:
        first = files.setdefault(experiment.name, experiment.file)
        if first != experiment.file:
            yield (
                f"{relative(experiment.file)}: experiment name '{experiment.name}' is already "
                f"used by {relative(first)}; rename one of the files"
            )
