"""The macaque model's data, read once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from multiarea.data import macaque, potjans_diesmann
from multiarea.files.project import resolve
from multiarea.models.macaque import SOURCES


@dataclass(frozen=True)
class Tables:
    """All tables that the network is made from; see the readers in `multiarea.data.macaque`."""

    surfaces: pd.Series
    neun: pd.DataFrame
    nissl: pd.Series
    translation: pd.DataFrame
    types: pd.Series
    total_thickness: pd.Series
    laminar_thickness: pd.DataFrame
    microcircuit: pd.DataFrame
    probabilities: np.ndarray
    cocomac: pd.DataFrame
    distances: pd.DataFrame
    tracing: pd.DataFrame
    injections: pd.DataFrame
    laminar_tracing: pd.DataFrame
    overlap: pd.Series
    cell_types: pd.DataFrame


def read_tables() -> Tables:
    """Read all tables.

    Raises
    ------
    InputError
        If a file is absent or wrong.
    """
    path = {name: resolve(file) for name, file in SOURCES.items()}
    probabilities = potjans_diesmann.read_connection_probabilities(path["probabilities"])
    return Tables(
        surfaces=macaque.read_column(path["surfaces"], "area", "surface_mm2"),
        neun=macaque.read_layer_densities(path["neun"]),
        nissl=macaque.read_column(path["nissl"], "area", "overall"),
        translation=macaque.read_translation(path["translation"]),
        types=macaque.read_column(path["types"], "area", "type"),
        total_thickness=macaque.read_column(path["total_thickness"], "area", "thickness_mm"),
        laminar_thickness=macaque.read_laminar_thickness(path["laminar_thickness"]),
        microcircuit=potjans_diesmann.read_populations(path["microcircuit"]),
        probabilities=probabilities.to_numpy(),
        cocomac=macaque.read_cocomac(path["cocomac"]),
        distances=macaque.read_distances(path["distances"]),
        tracing=macaque.read_tracing(path["tracing"]),
        injections=macaque.read_injections(path["injections"]),
        laminar_tracing=macaque.read_laminar_tracing(path["laminar_tracing"]),
        overlap=macaque.read_overlap(path["overlap"]),
        cell_types=macaque.read_cell_types(path["cell_types"]),
    )
