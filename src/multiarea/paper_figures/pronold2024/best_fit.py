"""Activity in the best-fit state."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.paper_figures.drawn_from import Paper
from multiarea.paper_figures.pronold2024.states import draw_state

FIGURE = {
    "title": "Best fit",
    "published": "Pronold et al. 2024, Fig. 6",
    "needs": ("published", "experimental_units"),
    "runs": ("best_fit",),
    "results": ("spikes", "rates", "cv", "correlation"),
    "uses": ("plotRasterArea", "individualFiringRate"),
    "caption": "A-F: the largest run with the network of experiments/full_scale/best_fit.py "
    "(chi = 2.5), at the scale named below. A-C: spikes of three areas, silent neurons included, "
    "blue excitatory, orange inhibitory. D-F: box plots over areas; absent populations and those "
    "with too few spikes do not enter. "
    "G-I: rate, CV and LvR of neurons of caudal anterior cingulate in windows of 2 s: recorded "
    "neurons, the published full-scale simulation (12.5 s, chi = 2.5), and the run. "
    "n = 0: no neuron has 10 spikes in a window. No published table holds what A-F show.",
}

HOW = (
    "no run of the best fit (χ = 2.5): run experiments/chi_sweep_downscaled.py, or "
    "experiments/full_scale/best_fit.py on a cluster"
)


def plot(paper: Paper) -> Figure:
    """Draw the best-fit state."""
    return draw_state(paper, "best_fit", HOW)
