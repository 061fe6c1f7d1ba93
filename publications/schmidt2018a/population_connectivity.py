"""In-degrees and connection probabilities of populations."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, name_cells, separate
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.shared.layout import panel_letter, titled
from publications.shared.populations import NAMES

FIGURE = {
    "title": "Population-level connectivity",
    "published": "Schmidt et al. 2018a, Fig. 6",
    "needs": ("base_network",),
    "caption": "Full-scale network of experiments/full_scale/macaque_base.py, no simulation. "
    "A: in-degrees, synapses per target neuron, of the populations of V1 and V2. B: probability "
    "that two neurons are connected, 1 - (1 - 1/(N_i N_j))^S with S synapses. C, D: all pairs of "
    "populations of the network that are connected, within and between areas; the first "
    "bin holds all smaller values. Grey: no synapses.",
}

SHOWN = ("V1", "V2")
SIDE = 52.0


def plot(paper: Paper) -> Figure:
    """Draw two matrices and two histograms."""
    network = paper["base_network"]
    chosen = np.isin(network.area_of, SHOWN)
    figure = titled(146, "Macaque model at full scale, base network; structure only")
    entries = (
        (network.indegree, "In-degree (synapses per neuron)", "AC"),
        (probabilities(network), "Connection probability", "BD"),
    )
    for n, (values, label, letters) in enumerate(entries):
        axes = place(figure, (21 + 88 * n, 16), (SIDE, SIDE))
        _matrix(axes, values[np.ix_(chosen, chosen)], label)
        panel_letter(axes, letters[0])
        lower = place(figure, (21 + 88 * n, 98), (SIDE, 34))
        heading(lower, letters[1])
        _histogram(lower, values, network.is_between_areas)
        lower.set_xlabel(label)
        lower.set_ylabel("Pairs of populations")
    return figure


def probabilities(network: Network) -> np.ndarray:
    """Return the probability that two neurons are connected, (P, P) [target, source]."""
    n = network.n_neurons.astype(float)
    return -np.expm1(network.synapses * np.log1p(-1 / np.outer(n, n)))


def _matrix(axes: Axes, values: np.ndarray, label: str) -> None:
    shown = np.where(values > 0, values, np.nan)
    top = np.nanmax(shown)
    image = draw_matrix(axes, shown, LogNorm(top * 1e-4, top), palette.SEQUENTIAL)
    names = [f"{area} {name}" for area in SHOWN for name in NAMES]
    name_cells(axes, names, names)
    separate(axes, [len(NAMES)] * len(SHOWN))
    axes.set_xlabel("Source population")
    axes.set_ylabel("Target population")
    colour_bar(axes, image, label)


def _histogram(axes: Axes, values: np.ndarray, is_between: np.ndarray) -> None:
    positive = values > 0
    low = max(values[positive].min(), values.max() * 1e-7)
    edges = np.geomspace(low, values.max(), 41)
    kinds = (
        ("within areas", ~is_between, palette.BLUE),
        ("between areas", is_between, palette.ORANGE),
    )
    for name, kind, colour in kinds:
        chosen = values[positive & kind]
        counts, _ = np.histogram(np.maximum(chosen, low), edges)
        axes.stairs(counts, edges, color=colour, fill=True, alpha=0.35)
        axes.stairs(counts, edges, color=colour, label=f"{name}, n = {len(chosen)}")
    axes.set_xscale("log")
    log_axis(axes.xaxis, low, values.max())
    axes.set_ylim(0, axes.get_ylim()[1] * 1.25)
    axes.legend(loc="upper left")
