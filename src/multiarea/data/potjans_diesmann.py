"""The microcircuit of Potjans & Diesmann 2014: sizes, connections and initial potentials."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_probabilities
from multiarea.data.tables import read_indexed, read_matrix

KEYS = ("layer", "population")


def read_populations(path: Path) -> pd.DataFrame:
    """Read n_neurons and k_ext (external in-degree), indexed (layer, population).

    Raises InputError if the file is not such a table or holds negative numbers.
    """
    return read_indexed(path, KEYS, {"n_neurons": int, "k_ext": int})


def read_connection_probabilities(path: Path) -> pd.DataFrame:
    """Read the connection probabilities [target, source] between the populations.

    Raises InputError if the file is not a square matrix labelled ``layer|population`` with entries
    in [0, 1).

    Returns
    -------
    DataFrame
        Shape (8, 8), rows and columns indexed (layer, population).
    """
    matrix = read_matrix(path, KEYS)
    require_probabilities(path, matrix)
    return matrix


def read_thalamic_probabilities(path: Path) -> pd.Series:
    """Read the connection probability with thalamic neurons, indexed (layer, population).

    Raises InputError if the file is not such a table or a number is not a probability below 1.
    """
    table = read_indexed(path, KEYS, {"probability": float})
    require_probabilities(path, table)
    return table["probability"]


def read_initial_potentials(path: Path) -> pd.DataFrame:
    """Read the optimised initial potentials V0_mean, V0_sd [mV], indexed (layer, population).

    Raises InputError if the file is not such a table or a standard deviation is negative.
    """
    return read_indexed(path, KEYS, {"V0_mean": float, "V0_sd": float}, signed=["V0_mean"])


def read_reference_rates(path: Path) -> pd.DataFrame:
    """Read mean rates at full scale [spikes/s], indexed (layer, population).

    Raises InputError if the file is not such a table or holds negative numbers.

    Returns
    -------
    DataFrame
        Columns nest_3 and nest_older (references of NEST's example), mean_field.
    """
    return read_indexed(path, KEYS, dict.fromkeys(("nest_3", "nest_older", "mean_field"), float))
