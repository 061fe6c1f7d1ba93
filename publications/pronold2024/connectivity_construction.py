"""How the connectivity is built: the steps from data to numbers of synapses."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from scipy.special import ndtr

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import note, place
from multiarea.figures.kinds.labels import short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm, name_cells
from multiarea.models.human import AREAS
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.pronold2024.inputs import Construction
from publications.shared.layout import every_second, panel_letter, titled

FIGURE = {
    "title": "Connectivity construction",
    "published": "Pronold et al. 2024, Fig. 2",
    "needs": ("base_network", "base_sources", "macaque_sln"),
    "caption": "Full-scale network of experiments/full_scale/base.py; no simulation enters. "
    "A: mean number of synapses per pair of neurons in the microcircuit of Potjans and Diesmann. "
    "B: streamlines between areas (diffusion imaging). "
    "C: probability that a synapse in a layer belongs to an excitatory cell body in another "
    "(Mohan et al. 2015). "
    "D: share of supragranular source neurons (SLN) against the natural logarithm of the ratio of "
    "neuron densities, target/source: points of macaque cortex (Markov et al. 2014) where their "
    "table is there, the fit that the model uses, and the limits between feedforward, lateral and "
    "feedback connections (dotted). "
    "E: predicted SLN of the connected areas: blue, infragranular; red, supragranular. "
    "F: synapses between all populations, in the order of the areas and their layers. "
    "Grey: none. Areas in alphabetical order of their full names.",
}

LEFT, TOP, STEP_X, STEP_Y, SIDE = 16.0, 19.0, 90.0, 75.0, 52.0
ORDER = sorted(AREAS)
TITLES = (
    "Microcircuit",
    "Diffusion imaging",
    "From synapse to cell body",
    "Laminar origin in macaque cortex",
    "Laminar origin, predicted",
    "Synapses of the model",
)


def plot(paper: Paper) -> Figure:
    """Draw the six panels."""
    steps, network = paper["base_sources"], paper["base_network"]
    figure = titled(TOP + 3 * STEP_Y - 14, "Human model at full scale, χ = 1; structure only")
    tops = (TOP, TOP + STEP_Y - 6, TOP + 2 * STEP_Y - 5)
    axes = [place(figure, (LEFT + STEP_X * (n % 2), tops[n // 2]), (SIDE, SIDE)) for n in range(6)]
    _microcircuit(axes[0], steps.per_pair)
    streamlines = steps.streamlines.loc[ORDER, ORDER].to_numpy(float, copy=True)
    streamlines[streamlines == 0] = np.nan
    _areas(axes[1], streamlines, "Streamlines", (log_norm(streamlines), palette.SEQUENTIAL))
    _cell_bodies(axes[2], steps.cell_body)
    _sln_fit(axes[3], steps, paper["macaque_sln"])
    connected = network.between_areas(network.synapses * network.is_between_areas) > 0
    sln = pd.DataFrame(steps.sln, AREAS, AREAS).where(connected)
    around_half = Normalize(0, 1), palette.DIVERGING
    _areas(axes[4], sln.loc[ORDER, ORDER].to_numpy(float), "Predicted SLN", around_half)
    _populations(axes[5], network)
    for n, (panel, title) in enumerate(zip(axes, TITLES, strict=True)):
        panel_letter(panel, "ABCDEF"[n], above=n not in (2, 3), title=title)
    return figure


def _microcircuit(axes: Axes, per_pair: pd.DataFrame) -> None:
    values = np.where(per_pair > 1e-9, per_pair, np.nan)
    image = draw_matrix(axes, values, Normalize(0, float(np.nanmax(values))), palette.SEQUENTIAL)
    names = [f"{layer} {kind}" for layer, kind in per_pair.index]
    name_cells(axes, names, names)
    axes.tick_params(axis="x", labelbottom=False, labeltop=True)
    axes.set_xlabel("Source population")
    axes.set_ylabel("Target population")
    colour_bar(axes, image, "Synapses per pair of neurons")


def _areas(axes: Axes, values: np.ndarray, label: str, colours: tuple[Normalize, str]) -> None:
    image = draw_matrix(axes, values, *colours)
    every_second(axes, [short(area) for area in ORDER])
    axes.set_xlabel("Source area")
    axes.set_ylabel("Target area")
    colour_bar(axes, image, label, gap=9)


def _cell_bodies(axes: Axes, cell_body: pd.DataFrame) -> None:
    image = draw_matrix(axes, cell_body.to_numpy().T, Normalize(0, 1), palette.SEQUENTIAL)
    name_cells(axes, list(cell_body.columns), list(cell_body.index))
    axes.tick_params(axis="x", rotation=0)
    axes.set_xlabel("Layer of the cell body")
    axes.set_ylabel("Layer of the synapse", labelpad=3)
    colour_bar(axes, image, "Probability")


def _sln_fit(axes: Axes, steps: Construction, points: pd.DataFrame | None) -> None:
    x = np.linspace(-2, 2, 201)
    a0, a1 = steps.fit
    if points is None:
        note(axes, "macaque points: their table is absent", keep_ticks=True)
    else:
        label = f"macaque, n = {len(points)}"
        x_y = points["log_density_ratio"], points["sln"]
        axes.plot(*x_y, "o", color=palette.BLUE, ms=2, label=label, clip_on=False)
    sign = "−" if a1 < 0 else "+"
    label = f"Φ({a0:g} {sign} {abs(a1):g} x)".replace("-", "−")
    axes.plot(x, ndtr(a0 + a1 * x), color="black", lw=0.9, label=label)
    for threshold in steps.thresholds:
        axes.axhline(threshold, color=palette.GREY, lw=0.5, ls=":")
    axes.set_xlim(-2, 2)
    axes.set_ylim(0, 1.25)
    axes.set_yticks(np.arange(0, 1.1, 0.2))
    axes.set_xlabel("ln(density of target / density of source)")
    axes.set_ylabel("SLN")
    axes.legend(loc="upper right")


def _populations(axes: Axes, network: Network) -> None:
    rank = {area: n for n, area in enumerate(ORDER)}
    order = np.argsort([rank[area] for area in network.area_of], kind="stable")
    values = np.where(network.synapses > 0, network.synapses, np.nan)[np.ix_(order, order)]
    image = draw_matrix(axes, values, log_norm(values), palette.SEQUENTIAL)
    ends = np.cumsum([0, *(int((network.area_of == area).sum()) for area in ORDER)])
    middles = (ends[:-1] + ends[1:] - 1) / 2
    every_second(axes, [short(area) for area in ORDER], positions=middles)
    axes.set_xlabel("Source population, by area")
    axes.set_ylabel("Target population, by area")
    colour_bar(axes, image, "Synapses", gap=9)
