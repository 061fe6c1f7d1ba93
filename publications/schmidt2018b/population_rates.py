"""Rates of all populations in the ground state and in the metastable state."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place
from multiarea.figures.kinds.matrix import colour_bar
from multiarea.network.network import LEVELS
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.populations import draw_rates, population_matrix, rate_range

FIGURE = {
    "title": "Population rates",
    "published": "Schmidt et al. 2018b, Fig. 2 (stabilised network) and Fig. 4E",
    "needs": ("ground_state_theory", "metastable_theory"),
    "runs": ("ground_state", "metastable"),
    "results": ("rates",),
    "one_run": "each",
    "panels": {
        "ground_state": "Simulation of the ground state",
        "metastable": "Simulation of the metastable state",
    },
    "caption": "Rates of the populations of the ground state (χ = 1) and of the metastable "
    "state (χ = 1.9): mean-field theory of the full-scale network (lowest fixed point), and the "
    "largest run of each state, where there is one. Right: distribution over populations, "
    "blue excitatory, orange inhibitory. Arrow: rates below 0.01 spikes/s are drawn like it, also "
    "those of populations without a spike. Crosses: the "
    "area has no such population. The article shows simulations at full scale.",
}

TYPES = {"E": palette.BLUE, "I": palette.ORANGE}
STATES = {"ground_state": "ground state, χ = 1", "metastable": "metastable state, χ = 1.9"}


def plot(paper: Paper) -> Figure:
    """Draw theory and simulation of the two states."""
    rows = _rows(paper)
    limits = rate_range(*rows.values())
    figure = titled(28 + 34 * len(rows), "Macaque model. Theory: full scale")
    for n, (title, rates) in enumerate(rows.items()):
        top, last = 11 + 34 * n, n == len(rows) - 1
        axes = place(figure, (16, top), (107, 22))
        right = place(figure, (138, top), (38, 22))
        heading(axes, "ABCD"[n], title)
        image = draw_rates(axes, rates, limits, areas=last)
        _histogram(right, np.clip(population_matrix(rates), *limits[:2]), limits[:2])
        right.set_xlabel("Rate (spikes/s)" if last else "")
    colour_bar(axes, image, "Rate (spikes/s)", gap=11, below=True)
    figure.legend(
        handles=[Patch(color=c, label=n) for n, c in TYPES.items()], loc="upper right", ncols=2
    )
    return figure


def _rows(paper: Paper) -> dict[str, pd.Series]:
    """Return the rates of each row [spikes/s], by its title."""
    rows = {}
    for state, text in STATES.items():
        rows[f"theory, {text}"] = paper[f"{state}_theory"].set_index(LEVELS)["rate_1"]
        run = paper.run(state)
        if run is not None:
            rates = run.results["rates"].set_index(LEVELS)["rate_spikes_per_s"]
            rows[f"simulation, {text}, {run.scale}"] = rates
    return rows


def _histogram(axes: Axes, values: np.ndarray, limits: tuple[float, float]) -> None:
    edges = np.geomspace(*limits, 33)
    for first, colour in enumerate(TYPES.values()):
        chosen = values[first::2]
        counts, _ = np.histogram(chosen[np.isfinite(chosen)], edges)
        axes.stairs(counts / counts.sum(), edges, color=colour, fill=True, alpha=0.35)
        axes.stairs(counts / counts.sum(), edges, color=colour)
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    log_axis(axes.xaxis, *limits)
    axes.set_ylabel("Share")
