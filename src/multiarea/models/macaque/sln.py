"""SLN: the share of a connection's neurons that lie above layer IV.

Schmidt et al. 2018, Brain Struct Funct 223:1409, Eq. 4: SLN = Phi(a0 + a1 ln(rho_A/rho_B)) with
the neuron densities rho of target A and source B.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, ndtr

from multiarea.models.macaque import AREAS, area_connectivity
from multiarea.models.macaque.cytoarchitecture import Cytoarchitecture
from multiarea.models.macaque.tables import Tables


class SlnFit(NamedTuple):
    """Coefficients of the fit, and the over-dispersion phi = 1/(alpha + beta + 1)."""

    a0: float
    a1: float
    phi: float


PUBLISHED = SlnFit(-0.1516142, -1.5343200, np.nan)
"""What the R package aod gives for the same data (the values of the published model)."""


def fit_sln(table: pd.DataFrame) -> SlnFit:
    """Fit SLN to counts of neurons: beta-binomial regression with a probit link.

    Parameters
    ----------
    table : DataFrame
        Columns supragranular, infragranular [neurons] and log_density_ratio.

    Returns
    -------
    SlnFit
        Maximum of the likelihood.
    """
    above, below = (table[name].to_numpy(float) for name in ("supragranular", "infragranular"))
    x = table["log_density_ratio"].to_numpy(float)

    def negative_log_likelihood(values: np.ndarray) -> float:
        mean = np.clip(ndtr(values[0] + values[1] * x), 1e-12, 1 - 1e-12)
        size = np.exp(-values[2])
        alpha, beta = mean * size, (1 - mean) * size
        return -float(np.sum(betaln(above + alpha, below + beta) - betaln(alpha, beta)))

    start = np.array([0.0, -1.0, -1.0])
    options = {"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000}
    best = minimize(negative_log_likelihood, start, method="Nelder-Mead", options=options).x
    return SlnFit(float(best[0]), float(best[1]), float(1 / (1 + np.exp(-best[2]))))


def measured_sln(tables: Tables, as_published: bool = True) -> pd.DataFrame:
    """Return the measured SLN, areas x areas; nan where there is none.

    Mean over injections; sources mapped from M132 with overlap x traced share as weights, all from
    `tables`. If `as_published`, injections are known by their monkey alone (which makes one in V1
    count for V4), and an injection without neurons in the source counts with SLN = 0.
    """
    values = _injected(tables, as_published).dropna(subset=["target"])
    values["source"] = values["source"].replace(area_connectivity.M132_NAMES)
    groups = values.groupby(["target", "source"])
    given = groups.size().unstack(fill_value=0) > 0
    if as_published:
        values = values.drop_duplicates(["target", "source", "monkey"], keep="last")
        sln = area_connectivity.mean_over_injections(values, "sln").reindex_like(given)
    else:
        sln = groups["sln"].mean().unstack().fillna(0.0)
    shares = area_connectivity.traced_shares(tables, as_published)
    shares = shares.reindex_like(given).fillna(0.0).where(given, 0.0)
    weighted = area_connectivity.to_fv91(sln * shares, tables.overlap)
    norm = area_connectivity.to_fv91(shares, tables.overlap)
    return (weighted / norm.where(norm > 0)).reindex(index=AREAS, columns=AREAS)


def _injected(tables: Tables, as_published: bool) -> pd.DataFrame:
    """Return the laminar tracing with the FV91 area of each injection as `target`."""
    table = tables.laminar_tracing
    if as_published:
        by_monkey = area_connectivity.injected_areas(tables).groupby(level="monkey").last()
        return table.assign(target=table["monkey"].map(by_monkey))
    area = tables.injections.set_index(["injected_area", "monkey"])["fv91_area"]
    key = pd.MultiIndex.from_frame(table[["target", "monkey"]])
    found = area.reindex(key).to_numpy(object)
    target = pd.Series(found, table.index).fillna(table["target"])
    return table.assign(target=target.where(target.isin(AREAS)))


def complete_sln(
    measured: pd.DataFrame, exists: pd.DataFrame, cyto: Cytoarchitecture, fit: SlnFit
) -> np.ndarray:
    """Return SLN, (A, A): `measured`, else `fit` with the densities of `cyto`.

    It is 0 where no connection `exists`.
    """
    log_density = np.log(cyto.density["overall"].to_numpy())
    predicted = ndtr(fit.a0 + fit.a1 * (log_density[:, None] - log_density[None, :]))
    values = np.where(measured.isna(), predicted, measured)
    return np.where(exists, values, 0.0)
