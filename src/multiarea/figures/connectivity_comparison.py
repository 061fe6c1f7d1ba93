"""Similarity of simulated and experimental functional connectivity."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.bold import too_short
from multiarea.data.experimental_fc import ExperimentalFC
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
    Context,
    heading,
    new_figure,
    note,
    or_undefined,
    place,
    styled,
    wrapped,
    write,
)
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("fc_similarity", "experimental_fc"),
    "uses": ("functconn_corr", "plotConnectivities"),
    "caption": "Similarity of simulated and experimental functional connectivity: Pearson "
    "correlation of the entries and exp(-RMSE/RMS). Circles: single subjects, if there are any. "
    "BOLD is shown from 60 s of simulated time on.",
}

SIGNALS = {"synaptic_currents": "currents", "bold": "BOLD", "experiment": "subjects"}
TITLES = ("The pattern of the area pairs", "Their values")
QUANTITIES = {"pearson_r": "Similarity, Pearson r", "similarity_rmse": "Similarity, exp(−RMSE/RMS)"}


@styled
def plot(
    *,
    fc_similarity: pd.DataFrame,
    parameters: AnalysisParameters,
    context: Context,
    experimental_fc: ExperimentalFC | None = None,
) -> Figure:
    """Draw `fc_similarity` as bars, and name the source of `experimental_fc`.

    `parameters`, `context`: see `multiarea.figures`.
    """
    missing = too_short(context.t_sim - parameters.plotConnectivities.tmin)
    if missing:
        fc_similarity = fc_similarity[fc_similarity["signal"] != "bold"]
    table = fc_similarity[fc_similarity["reference"] == "experiment"]
    wide = float(np.clip(13 * (table["subject"] == "group").sum(), 36, 74))
    page = 2 * (wide + 14) + 4
    figure = new_figure(page, 82, context)
    for n, (column, label) in enumerate(QUANTITIES.items()):
        axes = place(figure, (14 + (wide + 14) * n, 10), (wide, 48))
        heading(axes, "AB"[n], TITLES[n])
        _draw_bars(axes, table, column)
        axes.set_ylabel(label)
    text = _source(fc_similarity, experimental_fc, parameters) + (f" {missing}." if missing else "")
    write(figure, (4, 69), wrapped(text, page - 8, SMALL), fontsize=SMALL)
    return figure


def _draw_bars(axes: Axes, table: pd.DataFrame, column: str) -> None:
    groups = table[table["subject"] == "group"].reset_index(drop=True)
    values = groups[column].to_numpy(float)
    if not np.isfinite(values).any():
        note(axes, "no similarity is defined")
        return
    axes.bar(range(len(values)), values, 0.6, **palette.BARS)
    axes.axhline(0, color="black", lw=0.5)
    for n, row in groups.iterrows():
        same = (table["signal"] == row["signal"]) & (table["hemisphere"] == row["hemisphere"])
        subjects = table.loc[same & (table["subject"] != "group"), column].to_numpy(float)
        spread = np.linspace(-0.2, 0.2, len(subjects))
        axes.plot(n + spread, subjects, "o", mfc="none", color=palette.GREY, ms=2.5)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0), max(high, 0) + 0.1 * (high - low))
    names = [
        f"{SIGNALS[row['signal']]}\n{row['hemisphere']}\n{or_undefined(row[column])}"
        for _, row in groups.iterrows()
    ]
    axes.set_xticks(range(len(names)), names, fontsize=SMALL)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.tick_params(axis="x", length=0)


def _source(
    table: pd.DataFrame, experiment: ExperimentalFC | None, parameters: AnalysisParameters
) -> str:
    """Return what is compared with what."""
    entries = "without" if parameters.functconn_corr.exclude_diagonal else "with"
    text = f"Experiment: {experiment.source}. " if experiment is not None else ""
    text += f"Area pairs {entries} the diagonal, both hemispheres compared with the same model."
    simulated = table[table["reference"] == "synaptic_currents"]
    if len(simulated):
        r = or_undefined(simulated["pearson_r"].iloc[0])
        text += f" Pearson r of simulated BOLD and simulated currents: {r}."
    return text
