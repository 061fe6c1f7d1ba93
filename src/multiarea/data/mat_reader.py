"""What ``.mat`` files hold: old ones through SciPy, version 7.3 through h5py.

Run as ``python -m``, it only tries to read a file (see `multiarea.data.matlab`); it therefore
imports little.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from scipy.io import loadmat, whosmat

MEMORY = 8 << 30
"""Most memory for a trial [bytes]: a damaged file can claim to hold anything."""


def try_to_read(path: Path, variables: Sequence[str]) -> int:
    """Read what a file has of some variables; on failure write why, and return 1."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(hard, MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        found = shapes(path)
        content(path, [name for name in variables if name in found])
    except Exception as error:  # the readers raise many kinds on a damaged file
        sys.stdout.write(str(error) or type(error).__name__)
        return 1
    return 0


def shapes(path: Path) -> dict[str, str]:
    """Return the variables of a file and what they are, such as "1 x 3 double"."""
    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            return {
                name: _described(getattr(item, "shape", ())[::-1], _class_of(item))
                for name, item in file.items()
                if not name.startswith("#")
            }
    return {name: _described(shape, kind) for name, shape, kind in whosmat(path)}


def _described(shape: Sequence[int], kind: str) -> str:
    return f"{' x '.join(map(str, shape))} {kind}".strip()


def content(path: Path, variables: Sequence[str]) -> dict[str, np.ndarray]:
    """Return variables that the file holds, in MATLAB's order of dimensions."""
    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            return {name: np.asarray(_from_hdf5(file, file[name])) for name in variables}
    loaded = loadmat(path, variable_names=list(variables))
    return {name: loaded[name] for name in variables}


def _class_of(item: Any) -> str:
    kind = item.attrs.get("MATLAB_class", b"")
    return kind.decode() if isinstance(kind, bytes) else str(kind)


def _from_hdf5(file: Any, item: Any) -> Any:
    """Return a number array, or text, or a cell array of these."""
    kind = _class_of(item)
    if not hasattr(item, "shape"):
        raise ValueError(f"'{item.name.strip('/')}' is a {kind or 'group'}")
    value = item[()].T
    if kind == "cell":
        cells = np.empty(value.shape, dtype=object)
        cells.flat = [_from_hdf5(file, file[reference]) for reference in value.flat]
        return cells
    if kind == "char":
        rows = ["".join(map(chr, row)) for row in np.atleast_2d(value)]
        return np.array(rows)
    return value


if __name__ == "__main__":
    sys.exit(try_to_read(Path(sys.argv[1]), sys.argv[2:]))
