"""Densities and thickness of layers, and how they follow the overall density."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, place, say
from multiarea.models.macaque import AREAS
from multiarea.models.macaque.cytoarchitecture import ALL_LAYERS, linear_fit, measured_shares
from publications.drawn_from import Paper
from publications.schmidt2018a.inputs import Construction
from publications.shared.layout import titled

FIGURE = {
    "title": "Area-specific laminar compositions",
    "published": "Schmidt et al. 2018a, Fig. 2",
    "needs": ("base_sources",),
    "caption": "Full-scale data, no simulation. A: neurons below 1 mm2 of cortex per layer, of one "
    "area of each architectural type that has data. B: total thickness of the areas that were "
    "measured against the logarithm of their neuron density, and the line that gives the thickness "
    "of the others. C: share of layers in the thickness, mean over studies, areas that were "
    "measured; the line of layer IV gives the share where it is unknown, the dotted lines are the "
    "means that other layers get. Data: experimental_data/macaque (neuron_densities, thickness).",
}

PROTOTYPES = {2: "TH", 4: "AITd", 5: "CITd", 6: "V3A", 7: "V2", 8: "V1"}
COLOURS = {
    "I": palette.GREY,
    "II/III": palette.BLUE,
    "IV": palette.ORANGE,
    "V": palette.GREEN,
    "VI": palette.PURPLE,
}
MARKERS = {"I": "v", "II/III": "o", "IV": "s", "V": "^", "VI": "D"}


def plot(paper: Paper) -> Figure:
    """Draw the three panels."""
    steps = paper["base_sources"]
    figure = titled(70, "Macaque model, experimental data of 32 visual areas; structure only")
    axes = [place(figure, (15 + 60 * n, 11), (44, 46)) for n in range(3)]
    titles = ("Neurons per layer", "Thickness", "Layers")
    for panel, letter, title in zip(axes, "ABC", titles, strict=True):
        heading(panel, letter, title)
    _neurons(axes[0], steps)
    _thickness(axes[1], steps)
    _shares(axes[2], steps)
    return figure


def thickness_fit(steps: Construction) -> tuple[float, float]:
    """Return slope and intercept of thickness [mm] over log10 of the density [1/mm3]."""
    total = steps.tables.total_thickness.reindex(AREAS)
    known = total.notna().to_numpy()
    return linear_fit(_log_density(steps)[known], total[known])


def share_fit(steps: Construction) -> tuple[float, float]:
    """Return slope and intercept of the share of layer IV over log10 of the density [1/mm3]."""
    share = measured_shares(steps.tables)["IV"]
    known = share.notna().to_numpy()
    return linear_fit(_log_density(steps)[known], share[known])


def _log_density(steps: Construction) -> np.ndarray:
    return np.log10(steps.anatomy.cyto.density["overall"].to_numpy())


def _neurons(axes: Axes, steps: Construction) -> None:
    neurons = steps.anatomy.cyto.n_neurons.reshape(len(AREAS), -1, 2).sum(axis=2) / 1000
    low = np.zeros(len(PROTOTYPES))
    chosen = neurons[[AREAS.index(area) for area in PROTOTYPES.values()]]
    for n, layer in reversed(list(enumerate(ALL_LAYERS[1:]))):
        axes.bar(range(len(low)), chosen[:, n], 0.7, low, color=COLOURS[layer], label=layer)
        low += chosen[:, n]
    axes.set_xticks(range(len(low)), [f"{t}\n{area}" for t, area in PROTOTYPES.items()])
    axes.set_xlabel("Architectural type, area")
    axes.set_ylabel("Neurons below 1 mm² (10³)")
    axes.legend(reverse=True, loc="upper left", title="Layer", title_fontsize=6)


def _thickness(axes: Axes, steps: Construction) -> None:
    total = steps.tables.total_thickness.reindex(AREAS)
    log_density = _log_density(steps)
    slope, intercept = thickness_fit(steps)
    axes.plot(log_density, total, "o", color=palette.BLUE)
    _line(axes, log_density, (slope, intercept), "black")
    known = total.notna().to_numpy()
    r = np.corrcoef(log_density[known], total[known])[0, 1]
    say(axes, f"{slope:.3f} mm per decade\nr = {r:.2f}, n = {known.sum()}".replace("-", "−"))
    axes.set_ylabel("Total thickness (mm)")


def _shares(axes: Axes, steps: Construction) -> None:
    share = measured_shares(steps.tables)
    log_density = _log_density(steps)
    for layer in ALL_LAYERS:
        style = {"color": COLOURS[layer], "label": layer, "mew": 0}
        axes.plot(log_density, share[layer], MARKERS[layer], **style)
        if layer != "IV":
            axes.axhline(share[layer].mean(), color=COLOURS[layer], lw=0.7, ls=":")
    _line(axes, log_density, share_fit(steps), COLOURS["IV"])
    axes.set_ylim(-0.02, 0.78)
    axes.set_ylabel("Share of the thickness")
    axes.legend(loc="upper left", ncols=5, columnspacing=0.6, handletextpad=0.1)


def _line(axes: Axes, x: np.ndarray, fit: tuple[float, float], colour: str) -> None:
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, fit[0] * ends + fit[1], color=colour, lw=0.9)
    ticks = (50, 70, 100, 150)
    axes.set_xticks(np.log10(np.array(ticks) * 1e3), ticks)
    axes.set_xlabel("Neuron density (10³/mm³)")
