"""Checks of tables; each raises InputError with the file and the first offender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.errors import InputError, did_you_mean, one_line


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


def in_area_order(path: Path, matrix: pd.DataFrame, areas: Sequence[str] | None) -> pd.DataFrame:
    """Return a square `matrix`, from `path`, for `areas` in their order; as it is for None.

    Raises InputError if an area is not in the matrix.
    """
    if areas is None:
        return matrix
    for area in areas:
        if area not in matrix.index:
            raise InputError(
                f"{path}: no area '{area}'; expected all {len(areas)} areas of the model."
                f"{did_you_mean(area, matrix.index)}"
            )
    return matrix.loc[list(areas), list(areas)]


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return `names` as quoted text for a message, cut after `most`."""
    names = [f"'{one_line(name, 60)}'" for name in names]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


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
