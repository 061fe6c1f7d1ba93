"""Trajectories of the mean rate from rest around the critical drive, and the states they end in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place
from multiarea.figures.kinds.matrix import colour_bar
from publications.drawn_from import Paper
from publications.schuecker2017.inputs import kappa
from publications.shared.layout import titled
from publications.shared.populations import draw_rates, rate_range

FIGURE = {
    "title": "The critical drive",
    "published": "Schuecker et al. 2017, Fig. 4B-E (A is a drawing)",
    "needs": ("stabilisation",),
    "caption": "Mean-field theory of the full-scale base network with g = -16, no simulation. "
    "B: mean rate over populations on trajectories from rest for drives κ; C: its speed. Near "
    "the critical drive the trajectory passes slowly by an unstable fixed point. Exponential Euler "
    "steps of 0.01 as published; an accurate integration changes the critical drive (see docs/"
    "deviations_macaque.md). Numbers of neurons and synapses are integers here; where they are not "
    "rounded, the critical κ is the published 1.07435494. D, E: rates reached from rest at κ = 1 "
    "and 1.125; arrow: rates below 0.01 spikes/s are drawn like it. Crosses: the area has no such "
    "population.",
}

SHOWN = {"D": 1.0, "E": 1.125}


def plot(paper: Paper) -> Figure:
    """Draw trajectories and speeds above, states below."""
    data = paper["stabilisation"]
    critical = kappa(data["fraction_1"])
    figure = titled(
        146, f"Macaque model, base network, full-scale theory; critical κ {critical:.4f}"
    )
    _trajectories(place(figure, (16, 12), (66, 42)), place(figure, (104, 12), (66, 42)), data)
    of = {
        round(float(kappa(f)), 6): ends
        for f, ends in zip(data["way_fractions"], data["way_ends"], strict=True)
    }
    limits = rate_range(*(of[value] for value in SHOWN.values()))
    for n, (letter, value) in enumerate(SHOWN.items()):
        axes = place(figure, (20, 72 + 34 * n), (136, 22))
        rates = pd.Series(of[value], data.populations)
        image = draw_rates(axes, rates, limits, areas=n == 1)
        text = f"κ = {value:g}: mean over populations {of[value].mean():.3g} spikes/s"
        heading(axes, letter, text)
        if n == 0:
            colour_bar(axes, image, "Rate (spikes/s)", gap=3)
    return figure


def _trajectories(left: Axes, right: Axes, data: Arrays) -> None:
    times, values = data["way_times"], kappa(data["way_fractions"])
    norm = Normalize(values.min(), values.max())
    for value, means in zip(values, data["way_means"], strict=True):
        colour = colormaps[palette.SEQUENTIAL](0.9 * norm(value))
        left.plot(times, means, color=colour, label=f"{value:.4g}")
        right.plot(times, np.abs(np.gradient(means, times)), color=colour)
    for axes in (left, right):
        axes.set_xlabel("Pseudo-time (dimensionless)")
        axes.set_xlim(0, 20)
        low = 1 if axes is left else 1e-4
        axes.set(yscale="log", ylim=(low, 300))
        log_axis(axes.yaxis, low, 300)
    left.set_ylabel("Mean rate (spikes/s)")
    right.set_ylabel("Speed (spikes/s\nper unit of pseudo-time)")
    left.legend(title="κ", ncols=3, loc="center right")
    heading(left, "B")
    heading(right, "C")
