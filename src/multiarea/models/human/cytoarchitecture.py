"""From layer-resolved cell counts to neuron numbers of Desikan-Killiany areas.

Pronold et al. 2024, "Neuron numbers": von Economo & Koskinas' sublayers are merged into layers,
their areas mapped to the Desikan-Killiany parcellation, and cells split into E and I.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from multiarea.errors import InputError
from multiarea.models.human import LAYERS

ALL_LAYERS = ("I", *LAYERS)
"""Layer I counts for thickness only."""

SUBLAYERS = {
    "I": ("I", "Ia", "Ib"),
    "II/III": (
        *("II/III", "II", "II+III", "III", "III(II)", "III(IV)"),
        *("IIIa", "IIIa/b", "IIIb", "IIIb/c", "IIIc"),
    ),
    "IV": ("IV", "IVa", "IVb", "IVc"),
    "V": ("V", "V+VI", "Va", "Va1", "Va2", "Vb"),
    "VI": ("VI", "VIa", "VIa1", "VIa2", "VIb"),
}
"""Sublayers of the von Economo & Koskinas atlas that make up each layer."""


@dataclass(frozen=True)
class Cytoarchitecture:
    """Layers and neurons of each area."""

    thickness: pd.DataFrame
    """Thickness [mm], areas x `ALL_LAYERS`; 0 where a layer is absent."""
    density: pd.DataFrame
    """Neuron density [1/mm3], areas x (`LAYERS` x (E, I))."""
    n_neurons: pd.DataFrame
    """Neurons in a column of the modelled surface, areas x (`LAYERS` x (E, I))."""
    n_layer_1: pd.Series
    """Neurons of layer I in the column (not modelled)."""

    @property
    def total_thickness(self) -> pd.Series:
        """Thickness of the cortex with layer I [mm]."""
        return self.thickness.sum(axis=1)

    @property
    def neurons_per_thickness(self) -> pd.Series:
        """Neurons of the column / total thickness [1/mm]: what SLN depends on."""
        return self.n_neurons.sum(axis=1) / self.total_thickness


def round_half_even(values: np.ndarray) -> np.ndarray:
    """Round to integers, exact halves to the even one (IEEE 754)."""
    return np.rint(np.asarray(values, float)).astype(np.int64)


def group_mean(
    values: np.ndarray, weights: np.ndarray, group: np.ndarray, n_groups: int
) -> np.ndarray:
    """Return the mean of `values` by `group`, one of 0 ... `n_groups` - 1, with `weights`.

    It is 0 where all weights are 0. The sum of value x (weight / sum of weights) is added up in
    the order of the rows in double precision. The order is part of the model: dozens of neuron
    numbers are exact halves such as 18296.5, and with this order they round as in the published
    network, on every platform.
    """
    total = np.bincount(group, weights)[group]
    share = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return np.bincount(group, values * share, n_groups)


def merge_sublayers(layers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge sublayers into thickness [mm] and density [1/mm3], both areas x `ALL_LAYERS`.

    Thickness is the sum, density the mean weighted by thickness. `layers` has the columns area,
    layer (sublayer), neuron_density_per_mm3 and thickness_mm; missing values are 0.

    Raises InputError if a layer has an unknown name.
    """
    layer_of = {sub: number for number, subs in enumerate(SUBLAYERS.values()) for sub in subs}
    rows = layers[layers["layer"] != ""]
    unknown = sorted(set(rows["layer"]) - set(layer_of))
    if unknown:
        raise InputError(
            f"unknown layer names {unknown} in the table of von Economo & Koskinas; "
            f"expected {sorted(layer_of)}"
        )
    area, names = pd.factorize(rows["area"])
    shape, index = (len(names), len(ALL_LAYERS)), pd.Index(names, name="area")
    group = area * shape[1] + rows["layer"].map(layer_of).to_numpy(np.int64)
    depth, cells = (rows[name].to_numpy() for name in ("thickness_mm", "neuron_density_per_mm3"))
    thickness = np.bincount(group, depth, math.prod(shape)).reshape(shape)
    density = group_mean(cells, depth, group, math.prod(shape)).reshape(shape)
    return (
        pd.DataFrame(thickness, index, list(ALL_LAYERS)),
        pd.DataFrame(density, index, list(ALL_LAYERS)),
    )


def split_populations(density: pd.DataFrame, fraction_excitatory: pd.Series) -> pd.DataFrame:
    """Split the neuron `density` of layers II/III to VI by `fraction_excitatory` into E and I."""
    split = {}
    for layer in LAYERS:
        split[layer, "E"] = density[layer] * fraction_excitatory[layer]
        split[layer, "I"] = density[layer] * (1 - fraction_excitatory[layer])
    return pd.DataFrame(split)


def map_to_areas(
    thickness: pd.DataFrame, density: pd.DataFrame, mapping: pd.DataFrame, areas: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Map `thickness` and `density` of von Economo areas to Desikan-Killiany `areas`.

    Both are areas x the same columns [mm, 1/mm3]. All areas of the atlas that `mapping` (columns
    desikan_killiany_area, von_economo_area) names count equally: the result is the mean thickness,
    and the mean density weighted by thickness.

    Raises InputError if the mapping names an area that the table lacks, or leaves one of `areas`
    out.
    """
    unknown = sorted(set(mapping["von_economo_area"]) - set(thickness.index))
    unmapped = sorted(set(areas) - set(mapping["desikan_killiany_area"]))
    if unknown or unmapped:
        raise InputError(
            f"mapping of von Economo to Desikan-Killiany areas: {unknown} are not in the table of "
            f"von Economo & Koskinas; {unmapped} have no von Economo area"
        )
    used = mapping[mapping["desikan_killiany_area"].isin(areas)]
    group = pd.Index(areas).get_indexer(used["desikan_killiany_area"])
    members = used["von_economo_area"].to_numpy()
    depth, cells = thickness.loc[members].to_numpy(), density.loc[members].to_numpy()
    count = np.bincount(group).astype(float)
    mean_depth = [np.bincount(group, column) / count for column in depth.T]
    mean_cells = [
        group_mean(c, d, group, len(areas)) for c, d in zip(cells.T, depth.T, strict=True)
    ]
    index = pd.Index(areas, name="area")
    return (
        pd.DataFrame(np.transpose(mean_depth), index, density.columns),
        pd.DataFrame(np.transpose(mean_cells), index, density.columns),
    )


def build_cytoarchitecture(
    layers: pd.DataFrame,
    mapping: pd.DataFrame,
    fraction_excitatory: pd.Series,
    areas: Sequence[str],
    surface: float,
) -> Cytoarchitecture:
    """Return layers and neurons of the columns of `areas`, each of a `surface` in mm2.

    `layers`: see `merge_sublayers`; `mapping`: see `map_to_areas`; `fraction_excitatory`: by
    layer. No layer is dropped.
    """
    depth, cells = merge_sublayers(layers)
    thickness, _ = map_to_areas(depth, cells, mapping, areas)
    split = split_populations(cells, fraction_excitatory)
    by_population = depth[split.columns.get_level_values(0)].set_axis(split.columns, axis=1)
    column_depth, density = map_to_areas(by_population, split, mapping, areas)
    layer_1 = pd.DataFrame({"I": depth["I"] * cells["I"]})
    per_surface, _ = map_to_areas(layer_1, layer_1, mapping, areas)
    numbers = round_half_even((density * column_depth).to_numpy() * surface)
    return Cytoarchitecture(
        thickness=thickness,
        density=density,
        n_neurons=pd.DataFrame(numbers, density.index, density.columns),
        n_layer_1=per_surface["I"] * surface,
    )


def drop_small_layers(
    cyto: Cytoarchitecture, min_neurons: int, remove_smaller_layerI: bool = False
) -> Cytoarchitecture:
    """Remove layers of fewer than `min_neurons` from `cyto`: all their values become 0.

    Layers with fewer neurons than layer I go as well if `remove_smaller_layerI`.
    """
    per_layer = cyto.n_neurons.T.groupby(level=0).sum().T[list(LAYERS)]
    drop = (per_layer > 0) & (per_layer < min_neurons)
    if remove_smaller_layerI:
        drop |= (per_layer > 0) & per_layer.lt(cyto.n_layer_1, axis=0)
    by_population = drop[cyto.n_neurons.columns.get_level_values(0)].to_numpy()
    thickness = cyto.thickness.copy()
    thickness[list(LAYERS)] = thickness[list(LAYERS)].mask(drop, 0.0)
    return replace(
        cyto,
        thickness=thickness,
        density=cyto.density.mask(by_population, 0.0),
        n_neurons=cyto.n_neurons.mask(by_population, 0),
    )
