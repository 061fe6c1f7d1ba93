"""Eigenvalues at the unstable fixed points, and the critical modes."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place
from multiarea.figures.kinds.matrix import colour_bar
from publications.drawn_from import Paper
from publications.shared.layout import titled
from publications.shared.populations import draw_mode

FIGURE = {
    "title": "Critical modes",
    "published": "Schuecker et al. 2017, Fig. 5 (without the polar inset)",
    "needs": ("stabilisation",),
    "caption": "Full-scale mean-field theory, no simulation. A: eigenvalues of the gain matrix at "
    "the unstable fixed points of iterations 1 and 2; solid line: where a state loses stability; "
    "between the dotted lines the axis is linear. "
    "B: share of each mode in the shift of the fixed point that the drive causes (they add up to "
    "1), against the change of in-degrees that would compensate the shift along it, relative to "
    "the sum of in-degrees. Diamonds: the critical mode. C, D: right eigenvector of the critical "
    "mode, largest element 1. Crosses: the area has no such population.",
}

COLOURS = {1: palette.BLUE, 2: palette.ORANGE}
ABOVE = {"loc": "lower left", "bbox_to_anchor": (0.1, 1.0), "ncols": 2, "columnspacing": 1.0}
"""Place of a legend above a panel."""


def plot(paper: Paper) -> Figure:
    """Draw spectra and shares above, eigenvectors below."""
    data = paper["stabilisation"]
    figure = titled(148, "Macaque model, base network, full-scale theory")
    _spectra(place(figure, (16, 17), (64, 40)), data)
    _shares(place(figure, (106, 17), (64, 40)), data)
    for n in (1, 2):
        axes = place(figure, (20, 74 + 34 * (n - 1)), (136, 22))
        vector = pd.Series(data[f"right_{n}"], data.populations)
        image = draw_mode(axes, vector, areas=n == 2)
        heading(axes, "CD"[n - 1], f"iteration {n}")
        colour_bar(axes, image, "Eigenvector", gap=3)
    return figure


def _spectra(axes: Axes, data: Arrays) -> None:
    for n, colour in COLOURS.items():
        values = data[f"eigenvalues_{n}"]
        label = f"iteration {n}, largest {values.real.max():.3f}"
        axes.plot(values.real, values.imag, ".", ms=3, color=colour, label=label)
    axes.axvline(1, color=palette.GREY, lw=0.8)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xticks([-10, -1, 0, 1, 2], ["−10", "−1", "0", "1", "2"])
    axes.set_xlim(right=2.5)
    for border in (-1, 1):
        axes.axvline(border, color=palette.GREY, lw=0.5, ls=":", zorder=0)
    axes.set_xlabel("Real part (linear from −1 to 1, logarithmic outside)")
    axes.set_ylabel("Imaginary part")
    axes.legend(**ABOVE)
    heading(axes, "A")


def _shares(axes: Axes, data: Arrays) -> None:
    for n, colour in COLOURS.items():
        change, share = data[f"change_{n}"], data[f"share_{n}"].real
        axes.plot(change, share, ".", ms=2.5, color=colour)
        style = {"ms": 5, "mfc": "none", "mew": 1.2, "label": f"critical mode, iteration {n}"}
        axes.plot(change[0], share[0], "D", color=colour, **style)
    axes.axhline(0, color=palette.GREY, lw=0.6)
    axes.set_xscale("log")
    log_axis(axes.xaxis, *axes.get_xlim())
    axes.set_xlabel("Relative change of in-degrees (dimensionless)")
    axes.set_ylabel("Share in the shift")
    axes.legend(**ABOVE)
    heading(axes, "B")
