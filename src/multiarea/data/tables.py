"""The strict reader of CSV tables that all sources share."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from multiarea.data.checks import listed, require_known, require_unique
from multiarea.errors import InputError, did_you_mean, one_line

MAX_BYTES = 200_000_000
MAX_LINE = 1_000_000
PICKLE_SUFFIXES = (".pkl", ".pickle")


def require_file(path: Path, expected: str = "a CSV table") -> Path:
    """Return `path` if it is a readable file of sensible size that is not a pickle.

    Parameters
    ----------
    path : Path
        File to check.
    expected : str
        What the file should hold, for the message.

    Raises
    ------
    InputError
        If the file is missing, a folder, unreadable, a pickle or larger than 200 MB.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(_missing(path, expected)) from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None
    if not path.is_file():
        raise InputError(f"{path}: is not a file; expected a file with {expected}.")
    if size > MAX_BYTES:
        raise InputError(
            f"{path}: {size / 1e6:.0f} MB; expected {expected} of at most {MAX_BYTES / 1e6:.0f} MB."
        )
    if path.suffix.lower() in PICKLE_SUFFIXES or _head(path)[:2] in _PICKLE_STARTS:
        raise InputError(f"{path}: is a Python pickle, which is never read; expected {expected}.")
    return path


def read_text_table(path: Path, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Read a CSV table as text, one column of `str` per column of the file.

    Parameters
    ----------
    path : Path
        CSV file in UTF-8 with one header line; blank lines are skipped.
    columns : iterable of str
        Columns that must be there; others are kept as well.

    Returns
    -------
    DataFrame
        Stripped text, indexed by line number in the file.

    Raises
    ------
    InputError
        If the file is not such a table or a column is missing.
    """
    columns = list(columns)
    expected = "a CSV table" + (f" with the columns {', '.join(columns)}" if columns else "")
    rows, lines = _parse(require_file(path, expected), expected)
    if not rows:
        raise InputError(f"{path}: is empty; expected {expected}.")
    header = rows[0]
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        name = one_line(repeated[0], 60)
        raise InputError(f"{path}: column '{name}' occurs twice; expected it once.")
    for name in columns:
        if name not in header:
            raise InputError(
                f"{path}: no column '{name}'; expected {expected}, found {listed(header)}."
                f"{did_you_mean(name, header)}"
            )
    _check_lengths(path, rows, lines)
    if len(rows) == 1:
        raise InputError(f"{path}: has a header but no rows; expected {expected}.")
    return pd.DataFrame(rows[1:], index=lines[1:], columns=header, dtype=object)


def read_table(path: Path, columns: dict[str, type]) -> pd.DataFrame:
    """Read the given columns of a CSV table, strictly.

    Parameters
    ----------
    path : Path
        CSV file in UTF-8 with one header line.
    columns : dict of str to type
        Wanted columns and their type: `str` (not empty), `int` or `float` (finite).

    Returns
    -------
    DataFrame
        The wanted columns in the wanted order, rows as in the file.

    Raises
    ------
    InputError
        If the file is not such a table, a column is missing or an entry is not of its type.
    """
    return typed(path, read_text_table(path, columns), columns)


def typed(path: Path, text: pd.DataFrame, columns: dict[str, type]) -> pd.DataFrame:
    """Return the given columns of a text table, or of a part of its rows, as their types.

    Raises
    ------
    InputError
        If an entry is not of its type.
    """
    return pd.DataFrame({name: _convert(path, text[name], kind) for name, kind in columns.items()})


def read_matrix(path: Path) -> pd.DataFrame:
    """Read a labelled square matrix of finite numbers.

    Parameters
    ----------
    path : Path
        CSV file; the first column and the header hold the same labels, in any order.

    Returns
    -------
    DataFrame
        Shape (n, n), rows (targets) as in the file, columns (sources) in the order of the rows.

    Raises
    ------
    InputError
        If the labels differ or occur twice, or an entry is not a finite number.
    """
    text = read_text_table(path)
    labels, sources = list(text.iloc[:, 0]), list(text.columns[1:])
    require_unique(path, pd.DataFrame({text.columns[0]: labels}), [text.columns[0]])
    for only, other, kind in ((labels, sources, "column"), (sources, labels, "row")):
        missing = [name for name in only if name not in other]
        if missing:
            raise InputError(
                f"{path}: no {kind} '{missing[0]}'; expected a square matrix with the same row "
                f"and column labels.{did_you_mean(missing[0], other)}"
            )
    return typed(path, text, dict.fromkeys(labels, float)).set_axis(labels, axis=0)


def read_layer_population_table(path: Path, columns: dict[str, type]) -> pd.DataFrame:
    """Read a table with one row per (layer, population) and make these its index.

    Parameters
    ----------
    path : Path
        CSV file with the columns ``layer``, ``population`` (E or I) and `columns`.
    columns : dict of str to type
        Wanted columns and their type.

    Returns
    -------
    DataFrame
        Indexed (layer, population), rows as in the file.

    Raises
    ------
    InputError
        If the table is not as described or a (layer, population) occurs twice.
    """
    keys = ["layer", "population"]
    table = read_table(path, {**dict.fromkeys(keys, str), **columns})
    require_known(path, table["population"], ("E", "I"))
    require_unique(path, table, keys)
    return table.set_index(keys)


_PICKLE_STARTS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None


def _missing(path: Path, expected: str) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"{path}: no such file, and no folder '{folder}'; expected {expected}."
    hint = did_you_mean(path.name, sorted(p.name for p in folder.iterdir()))
    return f"{path}: no such file; expected {expected}.{hint}"


def _parse(path: Path, expected: str) -> tuple[list[list[str]], list[int]]:
    """Return the entries of each row that is not blank, and its line number."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(_text(path, expected), newline=""), strict=True)
    try:
        for row in reader:
            if row:
                rows.append([entry.strip() for entry in row])
                lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num}: not CSV ({error}); expected {expected}."
        ) from None
    return rows, lines


def _check_lengths(path: Path, rows: list[list[str]], lines: list[int]) -> None:
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(rows[0]):
            wanted = f"expected the {len(rows[0])} of the header"
            raise InputError(f"{path}, line {line}: {len(row)} entries; {wanted}.")


def _text(path: Path, expected: str) -> str:
    _check_lines(path, expected)
    content = path.read_bytes()
    if b"\0" in content:
        raise InputError(f"{path}: is a binary file; expected {expected}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: is not UTF-8 text; expected {expected}.") from None
    return text


def _check_lines(path: Path, expected: str) -> None:
    """Raise InputError for a line of more than `MAX_LINE` bytes, without reading the whole file."""
    with path.open("rb") as stream:
        for number in itertools.count(1):
            line = stream.readline(MAX_LINE + 1)
            if not line:
                return
            if len(line) > MAX_LINE:
                raise InputError(
                    f"{path}, line {number}: more than {MAX_LINE} bytes; expected {expected}."
                )


def _convert(path: Path, values: pd.Series, kind: type) -> pd.Series:
    converted = []
    for line, value in values.items():
        result = _as_type(value, kind)
        if result is None:
            what = {str: "a name", int: "a whole number", float: "a finite number"}[kind]
            found = f"'{one_line(value, 60)}'" if value else "nothing"
            raise InputError(
                f"{path}, line {line}: {found} in column '{values.name}'; expected {what}."
            )
        converted.append(result)
    return pd.Series(converted, name=values.name, dtype=None if kind is str else kind)


def _as_type(value: str, kind: type) -> str | int | float | None:
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
