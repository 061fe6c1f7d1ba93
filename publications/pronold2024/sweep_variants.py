"""The chi sweeps of the variants of the model."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from multiarea.figures.kinds.drawing import SMALL, heading, place
from publications.drawn_from import Paper
from publications.pronold2024.samples import (
    BEST_FIT,
    GROUND,
    STATES,
    draw_distributions,
    draw_fc,
    draw_runs,
    draw_similarities,
    published_samples,
)
from publications.shared.layout import titled

FIGURE = {
    "title": "Sweep variants",
    "published": "Pronold et al. 2024, supplement",
    "needs": ("published", "experimental_units", "resting_state_networks"),
    "runs": ("variants",),
    "results": ("activity_similarity", "fc_similarity"),
    "caption": "Published results of the full-scale simulations (12.5 s) of four variants of the "
    "model, drawn as in the figure Chi sweep: similarities against χ (dashed: published best "
    "fit), distributions of rate, CV and LvR of recorded neurons, base state and best fit, "
    "functional connectivity (FC) of base state and best fit, with areas ordered by resting-state "
    "network (DMN, DAN, SAN, AUD, VIS, other), each on a scale of its own. Runs with the "
    "parameters of a variant, if there are any, are symbols. The base state is χ = 1, and χ = 0 "
    "for distributed parameters (the published table calls χ = 0 its ground state). The ratio of "
    "the 10/7 variant is read from the name of its results, and is unconfirmed.",
}

VARIANTS = {
    "distributed_neuron_parameters": "distributed neuron parameters",
    "smaller_g": "smaller g: g = −2",
    "lower_e_to_i": "lower E to I: $χ_\\mathrm{I}$ = χ, E/I fractions of Binzegger",
    "chi_inhibitory_10_7": "$χ_\\mathrm{I}$ = (10/7) χ (unconfirmed)",
}
ABOVE = {"loc": "upper left", "bbox_to_anchor": (0.05, 0.985), "ncols": 6, "columnspacing": 1.2}
"""Place of the legend of all panels of similarities."""
SIDE = 36.0
"""Of a matrix [mm]."""
STEP = 66.0
"""Height of one variant [mm]."""


def plot(paper: Paper) -> Figure:
    """Draw six panels per variant."""
    drawn = ". Symbols: runs of the variants" if paper.runs else ""
    figure = titled(10 + STEP * len(VARIANTS), f"Published: full scale, 12.5 s{drawn}")
    for n, variant in enumerate(VARIANTS):
        top = 15 + n * STEP
        _similarities(place(figure, (12, top), (60, 24)), paper, variant)
        for k, name in enumerate(("rate", "cv", "lvr")):
            panel = place(figure, (12 + k * 23, top + 36), (14, 15))
            _distribution(panel, published_samples(paper, variant, name), name, first=n == 0)
        _connectivity(figure, paper, variant, top)
    return figure


def _similarities(axes: Axes, paper: Paper, variant: str) -> None:
    n = list(VARIANTS).index(variant)
    draw_similarities(axes, paper["published"].chi_sweep(variant), BEST_FIT[variant])
    heading(axes, "ABCD"[n], VARIANTS[variant])
    draw_runs(axes, paper.runs, variant)
    if n == 0:
        axes.figure.legend(*axes.get_legend_handles_labels(), **ABOVE)


def _distribution(axes: Axes, samples: dict[str, Any], name: str, first: bool) -> None:
    draw_distributions(axes, name, samples, legend=False)
    axes.set_xlabel({"rate": "Rate (spikes/s)", "cv": "CV", "lvr": "LvR"}[name])
    axes.set_ylabel(axes.get_ylabel(), fontsize=SMALL)
    axes.yaxis.set_major_locator(MaxNLocator(2))
    if name != "rate":
        axes.set_xticks([0, 1, 2])
    elif first:
        labels = ("recorded neurons", "base state", "best fit")
        axes.legend(loc="lower left", bbox_to_anchor=(-0.3, 1.0), ncols=3, labels=labels)


def _connectivity(figure: Figure, paper: Paper, variant: str, top: float) -> None:
    chi = {"base": GROUND.get(variant, 1.0), "best fit": BEST_FIT[variant]}
    for k, (label, (state, _)) in enumerate(STATES.items()):
        axes = place(figure, (81.5 + k * 50.5, top), (SIDE, SIDE))
        matrix = paper["published"].connectivity(variant, state)
        draw_fc(axes, matrix, paper["resting_state_networks"])
        heading(axes, "", f"FC, {label}, χ = {chi[label]:g}")
