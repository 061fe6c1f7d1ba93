"""Fraction of excitatory neurons in each layer."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multiarea.data.checks import require_known
from multiarea.data.tables import read_indexed
from multiarea.errors import InputError

LAYERS = ("II/III", "IV", "V", "VI")


def read_fractions(path: Path) -> pd.Series:
    """Read the fraction of excitatory neurons of the four layers.

    Parameters
    ----------
    path : Path
        CSV table with the columns layer, ratio.

    Returns
    -------
    Series
        Fraction in [0, 1], indexed by layer: II/III, IV, V, VI.

    Raises
    ------
    InputError
        If the file is not such a table, a layer is missing, unknown or given twice, or a fraction
        is outside [0, 1].
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
