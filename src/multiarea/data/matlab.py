"""Variables and name lists of MATLAB ``.mat`` files, including those of version 7.3 (HDF5).

SciPy's reader can crash the process on a damaged file; a file is therefore read by a child process
first: this module, run as ``python -m``.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from multiarea.data.csv_text import require_file
from multiarea.errors import InputError, did_you_mean, one_line

TRIAL_SECONDS = 120.0
"""Longest time that a file may take to be read."""
MEMORY = 8 << 30
"""Most memory for reading it first [bytes]: a damaged file can claim to hold anything."""


def read_mat(path: Path, *choices: Sequence[str]) -> dict[str, np.ndarray]:
    """Read the first of `choices`, each some variables, that the ``.mat`` file `path` holds.

    Numbers come as arrays, text as array of str, cell arrays as arrays of object, and structs as
    structured arrays with fields of object.

    Raises InputError if the file is not such a file or a variable is missing.
    """
    expected = "a MATLAB file with the variables "
    expected += ", or ".join(", ".join(variables) for variables in choices)
    path = require_file(path, expected)
    wanted = [name for variables in choices for name in variables]
    problem = _problem(path, wanted)
    if problem:
        raise InputError(f"{path}: cannot be read as MATLAB ({problem}); expected {expected}.")
    found, content = _read(path, wanted)
    for variables in choices:
        if content.keys() >= set(variables):
            return {name: content[name] for name in variables}
    for name in choices[0]:
        if name not in found:
            listed = ", ".join(f"'{key}' ({shape})" for key, shape in found.items())
            raise InputError(
                f"{path}: no variable '{name}'; expected {expected}, found {listed or 'none'}."
                f"{did_you_mean(name, found)}"
            )
    raise AssertionError("unreachable: one of the first variables is missing")


def names(path: Path, variable: str, value: np.ndarray) -> list[str]:
    """Return the stripped texts in `value`, the `variable` of the file `path`.

    It is a cell array, a string array or a character matrix.

    Raises InputError if an entry is not text or occurs twice.
    """
    found = [_text(entry) for entry in np.asarray(value).ravel()]
    for position, name in enumerate(found):
        if not name:
            raise InputError(f"{path}: entry {position + 1} of {variable} is not text.")
        if name in found[:position]:
            raise InputError(f"{path}: '{name}' occurs twice in {variable}; expected it once.")
    return found


def numbers(path: Path, variable: str, value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return `value`, the `variable` of the file `path`, as floats >= 0 of the given `shape`.

    Raises InputError if an entry is negative or not finite, or the shape is another (but for axes
    of length 1).
    """
    if value.dtype.names is not None:
        raise InputError(f"{path}: {variable} is a struct; expected numbers.")
    same_shape = [n for n in value.shape if n != 1] == [n for n in shape if n != 1]
    if value.dtype.kind not in "iuf" or not same_shape:
        found, wanted = (" x ".join(map(str, lengths)) for lengths in (value.shape, shape))
        raise InputError(f"{path}: {variable} is {found}; expected {wanted} numbers.")
    result = value.reshape(shape).astype(float)
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
    command = [sys.executable, "-m", "multiarea.data.matlab", str(path), *variables]
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


def _read(path: Path, variables: Sequence[str]) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Return what a file holds, such as "1 x 3 double" by name, and those of `variables` it has.

    Dimensions are in MATLAB's order. On a damaged file, h5py and SciPy raise many kinds of errors.
    """
    import h5py  # slow to import, as SciPy's part
    from scipy.io import loadmat, whosmat

    if not h5py.is_hdf5(path):
        kinds = {name: (shape, kind) for name, shape, kind in whosmat(path)}
        loaded = loadmat(path, variable_names=list(variables))
        content = {name: loaded[name] for name in variables if name in kinds}
    else:
        with h5py.File(path) as file:
            kinds = {
                name: (getattr(item, "shape", ())[::-1], _class_of(item))
                for name, item in file.items()
                if not name.startswith("#")
            }
            wanted = [name for name in variables if name in kinds]
            content = {name: np.asarray(_from_hdf5(file, file[name])) for name in wanted}
    found = {
        name: f"{' x '.join(map(str, shape))} {kind}".strip()
        for name, (shape, kind) in kinds.items()
    }
    return found, content


def _class_of(item: Any) -> str:
    kind = item.attrs.get("MATLAB_class", b"")
    return kind.decode() if isinstance(kind, bytes) else str(kind)


def _from_hdf5(file: Any, item: Any) -> Any:
    """Return a number array, or text, or a cell array or structs of these."""
    kind = _class_of(item)
    if not hasattr(item, "shape"):
        return _structs(file, item)
    if item.attrs.get("MATLAB_empty", 0):  # the lengths of the axes are stored in its place
        return np.empty(tuple(item[()]))
    value = item[()].T
    if kind == "cell":
        cells = np.empty(value.shape, dtype=object)
        cells.flat = [_from_hdf5(file, file[reference]) for reference in value.flat]
        return cells
    if kind == "char":
        return np.array(["".join(map(chr, row)) for row in np.atleast_2d(value)])
    return value


def _structs(file: Any, group: Any) -> np.ndarray:
    """Return a struct, or an array of structs, of which each field holds references."""
    is_array = len(group) > 0 and all(
        hasattr(item, "dtype") and item.dtype.metadata and not _class_of(item)
        for item in group.values()
    )
    columns = {
        name: [_from_hdf5(file, file[reference]) for reference in item[()].T.flat]
        if is_array
        else [_from_hdf5(file, item)]
        for name, item in group.items()
    }
    records = np.empty(max(map(len, columns.values()), default=1), [(n, object) for n in columns])
    for name, values in columns.items():
        for n, value in enumerate(values):
            records[name][n] = value
    return records


def _limit() -> None:
    """Limit the memory of this process, and write no core file if it crashes."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(hard, MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    try:
        _read(Path(sys.argv[1]), sys.argv[2:])
    except Exception as error:
        sys.stdout.write(str(error) or type(error).__name__)
        sys.exit(1)
