"""Experimental functional connectivity: a user's own recordings, or the group matrices shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.fmri_timeseries import read_timeseries
from multiarea.data.hcp_fmri import read_functional_connectivity

HEMISPHERES = ("left", "right")


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
    """Read the group matrices of the Human Connectome Project, and turn Fisher z into r.

    Parameters
    ----------
    folder : Path
        Folder with ``functional_connectivity_fisher_z_left.csv`` and ``..._right.csv``.
    areas : sequence of str, optional
        Areas of the result, in order.

    Raises
    ------
    InputError
        If a file is missing, damaged or lacks an area.
    """
    group = {}
    for hemisphere in HEMISPHERES:
        path = Path(folder) / f"functional_connectivity_fisher_z_{hemisphere}.csv"
        matrix = np.tanh(read_functional_connectivity(path, areas))
        group[hemisphere] = matrix.mask(np.eye(len(matrix), dtype=bool), 1.0)
    source = "HCP group average (substitute for the 7T data)"
    return ExperimentalFC(group, source=source, is_substitute=True)


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
