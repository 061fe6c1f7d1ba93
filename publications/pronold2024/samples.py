"""Drawing kinds that several figures of this publication share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from multiarea.analysis.distributions import FEWEST
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.correlations import draw_correlations
from multiarea.figures.kinds.drawing import log_axis, note
from multiarea.figures.kinds.labels import by_network
from multiarea.figures.kinds.matrix import separate
from publications.drawn_from import Paper, Run

SIMILARITIES = {
    "similarity_rates": ("Rates", palette.BLUE, "o"),
    "similarity_cv": ("CV", palette.GREEN, "s"),
    "similarity_lvr": ("LvR", palette.PURPLE, "D"),
    "fc_pearson_right": ("FC, Pearson r", palette.ORANGE, "^"),
    "fc_rmse_right": ("FC, exp(−RMSE/RMS)", palette.SKY, "v"),
}
"""Column of the published sweep -> label, colour and marker."""

BEST_FIT = {
    "default": 2.5,
    "chi_inhibitory_10_7": 4.4,
    "distributed_neuron_parameters": 2.5,
    "smaller_g": 1.75,
    "lower_e_to_i": 2.0,
}
"""Published best fit of each variant: chi."""
GROUND = {"distributed_neuron_parameters": 0.0}
"""chi of the published ground state where it is not 1."""
BASE_COLOUR, BEST_FIT_COLOUR = palette.YELLOW, "#7B3F00"
"""Of the two states: neither those of excitatory and inhibitory neurons, nor of similarities."""
STATES = {"base": ("groundstate", BASE_COLOUR), "best fit": ("bestfit", BEST_FIT_COLOUR)}
"""Label -> name in the published tables, and colour."""
QUANTITIES = {"rate": "Rate (spikes/s)", "cv": "CV of inter-spike intervals", "lvr": "LvR"}


def draw_similarities(axes: Axes, table: pd.DataFrame, best: float | None) -> None:
    """Draw in `axes` the published similarities, `table`, against chi, and the `best` fit.

    The table is indexed by chi and has the columns of `SIMILARITIES`.
    """
    for column, (label, colour, marker) in SIMILARITIES.items():
        axes.plot(table.index, table[column], "-", marker=marker, color=colour, ms=2.2, label=label)
    if best is not None:
        axes.axvline(best, color=palette.GREY, lw=0.8, ls="--", label="published best fit")
    axes.set_xlabel("χ")
    axes.set_ylabel("Similarity")
    axes.set_ylim(min(-0.06, float(table.min().min()) - 0.02), 1.02)


def draw_runs(axes: Axes, runs: Iterable[Run], variant: str) -> list[Run]:
    """Mark in `axes` the similarities of the `runs` that belong to a `variant`; return these."""
    chosen = [run for run in runs if run.facts["variant"] == variant]
    for run in chosen:
        found = similarities_of(run.results["activity_similarity"], run.results["fc_similarity"])
        for column, (_, colour, marker) in SIMILARITIES.items():
            face = colour if run.is_summary else "none"
            axes.plot(run.chi, found[column], marker, mfc=face, color=colour, ms=4.5, mew=0.9)
    return chosen


def similarities_of(activity: pd.DataFrame, fc: pd.DataFrame) -> dict[str, float]:
    """Return the similarities of a run from its tables `activity` and `fc`, named as published."""
    by_name = activity.set_index("quantity")["similarity"]
    signal = fc[
        (fc["signal"] == "synaptic_currents")
        & (fc["reference"] == "experiment")
        & (fc["subject"] == "group")
    ].set_index("hemisphere")
    side = right_or_other(signal.index)
    return {
        "similarity_rates": float(by_name["rate"]),
        "similarity_cv": float(by_name["cv"]),
        "similarity_lvr": float(by_name["lvr"]),
        "fc_pearson_right": float(signal.loc[side, "pearson_r"]),
        "fc_rmse_right": float(signal.loc[side, "similarity_rmse"]),
    }


def right_or_other(hemispheres: Iterable[str]) -> str:
    """Return "right", or the first of the `hemispheres` where they lack the right one."""
    names = list(hemispheres)
    return "right" if "right" in names else names[0]


def connectivity_agreement(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """Return Pearson's r of two connectivity matrices over pairs of different areas.

    Both, `first` and `second`, are (areas, areas) with the same names, in any order; pairs that are
    nan in one are left out.
    """
    pairs = np.triu_indices(len(first), 1)
    aligned = second.loc[first.index, first.columns]
    values = (pd.Series(matrix.to_numpy(float)[pairs]) for matrix in (first, aligned))
    return float(next(values).corr(next(values)))


def published_samples(paper: Paper, variant: str, quantity: str) -> dict[str, Any]:
    """Return the samples of a `quantity` of recorded neurons and of both states of a `variant`.

    They are read from `paper`, in the form that `draw_distributions` takes.
    """
    samples = {"experiment": (getattr(paper["experimental_units"], quantity), palette.BLACK, "-")}
    for label, (state, colour) in STATES.items():
        samples[label] = (paper["published"].sample(variant, state, quantity), colour, "-")
    return samples


def draw_distributions(
    axes: Axes, quantity: str, samples: Mapping[str, Sequence], legend: bool = True
) -> None:
    """Draw in `axes` the distributions of a `quantity`: "rate", "cv" or "lvr".

    Rates: shares in bins of 0.5 spikes/s on a logarithmic axis. CV, LvR: histograms (density) and
    a Gaussian kernel estimate on [0, 4]. `samples` map labels, drawn if `legend`, to values, colour
    and line style. Those with fewer than `FEWEST` values are named, but not drawn.
    """
    axes.set_xlabel(QUANTITIES[quantity])
    axes.set_ylabel("Share" if quantity == "rate" else "Density")
    drawn = 0
    for label, (values, colour, style) in samples.items():
        values = np.asarray(values, float)
        name = f"{label}, n = {len(values)}" + (": too few" if len(values) < FEWEST else "")
        if len(values) < FEWEST or np.ptp(values) == 0:
            axes.plot([], [], style, color=colour, label=name)
            continue
        drawn += 1
        if quantity == "rate":
            edges = np.arange(0.25, max(11.0, values.max() + 0.5), 0.5)
            counts, _ = np.histogram(values, edges)
            middle = (edges[:-1] + edges[1:]) / 2
            axes.plot(middle, counts / counts.sum(), style, color=colour, label=name, lw=0.9)
        else:
            _density(axes, values, (colour, style), name)
    if quantity == "rate":
        axes.set_xscale("log")
        axes.set_xlim(0.5, 10)
        log_axis(axes.xaxis, 0.5, 10)
    else:
        axes.set_xlim(0, 2.5)
    axes.set_ylim(0, axes.get_ylim()[1] * (1 + 0.17 * len(samples) * legend))
    if legend:
        axes.legend(loc="upper right")
    if not drawn:
        note(axes, "no sample", keep_ticks=True)


def _density(axes: Axes, values: np.ndarray, style: tuple[str, str], label: str) -> None:
    from scipy.stats import gaussian_kde

    x = np.linspace(0, 4, 101)
    counts, edges = np.histogram(values, x[::2], density=True)
    axes.stairs(counts, edges, color=style[0], alpha=0.35, lw=0.5)
    axes.plot(x, gaussian_kde(values)(x), style[1], color=style[0], label=label, lw=0.9)


def draw_fc(axes: Axes, matrix: pd.DataFrame, networks: pd.DataFrame, names: bool = False) -> None:
    """Draw in `axes` the functional connectivity `matrix`, areas x areas, ordered by `networks`.

    It gets a scale of its own, without the diagonal.

    These resting-state networks are named, if `names`, left of the matrix and below it.
    """
    areas, groups = by_network(list(matrix.index), networks)
    values = matrix.reindex(index=areas, columns=areas).to_numpy(float)
    draw_correlations(axes, values)
    sizes = np.array([size for _, size in groups])
    separate(axes, sizes)
    middles = np.cumsum(sizes) - (sizes + 1) / 2 if names else []
    shown = [name for name, _ in groups] if names else []
    axes.set_yticks(middles, shown)
    axes.set_xticks(middles, shown, rotation=90)
    if not np.isfinite(values).any():
        note(axes, "no correlation is defined", keep_ticks=True)
