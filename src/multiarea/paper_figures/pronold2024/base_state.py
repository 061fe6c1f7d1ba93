"""Activity in the base state."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.paper_figures.drawn_from import Paper
from multiarea.paper_figures.pronold2024.states import draw_state

FIGURE = {
    "title": "Base state",
    "published": "Pronold et al. 2024, Fig. 4",
    "needs": ("published", "experimental_units"),
    "runs": ("base",),
    "results": ("spikes", "rates", "cv", "correlation"),
    "uses": ("plotRasterArea", "individualFiringRate"),
    "caption": "A-F: the largest run with the network of experiments/full_scale/base.py "
    "(chi = 1), at the scale named below. A-C: spikes of three areas, silent neurons included, "
    "blue excitatory, orange inhibitory. D-F: box plots over areas; absent populations and those "
    "with too few spikes do not enter. "
    "G-I: rate, CV and LvR of neurons of caudal anterior cingulate in windows of 2 s: recorded "
    "neurons, the published full-scale simulation (12.5 s, chi = 1), and the run. "
    "n = 0: no neuron has 10 spikes in a window. No published table holds what A-F show.",
}


def plot(paper: Paper) -> Figure:
    """Draw the base state."""
    return draw_state(paper, "base", "no run of the base state: make run")
