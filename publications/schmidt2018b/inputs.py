"""Inputs of the figures of Schmidt et al. 2018b alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_known
from multiarea.data.tables import read_indexed, read_table
from multiarea.network.network import LEVELS
from publications.inputs import Reader
from publications.schmidt2018a.inputs import construction

M132_AREAS = {"7A": "7a", "STPc": "STPp", "TEO": "PITd"}
"""Names in the hierarchy of Markov et al. 2014 -> areas of the model that they are compared with.
"""
LAYER_NAMES = {"23": "II/III", "4": "IV", "5": "V", "6": "VI"}
"""Layers in the tables of Knight & Nowotny 2021."""


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


def read_population_averages(path: Path) -> pd.DataFrame:
    """Return statistics over areas of the simulations of Knight & Nowotny 2021.

    Parameters
    ----------
    path : Path
        population_averages.csv.

    Returns
    -------
    DataFrame
        mean, median, min and max over areas, indexed (chi, quantity, layer, population,
        simulator): quantities rates [spikes/s], irregularity (LvR of neurons that fired) and
        corr_coeff; simulators nest and genn.

    Raises
    ------
    InputError
        If the file is absent or wrong.
    """
    columns = {"chi": float, "simulator": str, "quantity": str, "population": str, "count": int}
    columns |= dict.fromkeys(("mean", "median", "min", "max"), float)
    found = read_table(path, columns)
    require_known(
        path, found["population"], [f"{layer}{kind}" for layer in LAYER_NAMES for kind in "EI"]
    )
    found["layer"] = found["population"].str[:-1].map(LAYER_NAMES)
    found["population"] = found["population"].str[-1]
    return found.set_index(["chi", "quantity", *LEVELS[1:], "simulator"]).sort_index()


READERS: dict[str, Reader] = {
    "metastable_sources": lambda paths, spec: construction(spec["networks"]["metastable"]),
    "hierarchy": lambda paths, spec: read_hierarchies(paths),
    "population_averages": lambda paths, spec: read_population_averages(paths[0]),
}
"""Readers, by name, in addition to those of all publications."""
