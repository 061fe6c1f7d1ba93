"""Eigenvalues of the metastable state, and its critical mode."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, place
from multiarea.figures.kinds.matrix import colour_bar
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.populations import draw_mode

FIGURE = {
    "title": "Eigenspace of the metastable state",
    "published": "Schmidt et al. 2018b, Fig. 7E and 7F (A-D: temporal_hierarchy)",
    "needs": ("metastable_stability",),
    "caption": "Mean-field theory at full scale, χ = 1.9, no simulation. E: eigenvalues of the "
    "gain matrix at the fixed point with the lowest mean rate; the line is where it loses "
    "stability. F: right eigenvector of the eigenvalue with the largest real part, largest "
    "element 1. Crosses: the area has no such population.",
}


def plot(paper: Paper) -> Figure:
    """Draw a spectrum and a matrix."""
    data = paper["metastable_stability"]
    figure = titled(108, "Macaque model, χ = 1.9, full-scale theory")
    axes = place(figure, (20, 12), (136, 42))
    values = data["eigenvalues"][0]
    axes.plot(values.real, values.imag, ".", ms=3, color=palette.BLUE)
    axes.axvline(1, color=palette.GREY, lw=0.8)
    axes.set_xlabel("Real part")
    axes.set_ylabel("Imaginary part")
    mean = data["rates"][0].mean()
    heading(axes, "E", f"state of {mean:.3f} spikes/s; largest real part {values.real.max():.3f}")
    axes = place(figure, (20, 70), (136, 24))
    image = draw_mode(axes, pd.Series(data["right"][0], data.populations))
    heading(axes, "F", "critical mode")
    colour_bar(axes, image, "Eigenvector", gap=3)
    return figure
