"""Structural connectivity between areas, Human Connectome Project diffusion imaging."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data import matlab
from multiarea.data.checks import (
    asymmetry,
    in_area_order,
    require_names,
    require_non_negative,
    warn_of_others,
    without_diagonal,
)
from multiarea.data.tables import read_matrix
from multiarea.errors import InputError, listed

_VARIABLES = {
    "right": ("C_R", "LowResDK_EstimatedDist_RHem"),
    "left": ("C_L", "LowResDK_EstimatedDist_LHem"),
}
"""Streamlines and lengths of a hemisphere in the original file."""


@dataclass(frozen=True)
class StructuralConnectivity:
    """Connectivity of a hemisphere: matrices (n_areas, n_areas) [target, source]."""

    streamlines: pd.DataFrame
    """Number of streamlines."""
    fiber_length_mm: pd.DataFrame
    """Length of the fibres [mm]."""


def read_connectivity(
    path: Path, areas: Sequence[str], hemisphere: str = "right"
) -> StructuralConnectivity:
    """Read streamline counts and fibre lengths between `areas`, in their order.

    `path` is a folder with ``streamlines_right.csv`` and ``fiber_length_mm_right.csv``, or the
    original ``.mat`` file with the variables C_R, LowResDK_EstimatedDist_RHem and DK_Names; for the
    left `hemisphere` likewise with ``left`` and L.

    Streamlines of an area to itself are taken as 0, areas that are not among `areas` are left out,
    and a matrix that is not symmetric is used as it is, each with a warning.

    Raises InputError if the data are neither, lack an area or hold negative numbers, an area has no
    streamlines, or two areas have streamlines of length 0.
    """
    if path.suffix.lower() == ".mat":
        variables = _VARIABLES[hemisphere]
        matrices = _read_mat(path, areas, variables)
        return _checked([f"{path}: {name}" for name in variables], *matrices)
    names = f"streamlines_{hemisphere}.csv", f"fiber_length_mm_{hemisphere}.csv"
    if not path.is_dir():
        raise InputError(f"{path}: expected a .mat file or a folder with {' and '.join(names)}.")
    return read_matrices(path / names[0], path / names[1], areas)


def read_matrices(streamlines: Path, lengths: Path, areas: Sequence[str]) -> StructuralConnectivity:
    """Read the tables `streamlines` and `lengths` [mm] between `areas`; see `read_connectivity`."""
    places = [streamlines, lengths]
    return _checked(places, *(_read_csv(file, areas) for file in places))


def _checked(
    places: Sequence[Path | str], streamlines: pd.DataFrame, length: pd.DataFrame
) -> StructuralConnectivity:
    """Return the matrices, from `places`; see `read_connectivity` for warnings and errors."""
    for place, matrix in zip(places, (streamlines, length), strict=True):
        if difference := asymmetry(matrix):
            warnings.warn(
                f"{place}: {difference}. It is used as it is, rows as targets and columns as "
                "sources; tractography alone gives symmetric matrices.",
                stacklevel=2,
            )
    streamlines = without_diagonal(places[0], streamlines)
    _check_streamlines(places, streamlines, length)
    return StructuralConnectivity(streamlines, length)


def _check_streamlines(
    places: Sequence[Path | str], streamlines: pd.DataFrame, length: pd.DataFrame
) -> None:
    """Raise InputError for an area without streamlines, and for streamlines of length 0."""
    isolated = list(streamlines.index[(streamlines == 0).all(axis=1)])
    if isolated:
        raise InputError(
            f"{places[0]}: no streamlines from other areas to {listed(isolated)}; expected some to "
            "each area, for the synapses from other areas are shared out among them."
        )
    short = np.argwhere((streamlines > 0).to_numpy() & (length == 0).to_numpy())
    if len(short):
        target, source = (streamlines.index[k] for k in short[0])
        raise InputError(
            f"{places[1]}: 0 mm from '{source}' to '{target}', between which there are "
            "streamlines; expected a length above 0."
        )


def _read_csv(path: Path, areas: Sequence[str]) -> pd.DataFrame:
    matrix = read_matrix(path)
    require_non_negative(path, matrix)
    ordered = in_area_order(path, matrix, areas)
    warn_of_others(path, matrix.index, areas)
    return ordered


def _read_mat(path: Path, areas: Sequence[str], variables: Sequence[str]) -> Iterator[pd.DataFrame]:
    content = matlab.read_mat(path, (*variables, "DK_Names"))
    names = matlab.names(path, "DK_Names", content["DK_Names"])
    require_names(path, names, areas)
    warn_of_others(path, names, areas)
    for variable in variables:
        values = matlab.numbers(path, variable, content[variable], (len(names), len(names)))
        yield in_area_order(path, pd.DataFrame(values, names, names), areas)
