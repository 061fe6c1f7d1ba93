"""Where the cell body of a synapse's target neuron lies, given the layer of the synapse."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.tables import read_indexed
from multiarea.errors import InputError

SYNAPSE_LAYERS = ("I", "II/III", "IV", "V", "VI")


def read_probabilities(path: Path) -> pd.DataFrame:
    """Read P(cell body in population | synapse in layer).

    Parameters
    ----------
    path : Path
        CSV table with the columns layer, population and one per synapse layer (I, II/III, IV, V,
        VI).

    Returns
    -------
    DataFrame
        Indexed (layer, population) of the cell body, columns synapse layers; every column sums
        to 1.

    Raises
    ------
    InputError
        If the file is not such a table, a number is negative or a column does not sum to 1.
    """
    table = read_indexed(path, ("layer", "population"), dict.fromkeys(SYNAPSE_LAYERS, float))
    for layer, total in table.sum().items():
        if abs(total - 1) > 1e-6:
            raise InputError(f"{path}: column '{layer}' sums to {total:g}; expected 1.")
    return table
