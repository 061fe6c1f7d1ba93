"""The strict reader of CSV tables that all sources share."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from multiarea.data.checks import listed, require_known, require_non_negative, require_unique
from multiarea.errors import InputError, did_you_mean, one_line

MAX_BYTES = 200_000_000
"""Largest file that is read."""
MAX_LINE = 1_000_000
"""Longest line of a table that is read [bytes]."""
SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""Signs between columns that are not read, but recognised."""
PICKLE_SUFFIXES = (".pkl", ".pickle")
_PICKLE_STARTS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
_EXPECTED = {str: "a name", int: "a whole number", float: "a finite number"}


def require_file(path: Path, expected: str = "a CSV table") -> Path:
    """Return `path` if it is a readable file of sensible size that is not a pickle.

    The message of an error names what was `expected`.

    Raises InputError if the file is missing, a folder, unreadable, a pickle or larger than 200 MB.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise InputError(_missing(path, expected))
        if not path.is_file():
            raise InputError(f"{path}: is not a file; expected a file with {expected}.")
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(2)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None
    if size > MAX_BYTES:
        raise InputError(
            f"{path}: {size / 1e6:.0f} MB; expected {expected} of at most {MAX_BYTES / 1e6:.0f} MB."
        )
    if path.suffix.lower() in PICKLE_SUFFIXES or start in _PICKLE_STARTS:
        raise InputError(f"{path}: is a Python pickle, which is never read; expected {expected}.")
    return path


def read_text_table(path: Path, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Read all columns of the CSV table `path` as stripped text, indexed by line number.

    It is in UTF-8 with one header line, which must name the `columns`; blank lines are skipped.

    Raises InputError if the file is not such a table or a column is missing.
    """
    columns = list(columns)
    expected = "a CSV table" + (f" with the columns {', '.join(columns)}" if columns else "")
    rows = _parse(require_file(path, expected), expected)
    if not rows:
        raise InputError(f"{path}: is empty; expected {expected}.")
    header, *body = rows.values()
    _check_separator(path, header)
    _check_header(path, header, columns, expected)
    for line, row in rows.items():
        if len(row) != len(header):
            wanted = f"expected the {len(header)} of the header"
            raise InputError(f"{path}, line {line}: {len(row)} entries; {wanted}.")
    if not body:
        raise InputError(f"{path}: has a header but no rows; expected {expected}.")
    return pd.DataFrame(body, index=list(rows)[1:], columns=header, dtype=object)


def _check_separator(path: Path, header: list[str]) -> None:
    line = ",".join(header)
    for separator, name in SEPARATORS.items():
        if line.count(separator) > line.count(","):
            raise InputError(
                f"{path}: the columns are separated by {name}; expected commas between columns, "
                "and points in decimal numbers."
            )


def _check_header(path: Path, header: list[str], columns: list[str], expected: str) -> None:
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        name = one_line(repeated[0], 60)
        raise InputError(f"{path}: column '{name}' occurs twice; expected it once.")
    for name in columns:
        if name not in header:
            raise InputError(
                f"{path}: no column '{name}'; expected {expected}, found {listed(header)}."
                f"{did_you_mean(name, set(header) - set(columns))}"
            )


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


def _missing(path: Path, expected: str) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"{path}: no such file, and no folder '{folder}'; expected {expected}."
    hint = did_you_mean(path.name, sorted(p.name for p in folder.iterdir()))
    return f"{path}: no such file; expected {expected}.{hint}"


def _parse(path: Path, expected: str) -> dict[int, list[str]]:
    """Return the entries of each row that is not blank by its line number."""
    reader = csv.reader(io.StringIO(_text(path, expected), newline=""), strict=True)
    rows = {}
    try:
        for row in reader:
            if row:
                rows[reader.line_num] = [entry.strip() for entry in row]
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num}: not CSV ({error}); expected {expected}."
        ) from None
    return rows


def _text(path: Path, expected: str) -> str:
    content = path.read_bytes()
    for number, line in enumerate(content.split(b"\n"), start=1):
        if len(line) > MAX_LINE:
            raise InputError(
                f"{path}, line {number}: more than {MAX_LINE} bytes; expected {expected}."
            )
    if b"\0" in content:
        raise InputError(f"{path}: is a binary file; expected {expected}.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: is not UTF-8 text; expected {expected}.") from None


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
