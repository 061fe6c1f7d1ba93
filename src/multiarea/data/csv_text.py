"""CSV files as text, read without pandas: the names in a table are known before it is loaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from multiarea.errors import InputError, did_you_mean, listed, one_line

MAX_BYTES = 200_000_000
"""Largest file that is read."""
MAX_LINE = 1_000_000
"""Longest line of a table that is read [bytes]."""
SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""Signs between columns that are not read, but recognised."""
PICKLE_SUFFIXES = (".pkl", ".pickle")
_PICKLE_STARTS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))


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


def read_rows(path: Path, columns: Iterable[str] = ()) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header of the CSV table `path`, and the stripped entries of each row by line.

    It is in UTF-8 with one header line, which must name the `columns`; blank lines are skipped.

    Raises InputError if the file is not such a table or a column is missing.
    """
    columns = list(columns)
    expected = "a CSV table" + (f" with the columns {', '.join(columns)}" if columns else "")
    rows = _parse(require_file(path, expected), expected)
    if not rows:
        raise InputError(f"{path}: is empty; expected {expected}.")
    header = rows.pop(next(iter(rows)))
    _check_separator(path, header)
    _check_header(path, header, columns, expected)
    for line, row in rows.items():
        if len(row) != len(header):
            wanted = f"expected the {len(header)} of the header"
            raise InputError(f"{path}, line {line}: {len(row)} entries; {wanted}.")
    if not rows:
        raise InputError(f"{path}: has a header but no rows; expected {expected}.")
    return header, rows


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
