"""Rates of all populations in the ground state and in the metastable state."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, note, place
from multiarea.figures.kinds.matrix import colour_bar
from multiarea.network.network import LEVELS
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.populations import LOWEST, draw_rates, population_matrix

FIGURE = {
    "title": "Population rates",
    "published": "Schmidt et al. 2018b, Fig. 2 (stabilised network) and Fig. 4E",
    "needs": ("ground_state_theory", "metastable_theory"),
    "runs": ("ground_state", "metastable"),
    "results": ("rates",),
    "caption": "Rates of the populations of the ground state (chi = 1) and of the metastable "
    "state (chi = 1.9): mean-field theory of the full-scale network (lowest fixed point), and the "
    "largest run of each state, at the scale named below. Right: distribution over populations, "
    "blue excitatory, orange inhibitory; those without a spike are at 0.01 spikes/s. Crosses: the "
    "area has no such population. The article shows simulations at full scale.",
}

HIGHEST = 500.0
"""End of the scale [spikes/s]."""
STATES = {"ground_state": "ground state, χ = 1", "metastable": "metastable state, χ = 1.9"}


def plot(paper: Paper) -> Figure:
    """Draw theory and simulation of the two states."""
    figure = titled(168, "Macaque model. Theory: full scale. Simulation: the largest of each state")
    for n, (state, text) in enumerate(STATES.items()):
        theory = paper[f"{state}_theory"].set_index(LEVELS)["rate_1"]
        image = _row(figure, 2 * n, f"theory, {text}", theory)
        run = paper.run(state)
        title = f"simulation, {run.scale}" if run else "simulation"
        rates = run.results["rates"].set_index(LEVELS)["rate_spikes_per_s"] if run else None
        _row(figure, 2 * n + 1, title, rates)
    colour_bar(figure.axes[-2], image, "Rate (spikes/s)", gap=11, below=True)
    return figure


def _row(figure: Figure, n: int, title: str, rates: pd.Series | None) -> ScalarMappable | None:
    top = 11 + 36 * n
    axes = place(figure, (11, top), (112, 23))
    right = place(figure, (134, top), (42, 23))
    heading(axes, "ABCD"[n], title)
    if rates is None:
        note(axes, "no run of this state")
        note(right, "no run")
        return None
    _histogram(right, np.clip(population_matrix(rates), LOWEST, HIGHEST))
    return draw_rates(axes, rates, HIGHEST, areas=n == 3)


def _histogram(axes: Axes, values: np.ndarray) -> None:
    edges = np.geomspace(LOWEST, HIGHEST, 40)
    for first, colour in ((0, palette.BLUE), (1, palette.ORANGE)):
        chosen = values[first::2]
        counts, _ = np.histogram(chosen[np.isfinite(chosen)], edges)
        axes.stairs(counts / counts.sum(), edges, color=colour, fill=True, alpha=0.35)
        axes.stairs(counts / counts.sum(), edges, color=colour)
    axes.set_xscale("log")
    axes.set_xlim(LOWEST, HIGHEST)
    log_axis(axes.xaxis, LOWEST, HIGHEST)
    axes.set_ylabel("Share")
    axes.set_xlabel("Rate (spikes/s)")
