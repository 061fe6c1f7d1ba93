"""The chi sweeps of the variants of the model."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from multiarea.figures.kinds.drawing import SMALL, heading, place
from multiarea.figures.kinds.matrix import colour_bar
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
    "runs": ("sweep",),
    "results": ("activity_similarity", "fc_similarity"),
    "caption": "Published results of the full-scale simulations (12.5 s) of four variants of the "
    "model, drawn as in the figure Chi sweep: similarities against chi (dashed: published best "
    "fit), distributions of rate, CV and LvR (black: recorded neurons, blue: base state, orange: "
    "best fit), functional connectivity (FC) of base state and best fit, with areas ordered by "
    "resting-state network. Open symbols: runs of the "
    "user with the variant's parameters, named below. The base state is chi = 1, and chi = 0 for "
    "distributed parameters (the published table calls chi = 0 its ground state). The ratio of "
    "the 10/7 variant is read from the name of its results, and is unconfirmed.",
}

VARIANTS = {
    "distributed_neuron_parameters": "distributed neuron parameters",
    "smaller_g": "smaller g: g = −2",
    "lower_e_to_i": "lower E to I: $χ_\\mathrm{I}$ = χ, E/I fractions of Binzegger",
    "chi_inhibitory_10_7": "$χ_\\mathrm{I}$ = (10/7) χ (unconfirmed)",
}
STEP = 62.0
"""Height of one variant [mm]."""


def plot(paper: Paper) -> Figure:
    """Draw six panels per variant."""
    about = "Published: full scale, 12.5 s. Open symbols: runs of the user"
    figure = titled(8 + STEP * len(VARIANTS), about)
    for n, (variant, title) in enumerate(VARIANTS.items()):
        _variant(figure, paper, (variant, title), n)
    return figure


def _variant(figure: Figure, paper: Paper, named: tuple[str, str], n: int) -> None:
    (variant, title), top, published = named, 11 + n * STEP, paper["published"]
    axes = place(figure, (12, top), (72, 44))
    draw_similarities(axes, published.chi_sweep(variant), BEST_FIT[variant])
    heading(axes, "ABCD"[n], title)
    draw_runs(axes, paper.runs, variant)
    if n == 0:
        axes.legend(loc="upper right", bbox_to_anchor=(0.96, 1.0), ncols=2)
    chi = {"base": GROUND.get(variant, 1.0), "best fit": BEST_FIT[variant]}
    for k, name in enumerate(("rate", "cv", "lvr")):
        panel = place(figure, (95 + k * 29, top), (22, 18))
        draw_distributions(panel, name, published_samples(paper, variant, name), legend=False)
        panel.set_xlabel({"rate": "Rate (spikes/s)", "cv": "CV", "lvr": "LvR"}[name])
        panel.set_ylabel(panel.get_ylabel(), fontsize=SMALL)
        panel.yaxis.set_major_locator(MaxNLocator(2))
        if name != "rate":
            panel.set_xticks([0, 1, 2])
        elif n == 0:
            labels = ("recorded neurons", "base state", "best fit")
            panel.legend(loc="lower left", bbox_to_anchor=(-0.1, 1.0), ncols=3, labels=labels)
    for k, (label, (state, _)) in enumerate(STATES.items()):
        panel = place(figure, (99 + k * 34, top + 28.5), (24, 24))
        matrix = published.connectivity(variant, state)
        image = draw_fc(panel, matrix, paper["resting_state_networks"])
        panel.set_xlabel(f"{label}, χ = {chi[label]:g}")
        if k == 0:
            panel.set_ylabel("FC", fontsize=SMALL)
    colour_bar(panel, image, "Pearson r")
