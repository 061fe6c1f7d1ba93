"""Rates of all populations in the ground state and in the metastable state."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import BLUE, ORANGE, SEQUENTIAL, heading, log_axis, note, place
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, mark_cells, name_cells
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS
from multiarea.network.network import LEVELS
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.path_diagrams import POPULATIONS as NAMES

FIGURE = {
    "title": "Population rates",
    "published": "Schmidt et al. 2018b, Fig. 2 (stabilised network) and Fig. 4E",
    "needs": ("ground_state_theory", "metastable_theory"),
    "runs": ("ground_state", "metastable"),
    "results": ("rates",),
    "uses": (),
    "caption": "Rates of the populations of the ground state (chi = 1) and of the metastable "
    "state (chi = 1.9): mean-field theory of the full-scale network (lowest fixed point), and the "
    "largest run of each state, at the scale named below. Right: distribution over populations, "
    "blue excitatory, orange inhibitory; those without a spike stand at 0.01 spikes/s. Crosses: "
    "the area has no such population. The article shows simulations at full scale.",
}

LOW, HIGH = 0.01, 500.0
STATES = {"ground_state": "ground state, χ = 1", "metastable": "metastable state, χ = 1.9"}


def plot(paper: Paper) -> Figure:
    """Draw theory and simulation of the two states."""
    figure = titled(168, "Macaque model. Theory: full scale. Simulation: runs of the user")
    image = None
    for n, (state, text) in enumerate(STATES.items()):
        theory = paper[f"{state}_theory"].rename(columns={"rate_1": "rate_spikes_per_s"})
        drawn = _row(figure, 2 * n, f"theory, {text}", theory)
        image = image or drawn
        run = paper.run(state)
        title = f"simulation, {run.scale}" if run else "simulation"
        _row(figure, 2 * n + 1, title, run.results["rates"] if run else None)
    return _with_bar(figure, image)


def as_matrix(rates: pd.DataFrame) -> np.ndarray:
    """Return rates [spikes/s] as (8, 32), populations x areas; nan where there is none."""
    values = rates.set_index(LEVELS)["rate_spikes_per_s"].unstack("area")
    order = pd.MultiIndex.from_product([LAYERS, POPULATIONS])
    return values.reindex(index=order, columns=AREAS).to_numpy(float)


def _row(figure: Figure, n: int, title: str, rates: pd.DataFrame | None) -> ScalarMappable | None:
    top = 11 + 36 * n
    axes = place(figure, (11, top), (112, 23))
    right = place(figure, (134, top), (42, 23))
    heading(axes, "ABCD"[n], title)
    if rates is None:
        note(axes, "no run of this state")
        note(right, "no run")
        return None
    values = as_matrix(rates)
    clipped = np.clip(values, LOW, HIGH)
    image = draw_matrix(axes, clipped, LogNorm(LOW, HIGH), SEQUENTIAL)
    name_cells(axes, NAMES, AREAS if n == 3 else [""] * len(AREAS))
    mark_cells(axes, np.isnan(values), size=3)
    _histogram(right, clipped)
    return image


def _histogram(axes: Axes, values: np.ndarray) -> None:
    edges = np.geomspace(LOW, HIGH, 40)
    for first, colour in ((0, BLUE), (1, ORANGE)):
        chosen = values[first::2]
        counts, _ = np.histogram(chosen[np.isfinite(chosen)], edges)
        axes.stairs(counts / counts.sum(), edges, color=colour, fill=True, alpha=0.35)
        axes.stairs(counts / counts.sum(), edges, color=colour)
    axes.set_xscale("log")
    axes.set_xlim(LOW, HIGH)
    log_axis(axes.xaxis, LOW, HIGH)
    axes.set_ylabel("Share")
    axes.set_xlabel("Rate (spikes/s)")


def _with_bar(figure: Figure, image: ScalarMappable | None) -> Figure:
    if image is not None:
        colour_bar(figure.axes[-2], image, "Rate (spikes/s)", gap=11, below=True)
    return figure
