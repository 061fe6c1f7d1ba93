"""Data that measures and figures compare with, or draw on.

A model names its data in `COMPARISONS` ({source: path}); `experimental_data` in config.yaml puts
a user's own files in their place. What needs a source that a model lacks is not made for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.files.atomic import checksum
from multiarea.files.project import exists, resolve
from multiarea.models import model_names
from multiarea.parameters.config import ExperimentalData


def source_files(module: ModuleType, own: ExperimentalData) -> dict[str, list[Path]]:
    """Return the files of each source that the model `module` can be compared with.

    The user's `own` files count for one model. Raises InputError if one is absent, there is no such
    model, or only one of the time series and its list of regions is given.
    """
    files = {}
    for name, text in module.COMPARISONS.items():
        path = resolve(text)
        files[name] = sorted(path.glob("*.csv")) if path.is_dir() else [path]
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
        files["experimental_fc"] = [_file(own, "fmri_timeseries"), _file(own, "fmri_regions")]
    if own.single_units is not None and "experimental_units" in files:
        files["experimental_units"] = [_file(own, "single_units")]
    return files


def is_made_from(folder: Path, paths: Iterable[str]) -> bool:
    """Return whether the record of the result in `folder` has the present checksums of `paths`."""
    try:
        known = json.loads((folder / "provenance.json").read_text("utf-8"))["inputs"]
        return {checksum(resolve(path)) for path in paths} <= set(known.values())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _file(own: ExperimentalData, key: str) -> Path:
    path = getattr(own, key)
    has_braces = bool(set(path) & set("{}"))
    if has_braces or not exists(path, "file"):
        raise InputError(
            f"config.yaml: experimental_data.{key}: expected "
            f"{'a path without braces' if has_braces else 'an existing file'}, got "
            f"'{one_line(path, 100)}'"
        )
    return resolve(path)
