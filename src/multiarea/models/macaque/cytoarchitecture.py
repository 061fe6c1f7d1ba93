"""Neuron densities, thickness and neuron numbers of the macaque areas.

Schmidt et al. 2018, Brain Struct Funct 223:1409, "Area-specific laminar compositions".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from multiarea.data.macaque import LAYERS as ALL_LAYERS
from multiarea.models.macaque import AREAS, LAYERS
from multiarea.models.macaque.tables import NISSL_NAMES, TYPE_OF_UNKNOWN, Tables


@dataclass(frozen=True)
class Cytoarchitecture:
    """Layers and neurons of each area."""

    density: pd.DataFrame
    """Neuron density [1/mm3], areas x ("overall", `LAYERS`)."""
    thickness: pd.DataFrame
    """Thickness [mm], areas x (I, `LAYERS`); rows add up to the total thickness."""
    types: pd.Series
    """Architectural type by area, 2 (TH) to 8 (V1)."""
    n_neurons: np.ndarray
    """Neurons below 1 mm2, not rounded, (A, 8); layer-major, E before I."""

    @property
    def total_thickness(self) -> np.ndarray:
        """Thickness with layer I [mm], (A,)."""
        return self.thickness.sum(axis=1).to_numpy()


def build_cytoarchitecture(tables: Tables, as_published: bool = True) -> Cytoarchitecture:
    """Return layers and neurons of the 32 areas.

    Parameters
    ----------
    tables : Tables
    as_published : bool
        Whether a sample that stands for several areas counts once for each of them in the mean
        of its architectural type (see docs/deviations_macaque.md).
    """
    types = tables.types.reindex(AREAS).fillna(TYPE_OF_UNKNOWN)
    density = _neuron_densities(tables, types, as_published)
    thickness = _layer_thickness(tables, density["overall"])
    sizes = tables.microcircuit["n_neurons"].unstack("population").loc[list(LAYERS)]
    share = (sizes["E"] / sizes.sum(axis=1)).to_numpy()
    per_layer = density[list(LAYERS)].to_numpy() * thickness[list(LAYERS)].to_numpy()
    neurons = np.stack([per_layer * share, per_layer * (1 - share)], axis=2)
    return Cytoarchitecture(density, thickness, types, neurons.reshape(len(AREAS), -1))


def linear_fit(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line of `y` over `x`, both (n,)."""
    slope, intercept = np.polyfit(np.asarray(x, float), np.asarray(y, float), 1)
    return float(slope), float(intercept)


def _neuron_densities(tables: Tables, types: pd.Series, as_published: bool = True) -> pd.DataFrame:
    """Return neuron densities [1/mm3], areas x (overall, `LAYERS`).

    Densities from NeuN staining in `tables` are mapped to those of Nissl staining by a linear fit
    over the areas with both; areas without data get the mean of their type, one of `types` by
    area. `as_published`: see `build_cytoarchitecture`.
    """
    nissl = tables.nissl.rename(NISSL_NAMES)
    both = tables.neun.index.intersection(nissl.index, sort=False)
    slope, intercept = linear_fit(tables.neun.loc[both, "overall"], nissl[both])
    fitted = (slope * tables.neun + intercept).where(tables.neun > 0, 0.0)
    fitted["overall"] = nissl.reindex(fitted.index).fillna(fitted["overall"])
    samples = fitted[["overall", "II/III", "IV", "V/VI", "V/VI"]]
    samples.columns = ["overall", *LAYERS]
    sample_of = _sample_of_area(tables, samples.index)
    known = samples.loc[sample_of].set_axis(sample_of.index)
    counted = known if as_published else known.loc[sample_of.drop_duplicates().index]
    means = counted.groupby(types[counted.index]).mean()
    result = known.reindex(AREAS)
    missing = result["overall"].isna()
    result[missing] = means.loc[types[missing]].to_numpy()
    return result


def _sample_of_area(tables: Tables, samples: pd.Index) -> pd.Series:
    """Return the name of the sample of each area that has one."""
    found = {name: name for name in samples if name in AREAS}
    translated = tables.translation[tables.translation["area"].isin(samples)]
    for name, area in zip(translated["area"], translated["fv91_area"], strict=True):
        found.setdefault(area, name)
    return pd.Series({area: found[area] for area in AREAS if area in found})


def _layer_thickness(tables: Tables, density: pd.Series) -> pd.DataFrame:
    """Return the thickness [mm] of the layers of each area.

    Regressions over the areas measured in `tables` predict, from the overall neuron `density`
    [1/mm3] by area, the total and the share of layer IV where they are missing; other missing
    shares are means over areas.
    """
    log_density = np.log10(density)
    total = 1e3 * tables.total_thickness.reindex(AREAS)
    slope, intercept = linear_fit(log_density[total.notna()], total.dropna())
    total = total.fillna(intercept + slope * log_density)
    share = measured_shares(tables)
    slope, intercept = linear_fit(log_density[share["IV"].notna()], share["IV"].dropna())
    share["IV"] = share["IV"].fillna(intercept + slope * log_density)
    share = share.fillna(share.mean())
    return share.mul(1e-3 * total / share.sum(axis=1), axis=0)


def measured_shares(tables: Tables) -> pd.DataFrame:
    """Return the share of each layer in the thickness, areas x (I, `LAYERS`).

    It is the mean over studies, nan where not measured.
    """
    layers = tables.laminar_thickness[list(ALL_LAYERS)]
    share = layers.div(tables.laminar_thickness["total"], axis=0).mask(layers == 0, 0.0)
    return share.groupby(level=0).mean().reindex(AREAS)
