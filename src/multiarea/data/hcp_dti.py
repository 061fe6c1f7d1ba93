"""Structural connectivity between areas, Human Connectome Project diffusion imaging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from multiarea.data import matlab
from multiarea.data.checks import in_area_order, require_known, require_non_negative
from multiarea.data.tables import read_matrix
from multiarea.errors import InputError

HEMISPHERES = ("left", "right")
_VARIABLES = {
    "left": ("C_L", "LowResDK_EstimatedDist_LHem"),
    "right": ("C_R", "LowResDK_EstimatedDist_RHem"),
}


@dataclass(frozen=True)
class StructuralConnectivity:
    """Connectivity of one hemisphere; both matrices are labelled [target, source].

    Attributes
    ----------
    streamlines : DataFrame
        Number of streamlines, shape (n_areas, n_areas).
    fiber_length_mm : DataFrame
        Length of the fibres [mm], shape (n_areas, n_areas).
    """

    streamlines: pd.DataFrame
    fiber_length_mm: pd.DataFrame


def read_connectivity(
    path: Path, areas: Sequence[str] | None = None, hemisphere: str = "right"
) -> StructuralConnectivity:
    """Read streamline counts and fibre lengths of one hemisphere.

    Parameters
    ----------
    path : Path
        Folder with ``streamlines_<hemisphere>.csv`` and ``fiber_length_mm_<hemisphere>.csv``, or
        the original ``.mat`` file with the variables C_L, C_R, LowResDK_EstimatedDist_LHem,
        LowResDK_EstimatedDist_RHem and DK_Names.
    areas : sequence of str, optional
        Areas of the result, in order; by default those of the streamlines.
    hemisphere : str
        'left' or 'right'.

    Returns
    -------
    StructuralConnectivity
        Both matrices for the same areas in the same order.

    Raises
    ------
    InputError
        If the data are neither, lack an area or hold negative numbers.
    """
    path = Path(path)
    require_known(path, pd.Series([hemisphere], name="hemisphere"), HEMISPHERES)
    if path.suffix.lower() == ".mat":
        files = [path, path]
        matrices = _read_mat(path, hemisphere)
    else:
        if not path.is_dir():
            raise InputError(
                f"{path}: expected a .mat file or a folder with streamlines_{hemisphere}.csv and "
                f"fiber_length_mm_{hemisphere}.csv."
            )
        files = [path / f"{name}_{hemisphere}.csv" for name in ("streamlines", "fiber_length_mm")]
        matrices = [read_matrix(file) for file in files]
    order = list(matrices[0].index) if areas is None else list(areas)
    for file, matrix in zip(files, matrices, strict=True):
        require_non_negative(file, matrix)
    streamlines, lengths = (
        in_area_order(file, matrix, order) for file, matrix in zip(files, matrices, strict=True)
    )
    return StructuralConnectivity(streamlines, lengths)


def _read_mat(path: Path, hemisphere: str) -> list[pd.DataFrame]:
    variables = _VARIABLES[hemisphere]
    content = matlab.read_mat(path, (*variables, "DK_Names"))
    areas = matlab.names(path, "DK_Names", content["DK_Names"])
    shape = (len(areas), len(areas))
    return [
        pd.DataFrame(matlab.numbers(path, name, content[name], shape), index=areas, columns=areas)
        for name in variables
    ]
