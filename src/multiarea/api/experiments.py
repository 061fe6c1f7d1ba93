"""Experiments from files, from dictionaries, and back to files."""

from __future__ import annotations

import pprint
from pathlib import Path
from typing import Any

from multiarea.experiment.config import load_config
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.finding import find_experiment
from multiarea.experiment.loading import SECTIONS, check_file_name, experiment_of
from multiarea.files.atomic import atomic_path


def load_experiment(name: str | Path) -> Experiment:
    """Return the experiment of a file, or of a `name` such as "downscaled_base".

    A file is looked for in the current folder, then in the project folder; a point of a sweep has
    a name such as "chi@chi=1.5". Raises InputError if there is no such experiment, or it is wrong.
    """
    path = Path(name)
    is_file = path.suffix == ".py" and path.is_file()
    return find_experiment(str(path.absolute() if is_file else name))


def make_experiment(
    net_params: dict[str, Any] | None = None,
    sim_params: dict[str, Any] | None = None,
    ana_params: dict[str, Any] | None = None,
    model: str = "human",
    name: str = "experiment",
) -> Experiment:
    """Return the experiment that dictionaries describe, as an experiment file would.

    Parameters
    ----------
    net_params, sim_params, ana_params : dict, optional
        What differs from the defaults. Paths are relative to the project folder, or without one to
        the current folder.
    model : str
    name : str
        What messages and pictures call it; no result depends on it.

    Raises
    ------
    InputError
        With all problems.
    """
    given = zip(SECTIONS, (net_params, sim_params, ana_params), strict=True)
    content = {section: value for section, value in given if value is not None}
    config = load_config()
    defaults = {"virtual_processes": config.virtual_processes, "simulator": config.simulator}
    return experiment_of({"model": model, **content}, name, defaults)


def write_experiment(experiment: Experiment, path: str | Path) -> None:
    """Write `experiment` to the experiment file `path`, which the pipeline runs as it is.

    It holds the parameters that were set. Raises InputError if `path` cannot be the name of an
    experiment file.
    """
    path = Path(path)
    check_file_name(path, str(path))
    blocks = (experiment.network, experiment.simulation, experiment.analysis)
    lines = [f"model = {experiment.model!r}\n"]
    for section, block in zip(SECTIONS, blocks, strict=True):
        content = block.model_dump(mode="json", exclude_unset=True)
        lines.append(f"{section} = {pprint.pformat(content, width=100, sort_dicts=False)}\n")
    with atomic_path(path) as temporary:
        temporary.write_text("".join(lines), "utf-8")
