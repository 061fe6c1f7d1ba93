"""Checks of tables; each raises InputError with the file and the first offender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.errors import InputError, did_you_mean, one_line


def require_non_negative(path: Path, table: pd.DataFrame | pd.Series) -> None:
    """Raise InputError naming the first negative number of a table, or of a matrix."""
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    bad = np.argwhere(frame.to_numpy() < 0)
    if len(bad):
        row, column = bad[0]
        raise InputError(
            f"{path}: {frame.iat[row, column]:g} in column '{frame.columns[column]}', "
            f"row '{label(frame.index[row])}'; expected no negative number."
        )


def require_unique(path: Path, table: pd.DataFrame, keys: Sequence[str]) -> None:
    """Raise InputError naming the first row whose `keys` occurred before."""
    twice = table[table.duplicated(list(keys))]
    if len(twice):
        name = label(tuple(twice.iloc[0][list(keys)]))
        raise InputError(f"{path}: {', '.join(keys)} '{name}' occurs twice; expected it once.")


def require_known(path: Path, values: pd.Series, known: Sequence[str]) -> None:
    """Raise InputError naming the first value that is not among `known`."""
    for value in values:
        if value not in known:
            raise InputError(
                f"{path}: unknown {values.name} '{one_line(value, 60)}'; expected one of "
                f"{listed(known)}.{did_you_mean(value, known)}"
            )


def in_area_order(path: Path, matrix: pd.DataFrame, areas: Sequence[str] | None) -> pd.DataFrame:
    """Return a labelled square matrix for `areas` in their order; as it is for None.

    Raises
    ------
    InputError
        If an area is not in the matrix.
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


def label(key: object) -> str:
    """Return a row label as text; the parts of a tuple are joined with commas."""
    return one_line(", ".join(map(str, key)) if isinstance(key, tuple) else key, 100)


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as quoted text for a message, cut after `most`."""
    names = [f"'{one_line(name, 60)}'" for name in names]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
