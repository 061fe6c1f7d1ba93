"""Experimental functional connectivity: a user's own recordings, or the shipped group matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.fmri_timeseries import read_timeseries
from multiarea.data.hcp_fmri import read_functional_connectivity
from multiarea.errors import InputError

GROUPS = {
    "fisher_z": ("HCP group average (substitute for the 7T data)", True),
    "r": ("Babapoor-Farrokhran et al. 2013", False),
}
"""Unit in the names of the files of a group -> source, and whether it stands in for other data."""


@dataclass(frozen=True)
class ExperimentalFC:
    """Functional connectivity of areas.

    Attributes
    ----------
    group : dict of str to DataFrame
        Hemisphere -> Pearson r of the group, (areas, areas) with ones on the diagonal.
    subjects : dict of str to array
        Hemisphere -> (subjects, areas, areas), in the order of `group`; empty without subjects.
    source : str
        What it is, for labels of figures.
    is_substitute : bool
        Whether it stands in for the data of the publication.
    """

    group: dict[str, pd.DataFrame]
    subjects: dict[str, np.ndarray] = field(default_factory=dict)
    source: str = ""
    is_substitute: bool = False


def load_group_fc(folder: Path, areas: Sequence[str] | None = None) -> ExperimentalFC:
    """Read the matrices of a group, one per hemisphere, and turn Fisher z into r.

    Parameters
    ----------
    folder : Path
        Folder with ``functional_connectivity_<unit>_<hemisphere>.csv``, unit fisher_z or r.
    areas : sequence of str, optional
        Areas of the result, in order.

    Raises
    ------
    InputError
        If there is no such file, or one is damaged or lacks an area.
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

    Parameters
    ----------
    path, regions, areas
        See `multiarea.data.fmri_timeseries.read_timeseries`.

    Raises
    ------
    InputError
        As `read_timeseries`, or if a time series is constant.
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
