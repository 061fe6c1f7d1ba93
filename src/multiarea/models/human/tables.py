"""The tables of the human model that depend on its areas: shipped ones, or the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from multiarea.data import desikan_killiany, hcp_dti, von_economo_koskinas
from multiarea.data.checks import require_known, require_names, require_unique
from multiarea.data.tables import read_text_table, typed
from multiarea.errors import InputError, did_you_mean, listed
from multiarea.files.project import resolve
from multiarea.models.human import FIXED_SOURCES, area_names
from multiarea.models.human.cytoarchitecture import SUBLAYERS
from multiarea.models.human.parameters import Anatomy, HumanNetworkParameters

EXTENTS = ("volume_mm3", "surface_mm2")
"""Columns of which an own table of areas has one."""


def read_layers(parameters: HumanNetworkParameters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the layers of cytoarchitectonic areas, and which of these make up each model area.

    For the columns see `merge_sublayers` and `map_to_areas`.

    Raises InputError if a table that `parameters` name is absent or wrong.
    """
    own, shipped = parameters.own_tables, parameters.cytoarchitecture_params.src_path
    if own is None:
        mapping = desikan_killiany.read_mapping(resolve(FIXED_SOURCES["mapping"]))
        return von_economo_koskinas.read_layers(resolve(shipped)), mapping
    areas = area_names(parameters)
    place = resolve(own.layers_path or shipped)
    layers = von_economo_koskinas.read_layers(place)
    if own.layers_path is not None:
        require_known(
            place, layers["layer"], [name for names in SUBLAYERS.values() for name in names]
        )
        require_unique(place, layers, ["area", "layer"])
    mapping = _own_mapping(own, areas, place, layers["area"])
    used = mapping[mapping["desikan_killiany_area"].isin(areas)]["von_economo_area"]
    thickness = layers.groupby("area")["thickness_mm"].sum()
    thickness = thickness.reindex(used.unique())
    flat = list(thickness.index[thickness == 0])
    if flat:
        raise InputError(
            f"{place}: thickness_mm is 0 in all layers of {listed(flat)}; expected some above 0."
        )
    return layers, mapping


def _own_mapping(own: Anatomy, areas: Sequence[str], place: Path, known: pd.Series) -> pd.DataFrame:
    """Return which of the areas `known` in the table of layers `place` make up each of `areas`."""
    columns = ["desikan_killiany_area", "von_economo_area"]
    known = known.drop_duplicates()
    if own.mapping_path is not None:
        file = resolve(own.mapping_path)
        text = read_text_table(file, ["area", "cytoarchitectonic_area"])
        mapping = typed(file, text, dict.fromkeys(["area", "cytoarchitectonic_area"], str))
        require_unique(file, mapping, ["area", "cytoarchitectonic_area"])
        require_names(file, mapping["area"].unique(), areas)
        require_known(file, mapping["area"], areas)
        require_known(file, mapping["cytoarchitectonic_area"], list(known))
        return mapping.set_axis(columns, axis=1)
    if own.layers_path is not None:
        require_names(place, known, areas)
        return pd.DataFrame(dict.fromkeys(columns, areas))
    mapping = desikan_killiany.read_mapping(resolve(FIXED_SOURCES["mapping"]))
    known = mapping[columns[0]].drop_duplicates()
    if others := [name for name in areas if name not in set(known)]:
        raise InputError(
            f"{own.areas_path}: {listed(others)} not among the {len(known)} Desikan-Killiany "
            "areas; expected own_tables.mapping_path or layers_path for areas of another "
            f"parcellation.{did_you_mean(others[0], known)}"
        )
    return mapping


def read_volumes(parameters: HumanNetworkParameters, thickness: pd.Series) -> pd.Series:
    """Return the volume of each area [mm3]; `thickness` [mm] is that of the areas.

    Raises InputError if the table that `parameters` name is absent or wrong.
    """
    own, areas = parameters.own_tables, list(thickness.index)
    if own is None:
        path = parameters.predictive_connectomic_params.vol_path
        volumes = desikan_killiany.read_volumes(resolve(path))
        require_names(Path(path), volumes.index, areas)
        return volumes.loc[areas]
    place = resolve(own.areas_path or "")
    text = read_text_table(place, ["area"])
    given = [name for name in EXTENTS if name in text]
    if len(given) != 1:
        found = "both" if given else f"neither, but {listed(text.columns)}"
        raise InputError(
            f"{place}: expected one of the columns {' and '.join(EXTENTS)}, found {found}."
        )
    extent = typed(place, text, {given[0]: float})[given[0]].set_axis(thickness.index)
    if not (extent > 0).all():
        first = extent.index[~(extent > 0)][0]
        raise InputError(
            f"{place}: {extent[first]:g} in column '{given[0]}', row '{first}'; expected a number "
            "above 0."
        )
    return extent if given[0] == EXTENTS[0] else extent * thickness


def read_connectivity(
    parameters: HumanNetworkParameters, areas: Sequence[str]
) -> hcp_dti.StructuralConnectivity:
    """Return streamlines and lengths of fibres between the `areas`.

    Raises InputError if a table that `parameters` name is absent or wrong.
    """
    own = parameters.own_tables
    if own is None:
        path = resolve(parameters.predictive_connectomic_params.con_path)
        return hcp_dti.read_connectivity(path, areas, parameters.hemisphere)
    files = (resolve(path or "") for path in (own.streamlines_path, own.lengths_path))
    return hcp_dti.read_matrices(*files, areas)
