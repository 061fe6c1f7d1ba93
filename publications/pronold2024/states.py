"""Activity in the base state and in the best fit: at full scale, of the user, and published."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, place, size_mm, write
from multiarea.figures.kinds.labels import full
from publications.drawn_from import Paper
from publications.pronold2024.samples import BASE_COLOUR, BEST_FIT_COLOUR, draw_distributions
from publications.shared.activity import draw_activity, height
from publications.shared.layout import titled

SHARED = {
    "needs": ("published", "experimental_units"),
    "results": ("spikes", "rates", "cv", "correlation"),
    "summary": ("single_units",),
    "uses": ("plotRasterArea", "individualFiringRate"),
    "caption": "A-F: simulations with the parameters of experiments/full_scale/{file} (χ = {chi}): "
    "at full scale with this software, and the largest run of the user, at the scale that is "
    "named. A-C: spikes of three areas, silent neurons included, "
    "blue excitatory, orange inhibitory. D-F: box plots over areas; absent populations and those "
    "with too few spikes do not enter. "
    "G-I: rate, CV and LvR of neurons of caudal anterior cingulate in windows of 2 s: recorded "
    "neurons, the published full-scale simulation (12.5 s, χ = {chi}), and the runs (dashed). "
    "n = 0: no neuron has 10 spikes in a window. No published table holds what A-F show.",
}
FIGURES = {
    "base_state": {
        "title": "Base state",
        "published": "Pronold et al. 2024, Fig. 4",
        "runs": ("base",),
        "words": {"file": "base.py", "chi": "1"},
        "panels": {"base": "A-F"},
        "options": {"role": "base"},
    },
    "best_fit": {
        "title": "Best fit",
        "published": "Pronold et al. 2024, Fig. 6",
        "runs": ("best_fit",),
        "words": {"file": "best_fit.py", "chi": "2.5"},
        "panels": {"best_fit": "A-F"},
        "options": {"role": "best_fit"},
    },
}


def plot(paper: Paper, *, role: str) -> Figure:
    """Draw the runs of `paper` in the state `role`, and the distributions of single neurons."""
    text = "A–F: simulations. G–I: published, and the simulations (dashed)"
    if not paper.both(role):
        text = "G–I: published simulation at full scale, 12.5 s, and recorded neurons"
    figure = titled(height(paper, role) + 66, text)
    top = draw_activity(figure, paper, role, ("rates", "cv", "correlation"))
    units = paper["experimental_units"]
    for n, name in enumerate(("rate", "cv", "lvr")):
        axes = place(figure, (15 + n * 59, top + 8), (42, 44))
        draw_distributions(axes, name, _samples(paper, role, name))
        heading(axes, "GHI"[n], full(units.area) if n == 0 else "")
    below = (2, size_mm(figure)[1] - 1)
    write(
        figure, below, f"Experiment: {units.source}", va="bottom", fontsize=SMALL, color="#555555"
    )
    return figure


def _samples(paper: Paper, role: str, quantity: str) -> dict[str, tuple]:
    """Return the samples of a quantity: recorded, published, and those of the runs."""
    units, state = paper["experimental_units"], "groundstate" if role == "base" else "bestfit"
    samples = {
        "experiment": (getattr(units, quantity), palette.BLACK, "-"),
        "published": (
            paper["published"].sample("default", state, quantity),
            BASE_COLOUR if role == "base" else BEST_FIT_COLOUR,
            "-",
        ),
    }
    for run in paper.both(role):
        label = "here, full scale" if run.is_summary else "your run"
        colour = palette.GREEN if run.is_summary else palette.PURPLE
        samples[label] = (run.activity_samples(units)[quantity], colour, "--")
    return samples
