"""The microcircuit of Potjans & Diesmann 2014: sizes, connections and reference values."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_non_negative
from multiarea.data.tables import read_layer_population_table, read_matrix
from multiarea.errors import InputError


def read_populations(path: Path) -> pd.DataFrame:
    """Read n_neurons and k_ext (external in-degree), indexed (layer, population).

    Raises
    ------
    InputError
        If the file is not such a table or holds negative numbers.
    """
    table = read_layer_population_table(path, {"n_neurons": int, "k_ext": int})
    require_non_negative(path, table)
    return table


def read_connection_probabilities(path: Path) -> pd.DataFrame:
    """Read the connection probabilities [target, source] between the populations.

    Returns
    -------
    DataFrame
        Shape (8, 8), rows and columns indexed (layer, population).

    Raises
    ------
    InputError
        If the file is not a square matrix labelled ``layer|population`` with entries in [0, 1).
    """
    matrix = read_matrix(path)
    require_non_negative(path, matrix)
    for target, row in matrix.iterrows():
        if row.max() >= 1:
            raise InputError(
                f"{path}: {row.max():g} for target '{target}', source '{row.idxmax()}'; expected a "
                "probability below 1."
            )
    for name in matrix.index:
        if name.count("|") != 1:
            raise InputError(f"{path}: label '{name}'; expected layer|population, like 'IV|E'.")
    labels = pd.MultiIndex.from_tuples(
        [tuple(name.split("|")) for name in matrix.index], names=["layer", "population"]
    )
    return matrix.set_axis(labels, axis=0).set_axis(labels, axis=1)


def read_thalamic_probabilities(path: Path) -> pd.Series:
    """Read the connection probability with thalamic neurons, indexed (layer, population).

    Raises
    ------
    InputError
        If the file is not such a table or a number is not a probability below 1.
    """
    table = read_layer_population_table(path, {"probability": float})
    require_non_negative(path, table)
    if table["probability"].max() >= 1:
        raise InputError(
            f"{path}: {table['probability'].max():g} in column 'probability'; expected a "
            "probability below 1."
        )
    return table["probability"]


def read_reference_rates(path: Path) -> pd.DataFrame:
    """Read full-scale rates [spikes/s]: nest_3, nest_older and mean_field per population.

    Raises
    ------
    InputError
        If the file is not such a table or holds negative numbers.
    """
    columns = dict.fromkeys(("nest_3", "nest_older", "mean_field"), float)
    table = read_layer_population_table(path, columns)
    require_non_negative(path, table)
    return table


def read_initial_potentials(path: Path) -> pd.DataFrame:
    """Read the optimised initial potentials V0_mean, V0_sd [mV] per population.

    Raises
    ------
    InputError
        If the file is not such a table or a standard deviation is negative.
    """
    table = read_layer_population_table(path, {"V0_mean": float, "V0_sd": float})
    require_non_negative(path, table["V0_sd"])
    return table
