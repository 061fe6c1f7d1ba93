"""Variables and name lists of MATLAB ``.mat`` files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from multiarea.data.checks import listed
from multiarea.data.tables import require_file
from multiarea.errors import InputError, did_you_mean


def read_mat(path: Path, variables: Sequence[str]) -> dict[str, np.ndarray]:
    """Read the given variables of a ``.mat`` file (version 7 or older).

    Raises
    ------
    InputError
        If the file is no such file or a variable is missing.
    """
    from scipy.io import loadmat, whosmat

    expected = f"a MATLAB file with the variables {', '.join(variables)}"
    path = require_file(path, expected)
    try:
        found = [name for name, _, _ in whosmat(path)]
        content = loadmat(path, variable_names=list(variables))
    except NotImplementedError:
        raise InputError(
            f"{path}: is a MATLAB 7.3 file; expected {expected}, saved as version 7."
        ) from None
    except Exception as error:  # scipy raises many kinds on a damaged file
        raise InputError(
            f"{path}: cannot be read as MATLAB ({error}); expected {expected}."
        ) from None
    for name in variables:
        if name not in content:
            raise InputError(
                f"{path}: no variable '{name}'; expected {expected}, found {listed(found)}."
                f"{did_you_mean(name, found)}"
            )
    return {name: content[name] for name in variables}


def names(path: Path, variable: str, value: np.ndarray) -> list[str]:
    """Return the texts of a cell array, string array or character matrix, stripped.

    Raises
    ------
    InputError
        If an entry is no text or occurs twice.
    """
    found = [_text(entry) for entry in np.asarray(value).ravel()]
    for position, name in enumerate(found):
        if not name:
            raise InputError(f"{path}: entry {position + 1} of {variable} is no text.")
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
