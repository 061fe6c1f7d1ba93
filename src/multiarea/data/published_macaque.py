"""Files of the published macaque code: JSON files of rates, .npy in-degrees and time series."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.data.csv_text import require_file
from multiarea.errors import InputError, one_line
from multiarea.files.series import npy_rate_files
from multiarea.network.network import LEVELS

LAYERS = {"1": "I", "23": "II/III", "4": "IV", "5": "V", "6": "VI"}
"""Layers as the published code writes them, `23E`, and as they are called here."""
TOTALS = ("total", "external")
"""Entries beside the populations of an area."""


def read_json_rates(path: Path) -> pd.Series:
    """Read one rate per population from a JSON object such as `{"V1": {"23E": 0.4, ...}, ...}`.

    Parameters
    ----------
    path : Path
        Entries `total` are left out; of a list, the first number counts, as in the published code.

    Returns
    -------
    Series
        Rate [spikes/s], indexed (area, layer, population), in the order of the file.

    Raises
    ------
    InputError
        If the file is no such object, or a rate is not a finite number >= 0.
    """
    require_file(path, "a JSON object of rates")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not readable as JSON: {one_line(error)}") from None
    if not isinstance(content, dict) or not content:
        raise InputError(f'{path}: expected rates as {{"V1": {{"23E": 0.4, "23I": 1.5, ...}}}}')
    rates: dict[tuple[str, str, str], float] = {}
    for area, values in content.items():
        if not isinstance(values, dict):
            raise InputError(
                f"{path}: {one_line(area, 60)}: expected the rates of its populations as "
                f'{{"23E": 0.4, ...}}, got {one_line(repr(values), 60)}'
            )
        for name, value in values.items():
            if name not in TOTALS:
                where = f"{path}: {one_line(area, 60)}: {one_line(name, 60)}"
                rates[(area, *_population(name, where))] = _rate(value, where)
    index = pd.MultiIndex.from_tuples(list(rates), names=LEVELS)
    return pd.Series(list(rates.values()), index, dtype=float, name="rate")


def _population(name: str, where: str) -> tuple[str, str]:
    """Return layer and population of a name such as `23E`."""
    layer, population = LAYERS.get(name[:-1]), name[-1:]
    if layer is None or population not in ("E", "I"):
        raise InputError(f"{where}: expected a population such as 23E, 4I, 5E or 6I")
    return layer, population


def _rate(value: Any, where: str) -> float:
    first = value[0] if isinstance(value, list) and value else value
    is_number = isinstance(first, int | float) and not isinstance(first, bool)
    if not is_number or not np.isfinite(first) or first < 0:
        raise InputError(f"{where}: expected a rate >= 0, got {one_line(repr(first), 60)}")
    return float(first)


def read_npy_rates(path: Path) -> pd.DataFrame:
    """Read a rate per population and millisecond from the `npy_rate_files` of `path`.

    Returns
    -------
    DataFrame
        Rates [spikes/s], indexed (area, layer, population), a column for each step of 1 ms.

    Raises
    ------
    InputError
        If there are no such files, one of them is no vector of numbers, or lengths differ.
    """
    rates: dict[tuple[str, str, str], np.ndarray] = {}
    for file in npy_rate_files(path):
        area, name = file.stem.split("-")[-2:]
        values = _read_npy(file, "rates, one for each millisecond")
        if values.ndim != 1 or values.dtype.kind not in "iuf":
            raise InputError(
                f"{file}: expected rates, one for each millisecond, got an array of the shape "
                f"{values.shape}"
            )
        first = next(iter(rates.values()), values)
        if len(values) != len(first):
            raise InputError(f"{file}: {len(values)} rates, but the first file has {len(first)}")
        rates[(area, *_population(name, f"{file}"))] = values.astype(float)
    if not rates:
        raise InputError(f"{path}: expected files such as {path.stem}-V1-23E.npy, one a population")
    index = pd.MultiIndex.from_tuples(list(rates), names=LEVELS)
    return pd.DataFrame(np.array(list(rates.values())), index)


def _read_npy(path: Path, what: str) -> np.ndarray:
    require_file(path, f"a NumPy array of {what}")
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except (ValueError, OSError, EOFError) as error:
        raise InputError(f"{path}: not a readable NumPy array: {one_line(error)}") from None


def read_npy_indegrees(path: Path, index: pd.MultiIndex) -> pd.DataFrame:
    """Read in-degrees from a NumPy file without labels.

    Parameters
    ----------
    path : Path
        Array (P, P) [target, source]; further columns, such as the external in-degrees of
        `M.K_matrix`, are left out.
    index : MultiIndex
        The P populations (area, layer, population) in the order of the array.

    Returns
    -------
    DataFrame
        In-degrees (P, P) [target, source], labelled on both axes.

    Raises
    ------
    InputError
        If the file is no such array of finite numbers >= 0.
    """
    array = _read_npy(path, "in-degrees")
    size = len(index)
    shape = np.shape(array)
    if shape not in ((size, size), (size, size + 1)) or array.dtype.kind not in "iuf":
        raise InputError(
            f"{path}: expected an array of the shape {(size, size)} [target, source], or with a "
            f"column of external in-degrees, got {shape}"
        )
    matrix = array[:, :size].astype(float)
    if not (np.isfinite(matrix).all() and (matrix >= 0).all()):
        row = int(np.flatnonzero(~(np.isfinite(matrix) & (matrix >= 0)).all(axis=1))[0])
        raise InputError(f"{path}: row {row} ({'|'.join(index[row])}): expected numbers >= 0")
    return pd.DataFrame(matrix, index, index)
