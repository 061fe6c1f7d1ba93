"""Activity in the ground state and in the metastable state: at full scale, and of the user."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter1d

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, note, place
from multiarea.models.macaque import SHOWN_AREAS
from publications.drawn_from import Paper, Run
from publications.shared.activity import draw_activity, height
from publications.shared.layout import titled

SHARED = {
    "needs": ("population_averages",),
    "results": ("spikes", "rates", "correlation", "lvr", "rate_histograms"),
    "uses": ("plotRasterArea",),
    "needs_run": True,
    "caption": "Simulations with the parameters of experiments/full_scale/{file} (χ = {chi}): at "
    "full scale with this software, and the largest run of the user, at the scale that is named. "
    "Those of the article are not published as tables, but averages of 100 s of the same model "
    "with NEST (Knight & Nowotny 2021). A-C: spikes of three areas, silent neurons "
    "included, blue excitatory, orange inhibitory. D-F: rate, correlation and LvR of the "
    "populations, box plots over areas; absent populations and those with too few spikes do not "
    "enter; black: published, median and range over areas. LvR that is compared with it counts "
    "neurons with one or two spikes as 0, and depends on the length of the simulation. G: rate of "
    "areas in bins of 10 ms (grey), and with a Gaussian kernel of 10 ms.",
}
FIGURES = {
    "ground_state": {
        "title": "Ground state",
        "published": "Schmidt et al. 2018b, Fig. 3",
        "runs": ("ground_state",),
        "words": {"file": "macaque_ground_state.py", "chi": "1"},
        "options": {"role": "ground_state"},
    },
    "metastable": {
        "title": "Metastable state",
        "published": "Schmidt et al. 2018b, Fig. 5",
        "runs": ("metastable",),
        "words": {"file": "macaque_metastable.py", "chi": "1.9"},
        "options": {"role": "metastable"},
    },
}
QUANTITIES = {"rates": "rates", "correlation": "corr_coeff", "lvr": "irregularity"}
"""Measure -> its name in the published averages."""
SMOOTH = 10.0
"""Standard deviation of the Gaussian kernel of the smooth rates [ms]."""


def plot(paper: Paper, *, role: str) -> Figure:
    """Draw the runs of `paper` in the state `role`, with the rates of three areas in time."""
    runs = paper.both(role)
    text = "Macaque model. D–F, black: published (NEST, 100 s), median and range over areas"
    figure = titled(height(paper, role) + 35 * len(runs) + 6, text)
    averages = paper["population_averages"].xs("nest", level="simulator")
    published = {measure: averages.loc[(runs[0].chi, name)] for measure, name in QUANTITIES.items()}
    top = draw_activity(figure, paper, role, tuple(QUANTITIES), published)
    for m, run in enumerate(runs):
        for n, area in enumerate(SHOWN_AREAS):
            series = place(figure, (14 + n * 59, top + 6 + 35 * m), (42, 22))
            heading(series, "G" if m == n == 0 else "", area)
            _rates(series, run, area, first=n == 0)
    return figure


def smooth(values: np.ndarray, binsize: float) -> np.ndarray:
    """Return `values`, (n,) in bins of `binsize` [ms], smoothed by a Gaussian kernel of `SMOOTH`.

    At the ends the kernel is cut off and normalised again.
    """
    smoothed, weight = (
        gaussian_filter1d(series, SMOOTH / binsize, mode="constant")
        for series in (np.asarray(values, float), np.ones(len(values)))
    )
    return smoothed / weight


def _rates(axes: Axes, run: Run, area: str, first: bool) -> None:
    table = run.results["rate_histograms"]
    if area not in table["area"]:
        note(axes, "not recorded")
        return
    rate = table["area_rate"][table["area"] == area][0]
    time = table["time"] / 1000
    binsize = float(table["binsize"])
    joined = max(1, round(SMOOTH / binsize))
    used = len(rate) // joined * joined
    in_bins = (values[:used].reshape(-1, joined).mean(axis=1) for values in (time, rate))
    axes.plot(*in_bins, color="#B8B8B8", lw=0.5)
    axes.plot(time, smooth(rate, binsize), color=palette.BLUE, lw=0.8)
    axes.set_xlim(time[0], time[-1])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("Time (s)")
    if first:
        axes.set_ylabel("Rate (spikes/s)")
