"""Connections between areas: known, traced, completed, and in the network."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place, say
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm
from multiarea.models.macaque import AREAS
from publications.drawn_from import Paper
from publications.schmidt2018a.inputs import Construction
from publications.shared.layout import every_second, panel_letter, titled

FIGURE = {
    "title": "Area-level connectivity",
    "published": "Schmidt et al. 2018a, Fig. 4",
    "needs": ("base_sources", "base_network"),
    "caption": "No simulation. A: connections that CoCoMac knows (dark) and those that tracing "
    "adds (light). B: fraction of labelled neurons (FLN) from retrograde tracing, mapped to the "
    "areas of the model; grey: not measured or absent. C: these fractions against the median "
    "distance of the areas, and the exponential rule that completes connections known from "
    "CoCoMac alone. D: relative in-degrees of the full-scale network "
    "(experiments/full_scale/macaque_base.py): share of the recurrent synapses of a target area "
    "by source, own area included. Rows are targets, columns sources, in the order of the model.",
}

SIDE = 58.0


def plot(paper: Paper) -> Figure:
    """Draw the four panels."""
    steps = paper["base_sources"]
    areas = steps.anatomy.areas
    figure = titled(182, "Macaque model: data, and the base network at full scale; structure only")
    known, traced, network = (
        place(figure, (14 + 82 * n, 20 + 88 * m), (SIDE, SIDE)) for n, m in ((0, 0), (1, 0), (1, 1))
    )
    _known(known, steps)
    values = areas.measured.to_numpy()
    _matrix(traced, values, "FLN")
    synapses = paper["base_network"].between_areas(paper["base_network"].synapses)
    share = synapses.loc[list(AREAS), list(AREAS)].to_numpy(float)
    _matrix(network, share / share.sum(axis=1, keepdims=True), "Relative in-degree (share)")
    titles = ("Known connections", "Traced, mapped to the model's areas", "In the network")
    for panel, letter, title in zip((known, traced, network), "ABD", titles, strict=True):
        panel_letter(panel, letter, above=True, title=title)
    rule = place(figure, (16, 114), (56, 52))
    heading(rule, "C", "Distance rule")
    _distances(rule, steps)
    return figure


def _known(axes: Axes, steps: Construction) -> None:
    areas = steps.anatomy.areas
    cocomac = steps.in_cocomac
    exists = areas.exists.to_numpy()
    values = np.where(cocomac, 2.0, np.where(exists, 1.0, 0.0))
    colours = ListedColormap([palette.EMPTY, "#7FB8D9", "#1F3A5F"])
    axes.imshow(values, cmap=colours, vmin=-0.5, vmax=2.5, aspect="auto")
    for side in axes.spines.values():
        side.set_visible(True)
    axes.tick_params(length=0)
    every_second(axes, AREAS)
    axes.set_ylabel("Target area")
    n_known, n_all = int(cocomac.sum()), int(exists.sum())
    axes.set_xlabel("Source area")
    names = (
        f"not known: {32 * 31 - n_all} pairs",
        f"tracing: {n_all - n_known}",
        f"CoCoMac: {n_known}",
    )
    handles = [
        Patch(facecolor=colour, edgecolor="#555555", label=name)
        for colour, name in zip(colours.colors, names, strict=True)
    ]
    axes.legend(handles=handles[::-1], loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3)


def _matrix(axes: Axes, values: np.ndarray, label: str) -> None:
    shown = np.where(values > 0, values, np.nan)
    norm = log_norm(shown)
    image = draw_matrix(axes, shown, LogNorm(max(norm.vmin, 1e-6), norm.vmax), palette.SEQUENTIAL)
    every_second(axes, AREAS)
    axes.set_xlabel("Source area")
    axes.set_ylabel("Target area")
    colour_bar(axes, image, label, gap=9)


def _distances(axes: Axes, steps: Construction) -> None:
    areas = steps.anatomy.areas
    measured = areas.measured.to_numpy()
    traced = measured > 0
    distance = steps.distance
    axes.plot(distance[traced], measured[traced], "o", color=palette.BLUE, ms=2, mew=0)
    x = np.array([distance[traced].min(), distance[traced].max()])
    axes.plot(x, np.exp(areas.intercept + areas.decay * x), color="black", lw=0.9)
    axes.set_yscale("log")
    log_axis(axes.yaxis, *axes.get_ylim())
    axes.set_xlabel("Median distance (mm)")
    axes.set_ylabel("FLN")
    slope = f"{areas.decay:.4f}".replace("-", "−")
    text = f"ln FLN: {slope} per mm\ndecay {-1 / areas.decay:.2f} mm, n = {traced.sum()}"
    say(axes, text)
