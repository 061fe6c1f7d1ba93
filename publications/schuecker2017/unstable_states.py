"""The unstable fixed points of the first two iterations."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import heading, place
from multiarea.figures.kinds.matrix import colour_bar
from publications.drawn_from import Paper
from publications.schuecker2017.inputs import kappa
from publications.shared.layout import titled
from publications.shared.populations import draw_rates, rate_range

FIGURE = {
    "title": "Unstable fixed points",
    "published": "Schuecker et al. 2017, Fig. 6",
    "needs": ("stabilisation",),
    "caption": "Rates of the unstable fixed point at the critical drive, before the first and "
    "before the second change of in-degrees; full-scale mean-field theory, no simulation. Its "
    "last digits are those of Newton's method, where the article takes the slowest point of a "
    "trajectory. κ: see the figure on the critical drive. Arrow: rates below 0.01 spikes/s are "
    "drawn like it. Crosses: the area has no such population.",
}


def plot(paper: Paper) -> Figure:
    """Draw two matrices."""
    data = paper["stabilisation"]
    figure = titled(82, "Macaque model, base network, full-scale theory")
    of = {n: pd.Series(data[f"rates_{n}"], data.populations) for n in (1, 2)}
    for n, rates in of.items():
        axes = place(figure, (20, 12 + 35 * (n - 1)), (136, 24))
        image = draw_rates(axes, rates, rate_range(*of.values()), areas=n == 2)
        text = f"iteration {n}: κ = {kappa(data[f'fraction_{n}']):.4f}, mean {rates.mean():.3f}"
        heading(axes, "AB"[n - 1], f"{text} spikes/s")
        if n == 1:
            colour_bar(axes, image, "Rate (spikes/s)", gap=3)
    return figure
