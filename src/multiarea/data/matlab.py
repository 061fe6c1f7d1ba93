"""Variables and name lists of MATLAB ``.mat`` files, of version 7.3 (HDF5), too.

SciPy's reader can kill the process on a damaged file; a file is therefore read by a child process
first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from multiarea.data.tables import require_file
from multiarea.errors import InputError, did_you_mean, one_line

TRIAL_SECONDS = 120.0
"""Longest time that a file may take to be read."""


def read_mat(path: Path, variables: Sequence[str]) -> dict[str, np.ndarray]:
    """Read the given variables of a ``.mat`` file.

    Raises
    ------
    InputError
        If the file is not such a file or a variable is missing.
    """
    from multiarea.data import mat_reader  # slow to import

    expected = f"a MATLAB file with the variables {', '.join(variables)}"
    path = require_file(path, expected)
    problem = _problem(path, variables)
    if problem:
        raise InputError(f"{path}: cannot be read as MATLAB ({problem}); expected {expected}.")
    found = mat_reader.shapes(path)
    for name in variables:
        if name not in found:
            listed = ", ".join(f"'{key}' ({shape})" for key, shape in found.items())
            raise InputError(
                f"{path}: no variable '{name}'; expected {expected}, found {listed or 'none'}."
                f"{did_you_mean(name, found)}"
            )
    return mat_reader.content(path, variables)


def names(path: Path, variable: str, value: np.ndarray) -> list[str]:
    """Return the texts of a cell array, string array or character matrix, stripped.

    Raises
    ------
    InputError
        If an entry is not text or occurs twice.
    """
    found = [_text(entry) for entry in np.asarray(value).ravel()]
    for position, name in enumerate(found):
        if not name:
            raise InputError(f"{path}: entry {position + 1} of {variable} is not text.")
        if name in found[:position]:
            raise InputError(f"{path}: '{name}' occurs twice in {variable}; expected it once.")
    return found


def numbers(path: Path, variable: str, value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return `value` as finite, not negative floats of the given shape.

    Raises
    ------
    InputError
        If the shape or an entry is not as expected.
    """
    wanted = " x ".join(map(str, shape))
    if value.dtype.kind not in "iuf" or np.squeeze(value).shape != shape:
        found = " x ".join(map(str, value.shape))
        raise InputError(f"{path}: {variable} is {found}; expected {wanted} numbers, one per area.")
    result = np.squeeze(value).astype(float)
    if not (np.isfinite(result) & (result >= 0)).all():
        raise InputError(f"{path}: {variable} holds NaN, infinite or negative numbers.")
    return result


def _text(entry: object) -> str:
    while isinstance(entry, np.ndarray):
        if entry.size != 1:
            return ""
        entry = entry.ravel()[0]
    return entry.strip().strip("'\"") if isinstance(entry, str) else ""


def _problem(path: Path, variables: Sequence[str]) -> str:
    """Read a file in a child process; return what goes wrong, "" if nothing does."""
    command = [sys.executable, "-m", "multiarea.data.mat_reader", str(path), *variables]
    paths = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": paths}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TRIAL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"not read after {TRIAL_SECONDS:g} s"
    if done.returncode < 0:
        return f"damaged: the reader dies of signal {-done.returncode}"
    reason = one_line(done.stdout.strip() or done.stderr.strip()[-300:], 300)
    return (reason or "no reason given") if done.returncode else ""
