"""Experiment files: load, expand sweeps, validate; every problem of every file at once.

An experiment file is a Python module with the dictionaries `net_params`, `sim_params` and
`ana_params` (only what differs from the defaults), and optionally `model` (default 'human') and
`sweep` = {parameter: [values]}.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from multiarea.errors import InputError, did_you_mean, nearest_name, one_line
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.sweeps import expand_sweep
from multiarea.experiment.validation import plain, problems_of, validate
from multiarea.files.project import exists, project_root, relative, resolve
from multiarea.models import get_model, model_names
from multiarea.parameters import AnalysisParameters, Block, NetworkParameters, SimulationParameters

SECTIONS = ("net_params", "sim_params", "ana_params")
NAMES = ("model", "sweep", *SECTIONS)
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LARGEST_FILE = 2**20
LONGEST_RUN = 60.0
"""Time that an experiment file may take [s]."""
PICKLES = (".pkl", ".pickle")


def load_experiments(
    paths: Iterable[str | Path], virtual_processes: int = 2, simulator: str = "nest"
) -> list[Experiment]:
    """Load and validate experiment files; a sweep becomes one experiment per point.

    Parameters
    ----------
    paths : iterable of path
        Relative ones lie below the project folder.
    virtual_processes : int
    simulator : str
        For experiments whose `sim_params` do not say.

    Raises
    ------
    InputError
        One message with all problems of all files.
    """
    experiments: list[Experiment] = []
    problems: list[str] = []
    for path in paths:
        try:
            experiments.extend(_load_file(Path(path), virtual_processes, simulator))
        except InputError as error:
            problems.append(str(error))
    problems.extend(_repeated_names(experiments))
    if problems:
        raise InputError("\n".join(problems))
    return experiments


def _load_file(path: Path, virtual_processes: int, simulator: str) -> Iterator[Experiment]:
    content = read_experiment_file(path)
    shown = one_line(relative(path))
    model = _model_name(shown, content)
    raw = {section: _plain_section(shown, section, content) for section in SECTIONS}
    base = _validate_sections(shown, model, raw)
    if base[0].fullscale_rates is not None:
        raw["net_params"]["fullscale_rates"] = base[0].fullscale_rates
    points = [(path.stem, base)]
    if content.get("sweep") is not None:
        try:
            expanded = expand_sweep(get_model(model), raw, base, plain(content["sweep"]))
        except InputError as error:
            raise InputError(f"{shown}: {error}") from None
        points = _validate_points(path.stem, shown, model, expanded)
    for name, (network, simulation, analysis) in points:
        defaults = {"virtual_processes": virtual_processes, "simulator": simulator}
        update = {key: value for key, value in defaults.items() if getattr(simulation, key) is None}
        simulation = simulation.model_copy(update=update)
        yield Experiment(name, path, model, network, simulation, analysis)


def read_experiment_file(path: Path) -> dict[str, Any]:
    """Run an experiment file and return its names.

    Raises
    ------
    InputError
        If the file is absent, no valid Python, or fails.
    """
    file, shown = resolve(path), one_line(relative(path))
    _check_file(file, shown)
    here = Path.cwd()
    try:
        os.chdir(project_root())
        with contextlib.redirect_stdout(io.StringIO()), _no_input(), _time_limit():
            content = runpy.run_path(str(file))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise InputError(f"{shown}{_line_of(error, file)}: {_reason(error)}") from None
    finally:
        os.chdir(here)
    _check_names(shown, content)
    return content


@contextlib.contextmanager
def _no_input() -> Iterator[None]:
    """Let a block that asks its user for something fail, not wait."""
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Raise TimeoutError in a block that takes longer than `LONGEST_RUN`."""

    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"not finished after {LONGEST_RUN:g} s; an experiment file only states")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_RUN, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _check_names(shown: str, content: dict[str, Any]) -> None:
    """Raise InputError for a name that looks like a misspelt one of `NAMES`."""
    for name, value in content.items():
        if name in NAMES or name.startswith("_"):
            continue
        means_model = isinstance(value, str) and value in model_names()
        if (isinstance(value, dict) or means_model) and nearest_name(name, NAMES):
            raise InputError(
                f"{shown}: unknown name '{one_line(name, 60)}'.{did_you_mean(name, NAMES)} "
                "(Begin the names of your own variables with '_'.)"
            )


def _check_file(file: Path, shown: str) -> None:
    if exists(file, "dir"):
        raise InputError(f"{shown}: expected an experiment file, found a folder")
    if not exists(file, "file"):
        beside = [p.name for p in file.parent.glob("*.py")] if exists(file.parent, "dir") else []
        raise InputError(f"{shown}: no such experiment file.{did_you_mean(file.name, beside)}")
    if file.suffix != ".py" or not NAME_PATTERN.fullmatch(file.stem):
        raise InputError(
            f"{shown}: an experiment file is named <name>.py, the name made of letters, digits, "
            "'_', '-' and '.'"
        )
    if file.stat().st_size > LARGEST_FILE:
        raise InputError(f"{shown}: larger than {LARGEST_FILE} bytes; no experiment file")


def _plain_section(shown: str, section: str, content: dict[str, Any]) -> Any:
    try:
        return plain(content.get(section, {}))
    except InputError as error:
        raise InputError(f"{shown}: {section}: {error}") from None


def _model_name(shown: str, content: dict[str, Any]) -> str:
    model = content.get("model", "human")
    if not isinstance(model, str) or model not in model_names():
        raise InputError(
            f"{shown}: model: expected one of {model_names()}, got {one_line(repr(model), 60)}."
            + did_you_mean(str(model), model_names())
        )
    return model


Sections = tuple[NetworkParameters, SimulationParameters, AnalysisParameters]


def _validate_sections(shown: str, model: str, raw: dict[str, Any]) -> Sections:
    """Validate the three dictionaries; all problems in one message."""
    module = get_model(model)
    kinds: tuple[type[Block], ...] = (module.Parameters, SimulationParameters, AnalysisParameters)
    problems: list[str] = []
    blocks: list[Any] = []
    for section, kind in zip(SECTIONS, kinds, strict=True):
        try:
            blocks.append(validate(kind, raw[section]))
        except InputError as error:
            problems.extend(f"{shown}: {section}{line}" for line in str(error).splitlines())
    if not problems:
        network = _without_pickle(shown, blocks[0], problems)
        problems.extend(f"{shown}: {line}" for line in problems_of(module, network, *blocks[1:]))
    if problems:
        raise InputError("\n".join(problems))
    return network, blocks[1], blocks[2]


def _validate_points(
    stem: str, shown: str, model: str, points: list[tuple[str, dict[str, Any]]]
) -> list[tuple[str, Sections]]:
    """Validate the points of a sweep; all problems in one message."""
    valid, problems = [], []
    for label, point in points:
        try:
            valid.append((f"{stem}@{label}", _validate_sections(f"{shown}@{label}", model, point)))
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems))
    return valid


def _without_pickle(
    shown: str, network: NetworkParameters, problems: list[str]
) -> NetworkParameters:
    """Replace a pickle of rates by the table of the same name beside it."""
    path = network.fullscale_rates
    if path is None or Path(path).suffix.lower() not in PICKLES:
        return network
    table = Path(path).with_suffix(".csv")
    if not exists(table, "file"):
        problems.append(
            f"{shown}: net_params.fullscale_rates: pickles are not read, and there is no "
            f"'{relative(table)}' beside '{Path(path).name}'; give a table with the columns area, "
            "layer, population, rate, or None"
        )
        return network.model_copy(update={"fullscale_rates": None})
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


def _line_of(error: BaseException, file: Path) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f", line {error.lineno}"
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
    return f", line {lines[-1]}" if lines else ""


def _reason(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"not valid Python: {one_line(error.msg)}"
    if isinstance(error, UnicodeDecodeError):
        return "not valid Python: the file is not UTF-8 text"
    if isinstance(error, ValueError) and "null byte" in str(error):
        return "not valid Python: the file holds null bytes"
    return f"the file fails with {type(error).__name__}: {_text_of(error)}"


def _text_of(error: BaseException) -> str:
    try:
        return one_line(error)
    except Exception:  # the error is the user's object
        return "(it cannot be shown)"
