"""Structural connectivity between areas, Human Connectome Project diffusion imaging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from multiarea.data import matlab
from multiarea.data.checks import in_area_order, require_non_negative
from multiarea.data.tables import read_matrix
from multiarea.errors import InputError

_VARIABLES = ("C_R", "LowResDK_EstimatedDist_RHem")
"""Streamlines and lengths of the right hemisphere in the original file."""


@dataclass(frozen=True)
class StructuralConnectivity:
    """Connectivity of the right hemisphere: matrices (n_areas, n_areas) [target, source]."""

    streamlines: pd.DataFrame
    """Number of streamlines."""
    fiber_length_mm: pd.DataFrame
    """Length of the fibres [mm]."""


def read_connectivity(path: Path, areas: Sequence[str]) -> StructuralConnectivity:
    """Read streamline counts and fibre lengths between `areas`, in their order.

    `path` is a folder with ``streamlines_right.csv`` and ``fiber_length_mm_right.csv``, or the
    original ``.mat`` file with the variables C_R, LowResDK_EstimatedDist_RHem and DK_Names.

    Raises InputError if the data are neither, lack an area or hold negative numbers.
    """
    if path.suffix.lower() == ".mat":
        return StructuralConnectivity(*_read_mat(path, areas))
    if not path.is_dir():
        raise InputError(
            f"{path}: expected a .mat file or a folder with streamlines_right.csv and "
            "fiber_length_mm_right.csv."
        )
    names = ("streamlines_right.csv", "fiber_length_mm_right.csv")
    return StructuralConnectivity(*(_read_csv(path / name, areas) for name in names))


def _read_csv(path: Path, areas: Sequence[str]) -> pd.DataFrame:
    matrix = read_matrix(path)
    require_non_negative(path, matrix)
    return in_area_order(path, matrix, areas)


def _read_mat(path: Path, areas: Sequence[str]) -> Iterator[pd.DataFrame]:
    content = matlab.read_mat(path, (*_VARIABLES, "DK_Names"))
    names = matlab.names(path, "DK_Names", content["DK_Names"])
    for variable in _VARIABLES:
        values = matlab.numbers(path, variable, content[variable], (len(names), len(names)))
        yield in_area_order(path, pd.DataFrame(values, names, names), areas)
