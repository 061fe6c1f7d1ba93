"""Connections between areas: strength (FLN) and laminar origin (SLN).

Schmidt et al. 2018, Brain Struct Funct 223:1409, "Cortico-cortical connectivity": retrograde
tracing (Markov et al. 2014), completed by CoCoMac and an exponential distance rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from multiarea.errors import InputError
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
    """Strength of the connections between areas; tables are areas x areas [target, source]."""

    fln: pd.DataFrame
    """Share of the synapses of the target that come from the source."""
    exists: pd.DataFrame
    """Whether a connection is known from CoCoMac or tracing."""
    measured: pd.DataFrame
    """Traced share of labelled neurons, 0 where not measured."""
    decay: float
    """Slope of ln(share) over distance [1/mm]."""
    intercept: float
    """ln(share) at distance 0."""


def injected_areas(tables: Tables, as_published: bool = True) -> pd.Series:
    """Return the FV91 area of each injection, indexed (case, monkey), for the model's areas.

    All injections of a monkey in `tables` count for the area of its last one if `as_published`.
    """
    area = tables.injections.set_index(["case", "monkey"])["fv91_area"]
    if as_published:
        area = area.groupby(level="monkey").transform("last")
    return area[area.isin(AREAS)]


def mean_over_injections(values: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the mean of a `column` of `values` over injections, targets x M132 sources.

    Missing entries count as 0: sums are divided by the largest number of entries that any source
    of the target has.
    """
    groups = values.groupby(["target", "source"], sort=False)[column]
    most = groups.size().groupby(level="target").max()
    return groups.sum().div(most, level="target").unstack(fill_value=0.0)


def traced_shares(tables: Tables, as_published: bool = True) -> pd.DataFrame:
    """Return the mean traced share of labelled neurons, FV91 targets x M132 sources.

    From `tables`; `as_published`: see `injected_areas`.
    """
    target = injected_areas(tables, as_published)
    key = pd.MultiIndex.from_frame(tables.tracing[["case", "monkey"]])
    values = tables.tracing.assign(target=target.reindex(key).to_numpy()).dropna()
    shares = mean_over_injections(values, "fln").rename(columns=M132_NAMES)
    return shares.T.groupby(level=0, sort=False).sum().T


def to_fv91(shares: pd.DataFrame, overlap: pd.Series) -> pd.DataFrame:
    """Map the sources of `shares` from M132 to FV91 by `overlap` [%]; targets x FV91 areas."""
    weights = (overlap / 100).unstack(fill_value=0.0)
    known = shares.columns.intersection(weights.index, sort=False)
    return shares[known] @ weights.loc[known]


def connect_areas(tables: Tables, fln: tuple[float, float], as_published: bool) -> AreaConnectivity:
    """Return the strength of the connections between the areas, from `tables`.

    `fln` are the shares of synapses from within the area and from subcortical regions. If
    `as_published`, measured input from areas outside the model is left out of the normalisation.
    """
    mapped = to_fv91(traced_shares(tables, as_published), tables.overlap)
    cocomac = known_connections(tables)
    columns = cocomac.columns
    if not as_published:
        columns = columns.union(mapped.columns, sort=False)
    shares = mapped.reindex(index=AREAS, columns=columns).fillna(0.0)
    if as_published:
        shares[columns.difference(AREAS)] = 0.0
    measured = shares[list(AREAS)].mask(np.eye(len(AREAS), dtype=bool), 0.0)
    shares[list(AREAS)] = measured
    distance = tables.distances.reindex(index=AREAS, columns=columns)
    traced = measured.to_numpy() > 0
    if traced.sum() < 2:
        raise InputError(
            f"net_params.own_tables: {traced.sum()} connections between areas of the model have a "
            "traced share by tracing_path, injections_path and overlap_path; expected at least 2, "
            "through which the decay with distance is fitted."
        )
    near = distance[list(AREAS)].to_numpy()
    slope, intercept = linear_fit(near[traced], np.log(measured.to_numpy()[traced]))
    rule = np.exp(intercept + slope * distance)
    known = cocomac.reindex(columns=columns, fill_value=False)
    completed = shares.mask((shares == 0) & known, rule).fillna(0.0)
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
    counts = pd.crosstab(real["target"], real["source"])
    return counts.reindex(index=AREAS, columns=columns, fill_value=0) > 0
