"""Autapses and multapses of each area."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, place, widest
from multiarea.figures.kinds.labels import full
from publications.drawn_from import Paper
from publications.pronold2024.connectivity_statistics import autapses_per_neuron, multapse_degree
from publications.shared.layout import titled

FIGURE = {
    "title": "Multapse and autapse counts",
    "published": "Pronold et al. 2024, supplement",
    "needs": ("base_network",),
    "caption": "Full-scale network of experiments/full_scale/base.py; no simulation enters. "
    "A: expected autapses per neuron of each area: only a population's synapses onto itself "
    "count (the published script averages over all pairs of populations, and drops areas without "
    "some layer). B: expected synapses per connected pair of neurons, averaged over source "
    "populations and over the populations of the target area. Both panels have the same order, "
    "by B (in the published figure the labels of A are those of B).",
}


def plot(paper: Paper) -> Figure:
    """Draw a bar per area in both panels."""
    network = paper["base_network"]
    degree = multapse_degree(network).sort_values()
    autapses = autapses_per_neuron(network).loc[degree.index]
    names = [full(area) for area in degree.index]
    figure = titled(2 * 52 + 6 + widest(names), "Human model at full scale, χ = 1; structure only")
    upper, lower = (place(figure, (18, 9 + 50 * n), (158, 42)) for n in range(2))
    _bars(upper, autapses, "Autapses per neuron")
    _bars(lower, degree, "Synapses per connected pair")
    lower.set_ylim(1, 1 + 1.08 * (degree.max() - 1))
    lower.set_xticks(range(len(names)), names, rotation=90, fontsize=SMALL)
    heading(upper, "A", "Autapses")
    heading(lower, "B", "Multapses")
    return figure


def _bars(axes: Axes, values: pd.Series, label: str) -> None:
    axes.bar(range(len(values)), values, 0.7, **palette.BARS)
    axes.set_xlim(-0.6, len(values) - 0.4)
    axes.set_xticks([])
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel(label)
