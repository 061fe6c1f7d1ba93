"""Experiment files: load, expand sweeps, validate; all problems of all files in one message.

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

from multiarea.errors import InputError, did_you_mean, nearest_name, one_line, prefixed
from multiarea.experiment.checks import problems_of, table_for_pickle
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.sweeps import expand_sweep
from multiarea.experiment.validation import plain, validate
from multiarea.files.project import SHIPPED, exists, nearest_file, project_root, relative, resolve
from multiarea.models import get_model, model_names
from multiarea.parameters import AnalysisParameters, Block, NetworkParameters, SimulationParameters

SECTIONS = ("net_params", "sim_params", "ana_params")
NAMES = ("model", "sweep", *SECTIONS)
"""Names that an experiment file may define."""
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names of experiments."""
LARGEST_FILE = 2**20
"""Largest size of an experiment file [bytes]."""
LONGEST_RUN = 60.0
"""Time that an experiment file may take [s]."""
Sections = tuple[NetworkParameters, SimulationParameters, AnalysisParameters]


class _Problems(list[str]):
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
    experiments: list[Experiment] = []
    defaults = {"virtual_processes": virtual_processes, "simulator": simulator}
    problems = _Problems()
    for path in map(Path, paths):
        with problems.collected():
            model, points = _load_file(path, one_line(relative(path)))
            experiments += _experiments(path, model, points, defaults)
    problems.extend(_repeated_names(experiments))
    problems.raise_any()
    return experiments


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
    return _points_of(_run_file(path, shown), path.stem, shown)


def _points_of(content: dict[str, Any], name: str, shown: str) -> tuple[str, dict[str, Sections]]:
    """Return the model of what an experiment file defines, and {name: validated sections}."""
    model = _model_name(shown, content)
    raw = {}
    for section in SECTIONS:
        with prefixed(f"{shown}: {section}: "):
            raw[section] = plain(content.get(section, {}))
    base = _validate_sections(shown, model, raw)
    if content.get("sweep") is None:
        return model, {name: base}
    if base[0].fullscale_rates is not None:
        raw["net_params"]["fullscale_rates"] = base[0].fullscale_rates
    with prefixed(f"{shown}: "):
        expanded = expand_sweep(get_model(model), raw, base, plain(content["sweep"]))
    points, problems = {}, _Problems()
    for label, point in expanded:
        with problems.collected():
            points[f"{name}@{label}"] = _validate_sections(f"{shown}@{label}", model, point)
    problems.raise_any()
    return model, points


def _run_file(path: Path, shown: str) -> dict[str, Any]:
    """Run an experiment file and return what it defines."""
    file = resolve(path)
    _check_file(file, shown)
    here = Path.cwd()
    try:
        os.chdir(SHIPPED if file.is_relative_to(SHIPPED) else project_root())
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
    """Give the block an empty standard input, so that asking for input fails."""
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
        raise InputError(f"{shown}: no such experiment file.{nearest_file(file)}")
    check_file_name(file, shown)
    if file.stat().st_size > LARGEST_FILE:
        raise InputError(f"{shown}: not an experiment file: larger than {LARGEST_FILE} bytes")


def check_file_name(file: Path, shown: str) -> None:
    """Raise InputError about `shown` if `file` cannot be the name of an experiment file."""
    if file.suffix != ".py" or not NAME_PATTERN.fullmatch(file.stem):
        raise InputError(
            f"{shown}: an experiment file is named <name>.py, the name made of letters, digits, "
            "'_', '-' and '.'"
        )


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
    kinds: tuple[type[Block], ...] = (module.Parameters, SimulationParameters, AnalysisParameters)
    blocks: list[Any] = []
    problems = _Problems()
    for section, kind in zip(SECTIONS, kinds, strict=True):
        with problems.collected(), prefixed(f"{shown}: {section}"):
            blocks.append(validate(kind, raw[section]))
    problems.raise_any()
    network, simulation, analysis = blocks
    network = _without_pickle(shown, network)
    found = problems_of(module, network, simulation, analysis)
    problems.extend(f"{shown}: {line}" for line in found)
    problems.raise_any()
    return network, simulation, analysis


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
    try:
        text = one_line(error)
    except Exception:  # the error is the user's object
        text = "(it cannot be shown)"
    if isinstance(error, ValueError) and "null byte" in text:
        return "not valid Python: the file contains null bytes"
    return f"the file fails with {type(error).__name__}: {text}"
