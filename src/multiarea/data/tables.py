"""The strict reader of CSV tables that all sources share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_known, require_non_negative, require_unique
from multiarea.data.csv_text import read_rows
from multiarea.errors import InputError, did_you_mean, one_line

_EXPECTED = {str: "a name", int: "a whole number", float: "a finite number"}


def read_text_table(path: Path, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Read all columns of the CSV table `path` as stripped text, indexed by line number.

    See `multiarea.data.csv_text.read_rows` for the file, the `columns` and the errors.
    """
    header, rows = read_rows(path, columns)
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=header, dtype=object)


def read_table(path: Path, columns: dict[str, type]) -> pd.DataFrame:
    """Read the given `columns` of the CSV table `path`, strictly, in the given order.

    They have the type that is given: `str` (not empty), `int` or `float` (finite).

    Raises InputError if the file is not such a table, a column is missing or an entry is not of its
    type.
    """
    return typed(path, read_text_table(path, columns), columns)


def read_indexed(
    path: Path, keys: Sequence[str], columns: dict[str, type], signed: Sequence[str] = ()
) -> pd.DataFrame:
    """Read the CSV table `path`, whose columns `keys` hold a different name in each row.

    They become the index; one called ``population`` holds E or I. `columns`: see `read_table`;
    only numbers in the columns `signed` may be negative.

    Raises
    ------
    InputError
        As `read_table`, or if two rows have the same keys, or a number is negative.
    """
    table = read_table(path, {**dict.fromkeys(keys, str), **columns})
    if "population" in keys:
        require_known(path, table["population"], ("E", "I"))
    require_unique(path, table, keys)
    table = table.set_index(list(keys))
    require_non_negative(path, table.select_dtypes("number").drop(columns=list(signed)))
    return table


def typed(path: Path, text: pd.DataFrame, columns: dict[str, type]) -> pd.DataFrame:
    """Return `columns` of `text`, a table of the file `path` or a part of its rows, as their types.

    Raises InputError if an entry is not of its type.
    """
    return pd.DataFrame({name: _convert(path, text[name], kind) for name, kind in columns.items()})


def read_matrix(path: Path, levels: Sequence[str] = ()) -> pd.DataFrame:
    """Read a labelled square matrix of finite numbers, (n, n) [target, source].

    The first column and the header of the CSV file `path` hold the same labels, in any order; the
    result has the order of the rows. `levels` name the parts of labels such as ``IV|E``.

    Raises InputError if the labels differ or occur twice, or an entry is not a finite number.
    """
    text = read_text_table(path)
    labels, sources = list(text.iloc[:, 0]), list(text.columns[1:])
    if all(as_type(name, float) is not None for name in (*labels, *sources)):
        raise InputError(
            f"{path}: only numbers; expected a square matrix with row and column labels: names in "
            "the first column and in the header."
        )
    require_unique(path, pd.DataFrame({text.columns[0]: labels}), [text.columns[0]])
    for only, other, kind in ((labels, sources, "column"), (sources, labels, "row")):
        missing = [name for name in only if name not in other]
        if missing:
            raise InputError(
                f"{path}: no {kind} '{missing[0]}'; expected a square matrix with the same row "
                f"and column labels.{did_you_mean(missing[0], set(other) - set(only))}"
            )
    index = split_labels(path, labels, levels) if levels else pd.Index(labels)
    matrix = typed(path, text, dict.fromkeys(labels, float))
    return matrix.set_axis(index, axis=0).set_axis(index, axis=1)


def split_labels(path: Path, labels: Sequence[str], levels: Sequence[str]) -> pd.MultiIndex:
    """Return `labels` of the file `path`, such as ``V1|IV|E``, as an index with `levels`.

    Raises InputError if a label does not have one part for each level.
    """
    keys = [tuple(name.split("|")) for name in labels]
    for name, key in zip(labels, keys, strict=True):
        if len(key) != len(levels):
            raise InputError(f"{path}: label '{one_line(name, 60)}'; expected {'|'.join(levels)}.")
    return pd.MultiIndex.from_tuples(keys, names=levels)


def _convert(path: Path, values: pd.Series, kind: type) -> pd.Series:
    converted = [as_type(value, kind) for value in values]
    if None in converted:
        first = converted.index(None)
        value, line = values.iloc[first], values.index[first]
        found = f"'{one_line(value, 60)}'" if value else "nothing"
        raise InputError(
            f"{path}, line {line}: {found} in column '{values.name}'; expected {_EXPECTED[kind]}."
        )
    return pd.Series(converted, name=values.name, dtype=None if kind is str else kind)


def as_type(value: str, kind: type) -> str | int | float | None:
    """Return the text `value` as a `kind`, `str`, `int` or `float`; None if it is none."""
    if kind is str:
        return value or None
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number) or "_" in value:
        return None
    if kind is float:
        return number
    return int(number) if number.is_integer() else None
