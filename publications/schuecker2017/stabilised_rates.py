"""Mean-field rates of the published stabilised network."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import SEQUENTIAL, heading, place
from multiarea.figures.kinds.matrix import colour_bar
from multiarea.network.network import LEVELS
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.populations import draw_populations, population_matrix

FIGURE = {
    "title": "Rates of the stabilised network",
    "published": "Schuecker et al. 2017, Fig. 9A (B-D need a simulation at full scale)",
    "needs": ("stabilised_theory",),
    "runs": (),
    "results": (),
    "uses": (),
    "caption": "Mean-field rates of the full-scale network with the published stabilised "
    "in-degrees, g = -12 and kappa = 1.125 (experiments/stabilisation/macaque_stabilised.py), no "
    "simulation. Crosses: the area has no such population.",
}

LOW, HIGH = 0.01, 100.0


def plot(paper: Paper) -> Figure:
    """Draw a matrix."""
    table = paper["stabilised_theory"].set_index(LEVELS)
    figure = titled(54, "Macaque model, stabilised in-degrees, full-scale theory")
    axes = place(figure, (16, 12), (140, 24))
    rates = table["rate_1"].to_numpy()
    values = np.clip(population_matrix(table.index, rates), LOW, HIGH)
    image = draw_populations(axes, values, LogNorm(LOW, HIGH), SEQUENTIAL)
    heading(axes, "A", f"mean {rates.mean():.3f} spikes/s, largest {rates.max():.1f} spikes/s")
    colour_bar(axes, image, "Rate (spikes/s)", gap=3)
    return figure
