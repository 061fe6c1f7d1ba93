"""Checks of tables; each raises InputError with the file and the first offender."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.errors import InputError, did_you_mean, listed, one_line


def require_non_negative(path: Path, table: pd.DataFrame) -> None:
    """Raise InputError naming the first negative number of `table`, read from `path`."""
    _refuse(path, table, table.to_numpy() < 0, "no negative number")


def require_probabilities(path: Path, table: pd.DataFrame) -> None:
    """Raise InputError naming the first number of `table`, from `path`, outside [0, 1)."""
    values = table.to_numpy()
    _refuse(path, table, (values < 0) | (values >= 1), "a probability below 1")


def require_unique(path: Path, table: pd.DataFrame, keys: Sequence[str]) -> None:
    """Raise InputError naming the first row of `table`, from `path`, whose `keys` are not new."""
    twice = table[table.duplicated(list(keys))]
    if len(twice):
        name = _label(tuple(twice.iloc[0][list(keys)]))
        raise InputError(f"{path}: {', '.join(keys)} '{name}' occurs twice; expected it once.")


def require_known(path: Path, values: pd.Series, known: Sequence[str]) -> None:
    """Raise InputError naming the first of `values`, from `path`, that is not among `known`."""
    for value in values:
        if value not in known:
            raise InputError(
                f"{path}: unknown {values.name} '{one_line(value, 60)}'; expected one of "
                f"{listed(known)}.{did_you_mean(value, known)}"
            )


def require_names(
    path: Path, found: Iterable[str], names: Sequence[str], kind: str = "area"
) -> None:
    """Raise InputError if one of the model's `names` is not among those `found` in `path`.

    The `kind` is what they name, in the singular.
    """
    found, known = list(found), set(names)
    missing = [name for name in names if name not in found]
    if missing:
        others = [name for name in found if name not in known]
        plural = "" if len(missing) == 1 else "s"
        raise InputError(
            f"{path}: no {kind}{plural} {listed(missing)}; expected all {len(names)} {kind}s of "
            f"the model.{did_you_mean(missing[0], others)}"
        )


def warn_of_others(path: Path, found: Iterable[str], areas: Sequence[str]) -> None:
    """Warn of those areas `found` in the file `path` that are not among the model's `areas`."""
    others = [name for name in found if name not in areas]
    if others:
        warnings.warn(
            f"{path}: {listed(others)} not among the {len(areas)} areas of the model: left out, "
            "with all connections.",
            stacklevel=2,
        )


def in_area_order(path: Path, matrix: pd.DataFrame, areas: Sequence[str] | None) -> pd.DataFrame:
    """Return a square `matrix`, from `path`, for `areas` in their order; as it is for None.

    Raises InputError if an area is not in the matrix.
    """
    if areas is None:
        return matrix
    require_names(path, matrix.index, areas)
    return matrix.loc[list(areas), list(areas)]


def without_diagonal(path: Path, matrix: pd.DataFrame) -> pd.DataFrame:
    """Return a square `matrix`, from `path`, with 0 on its diagonal, where areas meet themselves.

    A warning says if that changes anything.
    """
    diagonal = np.eye(len(matrix), dtype=bool)
    own = np.flatnonzero(np.diag(matrix) != 0)
    if len(own):
        first = own[0]
        warnings.warn(
            f"{path}: the diagonal is not 0, but {matrix.iat[first, first]:g} for "
            f"'{matrix.index[first]}', for example. It is taken as 0: the table is of connections "
            "between different areas.",
            stacklevel=2,
        )
    return matrix.mask(diagonal, 0.0)


def asymmetry(matrix: pd.DataFrame) -> str:
    """Return where a square `matrix` differs most from its transpose, in words; "" if nowhere."""
    values = matrix.to_numpy()
    difference = np.abs(values - values.T)
    if np.allclose(values, values.T, rtol=1e-6, atol=1e-5):
        return ""
    row, column = np.unravel_index(difference.argmax(), difference.shape)
    return (
        f"{values[row, column]:g} for '{matrix.index[row]}', '{matrix.index[column]}' but "
        f"{values[column, row]:g} the other way"
    )


def _refuse(path: Path, table: pd.DataFrame, wrong: np.ndarray, expected: str) -> None:
    places = np.argwhere(wrong)
    if len(places):
        row, column = places[0]
        raise InputError(
            f"{path}: {table.iat[row, column]:g} in column '{_label(table.columns[column])}', "
            f"row '{_label(table.index[row])}'; expected {expected}."
        )


def _label(key: object) -> str:
    return one_line(", ".join(map(str, key)) if isinstance(key, tuple) else key, 100)
