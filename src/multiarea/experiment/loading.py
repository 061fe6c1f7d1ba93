"""Experiment files: load, expand sweeps, validate; all problems of all files in one message.

An experiment file is a Python module with the dictionaries `net_params`, `sim_params` and
`ana_params` (only what differs from the defaults), and optionally `model` (default 'human') and
`sweep` = {parameter: [values]}.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from multiarea.errors import InputError, did_you_mean, nearest_name, one_line, prefixed
from multiarea.experiment.checks import problems_of, table_for_pickle, unused_with_spikes_from
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.lookup import SECTIONS, Lookup, section_kinds
from multiarea.experiment.old_names import MODULES, OLD_SCRIPT
from multiarea.experiment.running import Source, check_file_name, read_source, run_file
from multiarea.experiment.short_names import as_written, spell_out
from multiarea.experiment.sweeps import expand_sweep
from multiarea.experiment.validation import plain, validate
from multiarea.files.project import exists, relative
from multiarea.models import get_model, model_names
from multiarea.parameters import (
    TRANSIENT,
    AnalysisParameters,
    NetworkParameters,
    SimulationParameters,
)

NAMES = ("model", "sweep", *SECTIONS)
"""Names that an experiment file may define."""
SHORT = 600.0
"""Simulated time below which a note tells how little the default windows hold [ms]."""
OWN_NAMES = " (Begin the names of your own variables with '_'.)"
NO_EXPERIMENT = (
    f"not an experiment: it defines none of {', '.join(SECTIONS)} and sweep; with "
    "net_params = {} it is the model with its defaults, at full scale"
)
Sections = tuple[NetworkParameters, SimulationParameters, AnalysisParameters]


class Problems(list[str]):
    """Messages of several mistakes, to be raised together."""

    @contextlib.contextmanager
    def collected(self) -> Iterator[None]:
        """Keep the lines of an InputError in the block, and go on."""
        try:
            yield
        except InputError as error:
            self.extend(str(error).splitlines())

    def raise_any(self) -> None:
        """Raise one InputError with all messages, if there are any."""
        if self:
            raise InputError("\n".join(self))


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
    model = _model_name(shown, content)
    module, problems = get_model(model), Problems()
    if source is not None:
        problems.extend(_strays(shown, Lookup(module), source, content))
    with problems.collected():
        raw, base = _base(shown, model, content)
    problems.raise_any()
    if content.get("sweep") is None:
        return model, {name: base}
    if base[0].fullscale_rates is not None:
        raw["net_params"]["fullscale_rates"] = base[0].fullscale_rates
    with prefixed(f"{shown}: "):
        expanded = expand_sweep(module, raw, base, plain(content["sweep"]))
    points = {}
    for label, point in expanded:
        with problems.collected():
            points[f"{name}@{label}"] = _validate_sections(f"{shown}@{label}", model, point)
    problems.raise_any()
    return model, points


def _base(shown: str, model: str, content: dict[str, Any]) -> tuple[dict[str, Any], Sections]:
    """Return the sections that a file states, as plain data with long names, and validated."""
    raw, module = {}, get_model(model)
    for section in SECTIONS:
        with prefixed(f"{shown}: {section}: "):
            raw[section] = plain(content.get(section, {}))
    written = raw["net_params"]
    with prefixed(f"{shown}: net_params"):
        raw["net_params"] = spell_out(module, written)
    with as_written(module, written):
        return raw, _validate_sections(shown, model, raw)


def _strays(shown: str, lookup: Lookup, source: Source, values: dict[str, Any]) -> Problems:
    """Return a problem for each of `values` that looks like a part of the experiment, but is none.

    A dictionary that the file uses itself is a variable of its own.

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
        elif isinstance(value, dict) and name not in source.read:
            if hint := lookup.stray(name, value, NAMES):
                own = "" if hint.startswith(" Write ") else OWN_NAMES
                found.append(f"{shown}: unknown name '{one_line(name, 60)}'.{hint}{own}")
    if not source.is_experiment:
        old = sorted(source.imported & MODULES)
        what = OLD_SCRIPT.format(old[0]) if old else NO_EXPERIMENT
        raise InputError("\n".join(found or [f"{shown}: {what}"]))
    return found


def _model_name(shown: str, content: dict[str, Any]) -> str:
    model = content.get("model", "human")
    if not isinstance(model, str) or model not in model_names():
        raise InputError(
            f"{shown}: model: expected one of {model_names()}, got {one_line(repr(model), 60)}."
            + did_you_mean(str(model), model_names())
        )
    return model


def _validate_sections(shown: str, model: str, raw: dict[str, Any]) -> Sections:
    """Validate the three dictionaries; all problems in one message."""
    module = get_model(model)
    blocks: dict[str, Any] = {}
    problems, lookup = Problems(), Lookup(module)
    for section, kind in section_kinds(module).items():
        content = raw[section]
        if section == "ana_params" and "sim_params" in blocks and isinstance(content, dict):
            content = _with_windows(shown, content, blocks["sim_params"])
        with problems.collected(), prefixed(f"{shown}: {section}"):
            blocks[section] = validate(kind, content, lookup)
    problems.raise_any()
    network, simulation, analysis = blocks.values()
    network = _without_pickle(shown, network)
    found = problems_of(module, network, simulation, analysis)
    problems.extend(f"{shown}: {line}" for line in found)
    problems.raise_any()
    if note := unused_with_spikes_from(simulation):
        warnings.warn(f"{shown}: sim_params: {note}", stacklevel=2)
    return network, simulation, analysis


def _with_windows(
    shown: str, content: dict[str, Any], simulation: SimulationParameters
) -> dict[str, Any]:
    """Let windows that `ana_params` does not set begin where the recorded time allows it."""
    start = simulation.window_start(TRANSIENT)
    filled = content if start == TRANSIENT else AnalysisParameters.with_starts(content, start)
    file, dot_py, _ = shown.rpartition(".py")
    t_sim = simulation.t_sim
    if (
        start == TRANSIENT < t_sim < SHORT
        and AnalysisParameters.with_starts(content, start) != content
    ):
        warnings.warn(
            f"{file}{dot_py}: the analysis has only the last {t_sim - start:g} of {t_sim:g} ms: "
            f"windows that ana_params does not set begin at {start:g} ms",
            stacklevel=2,
        )
    if filled != content:
        why = "t_sim" if simulation.t_sim <= TRANSIENT else "rec_start"
        warnings.warn(
            f"{file}{dot_py}: windows that ana_params does not set begin at {start:g} ms instead "
            f"of {TRANSIENT:g} ms, because sim_params.{why} is {getattr(simulation, why):g} ms",
            stacklevel=2,
        )
    return filled


def _without_pickle(shown: str, network: NetworkParameters) -> NetworkParameters:
    """Replace a pickle of rates by the table of the same name beside it, if there is one."""
    table = table_for_pickle(network.fullscale_rates)
    if table is None or not exists(table, "file"):
        return network
    warnings.warn(
        f"{shown}: net_params.fullscale_rates: reading '{relative(table)}' in place of the pickle",
        stacklevel=2,
    )
    return network.model_copy(update={"fullscale_rates": str(table)})


def _repeated_names(experiments: list[Experiment]) -> Iterator[str]:
    files: dict[str, Path] = {}
    for experiment in experiments:
        first = files.setdefault(experiment.name, experiment.file)
        if first != experiment.file:
            yield (
                f"{relative(experiment.file)}: experiment name '{experiment.name}' is already "
                f"used by {relative(first)}; rename one of the files"
            )
