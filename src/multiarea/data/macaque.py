"""The tables of the macaque model: `experimental_data/macaque`, one reader per table.

Areas are those of Felleman & Van Essen 1991 ("fv91"), of Markov et al. 2014 ("m132") or of Barbas
and colleagues; the README beside the tables cites every primary source.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.data.checks import require_non_negative, require_unique
from multiarea.data.tables import read_matrix, read_table, read_text_table, typed
from multiarea.errors import InputError

LAYERS = ("I", "II/III", "IV", "V", "VI")


def read_column(path: Path, key: str, value: str) -> pd.Series:
    """Read one number per name: surfaces, overall densities, types, total thickness.

    Raises
    ------
    InputError
        If the file is not such a table, a name occurs twice or a number is negative.
    """
    table = read_table(path, {key: str, value: float})
    require_unique(path, table, [key])
    series = table.set_index(key)[value]
    require_non_negative(path, series)
    return series


def read_layer_densities(path: Path) -> pd.DataFrame:
    """Read neuron densities [1/mm3]: columns overall, II/III, IV, V/VI; by Barbas area.

    Raises
    ------
    InputError
        If the file is not such a table or a number is negative.
    """
    columns = ("overall", "II/III", "IV", "V/VI")
    table = read_table(path, {"area": str, **dict.fromkeys(columns, float)})
    require_unique(path, table, ["area"])
    require_non_negative(path, table[list(columns)])
    return table.set_index("area")


def read_translation(path: Path) -> pd.DataFrame:
    """Read which areas of FV91 a Barbas area stands for: columns area, fv91_area.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return read_table(path, {"area": str, "fv91_area": str})


def read_laminar_thickness(path: Path) -> pd.DataFrame:
    """Read thickness [um] of layers and in total, one row per study; nan where not given.

    Returns
    -------
    DataFrame
        Columns I, II/III, IV, V, VI, total, indexed by area.

    Raises
    ------
    InputError
        If the file is not such a table or an entry is neither empty nor a number.
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

    Returns
    -------
    DataFrame
        Columns target, source, source_pattern, target_pattern ("" or 6 characters, one per layer,
        from 0, 1, 2, 3, X, ?), confirming_studies.

    Raises
    ------
    InputError
        If the file is not such a table, a connection occurs twice or a pattern is wrong.
    """
    patterns = ["source_pattern", "target_pattern"]
    keys = ["target", "source"]
    text = read_text_table(path, [*keys, *patterns, "confirming_studies"])
    require_unique(path, text, keys)
    for line, row in text.iterrows():
        for name in patterns:
            if row[name] and not (len(row[name]) == 6 and set(row[name]) <= set("0123X?")):
                raise InputError(
                    f"{path}, line {line}: '{row[name]}' in column '{name}'; expected nothing or "
                    "6 characters from 0, 1, 2, 3, X, ?."
                )
    number = typed(path, text, {"confirming_studies": int})
    return text[[*keys, *patterns]].reset_index(drop=True).join(number)


def read_distances(path: Path) -> pd.DataFrame:
    """Read the median distances between areas of FV91 [mm], (81, 81).

    Raises
    ------
    InputError
        If the file is not a labelled square matrix or a distance is negative.
    """
    matrix = read_matrix(path)
    require_non_negative(path, matrix)
    return matrix


def read_tracing(path: Path) -> pd.DataFrame:
    """Read the fraction of labelled neurons (FLN) per injection and source area of M132.

    Returns
    -------
    DataFrame
        Columns case, monkey, source, fln.

    Raises
    ------
    InputError
        If the file is not such a table or a number is negative.
    """
    table = read_table(path, {"case": int, "monkey": str, "source": str, "fln": float})
    require_non_negative(path, table[["fln"]])
    return table


def read_injections(path: Path) -> pd.DataFrame:
    """Read where tracer was injected: columns injected_area (M132), case, monkey, fv91_area.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    columns = {"injected_area": str, "case": int, "monkey": str, "fv91_area": str}
    table = read_table(path, columns)
    require_unique(path, table, ["case"])
    return table


def read_laminar_tracing(path: Path) -> pd.DataFrame:
    """Read labelled neurons above and below layer IV per injection and source area of M132.

    Returns
    -------
    DataFrame
        Columns target, source (M132), monkey, supragranular, infragranular [neurons], sln [1],
        log_density_ratio = ln(density of the target / density of the source).

    Raises
    ------
    InputError
        If the file is not such a table or a number of neurons is negative.
    """
    columns = {"target": str, "source": str, "monkey": str}
    counts = {"supragranular": int, "infragranular": int}
    table = read_table(path, columns | counts | {"sln": float, "log_density_ratio": float})
    require_non_negative(path, table[[*counts, "sln"]])
    return table


def read_overlap(path: Path) -> pd.Series:
    """Read the percentage of an M132 area that lies in an FV91 area, indexed by both.

    The table has two disjoint lists of overlaps; an area in both counts with the sum.

    Raises
    ------
    InputError
        If the file is not such a table or a percentage is negative.
    """
    table = read_table(path, {"m132_area": str, "fv91_area": str, "list": str, "percent": float})
    require_non_negative(path, table[["percent"]])
    return table.groupby(["m132_area", "fv91_area"], sort=False)["percent"].sum()


def read_cell_types(path: Path) -> pd.DataFrame:
    """Read the synapses on the dendrites of cell types of cat area 17.

    Returns
    -------
    DataFrame
        Columns cell_type, dendritic_layer ("": the layer of the cell body), percent_of_cells,
        synapses_per_neuron, percent_corticocortical.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    numbers = ("percent_of_cells", "synapses_per_neuron", "percent_corticocortical")
    text = read_text_table(path, ["cell_type", "dendritic_layer", *numbers])
    table = typed(path, text, {"cell_type": str, **dict.fromkeys(numbers, float)})
    table.insert(1, "dendritic_layer", text["dendritic_layer"].to_numpy())
    return table


def read_indegrees(path: Path) -> pd.DataFrame:
    """Read in-degrees [target, source], indexed (area, layer, population) on both axes.

    Raises
    ------
    InputError
        If the file is not a labelled square matrix or an in-degree is negative.
    """
    matrix = read_matrix(path)
    require_non_negative(path, matrix)
    labels = [tuple(name.split("|")) for name in matrix.index]
    if any(len(label) != 3 for label in labels):
        raise InputError(f"{path}: expected labels area|layer|population, like 'V1|IV|E'.")
    index = pd.MultiIndex.from_tuples(labels, names=["area", "layer", "population"])
    return matrix.set_axis(index, axis=0).set_axis(index, axis=1)
