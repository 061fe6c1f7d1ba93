"""Similarity to experiment against chi, of the user's own runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, note, place
from publications.drawn_from import Paper, Run
from publications.pronold2024.samples import SIMILARITIES, similarities_of
from publications.shared.layout import titled

FIGURE = {
    "title": "Chi sweep of your own runs",
    "published": "Pronold et al. 2024, Fig. 5A, from runs of the user",
    "needs": ("published",),
    "runs": ("sweep",),
    "results": ("activity_similarity", "fc_similarity", "rates"),
    "caption": "Similarity of the runs named below to experiment, against chi, and their mean "
    "rate: 1 - Kolmogorov-Smirnov distance of rates, CV and LvR in caudal anterior cingulate; "
    "Pearson correlation and exp(-RMSE/RMS) of functional connectivity, right hemisphere, without "
    "the diagonal. One line per experiment file. Grey: published, full scale, chi_I = 2 chi. "
    "A similarity is missing where no neuron of the area has enough spikes.",
}

LINES = ("-", "--", ":", "-.")
PANELS = {**{column: entry[0] for column, entry in SIMILARITIES.items()}, "rate": "Mean rate"}
NO_RUN = (
    "no run on a chi axis: snakemake --cores 2 --config "
    "experiments=experiments/chi_sweep_downscaled.py -- figures"
)


def plot(paper: Paper) -> Figure:
    """Draw a panel per similarity, and one of the mean rate."""
    series = curves(paper.runs)
    scales = sorted({run.scale for run in paper.runs})
    figure = titled(
        103, f"Runs: {'; '.join(scales) or 'none'}. Grey: published, full scale, 12.5 s"
    )
    published = paper["published"].chi_sweep("default")
    for n, (column, label) in enumerate(PANELS.items()):
        axes = place(figure, (14 + 58 * (n % 3), 11 + 47 * (n // 3)), (42, 32))
        heading(axes, "ABCDEF"[n], label)
        axes.set_xlabel("χ")
        axes.set_ylabel("Rate (spikes/s)" if column == "rate" else "Similarity")
        axes.set_xlim(-0.15, max([3.0, *(run.chi for run in paper.runs)]) + 0.15)
        if column in published:
            axes.plot(published.index, published[column], color=palette.GREY, lw=0.7)
            axes.set_ylim(-0.12, 1.02)
        _draw(axes, series, column)
    return figure


def curves(runs: tuple[Run, ...]) -> dict[str, pd.DataFrame]:
    """Return the similarities and mean rate [spikes/s] by chi, for each experiment file."""
    rows: dict[str, dict[float, dict[str, float]]] = {}
    for run in runs:
        values = similarities_of(run.results["activity_similarity"], run.results["fc_similarity"])
        rates = run.results["rates"]
        values["rate"] = float(np.average(rates["rate_spikes_per_s"], weights=rates["n_neurons"]))
        rows.setdefault(run.name.partition("@")[0], {}).setdefault(run.chi, values)
    return {name: pd.DataFrame(points).T.sort_index() for name, points in rows.items()}


def _draw(axes: Axes, series: dict[str, pd.DataFrame], column: str) -> None:
    colour = SIMILARITIES[column][1] if column in SIMILARITIES else "black"
    for n, (name, table) in enumerate(series.items()):
        axes.plot(table.index, table[column], LINES[n % 4] + "o", color=colour, ms=2.5, label=name)
    if not series:
        note(axes, NO_RUN, keep_ticks=True)
    elif column == "rate":
        rates = np.concatenate([table[column] for table in series.values()])
        low, high = 0.5 * rates[rates > 0].min(initial=1.0), 8 * rates.max(initial=1.0)
        axes.set(yscale="log", ylim=(low, high))
        log_axis(axes.yaxis, low, high)
        axes.legend(loc="upper left")
    elif all(table[column].isna().all() for table in series.values()):
        note(axes, "no run has a value", keep_ticks=True)
