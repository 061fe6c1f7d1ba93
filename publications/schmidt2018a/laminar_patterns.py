"""Laminar origin and termination of the connections between areas."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from scipy.special import ndtr

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, place
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, name_cells
from multiarea.models.macaque import AREAS
from multiarea.models.macaque.laminar_patterns import (
    FEEDBACK,
    LATERAL,
    Pattern,
    connection_class,
    known_patterns,
)
from multiarea.models.macaque.sln import PUBLISHED, fit_sln
from publications.drawn_from import Paper
from publications.schmidt2018a.inputs import Construction
from publications.shared.layout import titled
from publications.shared.populations import NAMES

FIGURE = {
    "title": "Laminar patterns",
    "published": "Schmidt et al. 2018a, Fig. 5 (C is a drawing)",
    "needs": ("base_sources",),
    "caption": "Data, and the construction of the base network at full scale; no simulation. "
    "A: share of supragranular neurons (SLN) of the connections traced by Markov et al. 2014 "
    "against the logarithm of the ratio of neuron densities, and the beta-binomial fit with a "
    "probit link: coefficients as published (R package aod) and fitted by this software (SciPy). "
    "B: layers in which connections end according to CoCoMac, share of the connections with a "
    "known pattern, by SLN. D: share of the synapses of a connection by target and source "
    "population, mean over the connections of a class; grey: none.",
}

CLASSES = {
    "feedback": (palette.ORANGE, f"SLN < {FEEDBACK}"),
    "lateral": (palette.GREEN, f"{FEEDBACK} ≤ SLN ≤ {LATERAL}"),
    "feedforward": (palette.BLUE, f"SLN > {LATERAL}"),
}


def plot(paper: Paper) -> Figure:
    """Draw the three panels."""
    steps = paper["base_sources"]
    figure = titled(131, "Macaque model: data, and the base network; structure only")
    left, right = (place(figure, (15 + 90 * n, 11), (68, 46)) for n in range(2))
    heading(left, "A", "Origin")
    heading(right, "B", "Termination in CoCoMac")
    _origin(left, steps)
    _termination(right, steps)
    patterns = mean_patterns(steps)
    for n, (name, values) in enumerate(patterns.items()):
        axes = place(figure, (20 + 52 * n, 80), (36, 36))
        image = draw_matrix(
            axes, np.where(values > 0, values, np.nan), LogNorm(1e-3, 1), palette.SEQUENTIAL
        )
        name_cells(axes, NAMES, NAMES)
        axes.set_xlabel("Source population")
        axes.set_ylabel("Target population" if n == 0 else "")
        heading(axes, "D" if n == 0 else "", f"{name}, n = {class_sizes(steps)[name]}")
    colour_bar(axes, image, "Share of synapses")
    return figure


def classes(steps: Construction) -> dict[str, list[tuple[int, int]]]:
    """Return the connections (target, source) of each class, as positions of areas."""
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in CLASSES}
    for a, b in np.argwhere(steps.anatomy.areas.exists.to_numpy()):
        found[connection_class(steps.anatomy.sln[a, b])].append((int(a), int(b)))
    return found


def class_sizes(steps: Construction) -> dict[str, int]:
    """Return the number of connections of each class."""
    return {name: len(pairs) for name, pairs in classes(steps).items()}


def mean_patterns(steps: Construction) -> dict[str, np.ndarray]:
    """Return the mean share of synapses of each class, (8, 8) [target, source]."""
    synapses = steps.anatomy.synapses
    found = {}
    for name, pairs in classes(steps).items():
        total = [synapses[a, :, b, :].sum() for a, b in pairs]
        shares = [synapses[a, :, b, :] / n for (a, b), n in zip(pairs, total, strict=True) if n > 0]
        found[name] = np.mean(shares, axis=0)
    return found


def termination_layers(steps: Construction) -> dict[str, tuple[np.ndarray, int]]:
    """Return the share of connections that end in layers I to VI, (6,), and their number."""
    patterns = known_patterns(steps.tables)
    found = {}
    for name, pairs in classes(steps).items():
        known = [patterns.get((AREAS[a], AREAS[b]), Pattern()).target for a, b in pairs]
        ends = np.array([[c in "123X" for c in pattern] for pattern in known if pattern])
        found[name] = ends.mean(axis=0), len(ends)
    return found


def _origin(axes: Axes, steps: Construction) -> None:
    table = steps.tables.laminar_tracing
    total = table["supragranular"] + table["infragranular"]
    share = table["supragranular"] / total
    points = f"traced, n = {len(table)}"
    axes.plot(table["log_density_ratio"], share, "o", color=palette.BLUE, ms=2, mew=0, label=points)
    x = np.linspace(table["log_density_ratio"].min(), table["log_density_ratio"].max(), 200)
    for name, fit, style in (("published", PUBLISHED, "-"), ("SciPy", fit_sln(table), "--")):
        colour = "black" if style == "-" else palette.ORANGE
        label = f"{name}: a₀ = {fit.a0:.4f}, a₁ = {fit.a1:.4f}".replace("-", "−")
        axes.plot(x, ndtr(fit.a0 + fit.a1 * x), style, color=colour, lw=0.9, label=label)
    for limit in (FEEDBACK, LATERAL):
        axes.axhline(limit, color="#8C8C8C", lw=0.5, ls=":")
    axes.legend(loc="upper right")
    axes.set_ylim(-0.03, 1.25)
    axes.set_yticks(np.arange(0, 1.1, 0.25))
    axes.set_xlabel("ln(density of target / density of source)")
    axes.set_ylabel("SLN")


def _termination(axes: Axes, steps: Construction) -> None:
    for n, (name, (share, number)) in enumerate(termination_layers(steps).items()):
        colour, text = CLASSES[name]
        place_of = np.arange(6) + 0.27 * (n - 1)
        axes.bar(place_of, share, 0.25, color=colour, label=f"{text}, n = {number}")
    axes.set_xticks(range(6), ["I", "II", "III", "IV", "V", "VI"])
    axes.set_ylim(0, 1.3)
    axes.set_yticks(np.arange(0, 1.1, 0.25))
    axes.set_xlabel("Layer")
    axes.set_ylabel("Share of connections")
    axes.legend(loc="upper left", ncols=2)
