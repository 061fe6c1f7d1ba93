"""States that random initial rates lead to, and the stability of the low state, over chi."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, log_axis, place, write
from publications.drawn_from import Paper
from publications.shared.layout import titled

FIGURE = {
    "title": "Bistability",
    "published": "Schmidt et al. 2018b, Fig. 4B and 4C (A: v1_activity; E: population_rates)",
    "needs": ("ground_state_stability", "default_stability"),
    "caption": "Mean-field theory at full scale, no simulation. B: mean rate over populations of "
    "the fixed points that random initial rates in [0, 1000) spikes/s lead to, share of 60 starts "
    "(the article: 1000); blue: states below 5 spikes/s; none: starts whose rates oscillate and "
    "reach no fixed point. χ_I is 1 at χ = 1, the ground state, and 2 elsewhere. C: largest "
    "real part of an eigenvalue of the gain matrix of the state with the lowest mean rate (the "
    "article shows its square root, for g = -12): below 1 the state is stable; orange where no "
    "low state was found.",
}

LOW_STATE = 5.0
"""Mean rate below which a state counts as low [spikes/s]."""
EDGES = np.geomspace(1, 300, 45)


def plot(paper: Paper) -> Figure:
    """Draw a histogram for each chi, and eigenvalues over chi."""
    points = {1.0: paper["ground_state_stability"]}
    points |= {chi: data for chi, data in paper["default_stability"].items() if chi != 1}
    points = dict(sorted(points.items()))
    figure = titled(96, "Macaque model, stabilised in-degrees, g = −11, full-scale theory")
    height = 76 / len(points)
    for n, (chi, data) in enumerate(points.items()):
        axes = place(figure, (18, 12 + height * n), (54, height - 2.5))
        _ends(axes, chi, data, last=n == len(points) - 1)
        if n == 0:
            heading(axes, "B")
    write(figure, (8, 50), "Share of starts", rotation=90, va="center")
    _eigenvalues(place(figure, (122, 12), (50, 52)), points)
    return figure


def _ends(axes: Axes, chi: float, data: Arrays, last: bool) -> None:
    ends = data["mean_rate"]
    lost = int(np.isnan(ends).sum())
    ends = ends[np.isfinite(ends)]
    low = ends < LOW_STATE
    for chosen, colour in ((low, palette.BLUE), (~low, palette.ORANGE)):
        counts, _ = np.histogram(np.clip(ends[chosen], EDGES[0], EDGES[-1]), EDGES)
        axes.stairs(counts / len(data["end"]), EDGES, color=colour, fill=True)
    axes.set_xscale("log")
    axes.set_xlim(EDGES[0], EDGES[-1])
    axes.set_ylim(0, 1.05)
    axes.set_yticks([0, 1])
    text = f"χ = {chi:g}\nlow: {low.sum()} of {len(data['end'])}"
    if lost:
        text += f", none: {lost}"
    axes.text(1.03, 0.5, text, transform=axes.transAxes, va="center", fontsize=SMALL)
    if last:
        log_axis(axes.xaxis, EDGES[0], EDGES[-1])
        axes.set_xlabel("Mean rate of the fixed point (spikes/s)")
    else:
        axes.set_xticks([], minor=False)
        axes.minorticks_off()


def _eigenvalues(axes: Axes, points: dict[float, Arrays]) -> None:
    for chi, data in points.items():
        if not len(data["rates"]):
            continue
        is_low = data["rates"][0].mean() < LOW_STATE
        largest = data["eigenvalues"][0].real.max()
        axes.plot(chi, largest, "o", ms=4, color=palette.BLUE if is_low else palette.ORANGE)
    axes.axhline(1, color=palette.GREY, lw=0.8, ls="--")
    axes.set_ylim(0, 1.1)
    axes.set_xlabel("χ")
    axes.set_ylabel("Largest real part of an eigenvalue")
    heading(axes, "C")
    names = (f"low state, below {LOW_STATE:g} spikes/s", "other state")
    colours = (palette.BLUE, palette.ORANGE)
    handles = [Patch(color=c, label=name) for c, name in zip(colours, names, strict=True)]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.2))
