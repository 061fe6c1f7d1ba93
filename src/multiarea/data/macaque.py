"""Those tables of `experimental_data/macaque` that need more than `multiarea.data.tables`.

Areas are those of Felleman & Van Essen 1991 ("fv91") or of Markov et al. 2014 ("m132"); the README
beside the tables cites every primary source.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.checks import asymmetry, require_non_negative, require_unique
from multiarea.data.tables import read_matrix, read_table, read_text_table, typed
from multiarea.errors import InputError
from multiarea.network.network import LEVELS

CELL_TYPE_FORMS = {
    "cell_type": r"[a-z]+(1|2/3|4|5|6)(\(L(2/3|4|5/6|5|6)\))?",
    "dendritic_layer": r"(1|2/3|4|5|6)?",
}
LAYERS = ("I", "II/III", "IV", "V", "VI")


def read_laminar_thickness(path: Path) -> pd.DataFrame:
    """Read thickness [um] of layers and in total, one row per study; nan where not given.

    Raises InputError if the file is not such a table or an entry is neither empty nor a number.

    Returns
    -------
    DataFrame
        Columns I, II/III, IV, V, VI, total, indexed by area.
    """
    columns = [*LAYERS, "total"]
    text = read_text_table(path, ["area", *columns])
    table = pd.DataFrame(np.nan, pd.Index(text["area"], name="area"), columns)
    for column in columns:
        given = (text[column] != "").to_numpy()
        table.loc[given, column] = typed(path, text[given], {column: float})[column].to_numpy()
    require_non_negative(path, table)
    return table


def read_cocomac(path: Path) -> pd.DataFrame:
    """Read connections between areas of FV91.

    Raises InputError if the file is not such a table, a connection occurs twice or a pattern is
    wrong.

    Returns
    -------
    DataFrame
        Columns target, source, source_pattern, target_pattern ("" or 6 characters, one per layer,
        from 0, 1, 2, 3, X, ?), confirming_studies.
    """
    keys, patterns = ["target", "source"], ["source_pattern", "target_pattern"]
    text = read_text_table(path, [*keys, *patterns, "confirming_studies"])
    require_unique(path, text, keys)
    for name in patterns:
        wrong = text[~text[name].str.fullmatch("([0123X?]{6})?")]
        if len(wrong):
            raise InputError(
                f"{path}, line {wrong.index[0]}: '{wrong[name].iloc[0]}' in column '{name}'; "
                "expected nothing or 6 characters from 0, 1, 2, 3, X, ?."
            )
    number = typed(path, text, {"confirming_studies": int})
    return text[[*keys, *patterns]].reset_index(drop=True).join(number)


def read_overlap(path: Path) -> pd.Series:
    """Read the percentage of an M132 area that lies in an FV91 area, indexed by both.

    The table has two disjoint lists of overlaps; an area in both counts with the sum.

    Raises InputError if the file is not such a table or a percentage is negative.
    """
    table = read_table(path, {"m132_area": str, "fv91_area": str, "list": str, "percent": float})
    require_non_negative(path, table[["percent"]])
    return table.groupby(["m132_area", "fv91_area"], sort=False)["percent"].sum()


def read_cell_types(path: Path) -> pd.DataFrame:
    """Read the synapses on the dendrites of cell types of cat area 17.

    Raises InputError if the file is not such a table.

    Returns
    -------
    DataFrame
        Columns cell_type, dendritic_layer ("": the layer of the cell body), percent_of_cells,
        synapses_per_neuron, percent_corticocortical.
    """
    numbers = ("percent_of_cells", "synapses_per_neuron", "percent_corticocortical")
    text = read_text_table(path, ["cell_type", "dendritic_layer", *numbers])
    table = typed(path, text, {"cell_type": str, **dict.fromkeys(numbers, float)})
    require_non_negative(path, table[list(numbers)])
    for name, form in CELL_TYPE_FORMS.items():
        wrong = text[~text[name].str.fullmatch(form)]
        if len(wrong):
            raise InputError(
                f"{path}, line {wrong.index[0]}: '{wrong[name].iloc[0]}' in column '{name}'; "
                "expected a layer (1, 2/3, 4, 5, 6), in a cell_type after p, b, ss or nb and "
                "before a layer or layers in parentheses, if any, as in ss4(L2/3)."
            )
    table.insert(1, "dendritic_layer", text["dendritic_layer"].to_numpy())
    return table


def read_distances(path: Path) -> pd.DataFrame:
    """Read the median distances between areas of FV91 [mm], (81, 81).

    Raises InputError if the file is not a labelled square matrix, or a distance is negative or not
    the same both ways, or 0 between two areas.
    """
    matrix = read_matrix(path)
    require_non_negative(path, matrix)
    if difference := asymmetry(matrix):
        raise InputError(f"{path}: {difference}; expected a symmetric matrix.")
    close = np.argwhere((matrix == 0).to_numpy() & ~np.eye(len(matrix), dtype=bool))
    if len(close):
        one, other = (matrix.index[k] for k in close[0])
        raise InputError(f"{path}: 0 mm between '{one}' and '{other}'; expected more.")
    return matrix


def read_indegrees(path: Path) -> pd.DataFrame:
    """Read in-degrees [target, source], indexed (area, layer, population) on both axes.

    Raises InputError if the file is not a labelled square matrix or an in-degree is negative.
    """
    matrix = read_matrix(path, LEVELS)
    require_non_negative(path, matrix)
    return matrix
