"""Activity in the metastable state."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.paper_figures.drawn_from import Paper
from multiarea.paper_figures.schmidt2018b.states import draw_state

FIGURE = {
    "title": "Metastable state",
    "published": "Schmidt et al. 2018b, Fig. 5",
    "needs": (),
    "runs": ("metastable",),
    "results": ("spikes", "rates", "correlation", "lvr", "rate_histograms"),
    "uses": ("plotRasterArea",),
    "caption": "The largest run with the network of experiments/full_scale/macaque_metastable.py "
    "(chi = 1.9), at the scale named below; the full-scale simulations of the article are not "
    "published as tables. A-C: spikes of three areas, silent neurons included, blue excitatory, "
    "orange inhibitory. D-F: rate, correlation and LvR of the populations, box plots over areas; "
    "absent populations and those with too few spikes do not enter. G: rate of areas in bins of "
    "1 ms (grey), and with a Gaussian kernel of 10 ms.",
}


def plot(paper: Paper) -> Figure:
    """Draw the metastable state."""
    return draw_state(
        paper,
        "metastable",
        "no run of the metastable state: experiments/macaque_metastable_downscaled.py",
    )
