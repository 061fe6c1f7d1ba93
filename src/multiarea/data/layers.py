"""Tables by layer: fraction of excitatory neurons, and the cell bodies of synapses."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_known
from multiarea.data.tables import read_indexed
from multiarea.errors import InputError

LAYERS = ("II/III", "IV", "V", "VI")


def read_fractions(path: Path) -> pd.Series:
    """Read the fraction of excitatory neurons, by layer: II/III, IV, V, VI.

    The CSV table has the columns layer, ratio.

    Raises InputError if the file is not such a table, a layer is missing, unknown or given twice,
    or a fraction is outside [0, 1].
    """
    fractions = read_indexed(path, ["layer"], {"ratio": float})["ratio"]
    require_known(path, fractions.index.to_series(), LAYERS)
    for layer in LAYERS:
        if layer not in fractions.index:
            raise InputError(f"{path}: no layer '{layer}'; expected {', '.join(LAYERS)}.")
        if fractions[layer] > 1:
            raise InputError(
                f"{path}: ratio {fractions[layer]:g} of layer '{layer}'; expected 0 to 1."
            )
    return fractions.loc[list(LAYERS)]


def read_cell_body_probabilities(path: Path) -> pd.DataFrame:
    """Read P(cell body in population | synapse in layer).

    The CSV table has the columns layer, population and one per layer of the synapse (I, II/III,
    IV, V, VI).

    Raises InputError if the file is not such a table, a number is negative or a column does not sum
    to 1.

    Returns
    -------
    DataFrame
        Indexed (layer, population) of the cell body, columns layers of the synapse; every column
        sums to 1.
    """
    table = read_indexed(path, ("layer", "population"), dict.fromkeys(("I", *LAYERS), float))
    for layer, total in table.sum().items():
        if abs(total - 1) > 1e-6:
            raise InputError(f"{path}: column '{layer}' sums to {total:g}; expected 1.")
    return table
