"""Mean-field rates of the published stabilised network."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import heading, place
from multiarea.figures.kinds.matrix import colour_bar
from multiarea.network.network import LEVELS
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.populations import draw_rates, rate_range

FIGURE = {
    "title": "Rates of the stabilised network",
    "published": "Schuecker et al. 2017, Fig. 9A (B-D need a simulation at full scale)",
    "needs": ("stabilised_theory",),
    "caption": "Mean-field rates of the full-scale network with the published stabilised "
    "in-degrees, g = -12 and κ = 1.125 (experiments/stabilisation/macaque_stabilised.py), no "
    "simulation. Crosses: the area has no such population.",
}


def plot(paper: Paper) -> Figure:
    """Draw a matrix."""
    table = paper["stabilised_theory"].set_index(LEVELS)
    figure = titled(50, "Macaque model, stabilised in-degrees, full-scale theory")
    axes = place(figure, (20, 12), (136, 24))
    rates = table["rate_1"]
    image = draw_rates(axes, rates, rate_range(rates))
    heading(
        axes, "A", f"mean over populations {rates.mean():.3f}, largest {rates.max():.1f} spikes/s"
    )
    colour_bar(axes, image, "Rate (spikes/s)", gap=3)
    return figure
