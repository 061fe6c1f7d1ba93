"""Inputs of the figures of Schmidt et al. 2018b alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.tables import read_indexed
from publications.inputs import Reader
from publications.schmidt2018a.inputs import construction

M132_AREAS = {"7A": "7a", "STPc": "STPp", "TEO": "PITd"}
"""Names in the hierarchy of Markov et al. 2014 -> areas of the model that they are compared with.
"""


def read_hierarchies(paths: list[Path]) -> dict[str, pd.Series]:
    """Return the published ranks of areas by source.

    Parameters
    ----------
    paths : list of Path
        markov2014.csv and reid2009.csv.

    Raises
    ------
    InputError
        If a file is absent or wrong.
    """
    of = {path.stem: path for path in paths}
    markov = read_indexed(of["markov2014"], ["m132_area"], {"rank": float})["rank"]
    return {
        "Reid et al. 2009": read_indexed(of["reid2009"], ["area"], {"rank": float})["rank"],
        "Markov et al. 2014": markov.rename(M132_AREAS),
    }


READERS: dict[str, Reader] = {
    "metastable_sources": lambda paths, spec: construction(spec["networks"]["metastable"]),
    "hierarchy": lambda paths, spec: read_hierarchies(paths),
}
"""Readers, by name, in addition to those of all publications."""
