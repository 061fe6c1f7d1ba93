"""Communities of areas by the map equation, and their significance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.map_equation import (
    Partition,
    map_equation,
    relative_outdegree,
    surrogate_modularity,
)
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.area_graph import draw_area_graph
from multiarea.figures.kinds.drawing import heading, log_axis, place
from multiarea.models.macaque import AREAS
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.shared.layout import titled

FIGURE = {
    "title": "Community structure",
    "published": "Schmidt et al. 2018a, Fig. 7",
    "needs": ("base_network",),
    "caption": "Full-scale network of experiments/full_scale/macaque_base.py, no simulation. "
    "A: communities of areas that minimise the map equation (Infomap, directed, two levels) of the "
    "relative out-degrees, the share of the synapses that an area makes in each other area; "
    "links above 2 %. Positions are those of this software. B: modularity of these communities "
    "and of those found in 1000 graphs in which each area gives its synapses to shuffled targets: "
    "most of these graphs have a single community, with modularity 0.",
}

SEED, N_SURROGATES = 1, 1000


def plot(paper: Paper) -> Figure:
    """Draw the graph and the surrogates."""
    weights, found = partition(paper["base_network"])
    figure = titled(100, "Macaque model at full scale, base network; structure only")
    left = place(figure, (2, 12), (98, 84))
    heading(left, "A", f"{found.number.max() + 1} communities")
    draw_area_graph(left, weights, found.number, AREAS)
    right = place(figure, (122, 12), (50, 50))
    heading(right, "B", "Modularity")
    _surrogates(right, weights, found.modularity)
    return figure


def partition(network: Network) -> tuple[np.ndarray, Partition]:
    """Return relative out-degrees (A, A) [target, source], areas as in `AREAS`, and communities."""
    synapses = network.between_areas(network.synapses).loc[list(AREAS), list(AREAS)]
    weights = relative_outdegree(synapses.to_numpy(float))
    return weights, map_equation(weights, SEED)


def _surrogates(axes: Axes, weights: np.ndarray, modularity: float) -> None:
    values = surrogate_modularity(weights, N_SURROGATES, SEED)
    label = f"shuffled targets,\n{values.mean():.3f} ± {values.std(ddof=1):.3f}, n = {len(values)}"
    axes.hist(values, np.linspace(-0.05, 0.5, 56), color=palette.GREY, label=label)
    axes.axvline(modularity, color=palette.ORANGE, lw=1.2, label=f"model, {modularity:.3f}")
    axes.set(yscale="log", ylim=(0.7, 2e4))
    log_axis(axes.yaxis, 0.7, 2e4)
    axes.set_xlabel("Modularity")
    axes.set_ylabel("Graphs")
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.22))
