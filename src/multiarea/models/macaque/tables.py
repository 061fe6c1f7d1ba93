"""The macaque model's data, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from multiarea.data import macaque, potjans_diesmann
from multiarea.data.checks import require_non_negative, require_unique
from multiarea.data.tables import read_indexed, read_table
from multiarea.files.project import resolve
from multiarea.models.macaque import SOURCES


@dataclass(frozen=True)
class Tables:
    """All tables that the network is made from; `experimental_data/macaque` cites their sources.

    Areas are those of Felleman & Van Essen 1991 ("fv91"), of Markov et al. 2014 ("m132") or, in
    the tables of densities, of Barbas and colleagues. For the fields without a description see
    their readers in `multiarea.data`.
    """

    surfaces: pd.Series
    """Surface by area [mm2]."""
    neun: pd.DataFrame
    """Neuron densities with NeuN stain [1/mm3] by Barbas area: overall, II/III, IV, V/VI."""
    nissl: pd.Series
    """Overall neuron density with Nissl stain by Barbas area [1/mm3]."""
    translation: pd.DataFrame
    """Which areas a Barbas area stands for: area, fv91_area."""
    types: pd.Series
    """Architectural type by area."""
    total_thickness: pd.Series
    """Thickness of the cortex by area [mm]."""
    laminar_thickness: pd.DataFrame
    microcircuit: pd.DataFrame
    probabilities: pd.DataFrame
    cocomac: pd.DataFrame
    distances: pd.DataFrame
    """Median distances between the 81 areas of FV91 [mm]."""
    tracing: pd.DataFrame
    """Fraction of labelled neurons by injection and M132 source: case, monkey, source, fln."""
    injections: pd.DataFrame
    """Where tracer was injected: injected_area (M132), case, monkey, fv91_area."""
    laminar_tracing: pd.DataFrame
    """Labelled neurons by injection and source.

    Columns target, source (M132), monkey, supragranular, infragranular [neurons], sln [1] and
    log_density_ratio = ln(density of the target / density of the source).
    """
    overlap: pd.Series
    cell_types: pd.DataFrame


def read_tables() -> Tables:
    """Read all tables.

    Raises InputError if a file is absent or wrong.
    """
    path = {name: resolve(file) for name, file in SOURCES.items()}
    by_stain = dict.fromkeys(("overall", "II/III", "IV", "V/VI"), float)
    names, counts = ("target", "source", "monkey"), ("supragranular", "infragranular")
    laminar = {**dict.fromkeys(names, str), **dict.fromkeys(counts, int), "sln": float}
    return Tables(
        surfaces=_column(path["surfaces"], "surface_mm2"),
        neun=read_indexed(path["neun"], ["area"], by_stain),
        nissl=_column(path["nissl"], "overall"),
        translation=_table(path["translation"], {"area": str, "fv91_area": str}),
        types=_column(path["types"], "type"),
        total_thickness=_column(path["total_thickness"], "thickness_mm"),
        laminar_thickness=macaque.read_laminar_thickness(path["laminar_thickness"]),
        microcircuit=potjans_diesmann.read_populations(path["microcircuit"]),
        probabilities=potjans_diesmann.read_connection_probabilities(path["probabilities"]),
        cocomac=macaque.read_cocomac(path["cocomac"]),
        distances=macaque.read_distances(path["distances"]),
        tracing=_table(path["tracing"], {"case": int, "monkey": str, "source": str, "fln": float}),
        injections=_table(
            path["injections"],
            {"injected_area": str, "case": int, "monkey": str, "fv91_area": str},
            keys=["case"],
        ),
        laminar_tracing=_table(
            path["laminar_tracing"], laminar | {"log_density_ratio": float}, ["log_density_ratio"]
        ),
        overlap=macaque.read_overlap(path["overlap"]),
        cell_types=macaque.read_cell_types(path["cell_types"]),
    )


def _column(path: Path, name: str) -> pd.Series:
    return read_indexed(path, ["area"], {name: float})[name]


def _table(
    path: Path, columns: dict[str, type], signed: Sequence[str] = (), keys: Sequence[str] = ()
) -> pd.DataFrame:
    table = read_table(path, columns)
    if keys:
        require_unique(path, table, keys)
    require_non_negative(path, table.select_dtypes("number").drop(columns=list(signed)))
    return table
