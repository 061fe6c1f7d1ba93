"""Experimental data that measures and figures compare with: which files, and how they are read.

A model names its data in `COMPARISONS` ({source: path}); `experimental_data` in config.yaml puts
a user's own files in their place. A measure whose source a model lacks is not made for it.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.config import ExperimentalData
from multiarea.files.project import exists, resolve
from multiarea.models import model_names


def source_files(module: ModuleType, own: ExperimentalData) -> dict[str, list[Path]]:
    """Return the files of each source that a model can be compared with.

    Parameters
    ----------
    module : module
        The model.
    own : ExperimentalData
        The user's own files; they count for one model.

    Raises
    ------
    InputError
        If a file of the user is absent, there is no such model, or a time series comes without
        its list of regions.
    """
    files = {name: _files_of(resolve(path)) for name, path in module.COMPARISONS.items()}
    if (own.fmri_timeseries is None) != (own.fmri_regions is None):
        raise InputError(
            "config.yaml: experimental_data: fmri_timeseries and fmri_regions belong together"
        )
    if own.model not in model_names():
        raise InputError(
            f"config.yaml: experimental_data.model: unknown model '{one_line(own.model, 60)}'; "
            f"expected one of {model_names()}." + did_you_mean(own.model, model_names())
        )
    if own.model != module.__name__.rpartition(".")[2]:
        return files
    if own.fmri_timeseries is not None and "experimental_fc" in files:
        files["experimental_fc"] = [
            _existing(own.fmri_timeseries, "fmri_timeseries"),
            _existing(str(own.fmri_regions), "fmri_regions"),
        ]
    if own.single_units is not None and "experimental_units" in files:
        files["experimental_units"] = [_existing(own.single_units, "single_units")]
    return files


def _files_of(path: Path) -> list[Path]:
    return sorted(path.glob("*.csv")) if path.is_dir() else [path]


def _existing(path: str, key: str) -> Path:
    problem = "a path without braces" if set(path) & set("{}") else "an existing file"
    if problem.startswith("a path") or not exists(path, "file"):
        shown = one_line(path, 100)
        raise InputError(f"config.yaml: experimental_data.{key}: expected {problem}, got '{shown}'")
    return resolve(path)
