"""Connections between areas: strength (FLN) and laminar origin (SLN).

Schmidt et al. 2018, Brain Struct Funct 223:1409, "Cortico-cortical connectivity": retrograde
tracing (Markov et al. 2014), completed by CoCoMac and an exponential distance rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from multiarea.models.macaque import AREAS
from multiarea.models.macaque.cytoarchitecture import linear_fit
from multiarea.models.macaque.tables import Tables

M132_NAMES = {
    **{"ENTO": "Entorhinal", "POLE": "Temporal-pole", "Parainsula": "Insula", "INSULA": "Insula"},
    **{"SUB": "Subiculum", "PIRI": "Piriform", "PERI": "Perirhinal", "Pro.St.": "Prostriate"},
    **{"CORE": "Aud-core", "29/30": "29_30", "TEa/mp": "TEam-p", "TEa/ma": "TEam-a"},
    **{"TH/TF": "TH_TF", "9/46v": "9_46v", "9/46d": "9_46d", "SII": "S2"},
}
"""Names of the tracing tables -> names of the table of overlaps."""


@dataclass(frozen=True)
class AreaConnectivity:
    """Strength of the connections between areas.

    Attributes
    ----------
    fln : DataFrame, areas x areas [target, source]
        Share of the synapses of the target that come from the source.
    exists : DataFrame of bool, areas x areas
        Connections known from CoCoMac or tracing.
    measured : DataFrame, areas x areas
        Traced share of labelled neurons, 0 where not measured.
    decay : float
        Slope of ln(share) over distance [1/mm].
    intercept : float
    """

    fln: pd.DataFrame
    exists: pd.DataFrame
    measured: pd.DataFrame
    decay: float
    intercept: float


def injected_areas(tables: Tables, as_published: bool = True) -> pd.Series:
    """Return the FV91 area of each injection, indexed (case, monkey), for the model's areas.

    As published, all injections of a monkey count for the area of its last one.
    """
    table = tables.injections.set_index(["case", "monkey"])["fv91_area"]
    if as_published:
        last = table.groupby(level="monkey").last()
        table = pd.Series(last[table.index.get_level_values("monkey")].to_numpy(), table.index)
    return table[table.isin(AREAS)]


def mean_over_injections(values: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the mean of a column over the injections into each area, targets x M132 sources.

    Missing entries count as 0: sums are divided by the largest number of entries that any source
    of the target has.
    """
    groups = values.groupby(["target", "source"], sort=False)[column]
    most = groups.size().groupby(level="target").max()
    return groups.sum().div(most, level="target").unstack(fill_value=0.0)


def traced_shares(tables: Tables, as_published: bool = True) -> pd.DataFrame:
    """Return the mean traced share of labelled neurons, FV91 targets x M132 sources."""
    target = injected_areas(tables, as_published)
    key = pd.MultiIndex.from_frame(tables.tracing[["case", "monkey"]])
    values = tables.tracing.assign(target=target.reindex(key).to_numpy()).dropna()
    return _renamed(mean_over_injections(values, "fln"))


def to_fv91(shares: pd.DataFrame, overlap: pd.Series) -> pd.DataFrame:
    """Map sources from M132 to FV91 by overlap; targets x FV91 areas."""
    weights = (overlap / 100).unstack(fill_value=0.0)
    known = shares.columns.intersection(weights.index, sort=False)
    return shares[known] @ weights.loc[known]


def connect_areas(tables: Tables, fln: tuple[float, float], as_published: bool) -> AreaConnectivity:
    """Return the strength of the connections between the areas.

    Parameters
    ----------
    tables : Tables
    fln : tuple of float
        Share of synapses from within the area, and from subcortical regions.
    as_published : bool
        Whether measured input from areas outside the model is left out of the normalisation.
    """
    mapped = to_fv91(traced_shares(tables, as_published), tables.overlap)
    measured = mapped.reindex(index=AREAS, columns=AREAS).fillna(0.0)
    measured = measured.mask(np.eye(len(AREAS), dtype=bool), 0.0)
    cocomac = known_connections(tables)
    columns = list(cocomac.columns)
    everything = measured.reindex(columns=columns).fillna(0.0)
    if not as_published:
        extra = mapped.columns.difference(AREAS)
        columns = [*columns, *extra.difference(columns)]
        everything = everything.reindex(columns=columns).fillna(0.0)
        everything.loc[:, extra] = mapped.reindex(index=AREAS, columns=extra).fillna(0.0)
    distance = tables.distances.reindex(index=AREAS, columns=columns)
    traced = measured.to_numpy() > 0
    near = distance[list(AREAS)].to_numpy()
    slope, intercept = linear_fit(near[traced], np.log(measured.to_numpy()[traced]))
    rule = np.exp(intercept + slope * distance)
    known = cocomac.reindex(columns=columns, fill_value=False)
    completed = everything.mask((everything == 0) & known, rule).fillna(0.0)
    strength = completed.div(completed.sum(axis=1).replace(0, 1.0), axis=0)
    return AreaConnectivity(
        fln=(1 - sum(fln)) * strength[list(AREAS)],
        exists=cocomac[list(AREAS)] | (measured > 0),
        measured=measured,
        decay=slope,
        intercept=intercept,
    )


def known_connections(tables: Tables) -> pd.DataFrame:
    """Return which connections CoCoMac knows, areas x (areas, then areas outside the model)."""
    table = tables.cocomac
    has_pattern = (table["source_pattern"] != "") | (table["target_pattern"] != "")
    real = table[(has_pattern | (table["confirming_studies"] > 0)) & table["target"].isin(AREAS)]
    real = real[real["target"] != real["source"]]
    outside = sorted(set(real["source"]) - set(AREAS))
    columns = [*AREAS, *(name for name in outside if name in tables.distances.columns)]
    known = pd.DataFrame(False, list(AREAS), columns)
    for target, source in zip(real["target"], real["source"], strict=True):
        if source in known.columns:
            known.loc[target, source] = True
    return known


def _renamed(shares: pd.DataFrame) -> pd.DataFrame:
    return shares.rename(columns=M132_NAMES).T.groupby(level=0, sort=False).sum().T
