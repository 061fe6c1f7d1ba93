"""What down-scaled runs show of the full-scale network, and what they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, log_axis, note, place
from multiarea.network.network import LEVELS
from multiarea.parameters import scale_words
from publications.drawn_from import Paper, Run
from publications.pronold2024.samples import connectivity_agreement, similarities_of
from publications.shared.layout import titled

FIGURE = {
    "title": "Scales",
    "published": "Full-scale and down-scaled runs of Pronold et al. 2024; not in the publication",
    "runs": ("scales",),
    "needs_run": True,
    "results": (
        "rates", "cv", "lvr", "correlation", "fc_currents", "activity_similarity", "fc_similarity",
    ),
    "caption": "The runs named below, one colour per scale, sweeps filled and single runs open: N "
    "is the share of the neurons, K that of the synapses per neuron; down-scaled weights and "
    "currents preserve mean and variance of the input at the rates of the mean-field theory. A-D: "
    "mean rate over neurons, and means over populations of CV, LvR, and the correlation of pairs "
    "of neurons, against χ (in a longer run "
    "slower neurons have enough spikes to enter B and C). "
    "E: rates of populations at χ = 1, down-scaled against full scale; line: equal. F: Pearson "
    "correlation of the functional connectivity (currents) of a run with that of the longest "
    "full-scale run at the same χ; black: another full-scale run, with another seed, which shows "
    "what chance does. G, H: similarity to experiment (1 - Kolmogorov-Smirnov distance of rates; "
    "Pearson correlation of functional connectivity).",
}  # fmt: skip

PANELS = (
    ("Mean rate", "Rate (spikes/s)", "rate"),
    ("CV", "Mean CV", "cv"),
    ("LvR", "Mean LvR", "lvr"),
    ("Correlation", "Mean correlation", "correlation"),
    ("Rates of populations, χ = 1", "", ""),
    ("FC against full scale", "Pearson r", "fc_full_scale"),
    ("Rates against experiment", "Similarity", "similarity_rates"),
    ("FC against experiment", "Pearson r", "fc_pearson_right"),
)
"""Title, label and statistic of each panel; E shows populations."""
LOWEST = 1e-3
"""Rate below which a population is drawn at the edge [spikes/s]."""
COLOURS = (palette.BLACK, *palette.CATEGORIES)
"""Of the scales, the largest first."""
Scale = tuple[float, float]
"""Shares of the neurons, and of the synapses per neuron."""


def plot(paper: Paper) -> Figure:
    """Draw a panel per statistic, one colour per scale."""
    figure = titled(
        103,
        "Human model at full scale and down-scaled. Filled: points of sweeps; open: single runs",
    )
    scales = by_scale(paper.runs)
    tables = {scale: _table(runs, paper.runs) for scale, runs in scales.items()}
    chi = [run.chi for run in paper.runs]
    for n, (title, label, column) in enumerate(PANELS):
        axes = place(figure, (13 + 44.5 * (n % 4), 12 + 47 * (n // 4)), (31, 32))
        heading(axes, "ABCDEFGH"[n], title)
        if not column:
            _populations(axes, scales)
            continue
        axes.set(xlabel="χ", ylabel=label, yscale="log" if column == "rate" else "linear")
        axes.set_xlim(min(chi, default=1) - 0.15, max(chi, default=3) + 0.15)
        _against_chi(axes, tables, column)
        if column == "rate":
            log_axis(axes.yaxis, *axes.get_ylim())
        else:
            axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    handles, names = figure.axes[0].get_legend_handles_labels()
    options = {"ncols": 6, "handlelength": 1.2, "columnspacing": 1.2, "fontsize": SMALL}
    figure.legend(handles[::2], names[::2], loc="lower center", **options)
    return figure


def by_scale(runs: Iterable[Run]) -> dict[Scale, list[Run]]:
    """Return the `runs` at each scale, the largest scale first, ordered by chi."""
    scales: dict[Scale, list[Run]] = {}
    for run in sorted(runs, key=lambda run: (*(-share for share in _scale(run)), run.chi)):
        scales.setdefault(_scale(run), []).append(run)
    return scales


def statistics(
    results: Mapping[str, Any], full_scale: Mapping[str, Any] | None = None
) -> dict[str, float]:
    """Return what is compared between scales, by the names in `PANELS`.

    Parameters
    ----------
    results : mapping
        Of a run, by name: those that `FIGURE` names.
    full_scale : mapping, optional
        Those of the full-scale run with which its functional connectivity is compared.
    """
    rates = results["rates"]
    found = {"rate": float(np.average(rates["rate_spikes_per_s"], weights=rates["n_neurons"]))}
    found |= {name: float(results[name][name].mean()) for name in ("cv", "lvr", "correlation")}
    found["fc_full_scale"] = np.nan
    if full_scale is not None:
        matrices = (one["fc_currents"].set_index("area") for one in (results, full_scale))
        found["fc_full_scale"] = connectivity_agreement(*matrices)
    return found | similarities_of(results["activity_similarity"], results["fc_similarity"])


# ------------------------------------------------------------------------------------- internals


def _scale(run: Run) -> Scale:
    return run.facts["N_scaling"], run.facts["K_scaling"]


def _table(runs: Iterable[Run], every: Iterable[Run]) -> pd.DataFrame:
    """Return the statistics of the runs of one scale, indexed by chi, and whether each is `single`.

    A single run is not a point of a sweep: its length may be another.
    """
    rows = []
    for run in runs:
        full = [one for one in every if _scale(one) == (1, 1) and one.chi == run.chi]
        longest = max(full, key=lambda one: one.size, default=run)
        found = statistics(run.results, None if longest is run else longest.results)
        rows.append({**found, "single": "@" not in run.name})
    return pd.DataFrame(rows, [run.chi for run in runs])


def _against_chi(axes: Axes, tables: Mapping[Scale, pd.DataFrame], column: str) -> None:
    """Draw a statistic of each run against chi, with a line through those of sweeps."""
    drawn = 0
    for (scale, table), colour in zip(tables.items(), COLOURS, strict=False):
        points = table.dropna(subset=[column])
        drawn += len(points)
        name = scale_words(*scale)
        for single, style in ((False, "o-"), (True, "o")):
            shown = points.loc[points["single"] == single, column]
            face = "none" if single else colour
            axes.plot(shown.index, shown, style, color=colour, mfc=face, ms=2.8, label=name)
    if not drawn:
        note(axes, "not defined for these runs", keep_ticks=True)


def _populations(axes: Axes, scales: Mapping[Scale, list[Run]]) -> None:
    """Draw down-scaled rates of populations against those at full scale, at chi = 1."""
    axes.set(xlabel="Full scale (spikes/s)", ylabel="Down-scaled (spikes/s)")
    at_one = {
        scale: max(chosen, key=lambda run: run.size)
        for scale, runs in scales.items()
        if (chosen := [run for run in runs if run.chi == 1])
    }
    if (1, 1) not in at_one:
        note(axes, "no run at full scale", keep_ticks=True)
        return
    rates = {
        scale: run.results["rates"].set_index(LEVELS)["rate_spikes_per_s"].clip(lower=LOWEST)
        for scale, run in at_one.items()
    }
    full = rates[1, 1]
    limits = (LOWEST, 2 * float(full.max()))
    for scale, colour in zip(scales, COLOURS, strict=False):
        if scale in rates and scale != (1, 1):
            own = rates[scale].reindex(full.index)
            axes.plot(full, own, ".", color=colour, ms=2, alpha=0.6, mew=0)
    axes.plot(limits, limits, color=palette.GREY, lw=0.6)
    axes.set(xscale="log", yscale="log", xlim=limits, ylim=limits)
    for axis in (axes.xaxis, axes.yaxis):
        log_axis(axis, *limits)
