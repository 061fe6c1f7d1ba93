"""Similarity to experiment against chi, of the user's own runs."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place, say
from publications.drawn_from import Paper, Run
from publications.pronold2024.samples import SIMILARITIES, similarities_of
from publications.shared.layout import titled

FIGURE = {
    "title": "Chi sweep of your own runs",
    "published": "Pronold et al. 2024, Fig. 5A, from runs of the user",
    "needs": ("published",),
    "runs": ("sweep",),
    "results": ("activity_similarity", "fc_similarity", "rates"),
    "needs_run": True,
    "caption": "Similarity of the runs named below to experiment, against χ, and their mean rate "
    "over neurons: 1 - Kolmogorov-Smirnov distance of rates, CV and LvR in caudal anterior "
    "cingulate; Pearson correlation and exp(-RMSE/RMS) of functional connectivity, right "
    "hemisphere, without the diagonal. One line per experiment file; error bars: standard "
    "deviation over seeds, where a point has several. Grey: published, full scale, χ_I = 2 χ. A "
    "similarity is missing where no neuron of the area has enough spikes.",
}

STYLES = ("-o", "--s", ":^", "-.D")
PANELS = {**{column: entry[0] for column, entry in SIMILARITIES.items()}, "rate": "Mean rate"}


def plot(paper: Paper) -> Figure:
    """Draw a panel per similarity, and one of the mean rate."""
    series = curves(paper.runs)
    scales = "; ".join(sorted({run.scale for run in paper.runs}))
    figure = titled(103, f"Runs: {scales}. Grey: published, full scale, 12.5 s")
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
    """Return what is drawn of each experiment file: one row per run, indexed by chi.

    The columns are the similarities, and rate, the mean over neurons [spikes/s].
    """
    rows: dict[str, list[dict[str, float]]] = {}
    for run in runs:
        values = similarities_of(run.results["activity_similarity"], run.results["fc_similarity"])
        rates = run.results["rates"]
        values["rate"] = float(np.average(rates["rate_spikes_per_s"], weights=rates["n_neurons"]))
        rows.setdefault(run.name.partition("@")[0], []).append({"chi": run.chi, **values})
    return {name: pd.DataFrame(points).set_index("chi") for name, points in rows.items()}


def _draw(axes: Axes, series: dict[str, pd.DataFrame], column: str) -> None:
    """Draw a line for each file: the mean over its seeds, and their standard deviation."""
    colour = SIMILARITIES[column][1] if column in SIMILARITIES else "black"
    for style, (name, table) in zip(cycle(STYLES), series.items(), strict=False):
        seeds = table.groupby(level="chi")[column]
        label = name if (n := int(seeds.size().max())) == 1 else f"{name}, {n} seeds"
        options = {"color": colour, "mfc": "none", "ms": 3, "label": label}
        spread = seeds.std() if seeds.std().notna().any() else None
        axes.errorbar(seeds.mean().index, seeds.mean(), spread, fmt=style, **options)
    values = np.concatenate([table[column] for table in series.values()])
    if column == "rate":
        low, high = 0.5 * values[values > 0].min(initial=1.0), 8 * values.max(initial=1.0)
        axes.set(yscale="log", ylim=(low, high))
        log_axis(axes.yaxis, low, high)
        axes.legend(loc="upper left")
    elif np.isnan(values).all():
        say(axes, "no run has a value", left=True)
