"""Functional connectivity of areas, and its similarity to experimental functional connectivity."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays
from multiarea.errors import InputError
from multiarea.parameters import AnalysisParameters

if TYPE_CHECKING:
    from multiarea.data.experimental_fc import ExperimentalFC

MEASURES = {
    "fc_currents": {
        "needs": ("synaptic_currents",),
        "pairs_of_areas": "recorded",
        "uses": ("plotConnectivities",),
        "file": "fc_currents.csv",
        "version": 1,
    },
    "fc_bold": {
        "needs": ("bold",),
        "pairs_of_areas": "recorded",
        "uses": ("plotConnectivities",),
        "file": "fc_bold.csv",
        "version": 1,
    },
    "fc_similarity": {
        "needs": ("fc_currents", "fc_bold", "experimental_fc"),
        "uses": ("functconn_corr",),
        "file": "fc_similarity.csv",
        "version": 1,
    },
}


def fc_currents(*, synaptic_currents: Arrays, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the Pearson correlation of the `synaptic_currents` of areas.

    After `plotConnectivities.tmin` of `parameters`.

    Raises InputError if fewer than two samples lie after `plotConnectivities.tmin`.

    Returns
    -------
    DataFrame
        Column area and one column per area; nan for an area whose signal is constant.
    """
    return _areas_correlated(synaptic_currents, "current", parameters)


def fc_bold(*, bold: Arrays, parameters: AnalysisParameters) -> pd.DataFrame:
    """Return the Pearson correlation of `bold` of areas.

    After `plotConnectivities.tmin` of `parameters`; see `fc_currents`.

    Returns
    -------
    DataFrame
        Column area and one column per area; nan for an area whose signal is constant or ends.
    """
    return _areas_correlated(bold, "bold", parameters)


def _areas_correlated(signals: Arrays, name: str, parameters: AnalysisParameters) -> pd.DataFrame:
    series = from_time(signals, name, parameters, "plotConnectivities")
    matrix = pd.DataFrame(pearson_matrix(series), columns=signals["area"])
    matrix.insert(0, "area", signals["area"])
    return matrix


def fc_similarity(
    *,
    fc_currents: pd.DataFrame,
    fc_bold: pd.DataFrame,
    experimental_fc: ExperimentalFC,
    parameters: AnalysisParameters,
) -> pd.DataFrame:
    """Return how similar `fc_currents` and `fc_bold` are to `experimental_fc`.

    With the diagonal or without it, as the block `functconn_corr` of `parameters` says.

    Raises InputError if the experiment lacks an area of the model.

    Returns
    -------
    DataFrame
        signal, reference, hemisphere ("both" where it does not matter), subject ("group" for the
        mean over subjects), pearson_r, similarity_rmse = exp(-RMSE / RMS of the reference) and
        n_pairs compared. The row "bold" against "synaptic_currents" compares the two simulated
        matrices; with single subjects, the rows "experiment" against "experiment" hold the means
        over pairs of subjects.
    """
    diagonal = not parameters.functconn_corr.exclude_diagonal
    currents = fc_currents.set_index("area")
    bold = fc_bold.set_index("area")
    signals = {"synaptic_currents": currents.to_numpy(), "bold": bold.to_numpy()}
    rows = []
    for hemisphere, matrix in experimental_fc.group.items():
        chosen = _positions(experimental_fc, list(matrix.index), list(currents.index))
        references = {"group": matrix.to_numpy()}
        subjects = experimental_fc.subjects.get(hemisphere, np.empty((0, 0, 0)))
        references.update({str(n): subject for n, subject in enumerate(subjects)})
        references = {n: values[np.ix_(chosen, chosen)] for n, values in references.items()}
        for signal, simulated in signals.items():
            for subject, reference in references.items():
                values = similarity(reference, simulated, diagonal)
                rows.append((signal, "experiment", hemisphere, subject, *values))
        if len(subjects) > 1:
            del references["group"]
            values = _between(list(references.values()), diagonal)
            rows.append(("experiment", "experiment", hemisphere, "group", *values))
    values = similarity(signals["synaptic_currents"], signals["bold"], diagonal)
    rows.append(("bold", "synaptic_currents", "both", "group", *values))
    columns = ["signal", "reference", "hemisphere", "subject"]
    return pd.DataFrame(rows, columns=[*columns, "pearson_r", "similarity_rmse", "n_pairs"])


def similarity(
    reference: np.ndarray, simulated: np.ndarray, diagonal: bool = False
) -> tuple[float, float, int]:
    """Compare functional connectivities, the symmetric matrices `reference` and `simulated`.

    One triangle is compared, with the `diagonal` if asked for, without entries that are nan in
    either matrix.

    Returns
    -------
    pearson_r, similarity_rmse : float
        Correlation of the entries, and exp(-RMSE / RMS of the reference); nan with fewer than two.
    n_pairs : int
        Number of entries compared.
    """
    pairs = np.tril_indices(len(reference), 0 if diagonal else -1)
    a, b = np.asarray(reference)[pairs], np.asarray(simulated)[pairs]
    valid = np.isfinite(a) & np.isfinite(b)
    a, b = a[valid], b[valid]
    if len(a) < 2:
        return float("nan"), float("nan"), len(a)
    r = pearson_matrix(np.stack([a, b]))[0, 1]
    rms, rmse = (float(np.sqrt(np.mean(x**2))) for x in (a, a - b))
    return float(r), float(np.exp(-rmse / rms)) if rms > 0 else float("nan"), len(a)


def pearson_matrix(series: np.ndarray) -> np.ndarray:
    """Return the (n, n) Pearson correlations of n series, nan for those that are constant."""
    centred = series - series.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    norm[is_constant(series)] = np.nan
    scaled = centred / norm
    matrix = np.clip(scaled @ scaled.T, -1, 1)
    matrix[np.diag_indices_from(matrix)] = np.where(np.isnan(norm[:, 0]), np.nan, 1.0)
    return matrix


def is_constant(series: np.ndarray) -> np.ndarray:
    """Return whether each of n series varies by no more than rounding, (n,) of bool."""
    deviation = np.linalg.norm(series - series.mean(axis=1, keepdims=True), axis=1)
    return deviation <= 1e-12 * np.linalg.norm(series, axis=1)


def from_time(signals: Arrays, name: str, parameters: AnalysisParameters, block: str) -> np.ndarray:
    """Return the samples of the array `name` (area, time) of `signals` at late times.

    They begin at `tmin` of the `block` of `parameters`. A warning names areas that cannot be
    correlated with others, and why.

    Raises InputError if fewer than two are left.
    """
    tmin = getattr(parameters, block).tmin
    chosen = signals["time"] >= tmin - 1e-6
    if np.count_nonzero(chosen) < 2:
        last = signals["time"][-1]
        raise InputError(
            f"ana_params: {block}.tmin = {tmin:g} ms leaves fewer than two samples of the "
            f"{name} signal, whose last is at {last:g} ms; choose an earlier tmin or a longer run."
        )
    series = signals[name][:, chosen]
    _warn_of_lost_areas(name, signals["area"], signals["time"][chosen], series)
    return series


def _warn_of_lost_areas(name: str, areas: np.ndarray, time: np.ndarray, series: np.ndarray) -> None:
    lost = []
    for area, values in zip(areas, series, strict=True):
        unknown = np.flatnonzero(~np.isfinite(values))
        if len(unknown):
            lost.append(f"'{area}' (nan from {time[unknown[0]]:g} ms on)")
        elif is_constant(values[None])[0]:
            lost.append(f"'{area}' (constant)")
    if lost:
        warnings.warn(
            f"{name} signal: no correlation of {', '.join(lost)} with any area.", stacklevel=3
        )


def _positions(experiment: ExperimentalFC, available: list[str], areas: list[str]) -> list[int]:
    missing = [area for area in areas if area not in available]
    if missing:
        raise InputError(f"{experiment.source}: no functional connectivity of '{missing[0]}'")
    return [available.index(area) for area in areas]


def _between(matrices: list[np.ndarray], diagonal: bool) -> tuple[float, float, int]:
    values = [similarity(a, b, diagonal) for n, b in enumerate(matrices) for a in matrices[:n]]
    mean = np.mean(values, axis=0)
    return float(mean[0]), float(mean[1]), int(mean[2])
