"""The model at a glance: areas, one column, and where synapses come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, place
from multiarea.figures.kinds.labels import short
from multiarea.models.human import AREAS, LAYERS
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.shared.layout import titled

FIGURE = {
    "title": "Model overview",
    "published": "Pronold et al. 2024, Fig. 1 (own drawing, from the model's tables)",
    "needs": ("base_network", "resting_state_networks"),
    "caption": "Full-scale network of experiments/full_scale/base.py; no simulation enters. "
    "A: the 34 areas of one hemisphere, placed so that their distances resemble the lengths of the "
    "fibres between them (classical scaling to two dimensions), coloured by resting-state "
    "network (DMN default mode, DAN dorsal attention, SAN salience, AUD auditory, VIS visual; "
    "Kabbara et al. 2017); lines: connected areas, wider for more synapses. "
    "B: the column of 1 mm2 that stands for each area: excitatory (E) and inhibitory (I) neurons "
    "in thousands (k), mean over the areas that have the population, and the kinds of synapses: "
    "from the column itself, from the other areas, and from what is not modelled. "
    "C: synapses by origin.",
}

ORIGINS = {"own column": "#4A2C17", "other areas": "#9C6B4A", "not modelled": "#D9BFA9"}
"""Browns: neither colours of networks nor of excitatory (blue) and inhibitory (orange) neurons."""
NETWORKS = {
    "DMN": palette.YELLOW,
    "DAN": palette.SKY,
    "SAN": palette.GREEN,
    "AUD": "#F0E442",
    "VIS": palette.PURPLE,
    "other": palette.GREY,
}


def plot(paper: Paper) -> Figure:
    """Draw the three panels."""
    network = paper["base_network"]
    n_synapses = f"{network.synapses.sum() / 1e9:.3f} × 10⁹ synapses"
    n_neurons = f"{network.n_neurons.sum():,}".replace(",", " ")
    about = f"{len(network.areas)} areas, {len(network)} populations, {n_neurons} neurons"
    figure = titled(96, f"Human model at full scale: {about}, {n_synapses}")
    left = place(figure, (3, 12), (82, 82))
    _areas(left, network, paper["resting_state_networks"])
    heading(left, "A", "Areas and their connections")
    middle = place(figure, (90, 12), (48, 82))
    _column(middle, network)
    heading(middle, "B", "Column of 1 mm² in each area")
    right = place(figure, (153, 12), (9, 76))
    _origins(right, synapse_origins(network))
    heading(right, "C", "Origin of synapses")
    return figure


def synapse_origins(network: Network) -> pd.Series:
    """Return the number of synapses by origin: own column, other areas, not modelled."""
    between = network.synapses[network.is_between_areas].sum()
    total = network.synapses.sum()
    external = network.populations["n_synapses_external"].sum()
    return pd.Series([total - between, between, external], list(ORIGINS), dtype=float)


def positions(network: Network) -> np.ndarray:
    """Return coordinates of the areas whose distances resemble the delays between them, (A, 2).

    Classical scaling (Torgerson 1952) of the mean delays, made symmetric.
    """
    first = np.sort(np.unique(network.area_of, return_index=True)[1])
    delay = network.delay[np.ix_(first, first)].copy()
    np.fill_diagonal(delay, 0)
    squared = ((delay + delay.T) / 2) ** 2
    centred = squared - squared.mean(0) - squared.mean(1)[:, None] + squared.mean()
    values, vectors = np.linalg.eigh(-0.5 * centred)
    found = vectors[:, -2:] * np.sqrt(values[-2:])
    signs = np.sign(found[np.abs(found).argmax(axis=0), [0, 1]])
    return (found * signs)[:, ::-1]


def spread(points: np.ndarray, least: float) -> np.ndarray:
    """Move those of `points`, (n, 2), apart that are closer than `least`."""
    points = points.copy()
    for _ in range(200):
        apart = points[:, None] - points[None]
        distance = np.linalg.norm(apart, axis=2) + np.eye(len(points))
        push = np.clip(least - distance, 0, None)
        if not push.any():
            break
        points += 0.25 * (push[:, :, None] * apart / distance[:, :, None]).sum(axis=1)
    return points


def _areas(axes: Axes, network: Network, networks: pd.DataFrame) -> None:
    place_of = positions(network)
    place_of = spread((place_of - place_of.mean(0)) / np.abs(place_of).max(0), 0.2)
    synapses = network.between_areas(network.synapses).loc[list(AREAS), list(AREAS)].to_numpy()
    both = synapses + synapses.T
    limit = both[~np.eye(len(both), dtype=bool)].max()
    for i, j in zip(*np.nonzero(np.tril(both, -1)), strict=True):
        share = np.sqrt(both[i, j] / limit)
        axes.plot(*place_of[[i, j]].T, color=palette.GREY, lw=2.5 * share, alpha=0.5, zorder=1)
    of_area = networks["right"].reindex(list(AREAS))
    for name, colour in NETWORKS.items():
        chosen = (of_area == name).to_numpy()
        axes.plot(*place_of[chosen].T, "o", color=colour, ms=7, zorder=2, label=name)
    for area, (x, y) in zip(AREAS, place_of, strict=True):
        axes.annotate(
            short(area), (x, y), (0, 5), textcoords="offset points", ha="center", fontsize=SMALL
        )
    axes.set_xlim(-1.35, 1.25)
    axes.set_ylim(-1.25, 1.25)
    axes.axis("off")
    legend = axes.legend(loc="lower left", ncols=3, title="Resting-state network")
    legend.set_alignment("left")
    legend.get_title().set_fontsize(SMALL)


def _column(axes: Axes, network: Network) -> None:
    mean = network.populations["n_neurons"].groupby(level=["layer", "population"]).mean()
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 15.5)
    axes.axis("off")
    for n, layer in enumerate(LAYERS):
        low = 11.6 - 3.4 * n
        axes.add_patch(
            FancyBboxPatch((2.2, low), 5.6, 2.8, "round,pad=0,rounding_size=0.3", fc="#F5F5F5")
        )
        axes.text(2.5, low + 1.4, layer, va="center")
        for x, kind, colour in ((4.75, "E", palette.BLUE), (6.7, "I", palette.ORANGE)):
            axes.plot(x, low + 1.4, "o", ms=23, mfc=palette.LIGHT[colour], mec=colour)
            axes.text(x, low + 1.75, kind, ha="center", va="center", fontweight="bold")
            size = f"{mean[layer, kind] / 1000:.1f}k"
            axes.text(x, low + 1.05, size, ha="center", va="center", fontsize=SMALL)
    arrows = (
        ((8.0, 6.3), (8.0, 9.6), "arc3,rad=0.6", ORIGINS["own column"]),
        ((0.0, 2.8), (2.1, 2.8), "arc3", ORIGINS["other areas"]),
        ((0.0, 13.0), (2.1, 13.0), "arc3", ORIGINS["not modelled"]),
    )
    for start, stop, bend, colour in arrows:
        arrow = {"arrowstyle": "-|>", "mutation_scale": 8, "color": colour}
        axes.add_patch(FancyArrowPatch(start, stop, connectionstyle=bend, **arrow))
    axes.text(9.2, 7.95, "own\ncolumn", fontsize=SMALL, va="center")
    axes.text(-0.1, 3.1, "other\nareas", fontsize=SMALL)
    axes.text(-0.1, 13.3, "not\nmodelled\n(Poisson)", fontsize=SMALL)
    axes.text(5, 0.8, "k: thousand neurons", ha="center", fontsize=SMALL)


def _origins(axes: Axes, origins: pd.Series) -> None:
    low, total = 0.0, origins.sum()
    for name, count in origins.items():
        axes.bar(0, count / 1e9, bottom=low / 1e9, color=ORIGINS[name], width=0.8)
        text = f"{name}\n{100 * count / total:.2f} %"
        axes.text(0.7, (low + count / 2) / 1e9, text, va="center", fontsize=SMALL)
        low += count
    axes.set_xticks([])
    axes.set_xlim(-0.6, 0.6)
    axes.set_ylabel("Synapses (10⁹)")
