"""Spikes of tables: .csv, .tsv and .npy with a neuron and a time in each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.simulation.imported.spike_file import BLOCK, SpikeBlock, SpikeFile

TIMES = {"time": None, "time_ms": "ms", "time_s": "s"}
"""Column of times -> its unit, where the name tells."""
EXPECTED = "expected the columns neuron (a whole number) and time, time_ms or time_s"
LONGEST_HEADER = 100_000
"""[characters]"""


def text_table(path: Path) -> SpikeFile:
    """Return the spikes of the text table `path`: .tsv with tabs between columns, else commas.

    Raises InputError if it has no columns neuron and time, or an entry is not a number.
    """
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8-sig") as stream:
            header = [name.strip() for name in stream.readline(LONGEST_HEADER).split(separator)]
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{one_line(path)}: neither SONATA, NWB nor a table; {EXPECTED}") from None
    time = _time_column(path, header)
    options: Any = {"sep": separator, "header": 0, "names": header, "usecols": ["neuron", time]}
    options |= {"encoding": "utf-8-sig", "chunksize": BLOCK, "skip_blank_lines": False}

    def blocks() -> Iterator[SpikeBlock]:
        types = {"neuron": np.int64, time: np.float64}
        try:
            with pd.read_csv(path, dtype=types, **options) as parts:
                for part in parts:
                    yield SpikeBlock("", part["neuron"].to_numpy(), part[time].to_numpy())
        except (ValueError, OverflowError) as error:
            raise _first_problem(path, time, options, error) from None

    return SpikeFile(path, blocks, TIMES[time])


def array_table(path: Path) -> SpikeFile:
    """Return the spikes of the .npy file `path`.

    It has the fields neuron and time, time_ms or time_s, or two columns: neuron and time.

    Raises InputError if it is another array.
    """
    try:
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{one_line(path)}: not a readable .npy file ({one_line(error)})"
        ) from None
    columns: Any = (0, 1)
    unit = None
    if values.dtype.names:
        time = _time_column(path, list(values.dtype.names))
        columns, unit = ("neuron", time), TIMES[time]
    elif values.ndim != 2 or values.shape[1] != 2 or values.dtype.kind not in "iuf":
        raise InputError(
            f"{one_line(path)}: an array of {values.dtype} of the shape {values.shape}; expected "
            "(spikes, 2) with the columns neuron and time, or fields of these names"
        )

    def blocks() -> Iterator[SpikeBlock]:
        for start in range(0, len(values), BLOCK):
            part = values[start : start + BLOCK]
            neurons, times = (
                (part[one] if values.dtype.names else part[:, one]).astype(np.float64)
                for one in columns
            )
            if not np.array_equal(neurons, np.rint(neurons)):
                row = start + int(np.argmax(neurons != np.rint(neurons)))
                raise InputError(
                    f"{one_line(path)}, row {row}: neuron {neurons[row - start]:g}; {EXPECTED}"
                )
            yield SpikeBlock("", neurons.astype(np.int64), times)

    return SpikeFile(path, blocks, unit)


def _time_column(path: Path, header: list[str]) -> str:
    found = [name for name in TIMES if name in header]
    if "neuron" not in header or len(found) != 1:
        lacking = "neuron" if "neuron" not in header else "time"
        known = did_you_mean(lacking, set(header) - {"neuron", *TIMES}) if len(found) < 2 else ""
        shown = ", ".join(f"'{one_line(name, 40)}'" for name in header[:8])
        raise InputError(f"{one_line(path)}: found the columns {shown}; {EXPECTED}.{known}")
    return found[0]


def _first_problem(path: Path, time: str, options: dict[str, Any], error: Exception) -> InputError:
    """Return the error that names the first line with an entry that is not a number."""
    line = 2
    try:
        with pd.read_csv(path, dtype=str, keep_default_na=False, **options) as parts:
            for part in parts:
                for column in ("neuron", time):
                    is_right = _are_numbers(part[column], whole=column == "neuron")
                    if not is_right.all():
                        row = int(is_right.argmin())
                        return InputError(
                            f"{one_line(path)}, line {line + row}: "
                            f"'{one_line(part[column].iloc[row], 60)}' in column '{column}'; "
                            f"{EXPECTED}"
                        )
                line += len(part)
    except (ValueError, OverflowError):
        pass
    return InputError(f"{one_line(path)}: {one_line(error, 200)}; {EXPECTED}")


def _are_numbers(texts: pd.Series, whole: bool) -> np.ndarray:
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(float)
    return np.isfinite(numbers) & (not whole or numbers == np.rint(numbers))
