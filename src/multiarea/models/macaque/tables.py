"""The macaque model's data, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from multiarea.data import macaque, potjans_diesmann
from multiarea.data.checks import require_known, require_names, require_non_negative, require_unique
from multiarea.data.tables import read_indexed, read_table
from multiarea.errors import InputError, listed
from multiarea.files.project import resolve
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS, SOURCES

EIGHT = [(layer, population) for layer in LAYERS for population in POPULATIONS]
"""The populations of an area, in order."""
NAMES = ["|".join(key) for key in EIGHT]
NISSL_NAMES = {"V5/MT": "MT", "A46v": "area 46v", "A7a": "7a", "LIPv": "LIP", "TEr": "Te1"}
"""Names of the Nissl table -> names of the NeuN table."""
TYPE_OF_UNKNOWN = 5.0
"""Type of the areas that the table of types leaves open."""


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


def read_tables(files: Mapping[str, Path] | None = None) -> Tables:
    """Read all tables, from `files` with the names of `SOURCES`, which are those by default.

    Raises InputError if a file is absent or wrong.
    """
    path = files or {name: resolve(file) for name, file in SOURCES.items()}
    tables = _read_tables(path)
    _check_areas(path, tables)
    _check_types(path, tables)
    require_names(path["distances"], tables.distances.index, AREAS)
    traced = set(tables.injections["fv91_area"]) & set(AREAS)
    if not traced:
        raise InputError(
            f"{path['injections']}: no area of the model in column 'fv91_area'; expected some of "
            f"{listed(AREAS)}."
        )
    known = set(tables.injections["case"])
    if unknown := [case for case in tables.tracing["case"] if case not in known]:
        raise InputError(
            f"{path['injections']}: no case {unknown[0]}, which has labelled neurons in "
            f"{path['tracing']}; expected every case."
        )
    for name, column in (("tracing", "fln"), ("laminar_tracing", "sln")):
        values = getattr(tables, name)[column]
        if (values > 1).any():
            raise InputError(
                f"{path[name]}: {values.max():g} in column '{column}'; expected at most 1."
            )
    return tables


def _check_areas(path: Mapping[str, Path], tables: Tables) -> None:
    """Raise InputError for names that are no areas of the model, or too few of those measured."""
    require_names(path["surfaces"], tables.surfaces.index, AREAS)
    by_area = {
        "surfaces": tables.surfaces,
        "types": tables.types,
        "total_thickness": tables.total_thickness,
        "translation": tables.translation.set_index("fv91_area")["area"],
    }
    for name, values in by_area.items():
        require_known(path[name], values.index.to_series(), AREAS)
    positive = {
        "surfaces": tables.surfaces,
        "total_thickness": tables.total_thickness,
        "nissl": tables.nissl,
        "neun": tables.neun["overall"],
    }
    for name, values in positive.items():
        if len(wrong := values.index[values <= 0]):
            raise InputError(
                f"{path[name]}: 0 in column '{values.name}', row '{wrong[0]}'; expected more."
            )
    layers = tables.laminar_thickness.loc[tables.laminar_thickness.index.isin(AREAS)]
    measured = {
        "total_thickness": len(tables.total_thickness),
        "laminar_thickness": (layers["IV"] * layers["total"]).groupby(level=0).count().gt(0).sum(),
        "nissl": len(tables.neun.index.intersection(tables.nissl.rename(NISSL_NAMES).index)),
    }
    wanted = {
        "total_thickness": "a thickness_mm",
        "laminar_thickness": "both IV and total",
        "nissl": f"a density both here and in {path['neun']}",
    }
    for name, number in measured.items():
        if number < 2:
            raise InputError(
                f"{path[name]}: {number} areas with {wanted[name]}; expected at least 2, through "
                "which a line is fitted."
            )


def _check_types(path: Mapping[str, Path], tables: Tables) -> None:
    """Raise InputError unless there is a sample of neuron density of each architectural type."""
    types = tables.types.reindex(AREAS).fillna(TYPE_OF_UNKNOWN)
    translated = tables.translation[tables.translation["area"].isin(tables.neun.index)]
    sampled = set(tables.neun.index) | set(translated["fv91_area"])
    is_sampled = types.index.isin(sampled)
    lacking = types[~is_sampled & ~types.isin(types[is_sampled])]
    if len(lacking):
        raise InputError(
            f"{path['types']}: type {lacking.iloc[0]:g} of '{lacking.index[0]}'; expected one of "
            f"an area with a neuron density in {path['neun']}: "
            f"{', '.join(f'{one:g}' for one in sorted(set(types[is_sampled])))}."
        )


def _read_tables(path: Mapping[str, Path]) -> Tables:
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
        microcircuit=_populations(
            path["microcircuit"], potjans_diesmann.read_populations(path["microcircuit"])
        ),
        probabilities=_populations(
            path["probabilities"],
            potjans_diesmann.read_connection_probabilities(path["probabilities"]),
        )[EIGHT],
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


def _populations(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a `table`, from `path`, in the order of the populations of an area."""
    require_names(path, ["|".join(key) for key in table.index], NAMES, "population")
    return table.loc[EIGHT]


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
