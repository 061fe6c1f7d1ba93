"""Functional connectivity from experiments: shipped group matrices, or a user's own fMRI series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.checks import asymmetry, in_area_order
from multiarea.data.csv_text import require_file
from multiarea.data.tables import read_matrix
from multiarea.errors import InputError, did_you_mean, one_line

GROUPS = {
    "fisher_z": ("HCP group average (substitute for the 7T data)", True),
    "r": ("Babapoor-Farrokhran et al. 2013", False),
}
"""Unit in the names of the files of a group -> source, and whether it stands in for other data."""
_SIDES = {"left": {"left", "lh", "l"}, "right": {"right", "rh", "r"}}


@dataclass(frozen=True)
class ExperimentalFC:
    """Functional connectivity of areas."""

    group: dict[str, pd.DataFrame]
    """Hemisphere -> Pearson r of the group, (areas, areas) with ones on the diagonal."""
    subjects: dict[str, np.ndarray] = field(default_factory=dict)
    """Hemisphere -> (subjects, areas, areas), in the order of `group`; empty without subjects."""
    source: str = ""
    """What it is, for labels of figures."""
    is_substitute: bool = False
    """Whether it stands in for the data of the publication."""


def read_functional_connectivity(path: Path, areas: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the symmetric matrix of functional connectivity `path`, Fisher z or Pearson r.

    The result has `areas` in their order; by default those of the file.

    Raises InputError if the file is not such a matrix, is not symmetric or lacks an area.
    """
    matrix = read_matrix(path)
    if difference := asymmetry(matrix):
        raise InputError(f"{path}: {difference}; expected a symmetric matrix.")
    return in_area_order(path, matrix, areas)


def load_group_fc(folder: Path, areas: Sequence[str] | None = None) -> ExperimentalFC:
    """Read the matrices of a group, one per hemisphere, and turn Fisher z into r.

    The `folder` holds ``functional_connectivity_<unit>_<hemisphere>.csv``, unit fisher_z or r;
    the result has `areas` in their order, or all.

    Raises InputError if there is no such file, or one is damaged or lacks an area.
    """
    for unit, (source, is_substitute) in GROUPS.items():
        prefix = f"functional_connectivity_{unit}_"
        group = {}
        for path in sorted(Path(folder).glob(f"{prefix}*.csv")):
            matrix = read_functional_connectivity(path, areas)
            matrix = np.tanh(matrix) if unit == "fisher_z" else matrix
            is_diagonal = np.eye(len(matrix), dtype=bool)
            group[path.stem.removeprefix(prefix)] = matrix.mask(is_diagonal, 1.0)
        if group:
            return ExperimentalFC(group, source=source, is_substitute=is_substitute)
    raise InputError(f"{folder}: no functional_connectivity_<unit>_<hemisphere>.csv")


def load_timeseries_fc(path: Path, regions: Path, areas: Sequence[str]) -> ExperimentalFC:
    """Compute functional connectivity from a user's own fMRI time series.

    For `path`, `regions`, `areas` and errors see `read_timeseries`.
    """
    series = read_timeseries(path, regions, areas)
    subjects = {
        hemisphere: np.stack([np.corrcoef(one) for one in values])
        for hemisphere, values in series.items()
    }
    group = {
        hemisphere: pd.DataFrame(matrices.mean(axis=0), list(areas), list(areas))
        for hemisphere, matrices in subjects.items()
    }
    n_subjects = len(next(iter(subjects.values())))
    return ExperimentalFC(group, subjects, f"{Path(path).name}, {n_subjects} subjects")


def read_timeseries(path: Path, regions: Path, areas: Sequence[str]) -> dict[str, np.ndarray]:
    """Read the time series of the areas of each hemisphere.

    Parameters
    ----------
    path : Path
        ``.npy`` file with (time, regions, subjects), (regions, time, subjects), or one subject
        without the last axis. The axis as long as the list of regions is theirs.
    regions : Path
        Text file with one region per line in the order of the array. The area is what follows the
        last '-' of the line; what precedes it tells the hemisphere (left, lh, l, right, rh, r),
        else the first region of that area is the left one and the second the right one.
    areas : sequence of str
        Areas of the result, in order.

    Returns
    -------
    dict of str to (subjects, areas, time) array
        For 'left' and 'right'.

    Raises
    ------
    InputError
        If a file is not such a file, an area is missing, or values are not finite or constant.
    """
    names = _read_regions(regions)
    values = _read_array(path, len(names))
    rows = {side: _positions(regions, names, areas, side) for side in _SIDES}
    result = {}
    for hemisphere in _SIDES:
        chosen = values[:, rows[hemisphere]]
        bad = np.argwhere(~np.isfinite(chosen).all(axis=2) | (np.ptp(chosen, axis=2) == 0))
        if len(bad):
            subject, area = bad[0]
            raise InputError(
                f"{path}: the time series of '{areas[area]}' ({hemisphere}), subject "
                f"{subject + 1}, is constant or not finite; expected finite numbers that vary."
            )
        result[hemisphere] = chosen
    return result


def _read_regions(path: Path) -> list[list[str]]:
    path = require_file(path, "a list of regions, one per line")
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; expected one region per line.") from None
    names = [
        [part.strip().strip("\"'") for part in line.split("-")] for line in lines if line.strip()
    ]
    if not names:
        raise InputError(f"{path}: is empty; expected one region per line.")
    return names


def _read_array(path: Path, n_regions: int) -> np.ndarray:
    """Return (subjects, regions, time)."""
    expected = "numbers in a .npy array of (time, regions, subjects) or (regions, time, subjects)"
    path = require_file(path, expected)
    try:
        values = np.load(path, allow_pickle=False)
    except Exception as error:  # NumPy raises many kinds on a damaged file
        reason = one_line(error)
        raise InputError(f"{path}: cannot be read ({reason}); expected {expected}.") from None
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf":
        raise InputError(f"{path}: holds no array of numbers; expected {expected}.")
    if values.ndim == 2:
        values = values[:, :, None]
    shape = " x ".join(map(str, values.shape))
    if values.ndim != 3 or n_regions not in values.shape[:2] or 0 in values.shape:
        raise InputError(
            f"{path}: the array is {shape}, the list has {n_regions} regions; expected {expected}."
        )
    if values.shape[0] == values.shape[1]:
        raise InputError(
            f"{path}: the array is {shape}, so that regions and time cannot be told apart; "
            "cut the time series."
        )
    order = (2, 0, 1) if values.shape[0] == n_regions else (2, 1, 0)
    return values.transpose(order).astype(float)


def _positions(
    path: Path, names: list[list[str]], areas: Sequence[str], hemisphere: str
) -> list[int]:
    """Return the place of each area of a hemisphere among the regions `names` of a file."""
    others = {parts[-1] for parts in names} - set(areas)
    return [_position(path, names, (area, hemisphere), others) for area in areas]


def _position(
    path: Path, names: list[list[str]], place: tuple[str, str], others: Iterable[str]
) -> int:
    area, hemisphere = place
    found = [k for k, parts in enumerate(names) if parts[-1] == area]
    sided = [k for k in found if _side(names[k])]
    if sided:
        found = [k for k in sided if _side(names[k]) == hemisphere]
    elif len(found) == 2:
        found = [found[hemisphere == "right"]]
    if len(found) != 1:
        hint = "" if found else did_you_mean(area, others)
        raise InputError(
            f"{path}: {len(found)} regions for the {hemisphere} '{area}'; expected one.{hint}"
        )
    return found[0]


def _side(parts: list[str]) -> str | None:
    words = {word for part in parts[:-1] for word in part.lower().replace("_", " ").split()}
    return next((side for side, marks in _SIDES.items() if words & marks), None)
